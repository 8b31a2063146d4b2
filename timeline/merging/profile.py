"""What merging reads of one article, computed once at extraction and cached: small arrays, no text."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from timeline.interval import Interval
from timeline.leading import leading
from timeline.merging.copies import signature
from timeline.merging.vectors import Vector
from timeline.merging.words import Part, Reading, Term, cut, read, strongest, terms
from timeline.records import Article, Extraction, Mention

__all__ = ["MENTION", "MentionKey", "Packed", "Profile", "days_told", "profile"]

MENTION = np.dtype([("number", "<i4"), ("first", "<i4"), ("last", "<i4"), ("terms", "u1"), ("weak", "?"), ("prominent", "?")])
"""A :class:`MentionKey` without its terms, of which there are so many."""

_OPEN_DAY = 10**7
_HEAVIEST = 0.45
"""No term holds more than this share of a mention: a rare name alone does not make two sentences alike."""
_STORY_TERMS, _MENTION_TERMS = 40, 24
_TITLE, _LEAD, _REST, _TRIGGER, _CLAUSE, _NAMED = 5.0, 1.0, 0.3, 2.0, 0.5, 0.5
_PLACE = 6.0
_LEAD_CHARS, _REST_CHARS = 600, 3600
_SITE = re.compile(r"\s+[-|–—]\s+[^-|–—]{2,40}$")
_COUNTED = re.compile(r"(\d+(?:[.,]\d+)*)[ -]([^\W\d_]+)")
WEAK = frozenset({"publication", "story", "none"})


@dataclass(frozen=True, slots=True)
class MentionKey:
    """A mention that may join an event. ``first`` and ``last`` are days as ordinals, both within it; -1 and ``10**7`` where open;
    the publication day where only that dates it (``weak``).

    ``numbers`` are ``(number, what it counts)`` in its sentence, dates apart.
    """

    number: int
    first: int
    last: int
    weak: bool
    prominent: bool
    vector: Vector
    numbers: tuple[tuple[str, str], ...]


class Packed(NamedTuple):
    """A profile for the cache: columns of plain bytes, so that those of many articles are read as one array each."""

    article_id: str
    digest: bytes
    day: int | None
    signature: bytes
    """``<u4``, as in the profile."""
    story_keys: bytes
    """``<u4``; ``story_weights`` are ``<i2``."""
    story_weights: bytes
    mentions: bytes
    """Records :data:`MENTION`."""
    keys: bytes
    """The terms of all mentions, ``<u4``; ``weights`` are ``<i2``."""
    weights: bytes
    counted: bytes
    """JSON: what the numbers of a mention count, by its place; empty where none does."""


@dataclass(frozen=True)
class Profile:
    """An article as merging sees it. ``digest`` (16 bytes) changes with anything that merging reads of the article or its mentions.

    ``day`` is the publication day, or where there is none the last day that a mention names; ``None`` where nothing says.
    """

    article_id: str
    digest: bytes
    day: int | None
    signature: NDArray[np.uint32]
    story: Vector
    mentions: tuple[MentionKey, ...]

    @cached_property
    def by_number(self) -> dict[int, MentionKey]:
        """The mentions by their number."""
        return {key.number: key for key in self.mentions}

    def pack(self) -> Packed:
        """For the cache; :meth:`unpack` is its inverse."""
        vectors = [key.vector for key in self.mentions]
        rows = [(k.number, k.first, k.last, len(k.vector.keys), k.weak, k.prominent) for k in self.mentions]
        counted = {place: key.numbers for place, key in enumerate(self.mentions) if key.numbers}
        return Packed(
            self.article_id,
            self.digest,
            self.day,
            _bytes([self.signature], "<u4"),
            _bytes([self.story.keys], "<u4"),
            _bytes([self.story.weights], "<i2"),
            np.array(rows, MENTION).tobytes(),
            _bytes([vector.keys for vector in vectors], "<u4"),
            _bytes([vector.weights for vector in vectors], "<i2"),
            json.dumps(counted, ensure_ascii=False).encode("utf-8", "surrogatepass") if counted else b"",
        )

    @classmethod
    def unpack(cls, packed: Packed) -> Profile:
        """The profile that was packed."""
        keys, weights = np.frombuffer(packed.keys, "<u4"), np.frombuffer(packed.weights, "<i2").astype(np.int32)
        counted = json.loads(packed.counted.decode("utf-8", "surrogatepass")) if packed.counted else {}
        mentions, at = [], 0
        for place, (number, first, last, size, weak, prominent) in enumerate(np.frombuffer(packed.mentions, MENTION).tolist()):
            vector = Vector(keys[at : at + size], weights[at : at + size])
            numbers = tuple((value, what) for value, what in counted.get(str(place), ()))
            mentions.append(MentionKey(number, first, last, weak, prominent, vector, numbers))
            at += size
        story = Vector(np.frombuffer(packed.story_keys, "<u4"), np.frombuffer(packed.story_weights, "<i2").astype(np.int32))
        signed = np.frombuffer(packed.signature, "<u4")
        return cls(packed.article_id, packed.digest, packed.day, signed, story, tuple(mentions))


def _bytes(arrays: Sequence[NDArray[Any]], kind: str) -> bytes:
    return b"".join(array.astype(kind).tobytes() for array in arrays)


def profile(extraction: Extraction) -> Profile:
    """The profile of an article: its MinHash signature, its story's terms, its mentions' days and terms."""
    article = extraction.article
    reading = read(article.text, article.lang)
    undated = _without_dates(reading, extraction)
    prominent = leading(extraction.mentions)
    day = article.published.day.toordinal() if article.published else None
    keys = tuple(
        _key(i, mention, extraction, undated, i in prominent, day)
        for i, mention in enumerate(extraction.mentions)
        if not _weak(mention) or (day is not None and (i in prominent or mention.grounded))
    )
    seen = (article, [extraction.mentions[key.number] for key in keys])
    named = [key.last for key in keys if not key.weak and key.first == key.last]
    return Profile(
        article_id=article.article_id,
        digest=blake2b(repr(seen).encode(), digest_size=16).digest(),
        day=max(named, default=None) if day is None else day,
        signature=signature(article.text),
        story=_story(article, reading),
        mentions=keys,
    )


def _story(article: Article, reading: Reading) -> Vector:
    """Title, lead, and more faintly the rest: what the article is about."""
    title = _SITE.sub("", article.title or "")
    body: list[tuple[int, int]] = []
    start = len(title) if title and article.text.startswith(title) else 0
    for block in article.blocks:
        if block.kind in ("boilerplate", "byline", "title"):
            body.append((start, block.start))
            start = max(start, block.end)
    body.append((start, len(article.text)))
    parts: list[Part] = [(read(title, article.lang)[1], _TITLE, False)]
    spent = 0
    for first, last in body:
        lead = min(last, first + max(0, _LEAD_CHARS - spent))
        rest = min(last, first + max(0, _REST_CHARS - spent))
        parts += [(_between(reading, first, lead), _LEAD, True), (_between(reading, lead, rest), _REST, True)]
        spent += max(0, last - first)
    return Vector(*strongest(terms(parts), _STORY_TERMS))


def _between(reading: Reading, start: int, end: int) -> list[Term]:
    starts, found = reading
    return found[bisect_left(starts, start) : bisect_left(starts, end)] if end > start else []


def _without_dates(reading: Reading, extraction: Extraction) -> Reading:
    """Mentions are compared within a stretch of time: what names that stretch must not make them alike."""
    starts, found = reading
    kept = list(found)
    for timex in extraction.timexes:
        first, last = bisect_left(starts, timex.start), bisect_left(starts, timex.end)
        kept[first:last] = [(0, 0.0, 0)] * (last - first)
    return starts, kept


def _weak(mention: Mention) -> bool:
    """True where only the publication dates it."""
    return mention.date_basis in WEAK or not mention.grounded or mention.interval is None


def _key(number: int, mention: Mention, extraction: Extraction, reading: Reading, prominent: bool, day: int | None) -> MentionKey:
    first, last = mention.sentence
    parts: list[Part] = [(_between(reading, first, last), 1.0, mention.block != "title")]
    parts += [(_between(reading, who.start, who.end), _NAMED, False) for who in mention.participants]
    parts += [(_between(reading, where.start, where.end), _NAMED, False) for where in mention.places]
    parts.append((_between(reading, mention.start, mention.end), _TRIGGER, False))
    if 2 * len(mention.summary) < last - first:
        parts.append((read(mention.summary, extraction.article.lang)[1], _CLAUSE, False))
    weak = _weak(mention)
    start_day, end_day = (day or 0, day or 0) if weak else _days(mention.interval)
    found = terms(parts)
    for where in mention.places:
        if where.gazetteer_id is not None:
            found[crc32(f"place {where.gazetteer_id}".encode())] = _PLACE
    return MentionKey(
        number=number,
        first=start_day,
        last=end_day,
        weak=weak,
        prominent=prominent,
        vector=Vector(*strongest(found, _MENTION_TERMS, _HEAVIEST)),
        numbers=tuple(_numbers(mention, extraction)),
    )


def days_told(mention: Mention) -> tuple[int, int] | None:
    """First and last day on which a mention may lie, by an expression of the text, even by the way, or by its publication, give or take
    a day; ``None`` where nothing says."""
    if mention.interval is None or mention.date_basis in ("story", "none"):
        return None
    first, last = _days(mention.interval)
    leeway = mention.date_basis == "publication"
    return first - leeway, last + leeway


def _days(interval: Interval | None) -> tuple[int, int]:
    """First and last day, both within; -1 and a day past all where open."""
    start, end = interval or (None, None)
    first = start.toordinal() if start else -1
    if end is None:
        return first, _OPEN_DAY
    midnight = end.hour == end.minute == end.second == end.microsecond == 0
    return first, max(end.toordinal() - midnight, first)


def _numbers(mention: Mention, extraction: Extraction) -> Iterator[tuple[str, str]]:
    timexes = extraction.timexes
    for match in _COUNTED.finditer(extraction.article.text, *mention.sentence):
        before = bisect_left(timexes, match.end(), key=lambda timex: timex.start)
        if not before or timexes[before - 1].end <= match.start():
            yield cut(match[1]), match[2].lower()
