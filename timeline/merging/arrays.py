"""Arrays of a whole collection, worked on a stretch at a time, so that they may lie in files.

A :data:`Room` makes such arrays: ``np.empty`` in memory, or one of the store's, whose arrays are files. The functions here hold nothing of
the size of a collection but in arrays from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ints", "Pairs", "Room", "components", "counted", "filled", "stretches", "together"]

Ints = NDArray[np.int64]
Room = Callable[[Any, Any], NDArray[Any]]
"""Makes an array of a shape and a dtype, its content undefined, as ``np.empty`` does."""
Pairs = Callable[[], Iterable[tuple[Ints, Ints]]]
"""Gives pairs of rows, a stretch at a time, as often as it is asked."""

_STRETCH = 1 << 17


def stretches(count: int) -> Iterator[slice]:
    """``range(count)`` in consecutive slices that fit into memory."""
    for start in range(0, count, _STRETCH):
        yield slice(start, min(count, start + _STRETCH))


def filled(room: Room, count: int, kind: Any, values: Callable[[slice], Any], shape: tuple[int, ...] = ()) -> NDArray[Any]:
    """An array of ``count`` rows made a stretch at a time: ``values(slice)`` gives those of a stretch."""
    made = room((count, *shape), kind)
    for part in stretches(count):
        made[part] = values(part)
    return made


def counted(values: NDArray[Any], kinds: int, room: Room = np.empty) -> tuple[Ints, Ints]:
    """The stable order of whole numbers below ``kinds``: ``(order, starts)``; those of value ``v`` are ``order[starts[v]:starts[v + 1]]``.

    What is negative is left out.
    """
    starts = filled(room, kinds + 1, np.int64, lambda _: 0)
    for part in stretches(len(values)):
        found, sizes = np.unique(values[part], return_counts=True)
        starts[found[found >= 0] + 1] += sizes[found >= 0]
    total = 0
    for part in stretches(kinds + 1):
        starts[part] = total + np.cumsum(starts[part])
        total = int(starts[part][-1])
    order = room(total, np.int64)
    free = filled(room, kinds, np.int64, lambda part: starts[part])
    for part in stretches(len(values)):
        rows = np.argsort(values[part], kind="stable")
        rows = rows[np.searchsorted(values[part][rows], 0) :]
        found, first, sizes = np.unique(values[part][rows], return_index=True, return_counts=True)
        order[np.repeat(free[found] - first, sizes) + np.arange(len(rows))] = part.start + rows
        free[found] += sizes
    return order, starts


def together(values: NDArray[Any], kinds: int, room: Room = np.empty) -> Iterator[Ints]:
    """All rows, those of one value (a whole number below ``kinds``) always together and in order; as many at a time as fit into memory."""
    order, starts = counted(values, kinds, room)
    begins = 0
    for value in range(1, kinds + 1):
        end = int(starts[value])
        if end - begins >= _STRETCH or (value == kinds and end > begins):
            yield order[begins:end]
            begins = end


def components(count: int, pairs: Pairs, room: Room = np.empty) -> Ints:
    """The least row that each of ``count`` rows is joined with, over the given pairs."""
    root: Ints = filled(room, count, np.int64, lambda part: np.arange(part.start, part.stop))
    changed = True
    while changed:
        changed = False
        for left, right in pairs():
            a, b = root[left], root[right]
            low = np.minimum(a, b)
            changed |= bool((a != b).any())
            np.minimum.at(root, a, low)
            np.minimum.at(root, b, low)
        _shorten(root)
    return root


def _shorten(root: Ints) -> None:
    """Have every row lead to its last one at once."""
    changed = True
    while changed:
        changed = False
        for part in stretches(len(root)):
            higher = root[root[part]]
            changed |= bool((higher != root[part]).any())
            root[part] = higher
