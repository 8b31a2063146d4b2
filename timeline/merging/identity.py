"""Identifiers that outlive builds: hashes of what was said where, and the map from one version's ids to the next one's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from timeline.records import Mention

__all__ = ["event_id", "id_map", "mention_id"]


def _hash(prefix: str, *parts: object) -> str:
    return prefix + blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).hexdigest()


def mention_id(article_id: str, mention: Mention) -> str:
    """``m`` and 16 hex digits of the article, the trigger's offset and the trigger."""
    return _hash("m", article_id, mention.start, mention.trigger)


def event_id(earliest_mention_id: str) -> str:
    """``e`` and 16 hex digits of the earliest mention's id; the order is publication, article id, offset."""
    return _hash("e", earliest_mention_id)


def id_map(old: Mapping[str, Iterable[str]], new: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Where the events of one version went: ``{old id: new ids}`` for every old id that is not simply kept.

    ``old`` and ``new`` are ``{event_id: mention_ids}`` of two versions. An event that kept its id and all its mentions' events is
    left out; a merged one names the event that holds its mentions now, a split one all of them, most mentions first; one whose
    mentions are gone gets an empty list.
    """
    home = {mention: event for event, mentions in new.items() for mention in mentions}
    moved: dict[str, list[str]] = {}
    for event, mentions in old.items():
        counts: dict[str, int] = defaultdict(int)
        for mention in mentions:
            if mention in home:
                counts[home[mention]] += 1
        targets = sorted(counts, key=lambda target: (-counts[target], target))
        if targets != [event]:
            moved[event] = targets
    return moved
