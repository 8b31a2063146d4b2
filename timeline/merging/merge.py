"""Mentions of a neighbourhood become events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from timeline.interval import Granularity, Interval
from timeline.merging.identity import event_id
from timeline.merging.members import Facts, Headline, Member, Merged
from timeline.records import Event

__all__ = ["merge"]

_NEVER = datetime(1, 1, 1)


def merge(members: Sequence[Member], facts: Mapping[str, Facts]) -> Merged:
    """The events of a neighbourhood, by time then id, and its articles' headline candidates.

    ``facts`` must hold every member's article. The result does not depend on the order of ``members``.
    """
    groups: dict[tuple[object, ...], list[Member]] = {}
    for member in sorted(members, key=lambda m: _order(m, facts)):
        groups.setdefault((member.mention.interval, member.mention.summary), []).append(member)
    events = sorted((_event(group, facts) for group in groups.values()), key=lambda e: (e.span.start or _NEVER, e.event_id))
    home = {mention: event.event_id for event in events for mention in event.mention_ids}
    prominent = [m for m in members if m.mention.block in ("title", "lead")]
    return Merged(events, sorted({Headline(m.article_id, home[m.mention_id], 1.0) for m in prominent}))


def _order(member: Member, facts: Mapping[str, Facts]) -> tuple[object, ...]:
    published = facts[member.article_id].published
    return (published is None, published or _NEVER, member.article_id, member.mention.start, member.mention_id)


def _event(group: list[Member], facts: Mapping[str, Facts]) -> Event:
    first = group[0].mention
    known = [facts[m.article_id] for m in group]
    times = sorted(f.published for f in known if f.published)
    interval = first.interval or Interval(None, None)
    start = interval.start or interval.end or _NEVER
    return Event(
        event_id=event_id(group[0].mention_id),
        mention_ids=tuple(m.mention_id for m in group),
        summary=first.summary,
        trigger=first.trigger,
        status=first.status,
        status_as_of=times[-1].date() if times else None,
        interval=interval,
        span=Interval(start, interval.end or first.asserted_until or start),
        extent=first.extent,
        granularity=first.granularity or Granularity.DAY,
        value=first.value,
        participants=tuple(
            (name, role, n)
            for (name, role), n in Counter((p.text, p.role) for m in group for p in m.mention.participants).items()
        ),
        places=tuple((place, 1) for place in dict.fromkeys(p for m in group for p in m.mention.places)),
        article_ids=tuple(dict.fromkeys(m.article_id for m in group)),
        sources=tuple(sorted({f.source for f in known if f.source and not f.duplicate_of})),
        first_published=times[0] if times else None,
        last_published=times[-1] if times else None,
        importance=float(len(group)),
        confidence=first.confidence,
        date_basis=first.date_basis,
    )
