"""OUT and INPUT on object stores (``s3://``, ``gs://``, ``az://`` …), through obstore.

A build works in a local folder that mirrors the store: it fetches what it needs, works as on any disk, sends the new files (their names
are new, so nobody sees them) and last swaps the pointer object ``current`` with a conditional put: of two builds that started from
the same pointer one wins, the other publishes nothing. Credentials come from the environment, as obstore reads it; they and what a
server says in its errors never reach a message, a log or a manifest.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from timeline.reading.draft import Source
from timeline.reading.sources import Opener
from timeline.records import Issue
from timeline.store import filesystem
from timeline.store.errors import ConflictError, MissingError, StoreError, UnreachableError
from timeline.store.layout import Layout

if TYPE_CHECKING:
    from obstore.store import ObjectStore

__all__ = ["SCHEMES", "Fetched", "fetched", "is_url", "openers", "shown", "workspace"]

SCHEMES = ("s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss")
"""URL schemes of object stores."""

_URL = re.compile(r"([a-z][a-z0-9]*)://", re.IGNORECASE)
_POINTER = "current"
_BLOCK = 8 << 20


def is_url(out: str | Path) -> bool:
    """Whether this names an object store and not a folder."""
    return isinstance(out, str) and bool(_URL.match(out))


def shown(name: str) -> str:
    """A name for logs and manifests: of a URL neither user nor query, where secrets may stand."""
    if not _URL.match(name):
        return name
    scheme, _, rest = name.partition("://")
    host, slash, path = re.split(r"[?#]", rest, maxsplit=1)[0].partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def _store(url: str, retries: int = 4) -> ObjectStore:
    from obstore.store import from_url

    found = _URL.match(url)
    if found is None or found[1].lower() not in SCHEMES:
        raise StoreError(f"{shown(url)}: not a kind of object store that is known; known: {', '.join(SCHEMES)}")
    if shown(url) != url:
        raise StoreError(f"{shown(url)}: credentials and options do not belong into the URL: set them in the environment")
    with _understood(url):
        return from_url(url.rstrip("/"), retry_config={"max_retries": retries, "retry_timeout": timedelta(seconds=60)})


@contextmanager
def _understood(url: str, path: str = "") -> Iterator[None]:
    """Errors of obstore as ours. What the server said is left out: it may quote keys and signatures."""
    from obstore import exceptions

    where = shown(url) + (f"/{path}" if path else "")
    try:
        yield
    except FileNotFoundError:
        raise MissingError(f"{where} is not there (or its bucket is not)") from None
    except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError):
        raise UnreachableError(
            f"{where}: the object store does not let us in: check the credentials in the environment"
        ) from None
    except (exceptions.AlreadyExistsError, exceptions.PreconditionError):
        raise ConflictError(f"{shown(url)}: another build published meanwhile; nothing was published: build again") from None
    except exceptions.BaseError as error:
        raise UnreachableError(f"{where}: the object store cannot be used ({type(error).__name__})") from None


class Mirror:
    """An object store and a local folder that holds some of its objects under the same names."""

    def __init__(self, url: str, folder: Path, retries: int = 4) -> None:
        self.url, self.folder = url.rstrip("/"), folder
        self._store = _store(url, retries)
        self._fetched: dict[str, tuple[int, int]] = {}
        self._tag: str | None = None

    def names(self, prefix: str = "") -> list[str]:
        """The objects below a prefix."""
        import obstore

        with _understood(self.url):
            return sorted(item["path"] for batch in obstore.list(self._store, prefix or None) for item in batch)

    def fetch(self, name: str) -> Path:
        """Have an object as a local file."""
        import obstore

        path = self.folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with _understood(self.url, name), filesystem.durable(path) as unfinished, unfinished.open("wb") as stream:
                for block in obstore.get(self._store, name).stream(min_chunk_size=_BLOCK):
                    stream.write(block)
        self._fetched[name] = _stamp(path)
        return path

    def pull(self, folder: Path) -> None:
        """Have all objects of a folder as local files."""
        for name in self.names(f"{folder.relative_to(self.folder).as_posix()}/"):
            self.fetch(name)

    def pointer(self) -> str | None:
        """The version that the pointer object names; its tag is kept for :meth:`swap`."""
        import obstore

        try:
            with _understood(self.url, _POINTER):
                found = obstore.get(self._store, _POINTER)
                self._tag = found.meta["e_tag"]
                return bytes(found.bytes()).decode().strip()
        except MissingError:
            self._tag = None
            return None

    def swap(self, target: str) -> None:
        """Point at a version if the pointer is still what :meth:`pointer` saw; :class:`ConflictError` where it is not."""
        import obstore

        filesystem.step("swap", self.folder / _POINTER)
        mode: Any = "create" if self._tag is None else {"e_tag": self._tag}
        with _understood(self.url, _POINTER):
            self._tag = obstore.put(self._store, _POINTER, target.encode(), mode=mode)["e_tag"]

    def send(self, name: str) -> None:
        """Put a local file under its name."""
        import obstore

        path = self.folder / name
        filesystem.step("write", path)
        with _understood(self.url, name):
            obstore.put(self._store, name, path)

    def drop(self, names: list[str]) -> None:
        """Delete objects."""
        import obstore

        if names:
            with _understood(self.url):
                obstore.delete(self._store, names)

    def changes(self) -> tuple[list[str], list[str]]:
        """Names of local files that are new or changed, and of fetched ones that are gone."""
        local = {
            path.relative_to(self.folder).as_posix(): path
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.is_symlink() and not path.name.startswith(".")
        }
        local = {name: path for name, path in local.items() if not name.startswith("cache/staging/") and name != _POINTER}
        new = [name for name, path in local.items() if self._fetched.get(name) != _stamp(path)]
        return new, [name for name in self._fetched if name not in local and name != _POINTER]


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


@contextmanager
def workspace(out: str | Path, *, versions: bool = False) -> Iterator[Layout]:
    """The folder to work in: OUT itself, or a mirror of an object store, whose changes are sent when the block ends well.

    ``versions``: with all versions, not only the current one (what the others hold is not needed to build). Raises
    :class:`ConflictError` where another build was faster.
    """
    if not is_url(out):
        yield Layout(out)
        return
    with tempfile.TemporaryDirectory(prefix="timeline-") as temporary:
        mirror = Mirror(str(out), Path(temporary))
        layout = Layout(mirror.folder, mirror.url, mirror.pull)
        layout.create()
        target = _pull(mirror, versions)
        if target is not None:
            filesystem.swap_link(layout.pointer, target)
        yield layout
        _push(mirror, layout, target)


def _pull(mirror: Mirror, versions: bool) -> str | None:
    target = mirror.pointer()
    for name in mirror.names():
        is_version = name.startswith("versions/")
        if name != _POINTER and (not is_version or versions or (target is not None and name.startswith(f"{target}/"))):
            mirror.fetch(name)
        elif is_version:
            (mirror.folder / name).parent.mkdir(parents=True, exist_ok=True)
    return target


def _push(mirror: Mirror, layout: Layout, before: str | None) -> None:
    """New files first, then the pointer, then the log of runs and what is to go: whatever stops this, readers see the old or the new."""
    new, gone = mirror.changes()
    current = layout.current()
    late = [name for name in new if name == layout.runs.name]
    for name in new:
        if name not in late:
            mirror.send(name)
    if current is not None and f"versions/{current}" != before:
        try:
            mirror.swap(f"versions/{current}")
        except ConflictError:
            mirror.drop([name for name in new if name.startswith(("versions/", "manifests/"))])
            raise
    for name in late:
        mirror.send(name)
    mirror.drop(gone)


class Fetched:
    """An OUT for reading: a folder, or what was fetched of an object store."""

    def __init__(self, out: str | Path) -> None:
        self._mirror: Mirror | None = None
        if is_url(out):
            self._temporary = tempfile.TemporaryDirectory(prefix="timeline-")  # goes when this object goes
            self._mirror = Mirror(str(out), Path(self._temporary.name))
            self.layout = Layout(self._mirror.folder)
            target = self._mirror.pointer()
            if target is None:
                raise MissingError(f"{shown(str(out))} holds no published timeline yet")
            for name in self._mirror.names():
                if name.startswith("manifests/") or ("/" not in name and name != _POINTER):
                    self._mirror.fetch(name)
            self.layout.versions.mkdir(exist_ok=True)
            filesystem.swap_link(self.layout.pointer, target)
            for manifest in self.layout.manifests.glob("*.json"):
                (self.layout.versions / manifest.stem).mkdir(exist_ok=True)
        else:
            self.layout = Layout(out)

    def resolve(self, version: str | None = None) -> str:
        """Where a version lies: its folder, or its URL."""
        folder = self.layout.version(version)
        return str(folder.resolve()) if self._mirror is None else f"{self._mirror.url}/versions/{folder.name}"

    def folder(self, version: str | None = None) -> Path:
        """A local folder that holds a version."""
        folder = self.layout.version(version)
        if self._mirror is None:
            return folder.resolve()
        for name in self._mirror.names(f"versions/{folder.name}/"):
            self._mirror.fetch(name)
        return folder


def fetched(out: str | Path) -> Fetched:
    """An OUT for reading."""
    return Fetched(out)


def openers() -> Mapping[str, Opener]:
    """Readers of inputs on object stores, by URL scheme."""
    return dict.fromkeys(SCHEMES, _sources)


def _sources(url: str) -> Iterator[Source | Issue]:
    """The objects that a URL names: itself, or all below it, sorted by name."""
    import obstore

    bucket, _, path = url.partition("://")[2].partition("/")
    root = f"{url.partition('://')[0]}://{bucket}"
    try:
        store = _store(root)
        with _understood(url):
            names = sorted(item["path"] for batch in obstore.list(store, path.rstrip("/") or None) for item in batch)
        if not names and path:  # a prefix ends at a slash for the store: an object is found by its name
            with _understood(url):
                names = [obstore.head(store, path)["path"]]
    except StoreError as error:
        yield Issue("read", str(error), input=shown(url))
        return
    for name in names:
        if not name.rpartition("/")[2].startswith("."):
            yield Source(f"{root}/{name}", lambda name=name: _open(store, root, name))  # type: ignore[misc]


def _open(store: ObjectStore, root: str, name: str) -> BinaryIO:
    import obstore

    try:
        with _understood(root, name):
            return cast(BinaryIO, io.BufferedReader(_Raw(obstore.open_reader(store, name, buffer_size=_BLOCK)), _BLOCK))
    except StoreError as error:
        raise OSError(None, str(error)) from None


class _Raw(io.RawIOBase):
    """obstore's reader as Python's own kind of stream."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._reader.seek(offset, whence)
        return int(self._reader.tell())

    def tell(self) -> int:
        return int(self._reader.tell())

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        data = self._reader.read(len(view))
        view[: len(data)] = memoryview(data)
        return len(data)
