"""The order of the stages for one article, and nothing else.

read ▶ clean ▶ date ▶ sentences ▶ time expressions ▶ resolve ▶ events; merging and tables work on many articles and come later.
"""

from __future__ import annotations

from timeline import events, language, timex
from timeline.records import Article, Extraction
from timeline.settings import Settings

__all__ = ["extract", "tag"]


def tag(article: Article, settings: Settings | None = None) -> Extraction:
    """Sentences and time expressions of an article, its publication date inferred where it has none.

    The article in the result carries the language and publication date that were used.
    """
    sentences = language.split(article.text, article.lang, article.blocks)
    expressions = timex.recognise(article.text, sentences, article.lang)
    if article.published is None:
        article.published = timex.infer_published(article, sentences, expressions, (settings or Settings()).infer_from)
    timexes, issues = timex.resolve(expressions, article, sentences)
    return Extraction(article, sentences, timexes, issues=issues)


def extract(article: Article, settings: Settings | None = None, *, every: bool = False) -> Extraction:
    """All that one article gives: :func:`tag`, then its event mentions, each with its date, participants and places.

    Without ``every``, mentions that nothing dates (four in five: they go to no timeline) come without participants, places, source
    and summary, which halves the time.
    """
    extraction = tag(article, settings)
    spacy = settings.spacy if settings else None
    mentions, issues = events.extract(article, extraction.sentences, extraction.timexes, every=every, spacy=spacy)
    extraction.mentions = mentions
    extraction.issues += issues
    return extraction
