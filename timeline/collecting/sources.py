"""``sources.toml``: what to collect, from where, how politely. Every error names the line's place and what was expected."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

__all__ = ["Manners", "Source", "SourcesError", "load_sources"]

SourceKind = Literal["feed", "sitemap", "urls"]
_KINDS: tuple[SourceKind, ...] = ("feed", "sitemap", "urls")


class SourcesError(ValueError):
    """``sources.toml`` cannot be used; the message says where and why."""


def _entry(default: Any, about: str) -> Any:
    return field(default=default, metadata={"help": about})


@dataclass(frozen=True, slots=True)
class Manners:
    """How to behave towards the hosts; the ``[manners]`` table."""

    user_agent: str = _entry("event-timeline/0.1 (news timeline collector)", "who the collector says that it is")
    contact: str = _entry("", "an address where you can be reached, added to the user agent")
    delay: float = _entry(1.0, "seconds between two visits to a host, or its Crawl-delay where that is longer")
    per_host: int = _entry(1, "visits to a host at once")
    hosts_at_once: int = _entry(8, "hosts that are visited at once")
    timeout: float = _entry(30.0, "seconds without a byte after which a visit is given up")
    deadline: float = _entry(120.0, "seconds that an answer may take as a whole")
    max_bytes: int = _entry(10_000_000, "bytes of a page, as it is sent")
    max_redirects: int = _entry(5, "redirects that are followed")
    attempts: int = _entry(4, "visits to a page that cannot be had, in one run")
    back_off: float = _entry(
        2.0, "seconds before the second attempt at most, twice as many before each further one; how many of them is chance"
    )
    longest_wait: float = _entry(
        120.0, "seconds that a Retry-After may ask for; a page that asks for more waits for the next run"
    )
    refetch_days: float = _entry(2.0, "days for which a page is looked at again for corrections")
    refetch_hours: float = _entry(6.0, "hours between two looks")
    max_new: int = _entry(500, "pages of a source in one run; the next one goes on")
    source_minutes: float = _entry(30.0, "minutes of a source in one run")
    allow_hosts: tuple[str, ...] = _entry((), "hosts whose address may be private (also `--allow-host`)")

    @property
    def agent(self) -> str:
        """The ``User-Agent`` header."""
        return f"{self.user_agent} {self.contact}".strip()


@dataclass(frozen=True, slots=True)
class Source:
    """One ``[[source]]``: a feed (RSS, Atom, JSON Feed), a news sitemap or index, or a list of URLs.

    ``match`` is a regular expression that a URL must contain; ``newest_days`` leaves out what the source itself calls older.
    """

    name: str
    kind: SourceKind
    url: str | None = None
    urls: tuple[str, ...] = ()
    lang: str | None = None
    match: str | None = None
    newest_days: float | None = None
    manners: Manners = field(default_factory=Manners)


def load_sources(path: str | Path, **overrides: Any) -> list[Source]:
    """The sources of a ``sources.toml``; ``overrides`` (not ``None``) go over its ``[manners]``.

    Raises :class:`SourcesError` in one line for anything that cannot be right.
    """
    path = Path(path)
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SourcesError(f"{path}: no such file") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourcesError(f"{path}: {error}") from error
    _known(document, {"manners", "source"}, f"{path}")
    manners = _manners(document.get("manners", {}), f"{path}, [manners]", overrides)
    entries = document.get("source", [])
    if not isinstance(entries, list) or not entries:
        raise SourcesError(f"{path}: no [[source]] in it")
    sources = [_source(entry, f"{path}, source {number}", manners, path.parent) for number, entry in enumerate(entries, 1)]
    names = [source.name for source in sources]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SourcesError(f"{path}: two sources are named {twice[0]!r}")
    return sources


def _known(table: dict[str, Any], names: set[str], where: str) -> None:
    unknown = sorted(set(table) - names)
    if unknown:
        raise SourcesError(f"{where}: unknown {unknown[0]!r}; known: {', '.join(sorted(names))}")


def _manners(table: dict[str, Any], where: str, overrides: dict[str, Any]) -> Manners:
    table = table | {name: value for name, value in overrides.items() if value is not None}
    defaults = {f.name: getattr(Manners(), f.name) for f in fields(Manners)}
    _known(table, set(defaults), where)
    values = {name: _typed(value, defaults[name], f"{where}: {name}") for name, value in table.items()}
    return Manners(**values)


def _typed(value: Any, default: Any, where: str) -> Any:
    if isinstance(default, tuple):
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise SourcesError(f"{where} must be a list of words, not {value!r}")
        return tuple(value)
    if isinstance(default, str):
        if not isinstance(value, str):
            raise SourcesError(f"{where} must be text, not {value!r}")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise SourcesError(f"{where} must be a number of at least 0, not {value!r}")
    if isinstance(default, int) and (value != int(value) or value < 1):
        raise SourcesError(f"{where} must be a whole number of at least 1, not {value!r}")
    return type(default)(value)


def _source(entry: Any, where: str, manners: Manners, folder: Path) -> Source:
    if not isinstance(entry, dict):
        raise SourcesError(f"{where}: not a table")
    _known(entry, {"name", "kind", "url", "urls", "file", "lang", "match", "newest_days"}, where)
    kind = entry.get("kind", "feed")
    if kind not in _KINDS:
        raise SourcesError(f"{where}: kind must be one of {', '.join(_KINDS)}, not {kind!r}")
    urls = _listed(entry, where, folder) if kind == "urls" else ()
    url = None if kind == "urls" else _checked(entry.get("url"), f"{where}: url")
    name = str(entry.get("name") or (url and urlsplit(url).hostname) or where.rsplit(", ", 1)[-1])
    return Source(name, kind, url, urls, _text(entry, "lang", where), _pattern(entry, where), _days(entry, where), manners)


def _text(entry: dict[str, Any], name: str, where: str) -> str | None:
    value = entry.get(name)
    if value is not None and not isinstance(value, str):
        raise SourcesError(f"{where}: {name} must be text, not {value!r}")
    return value


def _days(entry: dict[str, Any], where: str) -> float | None:
    value = entry.get("newest_days")
    return None if value is None else float(_typed(value, 1.0, f"{where}: newest_days"))


def _pattern(entry: dict[str, Any], where: str) -> str | None:
    """The ``match`` expression, which only URLs that it finds pass."""
    pattern = _text(entry, "match", where)
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise SourcesError(f"{where}: match is no regular expression: {error}") from error
    return pattern


def _listed(entry: dict[str, Any], where: str, folder: Path) -> tuple[str, ...]:
    lines = list(entry.get("urls", []))
    if "file" in entry:
        try:
            text = (folder / entry["file"]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SourcesError(f"{where}: file: {error}") from error
        lines += [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        raise SourcesError(f"{where}: kind 'urls' needs urls = [...] or file = \"...\"")
    return tuple(_checked(line, f"{where}: urls") for line in lines)


def _checked(url: Any, where: str) -> str:
    try:
        if isinstance(url, str) and urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname:
            return url
    except ValueError:
        pass
    raise SourcesError(f"{where} must be an http or https address, not {url!r}")
