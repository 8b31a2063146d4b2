"""The cache of an OUT as those see it who work on batches: on a disk that they share with the build, or in an object store."""

from __future__ import annotations

import shutil
import socket
import tempfile
import weakref
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from timeline.store.errors import UnreachableError
from timeline.store.layout import Layout
from timeline.store.objects import Mirror, is_url
from timeline.store.packs import Place, read_place, write_pack

__all__ = ["Cache"]


class Cache:
    """The packs of ``out``, a folder or the URL of an object store. What is fetched of a store stays with the worker until it ends."""

    def __init__(self, out: str) -> None:
        self._mirror = _mirror(out) if is_url(out) else None
        self._layout = Layout(out if self._mirror is None else self._mirror.folder)
        if self._mirror is None and not self._layout.cache.is_dir():
            raise UnreachableError(
                f"{socket.gethostname()} does not see {out}: workers must share OUT with the build, by the same path or in an object store"
            )

    def put(self, kind: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        """Write a pack of that kind (a folder of the cache)."""
        folder = self._layout.cache / kind
        if self._mirror is not None:
            folder.mkdir(parents=True, exist_ok=True)
        path = write_pack(folder, batches, schema)
        if path is not None and self._mirror is not None:
            self._mirror.send(f"cache/{kind}/{path.name}")

    def read(self, kind: str, place: Place, schema: pa.Schema, columns: Sequence[str]) -> pa.Table:
        """Columns of some rows of a pack; :class:`DamagedCacheError` where it is damaged."""
        if self._mirror is not None:
            self._mirror.fetch(f"cache/{kind}/{place.pack}")
        return read_place(self._layout.cache / kind, place, schema, columns)


@lru_cache(maxsize=1)
def _mirror(url: str) -> Mirror:
    mirror = Mirror(url, Path(tempfile.mkdtemp(prefix="timeline-worker-")))
    weakref.finalize(mirror, shutil.rmtree, mirror.folder, ignore_errors=True)
    return mirror
