"""Tables: schema, records ↔ Arrow ↔ pandas, extraction cache, published versions.

Every function takes an OUT: a folder, or the URL of an object store (``s3://bucket/prefix``). What stops a command is a
:class:`StoreError`, whose message is one line.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from timeline.store.errors import StoreError
from timeline.store.frames import Timeline
from timeline.store.objects import fetched
from timeline.store.query import VIEWS, connect_to, run_query
from timeline.store.schema import SCHEMA_VERSION, SCHEMAS, TABLES

if TYPE_CHECKING:
    import duckdb

__all__ = [
    "SCHEMAS",
    "SCHEMA_VERSION",
    "TABLES",
    "VIEWS",
    "StoreError",
    "Timeline",
    "connect",
    "load",
    "query",
    "resolve",
]


def resolve(out: str | Path, version: str | None = None) -> str:
    """The folder (or URL) of the current version, or of another: what to read from, as it never changes any more."""
    return fetched(out).resolve(version)


def load(out: str | Path, version: str | None = None) -> Timeline:
    """The current version, or another, as pandas frames."""
    return Timeline(fetched(out).folder(version))


def connect(out: str | Path, version: str | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection to the five tables and the flat views (:data:`VIEWS`): read-only, and no file can be reached through it."""
    return connect_to(fetched(out).folder(version))


def query(out: str | Path, sql: str, version: str | None = None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows of one query over :func:`connect`."""
    return run_query(fetched(out).folder(version), sql)
