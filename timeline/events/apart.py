"""Time expressions that do not date an event of their sentence: of a comparison, of another clause, or of a thing.

"The worst attack *since 2008*" does not go on since 2008, in "rebels who seized the town *in 2012* began to leave" nothing but the
seizing was in 2012, "the *11th-century* temple was attacked" in no such century, "a *2012* candidate said" it in another year, and
what fell "to *2004* levels" or "by 5 % from *2014*" did so later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from timeline.events.cues import Cues
from timeline.events.evidence import Near
from timeline.events.view import SentenceView
from timeline.interval import Granularity
from timeline.records import Mention

__all__ = ["heard", "kept", "suspect"]

_REACH = 12
"""How many words before its signal an expression is compared with."""
_SPEECH = 6
"""Words in quotation marks that are what somebody said, not only how something is called."""
_OBJECT = 4
"""How many words after a verb the event that it takes may stand."""
_BRACKETS = ("(", ")")
_AGES = (Granularity.CENTURY, Granularity.MILLENNIUM)
_NOMINAL = ("NOUN", "PROPN", "ADJ")
_VERBAL = ("VERB", "AUX", "ADV")
_FRONT = 3
"""Up to which word of its sentence an expression stands at the front."""
_OPENED = 6
"""How many words behind an expression and its comma the word may stand that opens a clause set between."""
_CHANGE = 6
"""How many words before "from" a change may be told that is counted from the expression."""


def suspect(view: SentenceView, near: Sequence[Near], cues: Cues) -> bool:
    """Whether a sentence needs :func:`kept` at all: few do."""
    if not near:
        return False
    from_start = any(one.signal is not None and one.signal.bound == "from_start" for one in near)
    if from_start or any(one.timex.granularity in _AGES for one in near) or not cues.parting.isdisjoint(view.tokens.lower):
        return True
    lower = view.tokens.lower
    if lower[0] in cues.fronting or any(lower[one.last : one.last + 1] == [","] for one in near):
        return True
    sides = {one.side for one in near}
    if any(one.signal is not None and one.signal.bound == "to_end" for one in near) or (
        "now" in sides and _owned(view, near, cues)
    ):
        return True
    if not sides.isdisjoint(("past", "now")) and any(
        mention.status in ("planned", "possible") or _perfect(mention) for mention in view.mentions
    ):
        return True
    return "future" in sides or any(_noun_behind(view, one) > one.last for one in near)


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


def _parted(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether an expression stands in a relative clause that is over before the trigger: its verb is another one."""
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


def _relative(view: SentenceView, i: int, cues: Cues) -> bool:
    """Whether a word begins a clause about the noun before it: "who", and "that" or "which" where a verb follows them."""
    word, tags = view.tokens.lower[i], view.tags
    if word not in cues.things:
        return word in cues.relatives
    return 0 < i < len(tags) - 1 and tags[i - 1] in (*_NOMINAL, "PUNCT") and tags[i + 1] in _VERBAL


