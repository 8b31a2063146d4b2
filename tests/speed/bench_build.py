"""What builds cost: a first one, an unchanged one, and one with a new article, in CPU time and peak memory.

    python -m tests.speed.bench_build [--articles 2000 8000 29000] [INPUT.jsonl.gz …]

Each run is a process of its own, so that start-up counts. ``read + hash`` is the yardstick: the inputs read to articles and hashed,
nothing else. ``sum MB`` is the largest sum of the memory of all processes of a build (PSS, sampled), ``own MB`` what the building
process held without files that are mapped, which the system may take back. ``parquet / duckdb`` is the size of
our files over that of the same rows written by DuckDB with zstd.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from tests.speed.memory import watched

SHARED = Path(__file__).resolve().parents[3] / "shared" / "articles"
DEFAULT = [SHARED / "en-outlets-8000.jsonl.gz", SHARED / "en-reuters-21578.jsonl.gz"]

_RUN = """
import json, resource, sys, time
started = time.perf_counter()
kind, out, workers, *inputs = sys.argv[1:]
if kind == "read":
    from timeline import reading
    from timeline.records import Article
    from timeline.settings import Settings
    from timeline.store.work import content_hash
    told = {"articles": sum(bool(content_hash(item)) for item in reading.read(inputs, Settings()) if isinstance(item, Article))}
else:
    from timeline.building import build
    from timeline.settings import Settings
    steps = {}
    def progress(now):
        steps.setdefault(now.step, sum(use()))
    def use():
        return [u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))]
    told = build(inputs, out, Settings(workers=int(workers)), progress=progress).to_dict()
    told["steps"] = {name: round(at, 1) for name, at in steps.items()}
use = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
told["cpu"] = sum(u.ru_utime + u.ru_stime for u in use)
told["wall"] = time.perf_counter() - started
told["main_mb"], told["worker_mb"] = (u.ru_maxrss / 1024 for u in use)
print(json.dumps(told))
"""


def _measure(kind: str, out: Path, workers: int, inputs: list[Path]) -> dict[str, Any]:
    command = [sys.executable, "-c", _RUN, kind, str(out), str(workers), *map(str, inputs)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process, watched(process.pid) as peak:
        said, complaint = process.communicate()
    if process.returncode:
        sys.exit(complaint)
    told: dict[str, Any] = json.loads(said.splitlines()[-1])
    told["all_mb"], told["own_mb"] = peak.bytes / (1 << 20), peak.own / (1 << 20)
    return told


def _lines(paths: list[Path], count: int) -> Iterator[str]:
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as stream:
            for line in stream:
                if not count:
                    return
                count -= 1
                yield line


def _against_duckdb(folder: Path, scratch: Path) -> float:
    """Bytes of the version over bytes of the same rows written by DuckDB."""
    ours = theirs = 0
    with duckdb.connect() as connection:
        for table in sorted(p.name for p in folder.iterdir()):
            copy = scratch / f"{table}.parquet"
            source = f"(SELECT * FROM read_parquet('{folder}/{table}/**/*.parquet', hive_partitioning = false))"
            connection.execute(f"COPY {source} TO '{copy}' (FORMAT parquet, COMPRESSION zstd)")
            ours += sum(p.stat().st_size for p in (folder / table).rglob("*.parquet"))
            theirs += copy.stat().st_size
    return ours / theirs


_NEW = {
    "id": "one-new-article",
    "title": "Bakers strike",
    "published": "2015-03-23",
    "lang": "en",
    "source": "example",
    "text": "Bakers went on strike on Monday. The mayor said talks would begin on March 30, 2015. Shops had closed in 2014.",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", type=Path, default=DEFAULT)
    parser.add_argument("--articles", nargs="+", type=int, default=[2000, 8000, 29000])
    parser.add_argument("--workers", type=int, default=0)
    arguments = parser.parse_args()
    if missing := [path for path in arguments.inputs if not path.exists()]:
        sys.exit(f"not measured: {missing[0]} is not here")
    print(
        f"{'articles':>8}  {'run':<16}{'cpu s':>8}{'wall s':>8}{'main MB':>9}{'own MB':>8}{'worker MB':>10}{'sum MB':>8}  what (CPU seconds at the start of each step)"
    )
    for count in arguments.articles:
        with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
            _bench(Path(temporary), arguments.inputs, count, arguments.workers)


def _bench(folder: Path, paths: list[Path], count: int, workers: int) -> None:
    source, out = folder / "in.jsonl", folder / "out"
    with source.open("w", encoding="utf-8") as stream:
        stream.writelines(_lines(paths, count))
    found: dict[str, dict[str, Any]] = {}
    for name in ("read + hash", "first", "unchanged", "one new article"):
        if name.startswith("one"):
            with source.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(_NEW) + "\n")
        told = found[name] = _measure("read" if name.startswith("read") else "build", out, workers, [source])
        what = ", ".join(f"{told[key]} {key}" for key in ("extracted", "mentions", "events", "merged") if key in told)
        numbers = (
            f"{told['cpu']:>8.1f}{told['wall']:>8.1f}{told['main_mb']:>9.0f}{told['own_mb']:>8.0f}"
            f"{told['worker_mb']:>10.0f}{told['all_mb']:>8.0f}"
        )
        print(f"{told['articles']:>8}  {name:<16}{numbers}  {what} {told.get('steps', '')}", flush=True)
    base, first = found["read + hash"]["cpu"], found["first"]["cpu"]
    size = _against_duckdb((out / "current").resolve(), folder)
    limit = 2 * base + 0.02 * first
    print(
        f"{'':>10}unchanged {found['unchanged']['cpu'] / base:.2f} x read + hash (at most 2); one new article "
        f"{found['one new article']['cpu']:.1f} s (at most {limit:.1f}); parquet / duckdb {size:.3f} (at most 1.1)",
        flush=True,
    )


if __name__ == "__main__":
    main()
