"""The publication date out of what names one: candidates in order of trust; defaults of programs and impossible days are refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from timeline.language.door import DateOrder
from timeline.language.trust import confidence, kinds
from timeline.reading.draft import Dated, Origin
from timeline.reading.moments import FIRST_YEAR, ambiguous, moment, url_date
from timeline.records import Published

__all__ = ["Choice", "choose"]

_ORDER: tuple[Origin, ...] = ("given", "metadata", "feed", "url", "byline", "dateline", "inferred", "option")
_DEFAULTS = frozenset({(1, 1, 1), (1601, 1, 1), (1899, 12, 30), (1900, 1, 1), (1969, 12, 31), (1970, 1, 1), (9999, 12, 31)})
"""Days that programs write where they know no date: zero of Unix, Windows, Excel and .NET clocks, in zones east and west."""
_WEAK = frozenset({"time", "bare time", "htmldate", "htmldate search", "revision"})
"""Kinds that often speak of something else (a related story, a comment, a later change): they confirm, but do not contradict."""
_ZONE_SLACK = timedelta(days=1)  # the same moment can be two calendar days


class Choice(NamedTuple):
    """The date to believe (or none), what was wrong with the other candidates, a line each, and its kind in the table of trust."""

    published: Published | None
    reasons: list[str]
    kind: str = ""


def choose(
    candidates: Sequence[Dated], url: str | None, lang: str | None, latest: date | None, order: DateOrder | None = None
) -> Choice:
    """The publication date out of ``candidates`` and the ``url``, the most trusted first.

    Dates after ``latest`` (when the article was fetched, or the setting ``as_of``), defaults of programs and strings that name no
    date are refused, each with a reason. Where the most trusted candidate and another of a different kind name days that no time
    zone explains, that is a reason too, and the confidence falls to what was measured for contradicted dates.
    """
    reasons: list[str] = []
    good: list[tuple[Published, str]] = []
    for candidate in sorted(candidates, key=lambda c: _ORDER.index(c.origin)):
        found = moment(candidate.value, lang, order)
        refusal = _refusal(candidate, found, latest)
        if found is None or refusal:
            reasons.append(refusal)
        else:
            kind = (
                candidate.label
                if candidate.origin not in ("given", "option") and candidate.label in kinds()
                else candidate.origin
            )
            good.append((found._replace(origin=candidate.origin), kind))
    from_url = url_date(url)
    if from_url is not None and not _refusal(Dated("url", ""), from_url, latest):
        good.append((from_url, "url"))
        good.sort(key=lambda pair: _ORDER.index(pair[0].origin))
    if not good:
        return Choice(None, reasons)
    return _settle(good, reasons)


def _settle(good: list[tuple[Published, str]], reasons: list[str]) -> Choice:
    """The first of the good candidates, made finer by those that agree with it, doubted by those that do not."""
    best, kind = good[0]
    agreed = contradicted = False
    for other, other_kind in good[1:]:
        if _agree(best, other):
            agreed = agreed or other.precision in ("time", "day")
            best = _finer(best, other)
        elif other_kind != kind and other_kind not in _WEAK:
            contradicted = True
            reasons.append(f"publication date {best.iso()} ({best.origin}) contradicts {other.iso()} ({other.origin})")
    key = f"{kind} contradicted" if contradicted else f"{kind} confirmed" if agreed else kind
    return Choice(best._replace(confidence=confidence(key)), reasons, key)


def _agree(one: Published, other: Published) -> bool:
    """No contradiction: the coarser holds the finer, or the days are so near that a time zone explains the difference."""
    if "year" in (one.precision, other.precision):
        return one.local.year == other.local.year
    if "month" in (one.precision, other.precision):
        return (one.local.year, one.local.month) == (other.local.year, other.local.month)
    return abs(one.day - other.day) <= _ZONE_SLACK


def _finer(best: Published, other: Published) -> Published:
    """``best``, or ``other`` where it says the same more finely, or the same moment in the time of the place."""
    if best.precision in ("year", "month"):
        return other._replace(origin=best.origin) if other.precision in ("day", "time") else best
    if (
        best.precision == "time"
        and best.offset_min == 0
        and other.precision == "time"
        and other.offset_min
        and best.utc == other.utc
    ):
        return other._replace(origin=best.origin)
    if best.precision == "day" and other.precision == "time" and other.day == best.day:
        return other._replace(origin=best.origin)
    return best


def _refusal(candidate: Dated, found: Published | None, latest: date | None) -> str:
    """Why a candidate is not believed; empty where it may be."""
    shown = " ".join(str(candidate.value).split())[:60]
    if found is None:
        numeric = isinstance(candidate.value, str) and ambiguous(candidate.value)
        why = "is ambiguous: day and month could be either" if numeric else "cannot be read as a date"
        return f"publication date {shown!r} {why} ({candidate.origin})"
    day = found.day
    if (day.year, day.month, day.day) in _DEFAULTS and found.precision in ("day", "time"):
        return f"publication date {day} is a default that programs write ({candidate.origin})"
    if day.year < FIRST_YEAR:
        return f"publication date {day} is before there were newspapers ({candidate.origin})"
    if latest is not None and found.day > latest:
        return f"publication date {day} is later than {latest} ({candidate.origin})"
    return ""
