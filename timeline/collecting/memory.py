"""What the collector remembers between runs: pages seen, validators, sources. One SQLite file beside the raw pages.

A page is remembered only after its bytes are safely in the WARC, so a run that is killed loses nothing: at worst a page is
fetched and stored again, and reading takes the later revision.
"""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from timeline.collecting.fetch import Validators
from timeline.collecting.sources import Manners

__all__ = ["Memory", "Page"]

_TABLES = """
CREATE TABLE IF NOT EXISTS pages (
  url TEXT PRIMARY KEY, source TEXT, first_seen TEXT NOT NULL, last_fetched TEXT NOT NULL,
  etag TEXT, last_modified TEXT, digest TEXT, warc TEXT, forgotten INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS sources (
  url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, last_run TEXT, last_error TEXT);
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was fetched before."""

    url: str
    first_seen: datetime
    last_fetched: datetime
    validators: Validators
    digest: str | None
    forgotten: bool


class Memory:
    """The remembered pages of one raw store; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._base = sqlite3.connect(path, check_same_thread=False, timeout=30)
        with self._lock, self._base:
            self._base.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def page(self, url: str) -> Page | None:
        """What is known of a canonical URL."""
        with self._lock:
            row = self._base.execute(
                "SELECT first_seen, last_fetched, etag, last_modified, digest, forgotten FROM pages WHERE url = ?", (url,)
            ).fetchone()
        if row is None:
            return None
        first, last = datetime.fromisoformat(row[0]), datetime.fromisoformat(row[1])
        return Page(url, first, last, Validators(row[2], row[3]), row[4], bool(row[5]))

    def due(self, url: str, manners: Manners, now: datetime) -> bool:
        """True for a new page, and for a seen one while it is young enough to be corrected and was not looked at just now."""
        page = self.page(url)
        if page is None:
            return True
        young = now - page.first_seen <= timedelta(days=manners.refetch_days)
        rested = now - page.last_fetched >= timedelta(hours=manners.refetch_hours)
        return young and rested and not page.forgotten

    def remember(self, url: str, source: str, at: datetime, validators: Validators, digest: str | None, warc: str | None) -> None:
        """A page was fetched (``digest`` and ``warc`` null: it had not changed)."""
        with self._lock, self._base:
            self._base.execute(
                "INSERT INTO pages (url, source, first_seen, last_fetched, etag, last_modified, digest, warc) VALUES (?,?,?,?,?,?,?,?) "
                "ON CONFLICT (url) DO UPDATE SET last_fetched = excluded.last_fetched, etag = coalesce(excluded.etag, etag), "
                "last_modified = coalesce(excluded.last_modified, last_modified), digest = coalesce(excluded.digest, digest), "
                "warc = coalesce(excluded.warc, warc)",
                (url, source, at.isoformat(), at.isoformat(), validators.etag, validators.last_modified, digest, warc),
            )

    def forget(self, url: str, at: datetime) -> None:
        """Never fetch this page again."""
        with self._lock, self._base:
            self._base.execute(
                "INSERT INTO pages (url, first_seen, last_fetched, forgotten) VALUES (?,?,?,1) "
                "ON CONFLICT (url) DO UPDATE SET forgotten = 1, etag = NULL, last_modified = NULL, digest = NULL, warc = NULL",
                (url, at.isoformat(), at.isoformat()),
            )

    def source_validators(self, url: str) -> Validators | None:
        """What a feed or sitemap gave last time."""
        with self._lock:
            row = self._base.execute("SELECT etag, last_modified FROM sources WHERE url = ?", (url,)).fetchone()
        return Validators(*row) if row else None

    def source_ran(self, url: str, at: datetime, validators: Validators | None, error: str | None) -> None:
        """How a source went; its validators are kept only where all that it listed was dealt with."""
        kept = validators or Validators()
        with self._lock, self._base:
            self._base.execute(
                "INSERT INTO sources VALUES (?,?,?,?,?) ON CONFLICT (url) DO UPDATE SET etag = excluded.etag, "
                "last_modified = excluded.last_modified, last_run = excluded.last_run, last_error = excluded.last_error",
                (url, kept.etag, kept.last_modified, at.isoformat(), error),
            )
