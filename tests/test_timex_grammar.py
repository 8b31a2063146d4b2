"""The notation of patterns, the tokens, and the packs as they are compiled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest

from timeline.language.base import base_locales
from timeline.language.files import read_pack
from timeline.language.packs import hand_packs, time_pack, time_pack_from
from timeline.timex.calendar import duration_value, easter, holiday_dates, interval_of
from timeline.timex.frames import number_of
from timeline.timex.grammar import Grammar, grammar_for
from timeline.timex.lexicon import SHAPES
from timeline.timex.patterns import PatternError, classes_in, parse, translate
from timeline.timex.tokens import NUMBER_CLASSES, token_pattern
from timeline.timex.values import clock_value, short_year


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("at 10:30 p.m.", ["at", " 10:30", " p.m."]),
        ("the '90s", ["the", " '", "90s"]),
        ("03.06.2011 and 3-5", ["03.06.2011", " and", " 3", "-", "5"]),
        ("one\n\ntwo", ["one", "\n\n", "two"]),
        ("2013-05-06T10:15Z", ["2013-05-06T10:15Z"]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert [token for token in token_pattern().findall(text) if token] == tokens


@pytest.mark.parametrize("pattern", ["(month", "month )", "{month", "'may", "@nothing", "?", "<month"])
def test_a_pattern_that_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse(pattern, {})


def test_a_macro_that_uses_itself_is_refused() -> None:
    with pytest.raises(PatternError, match="itself"):
        parse("@a", {"a": "'x' @a"})


def test_what_needs_a_missing_class_is_left_out() -> None:
    def expand(name: str) -> list[list[str]]:
        return {"a": [["A"]], "=b": [["B"]]}.get(name, [])

    assert translate(parse("a missing", {}), expand) is None
    assert translate(parse("missing", {}), expand) is None
    optional = translate(parse("a missing? (missing | 'b')", {}), expand)
    assert optional is not None
    assert optional.source == "[A](?:[B])"
    assert optional.first == frozenset("A")


@pytest.mark.parametrize("lang", [*hand_packs(), "base"])
def test_patterns_name_no_class_that_nobody_has(lang: str) -> None:
    """A misspelt class would silently leave its rule out."""
    names = {*NUMBER_CLASSES, *SHAPES}
    for one in hand_packs():
        names |= set(time_pack(one).words)
    pack = time_pack(lang) if lang != "base" else time_pack_from("base", {})
    for rule in pack.rules:
        assert classes_in(parse(rule.pattern, pack.macros)) <= names, rule.name


def _own(lang: str, subject: str = "time") -> dict[str, Any]:
    """The tables of a pack as written, without what it inherits."""
    tables = read_pack(lang, subject)
    assert tables is not None
    return tables


def _compiled(langs: Iterable[str]) -> set[str]:
    """Names of the rules that can match in one of these languages."""
    return {compiled.rule.name for lang in langs for compiled in grammar_for(lang).rules}


def _names_of(rules: dict[str, dict[str, str]]) -> set[str]:
    return {name for table in rules.values() for name, pattern in table.items() if pattern}


@pytest.mark.parametrize("lang", hand_packs())
def test_every_rule_of_a_hand_pack_can_match(lang: str) -> None:
    assert _names_of(_own(lang)["rules"]) <= _compiled([lang])


def test_every_rule_that_packs_inherit_can_match_in_one_of_them() -> None:
    assert _names_of(_own("base")["rules"]) <= _compiled(hand_packs())
    assert _names_of(_own("base", "locale")["rules"]) <= _compiled(base_locales())


@pytest.mark.parametrize("lang", hand_packs())
def test_every_word_and_macro_of_a_hand_pack_is_looked_at(lang: str) -> None:
    own, pack = _own(lang), time_pack(lang)
    assert not own["words"].keys() - grammar_for(lang).lexicon.used
    assert not set(own["classes"]["triggers"]) & set(_own("base")["classes"]["triggers"]), "inherited anyway"
    used = " ".join([*(rule.pattern for rule in pack.rules), *pack.macros.values()])
    assert not [macro for macro in own["macros"] if not re.search(rf"@{macro}\b", used)]


def test_every_number_was_foreseen() -> None:
    grammar = grammar_for("en")
    for number in (
        *map(str, range(12_000)),
        *(f"{number:02d}" for number in range(100)),
        *(f"{number:04d}" for number in range(0, 10_000, 7)),
    ):
        assert grammar.lexicon.classes_of(number) in grammar.lexicon.symbols, number


def test_a_pack_with_an_unknown_table_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown table"):
        time_pack_from("xx", {"wrods": {}})
    with pytest.raises(ValueError, match="not slot=value"):
        time_pack_from("xx", {"rules": {"date": {"bad": "month => START"}}})


def test_a_small_pack_is_enough_for_its_words() -> None:
    pack = time_pack_from("xx", {"words": {"month": {"3": ["marzu"]}, "of": {"x": ["di"]}}})
    grammar = Grammar(pack)
    tokens = grammar.token_pattern.findall("3 di marzu 2011")
    run = "".join(map(grammar.memo.__getitem__, tokens))
    assert [(match.rule.name, match.start, match.end) for match in grammar.parse(run)] == [("day_month_year", 0, 4)]


@pytest.mark.parametrize(
    ("words", "number"), [([2, 100, 50], 250), ([20, 5], 25), ([3, 1000], 3000), ([1.5, 1_000_000], 1_500_000), ([100], 100)]
)
def test_numbers_in_words(words: list[float], number: float) -> None:
    assert number_of(words) == number


@pytest.mark.parametrize(
    ("year", "day"),
    [(1818, "1818-03-22"), (1943, "1943-04-25"), (2000, "2000-04-23"), (2014, "2014-04-20"), (2038, "2038-04-25")],
)
def test_easter(year: int, day: str) -> None:
    assert easter(year).isoformat() == day


@pytest.mark.parametrize(
    ("spec", "day"),
    [
        ("12-25", "2014-12-25"),
        ("easter-2", "2014-04-18"),
        ("11/4/4", "2014-11-27"),
        ("5/1/-1", "2014-05-26"),
        ("11/1/1+1", "2014-11-04"),
        ("12-25<7", "2014-12-21"),
    ],
)
def test_holidays(spec: str, day: str) -> None:
    found = holiday_dates(spec, 2014)
    assert found is not None
    assert found.isoformat() == day


def test_an_unknown_holiday_is_nothing() -> None:
    assert holiday_dates("ramadan", 2014) is None


@pytest.mark.parametrize(
    ("text", "meridiem", "value"),
    [
        ("10", "am", "10:00"),
        ("12", "am", "00:00"),
        ("12", "pm", "12:00"),
        ("1430", None, "14:30"),
        ("10.30", "pm", "22:30"),
        ("9pm", None, "21:00"),
        ("19h30", None, "19:30"),
    ],
)
def test_clock_times(text: str, meridiem: str | None, value: str) -> None:
    assert clock_value(text, meridiem) == value


def test_short_years_lie_around_the_publication() -> None:
    assert [short_year(year, 2014) for year in (99, 13, 30, 40)] == [1999, 2013, 2030, 1940]


@pytest.mark.parametrize(
    ("n", "unit", "value"), [(2, "year", "P2Y"), ("X", "hour", "PTXH"), (0.5, "hour", "PT30M"), (1, "fortnight", "P2W")]
)
def test_durations(n: float | str, unit: str, value: str) -> None:
    assert duration_value(n, unit) == value


@pytest.mark.parametrize(
    "value", ["PRESENT_REF", "P2Y", "XXXX-WXX-1", "2011-13", "2011-02-30", "2011-W60", "0000", "2011-05-XX", ""]
)
def test_what_names_no_time_has_no_interval(value: str) -> None:
    assert interval_of(value) == (None, None)
