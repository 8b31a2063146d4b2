"""Tables: schema, records ↔ Arrow ↔ pandas, extraction cache, published versions.

Every function takes an OUT: a folder, or the URL of an object store (``s3://bucket/prefix``). What stops a command is a
:class:`StoreError`, whose message is one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from timeline.store import versions
from timeline.store.errors import StoreError
from timeline.store.locks import locked
from timeline.store.objects import fetched, workspace
from timeline.store.runs import wall_clock
from timeline.store.schema import SCHEMA_VERSION, SCHEMAS, TABLES

if TYPE_CHECKING:
    import duckdb

    from timeline.store.asking import VIEWS
    from timeline.store.forgetting import Forgotten
    from timeline.store.frames import Timeline
    from timeline.store.layout import Layout
    from timeline.store.versions import Version

__all__ = [
    "SCHEMAS",
    "SCHEMA_VERSION",
    "TABLES",
    "VIEWS",
    "StoreError",
    "Timeline",
    "connect",
    "diff",
    "forget",
    "history",
    "load",
    "locked",
    "prune",
    "query",
    "resolve",
    "rollback",
    "status",
    "verify",
]


_LATE = {"Timeline": "timeline.store.frames", "VIEWS": "timeline.store.asking"}


def __getattr__(name: str) -> Any:
    """pandas and DuckDB are loaded by those who need them: a build that finds nothing new is over before they are."""
    if name in _LATE:
        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def resolve(out: str | Path, version: str | None = None) -> str:
    """The folder (or URL) of the current version, or of another: what to read from, as it never changes any more."""
    return fetched(out).resolve(version)


def load(out: str | Path, version: str | None = None) -> Timeline:
    """The current version, or another, as pandas frames."""
    from timeline.store.frames import Timeline

    source = fetched(out)
    return Timeline(source.folder(version), keep=source)


def connect(out: str | Path, version: str | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection to the five tables and the flat views (:data:`VIEWS`): read-only, and no file can be reached through it."""
    from timeline.store.asking import connect_to

    source = fetched(out)  # alive while it is read
    return connect_to(source.folder(version))


def query(out: str | Path, sql: str, version: str | None = None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows of one query over :func:`connect`."""
    from timeline.store.asking import run_query

    source = fetched(out)
    return run_query(source.folder(version), sql)


def history(out: str | Path) -> list[Version]:
    """The versions that are kept, newest first."""
    source = fetched(out)
    return versions.history(source.layout)


def status(out: str | Path) -> dict[str, Any]:
    """When it last ran, on what, how it went, and what is current."""
    source = fetched(out)
    return versions.status(source.layout)


def diff(out: str | Path, old: str | None = None, new: str | None = None) -> list[dict[str, Any]]:
    """Events new, gone, moved to another date, changed in status or with other sources; by default since the version before."""
    from timeline.store.differences import diff as compare

    source = fetched(out)
    after = source.folder(new)
    previous = old or source.layout.manifest(after.name).get("previous")
    if previous in source.layout.version_ids():
        source.folder(previous)
    return compare(source.layout, old, after.name)


def verify(out: str | Path, version: str | None = None) -> list[str]:
    """What is wrong with a version, a line each: checksums, schema, unique ids, references. Empty where all is well."""
    source = fetched(out)
    return versions.verify(source.layout, source.folder(version).name)


@contextmanager
def _changing(out: str | Path, *, wait: bool, published: bool = True) -> Iterator[Layout]:
    """An OUT that is there, with all its versions and under its lock. Where there is none, none is made."""
    with workspace(out, versions=True) as layout:
        layout.require(published=published)
        with locked(layout, wait=wait):
            yield layout


def rollback(out: str | Path, version: str, *, wait: bool = False, now: datetime | None = None) -> str:
    """Make an earlier version the current one; returns its id."""
    with _changing(out, wait=wait) as layout:
        return versions.rollback(layout, version, now or wall_clock())


def prune(
    out: str | Path, keep: int, *, wait: bool = False, now: datetime | None = None, grace: timedelta = versions.GRACE
) -> list[str]:
    """Remove all but the newest ``keep`` versions, never what a reader may just have resolved; returns the ids of those that went."""
    with _changing(out, wait=wait) as layout:
        return versions.prune(layout, keep, now or wall_clock(), grace)


def forget(out: str | Path, article: str, *, wait: bool = False, now: datetime | None = None) -> Forgotten:
    """Remove an article, by id or URL, from the cache and every kept version, for good; says what was removed."""
    from timeline.store.forgetting import forget as remove

    with _changing(out, wait=wait, published=False) as layout:  # what a collector has fetched may be forgotten before it is built
        return remove(layout, article, now or wall_clock())
