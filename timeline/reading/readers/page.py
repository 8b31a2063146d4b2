"""HTML pages: text, title, authors and site by trafilatura, the publication date by what the page says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from timeline.reading.decode import decode
from timeline.reading.draft import MAX_DOCUMENT, Dated, Draft, ReadingError
from timeline.records import Issue
from timeline.settings import Settings

__all__ = ["draft_of_page", "read"]


def read(stream: BinaryIO, where: str, settings: Settings) -> Iterator[Draft | Issue]:
    """The one article of an HTML file."""
    data = stream.read(MAX_DOCUMENT + 1)
    if len(data) > MAX_DOCUMENT:
        yield Issue("read", f"page larger than {MAX_DOCUMENT >> 20} MB", input=where)
        return
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
    """The article of one page. Raises :class:`ReadingError` where no article text is found."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    page = decode(data, charset)
    found = bare_extraction(page, url=url, fast=settings.fast_html, include_comments=False, with_metadata=True)
    if not isinstance(found, Document) or not (text := found.text or "").strip():
        raise ReadingError("no article text found in the page")
    dates = [Dated("metadata", found.date, "htmldate")] if found.date else []
    return Draft(
        text=text, where=where, title=found.title, url=found.url or url, source=found.sitename, dates=dates, fetched=fetched
    )
