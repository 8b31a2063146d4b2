"""One row of the timeline from the mentions of an event: the best summary, the date its sources agree on, who, where, how sure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from timeline.interval import Granularity, Interval, day_interval
from timeline.merging.identity import event_id
from timeline.merging.importance import importance
from timeline.merging.line import best_told
from timeline.merging.members import Facts, Member
from timeline.merging.profile import WEAK, MentionKey
from timeline.merging.words import cut
from timeline.records import Event, Mention, Place, Status

__all__ = ["build_event", "witnesses"]

_NEVER = datetime(1, 1, 1)
_FEW = 10
"""One source in so many may be wrong about the day where all others only say the year."""


def build_event(
    members: Sequence[Member], keys: Sequence[MentionKey], central: Sequence[int], facts: Mapping[str, Facts], weak: bool
) -> Event:
    """The event that ``members`` tell, in canonical order; ``keys`` are theirs in the profiles, ``central`` how like the others each is."""
    told = [member.mention for member in members]
    dated = list(members) if weak else _dated_by(members, keys, facts)
    mention = _published_on(dated[0].mention, min(key.first for key in keys)) if weak else dated[0].mention
    times = sorted(facts[member.article_id].published or _NEVER for member in members if facts[member.article_id].published)
    status, as_of = _status(members, keys, facts)
    best = best_told(members, central, facts, status, dated)
    interval = mention.interval or Interval(None, None)
    granularity = mention.granularity or Granularity.DAY
    event = Event(
        event_id=event_id(members[0].mention_id),
        mention_ids=tuple(member.mention_id for member in members),
        summary=best.summary,
        trigger=best.trigger,
        status=status,
        status_as_of=as_of,
        interval=interval,
        span=_span(interval, mention),
        extent=mention.extent,
        granularity=granularity,
        value=mention.value,
        participants=_participants(told),
        places=_places(told),
        article_ids=tuple(dict.fromkeys(member.article_id for member in members)),
        sources=tuple(sorted(witnesses(members, facts))),
        first_published=times[0] if times else None,
        last_published=times[-1] if times else None,
        date_conflicts=_date_conflicts(members, facts, interval),
        number_conflicts=_number_conflicts(members, keys, facts),
        confidence=None if weak else max((m.mention.confidence for m in dated if m.mention.confidence is not None), default=None),
        date_basis=mention.date_basis,
    )
    event.importance = importance(event, members, keys, facts)
    return event


def witnesses(members: Iterable[Member], facts: Mapping[str, Facts]) -> set[str]:
    """Independent sources: an article that copies another is none, two articles of one outlet are one.

    Where all are copies of articles outside the event, the event still has the source of its first copy.
    """
    known = [(member.article_id, facts[member.article_id]) for member in members]
    originals = {fact.source or article_id for article_id, fact in known if fact.duplicate_of is None}
    return originals or {fact.source or article_id for article_id, fact in known[:1]}


def _votes(members: Iterable[Member], facts: Mapping[str, Facts]) -> dict[Interval, set[str]]:
    told: dict[Interval, list[Member]] = defaultdict(list)
    for member in members:
        if member.mention.interval is not None:
            told[member.mention.interval].append(member)
    return {interval: witnesses(same, facts) for interval, same in told.items()}


def _published_on(mention: Mention, day: int) -> Mention:
    """The mention, dated by the publication alone."""
    when = date.fromordinal(day)
    return replace(
        mention,
        interval=day_interval(when),
        granularity=Granularity.DAY,
        value=when.isoformat(),
        extent="within",
        date_basis="publication",
        confidence=None,
    )


def _dated_by(members: Sequence[Member], keys: Sequence[MentionKey], facts: Mapping[str, Facts]) -> list[Member]:
    """The members whose date the row takes: of the narrowest stretches of days the one that most sources give, where it is not
    one source's against many; within it the finest time that most of those who give one agree on."""
    days: dict[tuple[int, int], list[Member]] = defaultdict(list)
    for member, key in zip(members, keys, strict=True):
        if not key.weak:
            days[key.first, key.last].append(member)
    usable = days[_agreed_days({day: len(witnesses(same, facts)) for day, same in days.items()})]
    votes = _votes(usable, facts)
    finer = [interval for interval in votes if not any(interval != other and interval.contains(other) for other in votes)]
    agreed = max(finer, key=lambda interval: (len(votes[interval]), str(interval)))
    whole = {interval: voters for interval, voters in votes.items() if interval.contains(agreed)}
    if len(finer) > 1 and len(votes[agreed]) * 2 <= len(set().union(*votes.values())) and len(whole) > 1:
        agreed = max(whole, key=lambda interval: ((interval.end or _NEVER) - (interval.start or _NEVER), str(interval)))
    return sorted(
        (member for member in usable if member.mention.interval == agreed), key=lambda m: -(m.mention.confidence or 0.0)
    )


