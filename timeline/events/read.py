"""An article read as far as its events and whether they happened; what is needed to date them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from timeline.events.cues import Cues
from timeline.events.lexicon import Lexicon
from timeline.events.view import SentenceView
from timeline.records import Article, Timex

__all__ = ["Read"]


@dataclass(slots=True)
class Read:
    """One article with its sentences, time expressions and events."""

    article: Article
    timexes: Sequence[Timex]
    views: list[SentenceView]
    cues: Cues
    lexicon: Lexicon

    @property
    def day(self) -> datetime | None:
        """The morning of the day of publication."""
        published = self.article.published
        return None if published is None else datetime(published.day.year, published.day.month, published.day.day)
