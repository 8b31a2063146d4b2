"""What expressions count from: the publication date, the last time told of, the year and quarter in sight."""

from __future__ import annotations

from collections.abc import Sequence

from timeline.records import Anchor, Article
from timeline.timex.choosing import choose_year
from timeline.timex.frames import Expression, Slots
from timeline.timex.outcome import Outcome
from timeline.timex.reference import Reference, is_narrative, moved, reference_of, unit_of
from timeline.timex.values import short_year

__all__ = ["Grounds", "tense_of"]

_TURN = 7  # months by which a date must jump back (or ahead) to be taken for one over the turn of the year


class Grounds:
    """Running state over one article: the last time told of, and how to count from it."""

    def __init__(self, article: Article, expressions: Sequence[Expression]) -> None:
        published = article.published
        self.dct = Reference.of_day(published.day, "dct") if published else None
        self.local = published.local if published and published.precision == "time" else None
        self.narrative = is_narrative(expressions, published.local if published else None)
        self.last: Reference | None = None
        self.year: Reference | None = None
        self.quarter: Reference | None = None
        self.days: dict[tuple[int | None, int | None], Reference] = {}

    def remember(self, expression: Expression, outcome: Outcome) -> None:
        """Keep a date as what later expressions may count from."""
        if outcome.kind not in ("DATE", "TIME") or not outcome.value:
            return
        reference = reference_of(outcome.value, (expression.start, expression.end), expression.sentence)
        if reference is None:
            return
        slots = expression.frame.slots
        if "day" in slots and "month" in slots and self.dct and abs(reference.year - self.dct.year) <= 1:
            self.days[slots["month"], slots["day"]] = reference
        told = self.last
        if told and told.month and reference.unit == "year" and reference.year == told.year:
            reference = told._replace(sentence=reference.sentence)  # a year named again takes nothing back of the month told of
        self.last = reference
        if "year" in slots or "yy" in slots or "iso" in slots or ("yrel" in slots and outcome.anchor != "dct"):
            # "the lowest since 2008 in April": what goes on until now gives no year, but "since 1908, when … on June 30" does
            if expression.signal != "since" or expression.resumed:
                self.year = reference
        elif outcome.anchor == "dct":
            self.year = None
        if "quarter" in slots and "yearago" not in slots and (not self.dct or abs(reference.year - self.dct.year) < 2):
            self.quarter = reference

    def ground(self, anchor: str) -> Reference | None:
        """What "dct" or "ref" stands for here."""
        if (anchor == "ref" or self.narrative) and self.last:
            return self.last
        return self.dct

    def counted(self, anchor: str, unit: str, shift: int) -> Outcome:
        """The value of the unit that lies ``shift`` units from the ground."""
        ground = self.ground(anchor)
        if ground is None:
            return Outcome(None)
        exact = ground.whole is not None or unit not in ("day", "week", "weekend", "fortnight")
        return Outcome(unit_of(moved(ground, unit, shift), unit, exact), ground.name)

    def year_named(self, s: Slots) -> tuple[int | None, Anchor]:
        """The year that the expression itself names, if it does."""
        if "year" in s:
            return (-s["year"] if s.get("era") == "BC" else int(s["year"])), None
        if "yy" in s:
            return short_year(s["yy"], self.dct.year if self.dct else None), None
        if "yrel" in s:
            ground = self.ground(s["yrel"][:3])
            return (moved(ground, "year", int(s["yrel"][3:])).year, ground.name) if ground else (None, None)
        return None, None

    def missing_year(self, e: Expression, s: Slots) -> tuple[int | None, Anchor]:
        """The year of a month, day, season, quarter or holiday that names none."""
        rel = s.get("rel")
        if rel:
            ground = self.ground(rel[:3])
            if ground is None:
                return None, None
            return choose_year(ground, s, e.tense, int(rel[3:])), ground.name
        told = self.last if self.narrative else self.year_in_sight(e, s) or self.day_told(e, s)
        if told:
            return told.year + (_turn(told, s["month"]) if self.narrative and "month" in s else 0), told.name
        return (choose_year(self.dct, s, tense_of(e), close=e.close), "dct") if self.dct else (None, None)

    def day_told(self, e: Expression, s: Slots) -> Reference | None:
        """The day of this month and number that the text has named before, not long before or after its publication: it is the same.

        So is that which the sentence has just counted: "the next day, Aug. 31".
        """
        day, last = (s.get("month"), s.get("day")), self.last
        if last and last.sentence == e.sentence and last.day and (last.month, last.day) == day:
            return last
        return self.days.get(day)

    def year_in_sight(self, e: Expression, s: Slots) -> Reference | None:
        """The year that the same sentence has named, where the clause does not look ahead."""
        year = self.year
        if year is None or year.sentence != e.sentence or "month" not in s or e.tense == "future":
            return None
        return year if self.dct is None or year.year < self.dct.year else None


def tense_of(e: Expression) -> str | None:
    """The tense of the clause; "by Friday" is to come unless its verb speaks of the past."""
    return "future" if e.signal == "by" and e.tense != "past" else e.tense


def _turn(told: Reference, month: int) -> int:
    """A narrative goes on over the turn of the year: "In December 1941 … in January"."""
    if told.month is None or told.year < 0:
        return 0
    return 1 if told.month - month >= _TURN else -1 if month - told.month >= _TURN else 0