def _agreed_days(sources: Mapping[tuple[int, int], int]) -> tuple[int, int]:
    """The narrowest stretch of days that enough sources give, by how many give each; of two as wide the one that more give, the earlier."""
    enough = sum(sources.values()) / _FEW
    agreed = [days for days, count in sources.items() if count >= enough]
    return min(agreed or sources, key=lambda days: (days[1] - days[0], -sources[days], days[0]))


def _span(interval: Interval, mention: Mention) -> Interval:
    """Never open: an open end is cut at what is asserted, an open start one day before the end."""
    start, end = interval
    if end is None:
        end = mention.asserted_until if mention.asserted_until and (start is None or mention.asserted_until > start) else None
    if start is None and end is None:
        return Interval(_NEVER, _NEVER + timedelta(days=1))
    if start is None and end is not None:
        start = end - timedelta(days=1) if end > _NEVER + timedelta(days=1) else _NEVER
    if end is None and start is not None:
        end = start + timedelta(days=1) if start.year < 9999 else start + timedelta(hours=1)
    return Interval(start, end)


def _status(members: Sequence[Member], keys: Sequence[MentionKey], facts: Mapping[str, Facts]) -> tuple[Status, date | None]:
    """What most sources of the last day say; of a tie what most sources say at all, then the least far-reaching.

    A mention that only its article dates is heard where it names the event by a word that a dated one has too.
    """
    named = {cut(member.mention.trigger) for member, key in zip(members, keys, strict=True) if not key.weak}
    members = [m for m, key in zip(members, keys, strict=True) if not (key.weak and named) or cut(m.mention.trigger) in named]
    latest = max((facts[member.article_id].published or _NEVER).date() for member in members)
    last = [member for member in members if (facts[member.article_id].published or _NEVER).date() == latest]
    overall = Counter(member.mention.status for member in members)
    votes = {
        status: len(witnesses([m for m in last if m.mention.status == status], facts))
        for status in {m.mention.status for m in last}
    }
    status = max(votes, key=lambda status: (votes[status], overall[status], status))
    return status, latest if latest != _NEVER.date() else None


def _participants(mentions: Iterable[Mention]) -> tuple[tuple[str, str, int], ...]:
    """Names and roles with the mentions that give them; a shorter name goes to the one longer name that holds all its words."""
    counts: Counter[tuple[str, str]] = Counter()
    for mention in mentions:
        counts.update({(participant.text, participant.role): 1 for participant in mention.participants})
    words = {name: frozenset(map(cut, name.split())) for name, _ in counts}
    full: dict[str, str] = {}
    for name in words:
        longer = {other for other in words if words[name] < words[other]}
        same = {other for other in words if words[other] == words[name]}
        full[name] = next(iter(longer)) if len(longer) == 1 else max(same, key=lambda other: (other[:1].isupper(), other))
    merged: Counter[tuple[str, str]] = Counter()
    for (name, role), count in counts.items():
        merged[full[full[name]], role] += count
    return tuple((name, role, count) for (name, role), count in sorted(merged.items(), key=lambda item: (-item[1], item[0])))


def _places(mentions: Iterable[Mention]) -> tuple[tuple[Place, int], ...]:
    first: dict[object, Place] = {}
    counts: Counter[object] = Counter()
    for mention in mentions:
        for key, place in {(place.gazetteer_id or place.name): place for place in mention.places}.items():
            first.setdefault(key, place)
            counts[key] += 1
    return tuple((first[key], count) for key, count in sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))))


def _date_conflicts(members: Sequence[Member], facts: Mapping[str, Facts], interval: Interval) -> tuple[tuple[str, int], ...]:
    """Dates that others give and that do not meet the row's, with how many independent sources give them."""
    told: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        mention = member.mention
        if mention.interval and mention.date_basis not in WEAK and mention.grounded and not mention.interval.overlaps(interval):
            told[mention.value or str(mention.interval.iso()[0])].append(member)
    return tuple((value, len(witnesses(same, facts))) for value, same in sorted(told.items()))


def _number_conflicts(
    members: Sequence[Member], keys: Sequence[MentionKey], facts: Mapping[str, Facts]
) -> tuple[tuple[str, int], ...]:
    """``("12 people", sources)`` where articles count the same thing differently; each article's last word counts."""
    said: dict[str, dict[str, Member]] = defaultdict(dict)
    spelled: dict[str, str] = {}
    number: dict[tuple[str, str], str] = {}
    for member, key in zip(members, keys, strict=True):
        for value, noun in key.numbers:
            short = cut(noun)
            spelled.setdefault(short, noun)
            said[short][member.article_id] = member
            number[short, member.article_id] = value
    conflicts = []
    for noun, tellers in sorted(said.items()):
        by_value: dict[str, list[Member]] = defaultdict(list)
        for article_id, member in tellers.items():
            by_value[number[noun, article_id]].append(member)
        if len(by_value) > 1:
            conflicts += [(f"{value} {spelled[noun]}", len(witnesses(same, facts))) for value, same in sorted(by_value.items())]
    return tuple(conflicts)
