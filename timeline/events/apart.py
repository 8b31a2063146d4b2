"""Time expressions that do not date an event of their sentence: those of a comparison, and those of another clause.

"The worst attack *since 2008*" does not go on since 2008, and in "rebels who seized the town *in 2012* began to leave" nothing but the
seizing was in 2012.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from timeline.events.cues import Cues
from timeline.events.evidence import Near
from timeline.events.view import SentenceView

__all__ = ["kept", "suspect"]

_REACH = 12
"""How many words before its signal an expression is compared with."""


def suspect(view: SentenceView, near: Sequence[Near], cues: Cues) -> bool:
    """Whether a sentence needs :func:`kept` at all: few do."""
    since = any(one.signal is not None and one.signal.bound == "from_start" for one in near)
    return bool(near) and (since or not cues.relatives.isdisjoint(view.tokens.lower))


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


def kept(view: SentenceView, trigger: int, near: Sequence[Near], cues: Cues) -> list[Near]:
    """The expressions that may date the event; that of a comparison may date what is told after it: "the worst since 2008, when …"."""
    found = []
    for one in near:
        if not one.ago and _compared(view, one, cues):
            if trigger > one.first:
                found.append(replace(one, signal=None))
        elif one.ago or not _parted(view, trigger, one, cues):
            found.append(one)
    return found
