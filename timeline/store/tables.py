"""From cached rows to the five sorted Parquet tables of a version, streamed: columns move from Arrow to Parquet through DuckDB's sort,
which spills to disk, so that memory does not grow with the number of articles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from timeline.store import filesystem
from timeline.store.asking import quiet
from timeline.store.packs import Packs, as_keys
from timeline.store.rows import LATER
from timeline.store.schema import SCHEMAS, SORTED_BY, schema_for

__all__ = ["ALL", "PARQUET", "Content", "Tables"]

ALL = "all"
"""The one part of a table that is not split by year."""

Shape = Literal["one", "files", "folders"]
_FILES_FROM = 32
"""A table is one file up to this part of the size from which it gets ``year=`` folders (31 MB of 1 GB), in between a file a year:
then a new article costs the year that it falls into."""

_ROW_GROUP, _GROUP_BYTES, _FILE_BYTES = 122_880, 96 << 20, 512 << 20
_BATCH = 8_192
PARQUET: dict[str, Any] = {"compression": "zstd", "compression_level": 3, "version": "2.6"}
_NO_YEAR = "__HIVE_DEFAULT_PARTITION__"
_COMPRESSED = {"articles": 0.4, "expressions": 0.15, "mentions": 0.15, "events": 0.25}
"""Bytes on disk for each byte of Arrow, about: decides, the same way in every build, whether a table is split."""


@dataclass
class Content:
    """What a version is to hold. ``articles`` is one row an article with what other articles determine (:data:`LATER`), its cache key
    and its year; ``homes`` says which event a mention belongs to; ``issues`` are those of reading."""

    articles: pa.Table
    keys: Any
    neighbourhoods: Any
    homes: pa.Table
    events: pa.Table
    issues: pa.Table
    pipeline_version: str
    keep_text: bool = True
    split_above: int = 1000 << 20
    sizes: dict[str, int] = field(default_factory=dict)


def connect(spill: Path) -> duckdb.DuckDBPyConnection:
    """A connection for sorting: bounded memory, spilling to ``spill``, nothing fetched from anywhere."""
    connection = quiet({})
    connection.execute(
        f"SET memory_limit = '350MB'; SET threads = 2; SET temp_directory = '{str(spill).replace(chr(39), chr(39) * 2)}'"
    )
    connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = true")
    return connection


class Tables:
    """Writes the tables of one version below ``folder``."""

    def __init__(self, content: Content, extracted: Packs, merged: Packs, spill: Path) -> None:
        self.content, self.extracted, self.merged = content, extracted, merged
        self._connection = connect(spill)
        self._connection.register("later", content.articles)
        self._connection.register("homes", content.homes)
        self._connection.register("event_list", content.events)
        self._connection.register("read_issues", content.issues)

    def close(self) -> None:
        """Free the connection and what it spilled."""
        self._connection.close()

    def shape(self, table: str) -> Shape:
        """How the table is laid out: one file, a file a year, or a ``year=`` folder a year; issues are always one file."""
        size = self.content.sizes.get(table, 0) * _COMPRESSED.get(table, 0)
        if size > self.content.split_above:
            return "folders"
        return "files" if size > self.content.split_above / _FILES_FROM else "one"

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
            f"SELECT {part} AS part, concat_ws(chr(31), mention_id, event_id) AS row FROM homes JOIN later USING (article_id)",
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
        wanted = sorted(parts)
        shape = self.shape(table)
        columns = ", ".join(f"t.{name}" for name in SCHEMAS[table].names)
        order = ", ".join(f"t.{name} NULLS LAST" for name in SORTED_BY[table])
        self._connection.register("source_rows", pa.RecordBatchReader.from_batches(*self._source(table, wanted)))
        joined = {
            "articles": "SELECT s.*, l.revision, l.duplicate_of, l.headline_event_ids, l.input, l.year FROM source_rows s "
            "JOIN later l USING (article_id)",
            "expressions": "SELECT s.*, l.year FROM source_rows s JOIN later l USING (article_id)",
            "mentions": "SELECT s.*, h.event_id, l.year FROM source_rows s JOIN later l USING (article_id) LEFT JOIN homes h USING (mention_id)",
            "events": "SELECT *, year(span_start) AS year FROM source_rows",
            "issues": "SELECT * FROM source_rows",
        }[table]
        if not self.content.keep_text and table == "articles":
            columns = columns.replace("t.text", "NULL::VARCHAR AS text")
        part, where = f"'{ALL}'", ""
        if shape != "one":
            part = "coalesce(t.year::VARCHAR, '')"
            listed = ", ".join(f"'{name}'" for name in wanted)
            where, order = f"WHERE {part} IN ({listed})", f"{part}, {order}"
        query = f"SELECT {columns}, {part} AS part_name FROM ({joined}) t {where} ORDER BY {order}"
        schema = schema_for(table, self.content.pipeline_version)
        with self._connection.sql(query).to_arrow_reader(_BATCH) as reader:
            files = _Writer(folder, schema, shape).write_all(reader)
        self._connection.unregister("source_rows")
        return files

    def _source(self, table: str, parts: list[str]) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        plain = pa.schema([f for f in SCHEMAS[table] if f.name not in LATER.get(table, ())]).remove_metadata()
        plain = pa.schema([pa.field(f.name, f.type) for f in plain])
        if table == "articles":
            plain = plain.append(pa.field("text", pa.string()))
        return plain, self._batches(table, plain, parts)

    def _batches(self, table: str, schema: pa.Schema, parts: list[str]) -> Iterator[pa.RecordBatch]:
        if table == "events":
            hoods = self.content.neighbourhoods
            if parts != [ALL]:
                hoods = as_keys(self.content.events.filter(_in_parts(self.content.events, parts)).column("key"))
            found = (pc.list_flatten(t.column("events")) for t in self.merged.scan(np.unique(hoods, axis=0), ["events"]))
        else:
            keys = self.content.keys
            if parts != [ALL]:
                keys = keys[_in_parts(self.content.articles, parts).to_numpy()]
            columns = ["article", "text"] if table == "articles" else [table]
            rows = self.extracted.scan(keys, columns)
            found = (_with_text(t) if table == "articles" else pc.list_flatten(t.column(table)) for t in rows)
        for column in found:
            for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
                yield pa.RecordBatch.from_arrays(chunk.flatten(), schema=schema)
        if table == "issues":
            yield from self.content.issues.cast(schema).to_batches()


def _in_parts(rows: pa.Table, parts: list[str]) -> pa.ChunkedArray:
    """Which rows (with a column ``year``) are in one of the parts."""
    return pc.is_in(pc.fill_null(rows.column("year").cast(pa.string()), ""), pa.array(parts, pa.string()))


def _with_text(rows: pa.Table) -> pa.ChunkedArray:
    """The article structs with the text as their last field."""
    chunks = []
    for batch in rows.to_batches():
        article = batch.column("article")
        fields = [*article.type, pa.field("text", pa.string())]
        chunks.append(pa.StructArray.from_arrays([*article.flatten(), batch.column("text")], fields=fields))
    return pa.chunked_array(chunks)


class _Writer:
    """Rows in order → files of row groups of about 120,000 rows (fewer where rows are large), a new file for every part."""

    def __init__(self, folder: Path, schema: pa.Schema, shape: Shape) -> None:
        self._folder, self._schema, self._shape = folder, schema, shape
        self._files: list[tuple[Path, str]] = []

    def write_all(self, reader: pa.RecordBatchReader) -> list[tuple[Path, str]]:
        """All rows of the reader, whose last column names the part. A table in one file has it even where there is no row."""
        for part, runs in groupby(self._runs(reader), key=itemgetter(0)):
            self._write_part(part, _row_groups(rows for _, rows in runs))
        if self._shape == "one" and not self._files:
            self._write_part(ALL, iter([self._schema.empty_table()]))
        return self._files

    def _runs(self, reader: pa.RecordBatchReader) -> Iterator[tuple[str, pa.Table]]:
        """Stretches of rows of one part."""
        for batch in reader:
            table = pa.Table.from_batches([batch])
            rows = table.drop_columns(["part_name"]).cast(self._schema)
            names = pc.run_end_encode(table.column("part_name").combine_chunks()) if table.num_rows else None
            start = 0
            for name, end in zip(names.values, names.run_ends, strict=True) if names is not None else ():
                yield name.as_py(), rows.slice(start, end.as_py() - start)
                start = end.as_py()

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
