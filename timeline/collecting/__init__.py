"""Collecting: feeds, sitemaps and URL lists to raw pages on disk, politely and safely. The clock is an argument throughout."""

from __future__ import annotations

from timeline.collecting.collect import Collected, collect_source
from timeline.collecting.fetch import Fetcher, FetchError
from timeline.collecting.memory import MEMORY, Memory
from timeline.collecting.sources import Manners, Source, SourcesError, load_sources
from timeline.collecting.warc import RawStore, forget_pages

__all__ = [
    "MEMORY",
    "Collected",
    "FetchError",
    "Fetcher",
    "Manners",
    "Memory",
    "RawStore",
    "Source",
    "SourcesError",
    "collect_source",
    "forget_pages",
    "load_sources",
]
