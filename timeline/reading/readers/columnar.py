"""Parquet and Arrow (IPC file, IPC stream): only the columns that are needed, a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from timeline.reading.draft import Draft, ReadingError
from timeline.reading.rows import columns_for, draft_from
from timeline.records import Issue
from timeline.settings import Settings

__all__ = ["read_arrow", "read_parquet"]

_ROWS = 64


def read_parquet(stream: BinaryIO, where: str, settings: Settings) -> Iterator[Draft | Issue]:
    """Articles of a Parquet file; ``stream`` must be seekable."""
    try:
        file = pq.ParquetFile(stream)
        columns = columns_for(file.schema_arrow.names, settings.columns)
        batches = file.iter_batches(batch_size=_ROWS, columns=sorted(set(columns.values())), use_threads=False)
        yield from _rows(batches, columns, file.schema_arrow.names, where)
    except (pa.ArrowException, OSError, ValueError) as error:
        yield Issue("read", f"not a Parquet file that can be read: {_short(error)}", input=where)


def read_arrow(stream: BinaryIO, where: str, settings: Settings) -> Iterator[Draft | Issue]:
    """Articles of an Arrow IPC file (Feather version 2) or stream; ``stream`` must be seekable."""
    try:
        magic = stream.read(6)
        stream.seek(0)
        if magic == b"ARROW1":
            file = pa.ipc.open_file(stream)
            schema, unchecked = file.schema, (file.get_batch(index) for index in range(file.num_record_batches))
        else:
            reader = pa.ipc.open_stream(stream)
            schema, unchecked = reader.schema, iter(reader)
        columns = columns_for(schema.names, settings.columns)
        yield from _rows(map(_checked, unchecked), columns, schema.names, where)
    except (pa.ArrowException, OSError, ValueError) as error:
        yield Issue("read", f"not an Arrow file that can be read: {_short(error)}", input=where)


def _checked(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch, where its offsets stay inside its buffers; a damaged one would be read outside of memory that is ours."""
    batch.validate(full=True)
    return batch


def _rows(batches: Iterable[pa.RecordBatch], columns: dict[str, str], names: list[str], where: str) -> Iterator[Draft | Issue]:
    if "text" not in columns:
        shown = ", ".join(names[:12])
        yield Issue("read", f"no column that holds the text (map one: --map text=NAME); columns: {shown}", input=where)
        return
    number = 0
    for batch in batches:
        for start in range(0, batch.num_rows, _ROWS):
            for row in _python_rows(batch.slice(start, _ROWS), columns):
                number += 1
                here = f"{where}:{number}"
                try:
                    yield draft_from(row, columns, here)
                except ReadingError as error:
                    yield Issue("read", str(error), input=here)


def _python_rows(batch: pa.RecordBatch, columns: dict[str, str]) -> list[dict[str, Any]]:
    """The rows as Python values; nanosecond times are cut to microseconds, which ``datetime`` can hold."""
    kept = {}
    for name in set(columns.values()):
        column = batch.column(batch.schema.get_field_index(name))
        if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
            column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            column = pa.array([None if value is None else value.decode("utf-8", "replace") for value in column.to_pylist()])
        kept[name] = column.to_pylist()
    return [dict(zip(kept, values, strict=True)) for values in zip(*kept.values(), strict=True)]


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:150]
