"""Time expressions that are said of a thing, not of what happens to it: "the *11th-century* temple", "a *2012* candidate", "to *2004* levels",
"by 5 % from *2014*", "*today*'s voters".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from timeline.events.cues import Cues
from timeline.events.evidence import Near
from timeline.events.view import SentenceView
from timeline.interval import Granularity
from timeline.records import Mention

__all__ = ["AGES", "Rule", "idle", "named_happening", "noun_behind", "perfect", "rules"]

AGES = (Granularity.CENTURY, Granularity.MILLENNIUM)
_NOMINAL = ("NOUN", "PROPN", "ADJ")
_CHANGE = 6
"""How many words before "from" a change may be told that is counted from the expression."""


def idle(view: SentenceView, near: Near, cues: Cues) -> bool:
    """Whether an expression dates no event of its sentence at all."""
    return any(rule(view, near, cues) for rule in (_measure, _looked_to, _today, _counted_from))


def _measure(view: SentenceView, near: Near, cues: Cues) -> bool:
    """Whether an expression only says of when a measure is: "to *2004* levels"."""
    lower = view.tokens.lower
    return near.last < len(lower) and lower[near.last] in cues.measures


def _looked_to(view: SentenceView, near: Near, cues: Cues) -> bool:
    """Whether an expression is only looked at or compared with: "look ahead to *June*", "compared to *2012*"."""
    lower = view.tokens.lower
    place = next((i for i in range(near.first - 1, -1, -1) if lower[i] not in cues.skip), -1)
    words = near.signal.word.split() if near.signal is not None else []
    first = place - len(words) + 1
    return bool(words) and first > 0 and lower[first : place + 1] == words and lower[first - 1] in cues.looking


def _today(view: SentenceView, near: Near, cues: Cues) -> bool:
    """Whether an expression only tells people of now from others: "*today*'s voters"."""
    lower = view.tokens.lower
    if near.side != "now" or lower[near.last : near.last + 1] == [] or lower[near.last] not in cues.possessive:
        return False
    return near.last + 1 < len(lower) and cues.human[lower[near.last + 1]] and lower[near.last + 1] not in cues.happenings


def _counted_from(view: SentenceView, near: Near, cues: Cues) -> bool:
    """Whether a change is counted from an expression: "up 5 percent *from 2014*", "an increase *from the second quarter*"."""
    if near.signal is None or near.signal.word not in cues.of_origin or near.timex.range_id is not None:
        return False
    return not cues.changes.isdisjoint(view.tokens.lower[max(0, near.first - _CHANGE) : near.first])


def _age(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether an expression before a noun says how old that is ("the 11th-century temple"), and the trigger is no happening of that
    age ("the 19th-century war")."""
    if near.signal is not None and near.signal.word not in cues.of_things:
        return False
    trigger, end = view.triggers[k], noun_behind(view, near)
    if end == near.last:
        return False
    happening = near.last <= trigger < end and (view.tokens.lower[trigger] in cues.happenings or k not in view.spare)
    return not happening


def noun_behind(view: SentenceView, near: Near) -> int:
    """The token behind the noun that an expression stands before, with what belongs to it; the end of the expression where none follows."""
    tags = view.tags
    return next((i for i in range(near.last, len(tags)) if tags[i] not in _NOMINAL), len(tags))


def named_happening(view: SentenceView, near: Near) -> range:
    """The tokens of the noun behind an expression, where that names an event: "the 2006 *war*", "Tuesday's *expected vote*"."""
    first, end = near.noun
    named = end > first and view.tags[end - 1] in ("NOUN", "PROPN") and end - 1 in view.triggers
    return range(first, end) if named else range(0)


def _spoken_of(view: SentenceView, near: Near, cues: Cues) -> bool:
    """Whether the word before an expression and its noun only speaks of that."""
    i = near.first - 1
    while i > 0 and view.tags[i] in ("DET", "ADJ", "ADV"):
        i -= 1
    return i >= 0 and view.tokens.lower[i] in cues.about


