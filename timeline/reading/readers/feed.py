"""RSS, Atom and RDF feeds by feedparser, and JSON Feed: an article an entry, its full content where the feed carries it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from timeline.reading.draft import MAX_DOCUMENT, Dated, Draft
from timeline.reading.markup import text_of_fragment
from timeline.records import Issue
from timeline.settings import Settings

__all__ = ["json_feed", "read"]

_LIMIT = 4 * MAX_DOCUMENT


def read(stream: BinaryIO, where: str, settings: Settings) -> Iterator[Draft | Issue]:
    """Entries of a feed; a feed that breaks off gives the entries before the break and an issue."""
    import feedparser

    data = stream.read(_LIMIT + 1)
    if len(data) > _LIMIT:
        yield Issue("read", f"feed larger than {_LIMIT >> 20} MB", input=where)
        return
    # A stream, never a string: feedparser would fetch what looks like an address.
    feed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if feed.bozo and not isinstance(feed.bozo_exception, feedparser.CharacterEncodingOverride):
        yield Issue("read", f"feed is not well-formed: {_short(feed.bozo_exception)}", input=where)
    if not feed.entries and not feed.bozo:
        yield Issue("read", "a feed without entries", input=where)
    site, lang = _text(feed.feed.get("title")), feed.feed.get("language")
    for number, entry in enumerate(feed.entries, 1):
        yield _entry(entry, site, lang, f"{where}:{number}")


def _entry(entry: dict[str, Any], site: str | None, lang: str | None, where: str) -> Draft | Issue:
    title = _text(entry.get("title"))
    contents = [part.get("value") or "" for part in entry.get("content", ())] + [entry.get("summary") or ""]
    text, blocks = text_of_fragment(max(contents, key=len))
    if not text and not title:
        return Issue("read", "an entry without text", input=where)
    draft = Draft(
        text=text or title or "",
        where=where,
        id=entry.get("id"),
        title=title,
        url=entry.get("link"),
        site=site,
        blocks=tuple(blocks),
    )
    draft.authors = tuple(name for author in entry.get("authors", ()) if (name := author.get("name")))
    draft.declared_lang = (entry.get("content") or [{}])[0].get("language") or lang
    published, updated = (dict.get(entry, name) for name in ("published", "updated"))  # feedparser's own get() mixes the two
    if published or updated:
        draft.dates.append(Dated("feed", published or updated or "", "feed published" if published else "feed updated"))
    draft.modified = updated if published else None
    return draft


def json_feed(value: Mapping[str, Any], where: str) -> Iterator[Draft | Issue]:
    """Items of a JSON Feed (jsonfeed.org, versions 1 and 1.1)."""
    items = value.get("items")
    if not isinstance(items, list) or not items:
        yield Issue("read", "a feed without entries", input=where)
        return
    for number, item in enumerate(items, 1):
        here = f"{where}:{number}"
        yield _item(item, value, here) if isinstance(item, dict) else Issue("read", "an entry that is no object", input=here)


def _item(item: Mapping[str, Any], feed: Mapping[str, Any], where: str) -> Draft | Issue:
    plain = item.get("content_text")
    text, blocks = (
        (plain, []) if isinstance(plain, str) and plain.strip() else text_of_fragment(_text(item.get("content_html")) or "")
    )
    text = text or _text(item.get("summary")) or ""
    if not text.strip():
        return Issue("read", "an entry without text", input=where)
    authors = item.get("authors") or [item.get("author") or {}]
    draft = Draft(text=text, where=where, id=_text(item.get("id")), title=_text(item.get("title")), blocks=tuple(blocks))
    draft.url = _text(item.get("url")) or _text(item.get("external_url"))
    draft.site = _text(feed.get("title"))
    draft.authors = tuple(name for author in authors if isinstance(author, dict) and (name := _text(author.get("name"))))
    draft.declared_lang = _text(item.get("language")) or _text(feed.get("language"))
    published, modified = _text(item.get("date_published")), _text(item.get("date_modified"))
    if published or modified:
        draft.dates.append(Dated("feed", published or modified or "", "feed published" if published else "feed updated"))
    draft.modified = modified if published else None
    return draft


def _text(value: Any) -> str | None:
    return str(value).strip() or None if isinstance(value, (str, int)) else None


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
