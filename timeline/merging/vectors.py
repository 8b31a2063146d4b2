"""Weighted terms of texts, and how many of them are held: one behind the other, without an object each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from timeline.merging.arrays import Ints

__all__ = ["Ints", "Vector", "Vectors", "positions"]


class Vector(NamedTuple):
    """Terms (hashes) and weights (whole numbers, norm 1000), heaviest first."""

    keys: NDArray[np.uint32]
    weights: NDArray[Any]


class Vectors(NamedTuple):
    """Vectors one behind the other: how many terms each has, and the terms and weights of all."""

    sizes: Ints
    keys: NDArray[np.uint32]
    weights: NDArray[np.int16]

    @classmethod
    def of(cls, vectors: Sequence[Vector]) -> Vectors:
        """Those vectors."""
        sizes = np.array([len(vector.keys) for vector in vectors], np.int64)
        keys = np.concatenate([np.empty(0, np.uint32), *(vector.keys for vector in vectors)])
        weights = np.concatenate([np.empty(0, np.int16), *(vector.weights for vector in vectors)])
        return cls(sizes, keys.astype(np.uint32), weights.astype(np.int16))

    @classmethod
    def joined(cls, parts: Iterable[Vectors]) -> Vectors:
        """All vectors of the parts, in their order."""
        held = [cls.of([]), *parts]
        return cls(*(np.concatenate([part[field] for part in held]) for field in range(3)))

    def take(self, rows: Ints) -> Vectors:
        """Some of them."""
        starts = np.cumsum(self.sizes) - self.sizes
        places = positions(starts[rows], self.sizes[rows])
        return Vectors(self.sizes[rows], self.keys[places], self.weights[places])

    def padded(self, width: int) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
        """Terms and weights one below the other, shape (vectors, width); padding weighs 0, what is wider is cut."""
        lengths = np.minimum(self.sizes, width)
        filled = np.arange(width) < lengths[:, None]
        keys, weights = np.zeros(filled.shape, np.uint32), np.zeros(filled.shape, np.int32)
        places = positions(np.cumsum(self.sizes) - self.sizes, lengths)
        keys[filled], weights[filled] = self.keys[places], self.weights[places]
        return keys, weights


def positions(starts: Ints, sizes: Ints) -> Ints:
    """``starts[0], starts[0] + 1, …`` for so many of each."""
    ends = np.cumsum(sizes)
    return np.repeat(starts - (ends - sizes), sizes) + np.arange(ends[-1] if len(ends) else 0)
