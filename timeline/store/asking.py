"""SQL over a version: DuckDB with the five tables and three flat views, in memory, with no way to a file or the net."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

from timeline.store.errors import StoreError
from timeline.store.migrate import read_table
from timeline.store.schema import TABLES

if TYPE_CHECKING:
    import duckdb

__all__ = ["VIEWS", "connect_to", "quiet", "run_query", "sorter"]

VIEWS = {
    "event_places": "SELECT event_id, p.name, p.country, p.lat, p.lon, p.gazetteer_id, p.mentions "
    "FROM (SELECT event_id, unnest(places) AS p FROM events)",
    "event_participants": "SELECT event_id, p.name, p.role, p.mentions FROM (SELECT event_id, unnest(participants) AS p FROM events)",
    "event_sources": "SELECT e.event_id, a.source, a.article_id, a.url, a.title, a.published, a.duplicate_of "
    "FROM (SELECT event_id, unnest(article_ids) AS article_id FROM events) e JOIN articles a USING (article_id)",
}
"""Flat views for people: one row a place, participant or article of an event."""


def quiet(config: dict[str, str]) -> duckdb.DuckDBPyConnection:
    """A connection that fetches nothing from anywhere, draws no progress bar into our output and leaves no files where we stand."""
    import duckdb  # here, since those who only extract or merge do without: 15 MB a worker

    offline = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    spill = {"temp_directory": str(Path(gettempdir()) / f"timeline-{os.getpid()}")}
    connection = duckdb.connect(config={**offline, **spill, **config})
    connection.execute("SET enable_progress_bar = false")
    return connection


def sorter(spill: Path) -> duckdb.DuckDBPyConnection:
    """A connection that sorts and joins more than fits into memory, by way of files in the folder ``spill``."""
    return quiet({"memory_limit": "200MB", "threads": "2", "temp_directory": str(spill), "preserve_insertion_order": "false"})


def connect_to(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection to a version's tables and :data:`VIEWS`. They are read first; then every door is shut and locked."""
    connection = quiet({})
    for table in TABLES:
        connection.register(f"{table}_arrow", read_table(folder, table))
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM {table}_arrow")
        connection.unregister(f"{table}_arrow")
    for name, query in VIEWS.items():
        connection.execute(f"CREATE VIEW {name} AS {query}")
    connection.execute("SET TimeZone = 'UTC'; SET python_enable_replacements = false")
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    return connection


_CHANGING = ("INSERT", "UPDATE", "DELETE", "DROP", "ALTER")


def _only_asks(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """:class:`StoreError` for a query that asks nothing, or would change what it sees: that is memory of its own, and it would be for nothing."""
    statements = connection.extract_statements(query)
    if not statements:
        raise StoreError("the query asks nothing")
    for statement in statements:
        if statement.type.name in _CHANGING:
            raise StoreError(f"the timeline is read-only: {statement.type.name} is not possible")


def run_query(folder: Path, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows of one query. :class:`StoreError` with DuckDB's own words where it does not run."""
    import duckdb

    with connect_to(folder) as connection:
        try:
            _only_asks(connection, query)
            found = connection.execute(query)
            return [column[0] for column in found.description or []], found.fetchall()
        except duckdb.Error as error:
            raise StoreError(" ".join(str(error).split())) from error
