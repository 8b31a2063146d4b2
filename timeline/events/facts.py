"""What speaks for each way of dating an event, as features for the learned choice (:mod:`timeline.events.choice`).

Facts are small strings; what is weighed is their hashes. They come in groups: the facts of a group follow from a few values, so a group is told
by these, and spelt out only where it has not been weighed before.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from timeline.events.cues import Cues
from timeline.events.evidence import Near
from timeline.events.lexicon import Lexicon
from timeline.events.view import SentenceView

__all__ = ["Facts", "Group", "Standing", "event_facts", "near_facts", "spelt"]

Group: TypeAlias = tuple[Any, ...]
"""A function of this module and the values from which it spells the facts: equal groups weigh the same."""
Facts: TypeAlias = list[Group]

_REACH = 4
"""How many words before and behind an event may tell of its time."""
_BORDER = ["<s>", "<s>"]
"""What stands before and behind a sentence."""


def spelt(group: Group) -> list[str]:
    """The facts of a group."""
    spell, *values = group
    facts: list[str] = spell(*values)
    return facts


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a sentence stands: which of how many it is, counted from 0."""

    number: int
    total: int

    @property
    def fifth(self) -> int:
        """The fifth of the article that it stands in."""
        return self.number * 5 // max(1, self.total)


def event_facts(
    view: SentenceView, standing: Standing, quoted: Sequence[bool], near: Sequence[Near], cues: Cues, lexicon: Lexicon
) -> list[Facts]:
    """Facts about each event of a sentence; ``near`` are the expressions that stand in it."""
    lower, fine, mentions, block = view.tokens.lower, view.fine, view.mentions, view.sentence.kind
    words = [*_BORDER, *lower, *_BORDER]
    tags = [*_BORDER, *fine, *_BORDER] if fine else ["<s>"] * len(words)
    sides = "+".join(sorted({one.side for one in near})) if near else "-"
    number, fifth, length = min(standing.number, 8), standing.fifth, min(standing.total // 8, 5)
    lead = min(number, 3)
    timed = not cues.when.isdisjoint(lower)
    kinds = [("-", "-"), *[(mention.event_class, mention.tense) for mention in mentions], ("-", "-")]
    found: list[Facts] = []
    before, verb = -1, None
    for k, (mention, trigger) in enumerate(zip(mentions, view.triggers, strict=True)):
        tag = fine[trigger] if fine else ""
        event_class, tense = kinds[k + 1]
        second, previous, word, behind, following = words[trigger : trigger + 5]
        facts: Facts = [
            (_kind, event_class, tense, mention.aspect, mention.modality, mention.polarity, mention.status, tag, k == 0, lead),
            (_word, *lexicon.look(word, word), tense),
            (_place, number, fifth, length, block, tense),
            (_around, quoted[trigger], sides, _opening(lower, before, trigger, cues), tense),
            (_beside, *kinds[k], *kinds[k + 2], tense),
            (_second, second),
            (_previous, previous, tag),
            (_behind, behind),
            (_following, following),
            (_tags, *tags[trigger : trigger + 4]),
        ]
        if fine:
            facts.append((_free, tag) if verb is None else _governor(view, verb, trigger, cues, lexicon))
            verb = k if tag[:1] == "V" else verb
        if timed:
            beside = lower[max(0, trigger - _REACH) : trigger + _REACH]
            facts += [(_when, said) for said in beside if said in cues.when]
        found.append(facts)
        before = trigger
    return found


def _kind(
    event_class: str,
    tense: str,
    aspect: str,
    modality: str | None,
    polarity: str,
    status: str,
    tag: str,
    first: bool,
    lead: int,
) -> list[str]:
    return [
        "bias",
        f"tense={tense}",
        f"class={event_class}",
        f"kind={event_class}|{tense}|{aspect}",
        f"tense,aspect={tense}|{aspect}|{modality}",
        f"modal={modality}",
        f"negated={polarity}",
        f"status={status}",
        f"status,tag={status}|{tag}",
        f"status,class={status}|{event_class}|{tense}",
        f"tag={tag}",
        f"first={first}|{tag}",
        f"tag,lead={tag}|{lead}",
        f"kind,lead={event_class}|{tense}|{lead}",
    ]


def _word(base: str, cluster: int, tense: str) -> list[str]:
    """The base form and the cluster of the trigger, from coarse to fine; its lowest bits are the top of the tree."""
    clusters = (f"c{bits}={cluster & ((1 << bits) - 1)}|{tense}" for bits in (4, 6, 8, 10))
    return [f"lemma={base}", f"lemma,tense={base}|{tense}", *clusters, f"c12={cluster & 4095}"]


def _place(number: int, fifth: int, length: int, block: str, tense: str) -> list[str]:
    return [f"block={block}", f"fifth={fifth}|{tense}", f"number={number}", f"length={length}|{tense}"]


def _around(quoted: bool, sides: str, opening: str, tense: str) -> list[str]:
    return [f"quoted={quoted}|{tense}", f"sides={sides}", f"sides,tense={sides}|{tense}", f"governs={opening}|{tense}"]


def _beside(earlier_class: str, earlier_tense: str, later_class: str, later_tense: str, own: str) -> list[str]:
    return [f"earlier={earlier_class}|{earlier_tense}|{own}", f"later={later_class}|{later_tense}|{own}"]


def _second(word: str) -> list[str]:
    return [f"w-2={word}"]


def _previous(word: str, tag: str) -> list[str]:
    return [f"w-1={word}", f"w-1,t={word}|{tag or '<s>'}"]


def _behind(word: str) -> list[str]:
    return [f"w+1={word}"]


def _following(word: str) -> list[str]:
    return [f"w+2={word}"]


def _tags(second: str, before: str, own: str, behind: str) -> list[str]:
    return [f"t-1={before}|{own}", f"t-2={second}|{before}|{own}", f"t+1={own}|{behind}"]


def _when(word: str) -> list[str]:
    return [f"when={word}"]


def _free(tag: str) -> list[str]:
    return [f"gov=none|{tag}"]


def _governor(view: SentenceView, verb: int, trigger: int, cues: Cues, lexicon: Lexicon) -> Group:
    """The verb before an event that may govern it, and whether a clause ends between them."""
    governor, place, lower = view.mentions[verb], view.triggers[verb], view.tokens.lower
    between = lower[place + 1 : trigger]
    parted = "," in between or not cues.stops.isdisjoint(between)
    kind = governor.event_class, governor.tense, governor.modality, lexicon.lemma(lower[place])
    return (_governed, *kind, view.fine[trigger], parted, min(trigger - place, 4))


def _governed(event_class: str, tense: str, modality: str | None, base: str, tag: str, parted: bool, distance: int) -> list[str]:
    return [
        f"gov={event_class}|{tense}|{tag}|{parted}",
        f"gov,lemma={base}|{tag[:2]}|{parted}",
        f"gov,tense={tense}|{modality}|{tag}|{distance}",
    ]


def _opening(lower: Sequence[str], before: int, trigger: int, cues: Cues) -> str:
    """The conjunction that opens the trigger's clause, if one stands near, behind the trigger ``before`` it."""
    first = max(before, trigger - 8) + 1
    if cues.opening.isdisjoint(lower[first:trigger]):
        return "-"
    return next(lower[i] for i in range(trigger - 1, first - 1, -1) if lower[i] in cues.opening)


# -- one expression that may date one event


def near_facts(view: SentenceView, k: int, near: Near, all_near: Sequence[Near], cues: Cues) -> Facts:
    """Facts about one event and one expression that may date it."""
    mention, trigger = view.mentions[k], view.triggers[k]
    tag = view.fine[trigger] if view.fine else ""
    side, signal, granularity = near.side, near.signal, near.timex.granularity
    word, bound = (signal.word, signal.bound) if signal else ("-", "-")
    event_class, tense = mention.event_class, mention.tense
    expression = granularity, near.timex.type, side, near.ago, bound
    fixed = (_expression, *expression, event_class, tense, mention.aspect, mention.status)
    if near.ago:
        return [fixed, (_ago, near.ago, side, granularity, tense, tag)]
    lower = view.tokens.lower
    ahead = trigger >= near.last
    low, high = (max(0, near.last), trigger) if ahead else (trigger + 1, near.first)
    between = lower[low:high]
    triggers = view.triggers[bisect_left(view.triggers, low) : bisect_left(view.triggers, high)]
    verbs = min(sum([view.fine[t][:1] == "V" for t in triggers]) if triggers and view.fine else 0, 3)
    where = "in" if near.first <= trigger < near.last else ("before" if ahead else "after")
    others = sum([low <= other.first < high for other in all_near if other is not near and not other.ago])
    stops = 0 if cues.stops.isdisjoint(between) else sum(map(cues.stops.__contains__, between))
    possessive = near.last < len(lower) and lower[near.last] in cues.possessive
    told, bucket = min(len(triggers), 3), _bucket(high - low)
    return [
        fixed,
        (_way, where, told, min(between.count(","), 2), verbs, bucket, tag),
        (_signal, word, bound, where, min(told, 2), event_class, side, tag),
        (
            _form,
            where,
            min(stops, 3),
            min(others, 2),
            min(len(all_near), 3),
            possessive,
            bucket,
            tag[:1],
            near.first <= 2,
            min(verbs, 2),
        ),
        (_next, between[0] if between else "-"),
        _owner_of(near, trigger, lower),
    ]


def _bucket(count: int) -> int:
    return count if count < 4 else (4 if count < 7 else (7 if count < 12 else 12))


def _expression(
    granularity: str | None, kind: str, side: str, ago: int, bound: str, event_class: str, tense: str, aspect: str, status: str
) -> list[str]:
    return [
        "timex",
        f"t.gran={granularity}|{kind}",
        f"t.side,tense={side}|{tense}|{aspect}",
        f"t.side,class={side}|{event_class}",
        f"t.side,status={side}|{status}",
        f"t.bound={bound}",
        f"t.ago={ago}",
        f"t.class={event_class}|{ago}",
    ]


def _ago(ago: int, side: str, granularity: str | None, tense: str, tag: str) -> list[str]:
    return [f"t.ago,side={ago}|{side}|{tense}", f"t.ago,gran={ago}|{granularity}", f"t.ago,tag={ago}|{tag}"]


def _way(where: str, triggers: int, commas: int, verbs: int, bucket: int, tag: str) -> list[str]:
    """What lies between event and expression."""
    return [
        f"t.where={where}|{triggers}|{commas}",
        f"t.where,verbs={where}|{verbs}|{tag}",
        f"t.distance={where}|{bucket}",
        f"t.distance,tag={where}|{bucket}|{tag}",
    ]


def _signal(word: str, bound: str, where: str, triggers: int, event_class: str, side: str, tag: str) -> list[str]:
    return [
        f"t.signal={word}|{where}|{triggers}",
        f"t.signal,class={word}|{event_class}",
        f"t.reporting={event_class == 'REPORTING'}|{where}|{triggers}|{side}",
        f"t.bound,tag={bound}|{tag}",
    ]


def _form(
    where: str, stops: int, others: int, expressions: int, possessive: bool, bucket: int, tag: str, opening: bool, verbs: int
) -> list[str]:
    return [
        f"t.stops={where}|{stops}",
        f"t.others={where}|{others}|{expressions}",
        f"t.possessive={possessive}|{where}|{bucket}|{tag}",
        f"t.opening={opening}|{where}|{verbs}",
    ]


def _owner_of(near: Near, trigger: int, lower: Sequence[str]) -> Group:
    """Whether an event is the noun that an expression stands before ("*Tuesday*'s expected vote") or part of it, and the word before both."""
    first, end = near.noun
    if first == end:
        return _owner, "none", "-"
    place = "head" if trigger == end - 1 else ("part" if first <= trigger < end else "other")
    return _owner, f"{place}{end - first > 1}{first > near.last}", lower[near.first - 1] if near.first else "<s>"


def _owner(place: str, before: str) -> list[str]:
    return [f"t.owner={place}", f"t.owner,before={place}|{before}"]


def _next(word: str) -> list[str]:
    return [f"t.next={word}"]
