"""From what was said to when it was: TIMEX3 values, their intervals, and what they were counted from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from timeline.records import Anchor, Article, Issue, Sentence, Timex
from timeline.timex.calendar import duration_value, holiday_dates, interval_of, move, unit_value, year_text
from timeline.timex.frames import Expression, Slots
from timeline.timex.reference import Reference, is_narrative

__all__ = ["resolve"]


class Outcome(NamedTuple):
    """A value and where it came from; ``value`` is ``None`` where there is no ground for one."""

    value: str | None
    anchor: Anchor = None
    kind: str = "DATE"
    unit: str = ""
    note: str = ""


_NO_GROUND = "no publication date to count from"


def resolve(
    expressions: Sequence[Expression], article: Article, sentences: Sequence[Sentence]
) -> tuple[list[Timex], list[Issue]]:
    """Values for all expressions of an article, in order, and an Issue for each that could not be given one.

    Nothing is ever counted from today: without ``article.published`` a relative expression is an Issue.
    """
    resolver = _Resolver(article, expressions)
    timexes: list[Timex] = []
    issues: list[Issue] = []
    for expression in expressions:
        outcome = resolver.outcome(expression)
        text = article.text[expression.start : expression.end]
        if outcome.value is None:
            issues.append(
                Issue(
                    "timex",
                    outcome.note or _NO_GROUND,
                    article.article_id,
                    article.input or None,
                    expression.start,
                    expression.end,
                    text,
                )
            )
            continue
        timexes.append(_timex(expression, outcome, text))
        resolver.remember(expression, outcome)
    return timexes, issues


def _timex(expression: Expression, outcome: Outcome, text: str) -> Timex:
    slots = expression.frame.slots
    interval, granularity = interval_of(outcome.value or "") if outcome.kind in ("DATE", "TIME") else (None, None)
    return Timex(
        start=expression.start,
        end=expression.end,
        text=text,
        type=outcome.kind,  # type: ignore[arg-type]
        value=outcome.value or "",
        mod=slots.get("mod"),
        quant=slots.get("quant"),
        freq=slots.get("times"),
        interval=interval,
        granularity=granularity,
        anchor=outcome.anchor,
        rule=expression.frame.rule,
        range_id=expression.range_id,
        explicit="year" in slots or "iso" in slots,
    )


class _Resolver:
    """Running state over one article: the last time told of, and how to count."""

    def __init__(self, article: Article, expressions: Sequence[Expression]) -> None:
        published = article.published
        self.dct: date | None = published.day if published else None
        self.moment = published.local if published else None
        self.timed = bool(published and published.precision == "time")
        self.narrative = is_narrative(expressions, self.moment)
        self.last: Reference | None = None
        self.year: int | None = None
        self.sentence = -1
        self.kinds: dict[str, Callable[[Expression, Slots], Outcome]] = {
            "date": self.date, "time": self.time, "duration": self.duration, "set": self.set, "ref": self.reference,
        }  # fmt: skip

    def outcome(self, expression: Expression) -> Outcome:
        """The value of one expression."""
        try:
            return self.kinds[expression.frame.kind](expression, expression.frame.slots)
        except (OverflowError, ValueError):
            return Outcome(None, note="outside the calendar")

    def remember(self, expression: Expression, outcome: Outcome) -> None:
        """Keep a date as what later expressions may count from."""
        if outcome.kind not in ("DATE", "TIME") or not outcome.value or "X" in outcome.value:
            return
        reference = _reference(outcome.value, (expression.start, expression.end))
        if reference:
            self.last = reference
            self.sentence = expression.sentence

    # --- what to count from -----------------------------------------------------------------------------------------------------

    def ground(self, anchor: str) -> tuple[date | None, Anchor]:
        """The day that "dct" or "ref" stands for here, and how to name it."""
        if (anchor == "ref" or self.narrative) and self.last and (day := self.last.as_date()):
            return day, self.last.span
        return self.dct, "dct" if self.dct else None

    # --- kinds ---------------------------------------------------------------------------------------------------------------

    def date(self, e: Expression, s: Slots) -> Outcome:
        if "iso" in s:
            return _iso(s["iso"])
        if "numdate" in s:
            return self.numeric(s)
        if "dir" in s:
            return self.shifted(e, s)
        if "dayword" in s:
            return self.dayword(e, s)
        if "rel" in s and "unit" in s:
            return self.relative_unit(e, s)
        if "unit" in s:
            return self.the_unit(e, s)
        if "decade" in s:
            return self.decade(s)
        if "century" in s:
            return self.century(s)
        return self.calendar(e, s)

    def numeric(self, s: Slots) -> Outcome:
        parts = [int(part) for part in s["numdate"].replace("/", ".").split(".")]
        if parts[0] > 999:
            year, month, day = parts
        else:
            first, second, year = parts
            day, month = (second, first) if s.get("order") == "mdy" else (first, second)
            if month > 12:
                day, month = month, day
            year = self.short_year(year) if year < 100 else year
        date(year, month, day)
        return Outcome(f"{year:04d}-{month:02d}-{day:02d}")

    def short_year(self, year: int) -> int:
        """A year of two digits: the one within the eighty years before and twenty after the publication (or 2020)."""
        pivot = (self.dct.year if self.dct else 2020) + 20
        return pivot - (pivot - year) % 100

    def year_of(self, s: Slots) -> int | None:
        if "year" in s:
            return -s["year"] if s.get("era") == "BC" else int(s["year"])
        return self.short_year(s["yy"]) if "yy" in s else None

    def calendar(self, e: Expression, s: Slots) -> Outcome:
        """A date from its parts: year, month, day, weekday, season, quarter, half, holiday; what is missing comes from around."""
        year = self.year_of(s)
        anchor: Anchor = None
        if year is None and s.keys() & {"month", "season", "quarter", "half", "holiday"}:
            year, anchor = self.missing_year(e, s)
        elif year is None and "weekday" in s:
            return self.weekday(e, s)
        if year is None:
            return Outcome(None)
        value = _calendar_value(year, s)
        if value is None:
            return Outcome(None, note="no such day")
        return _with_time(Outcome(value, anchor), s)

    def missing_year(self, e: Expression, s: Slots) -> tuple[int | None, Anchor]:
        """The year of a month, day, season, quarter or holiday that names none."""
        rel = s.get("rel")
        if rel:
            anchor, shift = rel[:3], int(rel[3:])
            day, name = self.ground(anchor)
            return self.related_year(day, name, s, shift)
        if self.narrative and self.last:
            return self.last.year, self.last.span
        if not self.dct:
            return (self.last.year, self.last.span) if self.last else (None, None)
        return self.directed_year(e, s), "dct"

    def related_year(self, day: date | None, name: Anchor, s: Slots, shift: int) -> tuple[int | None, Anchor]:
        if day is None:
            return None, None
        if shift == 0 or "month" not in s:
            return day.year + shift, name
        earlier = s["month"] < day.month
        return day.year + (shift if (shift < 0) != earlier else 0), name

    def directed_year(self, e: Expression, s: Slots) -> int:
        """The year that the tense of the clause asks for, else the nearest."""
        assert self.dct is not None
        month = s.get("month") or {"SP": 4, "SU": 7, "FA": 10, "WI": 12}.get(s.get("season", ""), 0)
        month = month or 3 * s.get("quarter", 0) - 1 or 6 * s.get("half", 0) - 3
        if "holiday" in s and (day := holiday_dates(s["holiday"], self.dct.year)):
            month = day.month
        if not 1 <= month <= 12:
            return self.dct.year
        here, there = self.dct.month, month
        if e.tense == "future":
            return self.dct.year + (there < here)
        if e.tense == "past":
            return self.dct.year - (there > here)
        return self.dct.year + (1 if here - there > 8 else -1 if there - here > 4 else 0)

    def weekday(self, e: Expression, s: Slots) -> Outcome:
        rel = s.get("rel", "")
        day, anchor = self.ground("ref" if rel.startswith("ref") else "dct")
        if day is None:
            return Outcome(None)
        shift = int(rel[3:]) if rel else None
        back = (day.isoweekday() - s["weekday"]) % 7
        if shift is not None:
            days = -(back or 7) if shift < 0 else (7 - back) if shift > 0 else (-back if back < 4 else 7 - back)
        else:
            days = -back if e.tense != "future" or not back else 7 - back
        return _with_time(Outcome((day + timedelta(days=days)).isoformat(), anchor), s)

    def dayword(self, e: Expression, s: Slots) -> Outcome:
        spec = str(s["dayword"]).rstrip("_")
        number, _, part = spec.partition("T")
        day, anchor = self.ground("dct")
        if day is None:
            return Outcome(None)
        outcome = Outcome((day + timedelta(days=int(number))).isoformat(), anchor)
        return _with_time(outcome, s | ({"part": "T" + part} if part else {}))

    def relative_unit(self, e: Expression, s: Slots) -> Outcome:
        anchor, shift = s["rel"][:3], int(s["rel"][3:])
        day, name = self.ground(anchor)
        if day is None:
            return Outcome(None)
        return Outcome(unit_value(move(day, s["unit"], shift), s["unit"]), name)

    def the_unit(self, e: Expression, s: Slots) -> Outcome:
        day, name = self.ground("dct")
        if day is None:
            return Outcome(None)
        return Outcome(unit_value(day, s["unit"]), name)

    def shifted(self, e: Expression, s: Slots) -> Outcome:
        """Some units before or after the publication or the last time told of."""
        direction = str(s["dir"])
        anchor, shift = (direction[:3], int(direction[3:])) if direction[0].isalpha() else ("dct", int(direction))
        n, unit = s.get("n", "X"), s["unit"]
        if n == "X":
            return Outcome("PAST_REF" if shift < 0 else "FUTURE_REF")
        day, name = self.ground(anchor)
        if day is None:
            return Outcome(None)
        if unit in ("hour", "minute", "second") or n != int(n):
            return Outcome(unit_value(day, "day"), name)
        moved = move(day, unit, shift * int(n))
        return Outcome(unit_value(moved, "week" if unit == "fortnight" else unit), name)

    def decade(self, s: Slots) -> Outcome:
        digits = "".join(c for c in str(s["decade"]) if c.isdigit())
        year = int(digits)
        if len(digits) == 2:
            year = self.short_year(year)
        return Outcome(("BC" if s.get("era") == "BC" else "") + f"{year:04d}"[:3])

    def century(self, s: Slots) -> Outcome:
        return Outcome(("BC" if s.get("era") == "BC" else "") + f"{int(s['century']) - 1:02d}")

    def time(self, e: Expression, s: Slots) -> Outcome:
        """A clock time or a part of day: of a day named with it, or of the day told of."""
        if "weekday" in s or "month" in s:
            return self.calendar(e, s)
        if "dayword" in s:
            return self.dayword(e, s)
        rel = s.get("rel", "ref0")
        day, anchor = self.ground(rel[:3])
        if day is None:
            return Outcome(None)
        shift = int(rel[3:])
        return _with_time(Outcome((day + timedelta(days=shift)).isoformat(), anchor), s)

    def duration(self, e: Expression, s: Slots) -> Outcome:
        return Outcome(duration_value(s.get("n", "X"), s["unit"]), kind="DURATION")

    def set(self, e: Expression, s: Slots) -> Outcome:
        if "freq" in s:
            return Outcome(s["freq"], kind="SET")
        if "weekday" in s:
            return Outcome(f"XXXX-WXX-{s['weekday']}", kind="SET")
        if "month" in s:
            return Outcome(f"XXXX-{s['month']:02d}", kind="SET")
        return Outcome(duration_value(s.get("n", 1), s["unit"]), kind="SET")

    def reference(self, e: Expression, s: Slots) -> Outcome:
        return Outcome(s["reference"])


def _iso(text: str) -> Outcome:
    day, _, time = text.partition("t")
    year, month, number = map(int, day.split("-"))
    value = date(year, month, number).isoformat()
    return Outcome(value + "T" + time[:5], kind="TIME") if time else Outcome(value)


def _calendar_value(year: int, s: Slots) -> str | None:
    head = year_text(year)
    if "month" in s:
        if "day" in s:
            try:
                date(year if year > 0 else 4, s["month"], s["day"])
            except ValueError:
                return None
            return f"{head}-{s['month']:02d}-{s['day']:02d}"
        return f"{head}-{s['month']:02d}"
    if "holiday" in s:
        day = holiday_dates(s["holiday"], year) if year > 0 else None
        return day.isoformat() if day else None
    for slot, form in (("season", "-{}"), ("quarter", "-Q{}"), ("half", "-H{}")):
        if slot in s:
            return head + form.format(s[slot])
    return head


def _with_time(outcome: Outcome, s: Slots) -> Outcome:
    """A day with its part of day or clock time."""
    if "part" in s:
        return outcome._replace(value=f"{outcome.value}{s['part']}", kind="TIME")
    if "clock" in s:
        hour, minute = _clock(str(s["clock"]), s.get("meridiem"))
        return outcome._replace(value=f"{outcome.value}T{hour:02d}:{minute:02d}", kind="TIME")
    return outcome


def _clock(text: str, meridiem: str | None) -> tuple[int, int]:
    digits = text.rstrip("apm.").replace(".", ":").replace("h", ":")
    if not meridiem and text[-1:].isalpha():
        meridiem = "pm" if "p" in text else "am"
    hour, _, minute = digits.partition(":")
    if len(hour) == 4:
        hour, minute = hour[:2], hour[2:]
    number = int(hour)
    if meridiem:
        number = number % 12 + (12 if meridiem == "pm" else 0)
    return number, int(minute[:2] or 0)


def _reference(value: str, span: tuple[int, int]) -> Reference | None:
    sign = -1 if value.startswith("BC") else 1
    body = value.removeprefix("BC").partition("T")[0]
    head, *rest = body.split("-")
    if not head.isdigit() or len(head) != 4:
        return None
    interval, granularity = interval_of(body)
    if rest and not rest[0].isdigit():
        start = interval.start if interval else None
        return Reference(
            sign * int(head),
            start.month if start else None,
            start.day if start and granularity == "week" else None,
            value,
            str(granularity),
            span,
        )
    month = int(rest[0]) if rest else None
    day = int(rest[1]) if len(rest) > 1 else None
    return Reference(sign * int(head), month, day, value, "day" if day else "month" if month else "year", span)
