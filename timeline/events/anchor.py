"""When each event was: the time expression that dates it, or what tense and story allow.

Every way to date an event (:mod:`timeline.events.evidence`) is weighed by a small learned choice; signal words then make a bound or an
extent of the chosen expression. A language without the learned choice takes the nearest expression of the sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, islice

from timeline.events.apart import Apart, heard, suspect
from timeline.events.choice import Choice, best_way
from timeline.events.confidence import confidences
from timeline.events.cues import Cues, quoted_spans
from timeline.events.evidence import SAME, Near, nearby
from timeline.events.facts import Standing, event_facts, near_facts
from timeline.events.factuality import Lemma
from timeline.events.grounding import adopt, keep
from timeline.events.lexicon import Lexicon
from timeline.events.option import Option, Way
from timeline.events.read import Read
from timeline.events.view import SentenceView
from timeline.interval import Granularity, Interval
from timeline.records import Extent, Mention, Timex

__all__ = ["Option", "anchor", "interval_of", "options", "retell"]

_BACK = 2
"""How many sentences back an expression may date an event."""
_STEM = 5
_COMPARED = 5
"""Words before "since" among which a superlative stands that it belongs to."""
_NEWS = timedelta(days=14)
"""How long what was going on at a time told of may be taken to go on."""
_NO_STORY = ("boilerplate", "byline", "dateline")
"""Blocks that tell nothing of the story: "sign up today", "updated on May 3"."""


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


def interval_of(way: Way, day: datetime | None) -> Interval | None:
    """What a way of dating says of the time of the event. ``None`` where nothing is known, as without a publication date."""
    if isinstance(way, Near):
        return _bounded(way)
    if way == "open" or day is None:
        return None
    return _free(day)[way]


@lru_cache(64)
def _free(day: datetime) -> dict[str, Interval]:
    """What each way without an expression says of the time of an event."""
    morning = datetime(day.year, day.month, day.day)
    evening = morning + timedelta(days=1)
    return {
        "dct": Interval(morning, evening),
        "before": Interval(None, morning),
        "after": Interval(evening, None),
        "from_dct": Interval(morning, None),
        "until_dct": Interval(None, evening),
    }


def _bounded(near: Near) -> Interval | None:
    """The interval of an expression as its signal bounds it."""
    timex = near.timex
    whole = timex.range_interval or timex.interval
    if whole is None or timex.range_interval is not None or near.signal is None:
        return whole
    start, end = whole
    if near.named and near.signal.bound in ("from_end", "to_start"):
        return Interval(start, None) if near.signal.bound == "from_end" else Interval(None, end)
    return {
        "from_start": Interval(start, None),
        "to_end": Interval(None, end),
        "by_end": Interval(None, end),
        "to_start": Interval(None, start),
        "from_end": Interval(end, None),
    }.get(near.signal.bound, whole)


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
        _fill(option.view.mentions[option.k], way, dating.read.timexes, day, dating.read.cues.not_until)


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


def _fill(mention: Mention, way: Way, timexes: Sequence[Timex], day: datetime | None, not_until: frozenset[str]) -> None:
    """Write a way of dating into a mention."""
    if isinstance(way, Near) and way.signal is not None and way.signal.word in not_until and mention.polarity == "NEG":
        way = Near(way.index, way.timex, way.first, way.last, None, way.ago, way.side)
        mention.status = "happened"  # "not submitted until late February": it was then
    mention.interval = interval_of(way, day)
    if isinstance(way, Near):
        timex = way.timex
        mention.timex, mention.timexes = way.index, (way.index,)
        mention.granularity, mention.value = timex.granularity, timex.value
        mention.relation, mention.extent = _relation(way, mention.event_class)
        mention.date_basis = _basis(way)
        mention.grounded = not way.ago and mention.block not in _NO_STORY
        if timex.range_id is not None:
            mention.timexes = tuple(i for i, other in enumerate(timexes) if other.range_id == timex.range_id)
        if _aimed_at(mention, way, day):
            mention.status = "planned"
    elif way == "dct" and day is not None:
        mention.granularity, mention.value, mention.extent = Granularity.DAY, day.date().isoformat(), "within"
        mention.relation, mention.date_basis = "IS_INCLUDED", "publication"
    else:
        mention.relation = {"before": "BEFORE", "after": "AFTER", "open": "INCLUDES", "from_dct": "BEGUN_BY"}.get(way, "ENDED_BY")
        mention.extent = {"before": "before", "after": "after", "from_dct": "from", "until_dct": "until"}.get(way)  # type: ignore[assignment]
    mention.confidence = confidences().get(mention.date_basis)
    _outlook(mention, day)


def _aimed_at(mention: Mention, way: Near, day: datetime | None) -> bool:
    """Whether a noun is told of as what is to be by a time to come: "half of all cars by 2040", "the sale until June 3"."""
    if (
        way.signal is None
        or way.signal.bound not in ("by_end", "to_end")
        or mention.status != "happened"
        or mention.tense != "NONE"
    ):
        return False
    end = way.timex.interval.end if way.timex.interval else None
    return day is not None and end is not None and end > day + timedelta(days=1)


def _outlook(mention: Mention, day: datetime | None) -> None:
    """What the publication day makes of a dated event: how far an open end is asserted, and that what lies ahead is planned."""
    if (
        mention.interval is not None
        and mention.interval.end is None
        and day is not None
        and mention.status in ("happened", "ongoing")
    ):
        mention.asserted_until = day + timedelta(days=1)
    if mention.grounded and mention.interval is not None and day is not None:
        start, end = mention.interval
        lasting = mention.extent == "from" and mention.tense == "PRESENT" and mention.aspect == "NONE"
        if lasting and mention.status == "happened" and start is not None and start < day:
            mention.status = "ongoing"  # "since May the bridge is closed"
        ahead = start is not None and start > day and start.date() > day.date()
        pictured = mention.block == "caption" and mention.date_basis == "full_date"  # albums grow after their page was published
        if mention.status in ("happened", "ongoing") and ahead and not pictured:
            mention.status = "planned"
        elif mention.status == "ongoing" and mention.extent == "within" and end is not None and end <= day - _NEWS:
            mention.status = "happened"  # "the family poses for a photo in April"; not "said on Friday that she wants a vote"


def _relation(near: Near, event_class: str) -> tuple[str, Extent | None]:
    if near.timex.range_interval is not None:
        return "DURING", "throughout"
    if near.signal is not None:
        return near.signal.relation, near.signal.extent  # type: ignore[return-value]
    return ("SIMULTANEOUS" if event_class == "STATE" else "IS_INCLUDED"), "within"


def _basis(near: Near) -> str:
    timex = near.timex
    if near.ago:
        return "story"
    if timex.explicit:
        return "full_date"
    if timex.anchor is None:
        return "partial_date"
    if "weekday" in timex.rule:
        return "weekday"
    return "partial_date" if timex.rule.startswith(("month", "day", "year")) else "relative"
