"""The command line, a thin shell over the face of the library: one module a family of commands."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

__all__ = ["main", "parser"]

# Each family adds its commands to the parser and is the only one imported to run them: ``tag`` must not wait for pandas.
_FAMILIES = {
    "timeline.cli.texts": ("tag", "extract", "formats"),
    "timeline.cli.building": ("build", "status"),
    "timeline.cli.looking": ("show", "top", "sql", "path", "report", "columns"),
    "timeline.cli.versions": ("history", "diff", "rollback", "verify", "prune", "forget"),
}


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """The argument parser; with ``only``, just the family that holds that command (its siblings are not imported)."""
    top = argparse.ArgumentParser(prog="timeline", description="What happened when: dated events from news articles, as Parquet.")
    top.add_argument(
        "--version", dest="show_version", action="store_true", help="print the version of the package and of the pipeline"
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    for module, names in _FAMILIES.items():
        if only is None or only in names:
            import_module(module).add_commands(commands)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 done with errors told on standard error, 2 wrong usage."""
    argv = sys.argv[1:] if argv is None else argv
    try:
        return _told_to(argv)
    except KeyboardInterrupt:
        print("timeline: stopped", file=sys.stderr)
        return 130


def _told_to(argv: list[str]) -> int:
    known = {name for names in _FAMILIES.values() for name in names}
    top = parser(argv[0] if argv and argv[0] in known else None)
    arguments = top.parse_args(argv)
    if arguments.show_version:
        return _version()
    if not arguments.command:
        top.print_help()
        return 2
    return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    try:
        return int(arguments.run(arguments) or 0)
    except BrokenPipeError:  # the reader (head, less) left; what it wanted it has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (OSError, ValueError) as error:  # every error of ours is one of these, worded for the user
        print(f"timeline {arguments.command}: {_told(error)}", file=sys.stderr)
        return 1


def _told(error: OSError | ValueError) -> str:
    """An error in one line; one of the operating system as the file and what is wrong with it."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror.lower()}"
    return " ".join(str(error).split())


def _version() -> int:
    from importlib.metadata import PackageNotFoundError, version

    from timeline.store.pipeline_version import pipeline_version

    try:
        package = version("event-timeline")
    except PackageNotFoundError:
        package = "not installed"
    print(f"event-timeline {package}, pipeline {pipeline_version()}")
    return 0
