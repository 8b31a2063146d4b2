"""What the inputs hold, and which of it is new: each input is hashed; one that was read before, byte for byte, is not read again.

Names and times of files decide nothing. What an input gave is remembered (``reads.py``) under the hash of its bytes, its name (which
stands in the rows), the settings of reading and the pipeline version.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from timeline import reading
from timeline.reading.sources import Opener, expand
from timeline.records import Article, Issue
from timeline.settings import Settings
from timeline.store.asking import sorter
from timeline.store.identity import NUMBERED, fingerprint, resolve_identity
from timeline.store.keys import Keys, as_keys
from timeline.store.layout import Layout
from timeline.store.reads import ISSUES, Given, Reads
from timeline.store.rows import issue_rows
from timeline.store.scratch import Scratch
from timeline.store.tombstones import Tombstones
from timeline.store.work import Seen, Work, cache_key, content_hash

__all__ = ["Intake", "read_once"]

_LINE = re.compile(r":\d+$")
_CHUNK = 256
"""Articles that are looked up at once."""
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


class Intake:
    """Reads inputs for one build. :meth:`work` must be exhausted before :meth:`live` is asked for.

    ``seen`` counts the articles read so far (what is remembered of an input is not read), ``sources`` the inputs, ``size`` their bytes.
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
        self._reads = Reads(layout.reads)
        self.salt = hashlib.blake2b(repr((settings.extraction_key(), pipeline_version)).encode(), digest_size=16).digest()
        self._reading_salt = self.salt + repr(settings.columns).encode()
        self._given: list[bytes] = []
        self._by_source: dict[bytes, reading.Source] = {}
        self._emitted = Seen()
        self._scratch = Scratch(layout.staging)
        self._rows = NUMBERED.empty_table()
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
        self._reads.write()

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
        if key is not None and self._reads.has(key):
            self._given.append(key)
            self._by_source[key] = source
            return
        given = Given(key or b"")
        for chunk in self._chunks(source, given):
            yield from self._fresh(chunk)
        if key is None or self._digest(source) != key:  # it changed while it was read: true for now, not to be found again
            key = given.key = secrets.token_bytes(16)
        self._given.append(key)
        self._by_source[key] = source
        self._reads.add(given)

    def _chunks(self, source: reading.Source, given: Given) -> Iterator[list[tuple[Article, bytes]]]:
        """Read a source, some articles at a time."""
        read = self._read(source, given)
        while chunk := list(islice(read, _CHUNK)):
            yield chunk
            self._reads.lighten(given)

    def _fresh(self, chunk: Sequence[tuple[Article, bytes]]) -> Iterator[Work]:
        """Those articles whose extraction is neither cached nor under way."""
        idents = [cache_key(content, article.article_id, self.salt) for article, content in chunk]
        known = self._cached(as_keys(idents))
        for (article, content), ident, cached in zip(chunk, idents, known, strict=True):
            gone = self._tombstones.cover(article.article_id, article.source, article.url)
            if not cached and not gone and self._emitted.new(ident):
                yield Work(ident, content, article)

    def _read(self, source: reading.Source, given: Given) -> Iterator[tuple[Article, bytes]]:
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

    def live(self) -> pa.Table:
        """The articles of the inputs (:data:`~timeline.store.identity.LIVE`), each once, forgotten ones left out.

        Call when :meth:`work` is exhausted.
        """
        self._reads.index(self._given)
        self._rows = self._scratch.table(NUMBERED, self._reads.rows())
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
            for article, content in self._read(self._by_source[self._given[number]], Given(b"")):
                for article_id in wanted.pop(content, ()):
                    yield Work(cache_key(content, article_id, self.salt), content, replace(article, article_id=article_id))

    def issues(self, live: pa.Table) -> pa.Table:
        """What reading could not make sense of. An article that is not in ``live`` is not named; a renamed one by its final id."""
        loose = pa.RecordBatch.from_pylist(issue_rows(self.loose_issues), schema=ISSUES)
        told = self._scratch.table(ISSUES, chain(self._reads.issues(), [loose]))
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
            return self._scratch.table(ISSUES, (self._named(batch, finals) for batch in batches))

    def _named(self, batch: pa.RecordBatch, finals: Mapping[tuple[str, str | None], str]) -> pa.RecordBatch:
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
        return pa.RecordBatch.from_pylist(kept, schema=ISSUES)

    def tidy(self) -> None:
        """Forget what inputs that are no longer there gave."""
        self._reads.tidy()
