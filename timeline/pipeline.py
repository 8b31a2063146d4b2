"""The order of the stages for one article, and nothing else.

read ▶ clean ▶ date ▶ sentences ▶ time expressions ▶ resolve ▶ events; merging and tables work on many articles and come later.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from timeline import language, timex
from timeline.records import Article, Extraction
from timeline.settings import Settings

__all__ = ["extract", "extract_all", "tag", "together"]

_TOGETHER = 100_000
"""Characters of text that go through extraction at once: more hardly saves time, and takes room."""

T = TypeVar("T")


def tag(article: Article, settings: Settings | None = None) -> Extraction:
    """Sentences and time expressions of an article, its publication date inferred where it has none.

    The article in the result carries the language and publication date that were used.
    """
    sentences = language.split(article.text, article.lang, article.blocks)
    expressions = timex.recognise(article.text, sentences, article.lang)
    if article.published is None:
        article.published = timex.infer_published(article, sentences, expressions, (settings or Settings()).infer_from)
    timexes, issues = timex.resolve(expressions, article)
    return Extraction(article, sentences, timexes, issues=issues)


def extract(article: Article, settings: Settings | None = None, *, every: bool = False) -> Extraction:
    """All that one article gives: :func:`tag`, then its event mentions, each with its date, participants and places.

    Without ``every``, mentions that give no event (nothing dates them, and they tell no article's news) come without participants, places,
    source and summary, which saves a third of the time.
    """
    return extract_all([article], settings, every=every)[0]


def together(work: Iterable[T], article: Callable[[T], Article]) -> Iterator[list[T]]:
    """Pieces of work in groups for :func:`extract_all`: as many as hold some text together, one at least. ``article`` gives that of a piece."""
    group: list[T] = []
    length = 0
    for piece in work:
        size = len(article(piece).text)
        if group and length + size > _TOGETHER:
            yield group
            group, length = [], 0
        group.append(piece)
        length += size
    if group:
        yield group


def extract_all(articles: Iterable[Article], settings: Settings | None = None, *, every: bool = False) -> list[Extraction]:
    """What :func:`extract` gives for each of some articles, in less time, most where they are short; all are held at once (:func:`together`)."""
    from timeline import events  # here, since tagging does without what it loads: half of its start

    with _uncollected():
        extractions = [tag(article, settings) for article in articles]
        events.extract_all(extractions, every=every, spacy=settings.spacy if settings else None)
    return extractions


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for cycles meanwhile: what is made of a few articles lives until they are done, so it would find none, at a twelfth of the time.

    What was made is then put with the old objects at once, else the next search would go through all of it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
