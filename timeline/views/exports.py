"""Events as JSON lines and CSV, for programs and spreadsheets."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TextIO, cast

from timeline.views.when import when

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CSV_COLUMNS", "csv_cell", "plain", "records", "when_of", "write_csv", "write_jsonl"]

CSV_COLUMNS = (
    "event_id", "when", "time_start", "time_end", "granularity", "extent", "status", "summary", "place", "country", "lat", "lon",
    "source_count", "article_count", "importance", "confidence", "first_published", "last_published", "article_ids",
)  # fmt: skip


def plain(value: Any) -> Any:
    """A cell as JSON can hold it: moments in ISO 8601, arrays as lists, missing values as ``None``."""
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        value = value.tolist()
    if value is None or value != value or str(value) in ("NaT", "<NA>"):
        return None
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, each as a mapping of column names to cells; days (which frames hold in seconds) as dates."""
    days = [name for name, dtype in frame.dtypes.items() if str(dtype) == "datetime64[s]"]
    if days:
        frame = frame.assign(**{str(name): frame[name].dt.date for name in days})
    return cast("list[dict[str, Any]]", frame.to_dict("records"))


def write_jsonl(rows: Iterable[Mapping[str, Any]], stream: TextIO) -> None:
    """One JSON object a line, every column of the row."""
    for row in rows:
        stream.write(json.dumps({name: plain(value) for name, value in row.items()}, ensure_ascii=False) + "\n")


def write_csv(rows: Iterable[Mapping[str, Any]], stream: TextIO) -> None:
    """Scalar columns, ``when`` in words first; cells that a spreadsheet would run as a formula are neutralised."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for row in rows:
        cells = {name: plain(value) for name, value in row.items()} | {"when": when_of(row)}
        writer.writerow([csv_cell(cells.get(name)) for name in CSV_COLUMNS])


def when_of(row: Mapping[str, Any]) -> str:
    """The date of an events row in words."""
    moments = [None if plain(row[name]) is None else row[name] for name in ("time_start", "time_end")]
    return when(moments[0], moments[1], row.get("granularity"), row.get("extent"), row.get("value"))


def csv_cell(value: Any) -> Any:
    """Text for a CSV cell; a leading ``= + - @`` or control character gets an apostrophe (OWASP, CSV injection)."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value
