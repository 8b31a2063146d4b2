"""CSV and TSV: a header line that names the columns, then an article a row."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from timeline.reading.decode import decode, encoding_of
from timeline.reading.draft import MAX_DOCUMENT, Draft, ReadingError
from timeline.reading.lines import bounded_lines
from timeline.reading.rows import columns_for, draft_from
from timeline.records import Issue
from timeline.settings import Settings

__all__ = ["read"]

csv.field_size_limit(MAX_DOCUMENT)


def read(stream: BinaryIO, where: str, settings: Settings) -> Iterator[Draft | Issue]:
    """Articles of a table with a header; the separator is the most frequent of comma, tab, semicolon and bar in the header."""
    lines = _Lines(stream)
    header_line = next(lines, "")
    lines.row_done()
    delimiter = max(",\t;|", key=header_line.count)
    header = next(csv.reader([header_line], delimiter=delimiter), [])
    columns = columns_for(header, settings.columns)
    if "text" not in columns:
        names = ", ".join(name.strip()[:30] for name in header[:12])
        yield Issue("read", f"no column that holds the text (map one: --map text=NAME); columns: {names}", input=where)
        return
    rows = csv.reader(lines, delimiter=delimiter)
    while True:
        here = f"{where}:{lines.number + 1}"
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            yield Issue("read", f"not a table row: {error}", input=here)
            lines.take_back()
            rows = csv.reader(lines, delimiter=delimiter)
            continue
        if lines.ended and lines.unclosed():
            yield Issue("read", "a quotation mark opens here and is never closed", input=here, text=",".join(row)[:80])
            lines.take_back()
            rows = csv.reader(lines, delimiter=delimiter)
        elif row:
            yield _draft(header, row, columns, here)
        lines.row_done()
    for number in lines.skipped:
        yield Issue("read", f"line longer than {MAX_DOCUMENT >> 20} MB", input=f"{where}:{number}")


def _draft(header: list[str], row: list[str], columns: dict[str, str], here: str) -> Draft | Issue:
    if len(row) == 1 and len(header) > 1 and not row[0].strip():
        return Issue("read", "a row of blanks", input=here)
    try:
        return draft_from(dict(zip(header, row, strict=False)), columns, here)
    except ReadingError as error:
        short = f" (the row has {len(row)} of {len(header)} columns)" if len(row) < len(header) else ""
        return Issue("read", f"{error}{short}", input=here)


class _Lines:
    """Decoded lines with their number; lines that are too long are noted and left out. A row's lines can be taken back but for the first."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = bounded_lines(stream)
        self._encoding = "utf-8"
        self._row: list[tuple[int, str]] = []
        self._again: deque[tuple[int, str]] = deque()
        self.number = 0
        self.ended = False
        self.skipped: list[int] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._again:
            self._row.append(self._again.popleft())
            self.number = self._row[-1][0]
            return self._row[-1][1]
        for number, line in self._lines:
            self.number = number
            if line is not None:
                self._row.append((number, self._decode(line)))
                return self._row[-1][1]
            self.skipped.append(number)
        self.ended = True
        raise StopIteration

    def row_done(self) -> None:
        """The lines read so far made a row."""
        self._row.clear()

    def unclosed(self) -> bool:
        """The lines of this row hold an odd number of quotation marks, and there are several."""
        return len(self._row) > 1 and sum(line.count('"') for _, line in self._row) % 2 == 1

    def take_back(self) -> None:
        """Give the lines of this row but the first once more."""
        self._again.extendleft(reversed(self._row[1:]))
        self._row.clear()
        self.number = self._again[0][0] - 1 if self._again else self.number
        self.ended = False

    def _decode(self, line: bytes) -> str:
        """One encoding for the file: UTF-8 until a line is not, from there on what that line is in."""
        if line.startswith(b"\xef\xbb\xbf"):
            line = line[3:]
        try:
            return line.decode(self._encoding)
        except UnicodeDecodeError:
            found = encoding_of(line)
            if self._encoding == "utf-8" and found != "utf-8":
                self._encoding = found
            return decode(line, self._encoding)
