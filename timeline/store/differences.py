"""What one version has that another has not, event by event."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from timeline.store.layout import Layout

__all__ = ["Change", "changes", "diff", "moved_ids"]

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
    previous = old or layout.manifest(after.name).get("previous")
    before = layout.version(previous) if previous else None
    with duckdb.connect(config={"memory_limit": "800MB", "threads": "2"}) as connection:
        _view(connection, "b", after)
        if before is None:
            connection.execute("CREATE VIEW a AS SELECT * FROM b WHERE false")
        else:
            _view(connection, "a", before)
        connection.execute("CREATE TABLE moved (old_id VARCHAR, new_id VARCHAR)")
        pairs = [(o, n) for o, targets in _moved_between(before, after).items() for n in targets]
        if pairs:
            connection.executemany("INSERT INTO moved VALUES (?, ?)", pairs)
        found = connection.sql(f"{_CHANGES} {_ORDER}")
        names = found.columns
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _view(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> None:
    path = str(folder / "events" / "**" / "*.parquet").replace("'", "''")
    connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}', hive_partitioning = false)")


def _moved_between(before: Path | None, after: Path) -> dict[str, list[str]]:
    return {} if before is None else moved_ids(before, after)


def moved_ids(before: Path, after: Path) -> dict[str, list[str]]:
    """Where the events of ``before`` are in ``after``: ``{old id: new ids, most mentions first}`` for each that did not simply stay.

    Counted in the mentions, so that it holds between any two versions.
    """
    with duckdb.connect(config={"memory_limit": "500MB", "threads": "2"}) as connection:
        for name, folder in (("a", before), ("b", after)):
            path = str(folder / "mentions" / "**" / "*.parquet").replace("'", "''")
            connection.execute(
                f"CREATE VIEW {name} AS SELECT mention_id, event_id FROM read_parquet('{path}', hive_partitioning = false) WHERE event_id IS NOT NULL"
            )
        rows = connection.sql(
            """
            WITH homes AS (SELECT a.event_id AS old_id, b.event_id AS new_id, count(*) AS n FROM a JOIN b USING (mention_id) GROUP BY ALL),
            changed AS (SELECT DISTINCT old_id FROM homes WHERE old_id <> new_id)
            SELECT old_id, list(new_id ORDER BY n DESC, new_id) FROM homes WHERE old_id IN (SELECT old_id FROM changed) GROUP BY old_id
            UNION ALL
            SELECT DISTINCT event_id, [] FROM a WHERE event_id NOT IN (SELECT old_id FROM homes)
            ORDER BY 1
            """
        ).fetchall()
    return {old: list(new) for old, new in rows}


def changes(before: Path | None, after: Path) -> dict[str, Any]:
    """For the manifest: how many articles were added, removed and revised, how many events are new and gone, and where events went."""
    with duckdb.connect(config={"memory_limit": "500MB", "threads": "2"}) as connection:
        for name, folder in (("a", before or after), ("b", after)):
            for table, columns in (("articles", "article_id, content_hash"), ("events", "event_id")):
                path = str(folder / table / "**" / "*.parquet").replace("'", "''")
                none = " WHERE false" if name == "a" and before is None else ""
                connection.execute(
                    f"CREATE VIEW {name}_{table} AS SELECT {columns} FROM read_parquet('{path}', hive_partitioning = false){none}"
                )
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
    return counts | {"moved": {} if before is None else moved_ids(before, after)}
