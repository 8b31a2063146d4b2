"""Which time a text counts from: the publication date, or the running narrative.

News counts from the day it was published, histories from what was told of last. Which holds is read off the text itself: a history names
years and hardly any weekday or "yesterday"; and within news a sentence that follows an explicit year long past goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from timeline.timex.frames import Expression

__all__ = ["Reference", "is_narrative"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A time told of: its parts as far as known, its TIMEX3 value, its unit, the characters that named it."""

    year: int
    month: int | None
    day: int | None
    value: str
    unit: str
    span: tuple[int, int] | None

    def as_date(self) -> date | None:
        """The first day of it; ``None`` before Christ."""
        try:
            return date(self.year, self.month or 1, self.day or 1)
        except ValueError:
            return None


def is_narrative(expressions: Sequence[Expression], published: datetime | None) -> bool:
    """True where the text tells of its times one after the other, as histories and biographies do, rather than as news of a day.

    Counted are expressions that name a year against those that only a publication day gives a meaning (weekdays, "yesterday", "last
    week"). A text without a publication date is read as a narrative where it names any year.
    """
    years, deictic, old = 0, 0, 0
    for expression in expressions:
        slots = expression.frame.slots
        if "year" in slots or "yy" in slots or "iso" in slots:
            years += 1
            year = slots.get("year")
            old += published is not None and isinstance(year, int) and year < published.year - 1
        elif (
            "dayword" in slots
            or ("weekday" in slots and "month" not in slots)
            or str(slots.get("rel", "")).startswith("dct")
            or slots.get("dir") == "dct-1"
        ):
            deictic += 1
    if published is None:
        return years > 0
    return old >= 4 and years >= 5 * deictic
