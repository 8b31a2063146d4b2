"""The cache of reads: what each input gave, under the hash of its bytes, so that one which was read before is not read again.

What a large input gave is kept in parts, as it may hold more than fits into memory.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from timeline.records import Issue
from timeline.store.batches import struct_of
from timeline.store.errors import DamagedCacheError
from timeline.store.identity import NUMBERED, READ
from timeline.store.keys import as_keys
from timeline.store.packs import Packs, absent, write_pack
from timeline.store.rows import issue_rows

__all__ = ["ISSUES", "READS", "Given", "Reads"]

ISSUES = pa.schema(list(struct_of("issues")))
"""Issues of reading, under the ids that articles bring along."""

READS = pa.schema(
    [
        pa.field("key", pa.binary(16), False),
        pa.field("rows", pa.list_(pa.field("element", pa.struct(list(READ)), False)), False),
        pa.field("issues", pa.list_(pa.field("element", struct_of("issues"), False)), False),
        pa.field("parts", pa.list_(pa.field("element", pa.binary(16), False)), False),
    ]
)
"""What each input gave, in order: its rows and its issues; of a large one the keys of what stands before them."""

_HELD = 4_000
"""Rows and inputs that are held before they are written."""


@dataclass
class Given:
    """What one input gave, or a part of it; ``parts`` are the keys of those before."""

    key: bytes
    rows: list[dict[str, Any]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        """About how many rows it is to hold it."""
        return 1 + len(self.rows) + len(self.issues)


class Reads:
    """The packs of reads in a folder. :meth:`index` must be told the inputs of a build before what they gave can be asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._packs = Packs(folder, READS)
        self._waiting: list[Given] = []
        self._where: dict[bytes, tuple[int, int]] = {}
        self._drop_torn()

    def has(self, key: bytes) -> bool:
        """Whether what an input gave was there when this object was made."""
        return bool(self._packs.has(as_keys([key]))[0])

    def add(self, given: Given) -> None:
        """Take in what an input gave, or the last part of it."""
        self._waiting.append(given)
        if sum(one.size for one in self._waiting) >= _HELD:
            self.write()

    def lighten(self, given: Given) -> None:
        """Put aside what an input gave so far, where that is much."""
        if given.size >= _HELD:
            part = Given(secrets.token_bytes(16), given.rows, given.issues)
            given.parts.append(part.key)
            given.rows, given.issues = [], []
            self.add(part)

    def write(self) -> None:
        """Write what is held."""
        if self._waiting:
            write_pack(self._folder, [_batch(self._waiting)], READS)
            self._waiting = []

    def index(self, inputs: Sequence[bytes]) -> None:
        """Note which rows are those of the inputs with these keys: of each key the number of its input, and of its part."""
        self.write()
        self._packs.refresh()
        self._where = {key: (number, 0) for number, key in enumerate(inputs)}
        for table in self._packs.scan(as_keys(inputs), ["key", "parts"]):
            for key, parts in _large(table):
                number, _ = self._where[key]
                self._where[key] = number, len(parts)
                self._where |= {part: (number, place) for place, part in enumerate(parts)}
        if not self._packs.has(as_keys(list(self._where))).all():
            raise DamagedCacheError("the cache of reads was damaged: build again, the inputs are read anew")

    def rows(self) -> Iterator[pa.RecordBatch]:
        """The rows of all inputs (:data:`~timeline.store.identity.NUMBERED`), each with its place in the order of reading."""
        for batch in self._scan("rows"):
            lists = batch.column("rows")
            parents = pc.list_parent_indices(lists).to_numpy()
            numbers, parts = np.array([self._where[key] for key in batch.column("key").to_pylist()], np.int64).reshape(-1, 2).T
            offsets = lists.offsets.to_numpy().astype(np.int64)
            places = (parts[parents] << 32) + np.arange(len(parents)) - (offsets - offsets[0])[parents]
            columns = [*pc.list_flatten(lists).flatten(), pa.array(numbers[parents]), pa.array(places)]
            yield pa.RecordBatch.from_arrays(columns, schema=NUMBERED)

    def issues(self) -> Iterator[pa.RecordBatch]:
        """The issues of all inputs (:data:`ISSUES`)."""
        for batch in self._scan("issues"):
            yield pa.RecordBatch.from_arrays(pc.list_flatten(batch.column("issues")).flatten(), schema=ISSUES)

    def tidy(self) -> None:
        """Forget what inputs that are no longer there gave, once that is the larger part."""
        self._packs.join()
        if len(self._packs) > 2 * len(self._where) + 100:
            self._packs.join(keep=as_keys(list(self._where)))

    def _scan(self, column: str) -> Iterator[pa.RecordBatch]:
        for table in self._packs.scan(as_keys(list(self._where)), ["key", column]):
            yield from table.to_batches()
        self._packs.raise_damage()

    def _drop_torn(self) -> None:
        """Forget what large inputs gave of which a part is gone (damaged, or emptied by forgetting): they are read again."""
        batches = self._packs.everything(["key", "parts"])
        torn = [key for batch in batches for key, parts in _large(batch) if not self._packs.has(as_keys(parts)).all()]
        if torn:
            self._packs.rewrite(absent(as_keys(torn)))


def _large(batch: pa.RecordBatch | pa.Table) -> Iterable[tuple[bytes, list[bytes]]]:
    """The keys of large inputs, with those of their parts."""
    large = batch.filter(pc.greater(pc.list_value_length(batch.column("parts")), 0))
    return zip(*(large.column(name).to_pylist() for name in ("key", "parts")), strict=True)


def _batch(given: Sequence[Given]) -> pa.RecordBatch:
    values = {
        "key": [g.key for g in given],
        "rows": [g.rows for g in given],
        "issues": [issue_rows(g.issues) for g in given],
        "parts": [g.parts for g in given],
    }
    return pa.RecordBatch.from_pydict(values, schema=READS)
