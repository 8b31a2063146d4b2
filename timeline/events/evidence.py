"""What speaks for each way of dating an event, as features for the learned choice (:mod:`timeline.events.anchor`).

An event without an expression of its own may lie on the publication day, before it, after it, or around it without known ends; or one of
the time expressions at hand dates it. Features are small facts written as strings; their hashes are what is weighed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from timeline.events.cues import Cues, Signal, signal_before, span_of
from timeline.events.factuality import Lemma
from timeline.events.view import SentenceView
from timeline.interval import Granularity, Interval, shift
from timeline.records import Timex

__all__ = ["FREE", "Near", "event_facts", "near_facts", "nearby"]

FREE = ("dct", "before", "after", "open", "from_dct", "until_dct")
"""Ways to date an event that need no time expression."""

SAME = 9
"""As ``Near.ago``: the expression dates another mention of the same happening."""

_PERIOD = re.compile(r"(PT?)(\d{1,3})([YMWDH])")
_UNITS = {
    "PY": Granularity.YEAR,
    "PM": Granularity.MONTH,
    "PW": Granularity.WEEK,
    "PD": Granularity.DAY,
    "PTH": Granularity.HOUR,
}


@dataclass(slots=True)
class Near:
    """A time expression that may date the events of a sentence. ``first``/``last`` are tokens of it, ``ago`` how many sentences back."""

    index: int
    timex: Timex
    first: int
    last: int
    signal: Signal | None
    ago: int
    side: str
    """Where its time lies: ``past``, ``now`` (the publication day), ``future``, ``covers`` (the publication day is in it)."""


def _side(timex: Timex, day: datetime | None) -> str:
    interval = timex.interval
    if interval is None or day is None:
        return "none"
    if interval.end is not None and interval.end <= day:
        return "past"
    if interval.start is not None and interval.start > day:
        return "future" if interval.start.date() > day.date() else "now"
    return "now" if interval.day is not None and interval.day == day.date() else "covers"


def nearby(view: SentenceView, timexes: Sequence[Timex], cues: Cues, day: datetime | None, ago: int) -> list[Near]:
    """The dated expressions of a sentence; "the last two weeks" counts as the time up to the publication day."""
    found = []
    for index in view.timexes:
        timex = timexes[index]
        if timex.type == "SET":
            continue
        first, last = span_of(view, timex)
        if timex.interval is None and timex.type == "DURATION" and day is not None:
            timex = _lasting(timex, view.tokens.lower[first:last], cues, day)
        if timex.interval is not None:
            found.append(Near(index, timex, first, last, signal_before(cues, view.tokens, first, last), ago, _side(timex, day)))
    return found


def _lasting(timex: Timex, words: Sequence[str], cues: Cues, day: datetime) -> Timex:
    """A duration that reaches back from the publication day, with the interval that it covers; other durations as they are."""
    parts = _PERIOD.fullmatch(timex.value)
    if parts is None or not any(word in cues.back for word in words):
        return timex
    count, unit = int(parts[2]), _UNITS.get(parts[1] + parts[3])
    if unit is None:
        return timex
    end = day + timedelta(days=1)
    start = shift(day, unit, -count)
    if start.time() != datetime.min.time() or unit is Granularity.HOUR:
        start = datetime(start.year, start.month, start.day)
    return replace(
        timex, interval=Interval(start, end), granularity=unit if unit is not Granularity.HOUR else Granularity.DAY, anchor="dct"
    )


def _bucket(count: int) -> str:
    return str(count) if count < 4 else ("4" if count < 7 else ("7" if count < 12 else "12"))


def event_facts(view: SentenceView, k: int, number: int, quoted: bool, near: Sequence[Near], lemma: Lemma) -> list[str]:
    """Facts about one event (mention ``k`` of the sentence, which is sentence ``number`` of the article)."""
    mention, trigger, tokens = view.mentions[k], view.triggers[k], view.tokens
    base = lemma(tokens.lower[trigger])
    tag = view.fine[trigger] if view.fine else ""
    before = tokens.lower[trigger - 1] if trigger else "<s>"
    earlier = view.mentions[k - 1] if k else None
    later = view.mentions[k + 1] if k + 1 < len(view.mentions) else None
    kind = f"{mention.event_class}|{mention.tense}|{mention.aspect}"
    sides = "+".join(sorted({n.side for n in near})) or "-"
    lead = min(number, 3)
    return [
        "bias",
        f"tense={mention.tense}",
        f"class={mention.event_class}",
        f"kind={kind}",
        f"tense,aspect={mention.tense}|{mention.aspect}|{mention.modality}",
        f"modal={mention.modality}",
        f"negated={mention.polarity}",
        f"status={mention.status}",
        f"status,tag={mention.status}|{tag}",
        f"status,class={mention.status}|{mention.event_class}|{mention.tense}",
        f"lemma={base}",
        f"lemma,tense={base}|{mention.tense}",
        f"tag={tag}",
        f"tag,lead={tag}|{lead}",
        f"kind,lead={mention.event_class}|{mention.tense}|{lead}",
        f"before={before}",
        f"quoted={quoted}|{mention.tense}",
        f"sides={sides}",
        f"sides,tense={sides}|{mention.tense}",
        f"earlier={earlier.event_class if earlier else '-'}|{earlier.tense if earlier else '-'}|{mention.tense}",
        f"later={later.event_class if later else '-'}|{later.tense if later else '-'}|{mention.tense}",
        f"first={k == 0}|{tag}",
        f"governs={_governing(view, k)}|{mention.tense}",
    ]


def _governing(view: SentenceView, k: int) -> str:
    """The conjunction that opens the trigger's clause, if one stands near."""
    lower, trigger = view.tokens.lower, view.triggers[k]
    floor = view.triggers[k - 1] if k else -1
    for i in range(trigger - 1, max(floor, trigger - 8), -1):
        if lower[i] in (
            "after",
            "before",
            "when",
            "while",
            "if",
            "since",
            "as",
            "until",
            "that",
            "who",
            "which",
            "because",
            "and",
            "but",
        ):
            return lower[i]
    return "-"


