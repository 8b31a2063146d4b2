"""The days that matter, and the events of a story: over plain event rows (dicts with the columns of the ``events`` table)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from math import log1p
from typing import Any

from timeline.merging.profile import WEAK
from timeline.merging.words import Terms, text_terms

__all__ = ["about", "top_days"]

_SAYING_THE_SAME = 0.6
_RELEVANT = 0.12


def top_days(rows: Iterable[Mapping[str, Any]], n: int, *, per_day: int = 1) -> list[dict[str, str]]:
    """The ``n`` lines that matter, by date: ``{"date": "2014-05-07", "text": one sentence}``, at most ``per_day`` a day.

    Only events of a single day (column ``date``) count. A day weighs what its most important event does, and the more, the more
    articles tell of the day at all (those among them that only their publication dates: give those rows too); the text is that of
    the most important event with a date of its own, where there is one. No two lines say the same.
    """
    days: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        day = row.get("date")
        if isinstance(day, (date, datetime)) and day == day:  # unequal to itself: pandas' missing date
            days[day.isoformat()[:10]].append(row)
    for told in days.values():
        told.sort(key=lambda row: (row["date_basis"] in WEAK, -row["importance"], str(row["event_id"])))
    ranked = sorted(days, key=lambda day: (-_weight(days[day]), day))
    lines: list[dict[str, str]] = []
    said: list[Terms] = []
    for day in ranked:
        lines += [{"date": day, "text": text} for text in _texts(days[day], min(per_day, n - len(lines)), said)]
    return sorted(lines, key=lambda line: line["date"])


def about(rows: Iterable[Mapping[str, Any]], words: str, lang: str | None = None) -> list[tuple[float, Mapping[str, Any]]]:
    """The rows that tell of ``words``, most relevant first, with their relevance (0 to 1, times importance it ranks)."""
    wanted = text_terms(words, lang)
    found = []
    for row in rows:
        names = [str(who["name"]) for who in _listed(row.get("participants"))] + [
            str(place["name"]) for place in _listed(row.get("places"))
        ]
        told = text_terms(" ".join([str(row["summary"]), *names]), lang)
        covered = sum(weight for key, weight in wanted.items() if key in told) / (sum(wanted.values()) or 1.0)
        if covered >= _RELEVANT:
            found.append((covered, row))
    return sorted(found, key=lambda pair: (-pair[0] * (1 + log1p(pair[1]["importance"])), str(pair[1]["event_id"])))


def _listed(value: Any) -> Sequence[Mapping[str, Any]]:
    return () if value is None else list(value)


def _weight(events: Sequence[Mapping[str, Any]]) -> float:
    return float(events[0]["importance"]) + log1p(len({article_id for event in events for article_id in event["article_ids"]}))


def _texts(events: Sequence[Mapping[str, Any]], most: int, said: list[Terms]) -> list[str]:
    chosen: list[str] = []
    for event in events:
        if len(chosen) >= most:
            break
        found = text_terms(str(event["summary"]))
        if not any(_same(found, other) for other in said):
            said.append(found)
            chosen.append(str(event["summary"]))
    return chosen


def _same(a: Terms, b: Terms) -> bool:
    both = sum(weight * b[key] for key, weight in a.items() if key in b)
    norm = (sum(w * w for w in a.values()) * sum(w * w for w in b.values())) ** 0.5
    return both >= _SAYING_THE_SAME * norm if norm else True
