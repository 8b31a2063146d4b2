"""``tag``, ``extract``, ``formats``: documents in, a line each out; neither pandas nor pyarrow is loaded."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

from timeline import pipeline, reading
from timeline.reading.decode import decode
from timeline.reading.sniff import HEAD, is_binary
from timeline.records import Article, Extraction, Issue
from timeline.settings import Settings
from timeline.views import jsonlines

__all__ = ["add_commands"]

_BLANKS = b"\xef\xbb\xbf \t\r\n"
"""What may stand before a document, a byte order mark included."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this family's commands."""
    tag = commands.add_parser("tag", help="time expressions of each document, as JSON lines, TimeML or coloured text")
    tag.add_argument("--format", choices=["jsonl", "timeml", "color"], default="jsonl")
    tag.add_argument("--explain", action="store_true", help="say in words why each value was chosen")
    tag.set_defaults(run=_tag)
    extract = commands.add_parser("extract", help="dated event mentions of each document, as JSON lines")
    extract.add_argument("--all-events", action="store_true", help="also events without a time expression of their own")
    extract.add_argument("--spacy", metavar="NAME", help="use this installed spaCy pipeline for tags, parse and entities")
    extract.set_defaults(run=_extract)
    for command in (tag, extract):
        command.add_argument(
            "input", nargs="?", default="-", help="JSON lines, a JSON document or a plain text file; default: standard input"
        )
        command.add_argument("--published", help="publication date of documents that name none")
        command.add_argument("--lang", help="language of documents that name none; default: detected")
    formats = commands.add_parser("formats", help="the input formats that build reads")
    formats.set_defaults(run=_formats)


def _settings(arguments: argparse.Namespace) -> Settings:
    settings = Settings(published=arguments.published, lang=arguments.lang, spacy=getattr(arguments, "spacy", None))
    reading.check(settings)
    if settings.spacy:
        from timeline import events  # takes as long to load as all that tagging needs

        events.check(settings)
    return settings


class _Failures:
    """Counts the lines that could not be read, each told in one line on standard error."""

    def __init__(self) -> None:
        self.count = 0

    def tell(self, where: str, reason: object) -> None:
        self.count += 1
        print(f"{where}: {reason}", file=sys.stderr)


def _articles(path: str, settings: Settings, failures: _Failures) -> Iterator[tuple[Article, list[Issue]]]:
    """Each document as an article, with what was wrong with its dates."""
    name = "standard input" if path == "-" else path
    opened = nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb")  # noqa: SIM115 - closed by the with below
    with opened as stream:
        for place, document in _documents(stream, Path(path).stem):
            where = f"{name}, {place}" if place else name
            try:
                yield reading.read_document(document(), settings, where)
            except ValueError as error:
                failures.tell(where, error)


def _documents(stream: BinaryIO | io.BufferedIOBase, name: str) -> Iterator[tuple[str, Callable[[], dict[str, Any]]]]:
    """Each document's place in the input and what gives it, or a ``ValueError``: JSON lines, one JSON value, else a text called ``name``."""
    first = _first_line(stream)
    lines: Iterator[bytes] = chain(first.splitlines(keepends=True), stream)
    begins = first.strip(_BLANKS)
    if begins[:1] == b"[" or begins == b"{":  # perhaps a value of several lines
        content = b"".join(lines)
        values = _whole(content)
        if values is not None:
            yield from ((f"document {number}", partial(_object, value)) for number, value in enumerate(values, 1))
            return
        lines = iter(content.splitlines(keepends=True))
    if begins[:1] == b"{":
        yield from ((f"line {number}", partial(_document, line)) for number, line in enumerate(lines, 1) if line.strip())
    else:
        yield "", partial(_plain_text, b"".join(lines), name)


def _first_line(stream: BinaryIO | io.BufferedIOBase) -> bytes:
    """The first line that is not blank, with what stands before it."""
    read = b""
    while not read.strip():
        line = stream.readline()
        if not line:
            break
        read += line
    return read


def _whole(content: bytes) -> list[Any] | None:
    """The documents of one JSON value, a list of them or a single one; ``None`` where it is neither."""
    try:
        value = json.loads(_decoded(content))
    except (ValueError, RecursionError):
        return None
    if isinstance(value, list):
        return value if any(isinstance(one, dict) for one in value) else None
    return [value]


def _plain_text(content: bytes, name: str) -> dict[str, Any]:
    if is_binary(content[:HEAD]):
        raise ValueError("a binary file, neither JSON lines nor plain text (what timeline build reads: timeline formats)")
    return {"text": decode(content), "id": name}


def _document(line: bytes) -> dict[str, Any]:
    try:
        return _object(json.loads(_decoded(line)))
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def _decoded(content: bytes) -> str:
    return content.decode("utf-8-sig", errors="replace")


def _tag(arguments: argparse.Namespace) -> int:
    settings, failures = _settings(arguments), _Failures()
    for article, issues in _articles(arguments.input, settings, failures):
        extraction = pipeline.tag(article, settings)
        extraction.issues[:0] = issues
        _answer(_shown(extraction, arguments), arguments)
    return bool(failures.count)


def _answer(text: str, arguments: argparse.Namespace) -> None:
    """Write what became of a document; at once to who may be waiting for it before the next is sent."""
    sys.stdout.write(text)
    if arguments.input == "-":
        sys.stdout.flush()


def _shown(extraction: Extraction, arguments: argparse.Namespace) -> str:
    if arguments.format == "timeml":
        from timeline.views.timeml import timeml

        return timeml(extraction) + "\n"
    if arguments.format == "color":
        from timeline.views.color import color

        return color(extraction, explain=arguments.explain) + "\n"
    return _line(jsonlines.tag_line(extraction, explain=arguments.explain))


def _line(document: dict[str, Any]) -> str:
    # A lone surrogate cannot be written as UTF-8; escaped it is still the same JSON.
    text = json.dumps(document, ensure_ascii=False)
    return (text if text.isprintable() or _encodes(text) else json.dumps(document)) + "\n"


def _encodes(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _extract(arguments: argparse.Namespace) -> int:
    settings, failures = _settings(arguments), _Failures()
    read = _articles(arguments.input, settings, failures)
    by_line = arguments.input == "-"  # who writes to us line by line is answered so
    for some in ([one] for one in read) if by_line else pipeline.together(read, itemgetter(0)):
        extractions = pipeline.extract_all([article for article, _ in some], settings, every=arguments.all_events)
        for extraction, (_, issues) in zip(extractions, some, strict=True):
            extraction.issues[:0] = issues
            _answer(_line(jsonlines.extract_line(extraction, arguments.all_events)), arguments)
    return bool(failures.count)


def _formats(arguments: argparse.Namespace) -> int:
    known = reading.formats()
    widths = [max(len(form[column]) for form in known) for column in (0, 1)]
    for name, endings, about in known:
        print(f"{name:{widths[0]}}  {endings:{widths[1]}}  {about}")
    return 0
