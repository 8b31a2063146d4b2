"""What a way of dating says of an event: its interval, as the signal word bounds it, and what follows for its relation to the expression,
its extent, the basis of its date and its status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from timeline.events.confidence import confidences
from timeline.events.evidence import Near
from timeline.events.option import Way
from timeline.interval import Granularity, Interval
from timeline.records import Extent, Mention, Timex

__all__ = ["date", "interval_of"]

_NEWS = timedelta(days=14)
"""How long what was going on at a time told of may be taken to go on."""
_NO_STORY = ("boilerplate", "byline", "dateline")
"""Blocks that tell nothing of the story: "sign up today", "updated on May 3"."""


_RELATIONS = {"before": "BEFORE", "after": "AFTER", "open": "INCLUDES", "from_dct": "BEGUN_BY"}
_EXTENTS: dict[str, Extent] = {"before": "before", "after": "after", "from_dct": "from", "until_dct": "until"}
"""What ways of dating without an expression say."""


def date(mention: Mention, way: Way, timexes: Sequence[Timex], day: datetime | None, not_until: frozenset[str]) -> None:
    """Write a way of dating into a mention; ``day`` is that of publication, ``timexes`` those of the article.

    A signal that is ``not_until`` says of what is denied that it happened then: "not submitted *until* late February".
    """
    if isinstance(way, Near) and way.signal is not None and way.signal.word in not_until and mention.polarity == "NEG":
        way = replace(way, signal=None)
        mention.status = "happened"
    mention.interval = interval_of(way, day)
    if isinstance(way, Near):
        _tie(mention, way, timexes, day)
    elif way == "dct" and day is not None:
        mention.granularity, mention.value, mention.extent = Granularity.DAY, day.date().isoformat(), "within"
        mention.relation, mention.date_basis = "IS_INCLUDED", "publication"
    else:
        mention.relation, mention.extent = _RELATIONS.get(way, "ENDED_BY"), _EXTENTS.get(way)
    mention.confidence = confidences().get(mention.date_basis)
    _outlook(mention, day)


def _tie(mention: Mention, near: Near, timexes: Sequence[Timex], day: datetime | None) -> None:
    """Tie a mention to the expression that dates it."""
    timex = near.timex
    mention.timex, mention.timexes = near.index, (near.index,)
    if timex.range_id is not None:
        mention.timexes = tuple(i for i, other in enumerate(timexes) if other.range_id == timex.range_id)
    mention.granularity, mention.value = timex.granularity, timex.value
    mention.relation, mention.extent = _relation(near, mention.event_class)
    mention.date_basis = _basis(near)
    mention.grounded = not near.ago and mention.block not in _NO_STORY
    if _aimed_at(mention, near, day):
        mention.status = "planned"


def _aimed_at(mention: Mention, way: Near, day: datetime | None) -> bool:
    """Whether a noun or a participle tells what is to be by a time to come: "half of all cars by 2040", "reaching three feet by 2100"."""
    if (
        way.signal is None
        or way.signal.bound not in ("by_end", "to_end")
        or mention.status != "happened"
        or mention.tense not in ("NONE", "PRESPART")
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
        elif (
            mention.status == "planned"
            and mention.tense == "PAST"
            and mention.modality is None
            and end is not None
            and end <= day
        ):
            mention.status = "happened"  # "the plant it approved last year will open in May": its own verb says so


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
