"""Tokens of running text and what a token that holds digits can be.

A token is an alphanumeric run, dotted initials ("p.m."), a number with its inner separators ("10:30", "05/06/2013"), or one other
character; white space in front belongs to it, so that the tokens of a text joined are the text. A blank line is a token of its own.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["NUMBER_CLASSES", "NumberWords", "number_classes", "token_pattern"]

# Vowel signs and other marks that Python's \w leaves out, without which words of many scripts would fall apart.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u0900-\u0903\u093a-\u094f\u0951-\u0957"
    "\u0962\u0963\u0980-\u0983\u09bc-\u09cd\u0a00-\u0a03\u0a3c-\u0a4d\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b57\u0b82\u0bbe-\u0bcd"
    "\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6\u0d00-\u0d03\u0d3b-\u0d4d\u0d82\u0d83\u0dca-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u0f71-\u0f84\u102b-\u103e\u17b4-\u17d3\u200c\u200d"
)
_REST = rf"[^\W_]*+(?:[{_MARKS}]++[^\W_]*+)*+"
_ISO = r"\d{4}-\d\d?-\d\d?(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\d-])"
_TWO_YEARS = r"[12]\d{3}[/\u2044](?:\d\d|[12]\d{3})(?![^\W_]|[/\u2044.,:]\d)"  # 1986/87 is three tokens
_SEPARATED = rf"(?!{_TWO_YEARS})\d+(?:[.,:/\u2044]\d+)++{_REST}"
_INITIALS = r"(?:\.[^\W\d_])++(?![^\W_])\.?"
_BLANK_LINE = r"\n[^\S\n]*+\n\s*+"
_SIMPLE = r"[A-Za-z][a-z]*+(?=[ ,\n])"  # most words of most texts, told apart quickly


def token_pattern(words: tuple[str, ...] = ()) -> re.Pattern[str]:
    """The pattern of one token. ``words`` are cut out of runs of letters, longest first (scripts written without spaces)."""
    if words:
        cut = "".join(f"{re.escape(word)}|" for word in sorted(words, key=lambda word: (-len(word), word)))
        token = rf"{_ISO}|{_SEPARATED}|[^\W\d_]{_INITIALS}|{cut}\d+"
    else:
        token = rf"{_SIMPLE}|[^\W\d_](?:{_INITIALS}|{_REST})|(?=\d)(?:{_ISO}|{_SEPARATED}|{_REST})"
    return re.compile(rf"[^\S\n]*+(?:{_BLANK_LINE}|\s*+(?:{token}|.|\Z))", re.DOTALL)


class NumberWords(NamedTuple):
    """Letters that may follow a number without a blank, from the pack, in lower case."""

    ordinals: frozenset[str]
    decades: frozenset[str]
    meridiems: frozenset[str]
    hours: frozenset[str]
    decimal: str


NUMBER_CLASSES: dict[str, str] = {
    "num": "a whole number, thousands separators allowed",
    "day": "1 to 31",
    "monthnum": "1 to 12",
    "hour": "0 to 24",
    "minute": "00 to 59, two digits",
    "yy": "two digits",
    "year": "four digits, 1000 to 2199",
    "modern": "four digits, 1900 to 2049: likely a year without more ado",
    "serial": "four digits or more that are no year: beside it a year is a part of a telephone number",
    "year3": "one to four digits: a year only beside an era",
    "hhmm": "four digits that are a time of day (1430)",
    "ordnum": "a number with an ordinal ending",
    "ordday": "the same, 1 to 31",
    "decade": "a decade: 1990s, 90s",
    "decade2": "the same with two digits: 90s, which may be an age",
    "clock": "10:30, 10:30:15",
    "clockdot": "10.30 or 10,30 or 10h30: a time of day where the words around say so",
    "clockap": "10:30am, 10am",
    "numdate": "day, month and year with separators",
    "numday": "day and month with one separator: 3.5, 5/6",
    "isodate": "2013-05-06 with or without a time",
    "coded": "the letters of a fiscal year and four digits: FY2013",
    "coded2": "the same with two digits: FY13",
    "fraction": "1/2",
    "decimal": "3.5",
    "amount": "any other number",
}
"""Classes that a token with digits can have, usable in patterns beside those of the pack."""


def _whole(digits: str) -> set[str]:
    value, width = int(digits), len(digits)
    classes = {"num"}
    if width <= 2:
        classes |= {name for name, low, high in (("day", 1, 31), ("monthnum", 1, 12), ("hour", 0, 24)) if low <= value <= high}
    if width == 2:
        classes |= {"yy", "minute"} if value < 60 else {"yy"}
    if width == 4 and 1000 <= value < 2200:
        classes |= {"year", "modern"} if 1900 <= value < 2050 else {"year"}
    elif width >= 4:
        classes.add("serial")
    if width == 4 and value < 2400 and value % 100 < 60:
        classes.add("hhmm")
    if width <= 4 and value and digits[0] != "0":
        classes.add("year3")
    return classes


_CLOCK = re.compile(r"(?:[01]?\d|2[0-4]):[0-5]\d|(?:[01]\d|2[0-4]):[0-5]\d:[0-5]\d")  # 2:24:50 is how long it took
_CLOCK_DOT = re.compile(r"([01]?\d|2[0-4])[.,]([0-5]\d)")
_CLOCK_LETTER = re.compile(r"([01]?\d|2[0-4])([^\W\d_]+)([0-5]\d)?")
_DATE = re.compile(r"(\d\d?)([./])(\d\d?)\2(\d{4}|\d\d)")
_YEAR_FIRST = re.compile(r"(\d{4})([./])(\d\d?)\2(\d\d?)")
_DAY_MONTH = re.compile(r"(\d\d?)[./\u2044](\d\d?)")
_FRACTION = re.compile(r"(\d)[/\u2044](\d)")
_COMMAS, _POINTS = re.compile(r"\d{1,3}(?:,\d{3})+"), re.compile(r"\d{1,3}(?:\.\d{3})+")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_WHOLE_ISO = re.compile(_ISO + r"\Z")
_CLOCK_MERIDIEM = re.compile(r"([\d:.]+)([^\W\d_]+)")
_PARTS = re.compile(r"(\d+)([^\W\d_]+)")


def _separated(body: str, words: NumberWords) -> set[str]:
    if ":" in body:
        return {"clock"} if _CLOCK.fullmatch(body) else set()
    if "/" in body or "\u2044" in body:
        return _slashed(body)
    classes = set()
    if body.count(".") + body.count(",") == 1:
        if _CLOCK_DOT.fullmatch(body):
            classes.add("clockdot")
        if (found := _DAY_MONTH.fullmatch(body)) and _plausible(int(found[1]), int(found[2])):
            classes.add("numday")
    elif _dated(body):
        classes.add("numdate")
    if (_POINTS if words.decimal == "," else _COMMAS).fullmatch(body):
        classes.add("num")
    elif _DECIMAL.fullmatch(body):
        classes.add("decimal")
    return classes


def _slashed(body: str) -> set[str]:
    classes = {"numdate"} if _dated(body) else set()
    if (found := _DAY_MONTH.fullmatch(body)) and _plausible(int(found[1]), int(found[2])):
        classes.add("numday")
    if (found := _FRACTION.fullmatch(body)) and int(found[1]) < int(found[2]):
        classes.add("fraction")
    return classes


def _dated(body: str) -> bool:
    """Whether it can be a day, a month and a year."""
    if found := _DATE.fullmatch(body):
        return _plausible(int(found[1]), int(found[3]))
    found = _YEAR_FIRST.fullmatch(body)
    return found is not None and 1 <= int(found[3]) <= 12 and 1 <= int(found[4]) <= 31


def _plausible(first: int, second: int) -> bool:
    return 1 <= first <= 31 and 1 <= second <= 31 and (first <= 12 or second <= 12)


def number_classes(body: str, words: NumberWords) -> frozenset[str]:
    """Classes of a token that begins with a digit, out of :data:`NUMBER_CLASSES`; ``amount`` where it is nothing else."""
    if len(body) > 40:
        return frozenset({"amount"})
    if body.isdecimal():
        return frozenset(_whole(body)) if len(body) <= 6 else frozenset({"num"}) if len(body) <= 9 else frozenset({"amount"})
    if "-" in body and _WHOLE_ISO.match(body):
        return frozenset({"isodate"})
    classes: set[str] = set()
    if not body[-1].isalpha():
        return frozenset(_separated(body, words) | _hour(body, words) or {"amount"})
    if found := _PARTS.fullmatch(body):
        classes = _suffixed(found[1], found[2].lower(), words)
    elif (found := _CLOCK_MERIDIEM.fullmatch(body)) and found[2].lower() in words.meridiems:
        classes = {"clockap"} if _CLOCK.fullmatch(found[1]) or _CLOCK_DOT.fullmatch(found[1]) else set()
    return frozenset(classes | _hour(body, words) or {"amount"})


def _hour(body: str, words: NumberWords) -> set[str]:
    """19h30, 19h: an hour with the letter of the language."""
    if not words.hours:
        return set()
    found = _CLOCK_LETTER.fullmatch(body)
    return {"clockdot"} if found and found[2].lower() in words.hours else set()


def _suffixed(digits: str, suffix: str, words: NumberWords) -> set[str]:
    classes = set()
    if suffix in words.ordinals and len(digits) <= 4:
        classes |= {"ordnum"} | ({"ordday"} if 1 <= int(digits) <= 31 and len(digits) <= 2 else set())
    if suffix in words.decades and digits.endswith("0") and len(digits) in (2, 3, 4):
        classes |= {"decade"} | ({"decade2"} if len(digits) == 2 else set())
    if suffix in words.meridiems and len(digits) <= 2 and 1 <= int(digits) <= 12:
        classes.add("clockap")
    return classes
