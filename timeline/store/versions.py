"""The versions of an OUT: their history, going back to one, checking one, removing old ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from timeline.store import filesystem
from timeline.store.asking import quiet
from timeline.store.batches import EXTRACTED, PROFILES
from timeline.store.errors import CorruptError, StoreError
from timeline.store.layout import Layout
from timeline.store.locks import at_work
from timeline.store.packs import drop_unused
from timeline.store.runs import log_run, read_runs
from timeline.store.schema import SCHEMA_VERSION, SCHEMAS, TABLES

__all__ = ["Version", "history", "prune", "rollback", "status", "verify"]

GRACE = timedelta(hours=1)
"""How long after it was replaced a version is kept for those who resolved it just before."""


@dataclass(frozen=True, slots=True)
class Version:
    """A line of the history. ``published`` is when it first went live, ``None`` where the log of runs does not say."""

    version: str
    current: bool
    published: str | None
    articles: int
    events: int
    mentions: int
    issues: int
    bytes: int
    changes: dict[str, int]
    pipeline_version: str
    schema_version: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def history(layout: Layout) -> list[Version]:
    """The versions that are there, newest first."""
    layout.require()
    current = layout.current()
    times = _published_at(layout)
    return [_version(layout, version, current, times) for version in reversed(layout.version_ids())]


def _version(layout: Layout, version: str, current: str | None, times: dict[str, str]) -> Version:
    manifest = layout.manifest(version)
    tables = manifest["tables"]
    return Version(
        version=version,
        current=version == current,
        published=times.get(version),
        **{table: tables[table]["rows"] for table in ("articles", "events", "mentions", "issues")},
        bytes=sum(item["bytes"] for table in TABLES for item in tables[table]["files"]),
        changes={name: count for name, count in manifest.get("changes", {}).items() if isinstance(count, int)},
        pipeline_version=manifest["pipeline_version"],
        schema_version=manifest["schema_version"],
    )


def _published_at(layout: Layout) -> dict[str, str]:
    times: dict[str, str] = {}
    for run in read_runs(layout):
        if run.get("changed") and run.get("version"):
            times.setdefault(run["version"], run["ended"])
    return times


def rollback(layout: Layout, version: str, now: datetime) -> str:
    """Make an earlier version the current one; returns its id. The next build goes on from the inputs as they are then.

    Only under the lock. Raises :class:`MissingError` or, where the version is damaged, :class:`CorruptError`.
    """
    found = layout.find(version)
    problems = [problem for problem in verify(layout, found) if "sha256" in problem or "missing" in problem]
    if problems:
        raise CorruptError(f"not rolled back: version {found} is damaged: {problems[0]}")
    if found != layout.current():
        filesystem.swap_link(layout.pointer, f"versions/{found}")
        log_run(layout, now, now, {"run": "rollback", "version": found})
    return found


def verify(layout: Layout, version: str | None = None) -> list[str]:
    """What is wrong with a version, a line each: checksums, schema, row counts, unique ids, references. Empty where all is well."""
    folder = layout.version(version)
    manifest = layout.manifest(folder.name)
    problems = [problem for table in TABLES for problem in _file_problems(folder, manifest["tables"][table], table)]
    return problems or list(_row_problems(folder))


def _file_problems(folder: Path, told: dict[str, Any], table: str) -> Iterator[str]:
    listed = {item["path"] for item in told["files"]}
    for path in sorted((folder / table).rglob("*")):
        if path.is_file() and path.relative_to(folder).as_posix() not in listed:
            yield f"{table}: {path.relative_to(folder)} is not in the manifest"
    for item in told["files"]:
        path = folder / item["path"]
        if not path.is_file():
            yield f"{table}: {item['path']} is missing"
            continue
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != item["sha256"]:
                yield f"{table}: {item['path']} is not what was published (sha256 differs)"
                continue
        yield from _schema_problems(path, item, table)


def _schema_problems(path: Path, item: dict[str, Any], table: str) -> Iterator[str]:
    try:
        found = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        yield f"{table}: {item['path']} is no Parquet file: {error}"
        return
    schema = found.schema_arrow
    written = int((schema.metadata or {}).get(b"schema_version", 0))
    if written == SCHEMA_VERSION and not schema.equals(SCHEMAS[table], check_metadata=False):
        yield f"{table}: {item['path']} does not have the schema {SCHEMA_VERSION}"
    if found.metadata.num_rows != item["rows"]:
        yield f"{table}: {item['path']} holds {found.metadata.num_rows} rows, not {item['rows']}"


_IDS = (("articles", "article_id"), ("expressions", "expression_id"), ("mentions", "mention_id"), ("events", "event_id"))
_REFERENCES = (
    ("expressions", "article_id", "articles"),
    ("mentions", "article_id", "articles"),
    ("mentions", "event_id", "events"),
    ("issues", "article_id", "articles"),
    ("articles", "duplicate_of AS article_id", "articles"),
    ("articles", "unnest(headline_event_ids) AS event_id", "events"),
    ("events", "unnest(article_ids) AS article_id", "articles"),
    ("mentions", "unnest(expression_ids) AS expression_id", "expressions"),
)


def _row_problems(folder: Path) -> Iterator[str]:
    with quiet({"memory_limit": "500MB", "threads": "2"}) as connection:
        for table in TABLES:
            path = str(folder / table / "**" / "*.parquet").replace("'", "''")
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{path}', hive_partitioning = false)")

        def count(query: str) -> int:
            return int(connection.sql(query).fetchall()[0][0])

        for table, name in _IDS:
            if twice := count(f"SELECT count(*) - count(DISTINCT {name}) FROM {table}"):
                yield f"{table}: {twice} rows share their {name} with another"
        for table, expression, target in _REFERENCES:
            name = expression.split()[-1]
            lost = f"SELECT count(*) FROM (SELECT {expression} FROM {table}) t ANTI JOIN {target} USING ({name}) WHERE t.{name} IS NOT NULL"
            if missing := count(lost):
                yield f"{table}: {missing} rows name a {expression.split(' AS ')[0]} that is not in {target}"
        wrong = (
            "SELECT count(*) FROM events e LEFT JOIN (SELECT event_id, count(*) AS n FROM mentions GROUP BY 1) m USING (event_id)"
        )
        if differing := count(f"{wrong} WHERE e.mention_count <> coalesce(m.n, 0)"):
            yield f"events: {differing} rows count other mentions than there are"
        if undated := count(
            "SELECT count(*) FROM events WHERE (time_start IS NOT NULL OR time_end IS NOT NULL) AND (span_start IS NULL OR span_end IS NULL)"
        ):
            yield f"events: {undated} dated rows have no span"


def prune(layout: Layout, keep: int, now: datetime, grace: timedelta = GRACE) -> list[str]:
    """Remove all but the newest ``keep`` versions; returns the ids of those that went. Only under the lock.

    The current version stays, and so does each that was current within ``grace``: somebody may have resolved it just now. The
    extraction cache loses what the last build did not use (articles that are gone, older rules).
    """
    if keep < 1:
        raise StoreError("prune keeps at least one version: --keep 1 or more")
    known, current = layout.version_ids(), layout.current()
    kept = set(known[-keep:]) | {current} | _lately_current(layout, now - grace)
    gone = [version for version in known if version not in kept]
    for version in gone:
        # the manifest first: a folder without one is rubbish, the other way round is damage
        filesystem.remove(layout.manifest_path(version))
        filesystem.remove(layout.versions / version)
    dropped = drop_unused(layout.packs, EXTRACTED, layout.packs)
    drop_unused(layout.profiles, PROFILES, layout.packs)
    if gone or dropped:
        log_run(layout, now, now, {"run": "prune", "removed": gone, "cache_rows": dropped})
    return gone


def _lately_current(layout: Layout, since: datetime) -> set[str]:
    """Versions that were current at some time after ``since``, as the log of runs tells."""
    turns = [
        (run["ended"], run["version"])
        for run in read_runs(layout)
        if run.get("version") and (run.get("changed") or run.get("run") == "rollback")
    ]
    lately = set()
    for number, (_, version) in enumerate(turns):
        replaced = turns[number + 1][0] if number + 1 < len(turns) else None
        if replaced is None or datetime.fromisoformat(replaced) > since:
            lately.add(version)
    return lately


def status(layout: Layout) -> dict[str, Any]:
    """When it last ran, on what, how it went, and what is current: ``last`` by kind of run (build, collect …), ``now`` as in :func:`at_work`."""
    layout.require()
    runs = read_runs(layout)
    current = layout.current()
    told: dict[str, Any] = {
        "out": str(layout.root),
        "current": current,
        "runs": len(runs),
        "last_run": runs[-1] if runs else None,
        "last": {run.get("run", "build"): run for run in runs},
        "now": at_work(layout),
    }
    if current is not None and current in layout.version_ids():
        told["version"] = _version(layout, current, current, _published_at(layout)).to_dict()
    return told
