"""Each vector's nearest earlier one, found through the terms they share: near-linear, exact, the same in any order of adding.

A vector looks only at the few nearest before it in the posting lists of its strongest terms, so that cost grows with the number of
vectors, however common a word is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from timeline.merging.profile import Vector

__all__ = ["Ints", "Stack", "candidates", "components", "nearest_earlier"]

Ints = NDArray[np.int64]

_LOOK_BACK = 24
_CHUNK = 1 << 17
_FEW = 12
"""Up to so many rows all pairs cost less than looking terms up."""
_SCALE = 10**6


class Stack:
    """Vectors one below the other, padded: ``keys`` and ``weights`` have shape (vectors, terms), heaviest first; padding weighs 0."""

    def __init__(self, vectors: Sequence[Vector], width: int) -> None:
        lengths = np.array([min(width, len(vector.keys)) for vector in vectors], np.int64)
        filled = np.arange(width) < lengths[:, None]
        self.keys = np.zeros((len(vectors), width), np.int64)
        self.weights = np.zeros((len(vectors), width), np.int64)
        if len(vectors):
            self.keys[filled] = np.concatenate([vector.keys[:width] for vector in vectors])
            self.weights[filled] = np.concatenate([vector.weights[:width] for vector in vectors])
        order = np.argsort(self.keys + (np.arange(len(vectors)) << 32)[:, None], axis=None)
        self._codes = (self.keys + (np.arange(len(vectors)) << 32)[:, None]).ravel()[order]
        self._values = self.weights.ravel()[order]

    def similar(self, left: Ints, right: Ints, halve_strongest: bool = False, fewest: int = 0) -> Ints:
        """Cosine of each pair, in millionths; ``halve_strongest`` counts half of what their strongest common term gives.

        (Two articles that share no more than a name are about the same actor, not about the same event.) Pairs with under ``fewest``
        terms in common count half.
        """
        found = np.zeros(len(left), np.int64)
        for at in range(0, len(left), _CHUNK):
            part = slice(at, at + _CHUNK)
            wanted = self.keys[left[part]] + (right[part] << 32)[:, None]
            places = np.minimum(np.searchsorted(self._codes, wanted), len(self._codes) - 1)
            values = np.where(self._codes[places] == wanted, self._values[places], 0)
            products = values * self.weights[left[part]]
            found[part] = products.sum(axis=1)
            if halve_strongest:
                found[part] -= products.max(axis=1) // 2
            if fewest:
                found[part] //= 1 + ((products > 0).sum(axis=1) < fewest)
        return found


def nearest_earlier(
    stack: Stack, slots: Ints, days: Ints, *, keys: int, least: int, window: int = 0, fade: int = 0, halve_strongest: bool = False
) -> tuple[Ints, Ints, Ints]:
    """For each vector the most similar one before it in its slot: ``(later, earlier, similarity in millionths)``, one row a vector found.

    Rows of ``stack`` stand in their canonical order. ``slots``: only vectors of the same slot are compared (negative: none);
    ``days``: none further apart than ``window`` days are, and similarity fades by ``fade / (fade + days apart)``. ``keys``: how many of a
    vector's strongest terms are looked up; ``least``: the smallest similarity that counts. Of equals the earliest wins.
    """
    later, earlier = candidates(stack, slots, keys, least, days, window)
    similarity = stack.similar(later, earlier, halve_strongest)
    if fade:
        similarity = similarity * fade // (fade + np.abs(days[later] - days[earlier]))
    kept = similarity >= least
    later, earlier, similarity = later[kept], earlier[kept], similarity[kept]
    order = np.lexsort((earlier, -similarity, later))
    later, earlier, similarity = later[order], earlier[order], similarity[order]
    best = np.ones(len(later), bool)
    best[1:] = later[1:] != later[:-1]
    return later[best], earlier[best], similarity[best]


def candidates(
    stack: Stack, slots: Ints, keys: int, least: int, days: Ints | None = None, window: int = 0, look_back: int = _LOOK_BACK
) -> tuple[Ints, Ints]:
    """Pairs of rows of one slot that may reach the similarity ``least``: ``(later, earlier)``, each pair once, in order."""
    count = len(slots)
    if count <= _FEW:
        later, earlier = np.tril_indices(count, -1)
        same = (slots[later] == slots[earlier]) & (slots[later] >= 0)
        if days is not None and window:
            same &= np.abs(days[later] - days[earlier]) <= window
        return later[same], earlier[same]
    strong, weights = stack.keys[:, :keys], stack.weights[:, :keys]
    used = (weights > 0) & (slots >= 0)[:, None]
    row, slot = (np.broadcast_to(each[:, None], strong.shape)[used] for each in (np.arange(count), slots))
    term, weight = strong[used], weights[used]
    order = np.lexsort((row, term, slot))
    row, term, weight, slot = row[order], term[order], weight[order], slot[order]
    pairs, products = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for lag in range(1, min(look_back, len(row) - 1) + 1):
        same = (term[lag:] == term[:-lag]) & (slot[lag:] == slot[:-lag])
        if days is not None and window:
            same &= np.abs(days[row[lag:]] - days[row[:-lag]]) <= window
        if not same.any():
            break
        pairs.append(row[lag:][same] * count + row[:-lag][same])
        products.append(weight[lag:][same] * weight[:-lag][same])
    codes, places = np.unique(np.concatenate(pairs), return_inverse=True)
    partial = np.bincount(places, np.concatenate(products), len(codes))
    codes = codes[2 * partial >= least]
    return codes // max(1, count), codes % max(1, count)


def components(count: int, left: Ints, right: Ints) -> Ints:
    """The least row that each row is joined with, over the given pairs."""
    root = np.arange(count)
    while True:
        a, b = root[left], root[right]
        low = np.minimum(a, b)
        before = root.copy()
        np.minimum.at(root, a, low)
        np.minimum.at(root, b, low)
        while True:
            higher = root[root]
            if (higher == root).all():
                break
            root = higher
        if (root == before).all():
            return root
