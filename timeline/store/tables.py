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
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from timeline.store import filesystem
from timeline.store.packs import Packs
from timeline.store.rows import LATER
from timeline.store.schema import SCHEMAS, SORTED_BY, schema_for

__all__ = ["ALL", "PARQUET", "Content", "Tables"]

ALL = "all"
"""The one part of a table that is not split by year."""

_ROW_GROUP, _GROUP_BYTES, _FILE_BYTES = 122_880, 128 << 20, 512 << 20
_BATCH = 8_192
PARQUET: dict[str, Any] = {"compression": "zstd", "compression_level": 3, "version": "2.6"}
_NO_YEAR = "__HIVE_DEFAULT_PARTITION__"
_COMPRESSED = {"articles": 0.4, "expressions": 0.15, "mentions": 0.2, "events": 0.25}
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
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    connection.execute(
        f"SET memory_limit = '500MB'; SET threads = 2; SET temp_directory = '{str(spill).replace(chr(39), chr(39) * 2)}'"
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

    def split(self, table: str) -> bool:
        """Whether the table is large enough for ``year=`` folders; issues never are."""
        return self.content.sizes.get(table, 0) * _COMPRESSED.get(table, 0) > self.content.split_above

    def parts(self, table: str) -> dict[str, str]:
        """``{part: digest of all that its rows depend on}``: equal digests, equal rows. Parts are years, or :data:`ALL`."""
        part = "coalesce(year::VARCHAR, '')" if self.split(table) else f"'{ALL}'"
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
        salt = f"{self.content.pipeline_version} {self.content.keep_text} {SCHEMAS[table].metadata!r}"
        return {part: hashlib.blake2b(f"{salt} {values}".encode(), digest_size=12).hexdigest() for part, *values in found} or {
            ALL: hashlib.blake2b(salt.encode(), digest_size=12).hexdigest()
        }

    def write(self, table: str, folder: Path, parts: Iterable[str]) -> list[Path]:
        """Write those parts of a table; returns the files."""
        wanted = set(parts)
        years = self.split(table)
        columns = ", ".join(f"t.{name}" for name in SCHEMAS[table].names)
        order = ", ".join(f"t.{name} NULLS LAST" for name in SORTED_BY[table])
        self._connection.register("source_rows", pa.RecordBatchReader.from_batches(*self._source(table)))
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
        year, where = "''", ""
        if years:
            year = "coalesce(t.year::VARCHAR, '')"
            listed = ", ".join(f"'{part}'" for part in sorted(wanted))
            where, order = f"WHERE {year} IN ({listed})", f"{year}, {order}"
        query = f"SELECT {columns}, {year} AS part_name FROM ({joined}) t {where} ORDER BY {order}"
        schema = schema_for(table, self.content.pipeline_version)
        with self._connection.sql(query).to_arrow_reader(_BATCH) as reader:
            files = _Writer(folder, schema, years).write_all(reader, empty=not years)
        self._connection.unregister("source_rows")
        return files

    def _source(self, table: str) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        plain = pa.schema([f for f in SCHEMAS[table] if f.name not in LATER.get(table, ())]).remove_metadata()
        plain = pa.schema([pa.field(f.name, f.type) for f in plain])
        if table == "articles":
            plain = plain.append(pa.field("text", pa.string()))
        return plain, self._batches(table, plain)

    def _batches(self, table: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        if table == "events":
            found = (pc.list_flatten(t.column("events")) for t in self.merged.scan(self.content.neighbourhoods, ["events"]))
        elif table == "articles":
            found = (_with_text(t) for t in self.extracted.scan(self.content.keys, ["article", "text"]))
        else:
            found = (pc.list_flatten(t.column(table)) for t in self.extracted.scan(self.content.keys, [table]))
        for rows in found:
            for chunk in rows.chunks if isinstance(rows, pa.ChunkedArray) else [rows]:
                yield pa.RecordBatch.from_arrays(chunk.flatten(), schema=schema)
        if table == "issues":
            yield from self.content.issues.cast(schema).to_batches()


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

    def __init__(self, folder: Path, schema: pa.Schema, years: bool) -> None:
        self._folder, self._schema, self._years = folder, schema, years
        self._files: list[Path] = []

    def write_all(self, reader: pa.RecordBatchReader, *, empty: bool) -> list[Path]:
        """All rows of the reader, whose last column names the part. ``empty``: a file even where there is no row."""
        for part, runs in groupby(self._runs(reader), key=itemgetter(0)):
            folder = self._folder / f"year={part or _NO_YEAR}" if self._years else self._folder
            self._write_part(folder, _row_groups(rows for _, rows in runs))
        if empty and not self._files:
            self._write_part(self._folder, iter([self._schema.empty_table()]))
        return self._files

    def _runs(self, reader: pa.RecordBatchReader) -> Iterator[tuple[str, pa.Table]]:
        """Stretches of rows of one part."""
        for batch in reader:
            table = pa.Table.from_batches([batch])
            names = table.column("part_name").combine_chunks()
            rows = table.drop_columns(["part_name"]).cast(self._schema)
            ends = [*(i + 1 for i in range(len(names) - 1) if self._years and names[i] != names[i + 1]), len(names)]
            start = 0
            for end in ends:
                if end > start:
                    yield names[start].as_py(), rows.slice(start, end - start)
                start = end

    def _write_part(self, folder: Path, groups: Iterator[pa.Table]) -> None:
        filesystem.make_folder(folder)
        group = next(groups, None)
        for number in count():
            if group is None:
                break
            path = folder / f"part-{number}.parquet"
            with filesystem.durable(path) as unfinished, pq.ParquetWriter(unfinished, self._schema, **PARQUET) as writer:
                written = 0
                while group is not None and written < _FILE_BYTES:
                    writer.write_table(group, row_group_size=_ROW_GROUP)
                    written = unfinished.stat().st_size
                    group = next(groups, None)
            self._files.append(path)
        filesystem.sync(folder)


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
