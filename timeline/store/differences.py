"""What one version has that another has not, event by event."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from timeline.store.asking import quiet
from timeline.store.layout import Layout
from timeline.store.schema import SCHEMAS

if TYPE_CHECKING:
    import duckdb

__all__ = ["Change", "changes", "diff", "moved_ids"]

Manifest = dict[str, Any]
_SQL_TYPES = {
    pa.timestamp("us"): "TIMESTAMP",
    pa.float64(): "DOUBLE",
    pa.int32(): "INTEGER",
    pa.list_(pa.field("element", pa.string())): "VARCHAR[]",
}
Change = dict[str, Any]
"""``change`` (new, gone, date, status, sources, text), ``event_id``, ``was_event_id``, and before and after of what changed."""

_CHANGES = """
WITH mapped AS (
    SELECT a.*, coalesce(m.new_id, a.event_id) AS now_id, m.new_id IS NOT NULL AS renamed
    FROM a LEFT JOIN (SELECT old_id, any_value(new_id) AS new_id FROM moved GROUP BY old_id HAVING count(*) = 1) m ON a.event_id = m.old_id
), paired AS (
    SELECT b.event_id AS event_id, a.event_id AS was_event_id,
        a.value AS was_value, b.value AS value, a.status AS was_status, b.status AS status,
        a.span_start AS was_start, b.span_start AS start, a.span_end AS was_end, b.span_end AS finish,
        a.summary AS was_summary, b.summary AS summary, a.sources AS was_sources, b.sources AS sources, b.importance AS importance,
        a.source_count AS was_source_count, b.source_count AS source_count, a.granularity AS was_granularity, b.granularity AS granularity
    FROM mapped a JOIN b ON a.now_id = b.event_id
)
SELECT 'new' AS change, event_id, NULL AS was_event_id, span_start AS start, value, NULL AS was_value, status, NULL AS was_status,
    sources AS gained, [] AS lost, summary, importance
FROM b WHERE event_id NOT IN (SELECT now_id FROM mapped)
UNION ALL
SELECT 'gone', event_id, event_id, span_start, NULL, value, NULL, status, [], sources, summary, importance
FROM a WHERE event_id NOT IN (SELECT was_event_id FROM paired)
UNION ALL
SELECT 'date', event_id, was_event_id, start, value, was_value, status, was_status, [], [], summary, importance
FROM paired WHERE (was_start, was_end, was_granularity) IS DISTINCT FROM (start, finish, granularity)
UNION ALL
SELECT 'status', event_id, was_event_id, start, value, was_value, status, was_status, [], [], summary, importance
FROM paired WHERE was_status IS DISTINCT FROM status
UNION ALL
SELECT 'sources', event_id, was_event_id, start, value, was_value, status, was_status,
    list_filter(sources, lambda s: NOT list_contains(was_sources, s)), list_filter(was_sources, lambda s: NOT list_contains(sources, s)),
    summary, importance
FROM paired WHERE list_sort(was_sources) IS DISTINCT FROM list_sort(sources)
"""
_ORDER = "ORDER BY list_position(['new', 'gone', 'date', 'status', 'sources'], change), importance DESC, start, event_id"


def diff(layout: Layout, old: str | None = None, new: str | None = None) -> list[Change]:
    """Events new, gone, moved to another date, changed in status, or with other sources between two versions.

    ``new`` is the current version by default, ``old`` the one that it followed. An event that goes by a new id since it merged
    is compared with what it became. Of the first version everything is new.
    """
    after = layout.version(new)
    told = layout.manifest(after.name)
    previous = old or told.get("previous")
    before = layout.version(previous) if previous else None
    known = layout.manifest(before.name) if before else None
    moved = moved_ids(before, after, known, told) if before and known else {}
    pairs = [(o, n) for o, targets in moved.items() for n in targets]
    with _connection() as connection:
        _view(connection, "b", "events", "*", after, told)
        _view(connection, "a", "events", "*", before or after, known or told)
        if before is None:
            connection.execute("CREATE OR REPLACE VIEW a AS SELECT * FROM b WHERE false")
        connection.execute("CREATE TABLE moved (old_id VARCHAR, new_id VARCHAR)")
        if pairs:
            connection.executemany("INSERT INTO moved VALUES (?, ?)", pairs)
        found = connection.sql(f"{_CHANGES} {_ORDER}")
        names = found.columns
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _connection() -> duckdb.DuckDBPyConnection:
    return quiet({"memory_limit": "500MB", "threads": "2"})


def _view(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    table: str,
    columns: str,
    folder: Path,
    manifest: Manifest,
    without: Collection[str] = (),
) -> None:
    """A view of a version's table; files whose checksum is in ``without`` are left out."""
    files = [folder / item["path"] for item in manifest["tables"][table]["files"] if item["sha256"] not in without]
    if files:
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
        source = f"read_parquet([{listed}], hive_partitioning = false, union_by_name = true)"
    else:
        typed = ", ".join(f"NULL::{_SQL_TYPES.get(field.type, 'VARCHAR')} AS {field.name}" for field in SCHEMAS[table])
        source = f"(SELECT {typed} WHERE false)"
    connection.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM {source}")


