"""What merging reads of one article, computed once at extraction and cached: small arrays, no text."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from timeline.merging.copies import signature
from timeline.merging.words import cut, strongest, terms
from timeline.records import Extraction, Mention

__all__ = ["MentionKey", "Profile", "Vector", "profile"]

_OPEN_DAY = 10**7
_STORY_TERMS, _MENTION_TERMS = 40, 24
_TITLE, _LEAD, _REST, _TRIGGER, _CLAUSE, _NAMED = 5.0, 1.0, 0.3, 1.0, 0.5, 0.5
_LEAD_CHARS, _REST_CHARS = 600, 3600
_SITE = re.compile(r"\s+[-|–—]\s+[^-|–—]{2,40}$")
_COUNTED = re.compile(r"(\d+(?:[.,]\d+)*)[ -]([^\W\d_]+)")
WEAK = frozenset({"publication", "story", "none"})


class Vector(NamedTuple):
    """Terms (hashes) and weights (whole numbers, norm 1000), heaviest first."""

    keys: NDArray[np.uint32]
    weights: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class MentionKey:
    """A mention that may join an event. ``first`` and ``last`` are days as ordinals, both within it; -1 and ``10**7`` where open.

    ``numbers`` are ``(number, what it counts)`` in its sentence, dates apart.
    """

    number: int
    first: int
    last: int
    weak: bool
    prominent: bool
    vector: Vector
    numbers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """An article as merging sees it. ``digest`` changes with anything that merging reads of the article or its mentions.

    ``day`` is the publication day, or where there is none the last day that a mention names; ``None`` where nothing says.
    """

    article_id: str
    digest: str
    day: int | None
    signature: NDArray[np.uint32]
    story: Vector
    mentions: tuple[MentionKey, ...]

    def to_bytes(self) -> bytes:
        """For the cache; :meth:`from_bytes` is its inverse."""
        vectors = [self.story, *(key.vector for key in self.mentions)]
        keys = np.concatenate([vector.keys for vector in vectors]).tobytes()
        weights = np.concatenate([vector.weights for vector in vectors]).astype(np.int16).tobytes()
        plain = [(len(k.vector.keys), k.number, k.first, k.last, k.weak, k.prominent, k.numbers) for k in self.mentions]
        head = (self.article_id, self.digest, self.day, self.signature.tobytes(), len(self.story.keys))
        return pickle.dumps((head, plain, keys, weights), protocol=5)

    @classmethod
    def from_bytes(cls, data: bytes) -> Profile:
        """The profile that ``data`` holds."""
        head, plain, keys, weights = pickle.loads(data)
        all_keys, all_weights = np.frombuffer(keys, np.uint32), np.frombuffer(weights, np.int16).astype(np.int32)
        article_id, digest, day, signed, at = head
        mentions = []
        for size, *fields, numbers in plain:
            number, first, last, weak, prominent = fields
            vector = Vector(all_keys[at : at + size], all_weights[at : at + size])
            mentions.append(MentionKey(number, first, last, weak, prominent, vector, numbers))
            at += size
        story = Vector(all_keys[: head[4]], all_weights[: head[4]])
        return cls(article_id, digest, day, np.frombuffer(signed, np.uint32), story, tuple(mentions))


def profile(extraction: Extraction) -> Profile:
    """The profile of an article: its MinHash signature, its story's terms, its mentions' days and terms."""
    article = extraction.article
    keys = tuple(_key(i, mention, extraction) for i, mention in enumerate(extraction.mentions) if _may_join(mention))
    seen = (article, [extraction.mentions[key.number] for key in keys])
    named = [key.last for key in keys if not key.weak and key.first == key.last]
    return Profile(
        article_id=article.article_id,
        digest=blake2b(repr(seen).encode(), digest_size=8).hexdigest(),
        day=article.published.day.toordinal() if article.published else max(named, default=None),
        signature=signature(article.text),
        story=_story(extraction),
        mentions=keys,
    )


def _story(extraction: Extraction) -> Vector:
    """Title, lead, and more faintly the rest: what the article is about."""
    article = extraction.article
    title = _SITE.sub("", article.title or "")
    body = "".join(_readable(extraction, len(title) if title and article.text.startswith(title) else 0))
    parts = [(title, _TITLE, False), (body[:_LEAD_CHARS], _LEAD, True), (body[_LEAD_CHARS:_REST_CHARS], _REST, True)]
    return Vector(*strongest(terms(parts, article.lang), _STORY_TERMS))


def _readable(extraction: Extraction, start: int) -> Iterator[str]:
    """The text after ``start`` without boilerplate and bylines, as far as it is looked at."""
    article, spent = extraction.article, 0
    blocks = [block for block in article.blocks if block.kind in ("boilerplate", "byline", "title")]
    for block in blocks:
        if block.start > start:
            yield article.text[start : block.start]
            spent += block.start - start
        start = max(start, block.end)
        if spent > _REST_CHARS:
            return
    yield article.text[start : start + _REST_CHARS]


def _may_join(mention: Mention) -> bool:
    return mention.interval is not None and (mention.grounded or mention.block in ("title", "lead"))


def _key(number: int, mention: Mention, extraction: Extraction) -> MentionKey:
    start, end = mention.interval or (None, None)
    text = extraction.article.text
    parts = [
        (text[slice(*mention.sentence)], 1.0, mention.block != "title"),
        (mention.trigger, _TRIGGER, False),
        (mention.summary, _CLAUSE, False),
        *((who.text, _NAMED, False) for who in mention.participants),
        *((where.text, _NAMED, False) for where in mention.places),
    ]
    return MentionKey(
        number=number,
        first=start.toordinal() if start else -1,
        last=_last_day(mention) if end else _OPEN_DAY,
        weak=mention.date_basis in WEAK or not mention.grounded,
        prominent=mention.block in ("title", "lead"),
        vector=Vector(*strongest(terms(parts, extraction.article.lang), _MENTION_TERMS)),
        numbers=tuple(_numbers(mention, extraction)),
    )


def _last_day(mention: Mention) -> int:
    start, end = mention.interval or (None, None)
    if end is None:
        return _OPEN_DAY
    midnight = end.hour == end.minute == end.second == end.microsecond == 0
    last = end.toordinal() - midnight
    return max(last, start.toordinal()) if start else last


def _numbers(mention: Mention, extraction: Extraction) -> Iterator[tuple[str, str]]:
    start, end = mention.sentence
    dates = [(timex.start, timex.end) for timex in extraction.timexes if timex.start < end and timex.end > start]
    for match in _COUNTED.finditer(extraction.article.text, start, end):
        if not any(match.start() < last and match.end() > first for first, last in dates):
            yield cut(match[1]), match[2].lower()
