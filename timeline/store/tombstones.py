"""Articles that were forgotten on request and must not come back. Only hashes are kept: the list itself tells nobody anything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from timeline.store import filesystem
from timeline.store.layout import Layout

__all__ = ["Tombstones"]


def _mark(kind: str, *parts: str) -> str:
    return hashlib.blake2b("\x1f".join((kind, *parts)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class Tombstones:
    """The forgotten articles of an OUT: by id, by id within an outlet, by canonical URL."""

    def __init__(self, layout: Layout) -> None:
        self._path = layout.forgotten
        self._marks: set[str] = set()
        if self._path.exists():
            for line in self._path.read_text("utf-8").splitlines():
                try:
                    self._marks.add(json.loads(line)["mark"])
                except (ValueError, KeyError, TypeError):
                    continue  # a line torn by a crash: forgetting is repeated then

    def __len__(self) -> int:
        return len(self._marks)

    def cover(self, article_id: str, source: str | None, url: str | None) -> bool:
        """Whether an article was forgotten."""
        if not self._marks:
            return False
        marks = {_mark("id", article_id), _mark("id", article_id, source or "")} | ({_mark("url", url)} if url else set())
        return not marks.isdisjoint(self._marks)

    def add(self, articles: Iterable[tuple[str, str | None, str | None]], named: str) -> None:
        """Remember ``(own id, source, url)`` of articles that go. ``named`` is what the user called them, kept where nothing was found."""
        marks = set()
        for article_id, source, url in articles:
            marks.add(_mark("id", article_id, source or ""))
            if url:
                marks.add(_mark("url", url))
        if not marks:
            marks = {_mark("id", named), _mark("url", named)}
        for mark in sorted(marks - self._marks):
            filesystem.append_line(self._path, json.dumps({"mark": mark}))
        self._marks |= marks
