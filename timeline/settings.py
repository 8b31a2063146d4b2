"""Everything that a user may set, in one place: command-line flags over ``timeline.toml`` over these defaults."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

__all__ = ["Settings", "load_settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a build. ``extraction_key`` names those that change what extraction gives."""

    workers: int = field(default=0, metadata={"help": "worker processes; 0 = one per core"})
    executor: str = field(default="processes", metadata={"help": "serial, processes or dask"})
    scheduler: str | None = field(default=None, metadata={"help": "address of the Dask scheduler"})
    published: str | None = field(default=None, metadata={"help": "publication date for inputs that carry none"})
    lang: str | None = field(default=None, metadata={"help": "language of inputs that name none; default: detected"})
    as_of: str | None = field(default=None, metadata={"help": "publication dates later than this day are refused"})
    keep_text: bool = field(default=True, metadata={"help": "keep article text in the tables (--no-text turns it off)"})
    fast_html: bool = field(default=False, metadata={"help": "bulk HTML extraction: faster, less careful"})
    spacy: str | None = field(default=None, metadata={"help": "name of an installed spaCy pipeline to use for tags and entities"})
    batch_size: int = field(default=200, metadata={"help": "articles per batch"})
    columns: tuple[tuple[str, str], ...] = field(default=(), metadata={"help": "--map field=column for tables and JSONL"})
    split_above_mb: int = field(default=1000, metadata={"help": "a table above this size becomes year= directories"})

    def extraction_key(self) -> tuple[object, ...]:
        """The settings that extraction depends on, for the cache key."""
        return (self.published, self.lang, self.as_of, self.fast_html, self.spacy)


def load_settings(path: Path | None, **overrides: Any) -> Settings:
    """Defaults, then ``timeline.toml`` at ``path`` (if it exists), then ``overrides`` that are not ``None``.

    Raises ``ValueError`` naming the first unknown or ill-typed setting.
    """
    known = {f.name: f for f in fields(Settings)}
    values: dict[str, Any] = {}
    if path is not None and path.exists():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"{path}: not valid TOML: {error}") from error
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"{path}: unknown setting {name!r}; known: {', '.join(sorted(known))}")
        default = getattr(Settings(), name)
        if default is not None and not isinstance(value, type(default)):
            raise ValueError(f"{path}: {name} must be {type(default).__name__}, not {value!r}")
    values.update({name: value for name, value in overrides.items() if value is not None})
    return replace(Settings(), **values)
