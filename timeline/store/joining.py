"""Merging over a whole collection: which neighbourhoods are new, and the work to merge those.

Only neighbourhoods whose key is not in the cache are merged; a key is a digest of all that merging reads, so the result is that of a
build from nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from timeline import merging
from timeline.merging import Facts, Ints, Member
from timeline.store import filesystem
from timeline.store.batches import EXTRACTED, MERGED, PROFILES, merged_batch, profile_from_row
from timeline.store.heap import give_back
from timeline.store.keys import Keys
from timeline.store.layout import Layout
from timeline.store.packs import Packs, Place
from timeline.store.planning import Plan, plan
from timeline.store.rows import mention_from_row
from timeline.store.scratch import picked
from timeline.store.shared import Cache

__all__ = ["MergeTask", "merge_batch", "merge_tasks", "plan_merging"]

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


def plan_merging(profiles: Packs, live: Keys, pipeline_version: str, layout: Layout) -> Plan:
    """Find copies and neighbourhoods among the articles with the keys ``live``."""
    folder = layout.staging / "plan"
    filesystem.make_folder(folder)
    found = plan(profiles, live, hashlib.blake2b(pipeline_version.encode(), digest_size=16).digest(), folder)
    filesystem.remove(folder)
    return found


def merge_tasks(
    found: Plan, merged: Packs, extracted: Packs, profiles: Packs, ids: pa.ChunkedArray, live: Keys, out: str
) -> Iterator[MergeTask]:
    """The work for the neighbourhoods that are not in ``merged``, in tasks of some thousands of mentions.

    ``ids`` are the ids of the articles with the keys ``live``, ``out`` is where workers see the cache. Of many neighbourhoods those
    whose articles lie side by side in the cache are taken together, so that a task reads few packs.
    """
    for part in merging.stretches(len(found.keys)):
        stale = part.start + np.flatnonzero(~merged.has(found.keys[part]))
        packs = extracted.places(live[found.articles[found.starts[stale]]])[:, 0]
        ordered = stale[np.argsort(packs, kind="stable")]
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
                _originals(found, articles, ids),
                found.keys[chosen].tobytes(),
                np.append(0, np.cumsum(sizes)),
                which.astype(np.int32),
                found.numbers[members],
            )


def _originals(found: Plan, articles: Ints, ids: pa.ChunkedArray) -> list[str | None]:
    """The id of what each of some articles is a copy of."""
    original = found.original[articles]
    names = picked(ids, original).to_pylist()
    return [name if copy else None for name, copy in zip(names, (original != articles).tolist(), strict=True)]


def merge_batch(task: MergeTask) -> int:
    """Merge the neighbourhoods of a task and put their events into the cache; returns how many there were. Runs anywhere."""
    count = _merge_into(Cache(task.out), task)
    give_back()
    return count


def _merge_into(cache: Cache, task: MergeTask) -> int:
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
