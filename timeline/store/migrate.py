"""Tables of older and newer schemas: older ones are brought up to date, what only a newer one knows is kept and told."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from timeline.store.errors import CorruptError
from timeline.store.schema import SCHEMA_VERSION, SCHEMAS

__all__ = ["RENAMED", "read_table", "to_current"]

RENAMED: dict[str, dict[str, str]] = {}
"""``{table: {old column: today's column}}`` of columns that were renamed since schema 1."""


def read_table(folder: Path, table: str, columns: Sequence[str] | None = None) -> pa.Table:
    """A table of a version in today's schema. Columns that only a newer schema knows are kept, with a warning.

    Raises :class:`CorruptError` where a file is missing or damaged.
    """
    files = sorted((folder / table).rglob("*.parquet"))
    if not files:
        raise CorruptError(f"{folder} holds no table {table}; see timeline verify")
    try:
        pieces = [
            pq.ParquetFile(path, memory_map=True).read(columns=None if columns is None else list(columns)) for path in files
        ]
    except (pa.ArrowException, OSError) as error:
        raise CorruptError(f"a file of table {table} in {folder} is damaged: {error}; see timeline verify") from error
    found, messages = to_current(pa.concat_tables(pieces, promote_options="default"), table, columns)
    for message in messages:
        warnings.warn(message, stacklevel=3)
    return found


def to_current(found: pa.Table, table: str, wanted: Sequence[str] | None = None) -> tuple[pa.Table, list[str]]:
    """``found`` in today's schema, and what there is to say about it.

    Renamed columns get today's name, missing ones are null, types that were widened are cast. Columns that this schema does not know
    stay, after the known ones. ``wanted`` limits the columns to those asked for.
    """
    schema, messages = SCHEMAS[table], []
    written = int((found.schema.metadata or {}).get(b"schema_version", SCHEMA_VERSION))
    renamed = RENAMED.get(table, {})
    found = found.rename_columns([renamed.get(name, name) for name in found.column_names])
    known = [f for f in schema if wanted is None or f.name in wanted]
    columns, fields, lacking = [], [], []
    for f in known:
        if f.name in found.column_names:
            columns.append(found.column(f.name).cast(f.type))
        else:
            lacking.append(f.name)
            columns.append(pa.chunked_array([pa.nulls(found.num_rows, f.type)]))
        fields.append(f if f.name not in lacking else f.with_nullable(True))
    extra = [name for name in found.column_names if name not in schema.names]
    for name in extra:
        columns.append(found.column(name))
        fields.append(found.schema.field(name))
    if lacking:
        messages.append(f"{table} was written by schema {written}: {', '.join(lacking)} are empty until the next build")
    if extra:
        messages.append(
            f"{table} was written by schema {written}, newer than {SCHEMA_VERSION}: {', '.join(extra)} are kept as they are"
        )
    return pa.Table.from_arrays(columns, schema=pa.schema(fields, found.schema.metadata)), messages
