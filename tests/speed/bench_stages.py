"""Throughput stage by stage, in CPU time, default settings: ``python -m tests.speed.bench_stages [FILE.jsonl[.gz]] [--megabytes 1]``.

By default on Reuters of the shared articles, where they lie, else on the bundled sample many times over. One thread, after a warm-up on the
first part of the text; the table gives KB of UTF-8 text per CPU-second and the share of each stage. Prints, asserts nothing.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.quality.figures import ROOT, SHARED
from timeline import events, language, pipeline, reading, timex
from timeline.settings import Settings

REUTERS = SHARED / "articles" / "en-reuters-21578.jsonl.gz"
SAMPLE = ROOT / "data" / "sample" / "articles.jsonl"
STAGES = {
    "sentences": (language, "split"),
    "recognise": (timex, "recognise"),
    "resolve": (timex, "resolve"),
    "triggers, class, factuality": (events, "read_sentences"),
    "event dates": (events, "anchor"),
}
REST = "who, where, sources, summaries"


def documents(path: Path, size: int) -> list[dict[str, Any]]:
    """About ``size`` bytes of documents, from the beginning, again and again if need be."""
    content = path.read_bytes()
    found = [json.loads(line) for line in (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines()]
    taken, bytes_taken = [], 0
    while bytes_taken < size:
        for document in found:
            taken.append(document)
            bytes_taken += len(document["text"].encode())
            if bytes_taken >= size:
                break
    return taken


@contextmanager
def timed(spent: dict[str, float]) -> Iterator[None]:
    """Every stage's CPU time added to ``spent`` while it lasts."""
    originals = {name: getattr(home, function) for name, (home, function) in STAGES.items()}
    for name, (home, function) in STAGES.items():
        setattr(home, function, _clocked(originals[name], name, spent))
    try:
        yield
    finally:
        for name, (home, function) in STAGES.items():
            setattr(home, function, originals[name])


def _clocked(function: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    def call(*arguments: Any, **options: Any) -> Any:
        start = time.process_time()
        try:
            return function(*arguments, **options)
        finally:
            spent[name] += time.process_time() - start

    return call


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=REUTERS if REUTERS.exists() else SAMPLE)
    parser.add_argument("--megabytes", type=float, default=1.0)
    options = parser.parse_args()
    settings = Settings()
    found = documents(options.file, int(options.megabytes * 1_000_000))
    size = sum(len(document["text"].encode()) for document in found) / 1000
    for document in found[: max(20, len(found) // 10)]:
        pipeline.extract(reading.article_from(document, settings), settings)
    spent: dict[str, float] = defaultdict(float)
    start = time.process_time()
    articles = [reading.article_from(document, settings) for document in found]
    spent["reading"] = time.process_time() - start
    start = time.process_time()
    with timed(spent):
        for some in pipeline.together(articles, lambda article: article):
            pipeline.extract_all(some, settings)
    total = time.process_time() - start
    spent[REST] = total - sum(spent[name] for name in STAGES)
    print(
        f"{options.file.name}: {len(found):,} documents, {size:,.0f} KB; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB\n"
    )
    print("| stage | CPU s | KB / CPU-s | share |\n|---|---|---|---|")
    for name in ("reading", *STAGES, REST):
        print(
            f"| {name} | {spent[name]:.2f} | {size / max(1e-9, spent[name]):,.0f} | {spent[name] / (total + spent['reading']):.0%} |"
        )
    tagging = sum(spent[name] for name in ("sentences", "recognise", "resolve"))
    print(f"| **tag** | {tagging:.2f} | **{size / tagging:,.0f}** | |")
    print(f"| **extract** | {total:.2f} | **{size / total:,.0f}** | |")


if __name__ == "__main__":
    main()