def _shared(table: str, before: Manifest, after: Manifest) -> set[str]:
    """Checksums of the files that both versions have: what they hold has not changed."""
    old, new = ({item["sha256"] for item in m["tables"][table]["files"]} for m in (before, after))
    return old & new


def moved_ids(before: Path, after: Path, known: Manifest, told: Manifest) -> dict[str, list[str]]:
    """Where the events of ``before`` are in ``after``: ``{old id: new ids, most mentions first}`` for each that did not simply stay.

    Counted in the mentions, so that it holds between any two versions (``known`` and ``told`` are their manifests). An event whose
    mentions are all gone gets an empty list.
    """
    columns, same = "mention_id, event_id", _shared("mentions", known, told)
    with _connection() as connection:
        _view(connection, "old_changed", "mentions", columns, before, known, same)
        _view(connection, "new_changed", "mentions", columns, after, told, same)
        connection.execute(
            "CREATE TABLE affected AS SELECT DISTINCT a.event_id FROM old_changed a LEFT JOIN new_changed b USING (mention_id) "
            "WHERE a.event_id IS NOT NULL AND a.event_id IS DISTINCT FROM b.event_id"
        )
        if not connection.sql("SELECT count(*) FROM affected").fetchall()[0][0]:
            return {}
        _view(connection, "a", "mentions", columns, before, known)
        _view(connection, "b", "mentions", columns, after, told)
        rows = connection.sql(
            """
            WITH homes AS (
                SELECT a.event_id AS old_id, b.event_id AS new_id, count(b.event_id) AS n
                FROM a SEMI JOIN affected USING (event_id) LEFT JOIN b USING (mention_id) GROUP BY ALL
            ), targets AS (
                SELECT old_id, coalesce(list(new_id ORDER BY n DESC, new_id) FILTER (new_id IS NOT NULL), []) AS new_ids
                FROM homes GROUP BY old_id
            )
            SELECT old_id, new_ids FROM targets WHERE new_ids <> [old_id] ORDER BY old_id
            """
        ).fetchall()
    return {old: list(new) for old, new in rows}


def changes(before: Path | None, after: Path, known: Manifest | None, told: Manifest) -> dict[str, Any]:
    """For the manifest: how many articles were added, removed and revised, how many events are new and gone, and where events went."""
    with _connection() as connection:
        for table, columns in (("articles", "article_id, content_hash"), ("events", "event_id")):
            same = _shared(table, known, told) if known else set()
            _view(connection, f"b_{table}", table, columns, after, told, same)
            _view(connection, f"a_{table}", table, columns, before or after, known or told, same)
            if before is None:
                connection.execute(f"CREATE OR REPLACE VIEW a_{table} AS SELECT * FROM b_{table} WHERE false")
        queries = {
            "added": "FROM b_articles ANTI JOIN a_articles USING (article_id)",
            "removed": "FROM a_articles ANTI JOIN b_articles USING (article_id)",
            "revised": "FROM a_articles a JOIN b_articles b USING (article_id) WHERE a.content_hash <> b.content_hash",
            "events_new": "FROM b_events ANTI JOIN a_events USING (event_id)",
            "events_gone": "FROM a_events ANTI JOIN b_events USING (event_id)",
        }
        counts: dict[str, Any] = {
            name: connection.sql(f"SELECT count(*) {query}").fetchall()[0][0] for name, query in queries.items()
        }
    return counts | {"moved": moved_ids(before, after, known, told) if before and known else {}}
