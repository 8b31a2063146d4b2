"""Kills builds at random moments, many times: ``python -m tests.soak [--kills 1000] [--seed 1]``.

After each kill what is published must be whole, and the next build must give the tables of a build from nothing.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import pytest

from tests.storehouse import run, tables, use_plain_extraction, write
from tests.test_crash import FIRST, SECOND, kill_builds

_ROUND = 20


def main() -> None:
    """Run rounds of kills and print how far it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    started, killed, tried = time.monotonic(), 0, 0
    with pytest.MonkeyPatch.context() as monkeypatch, tempfile.TemporaryDirectory(prefix="soak-") as temporary:
        use_plain_extraction(monkeypatch)
        folder = Path(temporary)
        run(write(folder / "in.jsonl", FIRST), folder / "first")
        write(folder / "in.jsonl", SECOND)
        run(str(folder / "in.jsonl"), folder / "wanted")
        world = (folder, tables(folder / "first"), tables(folder / "wanted"))
        while killed < arguments.kills:
            killed += kill_builds(world, folder / "rounds", _ROUND, arguments.seed + tried)
            tried += _ROUND
            print(f"{killed} killed of {tried} builds, all whole afterwards, {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
