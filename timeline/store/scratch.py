"""What is as long as a collection, kept in files that are mapped into memory: the system may take the memory back at any time.

The files have no name and are gone when nothing refers to them any more, or when the process ends, however it does.
"""

from __future__ import annotations

import math
import mmap
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from timeline.merging import Ints
from timeline.store import filesystem

__all__ = ["Scratch", "Tail", "picked"]

_SMALL = 1 << 16
"""Arrays of fewer bytes stay in memory."""


class Scratch:
    """Makes arrays and tables in files of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def room(self, shape: Any, kind: Any) -> NDArray[Any]:
        """An array of a shape and a dtype, its content undefined (:data:`timeline.merging.Room`)."""
        kind = np.dtype(kind)
        size = kind.itemsize * math.prod(shape if isinstance(shape, tuple) else (shape,))
        if size < _SMALL:
            return np.empty(shape, kind)
        with filesystem.unwritable(self.folder), self._file() as stream:
            _reserve(stream, size)
            return _mapped(stream, kind).reshape(shape)

    def tail(self, kind: Any, width: int = 1) -> Tail:
        """An array that is yet to grow, flat or of rows of a width."""
        return Tail(self._file, np.dtype(kind), width)

    def table(self, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> pa.Table:
        """A table in a file, from its batches."""
        with filesystem.unwritable(self.folder), self._file() as stream:
            with pa.ipc.new_stream(pa.PythonFile(stream, "w"), schema) as writer:
                for batch in batches:
                    writer.write_batch(batch)
            stream.flush()
            held = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        with pa.ipc.open_stream(pa.py_buffer(held)) as reader:
            return reader.read_all()

    def _file(self) -> IO[bytes]:
        return TemporaryFile(dir=self.folder, prefix=filesystem.TEMPORARY)


def picked(column: pa.ChunkedArray, rows: Ints) -> pa.Array:
    """Some rows of a column. (Arrow's own ``take`` would first put all chunks of strings into one.)"""
    if not len(rows):
        return pa.array([], column.type)
    starts = np.cumsum([0, *map(len, column.chunks)])
    which = np.searchsorted(starts, rows, side="right") - 1
    order = np.argsort(which, kind="stable")
    chunks, cuts = np.unique(which[order], return_index=True)
    parts = np.split(order, cuts[1:])
    taken = [column.chunk(chunk).take(pa.array(rows[part] - starts[chunk])) for chunk, part in zip(chunks, parts, strict=True)]
    back = np.empty(len(rows), np.int64)
    back[order] = np.arange(len(rows))
    return pa.concat_arrays(taken).take(pa.array(back))


class Tail:
    """An array that grows at its end, in a file once it is large."""

    def __init__(self, new_file: Callable[[], IO[bytes]], kind: np.dtype[Any], width: int) -> None:
        self._new_file, self._kind, self._width = new_file, kind, width
        self._held: list[NDArray[Any]] = []
        self._size = 0
        self._stream: IO[bytes] | None = None

    def add(self, values: NDArray[Any]) -> None:
        """Put values behind those that are there."""
        values = np.ascontiguousarray(values, self._kind)
        self._held.append(values)
        self._size += values.nbytes
        if self._size >= _SMALL:
            self._stream = self._stream or self._new_file()
            for piece in self._held:
                self._stream.write(piece.tobytes())
            self._held, self._size = [], 0

    def array(self) -> NDArray[Any]:
        """All of them; nothing can be added any more."""
        if self._stream is None:
            flat = np.concatenate([np.empty(0, self._kind), *(piece.ravel() for piece in self._held)])
        else:
            with self._stream as stream:
                for piece in self._held:
                    stream.write(piece.tobytes())
                stream.flush()
                flat = _mapped(stream, self._kind)
        return flat if self._width == 1 else flat.reshape(-1, self._width)


def _reserve(stream: IO[bytes], size: int) -> None:
    """Have the file in its size: a disk that fills up while a mapping is written to would end the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(stream.fileno(), 0, size)
    else:
        stream.truncate(size)


def _mapped(stream: IO[bytes], kind: np.dtype[Any]) -> NDArray[Any]:
    return np.frombuffer(mmap.mmap(stream.fileno(), 0), kind)
