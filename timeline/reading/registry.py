"""The formats that are read. To add one: a module under ``readers/`` and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import BinaryIO, NamedTuple, cast

from timeline.reading.draft import Draft, Source
from timeline.records import Issue
from timeline.settings import Settings

__all__ = ["COMPRESSIONS", "FORMATS", "Format", "Reader"]

Reader = Callable[[BinaryIO, str, Settings], Iterator["Draft | Issue | Source"]]


class Format(NamedTuple):
    """A format: the function that reads it, the usual endings, what it is, and whether its reader needs to seek in the file."""

    reader: str
    endings: tuple[str, ...]
    about: str
    seeks: bool = False

    def load(self) -> Reader:
        """The reader, imported when it is first needed: reading JSON must not load pyarrow."""
        module, function = self.reader.split(":")
        return cast(Reader, getattr(import_module(f"timeline.reading.readers.{module}"), function))


FORMATS: dict[str, Format] = {
    "json": Format("json_lines:read", (".jsonl", ".ndjson", ".json"), "JSON Lines, JSON documents, lists of them, JSON Feed"),
    "table": Format("table:read", (".csv", ".tsv"), "tables with a header line"),
    "parquet": Format("columnar:read_parquet", (".parquet",), "Parquet tables", seeks=True),
    "arrow": Format("columnar:read_arrow", (".arrow", ".feather"), "Arrow IPC files and streams", seeks=True),
    "text": Format("plain:read", (".txt",), "plain text, with an optional header of Title:, Date:, Source: lines"),
    "markdown": Format("markdown:read", (".md",), "Markdown, with optional front matter"),
    "html": Format("page:read", (".html", ".htm"), "web pages"),
    "feed": Format("feed:read", (".rss", ".atom", ".xml"), "RSS, Atom and RDF feeds (JSON Feed: see json)"),
    "warc": Format("web_archive:read", (".warc", ".wet", ".arc"), "web archives: WARC, WET, ARC"),
    "mail": Format("mail:read", (".eml", ".mbox"), "e-mail messages and mailboxes"),
    "mediawiki": Format("wiki:read", (".xml",), "MediaWiki dumps, such as Wikinews"),
    "zip": Format("archive:read_zip", (".zip",), "zip archives of any of these", seeks=True),
    "tar": Format("archive:read_tar", (".tar",), "tar archives of any of these"),
}

COMPRESSIONS = (".gz", ".zst", ".bz2", ".xz", ".lz4")
"""Endings of the compressions that any of them may be in; told by their first bytes, not by the ending."""
