"""One writer at a time: an operating-system lock on OUT, which dies with its process, and a note of who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from timeline.store import filesystem
from timeline.store.errors import LockedError
from timeline.store.layout import Layout

__all__ = ["at_work", "locked"]


@contextmanager
def locked(layout: Layout, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock of an OUT. Another holder: wait for it, or raise :class:`LockedError` that names it.

    The lock belongs to an open file, so that the kernel frees it when its process dies, however it dies; the note beside it is for
    people and decides nothing.
    """
    note = layout.lock.with_name(".lock-holder")
    lock = FileLock(layout.lock)
    with filesystem.unwritable(layout.lock):
        try:
            lock.acquire(timeout=-1 if wait else 0)
        except Timeout:
            raise LockedError(f"another build is at work in {layout.root}{_holder(note)}; wait for it with --wait") from None
    try:
        note.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}), encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def at_work(layout: Layout) -> str | None:
    """What the lock of an OUT tells: ``at work (process …)``; ``killed (process …)``, where the last holder ended before its time; or nothing."""
    note = layout.lock.with_name(".lock-holder")
    if not note.exists():
        return None
    try:
        with FileLock(layout.lock, timeout=0):
            return f"killed{_holder(note)}" if note.exists() else None
    except Timeout:
        return f"at work{_holder(note)}"
    except OSError:  # a store that may only be read: nobody writes there either
        return None


def _holder(note: Path) -> str:
    try:
        held = json.loads(note.read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    return f" (process {held.get('pid')} on {held.get('host')})"