def _by_the_way(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether an expression stands before a happening that is only spoken of: "a conflict like the *2006* war", "heading into *Tuesday*'s
    vote". Nothing else was then."""
    return view.triggers[k] not in named_happening(view, near)


def _determiner(view: SentenceView, near: Near, cues: Cues) -> int:
    """The determiner before an expression that stands between it and a noun ("a former *2012* candidate"); -1 where there is none."""
    i = near.first - 1
    while i >= 0 and view.tags[i] in ("ADJ", "ADV"):
        i -= 1
    determined = i >= 0 and (view.tags[i] == "DET" or view.tokens.lower[i] in cues.possessive)
    return i if determined and noun_behind(view, near) > near.last else -1


def _of_origin(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether an expression tells where the subject comes from: "radicals *from the 1960s* now hold office"."""
    trigger = view.triggers[k]
    if near.signal is None or near.signal.word not in cues.of_origin or trigger < near.last or view.tags[trigger] != "VERB":
        return False
    lower, place = view.tokens.lower, near.first - 1
    while place > 0 and lower[place] != near.signal.word:
        place -= 1
    return place > 0 and view.tags[place - 1] in ("NOUN", "PROPN") and cues.marks.isdisjoint(lower[near.last : trigger])


def _of_thing(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether a year only tells one thing from others of its kind ("a *2012* candidate", "by the *2016* team"): no event is in it, and
    nothing written then tells of one ("a *2007* study found", "in a *2008* letter he wrote")."""
    trigger, lower = view.triggers[k], view.tokens.lower
    determiner = _determiner(view, near, cues)
    if determiner < 0:
        behind = range(near.last, noun_behind(view, near))  # "the emails of 2016 nominee Jo Poe"
        return (
            near.signal is None and near.timex.explicit and any(view.tags[i] == "NOUN" and cues.human[lower[i]] for i in behind)
        )
    before = lower[determiner - 1] if determiner else ""
    if (before,) in cues.signals and before not in cues.of_things:
        return False
    end = noun_behind(view, near)
    within = (lower[other] for other in view.triggers if near.last <= other < end)
    if any(word in cues.happenings or not cues.human[word] for word in within):
        return False
    told = lower[end - 1] in cues.writings and end <= trigger and all(tag in ("AUX", "ADV") for tag in view.tags[end:trigger])
    return not told


def _of_noun(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether an expression belongs to a noun that the verb takes: "could overturn a decision *in May*" is not in May, and what is learned
    "from the *2014* elections" is learned later."""
    trigger = view.triggers[k]
    mention, lower = view.mentions[k], view.tokens.lower
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


def perfect(mention: Mention) -> bool:
    """ "Has been criticised": what a day, month or year that is over does not go with."""
    return mention.tense == "PRESENT" and mention.aspect == "PERFECTIVE"


def _against_tense(view: SentenceView, k: int, near: Near, cues: Cues) -> bool:
    """Whether the tense of a verb says that an expression before a noun is that of the noun: "has been criticised for the *1990*
    campaign", "launched a *2020* campaign" in 2019."""
    mention = view.mentions[k]
    if (near.signal is not None and near.signal.bound != "within") or view.tags[view.triggers[k]] != "VERB":
        return False
    if near.side == "past":
        planned = mention.tense == "INFINITIVE" and mention.status == "planned" and near.timex.explicit
        return planned or (perfect(mention) and _year_or_more(near))
    return near.side == "future" and (mention.tense == "PAST" or perfect(mention))


Rule: TypeAlias = Callable[[SentenceView, int, Near, Cues], bool]
"""Whether an expression is apart from event ``k`` of its sentence."""


def rules(view: SentenceView, near: Near, cues: Cues) -> list[Rule]:
    """The rules about things that an expression leaves something to say."""
    found: list[Rule] = []
    if near.signal is not None:
        found.append(_of_noun)
    if _year_or_more(near):
        found += [_of_thing, _of_origin]
    if near.timex.granularity in AGES:
        found.append(_age)
    if near.timex.granularity is not None and noun_behind(view, near) > near.last:
        found.append(_against_tense)
    if named_happening(view, near) and _spoken_of(view, near, cues):
        found.append(_by_the_way)
    return found


def _year_or_more(near: Near) -> bool:
    granularity = near.timex.granularity
    return granularity is not None and granularity.fineness >= Granularity.YEAR.fineness
