"""Packs: what one language knows of time, as data. This module reads ``packs/<lang>/time.toml``; engines compile it.

The format of ``time.toml``
===========================

``[settings]``
    ``order`` ("mdy", "dmy" or "ymd") of numeric dates, ``decimal`` sign, and the letters that may follow a
    number without a blank: ``ordinals``, ``decades``, ``meridiems``, ``hours`` (the h of 19h30). ``year_prefixes`` are the letters of a
    fiscal year that is written in one ("FY2013": classes ``coded``, ``coded2``). ``spaceless = true`` for scripts that
    do not part words; ``past_suffixes`` and ``future_suffixes`` are verb endings that count as cues of tense.
``[classes]``
    ``triggers``: classes whose words make a run of text worth looking at. Every rule must need one of them. Those of the base pack
    (months, weekdays, units, day words, years, clock times …) are inherited; add classes of your own whose words can stand alone.
``[words.CLASS]``
    One table a word class: ``VALUE = ["lexeme", …]``. A lexeme may have several words. One that begins with a capital is
    found only with a capital in the text ("May"); one in lower case is found in any case. What VALUE means depends on the class:

    =================== =======================================================================================
    month, month_abbr   1 to 12 (an abbreviation may be followed by a dot)
    weekday, …_abbr     1 (Monday) to 7
    unit, units         ``year month week day hour minute second decade century quarter half weekend millennium season``
                        (``units`` are the plural forms where the language has them)
    number, tens, …     integers; phrases are added and multiplied ("twenty" "five", "two" "hundred")
    ordinal             integers
    vague               ``X`` (some), or a number where one is meant ("couple" 2)
    rel                 ``dct-1``, ``dct0``, ``dct1`` (last, this, next) and ``ref-1``, ``ref0``, ``ref1`` (previous, that,
                        following): which unit, counted from the publication date or from the time told of last
    dayword             days from the publication date, with a part of day where it says one: ``0``, ``-1``, ``1``, ``0TNI``
    part                ``TMO TAF TEV TNI TDT TMI``, or a clock time (``T12:00``)
    season              ``SP SU FA WI``
    mod                 ``START MID END APPROX MORE_THAN LESS_THAN EQUAL_OR_MORE EQUAL_OR_LESS ON_OR_AFTER ON_OR_BEFORE BEFORE AFTER``
    holiday             ``12-25``, ``easter-2``, ``11/4/4`` (month/weekday/nth; nth may be -1 for the last), ``6-24<7``
                        (the weekday before a date)
    freq                a period: ``P1D``, ``P1W`` …
    quant               ``EACH``, ``EVERY``
    reference           ``PRESENT_REF PAST_REF FUTURE_REF``
    era                 ``BC AD``
    zone                minutes from UTC, or ``x`` where unknown
    meridiem            ``am pm``
    past, future        cues of tense: verbs and auxiliaries (value unused), those to come also of several words ("set to"). The
                        nearest to the left within the sentence gives the direction of a bare weekday, month or day, else the nearest to the right
    present_be          forms of "be" that make a participle after them no past ("is planned"); ``past_be`` (was) counts with it before
                        an ``infinitive`` (to): "is to meet on Friday" looks ahead
    unmet               ``future`` cues that before a word of ``perfect`` (have) and a participle speak of the past: "should have ended on Friday"
    report              verbs of saying among the ``past`` cues: they are not the verb of what happened
    determiner          words before nouns: what looks like a verb after one is none ("the plan", "an armed man")
    intending           verbs among the ``past`` cues whose infinitive looks ahead: "planned to leave on Friday"
    finite              verbs among the ``future`` cues that are the verb of their clause: a past behind one is of another ("plans announced
                        on Friday"), not a participle as behind "will be"
    awaiting            words that make a passive in the present one to come: "before he is sworn in on Friday"
    earliest            phrases of three words before a time to come: "as soon as Friday"
    causal              ``future`` cues that are none where a noun follows their ``infinitive`` word: "due to the storm"
    spanning, modal     words before an expression that rules look back at and that may stand in no rule themselves
    goal                prepositions before a time to come: "para el domingo"
    border              signs across which the clause of an expression does not reach
    deferring           the same before ``until``, ``to`` and ``for``: "postponed until Friday"
    street_word         the last word of an address ("1600 Pennsylvania Avenue"): a run of tokens reaches up to it
    possessive          the sign after a weekday that makes its clause silent about it ("Friday's close")
    since, until, …     ``since until before after on in at by from to between and during for``: words before an expression that are kept
                        as its ``signal``; ``to``, ``-`` and ``between … and`` also join two expressions to a range
    =================== =======================================================================================

    Any other class may be invented for use in patterns. A VALUE that holds ``=`` fills several slots: ``"rel=dct-1 unit=year" = ["Vorjahr"]``.
``[macros]``
    ``name = "pattern"``, used as ``@name``.
``[rules.KIND]``
    ``name = "pattern => slot=value …"``. KIND says what is made: ``date time duration set ref`` (TIMEX3 types; what value follows
    from the slots) or ``none`` (matched and thrown away: negative contexts). At each place the longest rule wins; of equals ``none``,
    then the one written first. Constants after ``=>``: ``mod=START``, ``n=1``, ``dir=dct-1`` (counted back from the publication;
    ``ref1`` is forward from the time told of), ``range=1`` (the two parts are ends, not items of a list), ``consecutive=1``
    (only where the second year follows the first), ``kind=ref`` (make another kind), ``need=future`` (only where the clause looks ahead),
    ``not_just_over=1`` ("last May", said in June, is that of the year before).

The slots that the engine values (a slot may be filled from any class: ``{unit:units}``):

    date                ``year`` (or ``yy``, two digits; ``era``; ``yrel``, a ``rel`` before the word year), ``month``, ``day``, ``weekday``,
                        ``nth`` (with ``month`` and ``weekday`` or ``unit``: the second Saturday of May), ``quarter``, ``half``, ``season``,
                        ``decade``, ``century``, ``week``, ``holiday``, ``iso``, ``numdate``, ``numday``, ``rel`` (with ``unit`` or a name),
                        ``wrel`` (the week of a weekday), ``mrel`` (the month of a day), ``unit`` alone (the week), ``dir`` (with ``n`` and ``unit``: ago, later),
                        ``before_adverb`` (before, after), ``dayword``, ``relphrase``, ``weekof``, ``latest``, ``yearago``, ``mod``
    time                ``clock`` (with ``meridiem``, ``zone``, ``minutes``, ``half_to``), ``part``, ``rel``, and any day;
                        ``night_before`` (the night that the day begins with)
    dayword             with ``nowadays``: "today", which is PRESENT_REF in a text that tells of no hour and no other day
    duration            ``n`` (left out: some), ``unit``, ``half_more``, ``n2`` and ``unit2``, ``mod``
    set                 ``freq``, or ``quant`` with ``unit``, ``weekday``, ``month``, ``season``, ``part``; ``times`` (how often), ``other``
    ref                 ``reference``

A pattern is made of class names, ``'literal words'`` (any case), ``{slot:pattern}`` or ``{class}`` (captures), ``@macro``,
``( | )``, ``?``, ``*`` (up to six), ``(?! )``, ``(?= )``, ``(?<! )``, ``(?<= )`` (looking back sees one token of any
alternative, looking ahead one token past the run), and ``< >`` around the parts that become
expressions (without them the whole match is one; with two of them a range or list whose parts share their slots). Classes of numbers come
from the engine (``timeline.timex.tokens.NUMBER_CLASSES``), as do ``Cap`` (a capitalised word), ``low`` (another word), ``sym`` (a sign),
``Name`` and ``plain`` (the same, of no class of the pack) and ``stop`` (the end of a paragraph).

A pack inherits the macros and rules of ``packs/base/time.toml``; its own win where names are equal; an empty pattern removes one. A rule that
needs a class the pack does not have is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from timeline.language import files
from timeline.language.base import base_pack, locale_of
from timeline.language.files import primary, read_pack

__all__ = ["Rule", "TimePack", "hand_packs", "knows_time", "time_pack", "time_pack_from"]

_BASE = "base"
"""The folder of what all packs inherit."""
_TOP = frozenset({"settings", "classes", "words", "macros", "rules"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern: ``kind`` is the section it stood in, ``give`` the constant slots after ``=>``."""

    name: str
    kind: str
    pattern: str
    give: Mapping[str, str]


