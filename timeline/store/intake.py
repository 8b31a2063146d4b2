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
from timeline.store.batches import struct_of
from timeline.store.identity import READ, fingerprint, resolve_identity
from timeline.store.layout import Layout
from timeline.store.packs import Keys, Packs, as_keys, write_pack
from timeline.store.rows import issue_rows
from timeline.store.tombstones import Tombstones

__all__ = ["READS", "Intake", "Work", "cache_key", "content_hash", "read_once"]

READS = pa.schema(
    [
        pa.field("key", pa.binary(16), False),
        pa.field("rows", pa.list_(pa.field("element", pa.struct(list(READ)), False)), False),
        pa.field("issues", pa.list_(pa.field("element", struct_of("issues"), False)), False),
    ]
)
"""What each input gave, in order: its rows and its issues."""

_LINE = re.compile(r":\d+$")
_HELD, _CHUNK = 20_000, 256


@dataclass(frozen=True)
class Work:
    """An article to extract: its key in the cache, the hash of its content, the article with its final id."""

    key: bytes
    hash: bytes
    article: Article


def content_hash(article: Article) -> bytes:
    """16 bytes that change with any field of the article; where it was read from plays no part."""
    rest = (article.article_id, article.title, article.url, article.source, article.publisher, article.authors, article.lang)
    dates = (article.published, article.modified)
    digest = hashlib.blake2b(repr((rest, dates, article.blocks)).encode("utf-8", "surrogatepass"), digest_size=16)
    digest.update(article.text.encode("utf-8", "surrogatepass"))
    return digest.digest()


def cache_key(content: bytes, article_id: str, salt: bytes) -> bytes:
    """The key of an article's extraction: content, final id, settings and pipeline version (``salt``)."""
    return hashlib.blake2b(content + salt + article_id.encode("utf-8", "surrogatepass"), digest_size=16).digest()


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
    """What one input gave."""

    key: bytes
    rows: list[dict[str, Any]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


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
        self._by_source: dict[bytes, reading.Source] = {}
        self._waiting: list[_Given] = []
        self._emitted: set[bytes] = set()
        self._unremembered: list[_Given] = []
        self._rows = READ.empty_table()
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
        read = self._read(source, given)
        while chunk := list(islice(read, _CHUNK)):
            yield from self._fresh(chunk)
        if key is None or self._digest(source) != key:  # it changed while it was read: true for now, not to be remembered
            key = given.key = secrets.token_bytes(16)
            self._unremembered.append(given)
        else:
            self._waiting.append(given)
        self._given.append(key)
        self._by_source[key] = source
        if sum(len(g.rows) for g in self._waiting) + len(self._waiting) >= _HELD:
            self._remember()

    def _fresh(self, chunk: Sequence[tuple[Article, bytes]]) -> Iterator[Work]:
        """Those articles whose extraction is neither cached nor under way."""
        idents = [cache_key(content, article.article_id, self.salt) for article, content in chunk]
        known = self._cached(as_keys(idents))
        for (article, content), ident, cached in zip(chunk, idents, known, strict=True):
            if (
                not cached
                and ident not in self._emitted
                and not self._tombstones.cover(article.article_id, article.source, article.url)
            ):
                self._emitted.add(ident)
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
            self.reads.refresh()

    def live(self) -> pa.Table:
        """The articles of the inputs (:data:`LIVE`), each once, forgotten ones left out. Call when :meth:`work` is exhausted."""
        self._rows = self._all_rows()
        rows = self._rows.select(READ.names)
        if self._tombstones:
            names = zip(*(rows.column(name).to_pylist() for name in ("article_id", "source", "url")), strict=True)
            rows = rows.filter(pa.array([not self._tombstones.cover(*row) for row in names], pa.bool_()))
        return resolve_identity(rows)

    def keys(self, live: pa.Table) -> Keys:
        """The cache keys of articles, shape (n, 2), in their order."""
        pairs = zip(live.column("hash").to_pylist(), live.column("article_id").to_pylist(), strict=True)
        return as_keys([cache_key(content, article_id, self.salt) for content, article_id in pairs])

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
        finals: dict[tuple[str, str | None], str] = {}
        renamed = live.filter(pc.not_equal(live.column("own_id"), live.column("article_id")))
        for final, own, where in zip(*(renamed.column(n).to_pylist() for n in ("article_id", "own_id", "input")), strict=True):
            finals[own, where] = final
        told = self._all_issues() + issue_rows(self.loose_issues)
        rows = list({tuple(row.values()): row for row in told}.values())  # a source that fails every hour is one issue
        named = {row["article_id"] for row in rows if row["article_id"] is not None}
        known = set(
            live.column("article_id")
            .filter(pc.is_in(live.column("article_id"), pa.array(sorted(named), pa.string())))
            .to_pylist()
        )
        kept = []
        for row in rows:
            own = row["article_id"]
            if own is not None:
                if self._tombstones.cover(own, None, None):
                    continue
                final = finals.get((own, _LINE.sub("", row["input"] or "")), own)
                row["article_id"] = final if final in known or final != own else None
            kept.append(row)
        return pa.Table.from_pylist(kept, schema=pa.schema(list(struct_of("issues"))))

    def _all_rows(self) -> pa.Table:
        """The rows of all inputs in the order of reading, each with the number of its input."""
        schema = READ.append(pa.field("source_number", pa.int64()))
        number = {key: i for i, key in enumerate(self._given)}
        pieces, found = [], set()
        for batch in self._remembered(("key", "rows")):
            keys = batch.column("key").to_pylist()
            found.update(keys)
            numbers = pa.array([number[key] for key in keys], pa.int64())
            parents = pc.list_parent_indices(batch.column("rows"))
            pieces.append(
                pa.Table.from_arrays([*pc.list_flatten(batch.column("rows")).flatten(), numbers.take(parents)], schema=schema)
            )
        for key in self._given:
            if key not in found:  # its memory was damaged: read it again
                given = _Given(key)
                for _ in self._read(self._by_source[key], given):
                    pass
                self._unremembered.append(given)
                pieces.append(self._rows_of(given, number[key], schema))
        table = pa.concat_tables([schema.empty_table(), *pieces])
        return table.take(pc.sort_indices(table, [("source_number", "ascending")])).combine_chunks()

    @staticmethod
    def _rows_of(given: _Given, number: int, schema: pa.Schema) -> pa.Table:
        return pa.Table.from_pylist([{**row, "source_number": number} for row in given.rows], schema=schema)

    def _remembered(self, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        for table in self.reads.scan(as_keys(self._given), columns):
            yield from table.to_batches()
        if self._unremembered:
            yield self._batch(self._unremembered).select(list(columns))

    def _all_issues(self) -> list[dict[str, Any]]:
        return [row for batch in self._remembered(("issues",)) for row in pc.list_flatten(batch.column("issues")).to_pylist()]

    def tidy(self) -> None:
        """Forget what inputs that are no longer there gave, once that is the larger part."""
        self.reads.join()
        if len(self.reads) > 2 * len(self._given) + 100:
            self.reads.join(keep=as_keys(self._given))

    @staticmethod
    def _batch(given: Sequence[_Given]) -> pa.RecordBatch:
        values = {
            "key": [g.key for g in given],
            "rows": [g.rows for g in given],
            "issues": [issue_rows(g.issues) for g in given],
        }
        return pa.RecordBatch.from_pydict(values, schema=READS)
