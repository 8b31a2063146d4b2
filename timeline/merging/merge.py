"""Mentions of a neighbourhood become events, and its articles learn which of them are their headline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np

from timeline.merging.join import Group, join
from timeline.merging.links import stacked
from timeline.merging.members import Facts, Headline, Member, Merged
from timeline.merging.neighbourhood import in_order, stories_of
from timeline.merging.profile import MentionKey
from timeline.merging.row import build_event, witnesses
from timeline.records import Event

__all__ = ["merge"]

_NEVER = datetime(1, 1, 1)
_TERMS, _STORY_TERMS, _SAMPLE = 24, 40, 12
_TELLS_IT = 100_000
_SHARED, _OWN = 0.9, 0.5
_WEAK_KEPT = 2


def merge(members: Sequence[Member], facts: Mapping[str, Facts]) -> Merged:
    """The events of a neighbourhood, by time then id, and its articles' headline candidates.

    ``facts`` must hold every member's article. The result does not depend on the order of ``members``.
    """
    story = _stories(members, facts)
    ordered = sorted(members, key=lambda member: _order(member, facts))
    keys = [facts[member.article_id].profile.by_number[member.number] for member in ordered]
    likeness = _to_story(ordered, keys, facts)
    groups = _worth_a_row(join(ordered, facts, story), ordered, keys, likeness)
    events = []
    for group in groups:
        chosen = [keys[row] for row in group.rows]
        events.append(build_event([ordered[row] for row in group.rows], chosen, _central(chosen), facts, group.weak))
    headlines = sorted(set(_headlines(groups, events, ordered, keys, likeness, facts, story)))
    return Merged(sorted(events, key=lambda event: (event.span, event.event_id)), headlines)


def _stories(members: Sequence[Member], facts: Mapping[str, Facts]) -> dict[str, str]:
    articles = in_order(facts[article_id].profile for article_id in {member.article_id for member in members})
    if len(articles) == 1:
        return {articles[0].article_id: articles[0].article_id}
    return {article.article_id: articles[first].article_id for article, first in zip(articles, stories_of(articles), strict=True)}


def _order(member: Member, facts: Mapping[str, Facts]) -> tuple[object, ...]:
    published = facts[member.article_id].published
    return (published is None, published or _NEVER, member.article_id, member.mention.start, member.mention_id)


def _central(keys: Sequence[MentionKey]) -> list[int]:
    """How like the others each mention is, in millionths, over a sample of them."""
    if len(keys) < 2:
        return [0] * len(keys)
    stack = stacked([key.vector for key in keys], _TERMS)
    others = np.linspace(0, len(keys) - 1, min(len(keys), _SAMPLE)).astype(np.int64)
    rows = np.arange(len(keys))
    similar = stack.similar(np.repeat(rows, len(others)), np.tile(others, len(rows))).reshape(len(rows), len(others))
    return [int(total) // len(others) for total in similar.sum(axis=1)]


def _to_story(members: Sequence[Member], keys: Sequence[MentionKey], facts: Mapping[str, Facts]) -> list[int]:
    """How much of its article's story each mention tells, in millionths."""
    weights: dict[str, dict[int, int]] = {}
    for article_id in {member.article_id for member in members}:
        vector = facts[article_id].profile.story
        weights[article_id] = dict(zip(vector.keys.tolist(), vector.weights.tolist(), strict=True))
    found = []
    for member, key in zip(members, keys, strict=True):
        story = weights[member.article_id]
        pairs = zip(key.vector.keys.tolist(), key.vector.weights.tolist(), strict=True)
        found.append(sum(weight * story[term] for term, weight in pairs if term in story))
    return found


def _worth_a_row(
    groups: Sequence[Group], members: Sequence[Member], keys: Sequence[MentionKey], likeness: Sequence[int]
) -> list[Group]:
    """All that carry a date; of those that only the publication dates what several articles tell, or is an article's likeliest news."""
    best: dict[str, list[int]] = defaultdict(list)
    for row, (member, key) in enumerate(zip(members, keys, strict=True)):
        if key.prominent:
            best[member.article_id].append(row)
    news = {row for rows in best.values() for row in sorted(rows, key=lambda row: (-likeness[row], row))[:_WEAK_KEPT]}
    return [
        group
        for group in groups
        if not group.weak or len({members[row].article_id for row in group.rows}) > 1 or not news.isdisjoint(group.rows)
    ]


def _headlines(
    groups: Sequence[Group],
    events: Sequence[Event],
    members: Sequence[Member],
    keys: Sequence[MentionKey],
    likeness: Sequence[int],
    facts: Mapping[str, Facts],
    story: Mapping[str, str],
) -> Iterator[Headline]:
    """Each article's own leading events; and the main event of its story, where the article is like those that tell it."""
    telling: dict[str, list[tuple[Group, Event, list[Member]]]] = defaultdict(list)
    for group, event in zip(groups, events, strict=True):
        prominent = [row for row in group.rows if keys[row].prominent]
        for row in prominent:
            weight = _OWN + (1 - _OWN) * min(1.0, likeness[row] / 700_000) - 0.1 * group.weak
            yield Headline(members[row].article_id, event.event_id, round(weight, 4))
        for told in {story[members[row].article_id] for row in prominent}:
            inside = [members[row] for row in prominent if story[members[row].article_id] == told]
            telling[told].append((group, event, inside))
    for told, candidates in telling.items():
        articles = sorted(article_id for article_id, named in story.items() if named == told)
        if len(articles) > 1:
            yield from _of_the_story(articles, candidates, facts)


def _of_the_story(
    articles: Sequence[str], candidates: Sequence[tuple[Group, Event, list[Member]]], facts: Mapping[str, Facts]
) -> Iterator[Headline]:
    _, event, inside = max(
        candidates,
        key=lambda each: (
            len(witnesses(each[2], facts)),
            len({m.article_id for m in each[2]}),
            not each[0].weak,
            -each[0].first,
            each[1].event_id,
        ),
    )
    tellers = sorted({member.article_id for member in inside})[:_SAMPLE]
    stack = stacked([facts[article_id].profile.story for article_id in (*articles, *tellers)], _STORY_TERMS)
    for at, article_id in enumerate(articles):
        others = np.arange(len(articles), len(articles) + len(tellers))
        if int(stack.similar(np.full(len(tellers), at), others).sum()) // len(tellers) >= _TELLS_IT:
            yield Headline(article_id, event.event_id, _SHARED)
