"""The learned choice of how an event is dated: a weight for each fact of :mod:`timeline.events.facts`, found by the fact's hash.

Two questions are asked of the same facts: which way of dating fits an event best, and how close the tie is between an expression and an event
beside the other events of its sentence (:mod:`timeline.events.grounding`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate, chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from timeline.events.evidence import FREE
from timeline.events.facts import Facts, Group, spelt
from timeline.events.features import hashed
from timeline.events.model import WEIGHTS
from timeline.events.option import Option, Way

__all__ = [
    "FEATURES", "Choice", "Weights", "best_way", "choice_of", "flat", "free_numbers", "numbers", "shaped", "tie_numbers", "write_choice",
]  # fmt: skip

_BITS = 19
_SHIFT = np.uint64(64 - _BITS)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_NEAR = len(FREE)
_TIE = _NEAR + 1
_WIDTH = 8
"""Weights of a fact: one for each way without an expression, one for an expression, one for the tie between both."""
FEATURES = (1 << _BITS) * _WIDTH
_SMALLEST = 0.005
_HALF = 50_000
"""Groups of facts that are new before those not asked for meanwhile are forgotten; twice as many are remembered at most."""

Floats = npt.NDArray[np.float32]


class Weights(NamedTuple):
    """``rows`` of :data:`_WIDTH`, the first of them zeros for all facts that weigh nothing, and the row of each of ``2**_BITS`` facts."""

    rows: Floats
    row_of: npt.NDArray[np.int32]

    def of(self, facts: Iterable[str]) -> Floats:
        """A row for each fact."""
        return self.rows.take(self.row_of.take(_places(facts)), axis=0)


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


def tie_numbers(facts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Weight numbers of the facts of an event and of an expression for the tie between them."""
    return _places(facts) * _WIDTH + _TIE


def shaped(weights: Floats, features: npt.NDArray[np.int64]) -> Weights:
    """Weights by the numbers of their features, as :class:`Choice` takes them."""
    places, row = np.unique(features // _WIDTH, return_inverse=True)
    rows, row_of = np.zeros((1 + len(places), _WIDTH), np.float32), np.zeros(1 << _BITS, np.int32)
    rows[1 + row, features % _WIDTH] = weights
    row_of[places] = np.arange(1, 1 + len(places))
    return Weights(rows, row_of)


def flat(facts: Facts) -> list[str]:
    """The facts of all groups."""
    return [fact for group in facts for fact in spelt(group)]


class Choice:
    """Scores the ways to date an event. What a group of facts weighs is looked up once it was met: news repeats its facts."""

    def __init__(self, weights: Weights) -> None:
        self._known = _Remembered(weights)

    def scores(self, chosen: Sequence[Option]) -> list[list[float]]:
        """For each event a score per way of :data:`FREE`, then per expression at hand; writes ``ties`` into the events."""
        if not chosen:
            return []
        own = [option.facts for option in chosen]
        sums = self._known.sums([*own, *(facts for option in chosen for facts in option.near_facts)])
        free, alone = sums[: len(own), :_NEAR].tolist(), sums[: len(own), _TIE].tolist()
        near, ties = sums[len(own) :, _NEAR].tolist(), sums[len(own) :, _TIE].tolist()
        result, at = [], 0
        for option, line, tie in zip(chosen, free, alone, strict=True):
            end = at + len(option.near)
            result.append([*line, *near[at:end]])
            option.ties = [tie + other for other in ties[at:end]]
            at = end
        return result

    def near_scores(self, chosen: Sequence[Facts]) -> list[float]:
        """A score for each expression, by its facts."""
        scores: list[float] = self._known.sums(chosen)[:, _NEAR].tolist() if chosen else []
        return scores


class _Remembered(dict[Group, int]):
    """The place in a table of weights of each group of facts; groups that are new are weighed together.

    What was asked for lately is kept, as by :class:`timeline.memo.Recent`: after :data:`_HALF` groups the table becomes the older one, from which
    what is asked for once more is taken over.
    """

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self._weights = weights
        self._older: dict[Group, int] = {}
        self._begin()
        self._older_table = self._table

    def _begin(self) -> None:
        """An empty table, and nothing to be written into it: ``new`` groups as spelt, ``again`` the rows of others in the older table."""
        self._table = np.zeros((256, _WIDTH), np.float32)
        self._new: list[list[str]] = []
        self._new_places: list[int] = []
        self._again: list[int] = []
        self._again_places: list[int] = []

    def __missing__(self, group: Group) -> int:
        place = self[group] = len(self)
        older = self._older.get(group)
        if older is None:
            self._new.append(spelt(group))
            self._new_places.append(place)
        else:
            self._again.append(older)
            self._again_places.append(place)
        return place

    def sums(self, lines: Sequence[Facts]) -> Floats:
        """What the facts of each line weigh together; there must be some."""
        if len(self) >= _HALF:
            self._older, self._older_table = dict(self), self._table
            self.clear()
            self._begin()
        found = list(map(self.__getitem__, chain.from_iterable(lines)))
        if self._new or self._again:
            self._write()
        starts = list(accumulate(map(len, lines[:-1]), initial=0))
        sums: Floats = np.add.reduceat(self._table.take(found, axis=0), starts, axis=0)
        return sums

    def _write(self) -> None:
        """Rows for the groups that have none in the table yet."""
        if len(self) > len(self._table):
            self._table = np.concatenate([self._table, np.zeros((max(len(self._table), len(self)), _WIDTH), np.float32)])
        if self._again:
            self._table[self._again_places] = self._older_table.take(self._again, axis=0)
        if self._new:
            starts = list(accumulate(map(len, self._new[:-1]), initial=0))
            self._table[self._new_places] = np.add.reduceat(self._weights.of(chain.from_iterable(self._new)), starts, axis=0)
        for done in (self._new, self._new_places, self._again, self._again_places):
            done.clear()


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
    place_of = np.zeros(len(weights.rows), np.int64)
    place_of[weights.row_of] = np.arange(len(weights.row_of))
    row, way = np.nonzero(np.abs(weights.rows) > _SMALLEST)
    features = place_of[row] * _WIDTH + way
    np.savez_compressed(
        path, features=np.diff(features, prepend=0).astype(np.uint32), weights=weights.rows[row, way].astype(np.float16)
    )
