"""Each vector's nearest earlier one, found through the terms they share: near-linear, exact, the same in any order of adding.

A vector looks only at the few nearest before it in the posting lists of its strongest terms, so that cost grows with the number of
vectors, however common a word is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from timeline.merging.vectors import Ints, Vector, Vectors

__all__ = ["Stack", "candidates", "nearest_earlier", "stacked"]

_LOOK_BACK = 24
_CHUNK, _ROWS = 1 << 14, 1 << 11
"""Pairs that are compared at once, and rows whose pairs are looked for at once: temporary arrays stay small."""
_FEW = 12
"""Up to so many rows all pairs cost less than looking terms up."""


class Stack:
    """Vectors one below the other, padded: ``keys`` and ``weights`` have shape (vectors, terms), heaviest first; padding weighs 0."""

    def __init__(self, vectors: Vectors, width: int) -> None:
        self.keys, self.weights = vectors.padded(width)

    @cached_property
    def _index(self) -> tuple[Ints, NDArray[np.int32]]:
        """All terms as ``row << 32 | term``, ascending, and their weights."""
        order = np.argsort(self.keys, axis=1, kind="stable")
        rows = np.arange(len(self.keys))[:, None]
        return (self.keys[rows, order] + (rows << 32)).ravel(), self.weights[rows, order].ravel()

    def similar(self, left: Ints, right: Ints, halve_strongest: bool = False, fewest: int = 0) -> Ints:
        """Cosine of each pair, in millionths; ``halve_strongest`` counts half of what their strongest common term gives.

        (Two articles that share no more than a name are about the same actor, not about the same event.) Pairs with under ``fewest``
        terms in common count half.
        """
        found = np.zeros(len(left), np.int64)
        if not len(left):
            return found
        codes, weights = self._index
        for at in range(0, len(left), _CHUNK):
            part = slice(at, at + _CHUNK)
            wanted = self.keys[left[part]].astype(np.int64) + (right[part] << 32)[:, None]
            places = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
            values = np.where(codes[places] == wanted, weights[places], 0)
            products = values * self.weights[left[part]]
            found[part] = products.sum(axis=1, dtype=np.int64)
            if halve_strongest:
                found[part] -= products.max(axis=1) // 2
            if fewest:
                found[part] //= 1 + ((products > 0).sum(axis=1) < fewest)
        return found


def stacked(vectors: Sequence[Vector], width: int) -> Stack:
    """A stack of single vectors."""
    return Stack(Vectors.of(vectors), width)


def nearest_earlier(
    stack: Stack,
    slots: Ints,
    days: Ints,
    *,
    keys: int,
    least: int,
    window: int = 0,
    fade: int = 0,
    halve_strongest: bool = False,
    first: int = 0,
    among: int | None = None,
) -> tuple[Ints, Ints, Ints]:
    """For each vector the most similar one before it in its slot: ``(later, earlier, similarity in millionths)``, one row a vector found.

    Rows of ``stack`` stand in their canonical order. ``slots``: only vectors of the same slot are compared (negative: none);
    ``days``: none further apart than ``window`` days are, and similarity fades by ``fade / (fade + days apart)``. ``keys``: how many of a
    vector's strongest terms are looked up; ``least``: the smallest similarity that counts. Of equals the earliest wins.
    ``first`` and ``among``: see :func:`candidates`.
    """
    later, earlier = candidates(stack, slots, keys, least, days, window, first=first, among=among)
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
    stack: Stack,
    slots: Ints,
    keys: int,
    least: int,
    days: Ints | None = None,
    window: int = 0,
    look_back: int = _LOOK_BACK,
    first: int = 0,
    among: int | None = None,
) -> tuple[Ints, Ints]:
    """Pairs of rows of one slot that may reach the similarity ``least``: ``(later, earlier)``, each pair once, in order.

    Where the rows are a part of a collection, ``among`` is how many that has, and rows before ``first`` are only looked back at.
    """
    count = len(slots)
    if (count if among is None else among) <= _FEW:
        later, earlier = np.tril_indices(count, -1)
        same = (slots[later] == slots[earlier]) & (slots[later] >= 0) & (later >= first)
        if days is not None and window:
            same &= np.abs(days[later] - days[earlier]) <= window
        return later[same], earlier[same]
    postings = _Postings(stack, slots, keys)
    found = [
        postings.pairs(rows, min(rows + _ROWS, count), least, look_back, days if window else None, window)
        for rows in range(first, count, _ROWS)
    ]
    return _joined(later for later, _ in found), _joined(earlier for _, earlier in found)


def _joined(parts: Iterator[Ints]) -> Ints:
    return np.concatenate([np.empty(0, np.int64), *parts])


class _Postings:
    """Which rows have a term among their strongest, for each slot and term, in the order of rows."""

    def __init__(self, stack: Stack, slots: Ints, keys: int) -> None:
        strong, weights = stack.keys[:, :keys], stack.weights[:, :keys]
        used = (weights > 0) & (slots >= 0)[:, None]
        self._starts = np.concatenate([[0], np.cumsum(used.sum(axis=1))])
        row = np.repeat(np.arange(len(slots), dtype=np.int32), np.diff(self._starts))
        term, slot = strong[used], slots[row]
        order = np.lexsort((term, slot))
        self._place = np.empty(len(order), np.int64)
        self._place[order] = np.arange(len(order))
        self._row, self._weight = row[order], weights[used][order]
        term, slot = term[order], slot[order]
        new = np.ones(len(order), bool)
        new[1:] = (term[1:] != term[:-1]) | (slot[1:] != slot[:-1])
        self._list = np.cumsum(new, dtype=np.int32)

    def pairs(self, first: int, last: int, least: int, look_back: int, days: Ints | None, window: int) -> tuple[Ints, Ints]:
        """The pairs of the rows ``first`` to ``last`` with those before them."""
        count = len(self._starts) - 1
        places = self._place[self._starts[first] : self._starts[last]]
        codes, products = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for lag in range(1, look_back + 1):
            places = places[places >= lag]
            places = places[self._list[places] == self._list[places - lag]]
            later, earlier = self._row[places].astype(np.int64), self._row[places - lag]
            if days is not None:
                near = np.abs(days[later] - days[earlier]) <= window
                places, later, earlier = places[near], later[near], earlier[near]
            if not len(places):
                break
            codes.append(later * count + earlier)
            products.append(self._weight[places] * self._weight[places - lag])
        pairs, which = np.unique(np.concatenate(codes), return_inverse=True)
        partial = np.bincount(which, np.concatenate(products), len(pairs))
        pairs = pairs[2 * partial >= least]
        return pairs // max(1, count), pairs % max(1, count)
