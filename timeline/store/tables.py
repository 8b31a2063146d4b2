"""From cached rows to the five sorted Parquet tables of a version. Columns move from Arrow to Parquet; what does not fit into memory is
sorted on disk (``sorting.py``), so that memory does not grow with the number of rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import count, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from timeline import merging
from timeline.merging import filled
from timeline.store import filesystem
from timeline.store.asking import sorter
from timeline.store.batches import LATER
from timeline.store.content import Content
from timeline.store.packs import Packs
from timeline.store.schema import SCHEMAS, schema_for
from timeline.store.scratch import Scratch
from timeline.store.sorting import in_order, ranges

__all__ = ["ALL", "PARQUET", "Tables"]

ALL = "all"
"""The one part of a table that is not split by year."""

Shape = Literal["one", "files", "folders"]
_FILES_FROM = 32
"""A table is one file up to this part of the size from which it gets ``year=`` folders (31 MB of 1 GB), in between a file a year:
then a new article costs the year that it falls into."""

_ROW_GROUP, _GROUP_BYTES, _FILE_BYTES = 122_880, 64 << 20, 512 << 20
_EVENT_BYTES, _ISSUE_BYTES = 900, 40
PARQUET: dict[str, Any] = {"compression": "zstd", "compression_level": 3, "version": "2.6"}
_NO_YEAR = "__HIVE_DEFAULT_PARTITION__"
_COMPRESSED = {"articles": 0.4, "expressions": 0.15, "mentions": 0.15, "events": 0.25}
"""Bytes on disk for each byte of Arrow, about: decides, the same way in every build, whether a table is split."""


class Tables:
    """Writes the tables of one version. ``scratch`` is for what does not fit into memory; :meth:`close` frees it."""

    def __init__(self, content: Content, extracted: Packs, merged: Packs, scratch: Scratch) -> None:
        self.content, self.extracted, self.merged = content, extracted, merged
        self._scratch = scratch
        self._spill = scratch.folder / "spill"
        self._connection = sorter(self._spill)
        self._connection.register("later", content.articles)
        self._connection.register("homes", content.homes)
        self._connection.register("event_list", content.events)
        self._connection.register("read_issues", content.issues)

    def close(self) -> None:
        """Free the connection and what was spilled."""
        self._connection.close()
        if self._spill.exists():
            filesystem.remove(self._spill)

    def shape(self, table: str) -> Shape:
        """How the table is laid out: one file, a file a year, or a ``year=`` folder a year; issues are always one file."""
        size = float(self._sizes(table).sum()) * _COMPRESSED.get(table, 0)
        if size > self.content.split_above:
            return "folders"
        return "files" if size > self.content.split_above / _FILES_FROM else "one"

    def _sizes(self, table: str) -> NDArray[np.int64]:
        """About how many bytes of Arrow the rows of each article take in the table, or each event."""
        if table in self.content.sizes:
            return self.content.sizes[table]
        each, rows = (_EVENT_BYTES, self.content.events) if table == "events" else (_ISSUE_BYTES, self.content.articles)
        return np.broadcast_to(np.int64(each), rows.num_rows)

    def parts(self, table: str) -> dict[str, str]:
        """``{part: digest of all that its rows depend on}``: equal digests, equal rows. Parts are years, or :data:`ALL`."""
        shape = self.shape(table)
        part = f"'{ALL}'" if shape == "one" else "coalesce(year::VARCHAR, '')"
        later = "concat_ws(chr(31), article_id, key::VARCHAR"
        source = {
            "articles": f"SELECT {part} AS part, {later}, revision, coalesce(duplicate_of, ''), headline_event_ids::VARCHAR, "
            "coalesce(input, '')) AS row FROM later",
            "expressions": f"SELECT {part} AS part, {later}) AS row FROM later",
            "mentions": f"SELECT {part} AS part, {later}) AS row FROM later UNION ALL "
            f"SELECT {part} AS part, concat_ws(chr(31), mention_id, event_id) AS row FROM homes",
            "events": f"SELECT {part} AS part, concat_ws(chr(31), event_id, key::VARCHAR) AS row FROM event_list",
            "issues": f"SELECT '{ALL}' AS part, {later}) AS row FROM later "
            f"UNION ALL SELECT '{ALL}', to_json(i)::VARCHAR FROM read_issues i",
        }[table]
        found = self._connection.sql(
            "SELECT part, count(*), bit_xor(md5_number_lower(row)), bit_xor(md5_number_upper(row)), sum(md5_number_lower(row)::HUGEINT) "
            f"FROM ({source}) GROUP BY part ORDER BY part"
        ).fetchall()
        salt = f"{shape} {self.content.pipeline_version} {self.content.keep_text} {SCHEMAS[table].metadata!r}"
        return {part: hashlib.blake2b(f"{salt} {values}".encode(), digest_size=12).hexdigest() for part, *values in found} or {
            ALL: hashlib.blake2b(salt.encode(), digest_size=12).hexdigest()
        }

    def write(self, table: str, folder: Path, parts: Iterable[str]) -> list[tuple[Path, str]]:
        """Write those parts of a table; returns the files, each with its part."""
        shape = self.shape(table)
        sizes = self._sizes(table)
        places = self._places(table, shape)
        wanted = [
            (part, low + start, low + end)
            for part in sorted(parts, key=lambda p: places[p])
            for low, high in [places[part]]
            for start, end in ranges(sizes[low:high])
        ]
        schema = schema_for(table, self.content.pipeline_version)
        return _Writer(folder, schema, shape).write_all(self._rows(table, wanted, schema))

    def _places(self, table: str, shape: Shape) -> dict[str, tuple[int, int]]:
        """The ranks of each part: as rows are in the order of time, those of a year stand together."""
        listed = "event_list" if table == "events" else "later"
        if shape == "one":
            return {ALL: (0, len(self._sizes(table)))}
        years = self._connection.sql(
            f"SELECT coalesce(year::VARCHAR, ''), min(rank), max(rank) + 1 FROM {listed} GROUP BY 1 ORDER BY 2"
        )
        return {year: (low, high) for year, low, high in years.fetchall()}

    def _rows(self, table: str, wanted: list[tuple[str, int, int]], schema: pa.Schema) -> Iterator[tuple[str, pa.Table]]:
        """The rows of the wanted ranges, in order, each stretch with its part."""
        pieces = self._events(wanted) if table == "events" else self._of_articles(table, wanted)
        spill = self._spill / table
        filesystem.make_folder(spill)
        found = in_order(pieces, [(low, high) for _, low, high in wanted], spill)
        for number, rows in found:
            part, low, high = wanted[number]
            if rows.num_rows != high - low:
                self.extracted.raise_damage()
                self.merged.raise_damage()
            yield part, self._finished(table, rows, low, high).select(schema.names).cast(schema)
        filesystem.remove(spill)
        if table == "issues":
            by = [(name, "ascending") for name in ("article_id", "input", "char_start", "char_end", "stage", "reason", "text")]
            order = pc.sort_indices(self.content.issues, sort_keys=by)
            yield ALL, self.content.issues.take(order).select(schema.names).cast(schema)

    def _of_articles(self, table: str, wanted: list[tuple[str, int, int]]) -> Iterator[tuple[NDArray[np.int64], pa.Table]]:
        ranks = self._ranks(wanted)
        keys = filled(self._scratch.room, len(ranks), np.uint64, lambda part: self.content.keys[ranks[part]], (2,))
        columns = ["article", "text"] if table == "articles" else [table]
        for numbers, rows in self.extracted.scan_numbered(keys, columns):
            yield ranks[numbers], rows

    def _ranks(self, wanted: list[tuple[str, int, int]]) -> NDArray[np.int64]:
        """All ranks of the wanted ranges."""
        ranks = self._scratch.room(sum(high - low for _, low, high in wanted), np.int64)
        at = 0
        for _, low, high in wanted:
            ranks[at : at + high - low] = np.arange(low, high)
            at += high - low
        return ranks

    def _events(self, wanted: list[tuple[str, int, int]]) -> Iterator[tuple[NDArray[np.int64], pa.Table]]:
        content, room = self.content, self._scratch.room
        chosen = filled(room, len(content.event_ranks), bool, lambda _: False)
        for _, low, high in wanted:
            chosen[low:high] = True
        hoods = self._hoods(chosen)
        keys = filled(room, len(hoods), np.uint64, lambda part: content.neighbourhoods[hoods[part]], (2,))
        for numbers, table in self.merged.scan_numbered(keys, ["events"]):
            lists = table.column("events")
            counts = pc.list_value_length(lists).to_numpy().astype(np.int64)
            ranks = content.event_ranks[merging.positions(content.places[hoods[numbers]], counts)]
            mask = chosen[ranks]
            yield ranks[mask], _flat(lists).filter(pa.array(mask))

    def _hoods(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The neighbourhoods that have events of the chosen ranks."""
        places, found = self.content.places, self._scratch.tail(np.int64)
        has = filled(self._scratch.room, len(places), bool, lambda _: False)
        for part in merging.stretches(len(chosen)):
            held = part.start + np.flatnonzero(chosen[self.content.event_ranks[part]])
            has[np.searchsorted(places, held, side="right") - 1] = True
        for part in merging.stretches(len(places)):
            found.add(part.start + np.flatnonzero(has[part]))
        return found.array()

    def _finished(self, table: str, rows: pa.Table, low: int, high: int) -> pa.Table:
        """The columns of a table, for the articles (or events) of the ranks ``[low, high)``, which ``rows`` holds in order."""
        if table == "events":
            return rows
        if table == "articles":
            later = self.content.articles.slice(low, high - low)
            found = pa.Table.from_struct_array(rows.column("article"))
            text = rows.column("text") if self.content.keep_text else pa.nulls(rows.num_rows, pa.string())
            found = found.append_column("text", text)
            for name in LATER["articles"][1:]:
                found = found.append_column(name, later.column(name))
            return found
        found = _flat(rows.column(table))
        parents = pc.list_parent_indices(rows.column(table))
        order = np.lexsort((found.column("char_start").fill_null(-1).to_numpy(), parents.to_numpy()))
        if (np.diff(order) < 0).any():
            found = found.take(pa.array(order))
        if table == "mentions":
            first, last = np.searchsorted(self.content.home_ranks, [low, high])
            homes = self.content.homes.slice(first, last - first)
            place = pc.index_in(found.column("mention_id"), homes.column("mention_id").combine_chunks())
            found = found.append_column("event_id", homes.column("event_id").combine_chunks().take(place.combine_chunks()))
        return found


