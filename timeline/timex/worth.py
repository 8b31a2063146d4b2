"""What expressions are worth that say it themselves, whatever the text tells around them: full dates in figures, decades and centuries,
lengths of time, sets, and the present, past and future at large.

Of the day of publication they need the year at most, by which a year of two figures is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from timeline.timex.calendar import duration_value
from timeline.timex.frames import Slots
from timeline.timex.outcome import Outcome
from timeline.timex.values import iso_value, short_year

__all__ = ["BY_ITSELF"]

_UNKNOWN = 2020
"""The year of publication where none is known, for the decade that "the twenties" are."""


def _iso(s: Slots, published: int | None) -> Outcome:
    kind, value = iso_value(s["iso"])
    return Outcome(value, kind=kind)


def _numeric(s: Slots, published: int | None) -> Outcome:
    """3/5/2011, 3.5.11, 2011/5/3."""
    parts = [int(part) for part in s["numdate"].replace("/", ".").split(".")]
    if parts[0] > 999:
        year, month, day = parts
    else:
        day, month, year = parts if s["order"] != "mdy" else (parts[1], parts[0], parts[2])
        if month > 12 or ("." in s["numdate"] and parts[1] <= 12):  # with full stops the day comes first everywhere
            day, month = parts[0], parts[1]
        year = short_year(year, published) if year < 100 else year
    return Outcome(dt.date(year, month, day).isoformat())


def _decade(s: Slots, published: int | None) -> Outcome:
    digits = "".join(c for c in str(s["decade"]) if c.isdigit())
    year = int(digits)
    if len(digits) == 4 and year % 100 == 0 and year < 2000:  # the 1800s are a hundred years
        return Outcome(f"{year // 100:02d}")
    if len(digits) == 2:  # "the twenties" are over, or nearly so
        now = published or _UNKNOWN
        year += now // 100 * 100 - (100 if now // 100 * 100 + year > now else 0)
    return Outcome(_era(s) + f"{year:04d}"[:3])


def _century(s: Slots, published: int | None) -> Outcome:
    return Outcome(f"{_era(s)}{int(s['century']) - 1:02d}")


def _era(s: Slots) -> str:
    return "BC" if s.get("era") == "BC" else ""


def _duration(s: Slots, published: int | None) -> Outcome:
    n = s.get("n", "X")
    if "half_more" in s and not isinstance(n, str):
        n += 0.5
    value = duration_value(n, s["unit"])
    if "unit2" in s:  # two years and three months
        value += duration_value(s.get("n2", "X"), s["unit2"])[1:].removeprefix("T" if "T" in value else "")
    return Outcome(value, kind="DURATION")


def _set(s: Slots, published: int | None) -> Outcome:
    """Every Monday, each spring, weekly."""
    if "freq" in s:
        return Outcome(s["freq"], kind="SET")
    part = s.get("part", "")
    if "weekday" in s:
        return Outcome(f"XXXX-WXX-{s['weekday']}{part}", kind="SET")
    if "month" in s:
        return Outcome(f"XXXX-{s['month']:02d}", kind="SET")
    if "season" in s:
        return Outcome(f"XXXX-{s['season']}", kind="SET")
    if part:
        return Outcome(f"XXXX-XX-XX{part}", kind="SET")
    if s["unit"] == "weekend" and not s.keys() & {"other", "n"}:
        return Outcome("XXXX-WXX-WE", kind="SET")
    return Outcome(duration_value(2 if "other" in s else s.get("n", 1), s["unit"].removesuffix("s")), kind="SET")


def _reference(s: Slots, published: int | None) -> Outcome:
    return Outcome(s["reference"])


BY_ITSELF: Mapping[str, Callable[[Slots, int | None], Outcome]] = {
    "iso": _iso, "numdate": _numeric, "decade": _decade, "century": _century, "duration": _duration, "set": _set, "ref": _reference,
}  # fmt: skip
"""How to value an expression by its form or else its kind, from its slots and the year of publication (``None`` where that is unknown).
Raises ``ValueError``, ``KeyError`` or ``OverflowError`` where they make no date."""
