"""Merging over a whole collection: what every article's profile says, which neighbourhoods are new, and the work to merge those.

Only neighbourhoods whose key is not in the cache are merged; a key is a digest of all that merging reads, so the result is that of a
build from nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from timeline import merging
from timeline.merging import Facts, Headline, Member, Neighbourhood, Profile
from timeline.store.packs import Keys, Packs, as_keys
from timeline.store.rows import MERGED, mention_from_row, merged_batch

__all__ = ["Joining", "MergeTask", "merge_batch", "plan_merging"]

_MENTIONS_A_TASK = 4_000


@dataclass(frozen=True)
class MergeTask:
    """Neighbourhoods to merge, with all that it takes: plain values, so that any executor can send it anywhere."""

    neighbourhoods: list[tuple[bytes, tuple[tuple[str, int], ...]]]
    mentions: bytes
    facts: list[tuple[str, bytes, str | None, Any, str | None, str | None, str | None]]


@dataclass
class Joining:
    """What the profiles of all articles give: copies, the keys of all neighbourhoods, and those still to be merged."""

    duplicate_of: dict[str, str]
    keys: Keys
    stale: list[tuple[bytes, Neighbourhood]]


def plan_merging(extracted: Packs, live: Keys, merged: Packs, pipeline_version: str) -> Joining:
    """Find copies and neighbourhoods among the articles with the keys ``live``, and which neighbourhoods are new."""
    profiles = [Profile.from_bytes(data.as_buffer()) for t in extracted.scan(live, ["profile"]) for data in t.column("profile")]
    duplicate_of = merging.duplicates(profiles)
    found = merging.neighbourhoods(profiles, duplicate_of)
    named = [(hashlib.blake2b(f"{pipeline_version} {n.key}".encode(), digest_size=16).digest(), n) for n in found]
    keys = as_keys([key for key, _ in named])
    known = merged.has(keys)
    return Joining(duplicate_of, keys, [pair for pair, there in zip(named, known, strict=True) if not there])


def merge_tasks(joining: Joining, extracted: Packs, articles: pa.Table, live: Keys) -> Iterator[MergeTask]:
    """The work for the stale neighbourhoods, in tasks of some thousands of mentions.

    ``articles`` has ``article_id`` and its row order is that of ``live``. Neighbourhoods are taken in the order in which their
    articles lie in the cache, so that a task reads few packs.
    """
    if not joining.stale:
        return
    at = {article_id: i for i, article_id in enumerate(articles.column("article_id").to_pylist())}
    packs = extracted.places(live)[:, 0]
    ordered = sorted(joining.stale, key=lambda pair: (int(packs[at[pair[1].members[0][0]]]), pair[0]))
    group: list[tuple[bytes, Neighbourhood]] = []
    size = 0
    for pair in ordered:
        group.append(pair)
        size += len(pair[1].members)
        if size >= _MENTIONS_A_TASK:
            yield _task(group, joining, extracted, at, live)
            group, size = [], 0
    if group:
        yield _task(group, joining, extracted, at, live)


def _task(
    group: list[tuple[bytes, Neighbourhood]], joining: Joining, extracted: Packs, at: Mapping[str, int], live: Keys
) -> MergeTask:
    numbers: dict[str, list[int]] = {}
    for _, hood in group:
        for article_id, number in hood.members:
            numbers.setdefault(article_id, []).append(number)
    keys = live[np.array([at[article_id] for article_id in numbers])]
    facts = []
    mentions = []
    for table in extracted.scan(keys, ["article", "mentions", "profile"]):
        for batch in table.to_batches():
            article = batch.column("article")
            columns = [article.field(name).to_pylist() for name in ("article_id", "source", "published", "title", "lang")]
            for article_id, source, published, title, lang, profile in zip(*columns, batch.column("profile"), strict=True):
                moment = published.replace(tzinfo=None) if published else None
                facts.append((article_id, profile.as_py(), source, moment, joining.duplicate_of.get(article_id), title, lang))
            mentions.append(_wanted_mentions(batch.column("mentions"), columns[0], numbers))
    sink = pa.BufferOutputStream()
    rows = pa.concat_tables(mentions)
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    return MergeTask([(key, hood.members) for key, hood in group], sink.getvalue().to_pybytes(), facts)


def _wanted_mentions(mentions: pa.ListArray, article_ids: list[str], numbers: Mapping[str, list[int]]) -> pa.Table:
    offsets = mentions.offsets.to_numpy() - mentions.offsets[0].as_py()
    chosen = [
        (offsets[i] + number, number) for i, article_id in enumerate(article_ids) for number in sorted(set(numbers[article_id]))
    ]
    flat = pc.list_flatten(mentions)
    rows = flat.take(pa.array([index for index, _ in chosen], pa.int64()))
    return pa.table({"mention": rows, "number": pa.array([number for _, number in chosen], pa.int32())})


def merge_batch(task: MergeTask) -> bytes:
    """Merge the neighbourhoods of a task; returns the rows (:data:`MERGED`) as an Arrow stream. Runs anywhere."""
    facts = {
        article_id: Facts(Profile.from_bytes(profile), source, published, duplicate_of, title, lang)
        for article_id, profile, source, published, duplicate_of, title, lang in task.facts
    }
    members: dict[tuple[str, int], Member] = {}
    for row in pa.ipc.open_stream(task.mentions).read_all().to_pylist():
        mention = row["mention"]
        member = Member(mention["mention_id"], mention["article_id"], row["number"], mention_from_row(mention))
        members[member.article_id, member.number] = member
    done = []
    for key, wanted in task.neighbourhoods:
        chosen = [members[pair] for pair in wanted]
        found = merging.merge(chosen, {m.article_id: facts[m.article_id] for m in chosen})
        done.append((key, found, {m.mention_id: m.article_id for m in chosen}))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, MERGED) as writer:
        writer.write_batch(merged_batch(done))
    return bytes(sink.getvalue().to_pybytes())


def homes_of(merged: Packs, keys: Keys) -> pa.Table:
    """Which event each mention belongs to: ``mention_id``, ``article_id``, ``event_id``."""
    return _flattened(merged, keys, "homes")


def events_of(merged: Packs, keys: Keys) -> pa.Table:
    """``event_id``, the ``key`` of its neighbourhood, ``span_start``, ``span_end`` and ``year`` of all events, in the order of time."""
    pieces = []
    for table in merged.scan(keys, ["key", "events"]):
        for batch in table.to_batches():
            events = pc.list_flatten(batch.column("events"))
            parents = pc.list_parent_indices(batch.column("events"))
            columns = {name: events.field(name) for name in ("event_id", "span_start", "span_end")}
            pieces.append(
                pa.table({**columns, "key": batch.column("key").take(parents), "year": pc.year(events.field("span_start"))})
            )
    time = pa.timestamp("us")
    fields = [("event_id", pa.string()), ("span_start", time), ("span_end", time), ("key", pa.binary(16)), ("year", pa.int64())]
    found = pa.concat_tables([pa.schema(fields).empty_table(), *pieces])
    by = [(name, "ascending") for name in ("span_start", "span_end", "event_id")]
    return found.take(pc.sort_indices(found, sort_keys=by)).combine_chunks()


def headlines_of(merged: Packs, keys: Keys) -> dict[str, tuple[str, ...]]:
    """The headline events of each article."""

    def candidates() -> Iterable[Headline]:
        for row in _flattened(merged, keys, "headlines").to_pylist():
            yield Headline(**row)

    return merging.headline_events(candidates())


def _flattened(merged: Packs, keys: Keys, column: str) -> pa.Table:
    kind = MERGED.field(column).type.value_type
    empty = pa.schema(list(kind)).empty_table()
    pieces = [empty]
    for table in merged.scan(keys, [column]):
        for chunk in table.column(column).chunks:
            pieces.append(pa.Table.from_arrays(pc.list_flatten(chunk).flatten(), schema=empty.schema))
    return pa.concat_tables(pieces)
