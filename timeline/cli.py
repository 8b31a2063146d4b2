"""The command line, a thin shell over the face of the library."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator

from timeline import pipeline
from timeline.reading import article_from
from timeline.settings import Settings
from timeline.views import jsonlines

__all__ = ["main"]


def _documents(lines: Iterable[str]) -> Iterator[dict[str, object]]:
    yield from (json.loads(line) for line in lines if line.strip())


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="timeline", description="Dated events from news articles.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("tag", "extract"):
        command = commands.add_parser(name)
        command.add_argument("input", nargs="?", default="-")
        if name == "extract":
            command.add_argument("--all-events", action="store_true")
    arguments = parser.parse_args(argv)
    stream = sys.stdin if arguments.input == "-" else open(arguments.input, encoding="utf-8")  # noqa: SIM115
    for document in _documents(stream):
        article = article_from(document, Settings())
        if arguments.command == "tag":
            line = jsonlines.tag_line(pipeline.tag(article))
        else:
            line = jsonlines.extract_line(pipeline.extract(article), arguments.all_events)
        print(json.dumps(line, ensure_ascii=False))
    return 0
