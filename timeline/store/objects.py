"""Object stores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from timeline.reading.sources import Opener
from timeline.store.layout import Layout

__all__ = ["openers", "workspace"]


def openers() -> Mapping[str, Opener]:
    """Readers of inputs on object stores, by URL scheme."""
    return {}


@contextmanager
def workspace(out: str | Path) -> Iterator[Layout]:
    """The folder to work in."""
    yield Layout(out)
