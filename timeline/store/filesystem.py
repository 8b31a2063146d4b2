"""The few ways in which files of an OUT come to be, each durable and each a step at which a test may stop the process.

A file is complete or absent: it is written under a temporary name, synced, renamed, and its folder synced. Before every such step
(``write``, ``sync``, ``rename``, ``swap``, ``link``, ``remove``, ``append``, ``mkdir``) what :func:`hook` was given is called with its name
and path: nothing but in ``tests/test_crash.py``, which makes it raise or kill.
"""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from timeline.store.errors import UnwritableError

__all__ = [
    "TEMPORARY",
    "append_line",
    "durable",
    "hook",
    "link",
    "make_folder",
    "remove",
    "rename",
    "swap_link",
    "sync",
    "unwritable",
    "write_bytes",
]

TEMPORARY = ".tmp-"
"""Prefix of names that are not finished; anything so named is rubbish when no build is running."""

Fault = Callable[[str, Path], None]


def _no_fault(step: str, path: Path) -> None:
    """Nothing goes wrong on purpose."""


_fault: Fault = _no_fault


@contextmanager
def hook(fault: Fault) -> Iterator[None]:
    """Call ``fault(step, path)`` before every step, for tests of crash safety."""
    global _fault
    before, _fault = _fault, fault
    try:
        yield
    finally:
        _fault = before


@contextmanager
def unwritable(path: Path) -> Iterator[None]:
    """Turn what an operating system says about full disks and permissions into one line."""
    try:
        yield
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise
        reason = {
            errno.ENOSPC: "the disk is full",
            errno.EDQUOT: "the quota is used up",
            errno.EACCES: "permission denied",
            errno.EPERM: "permission denied",
            errno.EROFS: "the file system is read-only",
            errno.ENOTDIR: "a file stands where a folder should be",
            errno.EEXIST: "a file stands where a folder should be",
        }.get(error.errno or 0, error.strerror or str(error))
        raise UnwritableError(f"cannot write {path}: {reason}; what was published before is untouched") from error


def step(name: str, path: Path) -> None:
    """Announce a step to the hook."""
    _fault(name, path)


def make_folder(path: Path) -> Path:
    """Make a folder and its parents."""
    with unwritable(path):
        step("mkdir", path)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except FileNotFoundError as error:  # a link that leads nowhere, or a place where the system makes no folders
            raise UnwritableError(f"cannot make the folder {path}: {error.filename} leads nowhere") from error
    return path


def sync(path: Path) -> None:
    """Have a file or folder on the disk before going on."""
    with unwritable(path):
        step("sync", path)
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def rename(old: Path, new: Path) -> None:
    """Move within one file system, atomically, and sync the folder."""
    with unwritable(new):
        step("rename", new)
        old.replace(new)
    sync(new.parent)


@contextmanager
def durable(path: Path) -> Iterator[Path]:
    """A temporary name to write a file to; when the block ends it is synced and gets its name. On an error nothing is left."""
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{threading.get_ident()}-{path.name}")
    try:
        with unwritable(path):
            step("write", path)
            yield temporary
        sync(temporary)
        rename(temporary, path)
    except Exception:
        temporary.unlink(missing_ok=True)
        raise


def write_bytes(path: Path, data: bytes) -> None:
    """A small file, whole or not at all."""
    with durable(path) as temporary:
        temporary.write_bytes(data)


def append_line(path: Path, line: str) -> None:
    """A line at the end of a log, synced. A line torn by a crash is closed first, so that it spoils itself alone."""
    with unwritable(path), path.open("ab+") as stream:
        step("append", path)
        if stream.tell():
            stream.seek(-1, os.SEEK_END)
            if stream.read(1) != b"\n":
                stream.write(b"\n")
        stream.write(line.encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


def link(old: Path, new: Path) -> None:
    """The same file under a second name; a copy where the file system has no hard links."""
    with unwritable(new):
        step("link", new)
        try:
            os.link(old, new)
        except FileNotFoundError:
            raise
        except OSError:
            shutil.copyfile(old, new)


def swap_link(pointer: Path, target: str) -> None:
    """Point ``pointer`` at ``target`` (a relative path) in one step: a symbolic link, or a file where links are not to be had."""
    temporary = pointer.with_name(TEMPORARY + pointer.name)
    with unwritable(pointer):
        step("swap", pointer)
        temporary.unlink(missing_ok=True)
        try:
            temporary.symlink_to(target)
        except (OSError, NotImplementedError) as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT):
                raise
            temporary.write_text(target + "\n", encoding="utf-8")
            sync(temporary)
    rename(temporary, pointer)


def remove(path: Path) -> None:
    """Remove a file or a folder with all below it. A folder is first renamed, so that none is ever seen half-empty."""
    with unwritable(path):
        step("remove", path)
        if path.is_dir() and not path.is_symlink():
            doomed = path if path.name.startswith(TEMPORARY) else path.with_name(TEMPORARY + path.name)
            if doomed != path:
                path.replace(doomed)
            shutil.rmtree(doomed)
        else:
            path.unlink(missing_ok=True)
