"""What the format modules give: documents as found, before cleaning and dating, and further inputs found inside an input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO, Literal, NamedTuple

from timeline.language.door import DateOrder
from timeline.records import Block

__all__ = ["MAX_DOCUMENT", "Dated", "Draft", "Origin", "ReadingError", "Source"]

MAX_DOCUMENT = 16 * 1024 * 1024
"""Bytes of the largest single document (line, row, page, mail, member) that is read; anything larger is refused by name."""

Origin = Literal["given", "metadata", "feed", "url", "byline", "dateline", "inferred", "option"]


class ReadingError(ValueError):
    """A document that cannot be read; the message is one line that says why."""


class Source(NamedTuple):
    """An input that can be opened: its name as shown to the user, and how to get its bytes (a new stream on every call)."""

    name: str
    open: Callable[[], BinaryIO]


class Dated(NamedTuple):
    """A candidate for the publication date: where it was found and its value, a string as written or a date."""

    origin: Origin
    value: str | date | datetime | int | float
    label: str = ""
    """Where exactly (``datePublished``, ``<time>``), for the reader of an Issue."""


@dataclass(slots=True)
class Draft:
    """A document as a format module found it. ``fetched`` is when it was downloaded, where the format says so (WARC)."""

    text: str
    where: str
    id: str | None = None
    title: str | None = None
    url: str | None = None
    source: str | None = None
    """The outlet as a row names it."""
    site: str | None = None
    """The outlet's name as its page or feed gives it; its domain counts as the source."""
    authors: tuple[str, ...] = ()
    lang: str | None = None
    declared_lang: str | None = None
    """What the page calls its language, which is a hint: templates are copied from other languages."""
    dates: list[Dated] = field(default_factory=list)
    modified: str | date | datetime | int | float | None = None
    fetched: datetime | None = None
    order: DateOrder | None = None
    """Whether day or month comes first in numeric dates, where other rows of the same input tell."""
    blocks: tuple[Block, ...] = ()
