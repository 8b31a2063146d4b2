"""What speaks for each way of dating an event, as features for the learned choice (:mod:`timeline.events.choice`).

Facts are small strings; what is weighed is their hashes. They come in groups: the facts of a group follow from the few things that it is
asked for, so a group is made once, remembered, and weighed as one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from timeline.events.cues import Cues
from timeline.events.evidence import Near
from timeline.events.lexicon import Lexicon
from timeline.events.view import SentenceView

__all__ = ["Facts", "Standing", "event_facts", "near_facts"]

Facts: TypeAlias = list[str]
"""Groups of facts, each on a line of its own: a text remembers its hash, by which its weights are found."""

_GROUPS = 50_000
_REACH = 4
"""How many words before and behind an event may tell of its time."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a sentence stands: which of how many it is, counted from 0."""

    number: int
    total: int

    @property
    def fifth(self) -> int:
        """The fifth of the article that it stands in."""
        return self.number * 5 // max(1, self.total)


def _lines(*facts: str) -> str:
    return "\n".join(facts)


def event_facts(
    view: SentenceView, k: int, standing: Standing, quoted: bool, near: Sequence[Near], cues: Cues, lexicon: Lexicon
) -> Facts:
    """Facts about one event, mention ``k`` of the sentence."""
    mention, trigger, lower = view.mentions[k], view.triggers[k], view.tokens.lower
    tag = view.fine[trigger] if view.fine else ""
    word, tense, event_class = lower[trigger], mention.tense, mention.event_class
    earlier = view.mentions[k - 1] if k else None
    later = view.mentions[k + 1] if k + 1 < len(view.mentions) else None
    sides = "+".join(sorted({n.side for n in near})) if near else "-"
    beside = lower[max(0, trigger - _REACH) : trigger + _REACH]
    return [
        _kind(event_class, tense, mention.aspect, mention.modality, mention.polarity, mention.status, tag),
        _word(lexicon.lemma(word), lexicon.cluster(word), tense),
        _place(min(standing.number, 8), standing.fifth, min(standing.total // 8, 5), view.sentence.kind, tag, tense, event_class),
        _around(quoted, sides, tense),
        _beside("earlier", earlier.event_class if earlier else "-", earlier.tense if earlier else "-", tense),
        _beside("later", later.event_class if later else "-", later.tense if later else "-", tense),
        f"first={k == 0}|{tag}",
        f"governs={_governing(view, k, cues)}|{tense}",
        *_window(lower, view.fine, trigger),
        *_governor(view, k, cues, lexicon),
        *(() if cues.when.isdisjoint(beside) else [f"when={word}" for word in beside if word in cues.when]),
    ]


@lru_cache(_GROUPS)
def _kind(event_class: str, tense: str, aspect: str, modality: str | None, polarity: str, status: str, tag: str) -> str:
    return _lines(
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
    )


@lru_cache(_GROUPS)
def _word(base: str, cluster: int, tense: str) -> str:
    """The base form and the cluster of the trigger, from coarse to fine; its lowest bits are the top of the tree."""
    clusters = (f"c{bits}={cluster & ((1 << bits) - 1)}|{tense}" for bits in (4, 6, 8, 10))
    return _lines(f"lemma={base}", f"lemma,tense={base}|{tense}", *clusters, f"c12={cluster & 4095}")


@lru_cache(_GROUPS)
def _place(number: int, fifth: int, length: int, block: str, tag: str, tense: str, event_class: str) -> str:
    lead = min(number, 3)
    return _lines(
        f"tag,lead={tag}|{lead}",
        f"kind,lead={event_class}|{tense}|{lead}",
        f"block={block}",
        f"fifth={fifth}|{tense}",
        f"number={number}",
        f"length={length}|{tense}",
    )


@lru_cache(_GROUPS)
def _around(quoted: bool, sides: str, tense: str) -> str:
    return _lines(f"quoted={quoted}|{tense}", f"sides={sides}", f"sides,tense={sides}|{tense}")


@lru_cache(_GROUPS)
def _beside(where: str, event_class: str, tense: str, own: str) -> str:
    return f"{where}={event_class}|{tense}|{own}"


def _window(lower: Sequence[str], fine: Sequence[str], trigger: int) -> Facts:
    """The words around the trigger and their classes."""
    second, before, _, behind, next_ = _around_token(lower, trigger, 3)
    tags = _around_token(fine, trigger, 2)
    return [
        f"w-2={second}",
        f"w-1={before}\nw-1,t={before}|{tags[2]}",
        f"w+1={behind}",
        f"w+2={next_}",
        _tags(*tags),
    ]


def _around_token(values: Sequence[str], place: int, behind: int) -> Sequence[str]:
    """``values`` from two before a place to ``behind - 1`` behind it, ``<s>`` where there are none."""
    if 2 <= place <= len(values) - behind:
        return values[place - 2 : place + behind]
    return [values[i] if 0 <= i < len(values) else "<s>" for i in range(place - 2, place + behind)]


@lru_cache(_GROUPS)
def _tags(second: str, before: str, own: str, behind: str) -> str:
    return _lines(f"t-1={before}|{own}", f"t-2={second}|{before}|{own}", f"t+1={own}|{behind}")


def _governor(view: SentenceView, k: int, cues: Cues, lexicon: Lexicon) -> Facts:
    """The verb before an event that may govern it, and whether a clause ends between them."""
    fine, trigger = view.fine, view.triggers[k]
    if not fine:
        return []
    for j in range(k - 1, -1, -1):
        place = view.triggers[j]
        if fine[place][:1] == "V":
            break
    else:
        return [f"gov=none|{fine[trigger]}"]
    governor, between = view.mentions[j], view.tokens.lower[place + 1 : trigger]
    parted = "," in between or not cues.stops.isdisjoint(between)
    return [
        _lines(
            f"gov={governor.event_class}|{governor.tense}|{fine[trigger]}|{parted}",
            f"gov,lemma={lexicon.lemma(view.tokens.lower[place])}|{fine[trigger][:2]}|{parted}",
            f"gov,tense={governor.tense}|{governor.modality}|{fine[trigger]}|{min(trigger - place, 4)}",
        )
    ]


def _governing(view: SentenceView, k: int, cues: Cues) -> str:
    """The conjunction that opens the trigger's clause, if one stands near."""
    lower, trigger = view.tokens.lower, view.triggers[k]
    floor = view.triggers[k - 1] if k else -1
    first = max(floor, trigger - 8) + 1
    if cues.opening.isdisjoint(lower[first:trigger]):
        return "-"
    for i in range(trigger - 1, first - 1, -1):
        if lower[i] in cues.opening:
            return lower[i]
    return "-"


# -- one expression that may date one event


def near_facts(view: SentenceView, k: int, near: Near, all_near: Sequence[Near], cues: Cues) -> Facts:
    """Facts about one event and one expression that may date it."""
    mention, trigger = view.mentions[k], view.triggers[k]
    tag = view.fine[trigger] if view.fine else ""
    bound = near.signal.bound if near.signal else "-"
    fixed = _fixed(
        str(near.timex.granularity), near.timex.type, near.side, near.ago, bound,
        mention.event_class, mention.tense, mention.aspect, mention.status,
    )  # fmt: skip
    if near.ago:
        return [fixed, _ago(near.ago, near.side, str(near.timex.granularity), mention.tense, tag)]
    lower = view.tokens.lower
    ahead = trigger >= near.last
    low, high = (max(0, near.last), trigger) if ahead else (trigger + 1, near.first)
    between = lower[low:high]
    triggers = view.triggers[bisect_left(view.triggers, low) : bisect_left(view.triggers, high)]
    verbs = min(sum([view.fine[t][:1] == "V" for t in triggers]) if triggers and view.fine else 0, 3)
    inside = near.first <= trigger < near.last
    where = "in" if inside else ("before" if ahead else "after")
    others = sum([low <= other.first < high for other in all_near if other is not near and not other.ago])
    stops = 0 if cues.stops.isdisjoint(between) else sum(map(cues.stops.__contains__, between))
    possessive = near.last < len(lower) and lower[near.last] in cues.possessive
    told = min(len(triggers), 3)
    return [
        fixed,
        _way(where, told, min(between.count(","), 2), verbs, _bucket(high - low), tag),
        _lines(f"t.stops={where}|{min(stops, 3)}", f"t.others={where}|{min(others, 2)}|{min(len(all_near), 3)}"),
        _signal(near.signal.word if near.signal else "-", bound, where, told, mention.event_class, near.side, tag),
        _lines(
            f"t.possessive={possessive}|{where}|{_bucket(high - low)}|{tag[:1]}",
            f"t.opening={near.first <= 2}|{where}|{min(verbs, 2)}",
        ),
        f"t.next={between[0] if between else '-'}",
    ]


def _bucket(count: int) -> str:
    return str(count) if count < 4 else ("4" if count < 7 else ("7" if count < 12 else "12"))


@lru_cache(_GROUPS)
def _fixed(
    granularity: str, kind: str, side: str, ago: int, bound: str, event_class: str, tense: str, aspect: str, status: str
) -> str:
    return _lines(
        "timex",
        f"t.gran={granularity}|{kind}",
        f"t.side,tense={side}|{tense}|{aspect}",
        f"t.side,class={side}|{event_class}",
        f"t.side,status={side}|{status}",
        f"t.bound={bound}",
        f"t.ago={ago}",
        f"t.class={event_class}|{ago}",
    )


@lru_cache(_GROUPS)
def _ago(ago: int, side: str, granularity: str, tense: str, tag: str) -> str:
    return _lines(f"t.ago,side={ago}|{side}|{tense}", f"t.ago,gran={ago}|{granularity}", f"t.ago,tag={ago}|{tag}")


@lru_cache(_GROUPS)
def _way(where: str, triggers: int, commas: int, verbs: int, bucket: str, tag: str) -> str:
    """What lies between event and expression."""
    return _lines(
        f"t.where={where}|{triggers}|{commas}",
        f"t.where,verbs={where}|{verbs}|{tag}",
        f"t.distance={where}|{bucket}",
        f"t.distance,tag={where}|{bucket}|{tag}",
    )


@lru_cache(_GROUPS)
def _signal(word: str, bound: str, where: str, triggers: int, event_class: str, side: str, tag: str) -> str:
    return _lines(
        f"t.signal={word}|{where}|{min(triggers, 2)}",
        f"t.signal,class={word}|{event_class}",
        f"t.reporting={event_class == 'REPORTING'}|{where}|{min(triggers, 2)}|{side}",
        f"t.bound,tag={bound}|{tag}",
    )
