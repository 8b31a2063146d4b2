"""How much an event matters, from the event alone: who tells it, how prominently, how long after, how exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import log1p

from timeline.interval import Granularity
from timeline.merging.members import Facts, Member
from timeline.merging.profile import WEAK, MentionKey
from timeline.records import Event

__all__ = ["importance"]

_OUTLETS, _PROMINENT, _LATER, _ARTICLES = 1.0, 0.8, 0.7, 0.4
_ASIDE = 0.5
_STATUS = {"happened": 0.0, "ongoing": 0.0, "planned": -0.3, "possible": -0.6, "denied": -0.3}
_LATER_AFTER = timedelta(days=2)


def importance(event: Event, members: Sequence[Member], keys: Sequence[MentionKey], facts: Mapping[str, Facts]) -> float:
    """A number that grows with independent outlets, prominence, later articles that refer back, and exactness; about 0 to 10."""
    independent = _tellers(members, facts)
    prominent = {m.article_id for m, key in zip(members, keys, strict=True) if key.prominent} & independent
    end = event.interval.end or event.span.end
    later = {a for a in independent if end and (facts[a].published or end) >= end + _LATER_AFTER}
    score = _OUTLETS * log1p(len(event.sources)) + _ARTICLES * log1p(len(independent))
    score += _PROMINENT * log1p(len(prominent)) + _LATER * log1p(len(later))
    score += _exactness(event.granularity)
    score += 0.2 * bool(event.participants) + 0.1 * bool(event.places) + _STATUS[event.status]
    score -= _ASIDE * all(member.mention.block in ("caption", "list", "quote") for member in members)
    return round(max(0.0, score - 0.5 * (event.date_basis in WEAK)), 4)


def _exactness(granularity: Granularity) -> float:
    """What is only known by its year is background, however many mention it."""
    if granularity.fineness <= Granularity.DAY.fineness:
        return 0.4
    return -0.9 if granularity.fineness >= Granularity.YEAR.fineness else -0.2


def _tellers(members: Sequence[Member], facts: Mapping[str, Facts]) -> set[str]:
    """Articles that tell it in words of their own: no copies, and of those that share a sentence (an agency's, a sidebar's) the first."""
    said: set[str] = set()
    tellers = set()
    for member in members:
        words = " ".join(member.mention.summary.split())
        if facts[member.article_id].duplicate_of is None and words not in said:
            tellers.add(member.article_id)
        said.add(words)
    return tellers or {members[0].article_id}
