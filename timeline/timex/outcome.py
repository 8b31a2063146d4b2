"""What an expression comes to: a value, its ground, and the clock time that a day is given."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from timeline.records import Anchor
from timeline.timex.frames import Slots
from timeline.timex.values import clock_value

__all__ = ["Outcome", "with_time"]


class Outcome(NamedTuple):
    """A value and where it came from; ``value`` is ``None`` where there is no ground for one."""

    value: str | None
    anchor: Anchor = None
    kind: str = "DATE"
    note: str = ""


def with_time(outcome: Outcome, s: Slots) -> Outcome:
    """A day with its part of day or clock time."""
    if outcome.value is None:
        return outcome
    if "night_before" in s and len(outcome.value) == len("2014-05-07") and outcome.value[-1].isdigit():
        before = dt.date.fromisoformat(outcome.value) - dt.timedelta(days=1)  # the night that a day begins with
        outcome = outcome._replace(value=before.isoformat())
    if "clock" in s:
        return outcome._replace(value=f"{outcome.value}T{_clock(s)}{'Z' if s.get('zone') == '0' else ''}", kind="TIME")
    if "part" in s:
        return outcome._replace(value=f"{outcome.value}{s['part']}", kind="TIME")
    return outcome


def _clock(s: Slots) -> str:
    """``HH:MM``: with minutes named apart ("9 Uhr 30"), half hours to come ("halb neun") and a part of day ("six in the evening")."""
    text = str(s["clock"])
    if "minutes" in s:
        text = f"{text}:{int(s['minutes']):02d}"
    if "half_to" in s:
        text = f"{int(text) - 1}:30"
    value = clock_value(text, s.get("meridiem"))
    evening = s.get("part") in ("TAF", "TEV") or (s.get("part") == "TNI" and value > "06")
    return clock_value(text, "pm") if evening and "meridiem" not in s and value < "12" else value
