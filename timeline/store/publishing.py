"""A new version: staged, synced, renamed, its manifest written, ``current`` swapped last. Nothing is published where nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from timeline.store import filesystem
from timeline.store.differences import changes
from timeline.store.errors import StoreError, VersionError
from timeline.store.layout import Layout, canonical_json
from timeline.store.schema import SCHEMA_VERSION, TABLES
from timeline.store.tables import Tables

__all__ = ["Published", "clean", "clear", "describe", "intact", "publish"]

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Published:
    """The version that is current now, and whether it is a new one."""

    version: str
    path: Path
    manifest: Manifest
    changed: bool


def clean(layout: Layout) -> None:
    """Remove what a stopped build left: staging, unfinished names, versions without a manifest. Only under the lock."""
    for folder in (layout.root, layout.versions, layout.manifests, *layout.caches, layout.staging):
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name.startswith(filesystem.TEMPORARY) or folder == layout.staging:
                filesystem.remove(path)
    known = set(layout.version_ids())
    for path in layout.versions.iterdir() if layout.versions.is_dir() else ():
        if path.name not in known and path.name != layout.current():
            filesystem.remove(path)


def clear(folder: Path) -> None:
    """Remove all that lies in a folder."""
    for path in folder.iterdir():
        filesystem.remove(path)


def intact(layout: Layout, version: str, manifest: Manifest) -> bool:
    """Whether all files of a version are there in the size that its manifest says (``verify`` looks closer)."""
    folder = layout.versions / version
    for table in TABLES:
        for item in manifest["tables"][table]["files"]:
            try:
                if (folder / item["path"]).stat().st_size != item["bytes"]:
                    return False
            except OSError:
                return False
    return True


def current_manifest(layout: Layout) -> Manifest | None:
    """The manifest of the current version where both are in order; :class:`VersionError` where it is newer than this program."""
    version = layout.current()
    if version is None:
        return None
    try:
        manifest = layout.manifest(version)
    except StoreError:
        return None
    if manifest.get("schema_version", 0) > SCHEMA_VERSION:
        raise VersionError(
            f"{layout.root} was written by a newer timeline (schema {manifest['schema_version']}, this one knows {SCHEMA_VERSION}): "
            "install that one, or choose another output"
        )
    return manifest


def publish(layout: Layout, tables: Tables, about: Mapping[str, Any]) -> Published:
    """Publish the content of ``tables`` unless the current version, or an earlier one that is still there, holds just that.

    ``about`` is what else the manifest is to say; it does not make a version differ.
    """
    parts = {table: tables.parts(table) for table in TABLES}
    content = hashlib.blake2b(canonical_json(parts).encode(), digest_size=6).hexdigest()
    current, before = layout.current(), current_manifest(layout)
    for version in reversed(layout.version_ids()):
        if version.endswith(content) and intact(layout, version, manifest := layout.manifest(version)):
            if version != current:
                filesystem.swap_link(layout.pointer, f"versions/{version}")
            return Published(version, layout.versions / version, manifest, version != current)
    if before is not None and current is not None and not intact(layout, current, before):
        before = None
    version = f"v{layout.next_number():06d}-{content}"
    manifest = {
        "version": version,
        "previous": current,
        "schema_version": SCHEMA_VERSION,
        "pipeline_version": tables.content.pipeline_version,
        "tables": _write(layout, tables, parts, version, current, before),
        "changes": {},
        **about,
    }
    manifest["changes"] = changes(
        layout.versions / current if before and current else None, layout.staging / version, before, manifest
    )
    _go_live(layout, version, manifest)
    return Published(version, layout.versions / version, manifest, True)


def _go_live(layout: Layout, version: str, manifest: Manifest) -> None:
    filesystem.rename(layout.staging / version, layout.versions / version)
    filesystem.write_bytes(layout.manifest_path(version), (canonical_json(manifest) + "\n").encode())
    filesystem.swap_link(layout.pointer, f"versions/{version}")


def _write(
    layout: Layout,
    tables: Tables,
    parts: Mapping[str, Mapping[str, str]],
    version: str,
    current: str | None,
    before: Manifest | None,
) -> dict[str, Any]:
    """Stage the files: those of unchanged parts are linked from the version before. Returns what the manifest says of each table."""
    staged = filesystem.make_folder(layout.staging / version)
    told = {}
    for table in TABLES:
        folder = filesystem.make_folder(staged / table)
        old = before["tables"][table] if before else {"parts": {}, "files": []}
        same = {part for part, digest in parts[table].items() if old["parts"].get(part) == digest}
        files = [item for item in old["files"] if item["part"] in same]
        for item in files:
            filesystem.make_folder((staged / item["path"]).parent)
            filesystem.link(layout.versions / str(current) / item["path"], staged / item["path"])
        if changed := [part for part in parts[table] if part not in same]:
            files = files + [describe(path, staged, part) for path, part in tables.write(table, folder, changed)]
        for place in sorted({(staged / item["path"]).parent for item in files} | {folder}):
            filesystem.sync(place)
        files.sort(key=lambda item: item["path"])
        told[table] = {"parts": dict(parts[table]), "files": files, "rows": sum(item["rows"] for item in files)}
    filesystem.sync(staged)
    tables.extracted.raise_damage()
    tables.merged.raise_damage()
    return told


def describe(path: Path, staged: Path, part: str) -> dict[str, Any]:
    """What the manifest says of a file."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    rows, size = pq.read_metadata(path).num_rows, path.stat().st_size
    return {"path": path.relative_to(staged).as_posix(), "part": part, "bytes": size, "rows": rows, "sha256": digest}
