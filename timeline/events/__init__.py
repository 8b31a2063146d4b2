"""Dated event mentions: trigger, anchor, factuality, participants, places."""
from __future__ import annotations

from timeline.records import Article, Issue, Mention, Sentence, Timex


def extract(article: Article, sentences: list[Sentence], timexes: list[Timex]) -> tuple[list[Mention], list[Issue]]:
    return [], []
