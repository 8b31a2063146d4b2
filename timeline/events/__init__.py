"""Dated event mentions: triggers, factuality, dates; participants, places, attribution, summaries.

``extract`` reads each sentence into a :class:`~timeline.events.view.SentenceView`, finds and dates its events, then hands all
sentences of the article to the :data:`FILLERS`, which complete the mentions in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from timeline.events import details
from timeline.events.tokens import tokenise
from timeline.events.trigger import find_triggers
from timeline.events.view import SentenceView, attach
from timeline.records import Article, Issue, Mention, Sentence, Timex

__all__ = ["FILLERS", "Filler", "extract"]

Filler = Callable[[Article, Sequence[SentenceView], Sequence[Timex]], list[Issue]]

FILLERS: tuple[Filler, ...] = (details.fill,)
"""Called in order, once an article, after events are found and dated: participants, places, attribution, summary. Each fills
fields of ``view.mentions`` and returns what it could not read."""


def extract(article: Article, sentences: list[Sentence], timexes: list[Timex]) -> tuple[list[Mention], list[Issue]]:
    """The event mentions of an article, in the order of its text, and what could not be read."""
    words = tokenise(article.text)
    views = []
    for sentence in sentences:
        tokens = words.slice(*words.between(sentence.start, sentence.end))
        views.append(SentenceView(sentence, tokens, ["X"] * len(tokens)))
    attach(views, [timex.start for timex in timexes])
    for view in views:
        find_triggers(view)
    issues = [issue for fill in FILLERS for issue in fill(article, views, timexes)]
    return [mention for view in views for mention in view.mentions], issues
