"""16-byte keys as numbers: what the cache knows an article, an input or a neighbourhood by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from timeline.merging import Ints, Room, filled, together

__all__ = ["KeyIndex", "Keys", "as_keys", "key_column"]

_BITS = 10
"""Keys are sorted in parts, by so many bits of their first half."""

Keys = NDArray[np.uint64]
"""Keys as numbers, shape (n, 2)."""


def as_keys(keys: pa.Array | pa.ChunkedArray | Sequence[bytes]) -> Keys:
    """16-byte keys as numbers, shape (n, 2)."""
    if isinstance(keys, pa.ChunkedArray):
        keys = keys.combine_chunks()
    if not isinstance(keys, pa.Array):
        return np.frombuffer(b"".join(keys), np.dtype(np.uint64)).reshape(-1, 2)
    data = keys.buffers()[1]
    if data is None or not len(keys):
        return np.empty((0, 2), np.uint64)
    return np.frombuffer(data, np.uint64)[2 * keys.offset : 2 * (keys.offset + len(keys))].reshape(-1, 2)


def key_column(keys: Keys) -> pa.Array:
    """Keys as an Arrow column of 16 bytes."""
    return pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(16), len(keys), [None, pa.py_buffer(np.ascontiguousarray(keys).tobytes())]
    )


class KeyIndex:
    """Which row each of many keys stands in; of equal ones the first. ``len()`` counts the different ones."""

    def __init__(self, keys: Keys, room: Room = np.empty) -> None:
        most, count = len(keys), 0
        self._high, self._low, self._row = room(most, np.uint64), room(most, np.uint64), room(most, np.int64)
        part = filled(room, most, np.int32, lambda rows: keys[rows, 0] >> np.uint64(64 - _BITS))
        for rows in together(part, 1 << _BITS, room):
            rows = rows[np.lexsort((keys[rows, 1], keys[rows, 0]))]
            found = keys[rows]
            first = np.ones(len(rows), bool)
            first[1:] = (found[1:] != found[:-1]).any(axis=1)
            end = count + int(first.sum())
            self._high[count:end], self._low[count:end] = found[first].T
            self._row[count:end] = rows[first]
            count = end
        self._high, self._low, self._row = self._high[:count], self._low[:count], self._row[:count]

    def __len__(self) -> int:
        return len(self._high)

    def rows(self, keys: Keys) -> Ints:
        """The row of each of some keys; -1 where there is none."""
        found = np.full(len(keys), -1, np.int64)
        if len(self) and len(keys):
            at = np.searchsorted(self._high, keys[:, 0])
            open_ = np.flatnonzero(at < len(self))
            while len(open_):  # once; more often only for keys that share their first half, which stand side by side
                near = self._high[at[open_]] == keys[open_, 0]
                same = near & (self._low[at[open_]] == keys[open_, 1])
                found[open_[same]] = self._row[at[open_[same]]]
                open_ = open_[near & ~same]
                at[open_] += 1
                open_ = open_[at[open_] < len(self)]
        return found
