"""Arrow batches of the cache: what extraction gave of some articles, their profiles, what merging gave of some neighbourhoods.

The rows of one article stand together: ``key``, ``article`` (a struct), ``text``, ``expressions``, ``mentions``, ``issues`` (lists of structs).
They hold the columns of the published tables, so that publishing moves columns and never makes Python objects. What depends on other
articles is left out and joined later (:data:`LATER`). What every build reads of every article stands apart (:data:`PROFILES`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from timeline import merging
from timeline.records import Extraction
from timeline.store.rows import Row, article_row, event_rows, expression_rows, mention_rows, own_issue_rows, published_utc
from timeline.store.schema import SCHEMAS

__all__ = [
    "EXTRACTED", "LATER", "MERGED", "NESTED", "PROFILES", "extracted_batch", "merged_batch", "profile_from_row", "profiles_batch", "struct_of",
]  # fmt: skip

LATER: dict[str, tuple[str, ...]] = {
    "articles": ("text", "revision", "duplicate_of", "headline_event_ids", "input"),
    "mentions": ("event_id",),
    "expressions": (),
    "issues": (),
}
"""Columns that one article alone does not determine; and its text, which stands apart because it is large and seldom wanted."""

NESTED = ("expressions", "mentions", "issues")


def struct_of(table: str, without: Sequence[str] = ()) -> pa.StructType:
    """The columns of a table as a struct type."""
    return pa.struct([pa.field(f.name, f.type, f.nullable) for f in SCHEMAS[table] if f.name not in without])


_HEADLINES = pa.struct([("article_id", pa.string()), ("event_id", pa.string()), ("weight", pa.float64())])
_HOMES = pa.struct([("mention_id", pa.string()), ("article_id", pa.string()), ("event_id", pa.string())])
_BRIEF = pa.struct(
    [("published", pa.timestamp("us", tz="UTC")), ("articles", pa.int64()), ("expressions", pa.int64()), ("mentions", pa.int64())]
)

EXTRACTED = pa.schema(
    [
        pa.field("key", pa.binary(16), False),
        pa.field("article", struct_of("articles", LATER["articles"]), False),
        pa.field("text", pa.string(), False),
        *(pa.field(t, pa.list_(pa.field("element", struct_of(t, LATER[t]), False)), False) for t in NESTED),
    ]
)
"""The rows of the extraction cache."""

_BLOBS = ("signature", "story_keys", "story_weights", "mentions", "keys", "weights", "counted")
PROFILES = pa.schema(
    [
        pa.field("key", pa.binary(16), False),
        pa.field("article_id", pa.string(), False),
        pa.field("brief", _BRIEF, False),
        pa.field("digest", pa.binary(16), False),
        pa.field("day", pa.int32()),
        *(pa.field(name, pa.binary(), False) for name in _BLOBS),
    ]
)
"""What is read of every article whenever something changes, under the key of its extraction: when it was published, about how many bytes
its rows take, and its profile (:class:`timeline.merging.Packed`)."""

MERGED = pa.schema(
    [
        pa.field("key", pa.binary(16), False),
        pa.field("events", pa.list_(pa.field("element", struct_of("events"), False)), False),
        pa.field("homes", pa.list_(pa.field("element", _HOMES, False)), False),
        pa.field("headlines", pa.list_(pa.field("element", _HEADLINES, False)), False),
    ]
)
"""The rows of the merging cache: a neighbourhood's events, which mention belongs to which, its headline candidates."""


def _column(rows: Sequence[Row], field: pa.Field) -> pa.Array:
    values = [row[field.name] for row in rows]
    try:
        return pa.array(values, field.type)
    except UnicodeEncodeError:  # half of a surrogate pair: not text; anything else keeps its error
        return pa.array([_encodable(value) for value in values], field.type)


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_encodable(v) for v in value]
    return {k: _encodable(v) for k, v in value.items()} if isinstance(value, dict) else value


def struct_array(rows: Sequence[Row], kind: pa.StructType) -> pa.StructArray:
    """Rows as one struct array, built column by column (four times as fast as from dictionaries)."""
    return pa.StructArray.from_arrays([_column(rows, field) for field in kind], fields=list(kind))


def list_array(rows_of: Sequence[Sequence[Row]], kind: pa.ListType) -> pa.ListArray:
    """Lists of rows as one list array."""
    offsets = [0]
    for rows in rows_of:
        offsets.append(offsets[-1] + len(rows))
    flat = [row for rows in rows_of for row in rows]
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), struct_array(flat, kind.value_type), type=kind)


_ROWS: dict[str, Callable[[Extraction], list[Row]]] = {
    "expressions": expression_rows,
    "mentions": mention_rows,
    "issues": own_issue_rows,
}


def extracted_batch(extractions: Sequence[tuple[bytes, str, Extraction]]) -> pa.RecordBatch:
    """The cache rows of some articles: ``(key, content hash, extraction)`` each."""
    arrays: list[pa.Array] = [
        pa.array([key for key, _, _ in extractions], pa.binary(16)),
        struct_array([article_row(e, content) for _, content, e in extractions], EXTRACTED.field("article").type),
    ]
    arrays.append(_column([{"text": e.article.text} for _, _, e in extractions], EXTRACTED.field("text")))
    for table in NESTED:
        arrays.append(list_array([_ROWS[table](e) for _, _, e in extractions], EXTRACTED.field(table).type))
    return pa.RecordBatch.from_arrays(arrays, schema=EXTRACTED)


def profiles_batch(extractions: Sequence[tuple[bytes, str, Extraction]]) -> pa.RecordBatch:
    """What merging and publishing keep of the same articles."""
    rows = [{"key": key, "brief": _brief_row(e), **merging.profile(e).pack()._asdict()} for key, _, e in extractions]
    return pa.RecordBatch.from_arrays([_column(rows, field) for field in PROFILES], schema=PROFILES)


def profile_from_row(row: Mapping[str, Any]) -> merging.Profile:
    """The profile that a row holds."""
    return merging.Profile.unpack(merging.Packed(**{name: row[name] for name in merging.Packed._fields}))


def _brief_row(extraction: Extraction) -> Row:
    """When the article was published, and about how many bytes of Arrow its rows take in each table: what places and splits them."""
    sentences = sum(m.sentence[1] - m.sentence[0] + len(m.summary) for m in extraction.mentions)
    return {
        "published": published_utc(extraction.article),
        "articles": 300 + len(extraction.article.text),
        "expressions": 200 * len(extraction.timexes),
        "mentions": 400 * len(extraction.mentions) + sentences,
    }


def merged_batch(merged: Sequence[tuple[bytes, merging.Merged, Mapping[str, str]]]) -> pa.RecordBatch:
    """The cache rows of some neighbourhoods: ``(key, what merging gave, {mention id: article id})`` each."""
    homes = [
        [
            {"mention_id": m, "article_id": articles[m], "event_id": event.event_id}
            for event in found.events
            for m in event.mention_ids
        ]
        for _, found, articles in merged
    ]
    return pa.RecordBatch.from_arrays(
        [
            pa.array([key for key, _, _ in merged], pa.binary(16)),
            list_array([event_rows(found.events) for _, found, _ in merged], MERGED.field("events").type),
            list_array(homes, MERGED.field("homes").type),
            list_array([[h._asdict() for h in found.headlines] for _, found, _ in merged], MERGED.field("headlines").type),
        ],
        schema=MERGED,
    )
