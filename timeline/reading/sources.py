"""From what the user names (files, folders, globs, ``-``, URLs of a registered scheme) to inputs that can be opened, in a fixed order."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from glob import has_magic, iglob
from pathlib import Path
from typing import BinaryIO

from timeline.reading.draft import Source
from timeline.records import Issue

__all__ = ["Opener", "expand"]

Opener = Callable[[str], Iterable[Source | Issue]]
"""Takes an input such as ``s3://bucket/prefix`` and gives the sources below it, in a fixed order."""


def expand(inputs: Sequence[str], openers: Mapping[str, Opener] | None = None) -> Iterator[Source | Issue]:
    """The sources that ``inputs`` name, each once, in the order given; folders and globs sorted by name.

    Files and folders whose name begins with a dot are left out, links to folders are not followed. What does not exist or cannot
    be listed becomes an :class:`Issue`. ``openers`` maps a URL scheme (``s3``) to the function that lists it.
    """
    seen: set[str] = set()
    for name in inputs:
        for found in _expand_one(name, openers or {}):
            if isinstance(found, Issue):
                yield found
            elif found.name not in seen:
                seen.add(found.name)
                yield found


def _expand_one(name: str, openers: Mapping[str, Opener]) -> Iterator[Source | Issue]:
    scheme, separator, _ = name.partition("://")
    if name == "-":
        yield Source("-", _standard_input)
    elif separator and scheme.lower() in openers:
        yield from openers[scheme.lower()](name)
    elif separator and scheme.isalnum():
        yield Issue("read", f"no reader for {scheme}:// inputs", input=name)
    elif "\0" in name or not name:
        yield Issue("read", "not a file name", input=name.replace("\0", "\\0"))
    else:
        yield from _expand_path(name)


def _expand_path(name: str) -> Iterator[Source | Issue]:
    path = Path(name)
    try:
        if path.is_dir():
            yield from _some_of(_walk(name), name)
        elif path.exists():
            yield _file(name)
        elif has_magic(name):
            matches = sorted(iglob(name, recursive=True))  # noqa: PTH207 - also absolute patterns
            if not matches:
                yield Issue("read", "no file matches", input=name)
            for match in matches:
                yield from _walk(match) if Path(match).is_dir() and "**" not in name else _files_only(match)
        else:
            yield Issue("read", "no such file or folder", input=name)
    except OSError as error:
        yield Issue("read", f"cannot be opened: {error.strerror or error}", input=name)


def _some_of(found: Iterator[Source | Issue], name: str) -> Iterator[Source | Issue]:
    """What a folder holds, or an Issue where it holds nothing: so looks the place of a share that is not mounted."""
    first = next(found, None)
    yield first if first is not None else Issue("read", "no file in this folder", input=name)
    yield from found


def _files_only(name: str) -> Iterator[Source]:
    if not Path(name).is_dir():
        yield _file(name)


def _walk(folder: str) -> Iterator[Source | Issue]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        yield Issue("read", f"folder cannot be listed: {error.strerror or error}", input=folder)
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path)
        elif entry.is_file():
            yield _file(entry.path)
        elif entry.is_symlink() and not Path(entry.path).exists():
            yield Issue("read", "a link that leads nowhere", input=entry.path)


def _file(name: str) -> Source:
    return Source(Path(name).as_posix(), lambda: _open_regular(name))


def _open_regular(name: str) -> BinaryIO:
    """A named pipe or a device would block for ever, so only regular files and pipes that the shell hands over are opened."""
    path = Path(name)
    if not path.is_file() and not name.startswith("/dev/"):
        raise OSError(None, "not a regular file")
    return path.open("rb")


def _standard_input() -> BinaryIO:
    return sys.stdin.buffer