@dataclass(slots=True)
class TimePack:
    """What one language knows of time. ``words[class]`` maps a lexeme as written in the pack to its value."""

    lang: str
    settings: dict[str, Any] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    triggers: frozenset[str] = frozenset()
    macros: dict[str, str] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()


def hand_packs() -> list[str]:
    """Language codes that have a hand-written time pack."""
    return [lang for lang in files.hand_packs("time") if lang != _BASE]


@cache
def knows_time(lang: str) -> bool:
    """Whether there is a time pack of a language, without making it."""
    return any(read_pack(name, "time") for name in (lang, primary(lang))) or locale_of(lang) is not None


@lru_cache(maxsize=256)
def time_pack(lang: str) -> TimePack:
    """The time pack of a language: the hand-written one, else the one compiled from locale data.

    Raises ``LookupError`` where there is neither.
    """
    data = read_pack(lang, "time") or read_pack(primary(lang), "time") or base_pack(lang)
    if data is None:
        raise LookupError(f"no time pack for language {lang!r}")
    return time_pack_from(lang, data)


def time_pack_from(lang: str, data: Mapping[str, Any]) -> TimePack:
    """A pack from the tables of a ``time.toml`` (or equal data made from a locale), the base rules merged in.

    Raises ``ValueError`` naming what the format does not know.
    """
    if unknown := set(data) - _TOP:
        raise ValueError(f"time pack {lang}: unknown table {', '.join(sorted(unknown))}")
    base = read_pack(_BASE, "time") or {}
    rules: dict[str, Rule] = {}
    for source in (data, base):
        for kind, table in source.get("rules", {}).items():
            for name, text in table.items():
                rules.setdefault(name, _rule(lang, name, kind, text))
    words: dict[str, dict[str, str]] = {}
    for source in (base, data):
        for name, table in source.get("words", {}).items():
            words.setdefault(name, {}).update(_lexemes(table))
    classes = [source.get("classes", {}) for source in (base, data)]
    return TimePack(
        lang=lang,
        settings=base.get("settings", {}) | dict(data.get("settings", {})),
        words=words,
        triggers=frozenset(name for source in classes for name in source.get("triggers", ())),
        macros=base.get("macros", {}) | dict(data.get("macros", {})),
        rules=tuple(rule for rule in rules.values() if rule.pattern),
    )


def _lexemes(table: Mapping[str, list[str]]) -> dict[str, str]:
    return {lexeme: value for value, lexemes in table.items() for lexeme in lexemes}


def _rule(lang: str, name: str, kind: str, text: str) -> Rule:
    pattern, _, constants = text.partition("=>")
    give = {}
    for constant in constants.split():
        slot, equals, value = constant.partition("=")
        if not equals:
            raise ValueError(f"time pack {lang}: rule {name}: {constant!r} is not slot=value")
        give[slot] = value
    return Rule(name, kind, pattern.strip(), give)
