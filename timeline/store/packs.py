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
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from timeline.merging import counted, filled, stretches
from timeline.store import filesystem
from timeline.store.errors import DamagedCacheError
from timeline.store.keys import KeyIndex, Keys, as_keys
from timeline.store.scratch import Scratch

__all__ = [
    "Packs",
    "Place",
    "absent",
    "drop_unused",
    "keep_list",
    "read_place",
    "write_pack",
]

SMALL, _SMALL_BYTES, MANY = 150, 8 << 20, 40
"""Packs under so many rows and bytes are joined once there are so many of them. (A batch of a large build is one pack and stays that.)"""
_FULL, _FULL_BYTES = 2_000, 32 << 20

_SUFFIX, _IN_USE = ".arrow", "in-use"
_WRITE = pa.ipc.IpcWriteOptions(compression="zstd", use_threads=False)
"""Each thread would keep a compressor and a heap of its own, and other workers want the cores."""


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
        self._scratch = Scratch(folder)
        self.damaged: list[str] = []
        self._known_damage = 0
        self._files: list[Path] = []
        self._batches: list[NDArray[np.int64]] = []
        self._index = KeyIndex(np.empty((0, 2), np.uint64), self._scratch.room)
        self.refresh()

    def __len__(self) -> int:
        return len(self._index)

    def refresh(self) -> None:
        """Index all packs that are there; those that cannot be read are removed and named in :attr:`damaged`."""
        self._files, self._batches = [], []
        self._known_damage = len(self.damaged)
        keys, places = self._scratch.tail(np.uint64, 2), self._scratch.tail(np.int32, 2)
        for path in sorted(self.folder.glob(f"*{_SUFFIX}")):
            if path.name.startswith("."):
                continue
            found = self._keys_of(path)
            if found is None:
                self._known_damage += 1
                continue
            held, batches = found
            rows = np.arange(len(held), dtype=np.int32)
            places.add(np.column_stack([np.full_like(rows, len(self._files)), rows]))
            keys.add(held)
            self._files.append(path)
            self._batches.append(batches)
        self._place, self._index = places.array(), KeyIndex(keys.array(), self._scratch.room)

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

        def found(part: slice) -> NDArray[np.int32]:
            rows = self._index.rows(keys[part])
            places = np.full((len(rows), 2), -1, np.int32)
            places[rows >= 0] = self._place[rows[rows >= 0]]
            return places

        return filled(self._scratch.room, len(keys), np.int32, found, (2,))

    def has(self, keys: Keys) -> NDArray[np.bool_]:
        """Which of the keys are there."""
        return filled(self._scratch.room, len(keys), bool, lambda part: self._index.rows(keys[part]) >= 0)

    def scan(self, keys: Keys, columns: Sequence[str]) -> Iterator[pa.Table]:
        """The rows of the keys that are there, pack by pack, with the columns asked for (see :meth:`scan_numbered`)."""
        for _, table in self.scan_numbered(keys, columns):
            yield table

    def locate(self, keys: Keys) -> Iterator[Place]:
        """Where the rows of those keys lie that are there, pack by pack."""
        places = self.places(keys)
        order, starts = counted(places[:, 0], len(self._files), self._scratch.room)
        for pack, path in enumerate(self._files):
            numbers = order[starts[pack] : starts[pack + 1]]
            if len(numbers):
                numbers = numbers[np.argsort(places[numbers, 1], kind="stable")]
                yield Place(path.name, places[numbers, 1], self._batches[pack], numbers)

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
        """All rows of all packs, also those that no key leads to any more. Packs that are damaged are taken out."""
        damaged = len(self.damaged)
        for path in self._files:
            try:
                table = self._read(path, columns)
            except (pa.ArrowException, OSError, ValueError):
                self._take_out(path)
            else:
                yield from table.to_batches()
        if len(self.damaged) > damaged:
            self.refresh()

    def raise_damage(self) -> None:
        """:class:`DamagedCacheError` where a pack turned out to be damaged since the index was made."""
        if len(self.damaged) > self._known_damage:
            raise _damage(self.damaged[-1])

    def join(self, keep: Keys | None = None) -> None:
        """Join small packs where there are many. With ``keep`` all rows of other keys are dropped, from every pack."""
        small = [n for n, batches in enumerate(self._batches) if batches[-1] < SMALL]
        chosen = [n for n in small if self._files[n].stat().st_size < _SMALL_BYTES]
        if keep is None and len(chosen) < MANY:
            return
        if keep is not None:
            kept = KeyIndex(keep, self._scratch.room)
            self.rewrite(lambda keys: kept.rows(keys) >= 0)
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
            if sum(batch.num_rows for batch in waiting) >= _FULL or sum(batch.nbytes for batch in waiting) >= _FULL_BYTES:
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
    path = folder / _IN_USE
    if path.exists() and _noted(path, keys):
        return
    with filesystem.durable(path) as unfinished, unfinished.open("wb") as stream:
        for part in stretches(len(keys)):
            stream.write(keys[part].tobytes())


def _noted(path: Path, keys: Keys) -> bool:
    with path.open("rb") as stream:
        same = all(stream.read(keys[part].nbytes) == keys[part].tobytes() for part in stretches(len(keys)))
        return same and not stream.read(1)


def drop_unused(folder: Path, schema: pa.Schema, noted: Path) -> int:
    """Drop the rows whose keys the last note of :func:`keep_list` in ``noted`` does not name; returns how many. Without a note nothing goes."""
    path = noted / _IN_USE
    if not path.exists() or path.stat().st_size % 16:
        return 0
    kept = KeyIndex(np.fromfile(path, np.uint64).reshape(-1, 2))
    return Packs(folder, schema).rewrite(lambda keys: kept.rows(keys) >= 0)


def absent(doomed: Keys) -> Callable[[Keys], NDArray[np.bool_]]:
    """For :meth:`Packs.rewrite`: all keys but these."""
    index = KeyIndex(doomed)
    return lambda keys: index.rows(keys) < 0
