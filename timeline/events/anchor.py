"""When each event was: the time expression that dates it, or what tense and story allow.

Every way to date an event (:mod:`timeline.events.evidence`) is weighed by a small learned choice; signal words then make a bound or an
extent of the chosen expression. A language without the learned choice takes the nearest expression of the sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice

from timeline.events.apart import Apart, heard, suspect
from timeline.events.choice import Choice, best_way
from timeline.events.cues import Cues, quoted_spans
from timeline.events.dating import date
from timeline.events.evidence import SAME, Near, nearby
from timeline.events.facts import Standing, event_facts, near_facts
from timeline.events.factuality import Lemma
from timeline.events.grounding import adopt, keep
from timeline.events.lexicon import Lexicon
from timeline.events.option import Option, Way
from timeline.events.read import Read
from timeline.events.view import SentenceView
from timeline.records import Timex

__all__ = ["anchor", "options", "retell"]

_BACK = 2
"""How many sentences back an expression may date an event."""
_STEM = 5
"""Letters that two words for one happening share."""
_COMPARED = 5
"""Words before "since" among which a superlative stands that it belongs to."""


def options(
    views: Sequence[SentenceView], timexes: Sequence[Timex], cues: Cues, lexicon: Lexicon, day: datetime | None
) -> Iterator[Option]:
    """What may date each event of an article."""
    quoted = quoted_spans(views)
    earlier: list[list[Near]] = []
    for number, view in enumerate(views):
        own = nearby(view, timexes, cues, day, 0) if view.timexes else []
        carried = [_carried(near, ago) for ago, past in enumerate(reversed(earlier[-_BACK:]), 1) for near in past[-1:]]
        earlier.append(own)
        if not view.triggers:
            continue
        apart = Apart(view, own, cues) if suspect(view, own, cues) else None
        speech = quoted[number] if own and any(quoted[number]) else []
        told = event_facts(view, Standing(number, len(views)), quoted[number], own, cues, lexicon)
        for k, (trigger, facts) in enumerate(zip(view.triggers, told, strict=True)):
            near = apart.kept(k) if apart else own
            if speech and speech[trigger]:
                near = heard(speech, trigger, near)
            near = list(near or carried)
            yield Option(view, k, facts, near, [near_facts(view, k, one, near, cues) for one in near])


def _carried(near: Near, ago: int) -> Near:
    """An expression of an earlier sentence, without its signal."""
    return Near(near.index, near.timex, near.first, near.last, None, ago, near.side)


@dataclass(slots=True)
class _Dating:
    """An article while its events are dated: what may date each, what speaks for each way, and the way that is taken."""

    read: Read
    found: list[Option]
    lines: list[list[float]] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)


def anchor(articles: Sequence[Read], choice: Choice | None) -> None:
    """Date all events of some articles of one language, in place: all ways of all events are weighed together, which saves time."""
    dating = [_Dating(read, list(options(read.views, read.timexes, read.cues, read.lexicon, read.day))) for read in articles]
    if choice is None:
        for one in dating:
            one.ways = [_nearest(option, one.read.cues) for option in one.found]
            _fill_all(one)
        return
    for one, lines in zip(dating, _weighed(choice, [one.found for one in dating]), strict=True):
        one.lines, one.ways = lines, list(map(best_way, one.found, lines))
    again = [(one, place) for one in dating for place in retell(one.found, one.ways, one.read.cues, one.read.lexicon.lemma)]
    told = choice.near_scores([one.found[place].near_facts[-1] for one, place in again])
    for (one, place), score in zip(again, told, strict=True):
        one.lines[place].append(score)
        one.ways[place] = best_way(one.found[place], one.lines[place])
    for one in dating:
        adopt(one.found, one.lines, one.ways, one.read.cues, one.read.lexicon.lemma)
        _fill_all(one)
        keep(one.found, one.lines, one.ways, one.read.cues, one.read.lexicon.lemma)


def _weighed(choice: Choice, found: Sequence[Sequence[Option]]) -> list[list[list[float]]]:
    """The scores of the ways to date each event of each article."""
    lines = iter(choice.scores(list(chain.from_iterable(found))))
    return [list(islice(lines, len(some))) for some in found]


def _fill_all(dating: _Dating) -> None:
    """Write the ways that are taken into the mentions of an article."""
    day = dating.read.day
    for option, way in zip(dating.found, dating.ways, strict=True):
        date(option.view.mentions[option.k], way, dating.read.timexes, day, dating.read.cues.not_until)


def retell(found: Sequence[Option], ways: Sequence[Way], cues: Cues, lemma: Lemma) -> list[int]:
    """Let events take the date of another mention of the same happening ("kidnapped on Wednesday … the kidnapping").

    Where a mention was dated by an expression of its own sentence, that expression becomes one more way to date the others that share its
    stem; changes ``found`` in place and returns which were changed.
    """
    told: dict[str, tuple[int, Near]] = {}
    for place, (option, way) in enumerate(zip(found, ways, strict=True)):
        if isinstance(way, Near) and not way.ago and (stem := _stem(option, lemma)):
            told.setdefault(stem, (place, way))
    changed = []
    for place, (option, way) in enumerate(zip(found, ways, strict=True)):
        if isinstance(way, Near) and not way.ago:
            continue
        source = told.get(_stem(option, lemma) or "")
        if source is None:
            continue
        distance = place - source[0]
        near = Near(
            source[1].index,
            source[1].timex,
            min(abs(distance) // 5, 5),
            int(distance > 0),
            source[1].signal,
            SAME,
            source[1].side,
        )
        option.near.append(near)
        option.near_facts.append(near_facts(option.view, option.k, near, option.near, cues))
        changed.append(place)
    return changed


def _stem(option: Option, lemma: Lemma) -> str | None:
    """What mentions of one happening share; nothing for verbs of saying, states and short words."""
    mention = option.view.mentions[option.k]
    base = lemma(mention.trigger.lower())
    if mention.event_class not in ("OCCURRENCE", "I_ACTION") or len(base) < _STEM:
        return None
    return base[:_STEM]


def _nearest(option: Option, cues: Cues) -> Way:
    """Without a learned choice: the expression that the event was found for, else the nearest of the sentence, else what the tense says.

    One that only says how long something had not been so ("the highest since May 3") dates nothing.
    """
    trigger, own_index = option.view.triggers[option.k], option.view.dated_by.get(option.k)
    own = [
        near
        for near in option.near
        if not near.ago and own_index in (None, near.index) and not _compared(near, option.view, cues)
    ]
    if own:
        return min(own, key=lambda near: min(abs(trigger - near.first), abs(trigger - near.last)))
    tense = option.view.mentions[option.k].tense
    return {"FUTURE": "after", "PAST": "until_dct", "PASTPART": "until_dct"}.get(tense, "open")


def _compared(near: Near, view: SentenceView, cues: Cues) -> bool:
    """Whether an expression says since when something is the most of its kind."""
    since = near.signal is not None and near.signal.bound == "from_start"
    return since and not cues.superlatives.isdisjoint(view.tokens.lower[max(0, near.first - _COMPARED) : near.first])
