"""Near-duplicate and syndicated articles: MinHash over three-word shingles (rensa), banded so that cost grows with the articles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

__all__ = ["Signed", "duplicates", "signature"]

_PERMUTATIONS = 128
_ROWS = 4
_SEED = 5
_ALIKE = 0.6
_FEWEST_WORDS = 30
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
    """``{article_id: duplicate_of}`` for every near-duplicate: the earliest published of its group (then the least id) is the original.

    Two articles are alike where their estimated Jaccard similarity is at least 0.6; groups are the connected ones. Within a bucket
    each article is compared with the two before it and the first, in the order of publication, so that a bucket costs what it holds.
    """
    signed = [article for article in articles if len(article.signature)]
    signed.sort(key=lambda article: (article.day is None, article.day or 0, article.article_id))
    if not signed:
        return {}
    matrix = np.stack([article.signature for article in signed])
    parent = list(range(len(signed)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for left, right in _candidates(matrix):
        a, b = root(left), root(right)
        if a != b and (matrix[left] == matrix[right]).mean() >= _ALIKE:
            parent[max(a, b)] = min(a, b)
    return {article.article_id: signed[root(i)].article_id for i, article in enumerate(signed) if root(i) != i}


def _candidates(matrix: NDArray[np.uint32]) -> list[tuple[int, int]]:
    pairs: set[tuple[int, int]] = set()
    for first in range(0, _PERMUTATIONS, _ROWS):
        buckets: dict[bytes, list[int]] = defaultdict(list)
        for i, band in enumerate(np.ascontiguousarray(matrix[:, first : first + _ROWS])):
            buckets[band.tobytes()].append(i)
        for bucket in buckets.values():
            for place in range(1, len(bucket)):
                pairs.update((bucket[before], bucket[place]) for before in {0, place - 1, max(0, place - 2)})
    return sorted(pairs)
