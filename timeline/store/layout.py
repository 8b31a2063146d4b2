"""Where things lie in an OUT, and the one pointer to the current version.

OUT/current → versions/<id>    versions/<id>/<table>/…parquet    manifests/<id>.json    runs.jsonl    forgotten.jsonl    cache/
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from timeline.store import filesystem
from timeline.store.errors import CorruptError, MissingError, UnwritableError

__all__ = ["Layout", "canonical_json"]

_VERSION = re.compile(r"v(\d{6,})-[0-9a-f]{12}")


def canonical_json(value: Any) -> str:
    """JSON that is the same for equal content: keys sorted, no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Layout:
    """The paths of an OUT. Nothing is made until :meth:`create`.

    ``url`` is the object store that this folder mirrors, if it does; ``pull`` has what others put into a folder there meanwhile.
    """

    def __init__(self, out: str | Path, url: str | None = None, pull: Callable[[Path], None] = lambda _: None) -> None:
        if not str(out).strip():
            raise MissingError("OUT has no name: name a folder, or . for this one")
        self.url, self.pull = url, pull
        self.root = Path(out)
        self.pointer = self.root / "current"
        self.versions = self.root / "versions"
        self.manifests = self.root / "manifests"
        self.runs = self.root / "runs.jsonl"
        self.forgotten = self.root / "forgotten.jsonl"
        self.cache = self.root / "cache"
        self.packs = self.cache / "extracted"
        self.profiles = self.cache / "profiles"
        self.merged = self.cache / "merged"
        self.reads = self.cache / "reads"
        self.staging = self.cache / "staging"
        self.lock = self.root / ".lock"

    @property
    def caches(self) -> tuple[Path, ...]:
        """The folders of packs."""
        return self.packs, self.profiles, self.merged, self.reads

    def create(self) -> None:
        """Make the folders; :class:`UnwritableError` where OUT is a file or may not be written."""
        if self.root.exists() and not self.root.is_dir():
            raise UnwritableError(f"{self.root} is a file, not a folder: choose another output")
        for folder in (self.versions, self.manifests, *self.caches, self.staging):
            if not folder.is_dir():
                filesystem.make_folder(folder)

    def require(self, *, published: bool = False) -> None:
        """:class:`MissingError` where there is no OUT, or nothing ``published`` in it."""
        if not self.root.is_dir():
            what = "is a file, not the folder of a timeline" if self.root.exists() else "is not there: build a timeline first"
            raise MissingError(f"{self.root} {what}")
        if published and not self.version_ids():
            raise MissingError(f"{self.root} holds no published timeline yet")

    def current(self) -> str | None:
        """The id of the current version, ``None`` before the first. The pointer is read once."""
        try:
            target = self.pointer.readlink() if self.pointer.is_symlink() else Path(self.pointer.read_text("utf-8").strip())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise CorruptError(f"{self.pointer} cannot be read: {error.strerror}") from error
        return target.name or None

    def version_ids(self) -> list[str]:
        """The complete versions that are there, oldest first."""
        if not self.versions.is_dir():
            return []
        found = [p.name for p in self.versions.iterdir() if _VERSION.fullmatch(p.name) and self.manifest_path(p.name).is_file()]
        return sorted(found, key=number)

    def manifest_path(self, version: str) -> Path:
        """Where the manifest of a version lies."""
        return self.manifests / f"{version}.json"

    def manifest(self, version: str) -> dict[str, Any]:
        """The manifest of a version; :class:`MissingError` or :class:`CorruptError` where it cannot be had."""
        try:
            loaded = json.loads(self.manifest_path(version).read_text("utf-8"))
        except FileNotFoundError:
            raise MissingError(f"{self.root} has no version {version}; see timeline history") from None
        except (OSError, ValueError) as error:
            path = self.manifest_path(version)
            raise CorruptError(
                f"the manifest of {version} in {self.root} is damaged: {error}; remove {path} and build again"
            ) from error
        if not isinstance(loaded, dict):
            raise CorruptError(f"the manifest of {version} in {self.root} is damaged: not an object")
        return loaded

    def version(self, version: str | None = None) -> Path:
        """The folder of a version, by default of the current one; a unique beginning of an id will do."""
        self.require()
        if version is None:
            version = self.current()
            if version is None:
                raise MissingError(f"{self.root} holds no published timeline yet")
            if not (self.versions / version).is_dir():
                raise CorruptError(f"{self.root}: the current version {version} is missing; build again or roll back")
            return self.versions / version
        return self.versions / self.find(version)

    def find(self, name: str) -> str:
        """The id that ``name`` abbreviates: an id, its beginning, its number, or ``current``."""
        known = self.version_ids()
        if name == "current":
            return self.version().name
        matches = [v for v in known if v == name] or [
            v for v in known if v.startswith(name) or (name.lstrip("v").isdigit() and number(v) == int(name.lstrip("v")))
        ]
        if len(matches) != 1:
            raise MissingError(f"{self.root} has {'no' if not matches else 'more than one'} version {name}; see timeline history")
        return matches[0]

    def next_number(self) -> int:
        """One more than any version that was ever here."""
        names = [p.stem for p in self.manifests.glob("*.json")] + [p.name for p in self.versions.iterdir()]
        return 1 + max((number(name) for name in names if _VERSION.fullmatch(name)), default=0)


def number(version: str) -> int:
    """The number in a version id."""
    found = _VERSION.fullmatch(version)
    return int(found[1]) if found else 0
