"""Time expressions that do not date an event of their sentence: of a comparison, of another clause, or of how old a thing is.

"The worst attack *since 2008*" does not go on since 2008, in "rebels who seized the town *in 2012* began to leave" nothing but the
seizing was in 2012, and "the *11th-century* temple was attacked" in no such century.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from timeline.events.cues import Cues
from timeline.events.evidence import Near
from timeline.events.view import SentenceView
from timeline.interval import Granularity

__all__ = ["kept", "suspect"]

_REACH = 12
"""How many words before its signal an expression is compared with."""
_AGES = (Granularity.CENTURY, Granularity.MILLENNIUM)
_NOMINAL = ("NOUN", "PROPN", "ADJ")


def suspect(view: SentenceView, near: Sequence[Near], cues: Cues) -> bool:
    """Whether a sentence needs :func:`kept` at all: few do."""
    since = any(one.signal is not None and one.signal.bound == "from_start" for one in near)
    if not near:
        return False
    return since or any(one.timex.granularity in _AGES for one in near) or not cues.relatives.isdisjoint(view.tokens.lower)


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


def _parted(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether an expression stands in a relative clause that is over before the trigger: its verb is another one."""
    if near.last > trigger:
        return False
    lower = view.tokens.lower
    opener = next((i for i in range(near.first - 1, -1, -1) if lower[i] in cues.relatives or lower[i] in cues.marks), -1)
    if opener < 0 or lower[opener] in cues.marks:
        return False
    if any(mark in cues.marks for mark in lower[near.last : trigger]):
        return True
    return any(view.tags[i] == "VERB" and opener < i < near.first for i in view.triggers) and view.tags[trigger] in (
        "VERB",
        "AUX",
    )


def _age(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether an expression before a noun says how old that is ("the 11th-century temple"), and the trigger is no happening of that
    age ("the 19th-century war")."""
    tags, last = view.tags, near.last
    if near.timex.granularity not in _AGES or near.signal is not None or last >= len(tags) or tags[last] not in _NOMINAL:
        return False
    end = next((i for i in range(last, len(tags)) if tags[i] not in _NOMINAL), len(tags))
    happening = last <= trigger < end and (
        view.tokens.lower[trigger] in cues.happenings or view.triggers.index(trigger) not in view.spare
    )
    return not happening


def kept(view: SentenceView, trigger: int, near: Sequence[Near], cues: Cues) -> list[Near]:
    """The expressions that may date the event; that of a comparison may date what is told after it: "the worst since 2008, when …"."""
    found = []
    for one in near:
        if not one.ago and _age(view, trigger, one, cues):
            continue
        if not one.ago and _compared(view, one, cues):
            if trigger > one.first:
                found.append(replace(one, signal=None))
        elif one.ago or not _parted(view, trigger, one, cues):
            found.append(one)
    return found
