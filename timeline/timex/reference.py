"""Which time a text counts from: the publication date, or the running narrative.

News counts from the day it was published, histories from what was told of last. Which holds is read off the text itself: a history names
years and hardly any weekday or "yesterday"; and within news a sentence that follows an explicit year long past goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from timeline.records import Anchor
from timeline.timex.calendar import MONTHS_OF_SEASON, MONTHS_OF_UNIT, YEARS_OF_UNIT, interval_of, move, unit_value, year_text
from timeline.timex.frames import Expression

__all__ = ["Reference", "is_narrative", "moved", "reference_of", "unit_of"]

_DAYS = ("day", "week", "weekend", "fortnight")

_OLD, _LONG, _PER_DEICTIC, _FINE = 3, 20, 10, 0.1
"""What a dated text needs to be a history: so many years long past, or so many where it is long; so many times of the story for each that
counts from the publication; and the share of all its expressions that say a month. Half of all expressions and two more must be times of
the story. Read off 16 histories and 1,500 news articles."""


class Reference(NamedTuple):
    """A time told of, its parts as far as known. ``year`` is negative before Christ; ``name`` is what a timex is anchored to."""

    year: int
    month: int | None = None
    day: int | None = None
    unit: str = "year"
    name: Anchor = None
    sentence: int = -1

    @property
    def whole(self) -> date | None:
        """The day, where it is one that the calendar of ``datetime`` holds."""
        return date(self.year, self.month, self.day) if self.month and self.day and self.year > 0 else None

    @classmethod
    def of_day(cls, day: date, name: Anchor) -> Reference:
        """A day as reference."""
        return cls(day.year, day.month, day.day, "day", name)


def reference_of(value: str, name: Anchor, sentence: int) -> Reference | None:
    """A TIMEX3 value as something to count from; ``None`` for durations, sets, decades and unknown days."""
    known = _told(value)
    return Reference(known.year, known.month, known.day, known.unit, name, sentence) if known else None


@lru_cache(maxsize=4096)
def _told(value: str) -> Reference | None:
    sign = -1 if value.startswith("BC") else 1
    body = value.removeprefix("BC").partition("T")[0]
    head, *rest = body.split("-")
    if not head.isdigit() or len(head) != 4:
        return None
    year = sign * int(head)
    if not rest:
        return Reference(year)
    first = rest[0]
    if first.isdigit():
        day = int(rest[1]) if len(rest) > 1 and rest[1].isdigit() else None
        return Reference(year, int(first), day, "day" if day else "month")
    if first in MONTHS_OF_SEASON:
        return Reference(year, MONTHS_OF_SEASON[first], None, "season")
    start = interval_of(body)[0]
    if start is None or start.start is None:
        return Reference(year)
    begin = start.start
    if first[0] == "W":
        return Reference(begin.year, begin.month, begin.day, "week")
    return Reference(year, begin.month, None, {"Q": "quarter", "H": "half"}[first[0]])


def _add_years(year: int, count: int) -> int:
    """There is no year 0."""
    moved_year = year + count
    return moved_year if (moved_year > 0) == (year > 0) and moved_year else moved_year + (1 if year < 0 else -1)


def moved(reference: Reference, unit: str, count: int) -> Reference:
    """``reference`` moved by whole units; finer parts that are not known stay unknown.

    Raises ``OverflowError`` or ``ValueError`` outside the calendar.
    """
    if count == 0:
        return reference
    day = reference.whole
    years = count * YEARS_OF_UNIT.get(unit, 0)
    if day is not None and day.year + years >= 1:
        return Reference.of_day(move(day, unit, count), reference.name)._replace(unit=reference.unit)
    if years:
        return reference._replace(day=None if day else reference.day, year=_add_years(reference.year, years))
    if unit in _DAYS or reference.month is None:
        return reference
    years, month = divmod(reference.month - 1 + count * MONTHS_OF_UNIT[unit], 12)
    return reference._replace(year=_add_years(reference.year, years) if years else reference.year, month=month + 1, day=None)


def unit_of(reference: Reference, unit: str, exact: bool = True) -> str:
    """The TIMEX3 value of the unit that ``reference`` lies in; what is not known is written ``X``.

    With ``exact`` false the day was counted from a time that is not known to the day.
    """
    day = reference.whole
    if day is not None and exact:
        return unit_value(day, unit)
    head = year_text(reference.year)
    if unit in YEARS_OF_UNIT:
        return head[: len(head) - (len(str(YEARS_OF_UNIT[unit])) - 1)]
    if unit in ("week", "fortnight", "weekend"):
        return f"{head}-WXX" + ("-WE" if unit == "weekend" else "")
    if reference.month is None:
        return f"{head}-XX" + ("" if unit in MONTHS_OF_UNIT else "-XX")
    if unit in MONTHS_OF_UNIT:
        value = unit_value(date(4, reference.month, 1), unit)
        return head + value[4:]
    return f"{head}-{reference.month:02d}-XX"


def is_narrative(expressions: Sequence[Expression], published: datetime | None) -> bool:
    """True where the text tells of its times one after the other, as histories and biographies do, rather than as news of a day.

    What tells a story are years long past, months that leave their year to it and what follows on ("the next winter"); against them
    speak expressions that only a publication day gives a meaning (weekdays, "yesterday", "last week"). With a publication date the
    story must be most of what the text says of times, and told in months and days, or long and without a word of that day: a comment
    that names many election years counts from its own day all the same. Without one a single year is enough, where nothing speaks of a
    day of publication.
    """
    frames = [expression.frame for expression in expressions]
    deictic = sum(frame.year is None and frame.deictic for frame in frames)
    if published is None:
        named = sum(frame.year is not None for frame in frames)
        return named >= 1 and named >= 4 * deictic
    old = [frame for frame in frames if frame.year is not None and frame.year < published.year - 1]
    bare = sum("month" in frame.slots and frame.year is None and not frame.deictic for frame in frames)
    following = sum(str(frame.slots.get("rel", "")).startswith("ref") for frame in frames)
    fine = bare + sum("month" in frame.slots for frame in old)
    close = fine >= _FINE * len(frames) or (len(old) >= _LONG and not deictic)
    return close and len(old) >= _OLD and len(old) + bare + following >= max(_PER_DEICTIC * deictic, 2 + len(frames) / 2)
