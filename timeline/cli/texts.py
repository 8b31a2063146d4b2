"""``tag``, ``extract``, ``formats``: one document a line in, one a line out; neither pandas nor pyarrow is loaded."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

from timeline import pipeline, reading
from timeline.records import Article, Extraction, Issue
from timeline.settings import Settings
from timeline.views import jsonlines

__all__ = ["add_commands"]


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
        command.add_argument("input", nargs="?", default="-", help="JSON lines or a plain text file; default: standard input")
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
        first = _first_line(stream)
        if not first.lstrip(b"\xef\xbb\xbf").startswith(b"{"):
            yield reading.read_document({"text": _decoded(first + stream.read()), "id": Path(path).stem}, settings, name)
            return
        lines = _lines(first, stream)
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield reading.read_document(_document(line), settings, f"{name}, line {number}")
                except ValueError as error:
                    failures.tell(f"{name}, line {number}", error)


def _first_line(stream: BinaryIO | io.BufferedIOBase) -> bytes:
    """The first line that is not blank, with what stands before it."""
    read = b""
    while not read.strip():
        line = stream.readline()
        if not line:
            break
        read += line
    return read


def _lines(first: bytes, rest: BinaryIO | io.BufferedIOBase) -> Iterator[bytes]:
    yield from first.splitlines(keepends=True)
    yield from rest


def _decoded(content: bytes) -> str:
    return content.decode("utf-8-sig", errors="replace")


def _document(line: bytes) -> dict[str, Any]:
    try:
        document = json.loads(_decoded(line))
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(document, dict):
        raise ValueError("not a JSON object")
    return document


def _tag(arguments: argparse.Namespace) -> int:
    settings, failures = _settings(arguments), _Failures()
    for article, issues in _articles(arguments.input, settings, failures):
        extraction = pipeline.tag(article, settings)
        extraction.issues[:0] = issues
        sys.stdout.write(_shown(extraction, arguments))
    return bool(failures.count)


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
            sys.stdout.write(_line(jsonlines.extract_line(extraction, arguments.all_events)))
    return bool(failures.count)


def _formats(arguments: argparse.Namespace) -> int:
    known = reading.formats()
    widths = [max(len(form[column]) for form in known) for column in (0, 1)]
    for name, endings, about in known:
        print(f"{name:{widths[0]}}  {endings:{widths[1]}}  {about}")
    return 0
