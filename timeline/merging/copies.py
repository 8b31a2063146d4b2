"""Near-duplicate and syndicated articles: MinHash over three-word shingles (rensa), banded so that cost grows with the articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from timeline.merging.arrays import Ints, Room, components, stretches, together

__all__ = ["BANDS", "Signed", "duplicates", "originals", "signature"]

_PERMUTATIONS = 128
_ROWS = 4
BANDS = _PERMUTATIONS // _ROWS
"""Bands of a signature, each of four numbers."""
_SEED = 5
_ALIKE = 0.6
_FEWEST_WORDS = 30
_PARTS = 1 << 10
"""Articles of one bucket are looked at together; buckets are spread over so many parts."""
_WORD = re.compile(r"\w+")


class Signed(Protocol):
    """What :func:`duplicates` reads of an article."""

    @property
    def article_id(self) -> str: ...
    @property
    def day(self) -> int | None: ...
    @property
    def signature(self) -> NDArray[np.uint32]: ...


def signature(text: str) -> NDArray[np.uint32]:
    """MinHash of the text's three-word shingles, shape (128,); empty where the text has under 30 words (too little to tell)."""
    words = _WORD.findall(text.casefold())
    if len(words) < _FEWEST_WORDS:
        return np.zeros(0, np.uint32)
    minhash = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    minhash.update([" ".join(words[i : i + 3]) for i in range(len(words) - 2)])
    return np.array(minhash.digest(), np.uint32)


def duplicates(articles: Iterable[Signed]) -> dict[str, str]:
    """``{article_id: duplicate_of}`` for every near-duplicate: the earliest published of its group (then the least id) is the original."""
    signed = [article for article in articles if len(article.signature)]
    signed.sort(key=lambda article: (article.day is None, article.day or 0, article.article_id))
    matrix = np.stack([article.signature for article in signed] or [np.empty(_PERMUTATIONS, np.uint32)])
    first = originals(len(signed), lambda band: matrix[: len(signed), band * _ROWS : (band + 1) * _ROWS])
    return {article.article_id: signed[first[i]].article_id for i, article in enumerate(signed) if first[i] != i}


def originals(count: int, band: Callable[[int], NDArray[np.uint32]], room: Room = np.empty) -> Ints:
    """The row of the original of each of ``count`` articles, which have signatures and stand in the order of publication, then id.

    ``band(n)`` gives the ``n``-th of :data:`BANDS` parts of all signatures, shape (count, 4): one is asked for at a time. Two articles are
    alike where their estimated Jaccard similarity is at least 0.6; groups are the connected ones. Within a bucket each article is
    compared with the two before it and the first, in the order of publication, so that a bucket costs what it holds. What is held in
    memory grows with the number of copies alone.
    """
    pairs = np.empty(0, np.int64)
    for number in range(BANDS):
        part = band(number)
        for rows in together(part[:, 0] & _PARTS - 1, _PARTS, room):
            pairs = np.union1d(pairs, _pairs(part[rows], rows, count))
    left, right = pairs // max(1, count), pairs % max(1, count)
    equal = np.zeros(len(pairs), np.int64)
    for number in range(BANDS) if len(pairs) else ():
        part = band(number)
        for some in stretches(len(pairs)):
            equal[some] += (part[left[some]] == part[right[some]]).sum(axis=1)
    alike = equal >= _ALIKE * _PERMUTATIONS
    return components(count, lambda: [(left[alike], right[alike])], room)


def _pairs(band: NDArray[np.uint32], rows: Ints, count: int) -> Ints:
    """The pairs among some rows, which stand in order where they are of one bucket."""
    order = np.lexsort(band.T)
    bucket = band[order]
    new = np.ones(len(rows), bool)
    new[1:] = (bucket[1:] != bucket[:-1]).any(axis=1)
    first = np.maximum.accumulate(np.where(new, np.arange(len(rows)), 0))
    found = [np.empty(0, np.int64)]
    for before in (first, np.arange(len(rows)) - 1, np.arange(len(rows)) - 2):
        within = (before >= first) & (before < np.arange(len(rows)))
        found.append(rows[order[before[within]]] * count + rows[order[within]])
    return np.concatenate(found)
