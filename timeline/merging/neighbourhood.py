"""Which mentions could be the same event at all: groups that are merged one by one, each from its own content alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import NamedTuple

from timeline.merging.profile import Profile

__all__ = ["Neighbourhood", "neighbourhoods"]


class Neighbourhood(NamedTuple):
    """Mentions to be merged together. ``key`` is a digest of their articles' content: the same key means the same events.

    ``members`` are ``(article_id, index in Extraction.mentions)``, sorted.
    """

    key: str
    members: tuple[tuple[str, int], ...]


def neighbourhoods(profiles: Iterable[Profile], duplicate_of: Mapping[str, str]) -> list[Neighbourhood]:
    """All mentions that may join an event, each in exactly one neighbourhood; no two neighbourhoods could share an event."""
    cells: dict[int, list[tuple[str, int]]] = defaultdict(list)
    digests: dict[str, str] = {}
    for article in profiles:
        digests[article.article_id] = f"{article.article_id} {article.digest} {duplicate_of.get(article.article_id, '')}"
        for key in article.mentions:
            cells[key.first].append((article.article_id, key.index))
    found = []
    for members in cells.values():
        members.sort()
        content = "\n".join(f"{digests[article_id]} {index}" for article_id, index in members)
        found.append(Neighbourhood(blake2b(content.encode(), digest_size=16).hexdigest(), tuple(members)))
    return sorted(found)
