"""The learned choice of how an event is dated: a weight for each fact of :mod:`timeline.events.facts`, found by the fact's hash."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate, chain
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from timeline.events.evidence import FREE
from timeline.events.facts import Facts, Group
from timeline.events.features import hashed
from timeline.events.model import WEIGHTS
from timeline.events.option import Option, Way

__all__ = ["CHOICE_BITS", "Choice", "Weights", "best_way", "choice_of", "flat", "free_numbers", "numbers", "write_choice"]

CHOICE_BITS = 20
_SHIFT = np.uint64(64 - CHOICE_BITS)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_WAYS = np.array([hashed(f"way={way}") for way in FREE], np.uint64)
_MOST = 100_000
"""Groups of facts whose weights are remembered; then all are forgotten."""

Weights: TypeAlias = npt.NDArray[np.float32]
_Weigher: TypeAlias = Callable[[Group], Weights]
"""Facts of a group to a row of weights."""


def numbers(facts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Weight numbers of the facts of an expression."""
    raw = np.array([hashed(fact) for fact in facts], np.uint64)
    return ((raw * _MULTIPLIER) >> _SHIFT).astype(np.int64)


def free_numbers(facts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Weight numbers of an event's facts for each way without an expression: ``[way, fact]``."""
    raw = np.array([hashed(fact) for fact in facts], np.uint64)
    mixed = (raw[None, :] ^ _WAYS[:, None]) * _MULTIPLIER
    mixed ^= mixed >> np.uint64(29)
    return ((mixed * _MULTIPLIER) >> _SHIFT).astype(np.int64)


def flat(facts: Facts) -> list[str]:
    """The facts of all groups."""
    return [fact for group in facts for fact in group]


class Choice:
    """Scores the ways to date an event. What a group of facts weighs is looked up once it was met: news repeats its facts."""

    def __init__(self, weights: Weights) -> None:
        """``weights`` has ``2**CHOICE_BITS`` numbers."""
        self._free = _Remembered(len(FREE), lambda facts: weights[free_numbers(facts)].sum(axis=1))
        self._near = _Remembered(1, lambda facts: weights[numbers(facts)].sum())

    def scores(self, chosen: Sequence[Option]) -> list[list[float]]:
        """For each event a score per way of :data:`FREE`, then per expression at hand."""
        if not chosen:
            return []
        free = self._free.sums([option.facts for option in chosen]).tolist()
        near = self._near.sums([facts for option in chosen for facts in option.near_facts])[:, 0].tolist()
        result, at = [], 0
        for option, line in zip(chosen, free, strict=True):
            result.append([*line, *near[at : at + len(option.near)]])
            at += len(option.near)
        return result


class _Remembered(dict[Group, int]):
    """The place in a table of weights of each group of facts; a group that is new is weighed when it is asked for."""

    def __init__(self, width: int, weigh: _Weigher) -> None:
        super().__init__()
        self._weigh = weigh
        self._table = np.zeros((4096, width), np.float32)

    def __missing__(self, facts: Group) -> int:
        place = len(self)
        if place == len(self._table):
            self._table = np.concatenate([self._table, np.zeros_like(self._table)])
        self._table[place] = self._weigh(facts)
        self[facts] = place
        return place

    def sums(self, lines: Sequence[Facts]) -> Weights:
        """What the facts of each line weigh together."""
        if len(self) > _MOST:
            self.clear()
        if not lines:
            return np.zeros((0, self._table.shape[1]), np.float32)
        found = list(map(self.__getitem__, chain.from_iterable(lines)))
        starts = list(accumulate(map(len, lines[:-1]), initial=0))
        sums: Weights = np.add.reduceat(self._table.take(found, axis=0), starts, axis=0)
        return sums


def best_way(option: Option, line: Sequence[float]) -> Way:
    """The way with the highest score."""
    best = max(range(len(line)), key=line.__getitem__)
    return FREE[best] if best < len(FREE) else option.near[best - len(FREE)]


@cache
def choice_of(name: str) -> Choice:
    """The learned choice that ships under this name."""
    with np.load(WEIGHTS / f"{name}-when.npz", allow_pickle=False) as data:
        weights = np.zeros(1 << CHOICE_BITS, np.float32)
        weights[np.cumsum(data["features"].astype(np.int64))] = data["weights"].astype(np.float32)
        return Choice(weights)


def write_choice(path: Path, weights: Weights) -> None:
    """Store what :func:`choice_of` reads; weights that hardly weigh are left out."""
    features = np.flatnonzero(np.abs(weights) > 0.005)
    np.savez_compressed(
        path, features=np.diff(features, prepend=0).astype(np.uint32), weights=weights[features].astype(np.float16)
    )
