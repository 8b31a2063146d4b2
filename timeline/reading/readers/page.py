"""HTML pages: the text by trafilatura (in bulk by its fast mode), the rest by what the page says of itself, htmldate where it is silent."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, BinaryIO, TypeVar

from lxml.html import HtmlElement

from timeline.reading.blocks import refine
from timeline.reading.decode import decode
from timeline.reading.draft import Dated, Draft, ReadingError
from timeline.reading.languages import normal_code
from timeline.reading.markup import text_of
from timeline.reading.outlets import domain_of
from timeline.reading.page_meta import page_meta
from timeline.records import Block, Issue
from timeline.settings import Settings

__all__ = ["draft_of_page", "read"]

_NO_LIMIT = date(2100, 1, 1)
"""htmldate's own limit is the clock, which must not decide what a page says."""
_FIRST = "1900-01-01"
_MAX_PAGE = 8 << 20
"""Bytes; hostile pages take up to three seconds a megabyte."""
_Found = TypeVar("_Found")

for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # what they cannot read becomes an Issue, not a line on the terminal


def read(stream: BinaryIO, where: str, settings: Settings) -> Iterator[Draft | Issue]:
    """The one article of an HTML file."""
    data = stream.read(_MAX_PAGE + 1)
    try:
        yield draft_of_page(data, where, settings)
    except ReadingError as error:
        yield Issue("read", str(error), input=where)


def draft_of_page(
    data: bytes,
    where: str,
    settings: Settings,
    url: str | None = None,
    charset: str | None = None,
    fetched: datetime | None = None,
) -> Draft:
    """The article of one page, found at ``url`` and ``fetched`` then, where that is known; ``charset`` as the server declared it.

    Raises :class:`ReadingError` where no article text is found.
    """
    if len(data) > _MAX_PAGE:
        raise ReadingError(f"page larger than {_MAX_PAGE >> 20} MB")
    page = decode(data, charset or _declared(data)).replace("\0", "")
    tree = _parse(page)
    meta = page_meta(tree)
    if meta.url and (url is None or domain_of(meta.url) == domain_of(url)):
        url = meta.url  # its canonical address; one on another site is of a copied template or of the original it was taken from
    dates = meta.dates or _htmldate(tree, url, settings, fetched)
    text, blocks = _story(tree, url, settings.fast_html)
    if not text.strip():
        text, blocks = (meta.body or "").strip(), []
    if not text:
        raise ReadingError("no article text found in the page")
    lang = normal_code(meta.lang)
    draft = Draft(
        text=text, where=where, title=meta.title, url=url, site=meta.site, authors=meta.authors, dates=dates, fetched=fetched
    )
    draft.declared_lang = lang
    draft.modified = meta.modified
    draft.blocks = refine(text, blocks, meta.title, lang) if blocks else ()
    return draft


def _declared(data: bytes) -> str | None:
    """The charset that the page's head declares."""
    match = re.search(
        rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,30})", data[:4096], re.IGNORECASE
    )
    return match.group(1).decode("ascii", "ignore") if match else None


def _parse(page: str) -> HtmlElement:
    from trafilatura.utils import load_html

    tree = _tried(load_html, page)
    if tree is None:
        raise ReadingError("no HTML that can be parsed")
    return tree


def _htmldate(tree: HtmlElement, url: str | None, settings: Settings, fetched: datetime | None) -> list[Dated]:
    """htmldate is believed where the page declares no date: it then looks at markup, visible dates and the whole page."""
    from htmldate import find_date

    limit = str(
        min(
            [
                _NO_LIMIT,
                *([fetched.date()] if fetched else []),
                *([date.fromisoformat(settings.as_of[:10])] if settings.as_of else []),
            ]
        )
    )
    for extensive, label in ((False, "htmldate"), (True, "htmldate search")):
        found = _tried(find_date, tree, extensive_search=extensive, original_date=True, url=url, min_date=_FIRST, max_date=limit)
        if found:
            return [Dated("byline", found, label)]
    return []


def _story(tree: HtmlElement, url: str | None, fast: bool) -> tuple[str, list[Block]]:
    """The article's text and blocks; ``fast`` does without trafilatura's second opinions where its first look finds little."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    found = _tried(bare_extraction, tree, url=url, include_comments=False, fast=fast)
    if not isinstance(found, Document) or found.body is None:
        return "", []
    return text_of(found.body)


def _tried(function: Callable[..., _Found], *arguments: Any, **options: Any) -> _Found | None:
    """What ``function`` gives, ``None`` where it fails: on hostile pages these libraries raise anything, and the next page must come."""
    try:
        return function(*arguments, **options)
    except Exception:  # noqa: BLE001
        return None
