"""Which mentions could be the same event at all: groups that are merged one by one, each from its own content alone.

Three links make a neighbourhood: an article follows the earlier article that it is most like (a chain of those is a *story*); a
mention follows the most similar earlier mention of the same time; and the prominent mentions of a story's articles belong together.
Every link is a function of the two ends and of what lies between them, never of the order in which articles came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from timeline.merging.arrays import Room, components, counted, filled, stretches
from timeline.merging.links import Stack, nearest_earlier
from timeline.merging.profile import MENTION, MentionKey, Profile
from timeline.merging.vectors import Ints, Vectors

__all__ = ["Groups", "Neighbourhood", "blocks_of", "groups", "in_order", "neighbourhoods", "slots", "stories", "stories_of"]

_STORY_TERMS, _STORY_KEYS, _STORY_LEAST, _STORY_DAYS, _STORY_FADE = 40, 12, 200_000, 60, 100
_MENTION_TERMS, _MENTION_KEYS, _MENTION_LEAST = 24, 8, 220_000
_WIDE, _WIDE_LEAST = 31, 420_000
"""Of a stretch of more than so many days ("in 2016") much is told that is not the same: sentences must be more alike."""


_BLOCK = 1 << 14
"""Mentions that are compared at once, about; those of one stretch of time stay together."""
_MIX = np.uint64(0x9E3779B97F4A7C15)


class Neighbourhood(NamedTuple):
    """Mentions to be merged together. ``key`` is a digest of all that merging reads of them: the same key means the same events.

    ``members`` are ``(article_id, number in Extraction.mentions)``, sorted.
    """

    key: str
    members: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Groups:
    """All neighbourhoods. ``members`` are rows of mentions, those of a neighbourhood together: the ``n``-th has
    ``members[starts[n]:starts[n + 1]]``; ``keys`` (n, 2) are their digests, as in :class:`Neighbourhood`."""

    keys: NDArray[np.uint64]
    starts: Ints
    members: Ints


def in_order(profiles: Iterable[Profile]) -> list[Profile]:
    """By publication day, then id."""
    return sorted(profiles, key=lambda a: (a.day is None, a.day or 0, a.article_id))


def neighbourhoods(profiles: Iterable[Profile], duplicate_of: Mapping[str, str]) -> list[Neighbourhood]:
    """All mentions that may join an event, each in exactly one neighbourhood; no event ever spans two."""
    articles = in_order(profiles)
    at = {article.article_id: row for row, article in enumerate(articles)}
    keys = [key for article in articles for key in article.mentions]
    records = np.array([(k.number, k.first, k.last, len(k.vector.keys), k.weak, k.prominent) for k in keys], MENTION)
    owner = np.repeat(np.arange(len(articles)), [len(article.mentions) for article in articles])
    digests = np.frombuffer(b"".join(article.digest for article in articles), np.uint64).reshape(-1, 2)
    original = np.array([at.get(duplicate_of.get(article.article_id, ""), row) for row, article in enumerate(articles)], np.int64)
    everything = [(np.arange(len(keys)), Vectors.of([key.vector for key in keys]))]
    found = groups(records, owner, digests, original, stories_of(articles), everything)
    named = [(articles[row].article_id, key.number) for row, key in zip(owner.tolist(), keys, strict=True)]
    return sorted(
        Neighbourhood(key.tobytes().hex(), tuple(sorted(named[row] for row in found.members[start:end])))
        for key, (start, end) in zip(found.keys, pairwise(found.starts.tolist()), strict=True)
    )


def stories_of(articles: Sequence[Profile]) -> Ints:
    """For each article, as :func:`in_order` gives them, the first article of its story (a row of ``articles``)."""
    dated = np.array([article.day is not None for article in articles], bool)
    days = np.array([article.day or 0 for article in articles], np.int64)
    return stories(days, dated, [Vectors.of([article.story for article in articles])])


def stories(days: Ints, dated: NDArray[np.bool_], parts: Iterable[Vectors], room: Room = np.empty) -> Ints:
    """For each article, in the order of days (those without one last), the first article of its story.

    ``parts`` hold the stories' vectors, of consecutive articles each. A part and the two months before it are held at a time.
    """
    follows = _themselves(len(days), room)
    among_dated = days[: int(dated.sum())]
    held, low, at = Vectors.of([]), 0, 0
    for part in filter(lambda vectors: len(vectors.sizes), parts):
        end = at + len(part.sizes)
        near = int(np.searchsorted(among_dated, days[at] - _STORY_DAYS)) if dated[at] else at
        held = Vectors.joined([held.take(np.arange(near - low, len(held.sizes))), part])
        low = near
        later, earlier, _ = nearest_earlier(
            Stack(held, _STORY_TERMS),
            np.where(dated[low:end], 0, -1),
            days[low:end],
            keys=_STORY_KEYS,
            least=_STORY_LEAST,
            window=_STORY_DAYS,
            fade=_STORY_FADE,
            halve_strongest=True,
            first=at - low,
            among=len(days),
        )
        follows[low + later] = low + earlier
        at = end
    return components(len(days), lambda: _links(follows), room)


def _themselves(count: int, room: Room) -> Ints:
    """For each row a row that it is joined with: itself, to begin with."""
    return filled(room, count, np.int64, lambda part: np.arange(part.start, part.stop))


def _links(follows: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Each row and the one that it is joined with."""
    for part in stretches(len(follows)):
        yield np.arange(part.start, part.stop), follows[part]


