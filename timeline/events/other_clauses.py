"""Time expressions that stand in another clause than an event: "rebels who seized the town *in 2012* began to leave", "he said *on Friday* that
they will go".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from timeline.events.cues import Cues
from timeline.events.evidence import Near
from timeline.events.things import Rule
from timeline.events.view import SentenceView

__all__ = ["ahead", "at_that_time", "foretold", "parted", "put_off", "rules"]

_OBJECT = 4
"""How many words after a verb the event that it takes may stand."""
_BRACKETS = ("(", ")")
_BEFORE_RELATIVE = ("NOUN", "PROPN", "ADJ", "PUNCT")
_VERBAL = ("VERB", "AUX", "ADV")
_FRONT = 3
"""Up to which word of its sentence an expression stands at the front."""
_OPENED = 6
"""How many words behind an expression and its comma the word may stand that opens a clause set between."""


def rules(view: SentenceView, cues: Cues) -> list[Rule]:
    """The rules that the words of a sentence leave something to say."""
    lower = view.tokens.lower
    found: list[Rule] = [put_off]
    if _BRACKETS[0] in lower:
        found.append(_bracketed)
    if "," in lower:
        found.append(_set_between)
    if lower[0] in cues.fronting:
        found.append(_in_front)
    if not cues.parting.isdisjoint(lower):
        found += [_across, _inside, _behind, _over]
    return found


def _relative(view: SentenceView, i: int, cues: Cues) -> bool:
    """Whether a word begins a clause about the noun before it: "who", and "that" or "which" where a verb follows them."""
    word, tags = view.tokens.lower[i], view.tags
    if word not in cues.things:
        return word in cues.relatives
    return 0 < i < len(tags) - 1 and tags[i - 1] in _BEFORE_RELATIVE and tags[i + 1] in _VERBAL


def parted(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether an expression stands in a relative clause that is over before the trigger: its verb is another one."""
    trigger = view.triggers[k]
    if near.last > trigger:
        return False
    lower = view.tokens.lower
    opener = next((i for i in range(near.first - 1, -1, -1) if _relative(view, i, cues) or lower[i] in cues.marks), -1)
    if opener < 0 or lower[opener] in cues.marks:
        return False
    if any(mark in cues.marks for mark in lower[near.last : trigger]):
        return True
    return any(view.tags[i] == "VERB" and opener < i < near.first for i in view.triggers) and view.tags[trigger] in (
        "VERB",
        "AUX",
    )


