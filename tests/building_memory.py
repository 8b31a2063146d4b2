"""How much a build holds at once, for a small collection and for one four times as large: ``python -m tests.building_memory``.

Buffers are bounded by bytes and rows; they are made small here, so that a small collection fills them and what is held beside them shows.
A process of its own, so that nothing else is counted.
"""

from __future__ import annotations

import gc
import json
import random
import tempfile
import tracemalloc
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tests.storehouse import document, run, use_plain_extraction, write
from timeline.merging import arrays, neighbourhood
from timeline.store import content, intake, joining, planning, reads, scratch, sorting, tables

SMALL = {
    arrays: {"_STRETCH": 256},
    neighbourhood: {"_BLOCK": 64},
    planning: {"_HELD": 1 << 14, "_ARTICLES": 64},
    scratch: {"_SMALL": 1 << 10},
    intake: {"_CHUNK": 16, "_BATCH": 64},
    reads: {"_HELD": 64},
    joining: {"_MENTIONS_A_TASK": 64},
    content: {"_BATCH": 64},
    sorting: {"_HELD": 1 << 16, "_RANGE": 1 << 15},
    tables: {"_GROUP_BYTES": 1 << 16},
}
SYLLABLES = "ba de fi go lu mo ne pa ri so ta vu".split()
FEW, MANY = 200, 800


def told(number: int) -> dict[str, object]:
    """An article that tells of two days, each with words of its own."""
    chance = random.Random(number)
    day = date(1950, 1, 1) + timedelta(3 * number + chance.randrange(90))

    def words(count: int) -> str:
        return " ".join("".join(chance.choices(SYLLABLES, k=3)) for _ in range(count))

    lines = [f"Rebels left {words(8)} on {day - timedelta(chance.randrange(9))}." for _ in range(2)]
    return document(f"article-{number:06d}", " ".join(lines), title=words(3), published=str(day))


POOLS: list[pa.MemoryPool] = []  # kept: what Arrow made in one may outlive the test


def peaks(folder: Path, count: int) -> tuple[int, int]:
    """The most bytes that a build of so many articles held at once: by Python and numpy, by Arrow."""
    folder.mkdir()
    source = write(folder / "in.jsonl", map(told, range(count)))
    usual, pool = pa.default_memory_pool(), pa.proxy_memory_pool(pa.system_memory_pool())
    POOLS.append(pool)
    pa.set_memory_pool(pool)
    gc.collect()
    gc.freeze()
    thresholds = gc.get_threshold()
    gc.set_threshold(100, 2, 2)  # rubbish goes at once, not when there is much of it
    tracemalloc.start()
    try:
        assert run(source, folder / "out", batch_size=50).articles == count
        return tracemalloc.get_traced_memory()[1], pool.max_memory()
    finally:
        tracemalloc.stop()
        gc.set_threshold(*thresholds)
        gc.unfreeze()
        pa.set_memory_pool(usual)


def main() -> None:
    """Print how much more a build of many articles held than one of few, in bytes an article: Python and numpy, Arrow."""
    with pytest.MonkeyPatch.context() as monkeypatch, tempfile.TemporaryDirectory() as name:
        use_plain_extraction(monkeypatch)
        for module, values in SMALL.items():
            for constant, value in values.items():
                monkeypatch.setattr(module, constant, value)
        peaks(Path(name) / "warm", MANY)  # words and dates that are kept for good, up to a number
        few, many = peaks(Path(name) / "few", FEW), peaks(Path(name) / "many", MANY)
    print(json.dumps([(more - less) / (MANY - FEW) for less, more in zip(few, many, strict=True)]))


if __name__ == "__main__":
    main()
