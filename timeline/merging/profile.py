"""What merging reads of one article, computed once at extraction and cached: small arrays, no text."""

from __future__ import annotations

import pickle
from dataclasses import astuple, dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from timeline.merging.copies import signature
from timeline.merging.words import Terms, terms
from timeline.records import Extraction, Mention

__all__ = ["MentionKey", "Profile", "profile"]

_OPEN_DAY = 10**7
_LEAD_CHARS = 600


@dataclass(frozen=True, slots=True)
class MentionKey:
    """A mention that may join an event: ``first`` and ``last`` day (ordinals; -1 and ``10**7`` where open), ``index`` in the article."""

    index: int
    first: int
    last: int
    prominent: bool
    terms: Terms


@dataclass(frozen=True, slots=True)
class Profile:
    """An article as merging sees it. ``digest`` changes with anything that merging reads of the article or its mentions."""

    article_id: str
    digest: str
    day: int | None
    signature: NDArray[np.uint32]
    story: Terms
    mentions: tuple[MentionKey, ...]

    def to_bytes(self) -> bytes:
        """For the cache; :meth:`from_bytes` is its inverse."""
        return pickle.dumps(
            (self.article_id, self.digest, self.day, self.signature, self.story, [astuple(key) for key in self.mentions])
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Profile:
        """The profile that ``data`` holds."""
        *head, keys = pickle.loads(data)
        return cls(*head, tuple(MentionKey(*key) for key in keys))


def profile(extraction: Extraction) -> Profile:
    """The profile of an article: its MinHash signature, its story's terms, its mentions' days and terms."""
    article = extraction.article
    story = terms(f"{article.title or ''} {article.text[:_LEAD_CHARS]}")
    keys = tuple(_key(i, mention, article.text) for i, mention in enumerate(extraction.mentions) if _may_join(mention))
    seen = (article, [extraction.mentions[key.index] for key in keys])
    return Profile(
        article_id=article.article_id,
        digest=blake2b(repr(seen).encode(), digest_size=8).hexdigest(),
        day=article.published.day.toordinal() if article.published else None,
        signature=signature(article.text),
        story=story,
        mentions=keys,
    )


def _may_join(mention: Mention) -> bool:
    return mention.interval is not None and (mention.grounded or mention.block in ("title", "lead"))


def _key(index: int, mention: Mention, text: str) -> MentionKey:
    start, end = mention.interval or (None, None)
    return MentionKey(
        index=index,
        first=start.toordinal() if start else -1,
        last=end.toordinal() if end else _OPEN_DAY,
        prominent=mention.block in ("title", "lead"),
        terms=terms(text[slice(*mention.sentence)]),
    )
