"""Forgetting an article: out of the cache, out of every kept version, and a tombstone so that it does not come back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from timeline.reading.outlets import canonical_url
from timeline.store import filesystem
from timeline.store.batches import EXTRACTED, MERGED, PROFILES
from timeline.store.keys import as_keys
from timeline.store.layout import Layout, canonical_json
from timeline.store.packs import Packs, absent
from timeline.store.publishing import clean, describe
from timeline.store.reads import READS
from timeline.store.runs import log_run
from timeline.store.schema import TABLES
from timeline.store.tables import PARQUET
from timeline.store.tombstones import Tombstones

__all__ = ["Forgotten", "forget"]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed: articles by id, rows of the cache, rows of each version by table, the versions that replace the old ones."""

    articles: list[str]
    cached: int
    rows: dict[str, int]
    versions: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to go: by id, or by address."""

    name: str
    url: str | None

    def rows(self, article_ids: pa.Array, urls: pa.Array) -> pa.Array:
        """Which rows are meant."""
        mask = pc.equal(article_ids, self.name)
        if self.url:
            mask = pc.or_(mask, pc.fill_null(pc.equal(urls, self.url), False))
        return mask


def forget(layout: Layout, what: str, now: datetime) -> Forgotten:
    """Remove an article by its id or URL. Only under the lock. Done twice it does no harm; stopped midway it is completed by a second call.

    The tombstone is set first, so that no build brings the article back. Events that other articles tell too stay, with what those tell.
    What was never read may be forgotten beforehand. The raw store of a collector is its own: remove it there too.
    """
    clean(layout)
    wanted = _Wanted(what, canonical_url(what) if "://" in what else None)
    packs = {name: Packs(folder, schema) for name, folder, schema in _caches(layout) if folder.is_dir()}
    found = _articles_of(layout, wanted) | _read_articles(packs, wanted)
    Tombstones(layout).add(sorted(found, key=repr), what)
    ids = {article_id for article_id, _, _ in found}
    rows: dict[str, int] = {}
    versions = {}
    for version in layout.version_ids() if ids else ():
        replacement = _Rewrite(layout, version, ids).run(rows)
        if replacement is not None:
            versions[version] = replacement
    cached = _clean_caches(packs, wanted, ids)
    log_run(layout, now, now, {"run": "forget", "articles": len(ids), "rows": rows, "versions": versions})
    return Forgotten(sorted(ids), cached, rows, versions)


def _caches(layout: Layout) -> list[tuple[str, Path, pa.Schema]]:
    return [
        ("extracted", layout.packs, EXTRACTED),
        ("profiles", layout.profiles, PROFILES),
        ("merged", layout.merged, MERGED),
        ("reads", layout.reads, READS),
    ]


_Found = set[tuple[str, str | None, str | None]]


def _articles_of(layout: Layout, wanted: _Wanted) -> _Found:
    """``(id, source, url)`` of the articles that are meant, in all versions."""
    found: _Found = set()
    for version in layout.version_ids():
        for item in layout.manifest(version)["tables"]["articles"]["files"]:
            table = pq.ParquetFile(layout.versions / version / item["path"]).read(columns=["article_id", "source", "url"])
            found.update(_triples(table.filter(wanted.rows(table.column("article_id"), table.column("url")))))
    return found


def _read_articles(packs: Mapping[str, Packs], wanted: _Wanted) -> _Found:
    """The same in the cache, under the ids that the inputs give."""
    found: _Found = set()
    for batch in packs["reads"].everything(["rows"]) if "reads" in packs else ():
        rows = pa.Table.from_batches([pa.RecordBatch.from_struct_array(pc.list_flatten(batch.column("rows")))])
        found.update(_triples(rows.filter(wanted.rows(rows.column("article_id"), rows.column("url")))))
    for batch in packs["extracted"].everything(["article"]) if "extracted" in packs else ():
        rows = pa.Table.from_batches([pa.RecordBatch.from_struct_array(batch.column("article"))])
        found.update(_triples(rows.filter(wanted.rows(rows.column("article_id"), rows.column("url")))))
    return found


def _triples(rows: pa.Table) -> Iterator[tuple[str, str | None, str | None]]:
    return zip(*(rows.column(name).to_pylist() for name in ("article_id", "source", "url")), strict=True)


def _clean_caches(packs: Mapping[str, Packs], wanted: _Wanted, ids: set[str]) -> int:
    """Drop every cache row that holds something of the articles; returns how many."""
    named = pa.array(sorted(ids), pa.string())

    def holds(column: str) -> Callable[[pa.RecordBatch], list[bytes]]:
        def keys(batch: pa.RecordBatch) -> list[bytes]:
            rows = batch.column(column)
            if pa.types.is_string(rows.type):
                return list(batch.column("key").filter(pc.is_in(rows, named)).to_pylist())
            if pa.types.is_struct(rows.type):
                mask = pc.or_(pc.is_in(rows.field("article_id"), named), wanted.rows(rows.field("article_id"), rows.field("url")))
                return [key for key, hit in zip(batch.column("key").to_pylist(), mask.to_pylist(), strict=True) if hit]
            flat = pc.list_flatten(rows)
            mask = pc.is_in(flat.field("article_id"), named)
            if column == "rows":
                mask = pc.or_(mask, wanted.rows(flat.field("article_id"), flat.field("url")))
            parents = pc.list_parent_indices(rows).filter(mask)
            return list(batch.column("key").take(pc.unique(parents)).to_pylist())

        return keys

    gone = 0
    for name, column in (("extracted", "article"), ("profiles", "article_id"), ("merged", "homes"), ("reads", "rows")):
        if name in packs:
            find = holds(column)
            doomed = [key for batch in packs[name].everything(["key", column]) for key in find(batch)]
            if doomed:
                gone += packs[name].rewrite(absent(as_keys(doomed)))
    return gone


class _Rewrite:
    """A version without some articles, under its number and a new id."""

    def __init__(self, layout: Layout, version: str, ids: set[str]) -> None:
        self._layout, self._version, self._ids = layout, version, pa.array(sorted(ids), pa.string())
        self._folder = layout.versions / version
        self._manifest = layout.manifest(version)
        self._gone: set[str] = set()
        self._events: dict[str, dict[str, Any] | None] = {}

    def run(self, rows: dict[str, int]) -> str | None:
        """Write it, make it current where the old one was, remove the old one. ``None`` where the articles are not in it."""
        if not any(self._affected(batch, "articles") for batch in self._batches("articles", ["article_id"])):
            return None
        self._events = self._edited_events()
        self._gone = {event_id for event_id, row in self._events.items() if row is None}
        mark = hashlib.blake2b(f"{self._version} {self._ids.to_pylist()}".encode(), digest_size=6).hexdigest()
        version = f"{self._version.partition('-')[0]}-{mark}"
        staged = filesystem.make_folder(self._layout.staging / version)
        tables = {table: self._table(table, staged, rows) for table in TABLES}
        filesystem.sync(staged)
        manifest = {**self._manifest, "version": version, "tables": tables, "state": None, "replaces": self._version}
        if (self._layout.versions / version).exists():  # left by a call that was stopped
            filesystem.remove(self._layout.versions / version)
        filesystem.rename(staged, self._layout.versions / version)
        filesystem.write_bytes(self._layout.manifest_path(version), (canonical_json(manifest) + "\n").encode())
        if self._layout.current() == self._version:
            filesystem.swap_link(self._layout.pointer, f"versions/{version}")
        filesystem.remove(self._layout.manifest_path(self._version))
        filesystem.remove(self._folder)
        return version

    def _batches(self, table: str, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
        for item in self._manifest["tables"][table]["files"]:
            yield from pq.ParquetFile(self._folder / item["path"]).iter_batches(8192, columns=columns)

    def _affected(self, batch: pa.RecordBatch, table: str) -> bool:
        """Whether something of a batch of rows must go or change."""
        if table == "events":
            return not self._events.keys().isdisjoint(batch.column("event_id").to_pylist())
        mask = pc.is_in(batch.column("article_id"), self._ids)
        if table == "articles" and "duplicate_of" in batch.schema.names:
            mask = pc.or_(mask, pc.is_in(batch.column("duplicate_of"), self._ids))
            heads = pc.list_flatten(batch.column("headline_event_ids")).to_pylist()
            return bool(pc.any(mask).as_py()) or not self._gone.isdisjoint(heads)
        return bool(pc.any(mask).as_py())

    def _table(self, table: str, staged: Path, rows: dict[str, int]) -> dict[str, Any]:
        files = []
        for item in self._manifest["tables"][table]["files"]:
            old, new = self._folder / item["path"], staged / item["path"]
            filesystem.make_folder(new.parent)
            file = pq.ParquetFile(old)
            if not any(self._affected(batch, table) for batch in file.iter_batches(8192)):
                filesystem.link(old, new)
                files.append(item)
                continue
            with filesystem.durable(new) as unfinished, pq.ParquetWriter(unfinished, file.schema_arrow, **PARQUET) as writer:
                for number in range(file.num_row_groups):
                    group = file.read_row_group(number)
                    kept = pa.concat_tables([self._edit(batch, table) for batch in group.to_batches()] or [group])
                    rows[table] = rows.get(table, 0) + group.num_rows - kept.num_rows
                    writer.write_table(kept.cast(file.schema_arrow))
            files.append(describe(new, staged, item["part"]))
        filesystem.sync(staged / table)
        unchanged = files == self._manifest["tables"][table]["files"]
        parts = self._manifest["tables"][table]["parts"] if unchanged else {}
        return {"parts": parts, "files": files, "rows": sum(item["rows"] for item in files)}

    def _edit(self, batch: pa.RecordBatch, table: str) -> pa.Table:
        rows = pa.Table.from_batches([batch])
        if table == "events":
            edited = [self._events.get(row["event_id"], row) for row in rows.to_pylist()]
            return pa.Table.from_pylist([row for row in edited if row is not None], schema=rows.schema)
        rows = rows.filter(pc.fill_null(pc.invert(pc.is_in(rows.column("article_id"), self._ids)), True))
        if table == "articles":
            original = pc.if_else(pc.is_in(rows.column("duplicate_of"), self._ids), None, rows.column("duplicate_of"))
            heads = [[e for e in (ids or ()) if e not in self._gone] for ids in rows.column("headline_event_ids").to_pylist()]
            rows = _replace(rows, "duplicate_of", original)
            rows = _replace(rows, "headline_event_ids", pa.array(heads, pa.list_(pa.string())))
        return rows

    def _edited_events(self) -> dict[str, dict[str, Any] | None]:
        """The events that the articles tell, as the others tell them; ``None`` where no other does."""
        doomed = set(self._ids.to_pylist())
        touched: dict[str, dict[str, Any]] = {}
        for batch in self._batches("events"):
            flat = pc.list_flatten(batch.column("article_ids"))
            parents = pc.unique(pc.list_parent_indices(batch.column("article_ids")).filter(pc.is_in(flat, self._ids)))
            touched.update((row["event_id"], row) for row in batch.take(parents).to_pylist())
        wanted = pa.array(sorted(touched), pa.string())
        left: dict[str, list[dict[str, Any]]] = {event_id: [] for event_id in touched}
        for batch in self._batches("mentions"):
            for row in batch.filter(pc.fill_null(pc.is_in(batch.column("event_id"), wanted), False)).to_pylist():
                if row["article_id"] not in doomed:
                    left[row["event_id"]].append(row)
        facts = self._facts({row["article_id"] for rows in left.values() for row in rows})
        return {event_id: without(row, left[event_id], facts) for event_id, row in touched.items()}

    def _facts(self, ids: set[str]) -> dict[str, dict[str, Any]]:
        named = pa.array(sorted(ids), pa.string())
        columns = ["article_id", "source", "published", "duplicate_of"]
        rows = (
            batch.filter(pc.is_in(batch.column("article_id"), named)).to_pylist() for batch in self._batches("articles", columns)
        )
        return {row["article_id"]: row for found in rows for row in found}


def _replace(rows: pa.Table, name: str, values: Any) -> pa.Table:
    number = rows.column_names.index(name)
    field = rows.schema.field(number)
    return rows.set_column(number, field, values.cast(field.type))


def without(event: dict[str, Any], mentions: list[dict[str, Any]], facts: Mapping[str, dict[str, Any]]) -> dict[str, Any] | None:
    """An event row as ``mentions`` alone tell it, ``None`` where there are none. Its time and id stay."""
    if not mentions:
        return None
    mentions = sorted(mentions, key=lambda m: (str(facts[m["article_id"]]["published"]), m["article_id"], m["char_start"]))
    articles = {m["article_id"] for m in mentions}
    outlets = {facts[a]["source"] for a in articles if facts[a]["duplicate_of"] not in articles}
    told = " ".join(m["sentence"] for m in mentions).casefold()
    gazetteer = {p["gazetteer_id"] for m in mentions for p in m["places"] or ()}
    places = [p for p in event["places"] or () if p["gazetteer_id"] in gazetteer or (p["name"] or "").casefold() in told]
    published = sorted(facts[a]["published"] for a in articles if facts[a]["published"] is not None)
    first = places[0] if places else dict.fromkeys(("name", "country", "lat", "lon"))
    same = event["summary"] in {m["summary"] for m in mentions}
    sources = [s for s in event["sources"] if s in outlets]
    return event | {
        "summary": event["summary"] if same else mentions[0]["summary"],
        "trigger": event["trigger"] if same else mentions[0]["trigger"],
        "participants": [p for p in event["participants"] or () if p["name"].casefold() in told],
        "places": places,
        "place": first["name"],
        "country": first["country"],
        "lat": first["lat"],
        "lon": first["lon"],
        "mention_count": len(mentions),
        "article_ids": [a for a in event["article_ids"] if a in articles],
        "article_count": len(articles),
        "sources": sources,
        "source_count": len(sources),
        "first_published": published[0] if published else None,
        "last_published": published[-1] if published else None,
        "date_conflicts": [c for c in event["date_conflicts"] or () if c["value"] in {m["value"] for m in mentions}],
        "number_conflicts": [c for c in event["number_conflicts"] or () if c["value"].casefold() in told],
    }
