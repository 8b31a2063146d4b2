"""Identifiers that outlive builds: hashes of what was said where."""

from __future__ import annotations

from hashlib import blake2b

from timeline.records import Mention

__all__ = ["event_id", "mention_id"]


def _hash(prefix: str, *parts: object) -> str:
    return prefix + blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).hexdigest()


def mention_id(article_id: str, mention: Mention) -> str:
    """``m`` and 16 hex digits of the article, the trigger's offset and the trigger."""
    return _hash("m", article_id, mention.start, mention.trigger)


def event_id(earliest_mention_id: str) -> str:
    """``e`` and 16 hex digits of the earliest mention's id; the order is publication, article id, offset."""
    return _hash("e", earliest_mention_id)
