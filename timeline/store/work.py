"""Articles that are to be extracted, and the keys that tell whether they were."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from timeline.records import Article

__all__ = ["Seen", "Work", "cache_key", "content_hash"]


@dataclass(frozen=True)
class Work:
    """An article to extract: its key in the cache, the hash of its content, the article with its final id."""

    key: bytes
    hash: bytes
    article: Article


def content_hash(article: Article) -> bytes:
    """16 bytes that change with any field of the article; where it was read from plays no part."""
    rest = (article.article_id, article.title, article.url, article.source, article.publisher, article.authors, article.lang)
    dates = (article.published, article.modified)
    digest = hashlib.blake2b(repr((rest, dates, article.blocks)).encode("utf-8", "surrogatepass"), digest_size=16)
    digest.update(article.text.encode("utf-8", "surrogatepass"))
    return digest.digest()


def cache_key(content: bytes, article_id: str, salt: bytes) -> bytes:
    """The key of an article's extraction: content, final id, settings and pipeline version (``salt``)."""
    return hashlib.blake2b(content + salt + article_id.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Seen:
    """Which keys came before, of some million: one that was forgotten meanwhile is worked on twice, which leaves the same rows."""

    def __init__(self) -> None:
        self._last = np.zeros(1 << 20, np.uint64)

    def new(self, key: bytes) -> bool:
        """Whether it did not come before; it has now."""
        half = np.uint64(int.from_bytes(key[:8], "little"))
        place = int.from_bytes(key[8:12], "little") % len(self._last)
        if self._last[place] == half:
            return False
        self._last[place] = half
        return True
