"""The HTML report: one self-contained page that works offline, under a strict content security policy.

Data goes in as JSON columns; the page's script draws with text nodes and a canvas only, so that nothing an article says can run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, timedelta
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from timeline.views.exports import plain, records, when_of
from timeline.views.where import where_of

if TYPE_CHECKING:
    import pandas as pd

    from timeline.store import Timeline

__all__ = ["report"]

_EPOCH = datetime(1970, 1, 1)
_SHOWN = 8  # mentions of one event that the page carries; the rest is in the Parquet
_STATUSES = ("happened", "ongoing", "planned", "possible", "denied")
CREDIT = "Places: GeoNames (geonames.org), CC BY 4.0."


def report(timeline: Timeline, title: str = "Timeline") -> str:
    """The page as a string. ``timeline`` is what :func:`timeline.load` gives; events that no source dates are left out."""
    events = timeline.events
    dated = events["span_start"].notna() & events["span_end"].notna() & (events["date_basis"] != "publication")
    events = events[dated].sort_values(["span_start", "event_id"])
    rows = records(events)
    articles = timeline.articles.set_index("article_id")
    mentions = _mentions(timeline.mentions, set(events["event_id"]))
    used = list(dict.fromkeys(article for told in mentions.values() for article, _ in told))
    number = {article: at for at, article in enumerate(used)}
    data = {
        "events": _columns(rows),
        "facts": [_facts(row) for row in rows],
        "mentions": [[[number[article], text] for article, text in mentions.get(row["event_id"], [])[:_SHOWN]] for row in rows],
        "more": [max(0, len(mentions.get(row["event_id"], [])) - _SHOWN) for row in rows],
        "articles": [_article(articles.loc[article]) for article in used],
        "ids": used,
    }
    lede = f"{len(rows):,} events from {len(timeline.articles):,} articles"
    return _page(title, lede, json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def _columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {
        "start": [_millis(row["span_start"]) for row in rows],
        "end": [_millis(row["span_end"]) for row in rows],
        "summary": [row["summary"] for row in rows],
        "status": [_STATUSES.index(row["status"]) for row in rows],
        "when": [when_of(row) for row in rows],
        "place": [where_of(row) for row in rows],
        "sources": [int(row["source_count"]) for row in rows],
        "importance": [round(float(row["importance"]), 4) for row in rows],
        "search": [_search(row) for row in rows],
    }


def _millis(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _names(cell: Any) -> list[str]:
    return [item["name"] for item in (plain(cell) or []) if item.get("name")]


def _search(row: dict[str, Any]) -> str:
    """What the filter looks in beside the summary."""
    return " ".join([*_names(row["participants"]), *_names(row["places"]), plain(row["value"]) or ""]).lower()


def _facts(row: dict[str, Any]) -> list[list[str]]:
    """What the opened row tells beside its sources, as pairs of words."""
    confidence = plain(row["confidence"])
    facts = [
        ("Who", ", ".join(_names(row["participants"])[:8])),
        ("Where", ", ".join(_names(row["places"])[:8])),
        ("Other dates told", _conflicts(row.get("date_conflicts"))),
        ("Other numbers told", _conflicts(row.get("number_conflicts"))),
        ("Sources", f"{row['source_count']} independent, {row['article_count']} articles"),
        ("Date confidence", f"{confidence:.2f}" if confidence is not None else ""),
    ]
    return [[name, text] for name, text in facts if text]


def _conflicts(cell: Any) -> str:
    return "; ".join(f"{item['value']} ({item['sources']} sources)" for item in (plain(cell) or []))


def _mentions(mentions: pd.DataFrame, wanted: set[str]) -> dict[str, list[tuple[str, str]]]:
    """``event_id`` → ``(article_id, sentence)``, one sentence an article first, so that many sources show."""
    told: dict[str, list[tuple[str, str]]] = {}
    seen: set[tuple[str, str]] = set()
    again: dict[str, list[tuple[str, str]]] = {}
    for event, article, text in zip(mentions["event_id"], mentions["article_id"], mentions["sentence"], strict=True):
        if event not in wanted:
            continue
        home = again if (event, article) in seen else told
        seen.add((event, article))
        home.setdefault(event, []).append((article, text))
    return {event: first + again.get(event, []) for event, first in told.items()}


def _article(row: Any) -> list[str | None]:
    day = plain(row["published_date"])
    return [plain(row["title"]), plain(row["url"]), plain(row["source"]), str(day)[:10] if day else None]


def _page(title: str, lede: str, data: str) -> str:
    home = files("timeline.views")
    style, script = (home.joinpath(f"report.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    policy = f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; base-uri 'none'; form-action 'none'"
    parts = {
        "csp": policy,
        "title": escape(title),
        "lede": escape(lede),
        "foot": escape(CREDIT),
        "style": style,
        "script": script,
        # "<" could close the script element or open a comment; as an escape it is the same JSON
        "data": data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"),
    }
    page = home.joinpath("report.html").read_text(encoding="utf-8")
    head, *rest = page.split("{{")
    return head + "".join(parts[name] + tail for name, tail in (piece.split("}}", 1) for piece in rest))


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
