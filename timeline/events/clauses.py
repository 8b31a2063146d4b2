"""The clause of a sentence that dates and tells one event by itself: "the city where *protests first sparked in 2011*, …".

The sentence around it tells of another day. Without a parser only relative clauses are told apart: their first word is of a closed
list, and they end at a mark, or before a verb that is no longer theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from timeline.events.phrases import Phrase
from timeline.events.view import SentenceView
from timeline.events.words import AUX, CONJ, NOUN, PRON, RELATIVE, VERB, WhoWords

__all__ = ["Clause", "own_clause"]

_MARKS = frozenset((",", ";", ":", "—", "–", "--", "(", ")", '"', "“", "”"))
_FEWEST = 3
"""Words of a clause that says enough."""


class Clause(NamedTuple):
    """Tokens ``[first, last)`` of a clause; ``opener`` is its first word, which stands before ``first`` where it says a place."""

    opener: int
    first: int
    last: int
    of_place: bool
    """"where …": the clause has a subject of its own, and what stands before it is where that happened."""


def own_clause(
    view: SentenceView, phrases: Sequence[Phrase], trigger: int, dated: tuple[int, int], words: WhoWords
) -> Clause | None:
    """The relative clause that holds the trigger and its time expression, the tokens ``dated``; ``None`` where there is none.

    Of "rebels who seized the town in 2012 began to leave" the clause is that of "seized" alone.
    """
    opener = _opener(view, trigger, words)
    if opener is None or dated[0] <= opener:
        return None
    if not any(phrase.kind == NOUN and phrase.last in (opener, opener - 1) for phrase in phrases):
        return None  # "asked where …" is a question
    of_place = words.has("summary.where", view.tokens.lower[opener])
    inner = [phrase for phrase in phrases if phrase.first > opener]
    if any(phrase.kind == VERB and (phrase.first < trigger or trigger < phrase.first < dated[0]) for phrase in inner):
        return None  # the clause has its verb: this one, or this date, is of the sentence around it
    if not inner or (not of_place and inner[0].kind not in (VERB, AUX)):
        return None  # "which the army seized": its subject is its own, its object stands before it
    least = max(trigger + 1, dated[1])
    last = _end(view, inner, least)
    first = opener + 1 if of_place else opener
    if last - opener <= _FEWEST or (of_place and inner[0].kind == PRON) or any(_MARKS & set(view.tokens.lower[opener:least])):
        return None
    return Clause(opener, first, last, of_place)


def _opener(view: SentenceView, trigger: int, words: WhoWords) -> int | None:
    """The nearest word before a trigger that may begin a relative clause, if no mark lies between."""
    for i in range(trigger - 1, 0, -1):
        word = view.tokens.lower[i]
        if word in _MARKS:
            return None
        if words.has("summary.where", word) or words.has("pronouns.personal_relatives", word):
            return i
        if words.classes[word] == RELATIVE:
            return None  # "that" and "which" begin clauses of other kinds too
    return None


def _end(view: SentenceView, inner: Sequence[Phrase], least: int) -> int:
    """Where the clause ends: at a mark, or right after ``least`` where a verb of the sentence around it follows."""
    lower = view.tokens.lower
    mark = next((i for i in range(least, len(lower)) if lower[i] in _MARKS or lower[i] in ".!?"), len(lower))
    follows = any(phrase.kind in (VERB, AUX, CONJ) and least <= phrase.first < mark for phrase in inner)
    return least if follows else mark
