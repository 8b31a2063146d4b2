"""What is new in a timeline since a version: rows for a table, Markdown, and a JSON Feed of the new events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from timeline import store
from timeline.store.objects import fetched
from timeline.views import changes

__all__ = ["News", "feed", "markdown", "new_issues", "since", "table"]

_ORDER = ("new", "status", "date", "sources", "gone")
_WORDS = {
    "new": "new",
    "status": "changed status",
    "date": "moved to another date",
    "sources": "with other sources",
    "gone": "gone",
}
_LINKS = 8  # articles that are named for one event


@dataclass(frozen=True, slots=True)
class News:
    """What changed from version ``old`` (``None``: from nothing) to ``new``.

    ``counts`` of all changes by their kind in words; ``rows``, the most important first, as :func:`timeline.store.diff` gives them, each
    with ``articles``: ``{url, title, source}`` of those that tell it.
    """

    old: str | None
    new: str
    counts: dict[str, int]
    rows: list[dict[str, Any]]


def since(out: str, old: str | None, *, limit: int = 100) -> News:
    """What is new since version ``old``; where that is no longer kept, since the oldest that is; at most ``limit`` rows.

    Raises :class:`timeline.store.StoreError` where OUT holds no timeline.
    """
    folder = fetched(out).folder(None)
    new = folder.name
    kept = [version.version for version in reversed(store.history(out))]
    if old is not None and old not in kept:
        old = next((version for version in kept if version != new), None)
    found = _everything(folder, limit) if old is None else store.diff(out, old, new)
    if old is None:
        counts = {"new": _count(folder)}
    else:
        told = Counter(change["change"] for change in found)
        counts = {_WORDS[kind]: told[kind] for kind in _ORDER if told[kind]}
    rows = sorted(found, key=lambda row: (_ORDER.index(row["change"]), -(row["importance"] or 0.0), row["event_id"]))[:limit]
    articles = _articles(folder, [row["event_id"] for row in rows if row["change"] != "gone"])
    return News(old, new, counts, [row | {"articles": articles.get(row["event_id"], [])} for row in rows])


def _table(folder: Path, name: str) -> str:
    """A table of a version, for a query to read from."""
    files = f"{folder}/{name}/**/*.parquet".replace("'", "''")
    return f"read_parquet('{files}', hive_partitioning = false)"


def _rows(query: str, *parameters: Any) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        found = connection.execute(query, list(parameters))
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _count(folder: Path) -> int:
    (counted,) = _rows(f"SELECT count(*) AS n FROM {_table(folder, 'events')}")
    return int(counted["n"])


def _everything(folder: Path, limit: int) -> list[dict[str, Any]]:
    """The most important events of a first version, in the shape of :func:`timeline.store.diff`."""
    query = f"""
        SELECT 'new' AS change, event_id, NULL AS was_event_id, span_start AS start, value, NULL AS was_value, status, NULL AS was_status,
            sources AS gained, [] AS lost, summary, importance
        FROM {_table(folder, "events")} ORDER BY importance DESC, event_id LIMIT {int(limit)}"""
    return _rows(query)


def _articles(folder: Path, event_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The articles of some events, independent ones first."""
    query = f"""
        SELECT e.event_id, a.url, a.title, a.source
        FROM (SELECT event_id, unnest(article_ids) AS article_id FROM {_table(folder, "events")} WHERE list_contains(?, event_id)) e
        JOIN {_table(folder, "articles")} a USING (article_id)
        ORDER BY e.event_id, a.duplicate_of IS NOT NULL, a.published, a.article_id"""
    found: dict[str, list[dict[str, Any]]] = {}
    for article in _rows(query, list(event_ids)) if event_ids else ():
        found.setdefault(article.pop("event_id"), []).append(article)
    return {event_id: articles[:_LINKS] for event_id, articles in found.items()}


def new_issues(out: str, old: str | None, *, limit: int) -> list[dict[str, Any]]:
    """Issues that version ``old`` did not have, those of reading first; what an article has several times stands once."""
    source = fetched(out)
    folder = source.folder(None)
    known = ""
    if old is not None and old in {version.version for version in store.history(out)}:
        before = source.folder(old)
        known = f"ANTI JOIN {_table(before, 'issues')} o ON "
        known += " AND ".join(f"n.{name} IS NOT DISTINCT FROM o.{name}" for name in ("stage", "article_id", "input", "reason"))
    query = f"""SELECT DISTINCT stage, article_id, input, reason FROM {_table(folder, "issues")} n {known}
        ORDER BY stage <> 'read', stage, input, article_id, reason LIMIT {int(limit)}"""
    return _rows(query)


def table(news: News) -> list[dict[str, Any]]:
    """Plain rows for a table: change, when, what happened, before, now, sources."""
    return [
        dict(zip(changes.NAMES, cells, strict=True))
        | {"sources": ", ".join(dict.fromkeys(a["source"] for a in row["articles"] if a["source"]))}
        for row, cells in zip(news.rows, changes.cells(news.rows), strict=True)
    ]


def markdown(news: News) -> str:
    """A page for people."""
    counted = ", ".join(f"{count:,} {words}" for words, count in news.counts.items()) or "none"
    head = f"# New in the timeline\n\nSince {news.old or 'the beginning'}, to {news.new}. Events: {counted}."
    shown = f" The {len(news.rows)} most important:" if len(news.rows) < sum(news.counts.values()) else ""
    return f"{head}{shown}\n\n{changes.markdown(news.rows)}\n"


def feed(news: News, title: str, at: datetime, before: Mapping[str, Any] | None = None, *, keep: int = 300) -> dict[str, Any]:
    """A JSON Feed (version 1.1) of the new events, over the items of the feed ``before``; at most ``keep`` items, the latest first.

    ``at`` is when the news were reported. An event that stands in the feed already keeps its place: doing it twice changes nothing.
    """
    old = [item for item in (before or {}).get("items") or [] if isinstance(item, dict) and item.get("id")]
    known = {item["id"] for item in old}
    fresh = [_item(row, at) for row in news.rows if row["change"] == "new" and row["event_id"] not in known]
    return {"version": "https://jsonfeed.org/version/1.1", "title": title, "items": (fresh + old)[:keep]}


def _item(row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    when = changes.cells([row])[0][1]
    linked = [article for article in row["articles"] if article["url"]]
    item = {
        "id": row["event_id"],
        "title": f"{when}: {row['summary']}",
        "content_text": "\n".join([f"{when}: {row['summary']}", *(f"{a['source'] or ''} {a['url']}".strip() for a in linked)]),
        "date_published": at.isoformat(timespec="seconds"),
        "tags": [row["status"]],
        "_event": {"value": row["value"], "status": row["status"], "importance": row["importance"]},
    }
    return item | ({"external_url": linked[0]["url"]} if linked else {})