def _inside(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether an expression stands in a clause of its own behind the trigger, with a verb before it: "won a prize for the film, which was
    shot *in 2009*", "met for the first time since their leader resigned *on Friday*"."""
    trigger = view.triggers[k]
    lower = view.tokens.lower
    opener = near.first - 1
    while opener > trigger and not (_relative(view, opener, cues) or lower[opener] in cues.ever_since):
        if lower[opener] in cues.marks:
            return False
        opener -= 1
    if opener <= trigger or (lower[opener] not in cues.ever_since and lower[opener - 1] not in cues.marks):
        return False
    if opener == trigger + 2 and view.tags[trigger] != "VERB":
        return False  # "the offensive, which began in June"
    return any(view.tags[i] == "VERB" and opener < i < near.first for i in view.triggers)


def _behind(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether the trigger stands in a clause about a noun, and an expression dates a verb before or behind that clause: "*on Monday* police
    held a man who had attacked a guard", "*on Monday* a man who had attacked a guard was held"."""
    trigger = view.triggers[k]
    if near.last > trigger or view.tags[trigger] != "VERB":
        return False
    opener = trigger - 1
    while opener >= near.last and not _relative(view, opener, cues):
        if view.tokens.lower[opener] in cues.marks:
            return False
        opener -= 1
    if opener <= near.last:
        return False
    held = next((i for i in reversed(view.triggers) if near.last <= i < opener and view.tags[i] == "VERB"), -1)
    if held >= 0:
        return all(word == "," or word not in cues.marks for word in view.tokens.lower[held:opener])
    fronted = near.signal is not None and near.first < _FRONT
    return fronted and any(i > trigger and view.fine[i] in ("VVD", "VVN") for i in view.triggers)


def _across(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether a sentence of its own lies between: "it eased *in July*; nobody commented"."""
    trigger = view.triggers[k]
    low, high = (near.last, trigger) if trigger >= near.last else (trigger, near.first)
    return not cues.borders.isdisjoint(view.tokens.lower[low:high])


def _over(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether the trigger stands in a clause about a noun that is over before the expression, which dates another verb: "the law that
    created the agency, and it opened *on Monday*"."""
    trigger = view.triggers[k]
    lower = view.tokens.lower
    closed = next((i for i in range(trigger + 1, near.first) if lower[i] in cues.marks), -1)
    if closed < 0 or view.tags[trigger] != "VERB":
        return False
    opener = next((i for i in range(trigger - 1, -1, -1) if _relative(view, i, cues) or lower[i] in cues.marks), -1)
    if opener < 0 or lower[opener] in cues.marks:
        return False
    return any(closed < i < near.first and view.fine[i : i + 1] == ["VVD"] for i in view.triggers)


def _set_between(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether the trigger stands in what is set between an expression and the verb that it dates: "*on Monday*, a day after the polls
    closed, they named her"."""
    trigger = view.triggers[k]
    lower = view.tokens.lower
    if near.last >= trigger or lower[near.last] != "," or "," not in lower[trigger:]:
        return False
    opened = next((i for i in range(near.last + 1, min(trigger, near.last + _OPENED)) if (lower[i],) in cues.signals), -1)
    if opened < 0 or cues.signals[(lower[opened],)].bound not in ("from_end", "to_start") or "," in lower[opened:trigger]:
        return False
    closed = lower.index(",", trigger)
    return any(view.tags[i] == "VERB" and i > closed for i in view.triggers)


def _in_front(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether the trigger stands in a clause before the one that an expression dates: "after rebels seized the town, it was shelled *on
    Monday*"."""
    trigger = view.triggers[k]
    lower = view.tokens.lower
    if near.first < trigger or lower[0] not in cues.fronting:
        return False
    closed = next((i for i in range(trigger + 1, near.first) if lower[i] == ","), near.first)
    return any(closed < i < near.first and view.fine[i : i + 1] in (["VVD"], ["VVN"]) for i in view.triggers)


def _bracketed(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether an expression stands in brackets that are about something else: "(1,209 for *2015*)"; a word right before them is dated by
    them ("the siege (*1862*)")."""
    trigger = view.triggers[k]
    lower = view.tokens.lower
    opened = next((i for i in range(near.first - 1, -1, -1) if lower[i] in _BRACKETS), -1)
    if opened < 0 or lower[opened] != _BRACKETS[0]:
        return False
    closed = next((i for i in range(near.last, len(lower)) if lower[i] in _BRACKETS), len(lower))
    return not (opened - 1 <= trigger < closed)


def ahead(view: SentenceView, k: int, cues: Cues) -> bool:
    """Whether mention ``k`` is yet to come: "will leave", "is expected to leave", and what a verb to come takes ("will oversee the vote")."""
    mention = view.mentions[k]
    if mention.tense == "FUTURE" or not k:
        return mention.tense == "FUTURE"
    before = view.mentions[k - 1]
    if mention.tense == "INFINITIVE":
        return mention.status == "planned" and before.tense == "PRESENT"
    between = view.tokens.lower[view.triggers[k - 1] + 1 : view.triggers[k]]
    return mention.tense == "NONE" and len(between) <= _OBJECT and cues.stops.isdisjoint(between) and ahead(view, k - 1, cues)


def at_that_time(view: SentenceView, trigger: int, near: Sequence[Near], cues: Cues) -> list[Near]:
    """The expression that the clause of an event is about: "from 1980 to *2013*, when she abdicated"; none where there is no such clause."""
    lower = view.tokens.lower
    for one in near:
        behind = one.last + (lower[one.last : one.last + 1] == [","])
        if behind >= trigger or lower[behind] not in cues.moment or not cues.marks.isdisjoint(lower[behind:trigger]):
            continue
        if any(other.first > behind for other in near):
            return []  # "last year, when it opened on June 3"
        if not any(view.tags[i] == "VERB" and behind < i < trigger for i in view.triggers):
            return [replace(one, signal=None, timex=replace(one.timex, range_interval=None, range_id=None))]
    return []


def put_off(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether an expression tells until when the trigger puts something off."""
    trigger = view.triggers[k]
    if near.signal is None or near.signal.bound != "to_end" or near.first < trigger:
        return False
    return view.tokens.lower[trigger] in cues.deferring and cues.marks.isdisjoint(view.tokens.lower[trigger : near.first])


def foretold(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether an expression tells when somebody said what mention ``k`` is, which is still to come, or may be: "she said *on Friday* that
    she would go"."""
    mention = view.mentions[k]
    ahead = (
        mention.tense == "FUTURE"
        or mention.modality is not None
        or not cues.future.isdisjoint(view.tokens.lower[max(near.last, view.triggers[k] - 2) : view.triggers[k]])
    )
    if near.last > view.triggers[k] or not ahead:
        return False
    told = zip(view.mentions[:k], view.triggers, strict=False)
    return any(other.event_class == "REPORTING" and place < near.first for other, place in told)
