"""What a worker holds: of its own after a first batch, and how much more after many articles of new words: ``python -m tests.worker_memory``.

Memories are bounded by numbers of answers; they are made small here, so that few articles fill them and what grows without bounds shows.
A process of its own, since the sizes are settled when modules are loaded.
"""

from __future__ import annotations

import functools
import gc
import json
import random
import re
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from timeline import memo

SMALL = 64
FEW, MANY = 100, 250
HEAVY = ("duckdb", "pandas", "prefect", "trafilatura", "distributed")
SYLLABLES = "ba de fi go lu mo ne pa ri so ta vu ke zi".split()


def made_small() -> None:
    """Let every memory made from now on hold little; what is kept by language or name is left alone."""
    lru_cache, start = functools.lru_cache, memo.Recent.__init__

    def few(maxsize: Any = 128, typed: bool = False) -> Callable[..., Any]:
        return lru_cache(min(maxsize, SMALL) if isinstance(maxsize, int) else maxsize, typed)

    def init(self: memo.Recent[Any, Any], half: int, known: Any = None) -> None:
        start(self, min(half, SMALL), known)

    functools.lru_cache = few  # type: ignore[assignment]
    memo.Recent.__init__ = init  # type: ignore[method-assign]


def told(number: int) -> str:
    """An article in which every name, most verbs and all dates are new."""
    chance = random.Random(number)

    def word() -> str:
        return "".join(chance.choices(SYLLABLES, k=4))

    def day() -> str:
        return f"{date(1950, 1, 1) + timedelta(chance.randrange(20_000)):%B %-d, %Y}"

    return " ".join(
        f"{word().title()} {word()}ed the {word()} {word()}s in {word().title()} on {day()}, {word()} said {chance.randrange(9000)} "
        f"{word()} days after {word().title()} left."
        for _ in range(4)
    )


def extracted(first: int, last: int, out: str) -> None:
    """Work on articles as a worker does."""
    from timeline.extracting import ExtractTask, extract_batch
    from timeline.records import Article, Published
    from timeline.settings import Settings
    from timeline.store.work import Work

    for start in range(first, last, 50):
        work = []
        for number in range(start, start + 50):
            published = Published(datetime(1960, 1, 1) + timedelta(number))
            article = Article(f"a{number}", told(number), lang="en", published=published)
            work.append(Work(number.to_bytes(16, "big"), bytes(16), article))
        extract_batch(ExtractTask(work, Settings(), out))


def own() -> float:
    """Bytes that this process alone holds, 0 where the system does not say."""
    status = Path("/proc/self/status")
    found = re.search(r"RssAnon:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 if found else 0


def main() -> None:
    """Print what a worker loads that it needs not, what it holds of its own after a first batch, and what each further article adds."""
    made_small()
    from timeline.events import choice, features
    from timeline.store.heap import keep_pandas_out
    from timeline.store.layout import Layout

    keep_pandas_out()
    for module, bound in ((features, "_LIMIT"), (choice, "_HALF")):
        getattr(module, bound)  # a bound of another name would leave its memory large
        setattr(module, bound, SMALL)
    with tempfile.TemporaryDirectory() as out:
        Layout(Path(out)).create()
        extracted(0, 50, out)
        loaded, held = [name for name in HEAVY if name in sys.modules], own()
        tracemalloc.start()
        sizes = []
        for first, last in ((50, FEW), (FEW, MANY)):
            extracted(first, last, out)
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    print(json.dumps({"loaded": loaded, "held": held, "more": (sizes[1] - sizes[0]) / (MANY - FEW)}))


if __name__ == "__main__":
    main()
