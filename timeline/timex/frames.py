"""From a match to what was said: slots with plain values, before any date is chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from timeline.timex.grammar import Grammar, Match, Part
from timeline.timex.lexicon import normal

__all__ = ["Expression", "Frame", "Slots", "apposed", "frames_of", "number_of", "shared", "turned"]

Slots = dict[str, Any]
_FRACTION = re.compile(r"(\d+)[/\u2044](\d+)")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_INTEGERS = frozenset(
    {"n", "nth", "year", "yy", "month", "monthnum", "day", "weekday", "quarter", "half", "century", "ordinal", "week", "times"}
)
_SHARED = frozenset({"year", "yy", "yrel", "month", "meridiem", "era", "unit"})
_RAW = frozenset({"iso", "numdate", "numday", "clock", "decade"})


@dataclass(frozen=True, slots=True)
class Frame:
    """What an expression says, whatever the text around it: the rule that found it, its TIMEX3 kind, its slots.

    Slots (all optional): ``year`` (int), ``era``, ``month``, ``day``, ``weekday``, ``unit``, ``n`` (number or "X"), ``rel``
    ("dct-1"), ``dir``, ``part``, ``clock`` and others named in the packs. Shared between occurrences: never changed.
    """

    kind: str
    rule: str
    slots: Slots
    directed: bool = False
    """Whether its value turns on the tense of the clause."""
    form: str = ""
    """The slot that says how a DATE is to be valued, empty for a calendar date."""
    ground: str = "story"
    """What its value depends on: ``nothing``, ``day`` (of publication), ``clause`` (that and its tense) or the ``story``."""
    traits: tuple[str | None, str | None, str | None] = (None, None, None)
    """TIMEX3 ``mod``, ``quant`` and ``freq``."""
    explicit: bool = False
    """Whether it names the year itself."""
    year: int | None = None
    """The year that it names."""
    deictic: bool = False
    """Whether only a day of publication gives it a meaning."""
    known: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """Values found so far, by what they depend on."""


@dataclass(slots=True)
class Expression:
    """A recognised span before it is valued; independent of the publication date.

    ``frame.slots`` says what it names (an explicit full date has ``year``, ``month`` and ``day``; a bare weekday only ``weekday``).
    ``signal`` is the class of the preposition before it (``since``, ``until``, ``by`` …), ``tense`` the nearest cue of its clause
    (``past``, ``future`` or ``None``), ``sentence`` the index of its sentence (-1: none), ``range_id`` and ``range_role``
    (``start``, ``end``, ``item``) join the parts of a range or list. ``close``: the cue is the verb of its own clause.
    """

    start: int
    end: int
    frame: Frame
    signal: str | None = None
    tense: str | None = None
    sentence: int = -1
    range_id: int | None = None
    range_role: str | None = None
    close: bool = False
    heads: bool = False
    """Whether it opens its paragraph."""
    resumed: bool = False
    """Whether a clause goes on with the time behind "since": "since 1908, *when* …"."""


def number_of(values: Sequence[float]) -> float:
    """The number that its words say: 2, 100, 50 is 250; 20, 5 is 25; 19, 90, 6 (a year read aloud) stays 115 here."""
    total, current = 0.0, 0.0
    for value in values:
        if value >= 1000 and value % 1000 == 0 and current:
            total, current = total + current * value, 0.0
        elif value == 100 and 0 < current < 100:
            current *= value
        else:
            current += value
    return total + current


def _numeric(token: str, decimal: str) -> float | None:
    found = _DIGITS.match(token)
    if not found:
        return None
    text = found[0]
    if fraction := _FRACTION.fullmatch(token):
        return int(fraction[1]) / int(fraction[2]) if int(fraction[2]) else None
    if decimal == ",":
        thousands = re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text)
        text = (text.replace(".", "") if thousands else text).replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    else:
        text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return None


def _plain(number: float) -> float | int:
    return int(number) if number == int(number) else number


def _value(grammar: Grammar, slot: str, classes: tuple[str, ...], tokens: list[str]) -> Any:
    """What the tokens of a slot mean: a value of the pack, or a number spelt in digits or words."""
    words = [normal(token) for token in tokens]
    if slot in ("year", "yy") and classes[0].startswith("coded"):
        return int("".join(filter(str.isdecimal, words[0])))
    lexeme = " ".join(words)
    for name in classes:
        value = grammar.values.get(name, {}).get(lexeme)
        if value is not None:
            return _typed(slot, value)
    if slot == "n" and "half" in words:
        return 0.5
    if slot in _RAW:
        return lexeme.replace(" ", "")
    numbers: list[float] = []
    for word in words:
        number = _numeric(word, grammar.numbers.decimal)
        if number is None:
            number = next(
                (
                    float(table[word])
                    for name in classes
                    if (table := grammar.values.get(name, {})) and _is_number(table.get(word))
                ),
                None,
            )
        if number is not None:
            numbers.append(number)
    if not numbers:
        return lexeme
    if slot == "year" and len(numbers) > 1 and 10 <= numbers[0] <= 20:
        return int(numbers[0]) * 100 + int(number_of(numbers[1:]))
    return _plain(number_of(numbers))


def _is_number(value: str | None) -> bool:
    return value is not None and value.lstrip("-").isdigit()


def _typed(slot: str, value: str) -> Any:
    return int(value) if slot in _INTEGERS and _is_number(value) else value


def _slots(grammar: Grammar, match: Match, part: Part, tokens: Sequence[str]) -> Slots:
    slots: Slots = {}
    for slot, classes, start, end in part.slots:
        if slot in slots:
            continue
        value = _value(grammar, slot, classes, list(tokens[start:end]))
        if isinstance(value, str) and "=" in value:  # a lexeme that fills several slots: "rel=dct-1 unit=week"
            slots.update({name: _typed(name, said) for name, _, said in (pair.partition("=") for pair in value.split())})
        else:
            slots[slot] = value
    for slot, value in match.rule.give.items():
        slots.setdefault(slot, _typed(slot, value))
    order = grammar.pack.settings.get("order", "dmy")
    if "numdate" in slots:
        slots["order"] = order
    if "numday" in slots:
        slots |= _day_and_month(slots.pop("numday"), order)
    return slots


def _day_and_month(body: str, order: str) -> Slots:
    """23/8 or 3.5, in the order of the language, or the other way round where there is no such month."""
    first, second = (int(part) for part in re.split(r"\D", body))
    day, month = (first, second) if order == "dmy" else (second, first)
    return {"day": day, "month": month} if month <= 12 else {"day": month, "month": day}


def frames_of(grammar: Grammar, match: Match, tokens: Sequence[str]) -> list[Frame]:
    """The frames of a match, one a part, or none where they make no sense together; parts share what only one of them says.

    ``tokens`` are those of the run.
    """
    parts = [_slots(grammar, match, part, tokens) for part in match.parts]
    for slots in parts:
        for other in parts:
            if "yy" in slots and "year" in other:
                slots["year"] = other["year"] + (slots.pop("yy") - other["year"]) % 100
            for slot in _SHARED & other.keys() - slots.keys():
                slots[slot] = other[slot]
                if slot == "year" and match.rule.give.get("range") and slots.get("month", 0) > other.get("month", 99):
                    slots["year"] -= 1  # from November to February 2012
    if match.rule.give.get("range"):
        _span(parts[0], parts[-1])
    if match.rule.give.get("consecutive") and parts[1].get("year") != parts[0].get("year", 0) + 1:
        return []  # 2010/45 is no season
    return [_frame(slots.pop("kind", match.rule.kind), match.rule.name, slots) for slots in parts]


_YEARS = frozenset({"year", "yy", "yrel", "iso", "numdate"})
_UNDATED = frozenset({"month", "day", "season", "quarter", "half", "holiday", "week", "yy", "yrel", "nth"})
_FORMS = (
    "iso", "numdate", "relphrase", "dir", "before_adverb", "off_unit", "dayword", "latest", "yearago", "decade", "century", "week", "unit",
)  # fmt: skip
_DIRECTED = frozenset({"nowadays", "weekday", "month", "season", "quarter", "half", "holiday", "need"})


def _frame(kind: str, rule: str, slots: Slots) -> Frame:
    settled = not str(slots.get("rel", "0")).endswith("0")  # "last" and "next" say the direction themselves
    directed = (
        not settled and not _YEARS & slots.keys() and bool(_DIRECTED & slots.keys() or ("unit" in slots and kind == "date"))
    )
    form = next((slot for slot in _FORMS if slot in slots), "") if kind == "date" and "nth" not in slots else ""
    traits = (slots.get("mod"), slots.get("quant"), f"{slots['times']}X" if "times" in slots else None)
    explicit = "year" in slots or "iso" in slots
    year = slots.get("year")
    deictic = "dayword" in slots or ("weekday" in slots and "month" not in slots)
    deictic = deictic or str(slots.get("rel", "")).startswith("dct") or slots.get("dir") == "dct-1"
    named = year if isinstance(year, int) else None
    return Frame(kind, rule, slots, directed, form, _ground(kind, form, slots), traits, explicit, named, deictic)


def _ground(kind: str, form: str, slots: Slots) -> str:
    if kind in ("duration", "set", "ref") or form == "iso":
        return "nothing"
    if kind == "date" and form == "" and "year" in slots and "period" not in slots:
        return "nothing"
    if form == "unit" and slots.get("unit") == "weekend" and slots.get("rel") == "dct0":
        return "clause"
    if (form == "dayword" and "nowadays" not in slots) or (form == "unit" and str(slots.get("rel", "")).startswith("dct")):
        return "day"
    alone = kind == "date" and form == "" and "weekday" in slots and not _UNDATED & slots.keys()
    return "clause" if alone and not str(slots.get("rel", "")).startswith("ref") else "story"


_OF_MONTH = ("year", "yy", "month", "day")
_FIXED = frozenset({*_OF_MONTH, "dayword", "rel", "nth"})
_OF_DAY = ("weekday", "dayword", "month", "day", "year", "yy")


def shared(left: Frame, right: Frame) -> tuple[Frame, Frame] | None:
    """The two ends of a range, each completed by what only the other says; ``None`` where they cannot be ends of one range."""
    a, b = dict(left.slots), dict(right.slots)
    if "clock" in a and "clock" in b:
        for one, other in ((a, b), (b, a)):
            if not any(slot in one for slot in _OF_DAY):
                one.update({slot: other[slot] for slot in _OF_DAY if slot in other})
    elif _grain(a) != _grain(b):
        return None
    elif "month" in a and "month" in b:
        if "year" in b and not _YEARS & a.keys():
            a["year"] = b["year"] - (a["month"] > b["month"])
        elif "year" in a and not _YEARS & b.keys():
            b["year"] = a["year"] + (a["month"] > b["month"])
        _span(a, b)
    return _frame(left.kind, left.rule, a), _frame(right.kind, right.rule, b)


def _span(first: Slots, last: Slots) -> None:
    """Tell both ends of a range that names no year of the whole: it is as a whole that it lies near the publication."""
    if "month" in first and "month" in last and not _YEARS & (first.keys() | last.keys()):
        first["span"] = last["span"] = (first["month"], first.get("day"), last["month"], last.get("day"))


def turned(first: Frame) -> bool:
    """Whether the range without a year that begins so goes on over the turn of the year."""
    span = first.slots.get("span")
    return span is not None and span[0] > span[2]


def apposed(weekday: Frame, day: Frame) -> Frame:
    """A weekday with the day of the month that stands right behind it ("Friday (May 24)"); what is no such pair stays as it is."""
    named = {slot: day.slots[slot] for slot in _OF_MONTH if slot in day.slots}
    lone = "weekday" in weekday.slots and not weekday.slots.keys() & _FIXED and weekday.kind in ("date", "time")
    if not lone or "weekday" in day.slots or not {"month", "day"} <= named.keys():
        return weekday
    return _frame(weekday.kind, weekday.rule, weekday.slots | named)


def _grain(slots: Slots) -> str:
    """How fine the slots are, so far as it takes to tell whether two may be ends of one range."""
    if "weekday" in slots or "dayword" in slots or "day" in slots or "iso" in slots or "numdate" in slots:
        return "day"
    return next(
        (
            slot
            for slot in ("clock", "part", "month", "season", "quarter", "half", "decade", "century", "unit", "year")
            if slot in slots
        ),
        "",
    )
