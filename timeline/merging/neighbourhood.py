"""Which mentions could be the same event at all: groups that are merged one by one, each from its own content alone.

Three links make a neighbourhood: an article follows the earlier article that it is most like (a chain of those is a *story*); a
mention follows the most similar earlier mention of the same time; and the prominent mentions of a story's articles belong together.
Every link is a function of the two ends and of what lies between them, never of the order in which articles came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from timeline.merging.links import Stack, components, nearest_earlier
from timeline.merging.profile import MENTION, MentionKey, Profile
from timeline.merging.vectors import Ints, Vectors

__all__ = ["Groups", "Neighbourhood", "blocks_of", "groups", "in_order", "neighbourhoods", "slots", "stories", "stories_of"]

_STORY_TERMS, _STORY_KEYS, _STORY_LEAST, _STORY_DAYS, _STORY_FADE = 40, 12, 200_000, 60, 100
_MENTION_TERMS, _MENTION_KEYS, _MENTION_LEAST = 24, 8, 220_000
_WIDE, _WIDE_LEAST = 31, 420_000
"""Of a stretch of more than so many days ("in 2016") much is told that is not the same: sentences must be more alike."""


_BLOCK = 1 << 16
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


def stories(days: Ints, dated: NDArray[np.bool_], parts: Iterable[Vectors]) -> Ints:
    """For each article, in the order of days (those without one last), the first article of its story.

    ``parts`` hold the stories' vectors, of consecutive articles each. A part and the two months before it are held at a time.
    """
    laters, earliers = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    held, low, at = Vectors.of([]), 0, 0
    for part in filter(lambda vectors: len(vectors.sizes), parts):
        end = at + len(part.sizes)
        near = int(np.searchsorted(days[: int(dated.sum())], days[at] - _STORY_DAYS)) if dated[at] else at
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
        laters.append(low + later)
        earliers.append(low + earlier)
        at = end
    return components(len(days), np.concatenate(laters), np.concatenate(earliers))


def slots(keys: Sequence[MentionKey]) -> Ints:
    """A number for each mention's stretch of time; the same stretch, the same number; -1 where only the article dates it."""
    times: dict[tuple[int, int], int] = {}
    return np.array([-1 if key.weak else times.setdefault((key.first, key.last), len(times)) for key in keys], np.int64)


def _slots(records: NDArray[Any]) -> Ints:
    """The same for records, in the order of time."""
    times = (records["first"].astype(np.int64) << 32) + records["last"]
    return np.where(records["weak"], -1, np.unique(times, return_inverse=True)[1])


def blocks_of(records: NDArray[Any], most: int = _BLOCK) -> Ints:
    """Which mentions are to be compared together: a block's number for each, -1 where there is no other of its stretch of time."""
    slot = _slots(records)
    sizes = np.bincount(slot[slot >= 0], minlength=1)
    sizes[sizes < 2] = 0
    block = (np.cumsum(sizes) - sizes) // most
    return np.where((slot >= 0) & (sizes[slot] > 0), block[slot], -1)


def groups(
    records: NDArray[Any],
    owner: Ints,
    identities: NDArray[np.uint64],
    original: Ints,
    story: Ints,
    blocks: Iterable[tuple[Ints, Vectors]],
    salt: bytes = bytes(16),
) -> Groups:
    """All mentions that may join an event, each in exactly one neighbourhood.

    ``records`` (:data:`~timeline.merging.profile.MENTION`) are those of the articles one after the other, articles in order; ``owner`` is each
    one's article. Of each article: ``identities`` (n, 2), numbers that change with its id and its profile; ``original``, what it is a copy
    of, or itself; ``story``, as :func:`stories` gives it. ``blocks`` are ``(rows, their vectors)``, rows ascending, all mentions of a
    stretch of time in one block; those that no other mention shares it with may be left out.
    """
    slot = _slots(records)
    laters, earliers = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for rows, vectors in blocks:
        later, earlier = _linked(records[rows], slot[rows], vectors, len(records))
        laters.append(rows[later])
        earliers.append(rows[earlier])
    prominent = np.flatnonzero(records["prominent"])
    _, hub, which = np.unique(story[owner[prominent]], return_index=True, return_inverse=True)
    root = components(len(records), np.concatenate([*laters, prominent]), np.concatenate([*earliers, prominent[hub[which]]]))
    members = np.argsort(root, kind="stable")
    starts = np.flatnonzero(np.diff(root[members], prepend=-1))
    keys = _keys(records["number"][members], owner[members], starts, identities, original, salt)
    return Groups(keys, np.append(starts, len(members)), members)


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


def _keys(
    numbers: NDArray[Any],
    owner: Ints,
    starts: Ints,
    identities: NDArray[np.uint64],
    original: Ints,
    salt: bytes,
) -> NDArray[np.uint64]:
    """A digest of each neighbourhood: sums of its members' hashes, in any order. A copy's hash tells what it is a copy of."""
    copy = (original != np.arange(len(original)))[:, None]
    articles = identities ^ np.where(copy, _mixed(identities[original]), np.uint64(0))
    members = _mixed(articles[owner] + (numbers.astype(np.uint64) + np.uint64(1))[:, None] * _MIX)
    sums = np.add.reduceat(members, starts, axis=0) if len(starts) else members
    return _mixed(sums + np.frombuffer(salt, np.uint64))


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each number scrambled so that every bit of it counts for every bit of the result (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