def slots(keys: Sequence[MentionKey]) -> Ints:
    """A number for each mention's stretch of time; the same stretch, the same number; -1 where only the article dates it."""
    times: dict[tuple[int, int], int] = {}
    return np.array([-1 if key.weak else times.setdefault((key.first, key.last), len(times)) for key in keys], np.int64)


def _slots(records: NDArray[Any], room: Room) -> NDArray[np.int32]:
    """The same for records, in the order of time."""
    times = np.empty(0, np.int64)
    for part in stretches(len(records)):
        times = np.union1d(times, _times(records[part]))  # as many as the calendar has stretches that are told of
    return filled(
        room,
        len(records),
        np.int32,
        lambda part: np.where(records["weak"][part], -1, np.searchsorted(times, _times(records[part]))),
    )


def _times(records: NDArray[Any]) -> Ints:
    times: Ints = (records["first"].astype(np.int64) << 32) + records["last"]
    return times


def blocks_of(records: NDArray[Any], most: int | None = None, room: Room = np.empty) -> Ints:
    """Which mentions are to be compared together: a block's number for each, -1 where there is no other of its stretch of time."""
    slot = _slots(records, room)
    sizes = np.zeros(1, np.int64)
    for part in stretches(len(slot)):
        found = np.bincount(slot[part][slot[part] >= 0], minlength=len(sizes))
        found[: len(sizes)] += sizes
        sizes = found
    sizes[sizes < 2] = 0
    block = (np.cumsum(sizes) - sizes) // (most or _BLOCK)
    return filled(
        room, len(slot), np.int64, lambda part: np.where((slot[part] >= 0) & (sizes[slot[part]] > 0), block[slot[part]], -1)
    )


def groups(
    records: NDArray[Any],
    owner: Ints,
    identities: NDArray[np.uint64],
    original: Ints,
    story: Ints,
    blocks: Iterable[tuple[Ints, Vectors]],
    salt: bytes = bytes(16),
    room: Room = np.empty,
) -> Groups:
    """All mentions that may join an event, each in exactly one neighbourhood.

    ``records`` (:data:`~timeline.merging.profile.MENTION`) are those of the articles one after the other, articles in order; ``owner`` is each
    one's article. Of each article: ``identities`` (n, 2), numbers that change with its id and its profile; ``original``, what it is a copy
    of, or itself; ``story``, as :func:`stories` gives it. ``blocks`` are ``(rows, their vectors)``, rows ascending, all mentions of a
    stretch of time in one block; those that no other mention shares it with may be left out. ``room`` makes what is as long as ``records``.
    """
    slot = _slots(records, room)
    follows = _themselves(len(records), room)
    for rows, vectors in blocks:
        later, earlier = _linked(records[rows], slot[rows].astype(np.int64), vectors, len(records))
        follows[rows[later]] = rows[earlier]
    hub = _hubs(records, owner, story, room)
    root = components(len(records), lambda: chain(_links(follows), _links(hub)), room)
    members, starts = _grouped(root, room)
    keys = _keys(records["number"], owner, members, starts, _articles(identities, original, room), salt, room)
    return Groups(keys, starts, members)


