"""Linear classifiers over words in their window: what a word adds by itself, at each place of the window, is summed once a word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from timeline.events.features import Hasher, Hashes, Numbers, Template, TypeTable
from timeline.events.linear import Floats, Linear

__all__ = ["Window", "WindowScorer"]

_CHUNK = 256
"""Words at a time: what is worked out for them stays in the cache of the processor."""


class Window(NamedTuple):
    """Words of an article: the numbers of their rows, the rows, with each word's tag once it is known, and where the words stand."""

    numbers: Numbers
    rows: Hashes
    places: Numbers


class WindowScorer:
    """Gives the scores of a linear classifier over ``templates``. The text of a day repeats its words, so most of a score is a look-up."""

    def __init__(self, linear: Linear, templates: Sequence[Template], types: TypeTable) -> None:
        """``types`` is the table that the windows will be made from."""
        alone = sorted((template for template in templates if _lone(template)), key=lambda template: template[0][1])
        offsets = [template[0][1] for template in alone]
        self._linear, self._types = linear, types
        self._starts = [k for k, offset in enumerate(offsets) if k == 0 or offset != offsets[k - 1]]
        self._offsets = np.array([[offsets[k]] for k in self._starts], np.int64)
        self._alone = Hasher(alone, linear.bits)
        self._rest = Hasher([template for template in templates if not _lone(template)], linear.bits)
        self._forget()

    def _forget(self) -> None:
        self._emptied, self._known = self._types.emptied, 0
        self._sums = np.zeros((4096, len(self._starts), len(self._linear.labels)), np.float32)

    def _learn(self) -> None:
        """The sums of the words that are new in the table."""
        if self._emptied != self._types.emptied:
            self._forget()
        size = len(self._types)
        if size > len(self._sums):
            self._sums = np.concatenate([self._sums, np.zeros((max(size, len(self._sums)), *self._sums.shape[1:]), np.float32)])
        rows = self._types.rows(slice(self._known, size))
        self._sums[self._known : size] = self._linear.grouped(self._alone.alone(rows), self._starts)
        self._known = size

    def scores(self, window: Window, places: Numbers) -> Floats:
        """A score per place and label."""
        if self._known < len(self._types) or self._emptied != self._types.emptied:
            self._learn()
        wide = len(self._starts)
        flat = self._sums.reshape(-1, self._sums.shape[2])
        at = window.numbers.take(places + self._offsets) * wide + np.arange(wide)[:, None]
        total = np.empty((len(places), len(self._linear.labels)), np.float32)
        for start in range(0, len(places), _CHUNK):
            here = slice(start, start + _CHUNK)
            total[here] = self._linear.scores(self._rest.features(window.rows, places[here]))
            total[here] += np.add.reduce(flat.take(at[:, here], axis=0, mode="clip"), axis=0)
        return total


def _lone(template: Template) -> bool:
    """Whether one word decides what a template gives; a tag is decided by more."""
    return len(template) == 1 and template[0][0] != "tag"
