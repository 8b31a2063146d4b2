"""What the words around a trigger or a time expression say: who governs it, which signal stands before it, what is quoted.

All word lists come from ``events.toml`` of the language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from timeline.events.pack import event_pack
from timeline.events.tokens import Tokens
from timeline.events.view import SentenceView
from timeline.events.words import who_words
from timeline.language.files import primary
from timeline.memo import Memo
from timeline.records import Timex

__all__ = ["Cues", "Signal", "cues_of", "quoted_spans", "signal_before"]


@dataclass(frozen=True, slots=True)
class Signal:
    """A word before a time expression, what it makes of it (``TLINK`` relation, extent), and whether it binds to one day only."""

    word: str
    relation: str
    extent: str
    bound: str
    """What the interval becomes: ``within``, ``from_start``, ``to_start``, ``to_end``, ``from_end``."""


@dataclass(frozen=True, slots=True)
class Cues:
    """The word lists of one language, ready for use."""

    signals: Mapping[tuple[str, ...], Signal]
    behind: Mapping[str, tuple[str, Signal]]
    """Signals that stand behind their expression, with the word that must stand before it where there is one: "*von* Montag *an*"."""
    skip: frozenset[str]
    negators: frozenset[str]
    denying: frozenset[str]
    planning: frozenset[str]
    possible: frozenset[str]
    ongoing: frozenset[str]
    conditional: frozenset[str]
    nobodies: frozenset[str]
    """Words that make a subject or a noun nobody and nothing: "no", "none"."""
    not_only: frozenset[str]
    """Words behind a "not" that take it back."""
    disclaiming: frozenset[str]
    """Base forms of verbs that say of a clause that it is not so."""
    complement: frozenset[str]
    """Words that begin such a clause."""
    perfect: frozenset[str]
    was: frozenset[str]
    unmet: frozenset[str]
    """What makes of "… have opened" what was not: "was to", "should"."""
    denials: frozenset[str]
    """Words one of which stands wherever something is denied."""
    modal: Mapping[str, str]
    phrasal: Mapping[str, str]
    """Base forms with the word behind them, and the base form that says the same: "call off" is "cancel"."""
    particles: frozenset[str]
    """The words behind."""
    future: frozenset[str]
    ahead: frozenset[str]
    not_until: frozenset[str]
    """Signals before which what is denied comes about: "not … until May"."""
    possessive: frozenset[str]
    light: frozenset[str]
    """Base forms of verbs that only carry another event: "the vote was held"."""
    befalling: frozenset[str]
    """Those of which only the subject happens: "the trial followed a debate"."""
    ending: frozenset[str]
    """Base forms of verbs that tell that another event is over, which happened before."""
    passive: frozenset[str]
    """Verbs that with a participle only say that something was done: "got elected"."""
    joining: frozenset[str]
    """Participles that behind a mark join something and tell nothing: ", compared to"."""
    empty: frozenset[str]
    """Base forms of verbs that tell of nothing by themselves: "what is happening"."""
    between: frozenset[str]
    """Words that part a happening from the one it is told with: "after", "during", "unlike"."""
    back: frozenset[str]
    """Words that make a duration reach back from now: "the last two weeks"."""
    when: frozenset[str]
    """Words beside an event that tell of its time without naming one: "already", "once", "soon"."""
    opening: frozenset[str]
    """Words that open a clause or go on with one: "when", "who", "and"."""
    stops: frozenset[str]
    """Words across which nothing governs: marks and conjunctions of clauses."""
    marks: frozenset[str]
    """Marks at which a clause ends."""
    relatives: frozenset[str]
    """Words that begin a clause about the noun before them, and no other; they stand in ``who.toml``."""
    things: frozenset[str]
    """Words that begin a clause about the thing before them where a verb follows, and other clauses elsewhere: "that", "which"."""
    moment: frozenset[str]
    """Words that begin a clause about the time before them: "in 2013, when …"."""
    ever_since: frozenset[str]
    """Conjunctions of what something goes on since."""
    parting: frozenset[str]
    """Words one of which stands wherever an expression is that of another clause."""
    measures: frozenset[str]
    """Nouns of what is measured, which an expression before them only compares with: "2004 levels"."""
    borders: frozenset[str]
    """Marks between sentences that are written as one."""
    fronting: frozenset[str]
    """Words that begin a clause before the one that it is told with, where they begin the sentence."""
    even: frozenset[str]
    """Words before a conditional that take it back: "even if"."""
    looking: frozenset[str]
    """Words before "to" that only look at what follows: "ahead", "compared"."""
    deferring: frozenset[str]
    """Verbs that put off until a time to come what is then."""
    changes: frozenset[str]
    """Words of more and less, which are counted from what they are "from"."""
    happenings: frozenset[str]
    """Nouns that name an event wherever a date stands in their sentence."""
    superlatives: frozenset[str]
    """Words that compare with all that was before: "the first", "the most"."""
    superlative_endings: tuple[str, ...]
    """Endings of adjectives that do, after one of ``determiners``: "the steepest", not "honest"."""
    determiners: frozenset[str]
    of_things: frozenset[str]
    """Signals that before a noun with a date say nothing of time: "by the 2016 team"."""
    of_origin: frozenset[str]
    """Signals that behind a noun say where it comes from: "radicals from the 1960s"."""
    about: frozenset[str]
    """Words before a happening with a date that only speak of it and do not say when something else was: "like the 2006 war"."""
    writings: frozenset[str]
    """Nouns of what is written or said, which tell what they tell when they were: "a 2007 study found"."""
    human: Mapping[str, bool]
    """Whether a noun is people or a body that acts; of ``who.toml``."""


def _words(table: Mapping[str, Any], name: str) -> frozenset[str]:
    return frozenset(table.get(name, ()))


def _human(lang: str) -> Mapping[str, bool]:
    words = who_words(lang)
    return words.human if words else Memo[str, bool](lambda _: False)


def _relatives(lang: str) -> frozenset[str]:
    words = who_words(lang)
    return words.sets["pronouns.personal_relatives"] | words.sets.get("summary.where", frozenset()) if words else frozenset()


def _signals(
    bounds: Mapping[str, Mapping[str, Any]],
) -> tuple[dict[tuple[str, ...], Signal], dict[str, tuple[str, Signal]]]:
    """The signals that stand before an expression, by their words, and those behind it, by the word there."""
    before_it: dict[tuple[str, ...], Signal] = {}
    behind_it: dict[str, tuple[str, Signal]] = {}
    for bound, table in bounds.items():
        for word in table.get("words", ()):
            signal = Signal(word, table["relation"], table["extent"], bound)
            before, around, after = map(str.strip, word.partition("…"))
            if around:
                behind_it[after] = (before, signal)
            else:
                before_it[tuple(word.split())] = signal
    return before_it, behind_it


_OF_STATUS = (
    "negators", "denying", "planning", "possible", "ongoing", "conditional", "nobodies", "not_only", "disclaiming", "complement",
    "perfect", "was", "unmet", "future", "ahead", "even",
)  # fmt: skip
"""Lists of ``[status]``."""
_OF_WORDS = (
    "not_until", "possessive", "light", "befalling", "ending", "passive", "joining", "empty", "back", "when", "opening", "stops", "marks", "ever_since",
    "measures", "borders", "fronting", "looking", "deferring", "changes", "superlatives", "determiners", "of_things", "of_origin",
    "writings", "about",
)  # fmt: skip
"""Lists of ``[words]``."""
_RENAMED = {
    "skip": "between_signal_and_time",
    "between": "between_events",
    "things": "relative_things",
    "moment": "relative_moment",
}
_DENIALS = ("negators", "nobodies", "complement", "perfect")
_PARTING = ("relative_things", "relative_moment", "ever_since", "deferring", "borders")


@cache
def cues_of(lang: str) -> Cues:
    """The cues of a language (its primary subtag counts)."""
    pack = event_pack(primary(lang))
    status, words = pack.get("status", {}), pack.get("words", {})
    signals, behind = _signals(pack.get("signals", {}))
    relatives = _relatives(lang)
    return Cues(
        **{name: _words(status, name) for name in _OF_STATUS},
        **{name: _words(words, name) for name in _OF_WORDS},
        **{name: _words(words, key) for name, key in _RENAMED.items()},
        signals=signals,
        behind=behind,
        denials=frozenset().union(*(_words(status, name) for name in _DENIALS)),
        modal=dict(status.get("modal", {})),
        phrasal=dict(status.get("phrasal", {})),
        particles=frozenset(phrase.split()[-1] for phrase in status.get("phrasal", {})),
        relatives=relatives,
        parting=relatives.union(*(_words(words, name) for name in _PARTING), ("(",)),
        happenings=_words(pack.get("triggers", {}), "nouns"),
        superlative_endings=tuple(words.get("superlative_endings", ())),
        human=_human(lang),
    )


def signal_before(cues: Cues, tokens: Tokens, first: int, last: int) -> Signal | None:
    """The signal that stands before the tokens ``[first, last)`` of a time expression, over words such as "about".

    A possessive behind the expression ("before Wednesday's vote") takes the signal away: it belongs to the noun.
    """
    if last < len(tokens) and tokens.lower[last] in cues.possessive:
        return None
    if cues.behind and (told := _signal_behind(cues, tokens, first, last)):
        return told
    end = first
    while end > 0 and tokens.lower[end - 1] in cues.skip:
        end -= 1
    for length in (3, 2, 1):
        if end >= length and (found := cues.signals.get(tuple(tokens.lower[end - length : end]))):
            return found
    return None


def _signal_behind(cues: Cues, tokens: Tokens, first: int, last: int) -> Signal | None:
    """The signal right behind an expression, over an ending that an apostrophe parts from it ("3 Mayıs'tan itibaren")."""
    if tokens.lower[last : last + 1] == ["'"]:
        last += 2
    if last >= len(tokens):
        return None
    before, signal = cues.behind.get(tokens.lower[last], ("", None))
    return signal if not before or tokens.lower[max(0, first - 1) : first] == [before] else None


_QUOTES = {"“": True, "``": True, "«": True, "„": True, "”": False, "''": False, "»": False, '"': None}
"""Whether a mark opens a quotation; ``None`` where it may do either."""
_QUOTE_MARKS = frozenset(_QUOTES)


def quoted_spans(views: Sequence[SentenceView]) -> list[list[bool]]:
    """For each sentence, whether each token stands in double quotation marks."""
    inside, result = False, []
    for view in views:
        lower = view.tokens.lower
        quoted = [inside] * len(lower)
        result.append(quoted)
        if not _QUOTE_MARKS.isdisjoint(lower):
            for i, word in enumerate(lower):
                if word in _QUOTES:
                    opens = _QUOTES[word]
                    inside = not inside if opens is None else opens
                quoted[i] = inside
        if view.sentence.kind in ("title", "caption"):
            inside = False
    return result


def span_of(view: SentenceView, timex: Timex) -> tuple[int, int]:
    """The tokens of a time expression, as indexes into the sentence's tokens."""
    first, last = view.tokens.between(timex.start, timex.end)
    return first, max(last, first + 1)