def _hubs(records: NDArray[Any], owner: Ints, story: Ints, room: Room) -> Ints:
    """The first prominent mention of a prominent one's story; every other mention itself."""
    hub = _themselves(len(records), room)
    first = filled(room, len(story), np.int64, lambda _: -1)
    for part in stretches(len(records)):
        rows = part.start + np.flatnonzero(records["prominent"][part])
        told = story[owner[rows]]
        found, place = np.unique(told, return_index=True)
        new = first[found] < 0
        first[found[new]] = rows[place[new]]
        hub[rows] = first[told]
    return hub


def _grouped(root: Ints, room: Room) -> tuple[Ints, Ints]:
    """Rows, those of one root together, and where each root's begin; one more, the end."""
    members, begins = counted(root, len(root), room)
    count = sum(int((root[part] == np.arange(part.start, part.stop)).sum()) for part in stretches(len(root)))
    starts: Ints = room(count + 1, np.int64)
    at = 0
    for part in stretches(len(root)):
        found = part.start + np.flatnonzero(root[part] == np.arange(part.start, part.stop))
        starts[at : at + len(found)] = begins[found]
        at += len(found)
    starts[count] = len(members)
    return members, starts


def _linked(records: NDArray[Any], slot: Ints, vectors: Vectors, among: int) -> tuple[Ints, Ints]:
    later, earlier, similarity = nearest_earlier(
        Stack(vectors, _MENTION_TERMS),
        slot,
        records["first"].astype(np.int64),
        keys=_MENTION_KEYS,
        least=_MENTION_LEAST,
        halve_strongest=True,
        among=among,
    )
    wide = records["last"] - records["first"] > _WIDE
    kept = ~wide[later] | (similarity >= _WIDE_LEAST)
    return later[kept], earlier[kept]


def _articles(identities: NDArray[np.uint64], original: Ints, room: Room) -> NDArray[np.uint64]:
    """A hash of each article, which for a copy tells what it is a copy of."""

    def hashed(part: slice) -> NDArray[np.uint64]:
        copy = (original[part] != np.arange(part.start, part.stop))[:, None]
        return identities[part] ^ np.where(copy, _mixed(identities[original[part]]), np.uint64(0))

    return filled(room, len(original), np.uint64, hashed, (2,))


def _keys(
    numbers: NDArray[Any],
    owner: Ints,
    members: Ints,
    starts: Ints,
    articles: NDArray[np.uint64],
    salt: bytes,
    room: Room,
) -> NDArray[np.uint64]:
    """A digest of each neighbourhood: sums of its members' hashes, in any order."""
    sums = filled(room, len(starts) - 1, np.uint64, lambda _: 0, (2,))
    for part in stretches(len(members)):
        rows = members[part]
        hashed = _mixed(articles[owner[rows]] + (numbers[rows].astype(np.uint64) + np.uint64(1))[:, None] * _MIX)
        first, last = np.searchsorted(starts, [part.start, part.stop - 1], side="right") - 1
        cuts = np.maximum(starts[first : last + 1] - part.start, 0)
        sums[first : last + 1] += np.add.reduceat(hashed, cuts, axis=0)
    return filled(room, len(sums), np.uint64, lambda part: _mixed(sums[part] + np.frombuffer(salt, np.uint64)), (2,))


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each number scrambled so that every bit of it counts for every bit of the result (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
