"""How much memory a process and all its children hold together: the sum of their proportional shares (PSS), sampled."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_EVERY = 0.25


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _family(int(child))


def _share(pid: int) -> int:
    """Bytes of one process, pages that several map divided among them."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    except OSError:  # it ended meanwhile
        pass
    return 0


def _own(pid: int) -> int:
    """Bytes that a process alone holds and the system cannot take back: neither libraries nor files that are mapped."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) << 10
    except OSError:
        pass
    return 0


class Peak:
    """The largest sum seen so far, and the most that the first process held of its own, in bytes."""

    bytes = own = 0


@contextmanager
def watched(pid: int) -> Iterator[Peak]:
    """Sample the process and its descendants for as long as the block lasts."""
    peak, over = Peak(), threading.Event()

    def sample() -> None:
        while not over.wait(_EVERY):
            peak.bytes = max(peak.bytes, sum(map(_share, _family(pid))))
            peak.own = max(peak.own, _own(pid))

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()
