"""Append-only packs: Arrow IPC files of rows with a 16-byte key, and an index of which key lies where.

A pack is written once, whole or not at all, and never changed. A pack that cannot be read is taken out and reported: its rows are made
again from the inputs. Many small packs, as hourly builds leave, are joined into one now and then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from timeline.store import filesystem
from timeline.store.errors import DamagedCacheError

__all__ = [
    "Keys",
    "Packs",
    "Place",
    "absent",
    "as_keys",
    "collected",
    "drop_unused",
    "keep_list",
    "key_column",
    "read_place",
    "write_pack",
]

SMALL, MANY = 150, 40
"""Packs under so many rows are joined once there are so many of them. (A batch of a large build is one pack and stays that.)"""
_FULL = 2_000

_SUFFIX, _IN_USE = ".arrow", "in-use"
_WRITE = pa.ipc.IpcWriteOptions(compression="zstd")

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


class Place(NamedTuple):
    """Rows of one pack that are wanted: enough to read them without an index, in any process."""

    pack: str
    rows: NDArray[np.int32]
    batches: NDArray[np.int64]
    """The row that each batch of the pack begins with, and how many rows there are."""
    numbers: NDArray[np.int64]
    """Which of the keys asked for each row has."""


def write_pack(folder: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Path | None:
    """Write one pack, named after the hash of its bytes: work done twice leaves one file, damage shows. ``None`` without rows."""
    held = [batch for batch in batches if batch.num_rows]
    if not held:
        return None
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, schema, options=_WRITE) as writer:
        for batch in held:
            writer.write_batch(batch)
    data = sink.getvalue()
    path = folder / f"{_digest(data)}{_SUFFIX}"
    if not path.exists():
        with filesystem.durable(path) as unfinished, unfinished.open("wb") as stream:
            stream.write(data)
    return path


def _digest(data: pa.Buffer) -> str:
    return hashlib.blake2b(data, digest_size=12).hexdigest()


class Packs:
    """The packs of a folder. ``damaged`` names those that could not be read and were taken out."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self.folder, self.schema = folder, schema
        self.damaged: list[str] = []
        self._known_damage = 0
        self._files: list[Path] = []
        self._batches: list[NDArray[np.int64]] = []
        self._key = np.empty((0, 2), np.uint64)
        self._place = np.empty((0, 2), np.int32)
        self.refresh()

    def __len__(self) -> int:
        return len(self._key)

    def refresh(self) -> None:
        """Index all packs that are there; those that cannot be read are removed and named in :attr:`damaged`."""
        self._files, self._batches = [], []
        self._known_damage = len(self.damaged)
        keys, places = [], []
        for path in sorted(self.folder.glob(f"*{_SUFFIX}")):
            if path.name.startswith("."):
                continue
            found = self._keys_of(path)
            if found is None:
                self._known_damage += 1
                continue
            held, batches = found
            rows = np.arange(len(held), dtype=np.int32)
            places.append(np.column_stack([np.full_like(rows, len(self._files)), rows]))
            keys.append(held)
            self._files.append(path)
            self._batches.append(batches)
        if keys:
            all_keys, all_places = np.concatenate(keys), np.concatenate(places)
            order = np.lexsort((all_keys[:, 1], all_keys[:, 0]))
            all_keys, all_places = all_keys[order], all_places[order]
            first = np.ones(len(all_keys), bool)
            first[1:] = (all_keys[1:] != all_keys[:-1]).any(axis=1)
            self._key, self._place = all_keys[first], all_places[first]
        else:
            self._key, self._place = self._key[:0], self._place[:0]

    def _keys_of(self, path: Path) -> tuple[Keys, NDArray[np.int64]] | None:
        """The keys of a pack, and with which row each of its batches begins."""
        try:
            with pa.memory_map(str(path)) as source:
                column = _file(source, self.schema.names, ["key"]).read_all().column("key")
                return as_keys(column), np.cumsum([0, *map(len, column.chunks)])
        except (pa.ArrowException, OSError, ValueError):
            self._take_out(path)
            return None

    def _take_out(self, path: Path) -> None:
        self.damaged.append(path.name)
        filesystem.remove(path)

    def _read(self, path: Path, columns: Sequence[str]) -> pa.Table:
        """Columns of a whole pack."""
        with _checked(path) as source:
            return _file(source, self.schema.names, columns).read_all()

    def places(self, keys: Keys) -> NDArray[np.int32]:
        """Where keys lie: (pack, row), shape (n, 2); -1 where they do not."""
        found = np.full((len(keys), 2), -1, np.int32)
        if len(self._key) and len(keys):
            at = np.searchsorted(self._key[:, 0], keys[:, 0])
            open_ = np.flatnonzero(at < len(self._key))
            while len(open_):  # once; more often only for keys that share their first half, which stand side by side
                near = self._key[at[open_]]
                same = (near == keys[open_]).all(axis=1)
                found[open_[same]] = self._place[at[open_[same]]]
                open_ = open_[~same & (near[:, 0] == keys[open_, 0])]
                at[open_] += 1
                open_ = open_[at[open_] < len(self._key)]
        return found

    def has(self, keys: Keys) -> NDArray[np.bool_]:
        """Which of the keys are there."""
        present: NDArray[np.bool_] = self.places(keys)[:, 0] >= 0
        return present

    def scan(self, keys: Keys, columns: Sequence[str]) -> Iterator[pa.Table]:
        """The rows of the keys that are there, pack by pack, with the columns asked for (see :meth:`scan_numbered`)."""
        for _, table in self.scan_numbered(keys, columns):
            yield table

    def locate(self, keys: Keys) -> Iterator[Place]:
        """Where the rows of those keys lie that are there, pack by pack."""
        places = self.places(keys)
        order = np.lexsort((places[:, 1], places[:, 0]))
        order = order[places[order, 0] >= 0]
        packs, starts = np.unique(places[order, 0], return_index=True)
        for pack, numbers in zip(packs, np.split(order, starts[1:]), strict=True) if len(packs) else ():
            yield Place(self._files[pack].name, places[numbers, 1], self._batches[pack], numbers)

    def scan_numbered(self, keys: Keys, columns: Sequence[str]) -> Iterator[tuple[NDArray[np.int64], pa.Table]]:
        """The rows of the keys that are there, pack by pack: which of ``keys`` each row has, and the columns asked for.

        A pack that turns out to be damaged only now is taken out; its rows are missing and :attr:`damaged` says so.
        """
        for place in self.locate(keys):
            try:
                yield place.numbers, read_place(self.folder, place, self.schema, columns)
            except DamagedCacheError:
                self.damaged.append(place.pack)

    def everything(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """All rows of all packs, also those that no key leads to any more."""
        for path in self._files:
            yield from self._read(path, columns).to_batches()

    def raise_damage(self) -> None:
        """:class:`DamagedCacheError` where a pack turned out to be damaged since the index was made."""
        if len(self.damaged) > self._known_damage:
            raise _damage(self.damaged[-1])

    def join(self, keep: Keys | None = None) -> None:
        """Join small packs where there are many. With ``keep`` all rows of other keys are dropped, from every pack."""
        chosen = [n for n, batches in enumerate(self._batches) if batches[-1] < SMALL]
        if keep is None and len(chosen) < MANY:
            return
        if keep is not None:
            self.rewrite(lambda keys: _isin(keys, keep))
            return
        self._repack([self._files[n] for n in chosen], lambda keys: np.ones(len(keys), bool))
        self.refresh()

    def rewrite(self, wanted: Callable[[Keys], NDArray[np.bool_]]) -> int:
        """Keep only the rows whose keys are wanted; returns how many went. Packs that lose nothing stay as they are."""
        gone, touched = 0, []
        for path in self._files:
            mask = wanted(as_keys(self._read(path, ["key"]).column("key")))
            if not mask.all():
                gone += int((~mask).sum())
                touched.append(path)
        self._repack(touched, wanted)
        self.refresh()
        return gone

    def _repack(self, paths: Sequence[Path], wanted: Callable[[Keys], NDArray[np.bool_]]) -> None:
        """Write the wanted rows of some packs to new ones, then remove the old: a crash between leaves rows twice, which is harmless."""
        waiting: list[pa.RecordBatch] = []
        written: set[Path | None] = set()
        for path in paths:
            table = self._read(path, self.schema.names)
            mask = wanted(as_keys(table.column("key")))
            waiting += (table if mask.all() else table.filter(pa.array(mask))).to_batches()
            if sum(batch.num_rows for batch in waiting) >= _FULL:
                written.add(write_pack(self.folder, waiting, self.schema))
                waiting = []
        written.add(write_pack(self.folder, waiting, self.schema))
        for path in paths:
            if path not in written:
                filesystem.remove(path)


def read_place(folder: Path, place: Place, schema: pa.Schema, columns: Sequence[str]) -> pa.Table:
    """Columns of some rows of a pack; of its batches only those that hold them are unpacked.

    A pack that is damaged is taken out; :class:`DamagedCacheError` says so.
    """
    path = folder / place.pack
    batch = np.searchsorted(place.batches, place.rows, side="right") - 1
    wanted = np.unique(batch)
    sizes = np.diff(place.batches)[wanted]
    first = np.cumsum(sizes) - sizes
    rows = place.rows - place.batches[batch] + first[np.searchsorted(wanted, batch)]
    try:
        with _checked(path) as source:
            file = _file(source, schema.names, columns)
            table = pa.Table.from_batches([file.get_batch(number) for number in wanted.tolist()])
    except (pa.ArrowException, OSError, ValueError) as error:
        filesystem.remove(path)
        raise _damage(place.pack) from error
    whole = len(rows) == table.num_rows and bool((np.diff(rows) == 1).all())
    return table if whole else table.take(pa.array(rows))


@contextmanager
def _checked(path: Path) -> Iterator[pa.NativeFile]:
    """A pack to read from, its bytes checked against its name; once as long as the file stays what it is."""
    status = path.stat()
    with pa.memory_map(str(path)) as source:
        _check(path, status.st_ino, status.st_size, status.st_mtime_ns)
        yield source


@lru_cache(maxsize=1 << 16)
def _check(path: Path, *_state: int) -> None:
    with pa.memory_map(str(path)) as source:
        if _digest(source.read_buffer()) != path.stem:
            raise ValueError("damaged")


def _file(source: pa.NativeFile, names: Sequence[str], columns: Sequence[str]) -> pa.RecordBatchFileReader:
    schema = pa.ipc.open_file(source).schema
    if schema.names != list(names):
        raise ValueError("another layout")
    wanted = [schema.get_field_index(name) for name in columns]
    return pa.ipc.open_file(source, options=pa.ipc.IpcReadOptions(included_fields=wanted))


def _damage(pack: str) -> DamagedCacheError:
    return DamagedCacheError(f"cache file {pack} was damaged and has been taken out: build again, it will be made anew")


def keep_list(folder: Path, keys: Keys) -> None:
    """Note which keys are in use, for :func:`drop_unused`; nothing is written where the note says so already."""
    path, data = folder / _IN_USE, keys.tobytes()
    if not path.exists() or path.read_bytes() != data:
        filesystem.write_bytes(path, data)


def drop_unused(folder: Path, schema: pa.Schema, noted: Path) -> int:
    """Drop the rows whose keys the last note of :func:`keep_list` in ``noted`` does not name; returns how many. Without a note nothing goes."""
    path = noted / _IN_USE
    if not path.exists() or path.stat().st_size % 16:
        return 0
    keys = np.fromfile(path, np.uint64).reshape(-1, 2)
    return Packs(folder, schema).rewrite(lambda held: _isin(held, keys))


def absent(doomed: Keys) -> Callable[[Keys], NDArray[np.bool_]]:
    """For :meth:`Packs.rewrite`: all keys but these."""
    return lambda keys: ~_isin(keys, doomed)


def _isin(keys: Keys, among: Keys) -> NDArray[np.bool_]:
    def joined(values: Keys) -> NDArray[Any]:
        return np.ascontiguousarray(values).view(np.dtype([("high", np.uint64), ("low", np.uint64)])).reshape(-1)

    found: NDArray[np.bool_] = np.isin(joined(keys), joined(among))
    return found


def collected(packs: Packs, keys: Keys, column: str = "brief") -> pa.StructArray:
    """A small struct column for all the keys, in their order; every key must be there.

    :class:`DamagedCacheError` where a pack turns out to be damaged.
    """
    kind = packs.schema.field(column).type
    pieces, numbers = [], [np.empty(0, np.int64)]
    for found, table in packs.scan_numbered(keys, [column]):
        numbers.append(found)
        pieces += table.column(column).chunks
    packs.raise_damage()
    order = np.empty(len(keys), np.int64)
    order[np.concatenate(numbers)] = np.arange(len(keys))
    return pa.chunked_array(pieces, kind).combine_chunks().take(pa.array(order))
