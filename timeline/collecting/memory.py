"""What the collector remembers between runs: pages listed, had or still to be had, validators, sources. One SQLite file.

A page is remembered as listed before the listing's validators are, and as had only after its bytes are safely in the WARC. So a run
that is killed loses nothing: a page that left the feed meanwhile is still fetched, and at worst one is fetched and stored twice
(reading takes the later revision).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from timeline.collecting.fetch import Validators
from timeline.collecting.sources import Manners

__all__ = ["MEMORY", "TRIES", "Memory", "Page"]

MEMORY = ".seen.sqlite"
"""The name of the file in a raw store; names with a leading dot are no inputs of a build."""

TRIES = 6
"""A page that cannot be had is tried so often, an hour after the first time, two after the second, and so on doubling."""

_TABLES = """
CREATE TABLE IF NOT EXISTS pages (
  url TEXT PRIMARY KEY, link TEXT NOT NULL, source TEXT NOT NULL, first_seen TEXT NOT NULL, last_fetched TEXT,
  etag TEXT, last_modified TEXT, digest TEXT, warc TEXT,
  failures INTEGER NOT NULL DEFAULT 0, not_before TEXT, error TEXT, forgotten INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS pages_by_source ON pages (source, first_seen);
CREATE TABLE IF NOT EXISTS sources (
  url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, last_run TEXT, last_error TEXT);
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a source listed; ``url`` is canonical, ``link`` the address as listed, ``digest`` null while it was never had."""

    url: str
    link: str
    validators: Validators
    digest: str | None


class Memory:
    """The remembered pages of one raw store; safe to use from several threads. Times are kept in UTC."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._base = sqlite3.connect(path, check_same_thread=False, timeout=30)
        with self._lock, self._base:
            self._base.executescript(_TABLES)

    def __enter__(self) -> Memory:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def listed(self, pages: Iterable[tuple[str, str]], source: str, at: datetime) -> None:
        """A source lists these ``(canonical URL, address)`` pairs; those that are known already stay as they are."""
        rows = [(url, link, source, _text(at)) for url, link in pages]
        with self._lock, self._base:
            self._base.executemany("INSERT OR IGNORE INTO pages (url, link, source, first_seen) VALUES (?,?,?,?)", rows)

    def due(self, source: str, manners: Manners, now: datetime) -> list[Page]:
        """The pages of a source to fetch now: those never had (not tried too often or just now), then those young enough to be corrected.

        New pages come in the order they were listed, older ones the longest unseen first.
        """
        young = _text(now - timedelta(days=manners.refetch_days))
        rested = _text(now - timedelta(hours=manners.refetch_hours))
        with self._lock:
            rows = self._base.execute(
                "SELECT url, link, etag, last_modified, digest FROM pages WHERE source = ? AND NOT forgotten AND failures < ? "
                "AND (not_before IS NULL OR not_before <= ?) "
                "AND (last_fetched IS NULL OR (first_seen >= ? AND last_fetched <= ?)) ORDER BY last_fetched IS NOT NULL, last_fetched, rowid",
                (source, TRIES, _text(now), young, rested),
            ).fetchall()
        return [Page(url, link, Validators(etag, modified), digest) for url, link, etag, modified, digest in rows]

    def remember(self, url: str, at: datetime, validators: Validators, digest: str | None, warc: str | None) -> None:
        """A page was fetched (``digest`` and ``warc`` null: it had not changed)."""
        with self._lock, self._base:
            self._base.execute(
                "UPDATE pages SET last_fetched = ?, etag = coalesce(?, etag), last_modified = coalesce(?, last_modified), "
                "digest = coalesce(?, digest), warc = coalesce(?, warc), failures = 0, not_before = NULL, error = NULL WHERE url = ?",
                (_text(at), validators.etag, validators.last_modified, digest, warc, url),
            )

    def failed(self, url: str, at: datetime, reason: str) -> None:
        """A page could not be had; the next try waits an hour, then two, then four."""
        with self._lock, self._base:
            row = self._base.execute("SELECT failures FROM pages WHERE url = ?", (url,)).fetchone()
            failures = row[0] + 1 if row else 1
            wait = timedelta(hours=2 ** (failures - 1))
            self._base.execute(
                "UPDATE pages SET failures = ?, not_before = ?, error = ? WHERE url = ?",
                (failures, _text(at + wait), reason, url),
            )

    def forget(self, url: str, at: datetime) -> None:
        """Never fetch this page (canonical URL) again."""
        with self._lock, self._base:
            self._base.execute(
                "INSERT INTO pages (url, link, source, first_seen, forgotten) VALUES (?,?,'',?,1) ON CONFLICT (url) DO UPDATE SET "
                "forgotten = 1, etag = NULL, last_modified = NULL, digest = NULL, warc = NULL, error = NULL",
                (url, url, _text(at)),
            )

    def source_validators(self, url: str) -> Validators:
        """What a feed or sitemap gave last time."""
        with self._lock:
            row = self._base.execute("SELECT etag, last_modified FROM sources WHERE url = ?", (url,)).fetchone()
        return Validators(*row) if row else Validators()

    def source_ran(self, url: str, at: datetime, validators: Validators, error: str | None = None) -> None:
        """How fetching a feed or sitemap went, and what it gave to ask again with."""
        with self._lock, self._base:
            self._base.execute(
                "INSERT INTO sources VALUES (?,?,?,?,?) ON CONFLICT (url) DO UPDATE SET etag = excluded.etag, "
                "last_modified = excluded.last_modified, last_run = excluded.last_run, last_error = excluded.last_error",
                (url, validators.etag, validators.last_modified, _text(at), error),
            )


def _text(moment: datetime) -> str:
    """UTC in a form that sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
