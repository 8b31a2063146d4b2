"""Which of several days an underspecified date means: the direction that its clause gives, else the nearest."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from functools import lru_cache
from typing import Any

from timeline.timex.calendar import holiday_dates
from timeline.timex.frames import Slots
from timeline.timex.reference import Reference

__all__ = ["choose_day", "choose_weekday", "choose_year"]

_SEASON_MIDDLE = {"SP": 4, "SU": 7, "FA": 10, "WI": 12}
_AGAINST_TENSE = 240  # days that a date against the tense of its clause counts as farther away
_CLOSE = 400  # the same where the verb stands right before it
_AHEAD = 20  # the same for any date to come: news tells more of the past
_SLIP = 45  # days from the publication within which a weekday that does not agree is a slip
_YEARS_BACK = 6  # how many years back a weekday may tell which year is meant: captions of albums, old pages
_PARTS = ("month", "day", "season", "holiday", "weekday", "span")
_WIDTHS = {"quarter": 3, "half": 6}  # months
_FAR_AHEAD = {"quarter": 3, "half": 1}  # so many of them ahead, that of the year before is meant


def choose_weekday(day: dt.date, weekday: int, tense: str | None, shift: int | None) -> dt.date:
    """The day meant by a weekday told on ``day``; ``shift`` is -1 for "last", 0 for "this", 1 for "next".

    Without one it is the latest such day, ``day`` included, unless the clause speaks of the future.
    """
    back = (day.isoweekday() - weekday) % 7
    if shift is None:
        days = 7 - back if tense == "future" and back else -back
    elif shift < 0:
        days = -(back or 7)
    elif shift > 0:
        days = 7 - back
    else:
        days = -back if not back or tense == "past" or (back < 4 and tense != "future") else 7 - back
    return day + dt.timedelta(days=days)


def choose_day(day: dt.date, number: int, tense: str | None) -> dt.date | None:
    """The day meant by a bare day of the month ("the 13th") told on ``day``: the nearest, in the direction of the clause."""
    months = [day.year * 12 + day.month - 1 + shift for shift in (-1, 0, 1)]
    dates = [
        dt.date(month // 12, month % 12 + 1, number) for month in months if number <= monthrange(month // 12, month % 12 + 1)[1]
    ]

    def cost(chosen: dt.date) -> int:
        ahead = (chosen - day).days
        return abs(ahead) + (_AGAINST_TENSE if (ahead > 0 and tense == "past") or (ahead < 0 and tense == "future") else 0)

    return min(dates, key=cost, default=None)


def _part_of_year(s: Slots) -> str | None:
    return next((part for part in _WIDTHS if part in s), None)


def _span(year: int, s: Slots) -> tuple[dt.date, dt.date] | None:
    """First and last day of what the slots name in a year (a range: in the year that it ends in), as far as distances need it."""
    if "span" in s:
        month, day, last_month, last_day = s["span"]
        first = dt.date(year - (month > last_month), month, min(day or 1, 28))
        return first, dt.date(year, last_month, min(last_day or 28, 28))
    if "holiday" in s:
        day = holiday_dates(s["holiday"], year)
        return (day, day) if day else None
    if "month" in s:
        month = s["month"]
        if "day" in s:
            day = dt.date(year, month, min(s["day"], 28))
            return day, day
        return dt.date(year, month, 1), dt.date(year, month, 28)
    if "season" in s:
        month = _SEASON_MIDDLE[s["season"]]
        return dt.date(year, month - 1, 1), dt.date(year, min(month + 1, 12), 28)
    return None


def choose_year(ground: Reference, s: Slots, tense: str | None, shift: int | None = None, close: bool = False) -> int:
    """The year of a date that names none, told on ``ground``.

    With ``shift`` ("last March", "this summer", "next June") it is counted in units of the date itself. Else the nearest year wins, where a
    date against the tense counts as farther away.
    """
    day = ground.whole or dt.date(max(ground.year, 1), ground.month or 1, 1)
    if ground.year < 1:
        return ground.year
    if shift is not None:
        return day.year if shift == 0 else ground.year + shift if ground.month is None else _shifted(day, s, shift)
    if "week" in s:
        return day.year
    if part := _part_of_year(s):
        ahead = int(s[part]) - 1 - (day.month - 1) // _WIDTHS[part]
        return day.year - (ahead > 0 if tense == "past" and close else ahead >= _FAR_AHEAD[part] and tense != "future")
    year = _nearest(day, tuple(s.get(part) for part in _PARTS), tense, _CLOSE if close else _AGAINST_TENSE)
    return year - ("span" in s and s["month"] > s["span"][2])


@lru_cache(maxsize=4096)
def _nearest(day: dt.date, said: tuple[Any, ...], tense: str | None, against: int) -> int:
    """The year, of that of ``day`` and its neighbours, in which the parts ``said`` lie nearest."""
    s = {part: value for part, value in zip(_PARTS, said, strict=True) if value is not None}
    nearest = min((day.year, day.year - 1, day.year + 1), key=lambda year: _cost(year, s, day, tense, against))
    if not s.keys() >= {"weekday", "month", "day"} or _agrees(nearest, s) or _cost(nearest, s, day, None, 0) <= _SLIP:
        return nearest
    agreeing = [year for year in range(day.year + 1, day.year - _YEARS_BACK, -1) if _agrees(year, s)]
    return min(agreeing, key=lambda year: _cost(year, s, day, tense, against), default=nearest)


def _agrees(year: int, s: Slots) -> bool:
    """Whether the day of a month falls on the weekday that is named with it: "Tuesday, October 14"."""
    month, day, weekday = int(s["month"]), int(s["day"]), int(s["weekday"])
    return day <= monthrange(year, month)[1] and dt.date(year, month, day).isoweekday() == weekday


def _shifted(day: dt.date, s: Slots, shift: int) -> int:
    """Last and next: the nearest that is over or to come (a season: that of the year before or after).

    With ``not_just_over`` the month before that of ``day`` is not meant either: English would have said "last month".
    """
    span = None if _part_of_year(s) else _span(day.year, s)
    if span is None:
        return day.year + shift
    if shift < 0:
        months = (day.year - span[0].year) * 12 + day.month - span[0].month
        over = span[1] < day and ("day" in s or months > ("not_just_over" in s))
        return day.year if over else day.year - 1
    return day.year if span[0] > day else day.year + 1


def _cost(year: int, s: Slots, day: dt.date, tense: str | None, against: int) -> int:
    span = _span(year, s)
    if span is None:
        return 10_000
    first, last = span
    if first <= day <= last or ((first.year, first.month) == (day.year, day.month) and "day" not in s):
        return 0
    if first > day:
        return (first - day).days + _AHEAD + (against if tense == "past" else 0)
    return (day - last).days + (against if tense == "future" else 0)
