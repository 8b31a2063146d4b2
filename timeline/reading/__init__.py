"""Reading what people have: formats, cleaning, blocks, language, publication date.

``read`` streams articles and issues out of files, folders, globs and standard input; ``article_from`` makes an article of one
JSON document; ``formats`` lists what is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timeline.reading.draft import ReadingError, Source
from timeline.reading.driver import read
from timeline.reading.finish import check, finish
from timeline.reading.registry import FORMATS
from timeline.reading.rows import columns_for, draft_from
from timeline.records import Article, Issue
from timeline.settings import Settings

__all__ = ["ReadingError", "Source", "article_from", "check", "formats", "read", "read_document"]


def read_document(document: Mapping[str, Any], settings: Settings, where: str = "") -> tuple[Article, list[Issue]]:
    """An article of one JSON document or table row (``id, url, title, published`` or ``dct, lang, text``; other common names, and
    those of ``settings.columns``, are understood), and what was wrong with its dates.

    The text is kept exactly as given. Raises :class:`ReadingError` with a one-line reason where there is no text.
    """
    if not isinstance(document, Mapping):
        raise ReadingError(f"a JSON {type(document).__name__}, not a document (object)")
    told = {name: value for name, value in document.items() if value is not None}  # a null "published" must not hide a "dct"
    return finish(draft_from(told, columns_for(told, settings.columns), where), settings)


def article_from(document: Mapping[str, Any], settings: Settings, where: str = "") -> Article:
    """The article alone of :func:`read_document`."""
    return read_document(document, settings, where)[0]


def formats() -> list[tuple[str, str, str]]:
    """``(name, usual endings, what it is)`` of each format that is read."""
    return [(name, " ".join(form.endings), form.about) for name, form in FORMATS.items()]
