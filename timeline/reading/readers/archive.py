"""Zip and tar archives of anything that is read; nothing is unpacked to disk, and what would grow without bound is refused."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from timeline.reading.draft import Source
from timeline.records import Issue
from timeline.settings import Settings

__all__ = ["read_tar", "read_zip"]

_MEMBERS = 1_000_000
_ALWAYS = 256 << 20
_RATIO = 200
"""Beyond 256 MB in all, more than 200 bytes out for one in is a bomb."""


def read_zip(stream: BinaryIO, where: str, settings: Settings) -> Iterator[Issue | Source]:
    """The members of a zip archive, sorted by name."""
    try:
        archive = zipfile.ZipFile(stream)
        members = sorted(archive.infolist(), key=lambda member: member.filename)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError) as error:
        yield Issue("read", f"damaged zip archive: {' '.join(str(error).split())[:100]}", input=where)
        return
    names = {member.filename for member in members}
    if "[Content_Types].xml" in names or "mimetype" in names:
        yield Issue("read", "an office document or e-book, which is not a format that is read", input=where)
        return
    packed = plain = 0
    for member in members[:_MEMBERS]:
        here = f"{where}/{member.filename}"
        if plain + member.file_size > _ALWAYS and plain + member.file_size > _RATIO * max(packed + member.compress_size, 1):
            yield Issue("read", f"compressed more than {_RATIO} times: refused as a bomb", input=here)
            continue
        packed, plain = packed + member.compress_size, plain + member.file_size
        problem = _problem(member.filename)
        if member.is_dir() or problem is None:
            continue
        if problem or member.flag_bits & 1:
            yield Issue("read", problem or "encrypted", input=here)
        else:
            yield Source(here, partial(_open_member, archive, member))
    if len(members) > _MEMBERS:
        yield Issue("read", f"more than {_MEMBERS} members: the others are left out", input=where)


def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> BinaryIO:
    try:
        return cast(BinaryIO, archive.open(member))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, ValueError) as error:
        raise OSError(None, f"damaged member: {error}") from error


def read_tar(stream: BinaryIO, where: str, settings: Settings) -> Iterator[Issue | Source]:
    """The regular files of a tar archive, in the archive's order (it is read once, from front to back)."""
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for number, member in enumerate(archive):
                problem = _problem(member.name)
                if not member.isreg() or problem is None:
                    continue
                here = f"{where}/{member.name}"
                if number >= _MEMBERS:
                    yield Issue("read", f"more than {_MEMBERS} members: the others are left out", input=where)
                    return
                if problem or (member.sparse is not None and member.size > _ALWAYS):
                    yield Issue("read", problem or "a sparse file: refused as a bomb", input=here)
                    continue
                yield Source(here, cast(Callable[[], BinaryIO], partial(archive.extractfile, member)))
    except (tarfile.TarError, ValueError, EOFError, zlib.error, OverflowError) as error:
        yield Issue("read", f"damaged tar archive: {' '.join(str(error).split())[:100]}", input=where)


def _problem(name: str) -> str | None:
    """Empty where a member's name is fine, ``None`` where it is passed over in silence, else why it is refused."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in (path.parts[0] if path.parts else ""):
        return "its name leads out of the archive"
    if any(part.startswith(".") or part == "__MACOSX" for part in path.parts):
        return None
    return ""
