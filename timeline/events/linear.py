"""A linear classifier over hashed features, stored small (8 bits a weight) and applied to many rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Linear"]

Floats: TypeAlias = npt.NDArray[np.float32]
_CHUNK = 128
"""Rows at a time: what is gathered for them stays in the cache of the processor."""
_BLOCK = 4096
"""The same for rows of weights that are made from what is stored."""


class Linear:
    """``labels`` and a weight for each label and feature; features that were never met weigh nothing."""

    def __init__(self, labels: Sequence[str], features: npt.NDArray[np.int64], weights: Floats, bias: Floats, bits: int) -> None:
        """``features`` are the kept feature numbers, ascending; ``weights`` has a row for each, a column per label.

        A row of zeros before them, for the features that were never met, saves a copy.
        """
        self.labels = tuple(labels)
        self.bits = bits
        self._features, self._bias = features, bias.astype(np.float32)
        self._row: npt.NDArray[np.int32] | None = None
        table = weights if len(weights) > len(features) else np.concatenate([np.zeros((1, len(labels)), np.float32), weights])
        if len(self.labels) == 1:  # then one look-up does
            self._table = np.zeros((1 << bits, 1), np.float32)
            self._table[features] = table[1:]
        else:
            self._table = np.ascontiguousarray(table, np.float32)  # in the order it is read
            self._row = np.zeros(1 << bits, np.int32)
            self._row[features] = np.arange(1, len(features) + 1)

    def scores(self, features: npt.NDArray[np.int64]) -> Floats:
        """A score per row and label (log odds up to a constant of the row)."""
        return self.sums(features) + self._bias

    def sums(self, features: npt.NDArray[np.int64]) -> Floats:
        """What the features of each row weigh for each label."""
        result = np.empty((len(features), len(self.labels)), np.float32)
        for start in range(0, len(features), _CHUNK):
            weights = self._gathered(features[start : start + _CHUNK].T)
            np.add.reduce(weights, axis=0, out=result[start : start + _CHUNK])
        return result

    def grouped(self, features: npt.NDArray[np.int64], starts: Sequence[int]) -> Floats:
        """The same for groups of columns, each beginning where ``starts`` says: row, group, label."""
        result = np.empty((len(features), len(starts), len(self.labels)), np.float32)
        for start in range(0, len(features), _CHUNK):
            np.add.reduceat(self._gathered(features[start : start + _CHUNK]), starts, axis=1, out=result[start : start + _CHUNK])
        return result

    def _gathered(self, features: npt.NDArray[np.int64]) -> Floats:
        """The weights of features, for each label."""
        numbers = features if self._row is None else self._row.take(features, mode="clip")
        return self._table.take(numbers, axis=0, mode="clip")

    def packed(self, name: str) -> dict[str, Any]:
        """Arrays to store, as roots of the weights (many are small, few are large); what rounds to nothing is left out."""
        weights = self._table[self._features] if self._row is None else self._table[1:]
        scale = np.maximum(np.abs(weights).max(axis=0), 1e-6)
        small = np.round(np.sign(weights) * np.sqrt(np.abs(weights) / scale) * 127).astype(np.int8)
        keep = np.any(small != 0, axis=1)
        return {
            f"{name}.labels": np.array(self.labels),
            f"{name}.features": np.diff(self._features[keep], prepend=0).astype(np.uint32),
            f"{name}.weights": np.ascontiguousarray(small[keep].T),
            f"{name}.scale": scale.astype(np.float32),
            f"{name}.bias": self._bias,
            f"{name}.bits": np.array(self.bits),
        }

    @classmethod
    def unpacked(cls, name: str, data: Mapping[str, Any]) -> Linear:
        """What :meth:`packed` stored."""
        features = np.cumsum(data[f"{name}.features"].astype(np.int64))
        table = _squared(data[f"{name}.weights"], data[f"{name}.scale"])
        return cls(
            [str(label) for label in data[f"{name}.labels"]], features, table, data[f"{name}.bias"], int(data[f"{name}.bits"])
        )


def _squared(small: npt.NDArray[np.int8], scale: Floats) -> Floats:
    """The weights whose roots :meth:`Linear.packed` stored, below a row of zeros; a few at a time, so that they are made where they stay."""
    table = np.zeros((1 + small.shape[1], len(small)), np.float32)
    for start in range(0, small.shape[1], _BLOCK):
        roots = small[:, start : start + _BLOCK].T.astype(np.float32, order="C")
        roots /= 127
        rows = np.multiply(roots, np.abs(roots), out=table[1 + start : 1 + start + _BLOCK])
        rows *= scale
    return table
