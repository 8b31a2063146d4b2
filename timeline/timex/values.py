"""Parts of TIMEX3 values: days and months from slots, clock times, years of two digits."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange

from timeline.timex.calendar import holiday_dates, week_value, year_text
from timeline.timex.frames import Slots

__all__ = ["calendar_value", "clock_value", "iso_value", "short_year"]


def short_year(year: int, published: int | None) -> int:
    """A year of two digits: within the eighty years before and twenty after the publication (2020 where it is not known)."""
    pivot = (published or 2020) + 20
    return pivot - (pivot - year) % 100


def iso_value(text: str) -> tuple[str, str]:
    """TIMEX3 type and value of an ISO 8601 date or date-time. Raises ``ValueError``."""
    day, _, time = text.lower().partition("t")
    year, month, number = map(int, day.split("-"))
    value = dt.date(year, month, number).isoformat()
    return ("TIME", f"{value}T{time[:5]}") if time else ("DATE", value)


def calendar_value(year: int, s: Slots) -> str | None:
    """The value of a year and what the slots add to it; ``None`` where there is no such day."""
    head = year_text(year)
    if "nth" in s and year > 0:
        return _nth(year, s)
    if "month" in s:
        if "day" not in s:
            return f"{head}-{s['month']:02d}"
        try:
            dt.date(year if year > 0 else 4, s["month"], int(s["day"]))
        except ValueError:
            return None
        return f"{head}-{s['month']:02d}-{int(s['day']):02d}"
    if "holiday" in s:
        day = holiday_dates(s["holiday"], year) if year > 0 else None
        return day.isoformat() if day else None
    if "week" in s:
        if not 1 <= int(s["week"]) <= 53:
            return None
        return f"{head}-W{int(s['week']):02d}"
    for slot, form in (("season", "-{}"), ("quarter", "-Q{}"), ("half", "-H{}")):
        if slot in s:
            return head + form.format(s[slot])
    return head


def _nth(year: int, s: Slots) -> str | None:
    """The second Saturday of May, the last weekend in June, the last day of July."""
    if s.get("unit") == "day":
        number = s["nth"] if s["nth"] > 0 else monthrange(year, s["month"])[1]
        return calendar_value(year, {"month": s["month"], "day": number})
    day = holiday_dates(f"{s['month']}/{s.get('weekday', 6)}/{s['nth']}", year)
    if day is None or day.month != s["month"]:
        return None
    return week_value(day) + "-WE" if "unit" in s else day.isoformat()


def clock_value(text: str, meridiem: str | None) -> str:
    """``HH:MM`` of a clock time as written: 10, 10:30, 10.30, 1430, 10:30pm, 19h30. Raises ``ValueError``."""
    digits = "".join(c if c.isdigit() else ":" for c in text).strip(":")
    hour, _, rest = digits.partition(":")
    if len(hour) == 4:
        hour, rest = hour[:2], hour[2:]
    number, minute = int(hour), int(rest[:2] or 0) if rest[:1] != ":" else 0
    letters = "".join(c for c in text if c.isalpha()).lower()
    meridiem = meridiem or {"am": "am", "a": "am", "pm": "pm", "p": "pm"}.get(letters)
    if meridiem:
        number = number % 12 + (12 if meridiem == "pm" else 0)
    if number > 24 or minute > 59:
        raise ValueError(f"no such time: {text}")
    return f"{number:02d}:{minute:02d}"
