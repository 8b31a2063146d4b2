"""The order for a collection: read → cache → extract in batches by an executor → merge → publish.

Every step leaves its work in OUT, and each may be done again without harm.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from timeline import events, reading
from timeline.executors import Executor, ExecutorError, executor_for
from timeline.extracting import ExtractTask, extract_batch
from timeline.merging import stretches
from timeline.reading.sources import expand
from timeline.records import Issue
from timeline.settings import Settings
from timeline.store import joining, publishing, runs
from timeline.store.batches import EXTRACTED, MERGED, PROFILES
from timeline.store.content import Content, arranged
from timeline.store.errors import ConflictError, DamagedCacheError, NoInputError
from timeline.store.heap import give_back
from timeline.store.intake import Intake, read_once
from timeline.store.keys import Keys
from timeline.store.layout import Layout
from timeline.store.locks import locked
from timeline.store.objects import is_url, openers, shown, workspace
from timeline.store.packs import Packs, keep_list
from timeline.store.pipeline_version import pipeline_version
from timeline.store.schema import SCHEMA_VERSION, TABLES
from timeline.store.scratch import Scratch
from timeline.store.tables import Tables
from timeline.store.tombstones import Tombstones
from timeline.store.work import Work

__all__ = ["BuildResult", "Progress", "build"]

_REPAIRS = 3
"""How often a build begins again where it met a damaged file of the cache."""
_CONFLICTS = 5
"""How often where another build published meanwhile."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: ``step`` (extract, merge, publish), articles read so far, of them extracted, share of the inputs read (0 to 1)."""

    step: str
    read: int = 0
    extracted: int = 0
    share: float | None = None


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did. ``changed``: whether ``version`` is new; ``extracted``: articles that were not in the cache."""

    version: str
    path: str
    changed: bool
    articles: int
    expressions: int
    mentions: int
    events: int
    issues: int
    extracted: int
    merged: int
    """Neighbourhoods that were merged anew."""
    added: int
    removed: int
    revised: int
    seconds: float
    inputs: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


class _Job:
    """One build of one OUT: its steps in order. The lock must be held (:func:`timeline.store.locks.locked`)."""

    def __init__(self, layout: Layout, settings: Settings, progress: Callable[[Progress], None] | None = None) -> None:
        self.layout, self.settings = layout, settings
        self.pipeline_version = pipeline_version(settings.spacy)
        self.before = publishing.current_manifest(layout)
        self.extracted = Packs(layout.packs, EXTRACTED)
        self.profiles = Packs(layout.profiles, PROFILES)
        self.merged = Packs(layout.merged, MERGED)
        self._scratch = Scratch(layout.staging)
        self._read_issues: pa.Table | None = None
        tombstones = Tombstones(layout)
        self.intake = Intake(layout, settings, self.pipeline_version, self._cached, tombstones, openers())
        self.count = self.merged_count = 0
        self._progress = progress or (lambda _: None)

    def _cached(self, keys: Keys) -> NDArray[np.bool_]:
        return self.extracted.has(keys) & self.profiles.has(keys)

    def tasks(self, work: Iterator[Work], out: str) -> Iterator[ExtractTask]:
        """Batches of ``settings.batch_size`` articles."""
        while held := list(islice(work, self.settings.batch_size)):
            yield ExtractTask(held, self.settings, out)

    def _seen_by(self, executor: Executor) -> str:
        """OUT as the workers see it."""
        return str(self.layout.root.resolve()) if executor.here or self.layout.url is None else self.layout.url

    def _index(self, executor: Executor, *kinds: Packs) -> None:
        """Take note of what the workers put into the cache."""
        for packs in kinds:
            if not executor.here:
                self.layout.pull(packs.folder)
            packs.refresh()

    def read_and_extract(self, inputs: Sequence[str], executor: Executor) -> None:
        """Read the inputs and extract, at the same time, what the cache does not have. Then settle which articles there are."""
        self.extract(self.intake.work(inputs), executor)
        if not self.intake.sources and self.intake.loose_issues:  # a share that is not mounted must not empty the timeline
            raise _no_input(self.intake.loose_issues[0])
        self.articles = self.intake.live()
        self.extract(self.intake.missing(self.articles), executor)
        self.keys = self.intake.keys(self.articles)
        if not executor.here and not self._cached(self.keys).all():
            raise ExecutorError(
                f"what the workers extracted is not in {shown(str(self.layout.url or self.layout.root))}: they must share it"
            )

    def extract(self, work: Iterator[Work], executor: Executor) -> None:
        """Extract articles into the cache."""
        before = self.count
        for done in executor.map(extract_batch, self.tasks(work, self._seen_by(executor))):
            self.count += done
            self._progress(Progress("extract", self.intake.seen, self.count, self.intake.share))
        if self.count > before:
            self._index(executor, self.extracted, self.profiles)

    def merge(self, executor: Executor) -> None:
        """Merge the neighbourhoods that are new; the others keep their events."""
        give_back()  # what reading took
        self._progress(Progress("merge", self.intake.seen, self.count))
        self.plan = joining.plan_merging(self.profiles, self.keys, self.pipeline_version, self.layout)
        ids, out = self.articles.column("article_id"), self._seen_by(executor)
        tasks = joining.merge_tasks(self.plan, self.merged, self.extracted, self.profiles, ids, self.keys, out)
        self.merged_count = sum(executor.map(joining.merge_batch, tasks))
        if self.merged_count:
            self._index(executor, self.merged)

    def publish(self, inputs: Sequence[str]) -> publishing.Published:
        """Write and publish the tables, unless nothing changed."""
        give_back()
        self._progress(Progress("publish", self.intake.seen, self.count))
        content = self._content()
        self.extracted.raise_damage()
        self.merged.raise_damage()
        tables = Tables(content, self.extracted, self.merged, self._scratch)
        try:
            about = {
                "inputs": {"named": [shown(name) for name in inputs], "files": self.intake.sources, "bytes": self.intake.size},
                "state": self.state(),
                "settings": {"as_of": self.settings.as_of, "keep_text": self.settings.keep_text},
            }
            return publishing.publish(self.layout, tables, about)
        finally:
            tables.close()

    def _content(self) -> Content:
        return Content(
            **arranged(self.articles, self.keys, self.plan, self.profiles, self.merged, self._scratch),
            issues=self._issues(),
            pipeline_version=self.pipeline_version,
            keep_text=self.settings.keep_text,
            split_above=self.settings.split_above_mb << 20,
        )

    def _issues(self) -> pa.Table:
        """What reading could not make sense of; settled once."""
        if self._read_issues is None:
            self._read_issues = self.intake.issues(self.articles)
        return self._read_issues

    def state(self) -> str:
        """A digest of all that the version depends on: the same state, the same tables, without looking further."""
        digest = hashlib.blake2b(digest_size=16)
        for part in stretches(len(self.keys)):
            digest.update(self.keys[part].tobytes())
        for batch in self.articles.select(["article_id", "input", "revision"]).to_batches():
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                digest.update(repr(row).encode("utf-8", "surrogatepass"))
        issues = 0  # a sum: they come in any order
        for batch in self._issues().to_batches():
            issues += sum(int.from_bytes(hashlib.sha256(repr(row).encode()).digest(), "big") for row in batch.to_pylist())
        kept = (self.settings.keep_text, self.settings.split_above_mb, self.pipeline_version, SCHEMA_VERSION)
        digest.update(repr((issues, kept)).encode())
        return digest.hexdigest()

    def tidy(self) -> None:
        """Join small cache files and drop what is long out of use."""
        publishing.clear(self.layout.staging)
        self.intake.tidy()
        keep_list(self.layout.packs, self.keys)
        for packs in (self.extracted, self.profiles, self.merged):
            packs.join()
        if self.merged_count and len(self.merged) > 2 * len(self.plan.keys) + 100:
            self.merged.join(keep=self.plan.keys)

    def unchanged(self) -> publishing.Published | None:
        """The current version, where this build would only make it again."""
        version = self.layout.current()
        if version is None or self.before is None or self.before.get("state") != self.state():
            return None
        if not publishing.intact(self.layout, version, self.before):
            return None
        return publishing.Published(version, self.layout.versions / version, self.before, False)


def build(
    inputs: Sequence[str] | str,
    out: str | Path,
    settings: Settings | None = None,
    *,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] | None = None,
    wait: bool = False,
    clock: Callable[[], datetime] = runs.wall_clock,
) -> BuildResult:
    """Build or bring up to date the timeline ``out`` (a folder or an object-store URL) from ``inputs``.

    The result depends on inputs, settings and pipeline version alone. Raises :class:`~timeline.store.StoreError` (another build at work,
    disk full, OUT is a file …) and :class:`~timeline.executors.ExecutorError`; bad input raises nothing and becomes rows of ``issues``.
    Where another build publishes to the same object store meanwhile, this one begins again from what that left, a few times.
    ``clock`` is asked only for the log of runs.
    """
    settings = settings or Settings()
    reading.check(settings)
    events.check(settings)
    executor = executor or executor_for(settings)
    named = [inputs] if isinstance(inputs, str) else [str(name) for name in inputs]
    left = 0 if any(map(read_once, named)) else _CONFLICTS
    while True:
        try:
            return _build_once(named, out, settings, executor, progress, wait, clock)
        except ConflictError:  # somebody else got on meanwhile; what was extracted and merged is in the cache
            if not left:
                raise
            left -= 1


def _build_once(
    named: list[str],
    out: str | Path,
    settings: Settings,
    executor: Executor,
    progress: Callable[[Progress], None] | None,
    wait: bool,
    clock: Callable[[], datetime],
) -> BuildResult:
    shown_inputs = [shown(name) for name in named]
    started = clock()
    with workspace(out) as layout:
        if not layout.root.exists():
            _require_input(named)
        layout.create()
        with locked(layout, wait=wait):
            publishing.clean(layout)
            with runs.failure_logged(layout, started, clock, {"run": "build", "inputs": shown_inputs}):
                job, published = _with_repairs(layout, settings, named, executor, progress)
            ended = clock()
            path = f"{str(out).rstrip('/')}/versions/{published.version}" if is_url(out) else str(published.path)
            result = _result(job, published, path, (ended - started).total_seconds())
            runs.log_run(
                layout,
                started,
                ended,
                {
                    "run": "build",
                    **result.to_dict(),
                    "inputs": shown_inputs,
                    "pipeline_version": job.pipeline_version,
                },
            )
            job.tidy()
    return result


def _require_input(named: Sequence[str]) -> None:
    """:class:`NoInputError` where no input is there: before an OUT is made for it."""
    reason = None
    for found in expand(named, openers()):
        if not isinstance(found, Issue):
            return
        reason = reason or found
    if reason is not None:
        raise _no_input(reason)


def _no_input(reason: Issue) -> NoInputError:
    return NoInputError(f"{reason.input}: {reason.reason}; nothing was built")


def _with_repairs(
    layout: Layout, settings: Settings, inputs: list[str], executor: Executor, progress: Callable[[Progress], None] | None
) -> tuple[_Job, publishing.Published]:
    """Do the job; where a damaged cache file is met, which takes it out, do it again: only what it held is made anew."""
    left = _REPAIRS
    while True:
        job = _Job(layout, settings, progress)
        try:
            job.read_and_extract(inputs, executor)
            published = job.unchanged()
            if published is None:
                job.merge(executor)
                published = job.publish(inputs)
            return job, published
        except DamagedCacheError:
            if not left:
                raise
            left -= 1


def _result(job: _Job, published: publishing.Published, path: str, seconds: float) -> BuildResult:
    manifest = published.manifest
    changes = manifest.get("changes", {}) if published.changed else {}
    return BuildResult(
        version=published.version,
        path=path,
        changed=published.changed,
        **{table: manifest["tables"][table]["rows"] for table in TABLES},
        extracted=job.count,
        merged=job.merged_count,
        added=changes.get("added", 0),
        removed=changes.get("removed", 0),
        revised=changes.get("revised", 0),
        seconds=round(seconds, 3),
        inputs=job.intake.sources,
    )
