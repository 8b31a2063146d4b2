"""Time expressions: recognise spans, then resolve them to TIMEX3 values."""
from __future__ import annotations

from dataclasses import dataclass

from timeline.records import Article, Issue, Published, Sentence, Timex


@dataclass(slots=True)
class Expression:
    """A recognised span before it is valued."""

    start: int
    end: int
    rule: str


def recognise(text: str, sentences: list[Sentence], lang: str | None) -> list[Expression]:
    return []


def infer_published(article: Article, sentences: list[Sentence], expressions: list[Expression]) -> Published | None:
    return None


def resolve(expressions: list[Expression], article: Article, sentences: list[Sentence]) -> tuple[list[Timex], list[Issue]]:
    return [], []
