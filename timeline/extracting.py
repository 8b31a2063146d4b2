"""What a batch of articles gives, put into the cache of OUT: the work of a build that executors carry out, wherever they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from timeline import pipeline
from timeline.records import Article, Extraction, Issue
from timeline.settings import Settings
from timeline.store.batches import EXTRACTED, PROFILES, extracted_batch, profiles_batch
from timeline.store.heap import give_back
from timeline.store.shared import Cache
from timeline.store.work import Work

__all__ = ["ExtractTask", "extract_batch"]


@dataclass(frozen=True, slots=True)
class ExtractTask:
    """Articles to extract, with all that it takes, and where OUT is: any executor may send it anywhere from where that is seen."""

    work: list[Work]
    settings: Settings
    out: str


def extract_batch(task: ExtractTask) -> int:
    """Extract the articles of a task and put their rows into the cache; returns how many. Runs anywhere.

    An article that a fault of ours fails on becomes an Issue; the others come through.
    """
    _extract_into(Cache(task.out), task)
    give_back()
    return len(task.work)


def _extract_into(cache: Cache, task: ExtractTask) -> None:
    rows, profiles = [], []
    for some in pipeline.together(task.work, lambda work: work.article):  # rows take less room than records
        found = _extracted([w.article for w in some], task.settings)
        done = [(w.key, w.hash.hex(), extraction) for w, extraction in zip(some, found, strict=True)]
        rows.append(extracted_batch(done))
        profiles.append(profiles_batch(done))
    for kind, batches, schema in (("profiles", profiles, PROFILES), ("extracted", rows, EXTRACTED)):
        table = pa.Table.from_batches(batches, schema).combine_chunks()
        batches.clear()
        cache.put(kind, table.to_batches(), schema)


def _extracted(articles: Sequence[Article], settings: Settings) -> list[Extraction]:
    """What each article gives; where one fails, each is tried by itself."""
    try:
        return pipeline.extract_all(articles, settings)
    except Exception as error:  # noqa: BLE001 (one article must not stop the others; the fault is told in the table of issues)
        if len(articles) > 1:
            return [extraction for article in articles for extraction in _extracted([article], settings)]
        (article,) = articles
        reason = " ".join(f"extraction failed: {type(error).__name__}: {error}".split())[:300]
        return [Extraction(article, issues=[Issue("events", reason, article_id=article.article_id, input=article.input)])]
