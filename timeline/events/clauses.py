"""The clause of a sentence that dates and tells one event by itself: "the city where *protests first sparked in 2011*, …", "… after
*smoke was first seen on Monday*".

The sentence around it tells of another day. Without a parser only relative clauses and those of a few conjunctions are told apart: their
first word is of a closed list, and they end at a mark, or before a verb that is no longer theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from timeline.events.phrases import Phrase
from timeline.events.view import SentenceView
from timeline.events.words import AUX, CLAUSE, CONJ, NOUN, PRON, RELATIVE, VERB, WhoWords

__all__ = ["Clause", "own_clause"]

_MARKS = frozenset((",", ";", ":", "—", "–", "--", "(", ")", '"', "“", "”"))
_ENDS = _MARKS | frozenset(".!?")
_JOINTS = (CONJ, CLAUSE, RELATIVE)
_FEWEST = 3
"""Words of a clause that says enough."""


class Clause(NamedTuple):
    """Tokens ``[first, last)`` of a clause; ``opener`` is its first word, which stands before ``first`` where it says a place."""

    opener: int
    first: int
    last: int
    of_place: bool
    """"where …": the clause has a subject of its own, and what stands before it is where that happened."""
    joined: bool = False
    """"after …", "because …": a whole sentence that a conjunction joins to the one around it."""


def own_clause(
    view: SentenceView, phrases: Sequence[Phrase], trigger: int, dated: tuple[int, int], happened: bool, words: WhoWords
) -> Clause | None:
    """The clause that holds the trigger and its time expression, the tokens ``dated``; ``None`` where there is none.

    Of "rebels who seized the town in 2012 began to leave" the clause is that of "seized" alone. Only what ``happened`` is told without the
    conjunction before it.
    """
    opener = _opener(view, trigger, words)
    if opener is None or dated[0] <= opener:
        return None
    lower = view.tokens.lower
    of_place, joined = words.has("summary.where", lower[opener]), words.has("summary.whole", lower[opener])
    if joined and not (happened and view.tags[trigger] == "VERB"):
        return None
    if not joined and not any(phrase.kind == NOUN and phrase.last in (opener, opener - 1) for phrase in phrases):
        return None  # "asked where …" is a question
    inner = [phrase for phrase in phrases if phrase.first > opener]
    if not inner or any(
        phrase.kind == VERB and (phrase.first < trigger or trigger < phrase.first < dated[0]) for phrase in inner
    ):
        return None  # the clause has its verb: this one, or this date, is of the sentence around it
    if (
        joined
        and opener
        and lower[opener - 1] not in _MARKS
        and not any(p.kind in (VERB, AUX) for p in phrases if p.first < opener)
    ):
        return None  # "the reply after the ruling was …": the verb is that of the sentence around it
    before = [phrase.kind for phrase in inner if phrase.first < trigger and phrase.kind != AUX]
    if joined and before[-1:] == [CONJ]:
        return None  # "he left before the attack in May and shaved": the verb goes on with the sentence around it
    kind = inner[0].kind
    if (joined and kind != NOUN) or kind == PRON or not (joined or of_place or kind in (VERB, AUX)):
        return None  # "which the army seized": its object stands before it; "after it fell": the clause does not say what
    least = max(trigger + 1, dated[1])
    last = _end(view, inner, least)
    if last == trigger + 1 and lower[last : last + 1] and lower[last] not in _ENDS:
        return None  # what it was done to stands behind
    if joined and opener == 0 and lower[last : last + 1] != [","]:
        return None  # "after the attack rebels fled" is no clause
    first = opener + 1 if of_place or joined else opener
    if last - opener <= _FEWEST or any(_MARKS & set(lower[opener:least])):
        return None
    return Clause(opener, first, last, of_place, joined)


def _opener(view: SentenceView, trigger: int, words: WhoWords) -> int | None:
    """The nearest word before a trigger that may begin a clause of its own, if no mark lies between."""
    for i in range(trigger - 1, -1, -1):
        word = view.tokens.lower[i]
        if word in _MARKS:
            return None
        if word in words.openers:
            return i
        if words.classes[word] == RELATIVE:
            return None  # "that" and "which" begin clauses of other kinds too
    return None


def _end(view: SentenceView, inner: Sequence[Phrase], least: int) -> int:
    """Where the clause ends: at a mark, or before what joins another verb to it, right after ``least`` where nothing does."""
    lower = view.tokens.lower
    mark = next((i for i in range(least, len(lower)) if lower[i] in _ENDS), len(lower))
    behind = [phrase for phrase in inner if least <= phrase.first < mark]
    for one, other in pairwise(behind):
        if one.kind == CONJ and other.kind in (CLAUSE, RELATIVE) and one.last == other.first:
            return one.first  # "and which …": another clause, whether or not its verb is known for one
    verb = next((k for k, phrase in enumerate(behind) if phrase.kind in (VERB, AUX)), None)
    if verb is None:
        return mark
    border = next((k for k in range(verb - 1, -1, -1) if behind[k].kind in _JOINTS), None)
    if border is None:
        return least
    while border and behind[border - 1].kind in _JOINTS and behind[border - 1].last == behind[border].first:
        border -= 1  # "so that"
    return behind[border].first
