"""JSON: a document a line, one document, an array of them, or an object that holds such an array; JSON Feed."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from timeline.reading.decode import decode
from timeline.reading.draft import MAX_DOCUMENT, Draft, ReadingError
from timeline.reading.lines import bounded_lines
from timeline.reading.rows import columns_for, draft_from
from timeline.records import Issue
from timeline.settings import Settings

__all__ = ["read"]

_WHOLE = 4 * MAX_DOCUMENT
"""Bytes of the largest JSON file that is one value, which has to be held in memory whole."""
_LISTS = ("articles", "items", "documents", "docs", "data", "results", "entries", "news", "rows", "response")


def read(stream: BinaryIO, where: str, settings: Settings) -> Iterator[Draft | Issue]:
    """Articles of a JSON or JSON Lines file; a line that is none becomes an issue naming its number."""
    first = stream.readline(MAX_DOCUMENT + 1)
    while first and not first.strip(b"\xef\xbb\xbf \t\r\n"):
        first = stream.readline(MAX_DOCUMENT + 1)
    if not _begins_a_value(first):
        yield from _lines(itertools.chain(_first_line(first, stream), _numbered(stream)), where, settings)
        return
    data = first + stream.read(_WHOLE)
    if len(data) > _WHOLE:
        yield Issue("read", f"one JSON value of more than {_WHOLE >> 20} MB; give one document a line", input=where)
        return
    try:
        value = json.loads(decode(data))
    except (ValueError, RecursionError) as error:
        lines = data.splitlines(keepends=True)
        if any(line.lstrip().startswith(b"{") and line.rstrip().endswith(b"}") for line in lines[1:]):
            yield from _lines(enumerate(lines, 1), where, settings)
        else:
            yield Issue("read", f"not JSON: {_short(error)}", input=where)
        return
    yield from _whole(value, where, settings)


def _begins_a_value(line: bytes) -> bool:
    """A first line that begins a value of several lines, or a list; otherwise the file holds a document a line."""
    text = line.lstrip(b"\xef\xbb\xbf \t\r\n").rstrip()
    if text[:1] == b"[" or len(text) == 1:
        return True
    return text[-1:] in b",[{:" or b"jsonfeed.org" in text[:200]


def _first_line(line: bytes, stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    if len(line) <= MAX_DOCUMENT:
        yield 1, line
        return
    while line and not line.endswith(b"\n"):
        line = stream.readline(1 << 20)
    yield 1, None


def _numbered(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    return ((number + 1, line) for number, line in bounded_lines(stream))


def _lines(lines: Iterable[tuple[int, bytes | None]], where: str, settings: Settings) -> Iterator[Draft | Issue]:
    for number, line in lines:
        here = f"{where}:{number}"
        if line is None:
            yield Issue("read", f"line longer than {MAX_DOCUMENT >> 20} MB", input=here)
        elif line.strip(b"\xef\xbb\xbf\0 \t\r\n\x1e"):
            try:
                value = json.loads(decode(line).strip("\0 \t\r\n\x1e"))
            except (ValueError, RecursionError) as error:
                yield Issue("read", f"not JSON: {_short(error)}", input=here, text=decode(line[:80], partial=True))
                continue
            yield from (
                _whole(value, here, settings) if _rows(value) and isinstance(value, dict) else (_document(value, here, settings),)
            )


def _whole(value: Any, where: str, settings: Settings) -> Iterator[Draft | Issue]:
    if isinstance(value, dict) and "jsonfeed.org" in str(value.get("version", "")):
        from timeline.reading.readers.feed import json_feed

        yield from json_feed(value, where)
        return
    rows = _rows(value)
    if rows is None:
        yield _document(value, where, settings)
        return
    if not rows:
        yield Issue("read", "an empty list: no articles", input=where)
    for number, row in enumerate(rows, 1):
        yield _document(row, f"{where}:{number}", settings)


def _rows(value: Any) -> list[Any] | None:
    """The list of documents that ``value`` is or holds; ``None`` where it is one document itself."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and "text" not in columns_for(value):
        for name in _LISTS:
            inner = value.get(name)
            if isinstance(inner, list) and any(isinstance(row, dict) for row in inner):
                return inner
    return None


def _document(value: Any, where: str, settings: Settings) -> Draft | Issue:
    if not isinstance(value, Mapping):
        return Issue("read", f"a JSON {_TYPES.get(type(value), 'value')}, not a document (object)", input=where)
    try:
        return draft_from(value, columns_for(value, settings.columns), where)
    except ReadingError as error:
        return Issue("read", str(error), input=where)


_TYPES: dict[type, str] = {list: "list", str: "string", int: "number", float: "number", bool: "truth value", type(None): "null"}


def _short(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())[:150]
