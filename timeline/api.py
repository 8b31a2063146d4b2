"""``timeline.tag`` and ``timeline.extract`` for people at a prompt: plain text, a mapping, or an :class:`Article`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timeline import pipeline, reading
from timeline.records import Article, Extraction
from timeline.settings import Settings

__all__ = ["extract", "tag"]


def tag(article: str | Mapping[str, Any] | Article, *, published: str | None = None, lang: str | None = None) -> Extraction:
    """Sentences and time expressions (``.timexes``) of a text.

    ``article`` is plain text, a mapping with ``text`` (and ``published``, ``lang``, ``title``, ``url``, ``id``), or an ``Article``;
    ``published`` (ISO 8601) is what "today" counts from where the article itself names no date. Character positions refer to the
    text as given. Raises ``ValueError`` where there is no text or a date cannot be read.
    """
    settings = Settings(published=published, lang=lang)
    return pipeline.tag(_article(article, settings), settings)


def extract(
    article: str | Mapping[str, Any] | Article, *, published: str | None = None, lang: str | None = None, spacy: str | None = None
) -> Extraction:
    """All that :func:`tag` gives and the event mentions (``.mentions``), with the same arguments.

    ``spacy`` names an installed spaCy pipeline to use for tags, parse and entities; ``ValueError`` where it cannot be loaded.
    """
    settings = Settings(published=published, lang=lang, spacy=spacy)
    return pipeline.extract(_article(article, settings), settings, every=True)


def _article(article: str | Mapping[str, Any] | Article, settings: Settings) -> Article:
    if isinstance(article, Article):
        return article
    document = {"text": article} if isinstance(article, str) else article
    return reading.article_from(document, settings, "given")
