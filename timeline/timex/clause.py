"""The clause around an expression: does its verb speak of the past or of the future?

There is no parser: the nearest cue to the left within the sentence decides, else the nearest to the right. Cues are words of the pack; a
participle after "will be" or "is", and an infinitive after "is to" or "agreed to", are told from a past by the words before them.
"""

from __future__ import annotations

import re

from timeline.timex.grammar import Grammar

__all__ = ["clause_of"]

_PHRASE = 3  # tokens of a verb phrase before its participle
_CLOSE = 12  # tokens between an expression and a verb within which the verb is that of its own clause
_OPENING = 2  # tokens before an expression that opens its sentence: "in December he announced", not "… on March 17, he announced"
_OWN_SIGNALS = ("on", "in")
_UNTIL = ("until", "to", "for")
_SUBORDINATE = 8  # tokens before a passive among which "before", "when" and their like make it one to come
_EARLIEST = 3  # tokens of "as soon as"


def clause_of(
    grammar: Grammar, symbols: str, span: tuple[int, int], sentence: tuple[int, int], signal: str | None
) -> tuple[str | None, bool]:
    """Tense (``past``, ``future``, ``None``) of the clause of the expression at ``span``, and whether the cue is its own verb.

    Positions are tokens; ``signal`` is the class of the word before the expression.
    """
    begin, end = span
    first, last = _within_borders(grammar, symbols, span, sentence)
    if "possessive" in grammar.classes.get(symbols[end : end + 1], ()):
        return None, False  # "Friday's close" says nothing of the verb
    if begin > first and grammar.cues.get(symbols[begin - 1]) == "future" and "finite" not in grammar.classes[symbols[begin - 1]]:
        return "future", False  # "ahead of a scheduled Wednesday address"
    if begin > first and "goal" in grammar.classes[symbols[begin - 1]]:
        return "future", False  # "para el domingo"
    left = _cue_left(grammar, symbols, first, begin)
    place = left.end() - 1 if left else -1
    obliged = grammar.obliged.match(symbols, max(first, place - 1), begin)
    if obliged and obliged.end() > place:
        return "future", False  # "is to report on Thursday"
    if left:
        tense, place = _told(grammar, symbols, left)
        if tense == "past":
            tense = _intended(grammar, symbols, place, begin, signal)
        elif tense is None and _awaited(grammar, symbols[max(first, place - _SUBORDINATE) : place]):
            tense = "future"
        own = begin - place <= _CLOSE and "report" not in grammar.classes[symbols[place]]
    else:
        right = grammar.cue_after.search(symbols, end, last)
        if not right or grammar.cause.match(symbols, right.end() - 1):
            told = (
                _arranged(grammar, symbols, begin, signal)
                or _earliest(grammar, symbols, begin)
                or grammar.prospect.match(symbols, first, begin)
            )
            return ("future" if told else None), False  # "they march against the plan on Saturday"
        tense, place = _told(grammar, symbols, right)
        opens = begin - first <= _OPENING
        own = right.end() - 1 - end < _CLOSE and (opens or "report" not in grammar.classes[symbols[place]])
    if signal == "by" and "report" in grammar.classes[symbols[place]]:
        return None, False  # "he said they should be home by August", "leave by Friday, the army told them"
    if tense is None and _earliest(grammar, symbols, begin):
        return "future", False
    if tense != "future" and _arranged(grammar, symbols, begin, signal):
        return "future", False
    return tense, own and (signal in _OWN_SIGNALS or place == begin - 1)


def _cue_left(grammar: Grammar, symbols: str, first: int, begin: int) -> re.Match[str] | None:
    """The nearest cue before an expression: "due to leave" is one, "due to the storm" is none."""
    left = grammar.cue_before.match(symbols, first, begin)
    while left and grammar.cause.match(symbols, left.end() - 1):
        left = grammar.cue_before.match(symbols, first, left.end() - 1)
    return left


def _within_borders(grammar: Grammar, symbols: str, span: tuple[int, int], sentence: tuple[int, int]) -> tuple[int, int]:
    """The part of the sentence that no border parts from the expression: "it might be anyone; | the March killing shocked the town"."""
    before, behind = (
        grammar.border_before.match(symbols, sentence[0], span[0]),
        grammar.border.search(symbols, span[1], sentence[1]),
    )
    return before.end() if before else sentence[0], behind.start() if behind else sentence[1]


def _intended(grammar: Grammar, symbols: str, place: int, begin: int, signal: str | None) -> str | None:
    """The tense of what a verb in the past leads to: "planned to leave on Thursday", "postponed until Tuesday" speak of a time to come."""
    verb = grammar.classes[symbols[place]]
    if "deferring" in verb and signal in _UNTIL:
        return "future"
    if purpose := grammar.purpose.search(symbols, place + 1, begin):
        apart = any("=," in grammar.classes[symbol] for symbol in symbols[purpose.end() : begin])  # "…, shut in August"
        return "future" if "intending" in verb and not apart else None  # "agreed to hold a vote at the end of May"
    return "past"


def _arranged(grammar: Grammar, symbols: str, begin: int, signal: str | None) -> bool:
    """The vote is set for Monday."""
    return signal == "for" and any("present_be" in grammar.classes[symbol] for symbol in symbols[max(0, begin - 4) : begin])


def _earliest(grammar: Grammar, symbols: str, begin: int) -> bool:
    """The vote may come as soon as Monday."""
    return begin >= _EARLIEST and grammar.earliest.fullmatch(symbols, begin - _EARLIEST, begin) is not None


def _awaited(grammar: Grammar, before: str) -> bool:
    """ "Before the mayor is sworn in on Thursday", "when it is released on Thursday": a passive in the present that is to come."""
    kinds = [grammar.classes[symbol] for symbol in before]
    opened = next((k for k, classes in enumerate(kinds) if "awaiting" in classes), len(kinds))
    return any({"finite", "present_be"} <= classes for classes in kinds[opened:])


def _told(grammar: Grammar, symbols: str, cue: re.Match[str]) -> tuple[str | None, int]:
    """The tense of a cue. What looks like a past may be a participle: "will be held", "is planned"; the cue is then the word before."""
    place = cue.end() - 1
    if grammar.cues.get(symbols[place]) != "past":
        return "future", place
    if "past_be" in grammar.classes[symbols[place]]:
        return "past", place  # "votes were put off": no participle
    passive = perfect = False
    for before in range(place - 1, max(-1, place - _PHRASE - 1), -1):
        symbol = symbols[before]
        if grammar.cues.get(symbol) == "future" and "finite" not in grammar.classes[symbol]:
            unmet = perfect and "unmet" in grammar.classes[symbol]
            return ("past" if unmet else "future"), before  # "should have ended on Friday", "will have ended by Friday"
        passive = passive or "present_be" in grammar.classes[symbol]
        perfect = perfect or "perfect" in grammar.classes[symbol]
    return (None if passive else "past"), place
