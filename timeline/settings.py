"""Everything that a user may set, in one place: command-line flags over ``timeline.toml`` over these defaults."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

__all__ = ["EXECUTORS", "Settings", "load_settings"]

EXECUTORS = ("serial", "processes", "dask")
_KINDS = {str: "text", int: "a whole number", bool: "true or false", float: "a number"}


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a build. ``extraction_key`` names those that change what extraction gives."""

    workers: int = field(default=0, metadata={"help": "worker processes; 0 = one per core"})
    executor: str = field(default="processes", metadata={"help": "serial, processes or dask"})
    scheduler: str | None = field(default=None, metadata={"help": "address of the Dask scheduler"})
    published: str | None = field(default=None, metadata={"help": "publication date for inputs that carry none"})
    lang: str | None = field(default=None, metadata={"help": "language of inputs that name none; default: detected"})
    as_of: str | None = field(default=None, metadata={"help": "publication dates later than this day are refused"})
    infer_from: float = field(
        default=0.85, metadata={"help": "confidence (0 to 1) from which a publication date inferred from the text alone is taken"}
    )
    keep_text: bool = field(default=True, metadata={"help": "keep article text in the tables (--no-text turns it off)"})
    fast_html: bool = field(default=False, metadata={"help": "bulk HTML extraction: faster, less careful"})
    spacy: str | None = field(
        default=None, metadata={"help": "name of an installed spaCy pipeline to use for tags, parse and entities"}
    )
    batch_size: int = field(default=200, metadata={"help": "articles per batch"})
    columns: tuple[tuple[str, str], ...] = field(default=(), metadata={"help": "--map field=column for tables and JSONL"})
    split_above_mb: int = field(default=1000, metadata={"help": "a table above this size becomes year= directories"})

    def extraction_key(self) -> tuple[object, ...]:
        """The settings that extraction depends on, for the cache key."""
        return (self.published, self.lang, self.as_of, self.infer_from, self.fast_html, self.spacy)


def load_settings(path: Path | None, **overrides: Any) -> Settings:
    """Defaults, then ``timeline.toml`` at ``path`` (if it exists), then ``overrides`` that are not ``None``.

    Raises ``ValueError`` in one line, naming the first setting that is unknown or of the wrong kind.
    """
    values: dict[str, Any] = {}
    if path is not None and path.exists():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"{path}: not valid TOML: {error}") from error
    checked = {name: _checked(name, value, str(path)) for name, value in values.items()}
    checked |= {name: _checked(name, value, "settings") for name, value in overrides.items() if value is not None}
    return replace(Settings(), **checked)


def _columns(value: Any, where: str) -> tuple[tuple[str, str], ...]:
    """``{"text": "body"}``, as a file gives it, or pairs, which JSON makes lists: parameters of a flow come so from the server."""
    pairs = list(value.items()) if isinstance(value, dict) else value
    if not isinstance(pairs, (list, tuple)) or not all(map(_pair, pairs)):
        raise ValueError(f'{where}: columns must be a table such as {{ text = "body" }}, not {value!r}')
    return tuple((field, column) for field, column in pairs)


def _pair(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(part, str) for part in value)


def _checked(name: str, value: Any, where: str) -> Any:
    defaults = {f.name: f.default for f in fields(Settings)}
    if name not in defaults:
        raise ValueError(f"{where}: unknown setting {name!r}; known: {', '.join(sorted(defaults))}")
    default = defaults[name]
    if name == "columns":
        return _columns(value, where)
    kind = str if default is None else type(default)
    if kind is float and type(value) is int:
        value = float(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        raise ValueError(f"{where}: {name} must be {_KINDS[kind]}, not {value!r}")
    least = 1 if name in ("batch_size", "split_above_mb") else 0
    if isinstance(value, int) and value < least and kind is int:
        raise ValueError(f"{where}: {name} must be at least {least}, not {value}")
    if isinstance(value, float) and not 0 <= value <= 1:
        raise ValueError(f"{where}: {name} must be from 0 to 1, not {value}")
    if name == "executor" and value not in EXECUTORS:
        raise ValueError(f"{where}: executor must be one of {', '.join(EXECUTORS)}, not {value!r}")
    return value
