"""The reading packs (``packs/<lang>/reading.toml``) and what all languages share, compiled for :mod:`timeline.reading.blocks`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from timeline.language.files import primary, read_pack

__all__ = ["Phrases", "phrases"]

_NEVER = re.compile(r"(?!)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_FALLBACK = "en"
"""English phrases stand on pages of every language ("Follow us", "Share"), so they are always known beside the own ones."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Compiled patterns of one language."""

    boilerplate: re.Pattern[str]
    boilerplate_within: tuple[tuple[str, re.Pattern[str]], ...]
    """``(cue, pattern)``: where a paragraph in lower case holds the cue, the pattern is searched in it."""
    byline: re.Pattern[str]
    caption: re.Pattern[str]
    album: re.Pattern[str]
    """The counter between the captions of an album."""
    album_cues: tuple[str, ...]
    """Plain letters in lower case, of which a text with such a counter holds some."""
    credit: re.Pattern[str]
    credit_cues: frozenset[str]
    """Words in lower case, of which a credit holds at least one."""

    def within(self, lower: str) -> tuple[re.Pattern[str], ...]:
        """The patterns of ``boilerplate_within`` that a text can match anywhere: mostly none, which saves looking in each paragraph.

        ``lower`` is the text in lower case.
        """
        return tuple(pattern for cue, pattern in self.boilerplate_within if cue in lower)


@cache
def phrases(lang: str | None) -> Phrases:
    """Patterns for ``lang``: its own pack, English, and what is common to all. ``boilerplate``, ``byline``
    and ``caption`` match at the beginning of a paragraph; the others are searched."""
    common = tomllib.loads((files("timeline.reading") / "common.toml").read_text(encoding="utf-8"))
    packs = [read_pack(code, "reading") or {} for code in dict.fromkeys((primary(lang), _FALLBACK))]
    packs.append(common)
    names = [*_words(packs, "byline", "starts")]
    titles = _words(packs, "byline", "titles")
    return Phrases(
        boilerplate=_any(_list(packs, "boilerplate", "starts"), r"\W{{0,4}}(?:{})"),
        boilerplate_within=tuple(
            (_cue(item), re.compile(item, re.IGNORECASE)) for item in _list(packs, "boilerplate", "contains")
        ),
        byline=re.compile(_BYLINE.format(starts="|".join(names), titles="|".join(titles)), re.IGNORECASE) if names else _NEVER,
        caption=_any(_list(packs, "caption", "starts"), r"[\[(]?(?:{})"),
        album=_any(_list(packs, "caption", "album"), r"(?:{})"),
        album_cues=tuple(map(_cue, _list(packs, "caption", "album"))),
        credit=_credit(common, _list(packs, "caption", "credits")),
        credit_cues=frozenset(
            max(_WORD.findall(item.lower()), key=len)
            for item in [*common["agencies"], *map(_cue, _list(packs, "caption", "credits"))]
        ),
    )


_BYLINE = r"(?P<by>(?:{starts})(?:\s*:\s*|\s+))(?=[^\W\d_])|(?:[^\W\d_][\w.'’-]*\s+){{1,4}}[,|/–—-]?\s*(?:{titles})\b"


def _credit(common: dict[str, Any], credits: list[str]) -> re.Pattern[str]:
    """A picture credit at the end of a paragraph, after a full stop (often glued to it), a bracket or a mark."""
    agency = "|".join(re.escape(name) for name in sorted(common["agencies"], key=len, reverse=True))
    beside = "|".join(rf"\b{re.escape(word)}\b" if word.isalpha() else re.escape(word) for word in common["beside"])
    person = r"[^\W\d_][\w.'’-]{0,20}(?: [^\W\d_][\w.'’-]{0,20}){0,3}"
    names = rf"(?:(?:{person})?\s*(?:[/|,–—-]|\bfor\b|\bvia\b|\bof\b)?\s*(?:{agency})\b\s*(?:(?:{beside})\s*)*)(?:(?:{agency}|{person})\b\s*(?:(?:{beside})\s*)*)?"
    words = rf"(?i:{'|'.join(credits)}).{{0,100}}" if credits else _NEVER.pattern
    mark = r"(?:(?<=[.!?…])|(?<=[.!?…][”\"’'»)\]])|\s[-–—|(\[/]|[(\[])"
    return re.compile(rf"{mark}\s*(?P<credit>[(\[]?(?:(?i:photo|foto|image|credit)\s*[:/]?\s*)?(?:{names}|{words})[)\].]?)\s*$")


def _cue(pattern: str) -> str:
    """The plain letters that a pattern begins with, by which paragraphs that cannot match are passed over fast."""
    cue = re.match(r"[^\\.(\[?*+{|^$]*", pattern)
    letters = cue.group() if cue else ""
    return (letters[:-1] if pattern[len(letters) : len(letters) + 1] in ("?", "*", "{") and letters else letters).lower()


def _list(packs: list[dict[str, Any]], table: str, key: str) -> list[str]:
    return list(dict.fromkeys(item for pack in packs for item in pack.get(table, {}).get(key, ())))


def _words(packs: list[dict[str, Any]], table: str, key: str) -> list[str]:
    """Plain words, longest first, so that "published on" wins over "published"."""
    return [re.escape(word).replace(r"\ ", r"\s+") for word in sorted(_list(packs, table, key), key=len, reverse=True)]


def _any(patterns: list[str], frame: str) -> re.Pattern[str]:
    return re.compile(frame.format("|".join(patterns)), re.IGNORECASE) if patterns else _NEVER
