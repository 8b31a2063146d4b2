"""Raw pages as WARC 1.1 (ISO 28500), a gzip member a record, a file a run in a folder a day: ``raw/2026-11-25/<run>.warc.gz``.

What could not be had is noted beside what was (``metadata`` records), so that a build of the raw store tells of it. A record is on disk
(flushed and synced) before the page counts as seen. A file that a killed run left ends in a broken member at
worst; readers give every record before it.
"""

from __future__ import annotations

import contextlib
import io
import os
import threading
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from timeline.collecting.fetch import Fetched
from timeline.reading.readers.web_archive import ISSUE_FIELD
from timeline.records import Issue

__all__ = ["RawStore", "forget_pages"]


class RawStore:
    """Appends answers to this run's file; safe to use from several threads."""

    def __init__(self, folder: Path, run: str, at: datetime, agent: str = "event-timeline") -> None:
        self._at, self._agent = at, agent
        self.path = folder / at.date().isoformat() / f"{run}.warc.gz"
        self.count = 0
        self._lock = threading.Lock()
        self._file: io.BufferedWriter | None = None

    def __enter__(self) -> RawStore:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def keep(self, answers: list[Fetched]) -> None:
        """Write these answers (redirects first) and see them to the disk."""
        self._write(b"".join(_record(answer) for answer in answers))
        with self._lock:
            self.count += len(answers)

    def note(self, issues: Iterable[Issue], at: datetime) -> None:
        """Write what could not be had, and why."""
        if records := b"".join(_note(issue, at) for issue in issues):
            self._write(records)

    def _write(self, records: bytes) -> None:
        with self._lock:
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("ab")
                if not self._file.tell():
                    records = self._about() + records
            self._append(records)

    def _append(self, records: bytes) -> None:
        """All of it, or nothing: a member broken off by a full disk would hide those that come after it from readers."""
        file = self._file
        assert file is not None
        end = file.tell()
        try:
            file.write(records)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            self._file = None
            with contextlib.suppress(OSError):
                file.close()
            os.truncate(self.path, end)
            raise

    def _about(self) -> bytes:
        """The ``warcinfo`` record that a file begins with."""
        stream = io.BytesIO()
        writer = WARCWriter(stream, gzip=True, warc_version="1.1")
        about = {"software": self._agent, "format": "WARC File Format 1.1", "robots": "classic"}
        record = writer.create_warcinfo_record(self.path.name, about)
        record.rec_headers.replace_header("WARC-Date", _stamp(self._at))
        writer.write_record(record)
        return stream.getvalue()


def _record(answer: Fetched) -> bytes:
    """One ``response`` record, the body as it came over the wire."""
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=True, warc_version="1.1")
    # the transfer coding is already undone; left in, a reader would undo it again
    headers = [(name, value) for name, value in answer.headers if name.lower() != "transfer-encoding"]
    status = StatusAndHeaders(f"{answer.status} {answer.reason}".rstrip(), headers, protocol="HTTP/1.1")
    when = {"WARC-Date": _stamp(answer.at)}
    record = writer.create_warc_record(
        answer.url, "response", payload=io.BytesIO(answer.body), http_headers=status, warc_headers_dict=when
    )
    writer.write_record(record)
    return stream.getvalue()


def _note(issue: Issue, at: datetime) -> bytes:
    """A ``metadata`` record for an issue, as the reader of web archives takes it (fields of a name of our own)."""
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=True, warc_version="1.1")
    said = f"{ISSUE_FIELD}: {' '.join(issue.reason.split())}\r\n".encode()
    when = {"WARC-Date": _stamp(at)}
    record = writer.create_warc_record(
        issue.input or "", "metadata", io.BytesIO(said), len(said), "application/warc-fields", warc_headers_dict=when
    )
    writer.write_record(record)
    return stream.getvalue()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def forget_pages(folder: Path, urls: set[str], canonical: Callable[[str], str | None] = str) -> int:
    """Take every record whose ``canonical`` URL is among ``urls`` out of the raw store; returns how many.

    A file that holds one is rewritten beside and swapped in; what a killed run left broken at its end is dropped with it.
    """
    return sum(_without(path, urls, canonical) for path in sorted(folder.glob("*/*.warc.gz")))


def _without(path: Path, urls: set[str], canonical: Callable[[str], str | None]) -> int:
    dropped = 0
    beside = path.with_name(f".{path.name}.new")
    with path.open("rb") as stream, beside.open("wb") as kept:
        writer = WARCWriter(kept, gzip=True, warc_version="1.1")
        with contextlib.suppress(ArchiveLoadFailed, EOFError, zlib.error):
            for record in ArchiveIterator(stream):
                if canonical(record.rec_headers.get_header("WARC-Target-URI") or "") in urls:
                    dropped += 1
                else:
                    writer.write_record(record)
        kept.flush()
        os.fsync(kept.fileno())
    if dropped:
        beside.replace(path)
    else:
        beside.unlink()
    return dropped
