"""The learned choice of how an event is dated: a weight for each fact of :mod:`timeline.events.facts`, found by the fact's hash."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate, chain
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from timeline.events.evidence import FREE
from timeline.events.facts import Facts
from timeline.events.features import hashed
from timeline.events.model import WEIGHTS
from timeline.events.option import Option, Way

__all__ = ["FEATURES", "Choice", "Weights", "best_way", "choice_of", "flat", "free_numbers", "numbers", "shaped", "write_choice"]

_BITS = 19
_SHIFT = np.uint64(64 - _BITS)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_NEAR = len(FREE)
_WIDTH = 8
"""Weights of a fact: one for each way without an expression, one for an expression, the rest unused."""
FEATURES = (1 << _BITS) * _WIDTH
_SMALLEST = 0.005
_MOST = 100_000
"""Groups of facts whose weights are remembered; then all are forgotten."""

Weights: TypeAlias = npt.NDArray[np.float32]
"""``2**_BITS`` rows of :data:`_WIDTH`."""


def _places(facts: Iterable[str]) -> npt.NDArray[np.int64]:
    """The row of weights of each fact."""
    hashes = np.array(list(map(hashed, facts)), np.uint64)
    return (hashes * _MULTIPLIER >> _SHIFT).view(np.int64)


def numbers(facts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Weight numbers of the facts of an expression."""
    return _places(facts) * _WIDTH + _NEAR


def free_numbers(facts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Weight numbers of an event's facts for each way without an expression: ``[way, fact]``."""
    return _places(facts)[None, :] * _WIDTH + np.arange(len(FREE))[:, None]


def shaped(weights: npt.NDArray[np.float32], features: npt.NDArray[np.int64]) -> Weights:
    """Weights by the numbers of their features, as :class:`Choice` takes them."""
    table = np.zeros((1 << _BITS, _WIDTH), np.float32)
    table.reshape(-1)[features] = weights
    return table


def flat(facts: Facts) -> list[str]:
    """The facts of all groups."""
    return [fact for group in facts for fact in group.split("\n")]


class Choice:
    """Scores the ways to date an event. What a group of facts weighs is looked up once it was met: news repeats its facts."""

    def __init__(self, weights: Weights) -> None:
        self._known = _Remembered(weights)

    def scores(self, chosen: Sequence[Option]) -> list[list[float]]:
        """For each event a score per way of :data:`FREE`, then per expression at hand."""
        if not chosen:
            return []
        own = [option.facts for option in chosen]
        sums = self._known.sums([*own, *(facts for option in chosen for facts in option.near_facts)])
        free, near = sums[: len(own), :_NEAR].tolist(), sums[len(own) :, _NEAR].tolist()
        result, at = [], 0
        for option, line in zip(chosen, free, strict=True):
            result.append([*line, *near[at : at + len(option.near)]])
            at += len(option.near)
        return result


class _Remembered(dict[str, int]):
    """The place in a table of weights of each group of facts; groups that are new are weighed together."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self._weights = weights
        self._table = np.zeros((4096, _WIDTH), np.float32)
        self._weighed = 0
        """Groups that have their row in the table; those behind are known by their place only."""
        self._new: list[list[str]] = []

    def __missing__(self, facts: str) -> int:
        place = self[facts] = len(self)
        self._new.append(facts.split("\n"))
        return place

    def sums(self, lines: Sequence[Facts]) -> Weights:
        """What the facts of each line weigh together; there must be some."""
        if len(self) > _MOST:
            self.clear()
            self._weighed = 0
        found = list(map(self.__getitem__, chain.from_iterable(lines)))
        if self._new:
            self._weigh()
        starts = list(accumulate(map(len, lines[:-1]), initial=0))
        sums: Weights = np.add.reduceat(self._table.take(found, axis=0), starts, axis=0)
        return sums

    def _weigh(self) -> None:
        """Rows for the groups that are new."""
        starts = list(accumulate(map(len, self._new[:-1]), initial=0))
        if len(self) > len(self._table):
            self._table = np.concatenate([self._table, np.zeros((max(len(self._table), len(self)), _WIDTH), np.float32)])
        np.add.reduceat(
            self._weights.take(_places(chain.from_iterable(self._new)), axis=0),
            starts,
            axis=0,
            out=self._table[self._weighed : len(self)],
        )
        self._weighed = len(self)
        self._new.clear()


def best_way(option: Option, line: Sequence[float]) -> Way:
    """The way with the highest score."""
    best = line.index(max(line))
    return FREE[best] if best < len(FREE) else option.near[best - len(FREE)]


@cache
def choice_of(name: str) -> Choice:
    """The learned choice that ships under this name."""
    with np.load(WEIGHTS / f"{name}-when.npz", allow_pickle=False) as data:
        return Choice(shaped(data["weights"].astype(np.float32), np.cumsum(data["features"].astype(np.int64))))


def write_choice(path: Path, weights: Weights) -> None:
    """Store what :func:`choice_of` reads; weights that hardly weigh are left out."""
    flattened = weights.reshape(-1)
    features = np.flatnonzero(np.abs(flattened) > _SMALLEST)
    np.savez_compressed(
        path, features=np.diff(features, prepend=0).astype(np.uint32), weights=flattened[features].astype(np.float16)
    )
