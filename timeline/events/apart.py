"""Time expressions that do not date an event of their sentence: of a comparison, of another clause, or of a thing.

"The worst attack *since 2008*" does not go on since 2008, in "rebels who seized the town *in 2012* began to leave" nothing but the
seizing was in 2012, "the *11th-century* temple was attacked" in no such century, "a *2012* candidate said" it in another year, and
what fell "to *2004* levels" or "by 5 % from *2014*" did so later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from timeline.events import other_clauses, things
from timeline.events.cues import Cues
from timeline.events.evidence import Near
from timeline.events.view import SentenceView

__all__ = ["Apart", "heard", "suspect"]

_REACH = 12
"""How many words before its signal an expression is compared with."""
_SPEECH = 6
"""Words in quotation marks that are what somebody said, not only how something is called."""


def suspect(view: SentenceView, near: Sequence[Near], cues: Cues) -> bool:
    """Whether a sentence needs :class:`Apart` at all: few do."""
    if not near:
        return False
    from_start = any(one.signal is not None and one.signal.bound == "from_start" for one in near)
    if from_start or any(one.timex.granularity in things.AGES for one in near) or not cues.parting.isdisjoint(view.tokens.lower):
        return True
    lower = view.tokens.lower
    if lower[0] in cues.fronting or any(lower[one.last : one.last + 1] == [","] for one in near):
        return True
    sides = {one.side for one in near}
    if any(one.signal is not None and one.signal.bound == "to_end" for one in near) or _owned(view, near, cues):
        return True
    if not sides.isdisjoint(("past", "now")) and any(
        mention.status in ("planned", "possible") or things.perfect(mention) for mention in view.mentions
    ):
        return True
    return "future" in sides or any(things.noun_behind(view, one) > one.last for one in near)


def _owned(view: SentenceView, near: Sequence[Near], cues: Cues) -> bool:
    return any(
        view.tokens.lower[one.last : one.last + 1] != [] and view.tokens.lower[one.last] in cues.possessive for one in near
    )


def _compared(view: SentenceView, near: Near, cues: Cues) -> bool:
    """Whether an expression after "since" only says how long something had not been: "the first, the worst, the most … since 2008"."""
    if near.signal is None or near.signal.bound != "from_start":
        return False
    lower, tags = view.tokens.lower, view.tags
    for i in range(near.first - 1, max(-1, near.first - 1 - _REACH), -1):
        if lower[i] in cues.marks:
            return False
        ended = tags[i] == "ADJ" and lower[i].endswith(cues.superlative_endings) and i and lower[i - 1] in cues.determiners
        if ended or lower[i] in cues.superlatives:
            return True
    return False


class Apart:
    """A sentence and its expressions; asked of each event which of them may date it. What an expression is by itself is settled once."""

    def __init__(self, view: SentenceView, near: Sequence[Near], cues: Cues) -> None:
        self._view, self._all, self._cues = view, near, cues
        clauses = other_clauses.rules(view, cues)
        self._near = [
            (one, self._told(one), _compared(view, one, cues), [*things.rules(view, one, cues), *clauses])
            for one in near
            if not things.idle(view, one, cues)
        ]
        self._several = not cues.parting.isdisjoint(view.tokens.lower)
        self._moment = not cues.moment.isdisjoint(view.tokens.lower)
        self._past = any(one.side == "past" for one in near)

    def _told(self, one: Near) -> Near:
        """An expression, without its signal where that does not bound the event: "the *vote* was put off until June", "from the *2014* vote"
        is of 2014."""
        view, cues = self._view, self._cues
        if one.signal is None:
            return one
        own = one.named and one.signal.word in cues.of_origin
        off = own or any(other_clauses.put_off(view, k, one, cues) for k in range(len(view.triggers)))
        return replace(one, signal=None) if off else one

    def kept(self, k: int) -> list[Near]:
        """The expressions that may date event ``k``; that of a comparison may date what is told after it: "the worst since 2008, when …".

        What will be was not in the past: "he said *on Friday* that they will leave".
        """
        view, cues = self._view, self._cues
        if self._moment and (told := other_clauses.at_that_time(view, view.triggers[k], self._all, cues)):
            return told
        ahead = self._past and other_clauses.ahead(view, k, cues)
        found = []
        for one, as_told, compared, rules in self._near:
            if ahead and one.side == "past":
                continue
            if one.side in ("past", "now") and other_clauses.foretold(view, k, one, cues):
                continue
            if any(rule(view, k, one, cues) for rule in rules):
                continue
            if compared:
                if view.triggers[k] > one.first:
                    found.append(replace(one, signal=None))
            elif not (self._several and other_clauses.parted(view, k, one, cues)):
                itself = as_told.signal is not None and view.triggers[k] in things.named_happening(view, one)
                found.append(
                    replace(as_told, signal=None) if itself else as_told
                )  # the vote "before the June 3 vote" is on June 3
        return found


def heard(speech: Sequence[bool], trigger: int, near: Sequence[Near]) -> list[Near]:
    """Of the expressions those that may date an event in quotation marks (``speech``: which tokens stand in them): where it stands in
    somebody's words, not those outside, which tell when they were said."""
    first = last = trigger
    while first > 0 and speech[first - 1]:
        first -= 1
    while last < len(speech) and speech[last]:
        last += 1
    return [one for one in near if last - first < _SPEECH or speech[one.first]]
