"""Calendar arithmetic: TIMEX3 values from dates, and the stretch of time that a value names. No language, no clock."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from timeline.interval import Granularity, Interval, cover, shift_months

__all__ = [
    "MONTHS_OF_SEASON",
    "MONTHS_OF_UNIT",
    "YEARS_OF_UNIT",
    "duration_value",
    "easter",
    "holiday_dates",
    "interval_of",
    "move",
    "season_of",
    "unit_value",
    "week_value",
    "year_text",
]

MONTHS_OF_SEASON = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
"""The month that each season begins with."""

MONTHS_OF_UNIT = {"month": 1, "quarter": 3, "season": 3, "half": 6}
YEARS_OF_UNIT = {"year": 1, "decade": 10, "century": 100, "millennium": 1000}
_DAYS_OF_UNIT = {"day": 1, "week": 7, "weekend": 7, "fortnight": 14}
_SEASONS = ("WI", "SP", "SU", "FA")
_PERIODS = {
    "year": "P{}Y", "month": "P{}M", "week": "P{}W", "day": "P{}D", "decade": "P{}DE", "century": "P{}CE", "millennium": "P{}ML",
    "quarter": "P{}Q", "weekend": "P{}WE", "hour": "PT{}H", "minute": "PT{}M", "second": "PT{}S", "night": "P{}NI", "season": "P{}SE",
}  # fmt: skip


_HALVES = {"century": "P50Y", "decade": "P5Y", "year": "P6M", "hour": "PT30M", "minute": "PT30S", "day": "PT12H"}


def duration_value(n: float | int | str, unit: str) -> str:
    """``P2Y``, ``PXM``, ``PT30M``; half a unit as the next smaller one where that is whole (half an hour: ``PT30M``)."""
    if unit == "fortnight":
        return duration_value(2 * n if isinstance(n, int | float) else n, "week")
    if n == 0.5 and unit in _HALVES:
        return _HALVES[unit]
    return _PERIODS[unit].format(n)


def year_text(year: int) -> str:
    """Four digits; years before Christ as ``BC0480`` (given as negative numbers, -480)."""
    return f"BC{-year:04d}" if year < 0 else f"{year:04d}"


def week_value(day: date) -> str:
    """ISO week: ``1998-W08``."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def unit_value(day: date, unit: str) -> str:
    """The value of the unit that ``day`` lies in; the day itself for units smaller than a day."""
    year = f"{day.year:04d}"
    if unit in ("week", "fortnight", "weekend"):
        return week_value(day) + ("-WE" if unit == "weekend" else "")
    if unit == "season":
        return season_of(day)
    parts = {
        "month": f"{year}-{day.month:02d}", "quarter": f"{year}-Q{(day.month + 2) // 3}", "half": f"{year}-H{(day.month + 5) // 6}",
        "year": year, "decade": year[:3], "century": year[:2], "millennium": year[:1],
    }  # fmt: skip
    return parts.get(unit) or day.isoformat()


def season_of(day: date) -> str:
    """The (northern, meteorological) season of a day; December counts to the winter of its own year."""
    return f"{day.year:04d}-{_SEASONS[day.month % 12 // 3]}"


def move(day: date, unit: str, count: int) -> date:
    """``day`` moved by whole units, clipped to the length of the month. Raises ``OverflowError`` outside years 1 to 9999."""
    if unit in _DAYS_OF_UNIT:
        return day + timedelta(days=_DAYS_OF_UNIT[unit] * count)
    months = MONTHS_OF_UNIT.get(unit) or 12 * YEARS_OF_UNIT[unit]
    return shift_months(datetime(day.year, day.month, day.day), months * count).date()


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=4096)
def holiday_dates(spec: str, year: int) -> date | None:
    """The day of a holiday (see the pack format): ``12-25``, ``easter-2``, ``11/4/4``, ``6-24<5``; ``None`` where it is unknown."""
    if spec.startswith("easter"):
        return easter(year) + timedelta(days=int(spec[6:] or 0))
    if found := re.fullmatch(r"(\d+)/(\d)/(-?\d)(?:([+-]\d+))?", spec):
        month, weekday, nth = int(found[1]), int(found[2]), int(found[3])
        first = date(year, month, 1)
        if nth > 0:
            day = first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (nth - 1))
        else:
            last = shift_months(datetime(year, month, 1), 1).date() - timedelta(days=1)
            day = last - timedelta(days=(last.isoweekday() - weekday) % 7)
        return day + timedelta(days=int(found[4] or 0))
    if found := re.fullmatch(r"(\d+)-(\d+)(?:<(\d))?(?:([+-]\d+))?", spec):
        day = date(year, int(found[1]), int(found[2]))
        if found[3]:
            day -= timedelta(days=(day.isoweekday() - int(found[3])) % 7 or 7)
        return day + timedelta(days=int(found[4] or 0))
    return None


