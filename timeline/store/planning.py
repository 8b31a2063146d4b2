"""Which neighbourhoods a collection has, found from the profiles of all articles in bounded memory.

Profiles are read twice, column by column. The first reading gives what is small: days, digests and a record a mention. By these the terms
that the second reading gives are spread over blocks that are compared apart (two months of articles, some thousand mentions of the same
stretches of time), on disk where they do not fit. No object is made for an article or a mention.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from timeline import merging
from timeline.merging import Ints, Room, Vectors, filled
from timeline.store.keys import Keys
from timeline.store.packs import Packs
from timeline.store.scratch import Scratch

__all__ = ["Plan", "plan"]

_HELD, _PIECE = 16 << 20, 800
"""Bytes of terms that are held, and what it takes to hold a piece of them."""
_ARTICLES = 1 << 12


@dataclass(frozen=True)
class Plan:
    """All neighbourhoods of a collection: their keys; the ``n``-th has the members ``starts[n]`` to ``starts[n + 1]``, which are
    ``articles`` (rows of the keys asked for) and the ``numbers`` of their mentions. ``original``: what each article is a copy of, or itself."""

    keys: Keys
    starts: Ints
    articles: Ints
    numbers: NDArray[np.int32]
    original: Ints


def plan(profiles: Packs, live: Keys, salt: bytes, folder: Path) -> Plan:
    """Find copies and neighbourhoods among the articles with the keys ``live``, which are sorted by article id and all there.

    ``salt`` (16 bytes) goes into the keys; ``folder`` is an empty one for what does not fit into memory.
    """
    scratch = Scratch(folder)
    outline = _outline(profiles, live, scratch)
    stories, blocks = _Spill(folder / "stories"), _Spill(folder / "mentions")
    _spread(profiles, live, outline, stories, blocks, scratch)
    order, rank, room, count = outline.order, outline.rank, scratch.room, len(live)
    story = merging.stories(
        filled(room, count, np.int64, lambda part: outline.days[order[part]]),
        filled(room, count, bool, lambda part: outline.dated[order[part]]),
        (vectors for _, vectors in stories.parts()),
        room,
    )
    original = outline.originals()
    found = merging.groups(
        outline.records,
        outline.owner,
        filled(room, count, np.uint64, lambda part: outline.digests[order[part]], (2,)),
        filled(room, count, np.int64, lambda part: rank[original[order[part]]]),
        story,
        blocks.parts(),
        salt,
        room,
    )
    members = found.members
    articles = filled(room, len(members), np.int64, lambda part: order[outline.owner[members[part]]])
    numbers = filled(room, len(members), np.int32, lambda part: outline.records["number"][members[part]])
    return Plan(found.keys, found.starts, articles, numbers, original)


class _Outline:
    """What is held of all articles: in the order of ``live`` but for ``records`` and ``owner``, a row a mention, in canonical order."""

    def __init__(self, count: int, scratch: Scratch) -> None:
        self._room = room = scratch.room
        self.days, self.dated = room(count, np.int64), room(count, bool)
        self.digests, self.counts = room((count, 2), np.uint64), room(count, np.int64)
        self._came, self._told = room(count, np.int64), scratch.tail(merging.MENTION)
        self._size = 0
        self.signatures = _Signatures(count, room)

    def add(self, numbers: Ints, table: pa.Table) -> None:
        """Rows of a pack."""
        day = table.column("day").combine_chunks()
        self.dated[numbers] = day.is_valid().to_numpy(zero_copy_only=False)
        self.days[numbers] = day.fill_null(0).to_numpy()
        self.digests[numbers] = np.frombuffer(b"".join(table.column("digest").to_pylist()), np.uint64).reshape(-1, 2)
        counts, records = _items(table.column("mentions"), merging.MENTION)
        self.counts[numbers], self._came[numbers] = counts, self._size + np.cumsum(counts) - counts
        self._told.add(records)
        self._size += len(records)
        self.signatures.add(numbers, *_items(table.column("signature"), np.dtype("<u4")))

    def arrange(self) -> None:
        """Settle the canonical order (day, those without last, then id), once all is added."""
        room, count = self._room, len(self.days)
        first, last = self.days.min(initial=0), self.days.max(initial=0)
        kind = filled(room, count, np.int64, lambda part: np.where(self.dated[part], self.days[part], last + 1) - first)
        self.order, _ = merging.counted(kind, int(last - first) + 2, room)
        self.rank, self._starts = room(count, np.int64), room(count, np.int64)
        self.owner, self.records = room(self._size, np.int64), room(self._size, merging.MENTION)
        told, at = self._told.array(), 0
        for part in merging.stretches(count):
            articles = self.order[part]
            counts = self.counts[articles]
            self.rank[articles] = np.arange(part.start, part.stop)
            self._starts[articles] = at + np.cumsum(counts) - counts
            end = at + int(counts.sum())
            self.owner[at:end] = np.repeat(np.arange(part.start, part.stop), counts)
            self.records[at:end] = told[merging.positions(self._came[articles], counts)]
            at = end

    def rows(self, numbers: Ints) -> Ints:
        """The mentions of those articles."""
        return merging.positions(self._starts[numbers], self.counts[numbers])

    def originals(self) -> Ints:
        """The original of each article, or itself."""
        room, count = self._room, len(self.order)
        signed = room(self.signatures.count, np.int64)
        at = 0
        for part in merging.stretches(count):
            found = self.order[part][self.signatures.there[self.order[part]]]
            signed[at : at + len(found)] = found
            at += len(found)
        original = filled(room, count, np.int64, lambda part: np.arange(part.start, part.stop))
        first = merging.originals(at, lambda band: self.signatures.band(band, signed), room)
        for part in merging.stretches(at):
            original[signed[part]] = signed[first[part]]
        return original


def _outline(profiles: Packs, live: Keys, scratch: Scratch) -> _Outline:
    outline = _Outline(len(live), scratch)
    for numbers, table in profiles.scan_numbered(live, ["day", "digest", "mentions", "signature"]):
        outline.add(numbers, table)
    profiles.raise_damage()
    outline.arrange()
    return outline


def _spread(profiles: Packs, live: Keys, outline: _Outline, stories: _Spill, blocks: _Spill, scratch: Scratch) -> None:
    """Read the terms and spread them over the blocks in which they are compared."""
    block = merging.blocks_of(outline.records, room=scratch.room)
    for numbers, table in profiles.scan_numbered(live, ["story_keys", "story_weights", "keys", "weights"]):
        ranks = outline.rank[numbers]
        stories.add(ranks // _ARTICLES, ranks, _vectors(table, "story_"))
        rows = outline.rows(numbers)
        blocks.add(block[rows], rows, _vectors(table, "")._replace(sizes=outline.records["terms"][rows].astype(np.int64)))
    profiles.raise_damage()


def _vectors(table: pa.Table, prefix: str) -> Vectors:
    sizes, keys = _items(table.column(f"{prefix}keys"), np.dtype("<u4"))
    return Vectors(sizes, keys, _items(table.column(f"{prefix}weights"), np.dtype("<i2"))[1])


def _items(column: pa.ChunkedArray, kind: np.dtype[Any]) -> tuple[Ints, NDArray[Any]]:
    """A binary column that holds items of a kind: how many each row has, and those of all rows."""
    sizes, values = [np.empty(0, np.int64)], [np.empty(0, kind)]
    for array in column.chunks:
        _, offsets, data = array.buffers()
        ends = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
        sizes.append((ends[1:].astype(np.int64) - ends[:-1]) // kind.itemsize)
        if ends[-1] > ends[0]:
            values.append(np.frombuffer(data, np.uint8)[ends[0] : ends[-1]].view(kind))
    return np.concatenate(sizes), np.concatenate(values)


class _Signatures:
    """Signatures, a band after the other, so that one band of all articles is looked at a time."""

    def __init__(self, most: int, room: Room) -> None:
        self._room, self.count = room, 0
        self.there = filled(room, most, bool, lambda _: False)
        self._bands: list[NDArray[np.uint32]] = []

    def add(self, numbers: Ints, sizes: Ints, values: NDArray[np.uint32]) -> None:
        """The signatures of some articles; those of short texts are empty."""
        numbers = numbers[sizes > 0]
        if not len(numbers):
            return
        bands = values.reshape(len(numbers), merging.BANDS, -1).swapaxes(0, 1)
        if not self._bands:
            self._bands = [self._room((len(self.there), bands.shape[2]), np.uint32) for _ in bands]
        for mine, band in zip(self._bands, bands, strict=True):
            mine[numbers] = band
        self.there[numbers] = True
        self.count += len(numbers)

    def band(self, number: int, wanted: Ints) -> NDArray[np.uint32]:
        """A band of the signatures of those articles."""
        if not self._bands:
            return np.empty((0, 1), np.uint32)
        mine = self._bands[number]
        return filled(self._room, len(wanted), np.uint32, lambda part: mine[wanted[part]], mine.shape[1:])


class _Spill:
    """Vectors with a row each, spread over blocks; written to a file a block where they do not fit into memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self._held: dict[int, list[tuple[Ints, Vectors]]] = defaultdict(list)
        self._blocks: set[int] = set()
        self._size = 0

    def add(self, blocks: Ints, rows: Ints, vectors: Vectors) -> None:
        """Put vectors into blocks; those of block -1 are not wanted."""
        order = np.argsort(blocks, kind="stable")
        order = order[np.searchsorted(blocks[order], 0) :]
        starts = np.flatnonzero(np.diff(blocks[order], prepend=-1))
        for chosen in np.split(order, starts[1:]) if len(order) else ():
            self._held[int(blocks[chosen[0]])].append((rows[chosen], vectors.take(chosen)))
            self._size += _PIECE
        self._size += vectors.keys.nbytes + vectors.weights.nbytes + rows.nbytes
        if self._size >= _HELD:
            self._write()

    def _write(self) -> None:
        for block, parts in self._held.items():
            with (self._folder / str(block)).open("ab") as stream:
                for rows, vectors in parts:
                    for values in (rows, *vectors):
                        np.save(stream, values)
            self._blocks.add(block)
        self._held.clear()
        self._size = 0

    def parts(self) -> Iterator[tuple[Ints, Vectors]]:
        """The blocks in order: the rows of each, ascending, and their vectors. Once."""
        for block in sorted(self._blocks | set(self._held)):
            parts = [*self._read(block), *self._held.pop(block, ())]
            rows = np.concatenate([rows for rows, _ in parts])
            vectors = Vectors.joined(vectors for _, vectors in parts)
            order = np.argsort(rows)
            yield rows[order], vectors.take(order)

    def _read(self, block: int) -> Iterator[tuple[Ints, Vectors]]:
        if block not in self._blocks:
            return
        path = self._folder / str(block)
        with path.open("rb") as stream:
            while stream.tell() < path.stat().st_size:
                rows, sizes, keys, weights = (np.load(stream) for _ in range(4))
                yield rows, Vectors(sizes, keys, weights)
