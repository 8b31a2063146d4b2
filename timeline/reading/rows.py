"""From a row of a table or a JSON document to a draft: which column is which field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from timeline.reading.draft import MAX_DOCUMENT, Dated, Draft, ReadingError

__all__ = ["NAMES", "columns_for", "draft_from"]

NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "article_id", "doc_id", "docid", "document_id", "uuid", "guid", "_id"),
    "url": ("url", "link", "canonical_url", "source_url", "article_url", "uri", "web_url", "href"),
    "title": ("title", "headline", "headline_text", "heading", "name"),
    "text": ("text", "body", "content", "article", "article_body", "articlebody", "full_text", "fulltext", "maintext", "plain_text", "story",
             "article_text", "content_text"),
    "published": ("published", "dct", "pub_date", "published_at", "publish_date", "publication_date", "publishedat", "date_published",
                  "datepublished", "published_date", "date_publish", "publish_time", "pubdate", "date", "datetime", "timestamp", "created_at"),
    "modified": ("modified", "date_modified", "datemodified", "updated", "updated_at", "modified_at", "date_modify", "last_modified"),
    "lang": ("lang", "language", "lang_code", "inlanguage"),
    "source": ("source", "publisher", "outlet", "site_name", "source_name", "publication", "newspaper", "source_domain", "domain"),
    "authors": ("authors", "author", "byline", "creator", "by"),
    "fetched": ("fetched", "crawl_date", "date_download", "fetched_at", "retrieved_at"),
}  # fmt: skip
"""Names that each field goes by, the surest first; compared in lower case with blanks and hyphens as underscores."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def columns_for(names: Iterable[str], mapped: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """Which of the columns ``names`` holds each field: what the user ``mapped`` (``field, column``) first, then :data:`NAMES`."""
    present = {str(name): _plain(str(name)) for name in names}
    by_plain = {plain: name for name, plain in reversed(list(present.items()))}
    chosen = {}
    for field, column in mapped:
        if column in present:
            chosen[field] = column
    taken = set(chosen.values())
    for field, candidates in NAMES.items():
        if field not in chosen:
            found = next((by_plain[plain] for plain in candidates if plain in by_plain and by_plain[plain] not in taken), None)
            if found is not None:
                chosen[field] = found
    return chosen


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def draft_from(row: Mapping[str, Any], columns: Mapping[str, str], where: str) -> Draft:
    """The draft that ``row`` holds; its text is kept as given, so that offsets count in it.

    Raises :class:`ReadingError` where there is no text, or where it is not a string.
    """
    values = {field: row.get(column) for field, column in columns.items()}
    text = values.get("text")
    if text is None or _missing(text):
        raise ReadingError(
            "no text"
            if "text" in columns
            else "no column or key that holds the text (timeline build can map one: --map text=NAME)"
        )
    if not isinstance(text, str):
        raise ReadingError(f"text is {type(text).__name__}, not a string")
    if not text.strip("\0 \t\r\n\ufeff"):
        raise ReadingError("no text")
    if len(text) > MAX_DOCUMENT:
        raise ReadingError(f"text longer than {MAX_DOCUMENT >> 20} million characters")
    published = values.get("published")
    return Draft(
        text=_SURROGATE.sub("\ufffd", text),
        where=where,
        id=_identifier(values.get("id")),
        title=_line(values.get("title")),
        url=_line(values.get("url")),
        source=_line(values.get("source")),
        authors=_names(values.get("authors")),
        lang=_line(values.get("lang")),
        dates=[] if _missing(published) else [Dated("given", _date_value(published), columns["published"])],
        modified=None if _missing(values.get("modified")) else _date_value(values.get("modified")),
        fetched=None,
    )


def _missing(value: Any) -> bool:
    """Nothing at all: ``None``, blanks, not-a-number, or the words that tables write for it."""
    if isinstance(value, float):
        return value != value
    return value is None or (
        isinstance(value, str) and value.strip().lower() in {"", "null", "none", "nan", "nat", "n/a", "na", "\\n"}
    )


def _date_value(value: Any) -> str | date | datetime | int | float:
    if isinstance(value, dict):  # MongoDB exports: {"$date": ...}
        value = value.get("$date", str(value))
    if isinstance(value, bool) or not isinstance(value, (str, date, int, float)):
        return str(value)
    return value


def _line(value: Any) -> str | None:
    """A one-line string; of a structured value (``{"name": ...}``) its name."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("title") or value.get("domain")
    if _missing(value) or isinstance(value, (list, tuple, dict)):
        return None
    return " ".join(_SURROGATE.sub("\ufffd", str(value)).replace("\0", " ").split()) or None


def _identifier(value: Any) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _line(value.get("$oid") if isinstance(value, dict) else value)


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)):
        return tuple(name for name in map(_line, value[:100]) if name)
    line = _line(value)
    return tuple(part.strip() for part in re.split(r";|\|", line) if part.strip()) if line else ()
