"""Lines of a byte stream, each of bounded length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from timeline.reading.draft import MAX_DOCUMENT

__all__ = ["bounded_lines"]


def bounded_lines(stream: BinaryIO, limit: int = MAX_DOCUMENT) -> Iterator[tuple[int, bytes | None]]:
    """``(number, line)`` from 1, the line with its ending; ``None`` for a line of more than ``limit`` bytes, which is skipped."""
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) <= limit:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(1 << 20)
        yield number, None
