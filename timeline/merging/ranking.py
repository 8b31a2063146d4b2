"""The days that matter, and the events of a story: over plain event rows (dicts with the columns of the ``events`` table)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import log1p
from typing import Any, NamedTuple

from timeline.merging.profile import WEAK
from timeline.merging.words import Terms, text_terms

__all__ = ["about", "top_days"]

Row = Mapping[str, Any]

_SAYING_THE_SAME = 0.75
_RELEVANT = 0.12
_CENTRAL, _ARTICLES = 2.0, 5.0


class _Told(NamedTuple):
    """An event of a day: its row, its terms (norm 1), how central they are to all that the rows tell, and what it weighs."""

    row: Row
    terms: Terms
    central: float
    weight: float


def top_days(rows: Iterable[Row], n: int, *, per_day: int = 1) -> list[dict[str, str]]:
    """The ``n`` lines that matter, by date: ``{"date": "2014-05-07", "text": one sentence}``, at most ``per_day`` a day.

    Only events of a single day (column ``date``) count. An event weighs its importance and how central its words are to all that the
    rows tell; a day weighs what its leading event does and how many articles date something central to it. What only the publication
    dates comes after all else. No two lines say the same: the next event of the day is told instead, or the day left out.
    """
    days = _by_day(rows)
    weights = {day: _weight(told) for day, told in days.items()}
    lines: list[dict[str, str]] = []
    said: list[Terms] = []
    for day in sorted(days, key=lambda day: (-weights[day], day)):
        chosen = [{"date": day, "text": text} for text in _texts(days[day], min(per_day, n - len(lines)), said)]
        lines += chosen
        if len(lines) >= n:
            break
    return sorted(lines, key=lambda line: line["date"])


def about(rows: Iterable[Row], words: str, lang: str | None = None) -> list[tuple[float, Row]]:
    """The rows that tell of ``words``, most relevant first: ``(relevance, row)``.

    Relevance is the share of the words, by their rarity, that an event's summary, participants and places hold; the order weighs
    relevance with importance. ``lang``: language of the words, whose function words then do not count; ``None``: those of none do.
    """
    wanted = text_terms(words, lang)
    found = []
    for row in rows:
        names = [str(item["name"]) for column in ("participants", "places") for item in _listed(row.get(column))]
        told = text_terms(" ".join([str(row["summary"]), *names]), lang)
        covered = sum(weight for key, weight in wanted.items() if key in told) / (sum(wanted.values()) or 1.0)
        if covered >= _RELEVANT:
            found.append((covered, row))
    return sorted(found, key=lambda pair: (-pair[0] * (1 + log1p(pair[1]["importance"])), str(pair[1]["event_id"])))


def _listed(value: Any) -> Sequence[Mapping[str, Any]]:
    return () if value is None else list(value)


def _by_day(rows: Iterable[Row]) -> dict[str, list[_Told]]:
    """The events of each single day, those with a date of their own first, then by weight."""
    known = (row for row in rows if isinstance(row.get("date"), date) and row["date"] == row["date"])  # pandas' NaT is not itself
    dated = sorted(known, key=lambda row: str(row["event_id"]))
    found = [_unit(text_terms(str(row["summary"]))) for row in dated]
    centre: dict[int, float] = defaultdict(float)
    for row, terms in zip(dated, found, strict=True):
        if row["date_basis"] not in WEAK:
            for key, weight in terms.items():
                centre[key] += weight
    middle = _unit(centre)
    days: dict[str, list[_Told]] = defaultdict(list)
    for row, terms in zip(dated, found, strict=True):
        central = _dot(terms, middle)
        days[row["date"].isoformat()[:10]].append(_Told(row, terms, central, float(row["importance"]) + _CENTRAL * central))
    for told in days.values():
        told.sort(key=lambda each: (each.row["date_basis"] in WEAK, -each.weight, str(each.row["event_id"])))
    return days


def _weight(told: Sequence[_Told]) -> float:
    """The leading event's weight, and the articles that date something to the day, each for the most central it tells."""
    articles: dict[str, float] = {}
    for each in told:
        if each.row["date_basis"] not in WEAK:
            for article_id in each.row["article_ids"]:
                articles[article_id] = max(each.central, articles.get(article_id, 0.0))
    return told[0].weight + log1p(_ARTICLES * sum(articles.values()))


def _texts(told: Sequence[_Told], most: int, said: list[Terms]) -> list[str]:
    chosen: list[str] = []
    for each in told:
        if len(chosen) >= most:
            break
        if not any(_dot(each.terms, other) >= _SAYING_THE_SAME for other in said):
            said.append(each.terms)
            chosen.append(str(each.row["summary"]))
    return chosen


def _unit(terms: Mapping[int, float]) -> Terms:
    norm = sum(terms[key] ** 2 for key in sorted(terms)) ** 0.5
    return {key: weight / norm for key, weight in terms.items()} if norm else {}


def _dot(a: Terms, b: Terms) -> float:
    return sum(a[key] * b[key] for key in sorted(a) if key in b)
