"""Half-open intervals of calendar time and their granularity.

An interval is ``[start, end)`` in calendar time as written (naive ``datetime``, no zone); an open side is ``None``.
A granularity says how finely the source spoke: "in 2011" is a year, not its first of January. After Bethard's timenorm,
where "1990" *is* ``[1990-01-01, 1991-01-01)``.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

__all__ = ["Granularity", "Interval", "cover", "day_interval", "floor", "shift", "shift_months"]


class Granularity(StrEnum):
    """How finely a time is known, finest first."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    PART_OF_DAY = "part_of_day"
    DAY = "day"
    WEEKEND = "weekend"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"
    MILLENNIUM = "millennium"

    @property
    def fineness(self) -> int:
        """Rank, 0 for a second, growing with the width of the unit."""
        return _FINENESS[self]


_FINENESS = {granularity: rank for rank, granularity in enumerate(Granularity)}
_MONTHS = {Granularity.MONTH: 1, Granularity.SEASON: 3, Granularity.QUARTER: 3, Granularity.HALF: 6}
_YEARS = {Granularity.YEAR: 1, Granularity.DECADE: 10, Granularity.CENTURY: 100, Granularity.MILLENNIUM: 1000}
_SPANS = {
    Granularity.SECOND: timedelta(seconds=1),
    Granularity.MINUTE: timedelta(minutes=1),
    Granularity.HOUR: timedelta(hours=1),
    Granularity.PART_OF_DAY: timedelta(hours=6),
    Granularity.DAY: timedelta(days=1),
    Granularity.WEEKEND: timedelta(weeks=1),
    Granularity.WEEK: timedelta(weeks=1),
}


class Interval(NamedTuple):
    """``[start, end)``; ``None`` is an open side. Never empty: ``start < end`` where both are given."""

    start: datetime | None
    end: datetime | None

    def overlaps(self, other: Interval) -> bool:
        """True where the two share at least an instant."""
        return (self.start is None or other.end is None or self.start < other.end) and (
            other.start is None or self.end is None or other.start < self.end
        )

    def contains(self, other: Interval) -> bool:
        """True where ``other`` lies wholly within this interval."""
        starts = self.start is None or (other.start is not None and self.start <= other.start)
        ends = self.end is None or (other.end is not None and other.end <= self.end)
        return starts and ends

    @property
    def day(self) -> date | None:
        """The one day that the interval lies in, where it is one."""
        if self.start is None or self.end is None:
            return None
        first, last = self.start.date(), (self.end - timedelta(microseconds=1)).date()
        return first if first == last else None

    def iso(self) -> list[str | None]:
        """``[from, to]`` in ISO 8601: plain dates where both ends are midnights, else date-times."""
        ends = [end for end in self if end is not None]
        whole_days = all(end.time() == datetime.min.time() for end in ends)
        return [None if end is None else (end.date().isoformat() if whole_days else end.isoformat()) for end in self]


def floor(moment: datetime, granularity: Granularity) -> datetime:
    """Start of the unit that ``moment`` lies in; weeks begin on Monday (ISO 8601), a part of day on the quarter of the day."""
    day = datetime(moment.year, moment.month, moment.day)
    if granularity in _MONTHS:
        width = _MONTHS[granularity]
        return datetime(moment.year, (moment.month - 1) // width * width + 1, 1)
    if granularity in _YEARS:
        return datetime(max(1, moment.year // _YEARS[granularity] * _YEARS[granularity]), 1, 1)
    if granularity is Granularity.WEEK:
        return day - timedelta(days=day.weekday())
    if granularity is Granularity.WEEKEND:
        return day - timedelta(days=day.weekday()) + timedelta(days=5)
    if granularity is Granularity.DAY:
        return day
    return day + (moment - day) // _SPANS[granularity] * _SPANS[granularity]


def shift(moment: datetime, granularity: Granularity, count: int) -> datetime:
    """``moment`` moved by ``count`` units; the day is clipped to the length of the month (31 January + 1 month = 28 February).

    Raises ``OverflowError`` where the result leaves years 1 to 9999.
    """
    if granularity in _SPANS:
        return moment + count * _SPANS[granularity]
    months = _MONTHS.get(granularity) or 12 * _YEARS[granularity]
    return shift_months(moment, count * months)


def shift_months(moment: datetime, count: int) -> datetime:
    """``moment`` moved by whole months, the day clipped; ``OverflowError`` outside years 1 to 9999."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + count, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(f"year {year} is outside 1 to 9999")
    for day in range(moment.day, moment.day - 4, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("a month has at least 28 days")


def cover(moment: datetime, granularity: Granularity) -> Interval:
    """The whole unit that ``moment`` lies in; the end is open where it would pass year 9999."""
    start = floor(moment, granularity)
    if granularity is Granularity.WEEKEND:
        return Interval(start, start + timedelta(days=2))
    try:
        return Interval(start, shift(start, granularity, 1))
    except OverflowError:
        return Interval(start, None)


def day_interval(day: date) -> Interval:
    """The whole of one day."""
    return cover(datetime(day.year, day.month, day.day), Granularity.DAY)
