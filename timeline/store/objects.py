"""Object stores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from timeline.reading.sources import Opener
from timeline.store.layout import Layout

__all__ = ["Fetched", "fetched", "openers", "workspace"]


def openers() -> Mapping[str, Opener]:
    """Readers of inputs on object stores, by URL scheme."""
    return {}


@contextmanager
def workspace(out: str | Path) -> Iterator[Layout]:
    """The folder to work in."""
    yield Layout(out)


class Fetched:
    """An OUT for reading."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def resolve(self, version: str | None = None) -> str:
        """Where a version lies."""
        return str(self.layout.version(version).resolve())

    def folder(self, version: str | None = None) -> Path:
        """A folder that holds a version."""
        return self.layout.version(version).resolve()


def fetched(out: str | Path) -> Fetched:
    """An OUT for reading."""
    return Fetched(Layout(out))
