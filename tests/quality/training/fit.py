"""Logistic regression over hashed features. For training only: needs SciPy, which nothing else here does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from timeline.events.linear import Linear

__all__ = ["Fitted", "fit", "join"]


@dataclass(slots=True)
class Fitted:
    """Weights of one classifier: ``features`` ascending, a column per label."""

    labels: tuple[str, ...]
    features: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    bits: int
    described: npt.NDArray[np.float32]
    """Weights of the numbers that describe a word, none where none were given."""

    def against(self, label: str, shift: float) -> Fitted:
        """The other label of two alone: its log odds plus ``shift``."""
        other = 1 - self.labels.index(label)
        gain, told = ((w[:, other] - w[:, 1 - other])[:, None] for w in (self.weights, self.described))
        bias = self.bias[[other]] - self.bias[[1 - other]] + np.float32(shift)
        return Fitted((self.labels[other],), self.features, gain, bias, self.bits, told)


def join(parts: Sequence[Fitted]) -> Linear:
    """Several classifiers over the same features as one with all their labels."""
    features = np.unique(np.concatenate([part.features for part in parts]))
    blocks = []
    for part in parts:
        block = np.zeros((len(features), len(part.labels)), np.float32)
        block[np.searchsorted(features, part.features)] = part.weights
        blocks.append(block)
    labels = [label for part in parts for label in part.labels]
    return Linear(labels, features, np.concatenate(blocks, axis=1), np.concatenate([part.bias for part in parts]), parts[0].bits)


def fit(
    features: npt.NDArray[np.int32],
    target: npt.NDArray[np.int64],
    labels: tuple[str, ...],
    bits: int,
    *,
    strength: float,
    rare: int = 2,
    steps: int = 60,
    described: npt.NDArray[np.float32] | None = None,
) -> Fitted:
    """Multinomial logistic regression with an L2 penalty, by L-BFGS from zero.

    ``features`` has a row of feature numbers per example, ``target`` its label's number. Features met fewer than ``rare`` times are
    left out. ``described`` are further numbers of each example, taken as they are.
    """
    sparse: Any = import_module("scipy.sparse")
    minimize: Any = import_module("scipy.optimize").minimize
    kept, inverse, counts = np.unique(features, return_inverse=True, return_counts=True)
    keep = counts >= rare
    column = np.where(keep, np.cumsum(keep) - 1, -1)[inverse.reshape(features.shape)]
    kept = kept[keep].astype(np.int64)
    used = column >= 0
    starts = np.concatenate([[0], np.cumsum(used.sum(axis=1))])
    matrix = sparse.csr_matrix((np.ones(starts[-1], np.float32), column[used], starts), shape=(len(features), len(kept)))
    if described is not None:
        matrix = sparse.hstack([matrix, sparse.csr_matrix(described)]).tocsr()
    size = matrix.shape[1]
    turned = matrix.T.tocsr()
    truth = np.zeros((len(target), len(labels)), np.float32)
    truth[np.arange(len(target)), target] = 1

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat.reshape(size + 1, len(labels)).astype(np.float32)
        scores = matrix @ weights[:-1] + weights[-1]
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        total = odds.sum(axis=1, keepdims=True)
        value = float((np.log(total[:, 0]) - (scores * truth).sum(axis=1)).sum() + strength / 2 * (weights[:-1] ** 2).sum())
        error = odds / total - truth
        slope = np.vstack([turned @ error + strength * weights[:-1], error.sum(axis=0)])
        return value, slope.ravel().astype(np.float64)

    start = np.zeros((size + 1) * len(labels))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 6}).x
    found = found.reshape(size + 1, len(labels)).astype(np.float32)
    return Fitted(labels, kept, found[: len(kept)], found[-1], bits, found[len(kept) : -1])