def _flat(column: pa.ChunkedArray) -> pa.Table:
    """The structs of a list column as a table."""
    kind = column.type.value_type
    schema = pa.schema([pa.field(f.name, f.type) for f in kind])
    flat = [pa.RecordBatch.from_arrays(pc.list_flatten(chunk).flatten(), schema=schema) for chunk in column.chunks]
    return pa.Table.from_batches(flat, schema=schema)


class _Writer:
    """Rows in order → files of row groups of about 120,000 rows (fewer where rows are large), a new file for every part."""

    def __init__(self, folder: Path, schema: pa.Schema, shape: Shape) -> None:
        self._folder, self._schema, self._shape = folder, schema, shape
        self._files: list[tuple[Path, str]] = []

    def write_all(self, pieces: Iterable[tuple[str, pa.Table]]) -> list[tuple[Path, str]]:
        """All rows, each stretch with its part. A table in one file has it even where there is no row."""
        for part, stretches in groupby(pieces, key=itemgetter(0)):
            self._write_part(part, _row_groups(rows for _, rows in stretches))
        if self._shape == "one" and not self._files:
            self._write_part(ALL, iter([self._schema.empty_table()]))
        return self._files

    def _path(self, part: str, number: int) -> Path:
        if self._shape == "folders":
            return self._folder / f"year={part or _NO_YEAR}" / f"part-{number}.parquet"
        if self._shape == "files":
            return self._folder / f"part-{part or 'undated'}-{number}.parquet"
        return self._folder / f"part-{number}.parquet"

    def _write_part(self, part: str, groups: Iterator[pa.Table]) -> None:
        group = next(groups, None)
        for number in count():
            if group is None:
                break
            path = self._path(part, number)
            filesystem.make_folder(path.parent)
            with filesystem.durable(path) as unfinished, pq.ParquetWriter(unfinished, self._schema, **PARQUET) as writer:
                written = 0
                while group is not None and written < _FILE_BYTES:
                    writer.write_table(group, row_group_size=_ROW_GROUP)
                    written = unfinished.stat().st_size
                    group = next(groups, None)
            self._files.append((path, part))


def _row_groups(pieces: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables of the size of a row group."""
    held: list[pa.Table] = []
    rows = size = 0
    for piece in pieces:
        while piece.num_rows:
            head, piece = piece.slice(0, _ROW_GROUP - rows), piece.slice(_ROW_GROUP - rows)
            held.append(head)
            rows, size = rows + head.num_rows, size + head.nbytes
            if rows == _ROW_GROUP or size >= _GROUP_BYTES:
                yield pa.concat_tables(held)
                held, rows, size = [], 0, 0
    if held:
        yield pa.concat_tables(held)
