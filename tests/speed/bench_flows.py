"""What the flow costs over the plain command, and how the work spreads over Dask workers.

    python -m tests.speed.bench_flows [INPUT…]         the same job plain, as a flow without a server (first, second), with one
    python -m tests.speed.bench_flows --dask [INPUT…]  the same job on one and on two worker processes

Every run makes a timeline from nothing in a fresh OUT. Without INPUT the shared articles are taken, where they are, else the sample.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from tests.processes import ROOT, dask_scheduler, dask_worker, free_port, running, until

SHARED = ROOT.parent / "shared" / "articles" / "en-outlets-8000.jsonl.gz"


def _inputs(named: list[str], folder: Path, count: int) -> list[str]:
    if named or not SHARED.exists():
        return [str(Path(name).resolve()) for name in named] or [str(ROOT / "data" / "sample")]
    path = folder / "articles.jsonl"
    with gzip.open(SHARED, "rb") as lines:
        path.write_bytes(b"".join(itertools.islice(lines, count)))
    return [str(path)]


def _timed(module: str, *arguments: str, **environment: str) -> tuple[float, float]:
    """Seconds by the wall and CPU seconds of the process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    command = [sys.executable, "-m", module, *arguments]
    subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True, capture_output=True)
    seconds = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _row(name: str, seconds: tuple[float, float], plain: tuple[float, float]) -> None:
    print(f"{name:<36} {seconds[0]:8.1f} s {seconds[1]:8.1f} CPU-s   over plain {seconds[0] - plain[0]:+7.1f} s", flush=True)


def overhead(inputs: list[str], folder: Path) -> None:
    """The plain command against the flow."""
    quiet = {"PREFECT_HOME": str(folder / "home"), "PREFECT_LOGGING_LEVEL": "ERROR"}

    def plain_build(name: str) -> tuple[float, float]:
        return _timed("timeline", "build", *inputs, "-o", str(folder / name), "--quiet")

    def flow(name: str, **environment: str) -> tuple[float, float]:
        return _timed("flows.build", *inputs, "-o", str(folder / name), **quiet, **environment)

    plain_build("warm")  # compiles, fills the file cache
    plain = plain_build("plain")
    _row("plain command", plain, plain)
    _row("flow, no server, first run", flow("first"), plain)
    _row("flow, no server, second run", flow("second"), plain)
    port = free_port()
    log = folder / "server.log"
    with running("prefect", "server", "start", "--host", "127.0.0.1", "--port", port, log=log, **quiet):
        url = f"http://127.0.0.1:{port}/api"
        until(lambda: urllib.request.urlopen(f"{url}/health", timeout=5).status == 200, 300, "the server", log)
        _row("flow, with a server", flow("served", PREFECT_API_URL=url), plain)
    nothing = plain_build("plain")
    _row("nothing new: plain command", nothing, nothing)
    _row("nothing new: flow, no server", flow("first"), nothing)


def scaling(inputs: list[str], folder: Path) -> None:
    """One worker process against two. They do a small job first, so that only the work is timed."""
    from timeline.building import build
    from timeline.executors import Dask
    from timeline.settings import Settings

    for workers in (1, 2):
        home = folder / str(workers)
        home.mkdir()
        with ExitStack() as stack:
            address, _ = stack.enter_context(dask_scheduler(home))
            for number in range(workers):
                stack.enter_context(dask_worker(address, home, str(number)))
            dask = Dask(address)
            build([str(ROOT / "data" / "sample")], home / "warm", Settings(batch_size=4), executor=dask)
            began = time.monotonic()
            result = build(inputs, home / "out", Settings(batch_size=50), executor=dask)
            seconds = time.monotonic() - began
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{workers} worker process(es): {result.articles:,} articles in {seconds:.1f} s, {result.articles / seconds:.1f} a second; "
                f"client peak {peak:,.0f} MB",
                flush=True,
            )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", metavar="INPUT")
    parser.add_argument("--dask", action="store_true")
    parser.add_argument("--articles", type=int, default=2000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        inputs = _inputs(chosen.inputs, folder, chosen.articles)
        (scaling if chosen.dask else overhead)(inputs, folder)


if __name__ == "__main__":
    main()
