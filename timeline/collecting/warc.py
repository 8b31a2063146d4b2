"""Raw pages as WARC 1.1 (ISO 28500), a gzip member a record, a file a run in a folder a day: ``raw/2026-11-25/<run>.warc.gz``.

A record is on disk (flushed and synced) before the page counts as seen. A file that a killed run left ends in a broken member at
worst; readers give every record before it.
"""

from __future__ import annotations

import io
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from timeline.collecting.fetch import Fetched

__all__ = ["RawStore", "forget_pages"]


class RawStore:
    """Appends answers to this run's file; safe to use from several threads."""

    def __init__(self, folder: Path, run: str, at: datetime) -> None:
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
        records = b"".join(_record(answer) for answer in answers)
        with self._lock:
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("ab")
            self._file.write(records)
            self._file.flush()
            os.fsync(self._file.fileno())
            self.count += len(answers)


def _record(answer: Fetched) -> bytes:
    """One ``response`` record, the body as it came over the wire."""
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=True, warc_version="1.1")
    # the transfer coding is already undone; left in, a reader would undo it again
    headers = [(name, value) for name, value in answer.headers if name.lower() != "transfer-encoding"]
    status = StatusAndHeaders(f"{answer.status} {answer.reason}".rstrip(), headers, protocol="HTTP/1.1")
    stamp = answer.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    record = writer.create_warc_record(
        answer.url, "response", payload=io.BytesIO(answer.body), http_headers=status, warc_headers_dict={"WARC-Date": stamp}
    )
    writer.write_record(record)
    return stream.getvalue()


def forget_pages(folder: Path, urls: set[str], canonical: object = None) -> int:
    """Take every record of these URLs out of the raw store; files are rewritten beside and swapped in. Returns records removed."""
    from warcio.archiveiterator import ArchiveIterator

    name = canonical if callable(canonical) else (lambda url: url)
    removed = 0
    for path in sorted(folder.glob("*/*.warc.gz")):
        kept, dropped = io.BytesIO(), 0
        writer = WARCWriter(kept, gzip=True, warc_version="1.1")
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if name(record.rec_headers.get_header("WARC-Target-URI")) in urls:
                    dropped += 1
                else:
                    writer.write_record(record)
        if dropped:
            _swap(path, kept.getvalue())
            removed += dropped
    return removed


def _swap(path: Path, content: bytes) -> None:
    beside = path.with_suffix(".new")
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
