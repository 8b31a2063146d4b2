"""What the inputs hold, and which of it is new: each input is hashed; one that was read before, byte for byte, is not read again.

Names and times of files decide nothing. What an input gave is remembered under the hash of its bytes, its name (which stands in the
rows), the settings of reading and the pipeline version.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from timeline import reading
from timeline.reading.sources import Opener, expand
from timeline.records import Article, Issue
from timeline.settings import Settings
from timeline.store.asking import sorter
from timeline.store.batches import struct_of
from timeline.store.errors import DamagedCacheError
from timeline.store.identity import NUMBERED, READ, fingerprint, resolve_identity
from timeline.store.keys import Keys, as_keys
from timeline.store.layout import Layout
from timeline.store.packs import Packs, absent, write_pack
from timeline.store.rows import issue_rows
from timeline.store.scratch import Scratch
from timeline.store.tombstones import Tombstones
from timeline.store.work import Seen, Work, cache_key, content_hash

__all__ = ["READS", "Intake", "read_once"]

READS = pa.schema(
    [
        pa.field("key", pa.binary(16), False),
        pa.field("rows", pa.list_(pa.field("element", pa.struct(list(READ)), False)), False),
        pa.field("issues", pa.list_(pa.field("element", struct_of("issues"), False)), False),
        pa.field("parts", pa.list_(pa.field("element", pa.binary(16), False)), False),
    ]
)
"""What each input gave, in order: its rows and its issues; of a large one the keys of what stands before them."""

_LINE = re.compile(r":\d+$")
_HELD, _CHUNK = 4_000, 256
"""Rows and inputs that are held before they are written, and articles that are looked up at once."""
_BATCH = 1 << 13


def read_once(name: str) -> bool:
    """Whether an input is gone once it was read: standard input and pipes."""
    return name == "-" or name.startswith("/dev/")


def _size(source: reading.Source) -> int:
    """Bytes of a local file, 0 for anything else."""
    try:
        return Path(source.name).stat().st_size
    except (OSError, ValueError):
        return 0


@dataclass
class _Given:
    """What one input gave, or a part of it; ``parts`` are the keys of those before."""

    key: bytes
    rows: list[dict[str, Any]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        """About how many rows it is to hold it."""
        return 1 + len(self.rows) + len(self.issues)


class Intake:
    """Reads inputs for one build. :meth:`work` must be exhausted before :meth:`live` is asked for.

    ``seen`` counts the rows read or remembered so far, ``sources`` the inputs, ``size`` their bytes.
    """

    def __init__(
        self,
        layout: Layout,
        settings: Settings,
        pipeline_version: str,
        cached: Callable[[Keys], NDArray[np.bool_]],
        tombstones: Tombstones,
        openers: Mapping[str, Opener] | None = None,
    ) -> None:
        self._tombstones = tombstones
        self._layout, self._settings, self._openers = layout, settings, dict(openers or {})
        self._cached = cached
        self.reads = Packs(layout.reads, READS)
        self.salt = hashlib.blake2b(repr((settings.extraction_key(), pipeline_version)).encode(), digest_size=16).digest()
        self._reading_salt = self.salt + repr(settings.columns).encode()
        self._given: list[bytes] = []
        self._where: dict[bytes, tuple[int, int]] = {}
        self._by_source: dict[bytes, reading.Source] = {}
        self._waiting: list[_Given] = []
        self._emitted = Seen()
        self._scratch = Scratch(layout.staging)
        self._rows = NUMBERED.empty_table()
        self._drop_torn()
        self.loose_issues: list[Issue] = []
        self.seen = self.sources = self.size = 0
        self._total = self._done = 0
        self._open: BinaryIO | None = None

    def work(self, inputs: Sequence[str]) -> Iterator[Work]:
        """Read the inputs; yields every article whose extraction is not in the cache, under the id that it brings along."""
        found = list(expand(inputs, self._openers))
        self._total = sum(_size(source) for source in found if not isinstance(source, Issue))
        for source in found:
            if isinstance(source, Issue):
                self.loose_issues.append(source)
                continue
            self.sources += 1
            yield from self._source_work(self._reopenable(source))
            self._done, self._open = self._done + _size(source), None
        self._remember()

    @property
    def share(self) -> float | None:
        """Which part of the bytes of the inputs is read, 0 to 1; ``None`` where their size is not known (pipes, object stores)."""
        if not self._total:
            return None
        here = self._open.tell() if self._open is not None and not self._open.closed else 0
        return min(1.0, (self._done + here) / self._total)

    def _watched(self, source: reading.Source) -> reading.Source:
        """The same source; how far its stream is read can be asked while it is open."""

        def watch() -> BinaryIO:
            self._open = source.open()
            return self._open

        return reading.Source(source.name, watch)

    def _source_work(self, source: reading.Source) -> Iterator[Work]:
        key = self._digest(source)
        if key is not None and key in self._by_source:
            return
        if key is not None and bool(self.reads.has(as_keys([key]))[0]):
            self._given.append(key)
            self._by_source[key] = source
            return
        given = _Given(key or b"")
        for chunk in self._chunks(source, given):
            yield from self._fresh(chunk)
        if key is None or self._digest(source) != key:  # it changed while it was read: true for now, not to be found again
            key = given.key = secrets.token_bytes(16)
        self._given.append(key)
        self._by_source[key] = source
        self._wait(given)

    def _chunks(self, source: reading.Source, given: _Given) -> Iterator[list[tuple[Article, bytes]]]:
        """Read a source. What it gives is written in parts: a file may hold more than fits into memory."""
        read = self._read(source, given)
        while chunk := list(islice(read, _CHUNK)):
            yield chunk
            if given.size >= _HELD:
                part = _Given(secrets.token_bytes(16), given.rows, given.issues)
                given.parts.append(part.key)
                given.rows, given.issues = [], []
                self._wait(part)

    def _wait(self, given: _Given) -> None:
        self._waiting.append(given)
        if sum(one.size for one in self._waiting) >= _HELD:
            self._remember()

    def _fresh(self, chunk: Sequence[tuple[Article, bytes]]) -> Iterator[Work]:
        """Those articles whose extraction is neither cached nor under way."""
        idents = [cache_key(content, article.article_id, self.salt) for article, content in chunk]
        known = self._cached(as_keys(idents))
        for (article, content), ident, cached in zip(chunk, idents, known, strict=True):
            gone = self._tombstones.cover(article.article_id, article.source, article.url)
            if not cached and not gone and self._emitted.new(ident):
                yield Work(ident, content, article)

    def _read(self, source: reading.Source, given: _Given) -> Iterator[tuple[Article, bytes]]:
        for item in reading.read(["input://"], self._settings, {"input": lambda _: [self._watched(source)]}):
            if isinstance(item, Issue):
                given.issues.append(item)
                continue
            item.input = _LINE.sub("", item.input)
            content = content_hash(item)
            given.rows.append(
                {
                    "article_id": item.article_id,
                    "url": item.url,
                    "source": item.source,
                    "published": item.published.local if item.published else None,
                    "modified": item.modified.replace(tzinfo=None) if item.modified else None,
                    "hash": content,
                    "sketch": fingerprint(item),
                    "input": item.input,
                }
            )
            self.seen += 1
            yield item, content

    def _digest(self, source: reading.Source) -> bytes | None:
        """The key that an input's bytes are remembered under; ``None`` where it cannot be opened (reading will say why)."""
        digest = hashlib.blake2b(self._reading_salt + source.name.encode("utf-8", "surrogateescape"), digest_size=16)
        try:
            with source.open() as stream:
                while block := stream.read(1 << 20):
                    digest.update(block)
                    self.size += len(block)
        except OSError:
            return None
        return digest.digest()

    def _reopenable(self, source: reading.Source) -> reading.Source:
        """Standard input and pipes are copied first: they can be read only once."""
        if not read_once(source.name):
            return source
        copy = self._layout.staging / f"input-{self.sources}"
        with source.open() as stream, copy.open("wb") as kept:
            shutil.copyfileobj(stream, kept, 1 << 20)

        def reopen() -> BinaryIO:
            return copy.open("rb")

        return reading.Source(source.name, reopen)

    def _remember(self) -> None:
        """Write what was read to the cache of reads."""
        if self._waiting:
            write_pack(self._layout.reads, [self._batch(self._waiting)], READS)
            self._waiting = []

    def _drop_torn(self) -> None:
        """Forget what large inputs gave of which a part is gone (damaged, or emptied by forgetting): they are read again."""
        torn = []
        for batch in self.reads.everything(["key", "parts"]):
            large = batch.filter(pc.greater(pc.list_value_length(batch.column("parts")), 0))
            for key, parts in zip(*(large.column(name).to_pylist() for name in ("key", "parts")), strict=True):
                if not self.reads.has(as_keys(parts)).all():
                    torn.append(key)
        if torn:
            self.reads.rewrite(absent(as_keys(torn)))

    def live(self) -> pa.Table:
        """The articles of the inputs (:data:`LIVE`), each once, forgotten ones left out. Call when :meth:`work` is exhausted."""
        self._index()
        self._rows = self._scratch.table(NUMBERED, self._numbered())
        return resolve_identity(self._scratch.table(NUMBERED, map(self._unforgotten, self._rows.to_batches())), self._scratch)

    def _unforgotten(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if not self._tombstones:
            return batch
        names = zip(*(batch.column(name).to_pylist() for name in ("article_id", "source", "url")), strict=True)
        return batch.filter(pa.array([not self._tombstones.cover(*row) for row in names], pa.bool_()))

    def keys(self, live: pa.Table) -> Keys:
        """The cache keys of articles, shape (n, 2), in their order."""
        made: Keys = self._scratch.room((live.num_rows, 2), np.uint64)
        at = 0
        for batch in live.to_batches(_BATCH):
            pairs = zip(batch.column("hash").to_pylist(), batch.column("article_id").to_pylist(), strict=True)
            made[at : at + batch.num_rows] = as_keys([cache_key(content, article_id, self.salt) for content, article_id in pairs])
            at += batch.num_rows
        return made

    def missing(self, live: pa.Table) -> Iterator[Work]:
        """Articles that are to be extracted although their input was not read, or was read under another id: read it again."""
        lacking = live.filter(pa.array(~self._cached(self.keys(live))))
        wanted: dict[bytes, list[str]] = {}
        for content, article_id in zip(lacking.column("hash").to_pylist(), lacking.column("article_id").to_pylist(), strict=True):
            wanted.setdefault(content, []).append(article_id)
        if not wanted:
            return
        holding = self._rows.filter(pc.is_in(self._rows.column("hash"), lacking.column("hash").combine_chunks()))
        for number in sorted(set(holding.column("source_number").to_pylist())):
            for article, content in self._read(self._by_source[self._given[number]], _Given(b"")):
                for article_id in wanted.pop(content, ()):
                    yield Work(cache_key(content, article_id, self.salt), content, replace(article, article_id=article_id))

    def issues(self, live: pa.Table) -> pa.Table:
        """What reading could not make sense of. An article that is not in ``live`` is not named; a renamed one by its final id."""
        schema = pa.schema(list(struct_of("issues")))
        told = self._scratch.table(schema, self._all_issues(schema))
        if not told.num_rows:
            return told
        finals: dict[tuple[str, str | None], str] = {}
        renamed = live.filter(pc.not_equal(live.column("own_id"), live.column("article_id")))
        for final, own, where in zip(*(renamed.column(n).to_pylist() for n in ("article_id", "own_id", "input")), strict=True):
            finals[own, where] = final
        with sorter(self._layout.staging) as connection:
            connection.register("told", told)
            connection.register("live", live)
            # a source that fails every hour is one issue
            rows = connection.sql(
                "SELECT *, article_id IN (SELECT article_id FROM live) AS known FROM (SELECT DISTINCT * FROM told)"
            )
            batches = rows.to_arrow_reader(_BATCH)
            return self._scratch.table(schema, (self._named(batch, finals, schema) for batch in batches))

    def _named(self, batch: pa.RecordBatch, finals: Mapping[tuple[str, str | None], str], schema: pa.Schema) -> pa.RecordBatch:
        """Issues under the final ids of their articles."""
        kept = []
        for row in batch.to_pylist():
            own, known = row["article_id"], row.pop("known")
            if own is not None:
                if self._tombstones.cover(own, None, None):
                    continue
                final = finals.get((own, _LINE.sub("", row["input"] or "")), own)
                row["article_id"] = final if known or final != own else None
            kept.append(row)
        return pa.RecordBatch.from_pylist(kept, schema=schema)

    def _index(self) -> None:
        """Note which rows of the cache of reads are those of the inputs: of each key the number of its input, and of its part."""
        self._remember()
        self.reads.refresh()
        self._where = {key: (number, 0) for number, key in enumerate(self._given)}
        for table in self.reads.scan(as_keys(self._given), ["key", "parts"]):
            large = table.filter(pc.greater(pc.list_value_length(table.column("parts")), 0))
            for key, parts in zip(*(large.column(name).to_pylist() for name in ("key", "parts")), strict=True):
                number, _ = self._where[key]
                self._where[key] = number, len(parts)
                self._where |= {part: (number, place) for place, part in enumerate(parts)}
        if not self.reads.has(as_keys(list(self._where))).all():
            raise DamagedCacheError("the cache of reads was damaged: build again, the inputs are read anew")

    def _scan(self, column: str) -> Iterator[pa.RecordBatch]:
        for table in self.reads.scan(as_keys(list(self._where)), ["key", column]):
            yield from table.to_batches()
        self.reads.raise_damage()

    def _numbered(self) -> Iterator[pa.RecordBatch]:
        """The rows of all inputs, each with its place in the order of reading."""
        for batch in self._scan("rows"):
            lists = batch.column("rows")
            parents = pc.list_parent_indices(lists).to_numpy()
            numbers, parts = np.array([self._where[key] for key in batch.column("key").to_pylist()], np.int64).reshape(-1, 2).T
            offsets = lists.offsets.to_numpy().astype(np.int64)
            places = (parts[parents] << 32) + np.arange(len(parents)) - (offsets - offsets[0])[parents]
            columns = [*pc.list_flatten(lists).flatten(), pa.array(numbers[parents]), pa.array(places)]
            yield pa.RecordBatch.from_arrays(columns, schema=NUMBERED)

    def _all_issues(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        for batch in self._scan("issues"):
            yield pa.RecordBatch.from_arrays(pc.list_flatten(batch.column("issues")).flatten(), schema=schema)
        yield pa.RecordBatch.from_pylist(issue_rows(self.loose_issues), schema=schema)

    def tidy(self) -> None:
        """Forget what inputs that are no longer there gave, once that is the larger part."""
        self.reads.join()
        if len(self.reads) > 2 * len(self._where) + 100:
            self.reads.join(keep=as_keys(list(self._where)))

    @staticmethod
    def _batch(given: Sequence[_Given]) -> pa.RecordBatch:
        values = {
            "key": [g.key for g in given],
            "rows": [g.rows for g in given],
            "issues": [issue_rows(g.issues) for g in given],
            "parts": [g.parts for g in given],
        }
        return pa.RecordBatch.from_pydict(values, schema=READS)