def near_facts(view: SentenceView, k: int, near: Near, all_near: Sequence[Near], cues: Cues) -> list[str]:
    """Facts about one event and one expression that may date it."""
    mention, trigger = view.mentions[k], view.triggers[k]
    tag = view.fine[trigger] if view.fine else ""
    signal = near.signal.word if near.signal else "-"
    bound = near.signal.bound if near.signal else "-"
    fixed = [
        "timex",
        f"t.gran={near.timex.granularity}|{near.timex.type}",
        f"t.side,tense={near.side}|{mention.tense}|{mention.aspect}",
        f"t.side,class={near.side}|{mention.event_class}",
        f"t.side,status={near.side}|{mention.status}",
        f"t.bound={bound}",
        f"t.ago={near.ago}",
        f"t.class={mention.event_class}|{near.ago}",
    ]
    if near.ago:
        return [
            *fixed,
            f"t.ago,side={near.ago}|{near.side}|{mention.tense}",
            f"t.ago,gran={near.ago}|{near.timex.granularity}",
            f"t.ago,tag={near.ago}|{tag}",
        ]
    ahead = trigger >= near.last
    low, high = (near.last, trigger) if ahead else (trigger + 1, near.first)
    lower = view.tokens.lower
    between = lower[max(0, low) : high]
    commas = sum(word == "," for word in between)
    stops = sum(word in cues.stops for word in between)
    triggers = sum(low <= t < high for t in view.triggers)
    verbs = sum(low <= t < high and bool(view.fine) and view.fine[t].startswith("V") for t in view.triggers)
    inside = near.first <= trigger < near.last
    where = "in" if inside else ("before" if ahead else "after")
    others = sum(low <= other.first < high for other in all_near if other is not near and not other.ago)
    possessive = near.last < len(lower) and lower[near.last] in cues.possessive
    opening = near.first <= 2
    return [
        *fixed,
        f"t.where={where}|{min(triggers, 3)}|{min(commas, 2)}",
        f"t.where,verbs={where}|{min(verbs, 3)}|{tag}",
        f"t.distance={where}|{_bucket(high - low)}",
        f"t.distance,tag={where}|{_bucket(high - low)}|{tag}",
        f"t.stops={where}|{min(stops, 3)}",
        f"t.others={where}|{min(others, 2)}|{min(len(all_near), 3)}",
        f"t.signal={signal}|{where}|{min(triggers, 2)}",
        f"t.signal,class={signal}|{mention.event_class}",
        f"t.possessive={possessive}|{where}|{_bucket(high - low)}|{tag[:1]}",
        f"t.opening={opening}|{where}|{min(verbs, 2)}",
        f"t.reporting={mention.event_class == 'REPORTING'}|{where}|{min(triggers, 2)}|{near.side}",
        f"t.next={'-' if not between else between[0]}",
        f"t.bound,tag={bound}|{tag}",
    ]
