"""Which mentions could be the same event at all: groups that are merged one by one, each from its own content alone.

Three links make a neighbourhood: an article follows the earlier article that it is most like (a chain of those is a *story*); a
mention follows the most similar earlier mention of the same time; and the prominent mentions of a story's articles belong together.
Every link is a function of the two ends and of what lies between them, never of the order in which articles came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from timeline.merging.links import Ints, Stack, components, nearest_earlier
from timeline.merging.profile import MentionKey, Profile

__all__ = ["Neighbourhood", "in_order", "neighbourhoods", "slots", "stories"]

_STORY_TERMS, _STORY_KEYS, _STORY_LEAST, _STORY_DAYS, _STORY_FADE = 40, 12, 200_000, 60, 100
_MENTION_TERMS, _MENTION_KEYS, _MENTION_LEAST = 24, 8, 220_000
_WIDE, _WIDE_LEAST = 31, 420_000
"""Of a stretch of more than so many days ("in 2016") much is told that is not the same: sentences must be more alike."""


class Neighbourhood(NamedTuple):
    """Mentions to be merged together. ``key`` is a digest of all that merging reads of them: the same key means the same events.

    ``members`` are ``(article_id, number in Extraction.mentions)``, sorted.
    """

    key: str
    members: tuple[tuple[str, int], ...]


def neighbourhoods(profiles: Iterable[Profile], duplicate_of: Mapping[str, str]) -> list[Neighbourhood]:
    """All mentions that may join an event, each in exactly one neighbourhood; no event ever spans two."""
    articles = in_order(profiles)
    owner = [at for at, article in enumerate(articles) for _ in article.mentions]
    keys = [key for article in articles for key in article.mentions]
    groups: dict[int, list[int]] = defaultdict(list)
    for row, least in enumerate(_joined(keys, owner, stories(articles)).tolist()):
        groups[least].append(row)
    digests = [f"{a.article_id} {a.digest} {duplicate_of.get(a.article_id, '')}" for a in articles]
    found = []
    for rows in groups.values():
        members = sorted((articles[owner[row]].article_id, keys[row].number) for row in rows)
        content = repr((members, sorted({digests[owner[row]] for row in rows})))
        found.append(Neighbourhood(blake2b(content.encode(), digest_size=16).hexdigest(), tuple(members)))
    return sorted(found)


def in_order(profiles: Iterable[Profile]) -> list[Profile]:
    """By publication day, then id."""
    return sorted(profiles, key=lambda a: (a.day is None, a.day or 0, a.article_id))


def stories(articles: Sequence[Profile]) -> Ints:
    """For each article, as :func:`in_order` gives them, the first article of its story (a row of ``articles``)."""
    stack = Stack([article.story for article in articles], _STORY_TERMS)
    dated = np.array([article.day is not None for article in articles], bool)
    days = np.array([article.day or 0 for article in articles], np.int64)
    later, earlier, _ = nearest_earlier(
        stack,
        np.where(dated, 0, -1),
        days,
        keys=_STORY_KEYS,
        least=_STORY_LEAST,
        window=_STORY_DAYS,
        fade=_STORY_FADE,
        halve_strongest=True,
    )
    return components(len(articles), later, earlier)


def slots(keys: Sequence[MentionKey]) -> Ints:
    """A number for each mention's stretch of time; the same stretch, the same number; -1 where only the article dates it."""
    times: dict[tuple[int, int], int] = {}
    return np.array([-1 if key.weak else times.setdefault((key.first, key.last), len(times)) for key in keys], np.int64)


def _joined(keys: Sequence[MentionKey], owner: Sequence[int], story: Ints) -> Ints:
    stack = Stack([key.vector for key in keys], _MENTION_TERMS)
    days = np.array([key.first for key in keys], np.int64)
    later, earlier, similarity = nearest_earlier(
        stack, slots(keys), days, keys=_MENTION_KEYS, least=_MENTION_LEAST, halve_strongest=True
    )
    wide = np.array([key.last - key.first > _WIDE for key in keys], bool)
    kept = ~wide[later] | (similarity >= _WIDE_LEAST)
    later, earlier = later[kept], earlier[kept]
    prominent: dict[int, int] = {}
    hubs = [(row, prominent.setdefault(int(story[owner[row]]), row)) for row, key in enumerate(keys) if key.prominent]
    ends = np.array(hubs, np.int64).reshape(-1, 2)
    return components(len(keys), np.concatenate([later, ends[:, 0]]), np.concatenate([earlier, ends[:, 1]]))
