"""Putting rows in order in bounded memory: distributed by rank over ranges that fit, spilled to disk, read back a range at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from timeline.merging import stretches

__all__ = ["in_order", "ranges"]

_HELD = 32 << 20
_RANGE = 16 << 20
_WRITE = pa.ipc.IpcWriteOptions(compression="lz4")


def ranges(sizes: NDArray[np.int64], limit: int | None = None) -> list[tuple[int, int]]:
    """Consecutive ranges ``[low, high)`` of rows whose sizes add up to about ``limit`` bytes each."""
    lows: list[int] = []
    total, last = 0, -1
    for part in stretches(len(sizes)):
        bucket = (total + np.cumsum(sizes[part]) - sizes[part]) // (limit or _RANGE)
        lows += (part.start + np.flatnonzero(np.diff(bucket, prepend=last))).tolist()
        total, last = total + int(sizes[part].sum()), int(bucket[-1])
    return list(zip(lows, [*lows[1:], len(sizes)], strict=True)) if lows else []


def in_order(
    pieces: Iterable[tuple[NDArray[np.int64], pa.Table]], wanted: Sequence[tuple[int, int]], spill: Path
) -> Iterator[tuple[int, pa.Table]]:
    """For each of the ``wanted`` ranges of ranks (ascending, apart) its number and its rows in the order of their ranks.

    ``pieces`` are rows with a rank each, every rank at most once and each in one of the ranges. What does not fit into memory is
    kept in files below ``spill``, which must be there; the caller removes them.
    """
    lows = np.array([low for low, _ in wanted], np.int64)
    held: dict[int, list[tuple[NDArray[np.int64], pa.Table]]] = defaultdict(list)
    files: list[_Spilled] = []
    size = 0
    for ranks, table in pieces:
        number = np.searchsorted(lows, ranks, side="right") - 1
        order = np.argsort(ranks, kind="stable")
        rows = table.take(pa.array(order))
        for bucket, start, end in _runs(number[order]):
            held[bucket].append((ranks[order[start:end]], rows.slice(start, end - start)))
        size += rows.nbytes
        if size >= _HELD:
            files.append(_Spilled(spill / f"rows-{len(files)}.arrow", held))
            held, size = defaultdict(list), 0
    for bucket in range(len(wanted)):
        found = [piece for file in files for piece in file.read(bucket)] + held.pop(bucket, [])
        if found:
            ranks = np.concatenate([ranks for ranks, _ in found])
            yield bucket, pa.concat_tables([rows for _, rows in found]).take(pa.array(np.argsort(ranks, kind="stable")))


def _runs(values: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    starts = np.flatnonzero(np.diff(values, prepend=-1))
    ends = [*starts[1:].tolist(), len(values)]
    for start, end in zip(starts.tolist(), ends, strict=True):
        yield int(values[start]), start, end


class _Spilled:
    """Rows of several ranges in one file, each range's batches known by number."""

    def __init__(self, path: Path, held: dict[int, list[tuple[NDArray[np.int64], pa.Table]]]) -> None:
        self._path = path
        self._batches: dict[int, list[int]] = defaultdict(list)
        first = next(iter(held.values()))[0][1]
        schema = first.schema.append(pa.field("rank", pa.int64()))
        count = 0
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema, options=_WRITE) as writer:
            for bucket, pieces in held.items():
                for ranks, rows in pieces:
                    for batch in rows.append_column("rank", pa.array(ranks)).combine_chunks().to_batches():
                        writer.write_batch(batch)
                        self._batches[bucket].append(count)
                        count += 1

    def read(self, bucket: int) -> list[tuple[NDArray[np.int64], pa.Table]]:
        """The rows of a range."""
        if bucket not in self._batches:
            return []
        with pa.memory_map(str(self._path)) as source:
            file = pa.ipc.open_file(source)
            tables = [pa.Table.from_batches([file.get_batch(number)]) for number in self._batches[bucket]]
        return [(table.column("rank").to_numpy(), table.drop_columns(["rank"])) for table in tables]