def _inside(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether an expression stands in a clause of its own behind the trigger, with a verb before it: "won a prize for the film, which was
    shot *in 2009*", "met for the first time since their leader resigned *on Friday*"."""
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


def _behind(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether the trigger stands in a clause about a noun, and an expression dates a verb before or behind that clause: "*on Monday* police
    held a man who had attacked a guard", "*on Monday* a man who had attacked a guard was held"."""
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


def _across(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether a sentence of its own lies between: "it eased *in July*; nobody commented"."""
    low, high = (near.last, trigger) if trigger >= near.last else (trigger, near.first)
    return not cues.borders.isdisjoint(view.tokens.lower[low:high])


def _over(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether the trigger stands in a clause about a noun that is over before the expression, which dates another verb: "the law that
    created the agency, and it opened *on Monday*"."""
    lower = view.tokens.lower
    closed = next((i for i in range(trigger + 1, near.first) if lower[i] in cues.marks), -1)
    if closed < 0 or view.tags[trigger] != "VERB":
        return False
    opener = next((i for i in range(trigger - 1, -1, -1) if _relative(view, i, cues) or lower[i] in cues.marks), -1)
    if opener < 0 or lower[opener] in cues.marks:
        return False
    return any(closed < i < near.first and view.fine[i : i + 1] == ["VVD"] for i in view.triggers)


def _of_noun(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether an expression belongs to a noun that the verb takes: "could overturn a decision *in May*" is not in May, and what is learned
    "from the *2014* elections" is learned later."""
    mention, lower = view.mentions[view.triggers.index(trigger)], view.tokens.lower
    if near.signal is None or view.tags[trigger] != "VERB" or near.first < trigger:
        return False
    if near.named and near.signal.word in cues.of_origin:
        return True
    place = next((i for i in range(near.first - 1, -1, -1) if lower[i] not in cues.skip), 0) - 1
    present = mention.tense == "PRESENT" and mention.aspect == "NONE" and view.sentence.kind not in ("title", "caption")
    return (
        present
        and near.side == "past"
        and near.signal.bound == "within"
        and place in view.triggers
        and view.tags[place] == "NOUN"
    )


def _set_between(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether the trigger stands in what is set between an expression and the verb that it dates: "*on Monday*, a day after the polls
    closed, they named her"."""
    lower = view.tokens.lower
    if near.last >= trigger or lower[near.last] != "," or "," not in lower[trigger:]:
        return False
    opened = next((i for i in range(near.last + 1, min(trigger, near.last + _OPENED)) if (lower[i],) in cues.signals), -1)
    if opened < 0 or cues.signals[(lower[opened],)].bound not in ("from_end", "to_start") or "," in lower[opened:trigger]:
        return False
    closed = lower.index(",", trigger)
    return any(view.tags[i] == "VERB" and i > closed for i in view.triggers)


def _in_front(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether the trigger stands in a clause before the one that an expression dates: "after rebels seized the town, it was shelled *on
    Monday*"."""
    lower = view.tokens.lower
    if near.first < trigger or lower[0] not in cues.fronting:
        return False
    closed = next((i for i in range(trigger + 1, near.first) if lower[i] == ","), near.first)
    return any(closed < i < near.first and view.fine[i : i + 1] in (["VVD"], ["VVN"]) for i in view.triggers)


def _age(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether an expression before a noun says how old that is ("the 11th-century temple"), and the trigger is no happening of that
    age ("the 19th-century war")."""
    end = _noun_behind(view, near)
    spoken = near.signal is not None and near.signal.word not in cues.of_things
    if near.timex.granularity not in _AGES or spoken or end == near.last:
        return False
    happening = near.last <= trigger < end and (
        view.tokens.lower[trigger] in cues.happenings or view.triggers.index(trigger) not in view.spare
    )
    return not happening


def _noun_behind(view: SentenceView, near: Near) -> int:
    """The token behind the noun that an expression stands before, with what belongs to it; the end of the expression where none follows."""
    tags = view.tags
    return next((i for i in range(near.last, len(tags)) if tags[i] not in _NOMINAL), len(tags))


def _determiner(view: SentenceView, near: Near, cues: Cues) -> int:
    """The determiner before an expression that stands between it and a noun ("a former *2012* candidate"); -1 where there is none."""
    i = near.first - 1
    while i >= 0 and view.tags[i] in ("ADJ", "ADV"):
        i -= 1
    determined = i >= 0 and (view.tags[i] == "DET" or view.tokens.lower[i] in cues.possessive)
    return i if determined and _noun_behind(view, near) > near.last else -1


def _of_origin(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether an expression tells where the subject comes from: "radicals *from the 1960s* now hold office"."""
    granularity = near.timex.granularity
    if granularity is None or granularity.fineness < Granularity.YEAR.fineness or view.tags[trigger] != "VERB":
        return False
    if near.signal is None or near.signal.word not in cues.of_origin or trigger < near.last:
        return False
    lower, place = view.tokens.lower, near.first - 1
    while place > 0 and lower[place] != near.signal.word:
        place -= 1
    return place > 0 and view.tags[place - 1] in ("NOUN", "PROPN") and cues.marks.isdisjoint(lower[near.last : trigger])


def _of_thing(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether a year only tells one thing from others of its kind ("a *2012* candidate", "by the *2016* team"): no event is in it, and
    nothing written then tells of one ("a *2007* study found", "in a *2008* letter he wrote")."""
    granularity, lower = near.timex.granularity, view.tokens.lower
    if granularity is None or granularity.fineness < Granularity.YEAR.fineness:
        return False
    determiner = _determiner(view, near, cues)
    if determiner < 0:
        behind = range(near.last, _noun_behind(view, near))  # "the emails of 2016 nominee Jo Poe"
        return (
            near.signal is None and near.timex.explicit and any(view.tags[i] == "NOUN" and cues.human[lower[i]] for i in behind)
        )
    before = lower[determiner - 1] if determiner else ""
    if (before,) in cues.signals and before not in cues.of_things:
        return False
    end = _noun_behind(view, near)
    within = (lower[other] for other in view.triggers if near.last <= other < end)
    if any(word in cues.happenings or not cues.human[word] for word in within):
        return False
    told = lower[end - 1] in cues.writings and end <= trigger and all(tag in ("AUX", "ADV") for tag in view.tags[end:trigger])
    return not told


def _measure(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether an expression only says of when a measure is: "to *2004* levels"."""
    lower = view.tokens.lower
    return near.last < len(lower) and lower[near.last] in cues.measures


def _looked_to(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether an expression is only looked at or compared with: "look ahead to *June*", "compared to *2012*"."""
    lower = view.tokens.lower
    place = next((i for i in range(near.first - 1, -1, -1) if lower[i] not in cues.skip), -1)
    return place > 0 and near.signal is not None and lower[place] == near.signal.word and lower[place - 1] in cues.looking


def _today(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether an expression only tells people of now from others: "*today*'s voters"."""
    lower = view.tokens.lower
    if near.side != "now" or lower[near.last : near.last + 1] == [] or lower[near.last] not in cues.possessive:
        return False
    return near.last + 1 < len(lower) and cues.human[lower[near.last + 1]] and lower[near.last + 1] not in cues.happenings


def _counted_from(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether a change is counted from an expression: "up 5 percent *from 2014*", "an increase *from the second quarter*"."""
    if near.signal is None or near.signal.word not in cues.of_origin or near.timex.range_id is not None:
        return False
    return not cues.changes.isdisjoint(view.tokens.lower[max(0, near.first - _CHANGE) : near.first])


def _perfect(mention: Mention) -> bool:
    """ "Has been criticised": what a day, month or year that is over does not go with."""
    return mention.tense == "PRESENT" and mention.aspect == "PERFECTIVE"


def _against_tense(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether the tense of a verb says that an expression before a noun is that of the noun: "has been criticised for the *1990*
    campaign", "launched a *2020* campaign" in 2019."""
    mention, granularity = view.mentions[view.triggers.index(trigger)], near.timex.granularity
    bound = near.signal is not None and near.signal.bound != "within"
    if bound or granularity is None or view.tags[trigger] != "VERB" or _noun_behind(view, near) == near.last:
        return False
    if near.side == "past":
        planned = mention.tense == "INFINITIVE" and mention.status == "planned" and near.timex.explicit
        return planned or (_perfect(mention) and granularity.fineness >= Granularity.YEAR.fineness)
    return near.side == "future" and (mention.tense == "PAST" or _perfect(mention))


def _bracketed(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether an expression stands in brackets that are about something else: "(1,209 for *2015*)"; a word right before them is dated by
    them ("the siege (*1862*)")."""
    lower = view.tokens.lower
    opened = next((i for i in range(near.first - 1, -1, -1) if lower[i] in _BRACKETS), -1)
    if opened < 0 or lower[opened] != _BRACKETS[0]:
        return False
    closed = next((i for i in range(near.last, len(lower)) if lower[i] in _BRACKETS), len(lower))
    return not (opened - 1 <= trigger < closed)


def _ahead(view: SentenceView, k: int, cues: Cues) -> bool:
    """Whether mention ``k`` is yet to come: "will leave", "is expected to leave", and what a verb to come takes ("will oversee the vote")."""
    mention = view.mentions[k]
    if mention.tense == "FUTURE" or not k:
        return mention.tense == "FUTURE"
    before = view.mentions[k - 1]
    if mention.tense == "INFINITIVE":
        return mention.status == "planned" and before.tense == "PRESENT"
    between = view.tokens.lower[view.triggers[k - 1] + 1 : view.triggers[k]]
    return mention.tense == "NONE" and len(between) <= _OBJECT and cues.stops.isdisjoint(between) and _ahead(view, k - 1, cues)


def _at_that_time(view: SentenceView, trigger: int, near: Sequence[Near], cues: Cues) -> list[Near]:
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


def _put_off(view: SentenceView, trigger: int, near: Near, cues: Cues) -> bool:
    """Whether an expression tells until when the trigger puts something off."""
    if near.signal is None or near.signal.bound != "to_end" or near.first < trigger:
        return False
    return view.tokens.lower[trigger] in cues.deferring and cues.marks.isdisjoint(view.tokens.lower[trigger : near.first])


def _foretold(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
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


_APART = (
    _age,
    _of_thing,
    _of_origin,
    _bracketed,
    _set_between,
    _in_front,
    _of_noun,
    _measure,
    _looked_to,
    _today,
    _counted_from,
    _against_tense,
    _put_off,
)
_PARTED = (*_APART, _across, _inside, _behind, _over)
"""Those of sentences of several clauses too."""


def kept(view: SentenceView, trigger: int, near: Sequence[Near], cues: Cues) -> list[Near]:
    """The expressions that may date the event; that of a comparison may date what is told after it: "the worst since 2008, when …".

    What will be was not in the past: "he said *on Friday* that they will leave".
    """
    if not cues.moment.isdisjoint(view.tokens.lower) and (told := _at_that_time(view, trigger, near, cues)):
        return told
    found = []
    place, rules = view.triggers.index(trigger), _APART if cues.parting.isdisjoint(view.tokens.lower) else _PARTED
    ahead = any(one.side == "past" for one in near) and _ahead(view, place, cues)
    for one in near:
        if (
            (ahead and one.side == "past")
            or (one.side in ("past", "now") and _foretold(view, place, one, cues))
            or any(apart(view, trigger, one, cues) for apart in rules)
        ):
            continue
        if _compared(view, one, cues):
            if trigger > one.first:
                found.append(replace(one, signal=None))
        elif not _parted(view, trigger, one, cues):
            off = one.signal is not None and any(
                _put_off(view, other, one, cues) for other in view.triggers
            )  # "the *vote* was put off until June"
            own = one.named and one.signal is not None and one.signal.word in cues.of_origin  # "from the *2014* vote" is of 2014
            found.append(replace(one, signal=None) if off or own else one)
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
