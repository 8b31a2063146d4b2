"""Words of a text as weighted terms that mean the same in every build: cut, folded, hashed, weighed by a fixed background.

A term is the CRC-32 of a folded word cut to six letters: enough to make ``launched`` and ``launches`` one, and many a cognate,
without a stemmer for each language. Scripts without spaces give pairs of characters. Weights never depend on the collection:
``background.json.gz`` holds how common words are in news (written by ``python -m tests.quality.background``). Words that the text
writes with a capital within a sentence, and numbers, weigh more: across languages names, places and numbers carry the comparison.
"""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

__all__ = ["BACKGROUND", "NORM", "Part", "Reading", "Term", "Terms", "cut", "read", "strongest", "terms", "text_terms", "words"]

BACKGROUND = Path(__file__).with_name("background.json.gz")

Terms = dict[int, float]
"""Hash of a term → weight."""
Term = tuple[int, float, int]
"""Hash of a word; its weight, 0 where it says nothing; what its first letter says for its being a name."""
Reading = tuple[list[int], list[Term]]
Part = tuple[Iterable[Term], float, bool]
"""A stretch of text, its weight, and whether its capitals mean names (they do not in headlines)."""
NORM = 1000

_CUT = 6
_RAREST = 36
"""Class of a word that the background does not know: 4 ln(articles / count), as the file's classes."""
_COMMON = 6
"""Classes up to here (a word in over a fifth of all articles) say nothing."""
_NAME = 1.8
_OFTEN = 0.4
_NUMBERS = (10, 19, 29, 32)
"""Classes of numbers by their digits."""
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f"
_WORD = re.compile(rf"[{_CJK}]+|\d+(?:[.,]\d+)*|[^\W\d_{_CJK}]+")
_UNSPACED = re.compile(rf"[{_CJK}]")


def cut(word: str) -> str:
    """The word folded and cut: ``Zürich`` → ``zurich``, ``launched`` → ``launch``; a number without its separators."""
    if word[0].isdigit():
        return word.replace(",", "").rstrip(".")
    if word.isascii():
        return word[:_CUT].lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))[:_CUT]


def words(text: str) -> list[tuple[int, str]]:
    """``(offset, word)`` in order; of scripts without spaces each two neighbouring characters."""
    found = [(match.start(), match.group()) for match in _WORD.finditer(text)]
    if text.isascii() or _UNSPACED.search(text) is None:
        return found
    return [piece for start, word in found for piece in _pieces(start, word)]


def _pieces(start: int, word: str) -> list[tuple[int, str]]:
    if not _UNSPACED.match(word):
        return [(start, word)]
    return [(start + i, word[i : i + 2]) for i in range(max(1, len(word) - 1))]


def read(text: str, lang: str | None) -> Reading:
    """The words of a text as ``(offsets, terms)``: two lists of the same length."""
    found = words(text)
    return [start for start, _ in found], [_term(word, lang) for _, word in found]


@cache
def _rarity() -> dict[str, int]:
    table = json.loads(gzip.decompress(BACKGROUND.read_bytes()))
    return {word: int(rank) for rank, listed in table["rare"].items() for word in listed.split()}


@cache
def _stop(lang: str | None) -> frozenset[str]:
    """Function words of a language; of all of them where the language is not known."""
    listed: dict[str, str] = json.loads(gzip.decompress(BACKGROUND.read_bytes()))["stop"]
    if lang is None:
        return frozenset(" ".join(listed.values()).split())
    return frozenset(listed.get(lang.split("-")[0], "").split())


@lru_cache(maxsize=1 << 15)
def _term(word: str, lang: str | None) -> Term:
    short = cut(word)
    if not short or (len(word) == 1 and word.isascii() and not word.isdigit()) or short in _stop(lang):
        return 0, 0.0, 0
    rank = _rarity().get(short, _RAREST)
    if short[0].isdigit():
        rank = _NUMBERS[min(len(short), len(_NUMBERS)) - 1]
    return crc32(short.encode()), (0.0 if rank <= _COMMON else rank / 4), (1 if word[0].isupper() else -2)


def terms(parts: Iterable[Part]) -> Terms:
    """The terms of weighted stretches of text; a term's weight grows slowly with how often it is told."""
    told: dict[int, float] = {}
    names: dict[int, int] = {}
    rarity: dict[int, float] = {}
    for found, weight, cased in parts:
        first = True
        for key, rare, name in found:
            if rare:
                if key in told:
                    told[key] += weight
                else:
                    told[key], names[key], rarity[key] = weight, 0, rare
                if cased and not first:
                    names[key] += name
            first = False
    return {
        key: (count if count < 1.0 else count**_OFTEN) * rarity[key] * (_NAME if names[key] > 0 else 1.0)
        for key, count in told.items()
    }


def text_terms(text: str, lang: str | None = None) -> Terms:
    """The terms of one sentence."""
    return terms([(read(text, lang)[1], 1.0, True)])


def strongest(found: Terms, most: int, share: float = 1.0) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """The ``most`` heaviest terms and their weights as whole numbers scaled to a norm of :data:`NORM`, heaviest first.

    No term weighs more than ``share`` of the whole. Whole numbers make every sum of products exact, so that no order of adding changes a comparison.
    """
    ranked = sorted(found, key=lambda key: (-found[key], key))[:most]
    weights = [found[key] for key in ranked]
    heaviest = share * sum(weight**2 for weight in weights) ** 0.5
    weights = [min(weight, heaviest) for weight in weights]
    norm = sum(weight**2 for weight in weights) ** 0.5 or 1.0
    return np.array(ranked, np.uint32), np.array([round(NORM * weight / norm) for weight in weights], np.int32)
