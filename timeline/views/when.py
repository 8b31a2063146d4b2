"""Dates as people write them: as fine as they are known and no finer."""

from __future__ import annotations

from datetime import datetime, timedelta

from timeline.interval import Granularity, cover, floor

__all__ = ["when"]

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_SEASONS = {"SP": "spring", "SU": "summer", "FA": "autumn", "AU": "autumn", "WI": "winter"}
_PARTS = {"TMO": "morning", "TMI": "midday", "TAF": "afternoon", "TEV": "evening", "TNI": "night", "TDT": "daytime"}
_UNEVEN = (Granularity.WEEK, Granularity.WEEKEND, Granularity.SEASON, Granularity.PART_OF_DAY)
"""Units whose value says which one is meant."""
_CLOCK = (Granularity.HOUR, Granularity.MINUTE, Granularity.SECOND)
_OPEN = {"from": "since", "until": "until", "before": "before", "after": "after"}


def when(
    start: datetime | None,
    end: datetime | None,
    granularity: str | None,
    extent: str | None = None,
    value: str | None = None,
) -> str:
    """Words for ``[start, end)``: ``7 May 2014``, ``May 2014``, ``2011``, ``since 2011``, ``3 to 5 Mar 2014``.

    ``value`` (TIMEX3) helps where the interval does not say it: seasons, parts of day, years BCE. Empty where nothing is known.
    """
    if start is None and end is None:
        return _bce(value)
    unit = Granularity(granularity) if granularity else Granularity.DAY
    if start is None or end is None:
        known = start if start is not None else _before(end)
        side = extent if extent in _OPEN else ("from" if end is None else "until")
        return f"{_OPEN[side]} {_point(known, unit, value)}" if known is not None else ""
    if value is not None and value.startswith("P") and unit in _UNEVEN:
        unit = Granularity.DAY  # "the last two weeks" are days of no certain week
    words = _point(start, unit, value)
    last = end - timedelta(microseconds=1)
    named = unit in _UNEVEN and value is not None
    several = not named and last >= (cover(start, unit).end or end)
    if several:
        words = _joined(start, last, unit, _point(start, unit, None), _point(floor(last, unit), unit, None))
    if extent == "throughout":
        return words if several else f"throughout {words}"
    return f"{_OPEN[extent]} {words}" if extent in _OPEN else words


def _before(end: datetime | None) -> datetime | None:
    """The last instant before an exclusive end."""
    return None if end is None else end - timedelta(microseconds=1) if end.year > 1 else end


def _joined(start: datetime, last: datetime, unit: Granularity, opening: str, closing: str) -> str:
    if unit is Granularity.DAY and (start.year, start.month) == (last.year, last.month):
        return f"{start.day} to {closing}"
    if unit in _CLOCK and start.date() == last.date():
        return f"{opening} to {closing.rpartition(', ')[2]}"
    if unit in (Granularity.DAY, Granularity.MONTH) and start.year == last.year:
        return f"{opening.rsplit(' ', 1)[0]} to {closing}"
    return f"{opening} to {closing}"


def _point(moment: datetime, unit: Granularity, value: str | None) -> str:
    """One moment in words, at the grain of ``unit``."""
    day = f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    part = (value or "")[11 - 1 :].lstrip("T")
    words = {
        Granularity.SECOND: f"{day}, {moment:%H:%M:%S}",
        Granularity.MINUTE: f"{day}, {moment:%H:%M}",
        Granularity.HOUR: f"{day}, {moment:%H:%M}",
        Granularity.PART_OF_DAY: f"{day}, {_PARTS.get('T' + part, 'part of the day')}",
        Granularity.WEEK: f"week of {day}",
        Granularity.WEEKEND: f"weekend of {day}",
        Granularity.MONTH: f"{_MONTHS[moment.month - 1]} {moment.year}",
        Granularity.SEASON: f"{_SEASONS.get((value or '')[5:7], 'season')} {(value or '')[:4] or moment.year}",
        Granularity.QUARTER: f"Q{(moment.month - 1) // 3 + 1} {moment.year}",
        Granularity.HALF: f"{'first' if moment.month < 7 else 'second'} half of {moment.year}",
        Granularity.YEAR: str(moment.year),
        Granularity.DECADE: f"{moment.year // 10 * 10}s",
        Granularity.CENTURY: f"{_ordinal(moment.year // 100 + 1)} century",
        Granularity.MILLENNIUM: f"{_ordinal(moment.year // 1000 + 1)} millennium",
    }
    return words.get(unit, day)


def _ordinal(number: int) -> str:
    tail = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{tail}"


def _bce(value: str | None) -> str:
    return f"{int(value[2:]) or 1} BCE" if value and value.startswith("BC") and value[2:].isdigit() else value or ""
