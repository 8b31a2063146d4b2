"""The ways in which an event may be dated, and the time expressions at hand for it.

An event without an expression of its own may lie on the publication day, before it, after it, or around it without known ends; or one of
the time expressions at hand dates it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from timeline.events.cues import Cues, Signal, signal_before, span_of
from timeline.events.view import SentenceView
from timeline.interval import Granularity, Interval, shift
from timeline.records import Timex

__all__ = ["FREE", "SAME", "Near", "nearby"]

FREE = ("dct", "before", "after", "open", "from_dct", "until_dct")
"""Ways to date an event that need no time expression."""

SAME = 9
"""As ``Near.ago``: the expression dates another mention of the same happening."""

_DESCRIBING = frozenset({"NOUN", "PROPN", "ADJ", "NUM"})
_PERIOD = re.compile(r"(PT?)(\d{1,3})([YMWDH])")
_UNITS = {
    "PY": Granularity.YEAR,
    "PM": Granularity.MONTH,
    "PW": Granularity.WEEK,
    "PD": Granularity.DAY,
    "PTH": Granularity.HOUR,
}


@dataclass(slots=True)
class Near:
    """A time expression that may date the events of a sentence. ``first``/``last`` are tokens of it, ``ago`` how many sentences back."""

    index: int
    timex: Timex
    first: int
    last: int
    signal: Signal | None
    ago: int
    side: str
    """Where its time lies: ``past``, ``now`` (the publication day), ``future``, ``covers`` (the publication day is in it)."""
    named: bool = False
    """Whether it stands before the noun that its signal is said of: "after the *2018* vote" is still in 2018."""
    noun: tuple[int, int] = (0, 0)
    """The tokens of the noun behind it, with what describes that: "*Tuesday*'s *long awaited vote*"; none where both are the same."""


def _side(timex: Timex, day: datetime | None) -> str:
    interval = timex.interval
    if interval is None or day is None:
        return "none"
    if interval.end is not None and interval.end <= day:
        return "past"
    if interval.start is not None and interval.start > day:
        return "future" if interval.start.date() > day.date() else "now"
    return "now" if interval.day is not None and interval.day == day.date() else "covers"


def nearby(view: SentenceView, timexes: Sequence[Timex], cues: Cues, day: datetime | None, ago: int) -> list[Near]:
    """The dated expressions of a sentence; "the last two weeks" counts as the time up to the publication day."""
    found = []
    for index in view.timexes:
        timex = timexes[index]
        if timex.type == "SET":
            continue
        first, last = span_of(view, timex)
        if timex.interval is None and timex.type == "DURATION" and day is not None:
            timex = _lasting(timex, view.tokens.lower[first:last], cues, day)
        if timex.interval is not None:
            signal, named = signal_before(cues, view.tokens, first, last), view.tags[last : last + 1] in (["NOUN"], ["PROPN"])
            found.append(Near(index, timex, first, last, signal, ago, _side(timex, day), named, _noun_behind(view, last, cues)))
    return [one for one, other in pairwise(found) if not _told_finer(one, other, view, cues)] + found[-1:]


def _noun_behind(view: SentenceView, last: int, cues: Cues) -> tuple[int, int]:
    tags, fine, lower = view.tags, view.fine, view.tokens.lower
    first = last + (last < len(lower) and lower[last] in cues.possessive)
    end = first
    while end < len(tags) and (tags[end] in _DESCRIBING or (fine and fine[end] in ("VVN", "VVG"))):
        end += 1
    return first, end


def _told_finer(one: Near, other: Near, view: SentenceView, cues: Cues) -> bool:
    """Whether an expression is told again by the one behind its comma: "*two months earlier*, on May 15, 1987", "*last week*, on Tuesday"."""
    lower, coarse, fine = view.tokens.lower, one.timex, other.timex
    if lower[one.last : one.last + 1] != [","] or coarse.granularity is None or fine.granularity is None:
        return False
    between = lower[one.last + 1 : other.first]
    if fine.granularity.fineness >= coarse.granularity.fineness or len(between) > 1:
        return False
    if between and (signal := cues.signals.get((between[0],))) is not None and signal.bound != "within":
        return False
    return (fine.explicit and not coarse.explicit) or _holds(coarse.interval, fine.interval)


def _holds(wide: Interval | None, narrow: Interval | None) -> bool:
    if wide is None or narrow is None or None in (wide.start, wide.end, narrow.start, narrow.end):
        return False
    return wide.start <= narrow.start and narrow.end <= wide.end  # type: ignore[operator]


def _lasting(timex: Timex, words: Sequence[str], cues: Cues, day: datetime) -> Timex:
    """A duration that reaches back from the publication day, with the interval that it covers; other durations as they are."""
    parts = _PERIOD.fullmatch(timex.value)
    if parts is None or not any(word in cues.back for word in words):
        return timex
    count, unit = int(parts[2]), _UNITS.get(parts[1] + parts[3])
    if unit is None:
        return timex
    end = day + timedelta(days=1)
    start = shift(day, unit, -count)
    if start.time() != datetime.min.time() or unit is Granularity.HOUR:
        start = datetime(start.year, start.month, start.day)
    return replace(
        timex, interval=Interval(start, end), granularity=unit if unit is not Granularity.HOUR else Granularity.DAY, anchor="dct"
    )
