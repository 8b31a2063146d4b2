"""Merging over a whole collection: which neighbourhoods are new, and the work to merge those.

Only neighbourhoods whose key is not in the cache are merged; a key is a digest of all that merging reads, so the result is that of a
build from nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from timeline import merging
from timeline.merging import Facts, Headline, Member
from timeline.store import filesystem
from timeline.store.batches import EXTRACTED, MERGED, PROFILES, merged_batch, profile_from_row
from timeline.store.layout import Layout
from timeline.store.packs import Keys, Packs, Place
from timeline.store.planning import Ints, Plan, plan
from timeline.store.rows import mention_from_row
from timeline.store.shared import Cache

__all__ = ["Joining", "MergeTask", "merge_batch", "merge_tasks", "plan_merging"]

_MENTIONS_A_TASK = 4_000


@dataclass(frozen=True)
class MergeTask:
    """Neighbourhoods to merge: where the rows of their articles lie in the cache, and which mentions belong together.

    Plain values, so that any executor can send it anywhere from where the cache is seen.
    """

    out: str
    """A folder or a URL."""
    rows: list[Place]
    """Where the articles lie among the extracted ones; ``Place.numbers`` counts the articles of this task."""
    profile_rows: list[Place]
    originals: list[str | None]
    keys: bytes
    starts: Ints
    articles: NDArray[np.int32]
    numbers: NDArray[np.int32]


@dataclass
class Joining:
    """All neighbourhoods, and which of them (by number) are still to be merged."""

    plan: Plan
    stale: Ints

    @property
    def keys(self) -> Keys:
        """The keys of all neighbourhoods."""
        return self.plan.keys


def plan_merging(profiles: Packs, live: Keys, merged: Packs, pipeline_version: str, layout: Layout) -> Joining:
    """Find copies and neighbourhoods among the articles with the keys ``live``, and which neighbourhoods are new."""
    scratch = layout.staging / "plan"
    filesystem.make_folder(scratch)
    found = plan(profiles, live, hashlib.blake2b(pipeline_version.encode(), digest_size=16).digest(), scratch)
    filesystem.remove(scratch)
    return Joining(found, np.flatnonzero(~merged.has(found.keys)))


def merge_tasks(joining: Joining, extracted: Packs, profiles: Packs, ids: pa.Array, live: Keys, out: str) -> Iterator[MergeTask]:
    """The work for the stale neighbourhoods, in tasks of some thousands of mentions.

    ``ids`` are the ids of the articles with the keys ``live``, ``out`` is where workers see the cache. Neighbourhoods are taken in the order in which their articles lie in the
    cache, so that a task reads few packs.
    """
    found, stale = joining.plan, joining.stale
    copies = originals_of(joining, ids)
    packs = extracted.places(live)[:, 0]
    ordered = stale[np.argsort(packs[found.articles[found.starts[stale]]], kind="stable")]
    sizes = found.starts[ordered + 1] - found.starts[ordered]
    number = (np.cumsum(sizes) - 1) // _MENTIONS_A_TASK
    for chosen in np.split(ordered, np.flatnonzero(np.diff(number)) + 1) if len(ordered) else ():
        sizes = found.starts[chosen + 1] - found.starts[chosen]
        members = merging.positions(found.starts[chosen], sizes)
        articles, which = np.unique(found.articles[members], return_inverse=True)
        yield MergeTask(
            out,
            list(extracted.locate(live[articles])),
            list(profiles.locate(live[articles])),
            copies.take(pa.array(articles)).to_pylist(),
            found.keys[chosen].tobytes(),
            np.append(0, np.cumsum(sizes)),
            which.astype(np.int32),
            found.numbers[members],
        )


def merge_batch(task: MergeTask) -> int:
    """Merge the neighbourhoods of a task and put their events into the cache; returns how many there were. Runs anywhere."""
    cache = Cache(task.out)
    facts, mentions = _read(task, cache)
    members = [mentions[pair] for pair in zip(task.articles.tolist(), task.numbers.tolist(), strict=True)]
    keys = [task.keys[at : at + 16] for at in range(0, len(task.keys), 16)]
    done = []
    for key, (start, end) in zip(keys, pairwise(task.starts.tolist()), strict=True):
        chosen = members[start:end]
        found = merging.merge(chosen, {m.article_id: facts[m.article_id] for m in chosen})
        done.append((key, found, {m.mention_id: m.article_id for m in chosen}))
    cache.put("merged", [merged_batch(done)], MERGED)
    return len(done)


def _read(task: MergeTask, cache: Cache) -> tuple[dict[str, Facts], dict[tuple[int, int], Member]]:
    """What the articles of a task say: facts by id, the wanted mentions by article and number."""
    profiles = {}
    columns = [name for name in PROFILES.names if name not in ("key", "brief")]
    for place in task.profile_rows:
        for row in cache.read("profiles", place, PROFILES, columns).to_pylist():
            profiles[row["article_id"]] = profile_from_row(row)
    facts: dict[str, Facts] = {}
    mentions: dict[tuple[int, int], Member] = {}
    order = np.argsort(task.articles, kind="stable")
    ends = np.searchsorted(task.articles[order], np.arange(len(task.originals) + 1))
    for place in task.rows:
        table = cache.read("extracted", place, EXTRACTED, ["article", "mentions"])
        facts.update(_facts(table, place, task, profiles))
        wanted = [np.sort(task.numbers[order[ends[article] : ends[article + 1]]]) for article in place.numbers]
        mentions.update(_mentions(table, place, wanted))
    return facts, mentions


def _facts(
    table: pa.Table, place: Place, task: MergeTask, profiles: Mapping[str, merging.Profile]
) -> Iterator[tuple[str, Facts]]:
    article = table.column("article").combine_chunks()
    columns = [article.field(name).to_pylist() for name in ("article_id", "source", "published", "title", "lang")]
    for number, article_id, source, published, title, lang in zip(place.numbers.tolist(), *columns, strict=True):
        moment = published.replace(tzinfo=None) if published else None
        yield article_id, Facts(profiles[article_id], source, moment, task.originals[number], title, lang)


def _mentions(table: pa.Table, place: Place, wanted: Sequence[NDArray[np.int32]]) -> Iterator[tuple[tuple[int, int], Member]]:
    """Mentions by article and number; of each article only those that are wanted become records."""
    mentions = table.column("mentions").combine_chunks()
    offsets = mentions.offsets.to_numpy()[: len(mentions)] - mentions.offsets[0].as_py()
    rows = np.concatenate([offset + numbers for offset, numbers in zip(offsets, wanted, strict=True)])
    names = [(article, n) for article, chosen in zip(place.numbers.tolist(), wanted, strict=True) for n in chosen.tolist()]
    for name, row in zip(names, pc.list_flatten(mentions).take(pa.array(rows)).to_pylist(), strict=True):
        yield name, Member(row["mention_id"], row["article_id"], name[1], mention_from_row(row))


def originals_of(joining: Joining, ids: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """The id of what each article is a copy of, null where it is none; ``ids`` are those of the articles."""
    original = joining.plan.original
    return pc.if_else(pa.array(original != np.arange(len(original))), ids.take(pa.array(original)), None)


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
