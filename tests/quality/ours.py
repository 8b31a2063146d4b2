"""Time expressions and dated events on the articles of our own words (``own/``): always here, so these figures always run.

Scored as TempEval-3 scores: spans aligned one to one, exact ones first; value F1 is relaxed F1 times the share of aligned expressions
with the right value. An event is right where a mention on the timeline has its trigger, and its date where the interval is the same too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tests.quality.figures import OWN, Figure
from tests.quality.own_gold import Gold, judge, load_all
from timeline import pipeline
from timeline.reading import article_from
from timeline.settings import Settings

__all__ = ["aligned", "measure"]


def measure() -> Iterator[Figure]:
    """The figures, by corpus: all languages together."""
    articles = load_all(OWN)
    yield from _timexes(articles)
    yield from _events(articles)


def aligned(gold: Sequence[Any], said: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Pairs of overlapping spans, each span once: exact ones first, then by overlap."""
    pairs = [
        (-((g.start, g.end) == (s.start, s.end)), -overlap, g.start, s.start, i, j)
        for i, g in enumerate(gold)
        for j, s in enumerate(said)
        if (overlap := min(g.end, s.end) - max(g.start, s.start)) > 0
    ]
    taken: tuple[set[int], set[int]] = (set(), set())
    chosen = []
    for *_, i, j in sorted(pairs):
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            chosen.append((gold[i], said[j]))
    return chosen


def _f1(right: int, said: int, gold: int) -> float:
    return 2 * right / (said + gold) if said + gold else 1.0


def _timexes(articles: list[Gold]) -> Iterator[Figure]:
    gold = said = relaxed = strict = valued = 0
    for article in articles:
        found = pipeline.tag(article_from(article.document(), Settings())).timexes
        pairs = aligned(article.timexes, found)
        gold, said, relaxed = gold + len(article.timexes), said + len(found), relaxed + len(pairs)
        strict += sum((g.start, g.end) == (s.start, s.end) for g, s in pairs)
        valued += sum(g.value == s.value for g, s in pairs)
    yield Figure("our own words", "timex value F1", _f1(relaxed, said, gold) * valued / max(1, relaxed))
    yield Figure("our own words", "timex relaxed F1", _f1(relaxed, said, gold))
    yield Figure("our own words", "timex strict F1", _f1(strict, said, gold))


def _events(articles: list[Gold]) -> Iterator[Figure]:
    gold = unasked = found = dated = settled = 0
    for article in articles:
        misses, unwanted = judge(article)
        gold, unasked = gold + len(misses), unasked + len(unwanted)
        found += sum("event" not in wrong for wrong in misses.values())
        dated += sum(not wrong & {"event", "date"} for wrong in misses.values())
        settled += sum(not wrong & {"event", "status"} for wrong in misses.values())
    said = found + unasked
    yield Figure("our own words", "event F1", _f1(found, said, gold))
    yield Figure("our own words", "event and date F1", _f1(dated, said, gold))
    yield Figure("our own words", "event and status F1", _f1(settled, said, gold))
