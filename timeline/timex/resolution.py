"""From what was said to when it was: TIMEX3 values, their intervals, and what they were counted from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise

from timeline.interval import Granularity, Interval
from timeline.records import Article, Issue, Timex
from timeline.timex.calendar import interval_of, week_value
from timeline.timex.choosing import choose_day, choose_weekday
from timeline.timex.frames import Expression, Slots
from timeline.timex.grounds import Grounds, tense_of
from timeline.timex.outcome import Outcome, with_time
from timeline.timex.reference import Reference, moved, reference_of, unit_of
from timeline.timex.values import calendar_value
from timeline.timex.worth import BY_ITSELF

__all__ = ["resolve"]

_NO_GROUND = "nothing to count from: the publication date is not known"
_NOT_TOLD = "later than something that the text gives no time"
_AHEAD = 24  # characters between a clock time and the day it belongs to
_DAYS = 256  # of publication, for which what an expression is worth is remembered
_NEAR = 3  # sentences over which "a year earlier" still means the quarter told of


def resolve(expressions: Sequence[Expression], article: Article) -> tuple[list[Timex], list[Issue]]:
    """Values for all expressions of an article, in order, and an Issue for each that could not be given one.

    Nothing is ever counted from today: without ``article.published`` a relative expression is an Issue.
    """
    if not expressions:
        return [], []
    resolver = _Resolver(article, expressions)
    timexes: list[Timex] = []
    issues: list[Issue] = []
    for expression in expressions:
        outcome = resolver.outcome(expression)
        start, end = expression.start, expression.end
        text = article.text[start:end]
        if outcome.value is None:
            issues.append(Issue("timex", outcome.note or _NO_GROUND, article.article_id, article.input or None, start, end, text))
            continue
        timexes.append(_timex(expression, outcome, text))
        resolver.remember(expression, outcome)
    _order_weekdays(timexes, expressions)
    _join_ranges(timexes, expressions)
    return timexes, issues


def _timex(expression: Expression, outcome: Outcome, text: str) -> Timex:
    frame = expression.frame
    value, anchor, kind, _ = outcome
    interval, granularity = interval_of(value or "") if kind in ("DATE", "TIME") else (None, None)
    return Timex(
        expression.start,
        expression.end,
        text,
        kind,  # type: ignore[arg-type]
        value or "",
        *frame.traits,
        interval,
        granularity,
        anchor,
        frame.rule,
        expression.range_id,
        None,
        frame.explicit,
        (expression.tense or "") if frame.directed else None,
    )


def _order_weekdays(timexes: Sequence[Timex], expressions: Sequence[Expression]) -> None:
    """ "Monday through Friday", said on a Wednesday, ends after it began, whichever Friday is nearer."""
    ends = {e.start: e.frame.slots for e in expressions if e.range_role == "end" and e.frame.slots.keys() == {"weekday"}}
    for first, last in pairwise(timexes):
        if last.start not in ends or first.range_id != last.range_id or first.granularity != Granularity.DAY:
            continue
        begins, ending = first.interval, last.interval
        if begins and ending and begins.start and ending.start and ending.start < begins.start:
            day = begins.start + dt.timedelta(days=(ending.start - begins.start).days % 7)
            last.value, last.interval = day.date().isoformat(), Interval(day, day + dt.timedelta(days=1))


def _join_ranges(timexes: list[Timex], expressions: Sequence[Expression]) -> None:
    """Give both ends of a range the whole as an interval; a range that lost an end is none."""
    roles = {expression.start: expression.range_role for expression in expressions if expression.range_id is not None}
    members: dict[int, list[Timex]] = {}
    for timex in timexes:
        if timex.range_id is not None:
            members.setdefault(timex.range_id, []).append(timex)
    for group in members.values():
        if len(group) < 2:
            group[0].range_id = None
            continue
        first, last = group[0].interval, group[-1].interval
        if roles.get(group[0].start) == "start" and first and last and first.start and last.end and first.start < last.end:
            for timex in group:
                timex.range_interval = Interval(first.start, last.end)


class _Resolver(Grounds):
    """The value of each expression of one article, by the form that it has."""

    def __init__(self, article: Article, expressions: Sequence[Expression]) -> None:
        super().__init__(article, expressions)
        self.expressions = expressions
        self.text = article.text

    @cached_property
    def daily(self) -> bool:
        """Whether the article tells of hours or of other days than today."""
        every = (e.frame.slots for e in self.expressions)
        return any("clock" in slots or ("dayword" in slots and "nowadays" not in slots) for slots in every)

    @cached_property
    def following(self) -> dict[int, Expression]:
        """What comes after an expression that may need it, by its start."""
        return {
            one.start: other
            for one, other in pairwise(self.expressions)
            if one.frame.kind == "time" or "ended" in one.frame.slots or "day" in one.frame.slots
        }

    def outcome(self, expression: Expression) -> Outcome:
        """The value of one expression, out of memory where it depends on nothing but the publication day and the tense."""
        frame = expression.frame
        if frame.ground == "story" or (frame.ground != "nothing" and (self.narrative or self.dct is None)):
            return self.valued(expression)
        key = None if frame.ground == "nothing" else (self.dct, tense_of(expression) if frame.ground == "clause" else None)
        found: Outcome | None = frame.known.get(key)
        if found is None:
            if len(frame.known) >= _DAYS:
                frame.known.clear()
            found = frame.known[key] = self.valued(expression)
        return found

    def valued(self, expression: Expression) -> Outcome:
        """The value of one expression, worked out."""
        form, slots = expression.frame.form or expression.frame.kind, expression.frame.slots
        try:
            if form in BY_ITSELF:
                return BY_ITSELF[form](slots, self.dct.year if self.dct else None)
            return _FORMS[form](self, expression, slots)
        except (OverflowError, ValueError, KeyError):
            return Outcome(None, note="outside the calendar")

    def year_in_sight(self, e: Expression, s: Slots) -> Reference | None:
        """That of the noun that the date stands before: "the September 11 attacks in 2001"; else the one named last."""
        year = self.following.get(e.start)
        if year and year.frame.slots.keys() == {"year"} and year.signal == "in" and not e.signal and "month" in s:
            noun, *more = self.text[e.end : year.start].split()[:-1] or [""]
            if noun.islower() and noun.isalpha() and not more:
                return reference_of(f"{int(year.frame.slots['year']):04d}", (year.start, year.end), year.sentence)
        return super().year_in_sight(e, s)

    # --- dates ------------------------------------------------------------------------------------------------------------------

    def phrase(self, e: Expression, s: Slots) -> Outcome:
        """A whole relative phrase of the pack: ``year-1`` is last year."""
        unit, shift = s["relphrase"].rstrip("-0123456789"), s["relphrase"].lstrip("abcdefghijklmnopqrstuvwxyz")
        return self.counted("dct", unit, int(shift or 0))

    def calendar(self, e: Expression, s: Slots) -> Outcome:
        """A date from its parts: year, month, day, weekday, season, quarter, half, holiday; what is missing comes from around."""
        year, anchor = self.year_named(s)
        if year is None and s.keys() & {"month", "season", "quarter", "half", "holiday", "week"}:
            year, anchor = self.missing_year(e, s)
        elif year is None and "weekday" in s:
            return self.weekday(e, s)
        elif year is None and "day" in s:
            return self.bare_day(e, s)
        if year is None:
            return Outcome(None)
        if "period" in s and self.quarter and self.quarter.month:  # in a report on a quarter "the 1989 period" is that of 1989
            return Outcome(unit_of(self.quarter._replace(year=year, day=None), "quarter"), self.quarter.name)
        value = calendar_value(year, s)
        if value is None:
            return Outcome(None, note="there is no such day")
        if "weekof" in s:
            value = week_value(dt.date.fromisoformat(value))
        return with_time(Outcome(value, anchor), s)

    def bare_day(self, e: Expression, s: Slots) -> Outcome:
        """A day of a month that is not named: "the 13th"."""
        ground = self.ground("dct")
        if "mrel" in s and ground:  # the 15th of this month
            month = moved(ground, "month", int(s["mrel"][3:]))
            return with_time(Outcome(calendar_value(month.year, {"month": month.month, "day": s["day"]}), ground.name), s)
        tense = {"-": "past", "1": "future"}.get(str(s.get("rel", ""))[3:4], e.tense)
        day = choose_day(ground.whole, int(s["day"]), tense) if ground and ground.whole else None
        return with_time(Outcome(day.isoformat() if day else None, ground.name if ground else None), s)

    def weekday(self, e: Expression, s: Slots) -> Outcome:
        rel = s.get("rel", "")
        ground = self.ground("ref" if rel.startswith("ref") else "dct")
        day = ground.whole if ground else None
        if ground is None or day is None:
            undated = ground is None or self.dct is None
            return Outcome(None if undated else f"XXXX-WXX-{s['weekday']}", ground.name if ground else None)
        if "wrel" in s:
            monday = day - dt.timedelta(days=day.weekday()) + dt.timedelta(weeks=int(s["wrel"][3:]))
            chosen = monday + dt.timedelta(days=s["weekday"] - 1)
        else:
            chosen = choose_weekday(day, s["weekday"], tense_of(e), int(rel[3:]) if rel else None)
        return with_time(Outcome(chosen.isoformat(), ground.name), s)

    def dayword(self, e: Expression, s: Slots) -> Outcome:
        number, _, part = str(s["dayword"]).partition("T")
        generic = "nowadays" in s and e.tense != "past" and not self.daily  # "today", in a text without an hour or another day
        if (self.narrative or generic) and number == "0" and not part:
            return Outcome("PRESENT_REF")
        return with_time(self.counted("dct", "day", int(number)), {"part": "T" + part} | s if part else s)

    def off(self, e: Expression, s: Slots) -> Outcome:
        """A week from Friday: so many units after a day to come."""
        ground = self.ground("dct")
        day = ground.whole if ground else None
        if ground is None or day is None:
            return Outcome(None)
        base = day + dt.timedelta(days=int(s["dayword"])) if "dayword" in s else choose_weekday(day, s["weekday"], "future", None)
        width = 7 if s["off_unit"] == "week" else 1
        return Outcome((base + dt.timedelta(days=int(s["off_n"]) * width)).isoformat(), ground.name)

    def unit(self, e: Expression, s: Slots) -> Outcome:
        """Last week, that year, the quarter."""
        unit, rel = s["unit"], s.get("rel")
        if "ended" in s and (closing := self.day_ahead(e)):
            return Outcome(unit_of(closing, unit), closing.name)  # the quarter ended Sept. 30
        if rel:
            back = rel == "dct0" and e.tense == "past" and self.weekend_over(unit)
            return self.counted(rel[:3], unit, -1 if back else int(rel[3:]))
        if unit == "quarter":
            return self.latest(e, s)
        if unit in ("year", "decade", "century") and (told := self.year_just_told(e)):
            return Outcome(unit_of(told, unit), told.name)
        return self.counted("dct", unit, -1 if e.tense != "future" and self.weekend_over(unit) else 0)

    def weekend_over(self, unit: str) -> bool:
        """Whether the weekend that is told of as past is that before the week of the publication day: so it is up to Thursday."""
        ground = self.ground("dct")
        day = ground.whole if ground and unit == "weekend" else None
        return day is not None and day.isoweekday() < 5

    def year_just_told(self, e: Expression) -> Reference | None:
        """A past year that this sentence or the one before has named: "the year" is that one."""
        year = self.year
        if year is None or self.dct is None or year.sentence < e.sentence - 1 or year.year >= self.dct.year:
            return None
        return year

    def latest(self, e: Expression, s: Slots) -> Outcome:
        """The quarter that figures are out for: the one told of, else the last that is over."""
        if s["unit"] not in ("quarter", "period"):
            return self.counted("dct", s["unit"], -1 if s["unit"] == "year" else 0)
        if self.quarter:
            self.quarter = self.quarter._replace(sentence=e.sentence)
            return Outcome(unit_of(self.quarter, "quarter"), self.quarter.name)
        return self.counted("dct", "quarter", 0 if e.tense == "future" else -1)

    def year_ago(self, e: Expression, s: Slots) -> Outcome:
        """The year-earlier quarter, period, result."""
        quarter = self.quarter or (moved(self.dct, "quarter", -1) if self.dct else None)
        if quarter is None:
            return Outcome(None)
        if "quarter" in s:
            return Outcome(calendar_value(quarter.year - 1, s), quarter.name)
        unit = s["unit"] if s.get("unit") in ("month", "week") else "quarter"
        return Outcome(unit_of(moved(quarter, "year", -1), unit), quarter.name)

    def shifted(self, e: Expression, s: Slots) -> Outcome:
        """Some units before or after the publication or the last time told of."""
        direction = str(s["dir"])
        anchor, shift = (direction[:3], int(direction[3:])) if direction[0].isalpha() else ("dct", int(direction))
        n, unit = s.get("n", "X"), s["unit"]
        if n == "X":
            return Outcome("PAST_REF" if shift < 0 else "FUTURE_REF")
        if unit == "year" and n == 1 and shift < 0 and self.quarter and self.quarter.sentence >= e.sentence - _NEAR:
            return Outcome(unit_of(moved(self.quarter, "year", -1), "quarter"), self.quarter.name)
        if unit in ("hour", "minute", "second"):
            return self.within_day(anchor, unit, shift * n)
        if shift > 0 and e.tense == "past" and anchor == "ref" and self.dct and self.ground(anchor) is self.dct:
            return Outcome(None, note=_NOT_TOLD)
        if n != int(n):
            return self.counted(anchor, "month" if unit == "year" else "day", int(shift * n * 12) if unit == "year" else shift)
        return self.counted(anchor, "week" if unit == "fortnight" else unit, shift * int(n) * (2 if unit == "fortnight" else 1))

    def within_day(self, anchor: str, unit: str, count: float) -> Outcome:
        """Hours and minutes from the publication, where its time is known; else the day that they lead to is not known."""
        if anchor == "dct" and self.local and not self.narrative:
            moment = self.local + dt.timedelta(**{unit + "s": count})
            return Outcome(moment.isoformat(timespec="minutes"), "dct", "TIME")
        return Outcome("PAST_REF" if count < 0 else "FUTURE_REF")

    def around(self, e: Expression, s: Slots) -> Outcome:
        """The day before, two weeks after: counted from what was told of last."""
        shift = -1 if s["before_adverb"] == "before" else 1
        n = s.get("n", 1)
        return self.counted("ref", s["unit"], shift * int(n)) if n != "X" else Outcome("PAST_REF" if shift < 0 else "FUTURE_REF")

    # --- times of day -----------------------------------------------------------------------------------------------------------

    def time(self, e: Expression, s: Slots) -> Outcome:
        """A clock time or a part of day: of a day named with it, or of the day told of."""
        if "dayword" in s:
            return self.dayword(e, s)
        if s.keys() & {"weekday", "month", "holiday"}:
            return self.calendar(e, s)
        if "day" in s:
            return self.bare_day(e, s)
        if "before_adverb" in s:
            return with_time(self.around(e, s | {"unit": "day"}), s)
        rel = s.get("rel")
        if rel and not (rel == "dct-1" and s.get("part") != "TNI"):
            return with_time(self.counted(rel[:3], "day", int(rel[3:])), s)
        told = self.last if self.last and self.last.whole and self.last.sentence >= e.sentence - 1 else None
        if e.heads and not self.narrative:
            told = None  # the entries of a live blog are of its day
        ground = self.day_ahead(e) or told or self.ground("dct")
        if ground is None:
            return Outcome(None)
        return with_time(Outcome(unit_of(ground, "day", ground.whole is not None), ground.name), s)

    def day_ahead(self, e: Expression) -> Reference | None:
        """A day named right after a clock time that was not joined with it: "10:35 a.m. (0735 GMT) Friday"."""
        following = self.following.get(e.start)
        if following is None or following.sentence != e.sentence or following.start - e.end > _AHEAD:
            return None
        s = following.frame.slots
        if following.frame.kind != "date" or not ("weekday" in s or "dayword" in s or "day" in s):
            return self.day_ahead(following) if following.frame.kind == "time" and "clock" in s and "weekday" not in s else None
        value = self.outcome(following).value
        return reference_of(value, (following.start, following.end), following.sentence) if value else None


_FORMS: dict[str, Callable[[_Resolver, Expression, Slots], Outcome]] = {
    "relphrase": _Resolver.phrase, "dir": _Resolver.shifted, "before_adverb": _Resolver.around, "off_unit": _Resolver.off,
    "dayword": _Resolver.dayword, "latest": _Resolver.latest, "yearago": _Resolver.year_ago, "week": _Resolver.calendar,
    "unit": _Resolver.unit, "date": _Resolver.calendar, "time": _Resolver.time,
}  # fmt: skip
"""How to value an expression that its surroundings have a say in, by its form or else its kind."""