_HOURS = {"MO": (6, 12), "MI": (11, 14), "AF": (12, 18), "EV": (18, 24), "NI": (18, 30), "DT": (6, 18)}


@lru_cache(maxsize=4096)
def interval_of(value: str) -> tuple[Interval | None, Granularity | None]:
    """The stretch of calendar time that a TIMEX3 value names, and its granularity; nothing for durations, sets and references.

    Years before Christ have a granularity only: the calendar of ``datetime`` begins in year 1.
    """
    try:
        return _interval(value)
    except (ValueError, OverflowError):
        return None, None


def _interval(value: str) -> tuple[Interval | None, Granularity | None]:
    if value.startswith("BC"):
        return None, _granularity_before_christ(value)
    if "X" in value or not value[:1].isdigit():
        return None, None
    if "T" in value:
        return _within_day(*value.split("T", 1))
    if found := re.fullmatch(r"(\d{4})-W(\d\d)(-WE)?", value):
        granularity = Granularity.WEEKEND if found[3] else Granularity.WEEK
        return cover(datetime.fromisocalendar(int(found[1]), int(found[2]), 1), granularity), granularity
    if found := re.fullmatch(r"(\d{4})-(Q|H)(\d)", value):
        width = 3 if found[2] == "Q" else 6
        granularity = Granularity.QUARTER if width == 3 else Granularity.HALF
        return cover(datetime(int(found[1]), (int(found[3]) - 1) * width + 1, 1), granularity), granularity
    if found := re.fullmatch(r"(\d{4})-(SP|SU|FA|WI)", value):
        start = datetime(int(found[1]), MONTHS_OF_SEASON[found[2]], 1)
        return Interval(start, shift_months(start, 3)), Granularity.SEASON
    if not re.fullmatch(r"\d{1,4}(?:-\d\d){0,2}", value):
        return None, None
    granularity = {
        10: Granularity.DAY, 7: Granularity.MONTH, 4: Granularity.YEAR, 3: Granularity.DECADE, 2: Granularity.CENTURY, 1: Granularity.MILLENNIUM,
    }[len(value)]  # fmt: skip
    head, *rest = value.split("-")
    if head == "0000":
        return None, None  # there is no year 0
    month, day = ([int(part) for part in rest] + [1, 1])[:2]
    moment = datetime(max(1, int(head.ljust(4, "0"))), month, day)
    return cover(moment, granularity), granularity


def _granularity_before_christ(value: str) -> Granularity | None:
    parts = value[2:].split("-")
    if len(parts) == 1:
        return {4: Granularity.YEAR, 3: Granularity.DECADE, 2: Granularity.CENTURY}.get(len(parts[0]))
    if parts[1] in MONTHS_OF_SEASON:
        return Granularity.SEASON
    return {2: Granularity.MONTH, 3: Granularity.DAY}.get(len(parts)) if parts[1].isdigit() else None


def _within_day(day: str, time: str) -> tuple[Interval | None, Granularity | None]:
    midnight = datetime.fromisoformat(day)
    if hours := _HOURS.get(time):
        return Interval(midnight + timedelta(hours=hours[0]), midnight + timedelta(hours=hours[1])), Granularity.PART_OF_DAY
    found = re.match(r"(\d\d)(?::(\d\d)(?::(\d\d))?)?", time)
    if not found:
        return None, None
    start = midnight + timedelta(hours=int(found[1]), minutes=int(found[2] or 0), seconds=int(found[3] or 0))
    granularity = Granularity.SECOND if found[3] else Granularity.MINUTE if found[2] else Granularity.HOUR
    return cover(start, granularity), granularity
