"""Web archives: WARC and WET by fastwarc, ARC (their forerunner) by its few rules; pages in them are read as pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from timeline.reading.decode import decode
from timeline.reading.draft import MAX_DOCUMENT, Draft, ReadingError
from timeline.reading.readers.page import draft_of_page
from timeline.records import Issue
from timeline.settings import Settings

__all__ = ["ISSUE_FIELD", "read"]

ISSUE_FIELD = "event-timeline-issue"
"""The field of a ``metadata`` record in which the collector says why it could not have the record's address."""

_HTML = re.compile(rb"(?:\s|<!--(?:(?!-->).)*+-->)*+<(?:!doctype|html|head|body|meta|title|\?xml)", re.DOTALL | re.IGNORECASE)
_ARC_LINE = re.compile(rb"(\S.*) (\S+) (\d{12,17}) (\S+) (-?\w+)\r?\n?")


def read(stream: BinaryIO, where: str, settings: Settings) -> Iterator[Draft | Issue]:
    """Articles of the pages (``response``, ``resource``) and plain texts (``conversion``) of an archive, and the issues that
    the collector noted in it; other records are passed over."""
    head = stream.read(11)
    records = (_arc_records if head.startswith(b"filedesc://") else _warc_records)(head, stream, where)
    silent = True
    for record in records:
        if isinstance(record, Issue):
            silent = silent and record.stage == "read"
            yield record
            continue
        here = f"{where}:{record.number}"
        try:
            draft: Draft | Issue | None = record.draft(here, settings)
        except ReadingError as error:
            draft = Issue("read", f"{error} ({(record.url or 'no URL')[:200]})", input=here)
        if draft is not None:
            silent = False
            yield draft
    if silent:
        yield Issue("read", "no page in the archive", input=where)


class _Record:
    """A captured document: address, time of capture, media type, charset, bytes."""

    __slots__ = ("charset", "data", "fetched", "media", "number", "status", "url")

    def __init__(self, number: int, url: str | None, fetched: datetime | None, media: str, data: bytes) -> None:
        self.number, self.url, self.fetched, self.media, self.data = number, url, fetched, media, data
        self.charset: str | None = None
        self.status: int | None = None

    def strip_http(self) -> None:
        """Take off an HTTP header that still stands before the document."""
        if not self.data.startswith(b"HTTP/"):
            return
        header, _, self.data = (
            self.data.replace(b"\r\n", b"\n", 100).partition(b"\n\n")
            if b"\r\n\r\n" not in self.data[:65536]
            else self.data.partition(b"\r\n\r\n")
        )
        status = re.match(rb"HTTP/\S+\s+(\d{3})", header)
        self.status = int(status.group(1)) if status else None
        media = re.search(rb"^content-type:\s*([^;\s]+)(?:.*?charset=[\"']?([\w.:-]+))?", header, re.IGNORECASE | re.MULTILINE)
        if media:
            self.media = media.group(1).decode("ascii", "replace").lower()
            self.charset = media.group(2).decode("ascii", "replace") if media.group(2) else None

    def draft(self, here: str, settings: Settings) -> Draft | None:
        """The article; ``None`` for what is no document of text (pictures, scripts, redirects, errors)."""
        if self.status is not None and self.status != 200:
            return None
        if len(self.data) > MAX_DOCUMENT:
            raise ReadingError(f"page larger than {MAX_DOCUMENT >> 20} MB")
        if self.media == "text/plain" and not _HTML.match(self.data):
            text = decode(self.data, self.charset).strip()
            return Draft(text=text, where=here, url=self.url, fetched=self.fetched) if len(text) > 200 else None
        if "html" in self.media or (not self.media and _HTML.match(self.data)):
            return draft_of_page(self.data, here, settings, url=self.url, charset=self.charset, fetched=self.fetched)
        return None


def _warc_records(head: bytes, stream: BinaryIO, where: str) -> Iterator[_Record | Issue]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    wanted = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion | WarcRecordType.metadata
    number = 0
    try:
        for record in ArchiveIterator(_Joined(head, stream), record_types=wanted, auto_decode="all", strict_mode=False):
            if record.record_type == WarcRecordType.metadata:
                yield from _noted(record)
                continue
            number += 1
            yield _warc_record(number, record, record.record_type == WarcRecordType.conversion)
    except (OSError, ValueError, RuntimeError, EOFError) as error:
        yield Issue("read", f"archive breaks off after {number} documents: {' '.join(str(error).split())[:100]}", input=where)


def _warc_record(number: int, record: Any, plain: bool) -> _Record:
    """``plain``: a ``conversion`` record, whose media type is its own, not that of the page it was made from."""
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ") or None
    media = (record.http_content_type or "").lower()
    if plain or (not media and not record.is_http):
        media = (record.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    found = _Record(number, url, _moment(record.headers.get("WARC-Date")), media, record.reader.read(MAX_DOCUMENT + 1))
    found.charset = record.http_charset
    if record.is_http and record.http_headers is not None:
        found.status = record.http_headers.status_code
    found.strip_http()
    return found


def _noted(record: Any) -> Iterator[Issue]:
    """What the collector says in a ``metadata`` record; those of other programs say nothing to us."""
    for line in decode(record.reader.read(65536)).splitlines():
        name, _, reason = line.partition(":")
        if name.strip().lower() == ISSUE_FIELD:
            yield Issue("collect", reason.strip(), input=(record.headers.get("WARC-Target-URI") or "").strip("<> ") or None)


class _Joined:
    """A stream from whose beginning some bytes were read, for readers that only read forward."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream, self._position = head, stream, 0

    def read(self, size: int = -1) -> bytes:
        data, self._head = self._head, b""
        if not data:
            data = self._stream.read(size)
        self._position += len(data)
        return data

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = 0) -> int:
        """Forward only, which is all that passing over a record takes."""
        target = offset if whence == 0 else self._position + offset
        while self._position < target and self.read(min(target - self._position, 1 << 16)):
            pass
        return self._position

    def close(self) -> None:
        self._stream.close()


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found.astimezone(UTC).replace(tzinfo=None) if found and found.tzinfo else found


def _arc_records(head: bytes, stream: BinaryIO, where: str) -> Iterator[_Record | Issue]:
    """ARC: a line ``URL IP date type length`` before each document."""
    number, line = 0, head + stream.readline(65536)
    while line:
        match = _ARC_LINE.fullmatch(line)
        length = int(match.group(5)) if match and match.group(5).isdigit() else -1
        if match is None or length < 0:
            if line.strip():
                yield Issue(
                    "read",
                    "archive breaks off: not the first line of an ARC record",
                    input=f"{where}:{number}",
                    text=decode(line[:80], partial=True),
                )
                return
            line = stream.readline(65536)
            continue
        data = stream.read(min(length, MAX_DOCUMENT + 1))
        left = length - len(data)
        while left > 0 and (skipped := stream.read(min(left, 1 << 20))):
            left -= len(skipped)
        number += 1
        if not match.group(1).startswith(b"filedesc://"):
            stamp = match.group(3)[:14].ljust(14, b"0").decode()
            record = _Record(
                number,
                match.group(1).decode("utf-8", "replace"),
                _stamp(stamp),
                match.group(4).decode("ascii", "replace").lower(),
                data,
            )
            record.strip_http()
            yield record
        if left > 0:
            yield Issue("read", f"archive breaks off within document {number}", input=where)
            return
        line = stream.readline(65536)


def _stamp(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S")
    except ValueError:
        return None
