"""What a version is to hold, put in order before it is written: articles by publication, events by time, mentions with their events.

All of it lies in files that are mapped (``scratch.py``) and is sorted and joined by DuckDB in bounded memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from timeline import merging
from timeline.merging import Headline, Ints, filled
from timeline.store.asking import sorter
from timeline.store.batches import MERGED
from timeline.store.keys import Keys, key_column
from timeline.store.packs import Packs
from timeline.store.planning import Plan
from timeline.store.scratch import Scratch

if TYPE_CHECKING:
    import duckdb

__all__ = ["SIZED", "Content", "arranged"]

SIZED = ("articles", "expressions", "mentions")
_BATCH = 1 << 14
_NEVER = np.iinfo(np.int64).max

_NUMBERED = pa.schema(
    [
        pa.field("article_id", pa.string()),
        pa.field("revision", pa.int32()),
        pa.field("input", pa.string()),
        pa.field("number", pa.int64()),
        pa.field("original", pa.int64()),
        pa.field("published", pa.int64()),
        pa.field("key", pa.binary(16)),
    ]
)
_RANKED = pa.schema(
    [
        pa.field("article_id", pa.string()),
        pa.field("key", pa.binary(16)),
        pa.field("revision", pa.int32()),
        pa.field("duplicate_of", pa.string()),
        pa.field("input", pa.string()),
        pa.field("year", pa.int64()),
        pa.field("number", pa.int64()),
        pa.field("rank", pa.int64()),
    ]
)
_ARTICLES = _RANKED.append(pa.field("headline_event_ids", pa.list_(pa.string())))
_HOMES = pa.schema(
    [
        pa.field("mention_id", pa.string()),
        pa.field("event_id", pa.string()),
        pa.field("rank", pa.int64()),
        pa.field("year", pa.int64()),
    ]
)
_FOUND = pa.schema(
    [
        pa.field("event_id", pa.string()),
        pa.field("span_start", pa.timestamp("us")),
        pa.field("span_end", pa.timestamp("us")),
        pa.field("key", pa.binary(16)),
        pa.field("place", pa.int64()),
    ]
)
_EVENTS = pa.schema(
    [
        pa.field("event_id", pa.string()),
        pa.field("key", pa.binary(16)),
        pa.field("year", pa.int64()),
        pa.field("place", pa.int64()),
        pa.field("rank", pa.int64()),
    ]
)


@dataclass
class Content:
    """What a version is to hold.

    ``articles``: one row an article in the order of publication (``rank``), with what other articles determine
    (:data:`~timeline.store.batches.LATER`), its cache key and its year; ``keys`` are those keys as numbers, ``sizes`` about how many bytes
    its rows take in a table. ``homes`` says which event a mention belongs to, in the order of articles; ``home_ranks`` are its ranks.
    ``events`` lists the events in the order of time. A merged event is known by its neighbourhood and its place in it:
    ``places[n]`` is where those of neighbourhood ``n`` begin, ``event_ranks`` the rank of every place. ``issues`` are those of reading.
    """

    articles: pa.Table
    keys: Keys
    sizes: dict[str, Ints]
    homes: pa.Table
    home_ranks: Ints
    neighbourhoods: Keys
    places: Ints
    events: pa.Table
    event_ranks: Ints
    issues: pa.Table
    pipeline_version: str
    keep_text: bool = True
    split_above: int = 1000 << 20


def arranged(live: pa.Table, keys: Keys, plan: Plan, profiles: Packs, merged: Packs, scratch: Scratch) -> dict[str, Any]:
    """The parts of a :class:`Content` that articles and their merging determine. ``keys`` are those of the articles ``live``."""
    with sorter(scratch.folder) as connection:
        published, sizes = _brief(profiles, keys, scratch)
        connection.register("numbered", scratch.table(_NUMBERED, _numbered(live, keys, plan, published)))
        ranked = scratch.table(_RANKED, _ranked(connection))
        numbers = _column(ranked, "number", scratch)
        connection.register("ranked", ranked)
        homes = scratch.table(_HOMES, _homes(connection, merged, plan.keys, scratch))
        articles = scratch.table(_ARTICLES, _with_headlines(ranked, _headlines(connection, merged, plan.keys, scratch)))
        places, found = _found(merged, plan.keys, scratch)
        connection.register("found", found)
        events = scratch.table(_EVENTS, _events(connection))
    event_ranks = scratch.room(events.num_rows, np.int64)
    for batch in events.to_batches():
        event_ranks[batch.column("place").to_numpy()] = batch.column("rank").to_numpy()
    return {
        "articles": articles,
        "keys": filled(scratch.room, len(keys), np.uint64, lambda part: keys[numbers[part]], (2,)),
        "sizes": {name: filled(scratch.room, len(keys), np.int64, _taken(size, numbers)) for name, size in sizes.items()},
        "homes": homes,
        "home_ranks": _column(homes, "rank", scratch),
        "neighbourhoods": plan.keys,
        "places": places,
        "events": events,
        "event_ranks": event_ranks,
    }


def _taken(values: Ints, rows: Ints) -> Any:
    return lambda part: values[rows[part]]


def _column(table: pa.Table, name: str, scratch: Scratch) -> NDArray[Any]:
    """A column of whole numbers."""
    values = scratch.room(table.num_rows, np.int64)
    at = 0
    for chunk in table.column(name).chunks:
        values[at : at + len(chunk)] = chunk.to_numpy()
        at += len(chunk)
    return values


def _brief(profiles: Packs, keys: Keys, scratch: Scratch) -> tuple[Ints, dict[str, Ints]]:
    """When each article was published, in microseconds, and about how many bytes its rows take in each table."""
    published = scratch.room(len(keys), np.int64)
    sizes: dict[str, Ints] = {name: scratch.room(len(keys), np.int64) for name in SIZED}
    for numbers, table in profiles.scan_numbered(keys, ["brief"]):
        brief = table.column("brief").combine_chunks()
        published[numbers] = brief.field("published").cast(pa.int64()).fill_null(_NEVER).to_numpy()
        for name, size in sizes.items():
            size[numbers] = brief.field(name).to_numpy()
    profiles.raise_damage()
    return published, sizes


def _numbered(live: pa.Table, keys: Keys, plan: Plan, published: Ints) -> Iterator[pa.RecordBatch]:
    at = 0
    for batch in live.to_batches():
        rows = slice(at, at + batch.num_rows)
        at = rows.stop
        number, original = np.arange(rows.start, rows.stop), plan.original[rows]
        columns = [batch.column(name) for name in ("article_id", "revision", "input")]
        columns += [pa.array(number), pa.array(original, mask=original == number), pa.array(published[rows])]
        yield pa.RecordBatch.from_arrays([*columns, key_column(keys[rows])], schema=_NUMBERED)


def _ranked(connection: duckdb.DuckDBPyConnection) -> Iterator[pa.RecordBatch]:
    """Articles in the order of publication, those without a date last, then of their ids (which is that of their numbers)."""
    query = (
        "SELECT a.article_id, a.key, a.revision, o.article_id AS duplicate_of, a.input, "
        f"CASE WHEN a.published < {_NEVER} THEN year(make_timestamp(a.published)) END AS year, a.number "
        "FROM numbered a LEFT JOIN numbered o ON a.original = o.number ORDER BY a.published, a.number"
    )
    return _with_ranks(connection.sql(query).to_arrow_reader(_BATCH), _RANKED)


def _with_ranks(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The same batches with a last column that counts their rows."""
    at = 0
    for batch in batches:
        rank = pa.array(np.arange(at, at + batch.num_rows))
        at += batch.num_rows
        yield _cast([*batch.columns, rank], schema)


