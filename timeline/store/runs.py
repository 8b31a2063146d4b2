"""``runs.jsonl``: when what ran and how it went. The only place in an OUT that holds wall-clock times."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from timeline.store import filesystem
from timeline.store.errors import StoreError
from timeline.store.layout import Layout, canonical_json

__all__ = ["failure_logged", "log_run", "read_runs", "wall_clock"]


def wall_clock() -> datetime:
    """The time of day, for the log of runs alone: no row of a table depends on it."""
    return datetime.fromtimestamp(time.time(), UTC)


def log_run(layout: Layout, started: datetime, ended: datetime, told: Mapping[str, Any]) -> None:
    """Add a run to the log."""
    times = {"started": started.isoformat(timespec="seconds"), "ended": ended.isoformat(timespec="seconds")}
    filesystem.append_line(layout.runs, canonical_json({**times, **told}))


@contextmanager
def failure_logged(layout: Layout, started: datetime, clock: Callable[[], datetime], told: Mapping[str, Any]) -> Iterator[None]:
    """A run that ends before its time leaves a line with its ``error``, so that ``timeline status`` can say how it went."""
    try:
        yield
    except BaseException as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:500]
        with suppress(StoreError, OSError):  # the disk may be full; what stopped the run is the error to see
            log_run(layout, started, clock(), {**told, "error": reason})
        raise


def read_runs(layout: Layout) -> list[dict[str, Any]]:
    """All runs, oldest first; lines torn by a crash are passed over."""
    if not layout.runs.exists():
        return []
    found = []
    for line in layout.runs.read_text("utf-8").splitlines():
        try:
            run = json.loads(line)
        except ValueError:
            continue
        if isinstance(run, dict):
            found.append(run)
    return found