def _cast(columns: Sequence[pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([c.cast(f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def _homes(connection: duckdb.DuckDBPyConnection, merged: Packs, keys: Keys, scratch: Scratch) -> Iterator[pa.RecordBatch]:
    """Which event each mention belongs to."""
    connection.register("homes", _flattened(merged, keys, "homes", scratch))
    query = "SELECT mention_id, event_id, rank, year FROM homes JOIN ranked USING (article_id) ORDER BY rank"
    for batch in connection.sql(query).to_arrow_reader(_BATCH):
        yield _cast(batch.columns, _HOMES)


def _headlines(
    connection: duckdb.DuckDBPyConnection, merged: Packs, keys: Keys, scratch: Scratch
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The headline events of each article that has some, in the order of articles, by its rank."""
    connection.register("headlines", _flattened(merged, keys, "headlines", scratch))
    query = "SELECT rank, article_id, event_id, weight FROM headlines JOIN ranked USING (article_id) ORDER BY rank"
    batches = connection.sql(query).to_arrow_reader(_BATCH)
    rows = (row for batch in batches for row in zip(*(column.to_pylist() for column in batch.columns), strict=True))
    for rank, told in groupby(rows, key=itemgetter(0)):
        (chosen,) = merging.headline_events(Headline(*row[1:]) for row in told).values()
        yield rank, chosen


def _with_headlines(ranked: pa.Table, headlines: Iterator[tuple[int, tuple[str, ...]]]) -> Iterator[pa.RecordBatch]:
    waiting = next(headlines, None)
    at = 0
    for batch in ranked.to_batches():
        chosen: list[list[str]] = [[] for _ in range(batch.num_rows)]
        while waiting is not None and waiting[0] < at + batch.num_rows:
            chosen[waiting[0] - at] = list(waiting[1])
            waiting = next(headlines, None)
        at += batch.num_rows
        yield pa.RecordBatch.from_arrays([*batch.columns, pa.array(chosen, pa.list_(pa.string()))], schema=_ARTICLES)


def _flattened(merged: Packs, keys: Keys, column: str, scratch: Scratch) -> pa.Table:
    """The structs of a list column of all neighbourhoods."""
    schema = pa.schema(list(MERGED.field(column).type.value_type))
    batches = (
        pa.RecordBatch.from_arrays(pc.list_flatten(chunk).flatten(), schema=schema)
        for table in merged.scan(keys, [column])
        for chunk in table.column(column).chunks
    )
    return scratch.table(schema, batches)


def _found(merged: Packs, keys: Keys, scratch: Scratch) -> tuple[Ints, pa.Table]:
    """Where the events of each neighbourhood begin among all, in the order of neighbourhoods; and all events in any order."""
    counts = filled(scratch.room, len(keys), np.int64, lambda _: 0)
    for numbers, table in merged.scan_numbered(keys, ["events"]):
        counts[numbers] = pc.list_value_length(table.column("events")).to_numpy()
    starts = scratch.room(len(keys), np.int64)
    total = 0
    for part in merging.stretches(len(keys)):
        starts[part] = total + np.cumsum(counts[part]) - counts[part]
        total += int(counts[part].sum())
    return starts, scratch.table(_FOUND, _placed(merged, keys, starts))


def _placed(merged: Packs, keys: Keys, starts: Ints) -> Iterator[pa.RecordBatch]:
    for numbers, table in merged.scan_numbered(keys, ["key", "events"]):
        at = 0
        for batch in table.to_batches():
            here = numbers[at : at + batch.num_rows]
            at += batch.num_rows
            events = pc.list_flatten(batch.column("events"))
            places = merging.positions(starts[here], pc.list_value_length(batch.column("events")).to_numpy().astype(np.int64))
            columns = [events.field(name) for name in ("event_id", "span_start", "span_end")]
            columns.append(batch.column("key").take(pc.list_parent_indices(batch.column("events"))))
            yield pa.RecordBatch.from_arrays([*columns, pa.array(places)], schema=_FOUND)


def _events(connection: duckdb.DuckDBPyConnection) -> Iterator[pa.RecordBatch]:
    """Events in the order of time."""
    query = "SELECT event_id, key, year(span_start) AS year, place FROM found ORDER BY span_start NULLS LAST, span_end NULLS LAST, event_id"
    return _with_ranks(connection.sql(query).to_arrow_reader(_BATCH), _EVENTS)
