"""Words as numbers: hashed features of words in their window, for whole articles at once.

Each distinct word is turned into a row of hashes once (itself, its endings, its shape, its base form, its cluster); the features of
a token are combinations of those rows at offsets around it, computed by numpy for all tokens together. Hashes do not depend on
the process (CRC-32, Adler-32, fixed multipliers), so weights trained once stay valid.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from timeline.events.lexicon import Lexicon
from timeline.events.senses import KINDS, Senses

__all__ = ["COLUMNS", "PAD", "Hasher", "Hashes", "Numbers", "Template", "TypeTable", "bare", "hashed", "padded"]

Hashes: TypeAlias = npt.NDArray[np.uint64]
Numbers: TypeAlias = npt.NDArray[np.int64]
Template: TypeAlias = tuple[tuple[str, int], ...]
"""Columns at offsets: ``(("word", -1), ("word", 0))`` is the pair of the word before and the word itself."""

COLUMNS = ("word", "end1", "end2", "end3", "end4", "start", "shape", "lemma", "c4", "c6", "c8", "c10", "c12", "cluster", "tag")
PAD = 3
"""Empty places between sentences, so that no window reaches into the next one."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xC2B2AE3D27D4EB4F)
_LIMIT = 30_000
"""Words remembered before all are forgotten. Each costs about 1 KB here and in the scorers: twice as many saved no time, measured on news."""
_PREFIXES = (4, 6, 8, 10, 12)
_BEGUN = [(zlib.crc32(name), zlib.adler32(name)) for name in (f"{column}=".encode() for column in COLUMNS)]
"""Both sums of :func:`hashed` over the name of each column, to be gone on with over its value."""


def hashed(text: str) -> int:
    """A number of 64 bits that is the same in every process."""
    data = text.encode("utf-8", "surrogatepass")
    return zlib.crc32(data) | zlib.adler32(data) << 32


def bare(word: str) -> str:
    """A word as it counts: lower case, plain apostrophe, digits alike."""
    lower = word.lower().replace("’", "'")
    return "9" * min(len(lower), 4) if lower[:1].isdigit() else lower


def _shape(word: str) -> str:
    if word.islower():
        return "x-x" if "-" in word else "x"
    if word[0].isdigit():
        return "9"
    if word.isupper():
        return "X" if len(word) == 1 else "XX"
    if word[0].isupper():
        return "X-x" if "-" in word else "Xx"
    return "?" if word[0].isalnum() else "."


def _row(word: str, lexicon: Lexicon) -> list[int]:
    lower = bare(word)
    lemma, cluster = lexicon.look(word, lower)
    values = [lower, lower[-1:], lower[-2:], lower[-3:], lower[-4:], lower[:3], _shape(word), lemma]
    return [*_begun_with(values, _BEGUN[: len(values)]), *_of_cluster(cluster)]


@lru_cache(4096)
def _of_cluster(cluster: int) -> list[int]:
    """The end of a row, for all words of a cluster: most rare words are in none."""
    values = [str(cluster & ((1 << bits) - 1)) for bits in _PREFIXES]  # the lowest bits are the top of the tree
    return _begun_with([*values, str(cluster), ""], _BEGUN[-len(_PREFIXES) - 2 :])


def _begun_with(values: Sequence[str], columns: Sequence[tuple[int, int]]) -> list[int]:
    """The hash of each value with the name of its column before it."""
    data = [value.encode("utf-8", "surrogatepass") for value in values]
    return [
        zlib.crc32(value, first) | zlib.adler32(value, second) << 32 for (first, second), value in zip(columns, data, strict=True)
    ]


class _Ids(dict[str, int]):
    """The number of each word; a new word is given one."""

    def __init__(self, add: Callable[[str], int]) -> None:
        super().__init__()
        self._add = add

    def __missing__(self, word: str) -> int:
        number = self[word] = self._add(word)
        return number


class TypeTable:
    """Rows of hashes for the words met so far; row 0 is the empty place between sentences.

    ``fixed`` are words that have the same tag wherever they stand; ``senses`` tell what words weigh by themselves.
    """

    def __init__(self, lexicon: Lexicon, fixed: Mapping[str, int] | None = None, senses: Senses | None = None) -> None:
        self._lexicon, self._fixed, self._known_senses = lexicon, fixed or {}, senses
        self.emptied = 0
        """How often all words were forgotten: numbers from before mean nothing after."""
        self._clear()

    def __len__(self) -> int:
        """How many rows there are, the empty place among them."""
        return self._size

    def _clear(self) -> None:
        self._ids = _Ids(self._added)
        self._numerals: dict[tuple[object, ...], int] = {}
        """The rows of numbers by all that is told of them: most look alike, and every text has new ones."""
        self._size = 1
        self._rows = np.zeros((4096, len(COLUMNS)), np.uint64)
        self._rows[0] = [hashed(f"{name}=<s>") for name in COLUMNS]
        self._tags = np.full(len(self._rows), -1, np.int64)
        self._senses = np.zeros((len(self._rows), len(KINDS)), np.int32)

    def numbers(self, words: Sequence[str], places: Numbers) -> Numbers:
        """The number of a row per place up to ``PAD`` places behind the last word; ``words[i]`` stands at ``places[i]``."""
        if len(self._ids) > _LIMIT:
            self._clear()
            self.emptied += 1
        numbers = np.zeros((int(places[-1]) if len(places) else 0) + PAD + 1, np.int64)
        numbers[places] = list(map(self._ids.__getitem__, words))
        return numbers

    def rows(self, numbers: Numbers | slice) -> Hashes:
        """The rows of these numbers, to be changed at will."""
        return self._rows[numbers].copy() if isinstance(numbers, slice) else self._rows.take(numbers, axis=0, mode="clip")

    def tags(self, numbers: Numbers) -> Numbers:
        """The fixed tags of the words of these numbers, -1 for those that have none."""
        return self._tags.take(numbers, mode="clip")

    def senses(self, numbers: Numbers, kinds: Numbers) -> npt.NDArray[np.int32]:
        """The rows of :class:`Senses` of the words of these numbers, each taken as a word of its kind."""
        return self._senses.take(numbers * len(KINDS) + kinds, mode="clip")

    def _added(self, word: str) -> int:
        """The row of a word that is new."""
        if not word[0].isdigit():
            return self._written(word)
        told = bare(word), _shape(word), self._lexicon.look(word, bare(word)), self._fixed.get(word)
        number = self._numerals.get(told)
        if number is None:
            number = self._numerals[told] = self._written(word)
        return number

    def _written(self, word: str) -> int:
        """A new row for a word."""
        number = self._size
        self._size += 1
        if number >= len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
            self._tags = np.concatenate([self._tags, np.zeros_like(self._tags)])
            self._senses = np.concatenate([self._senses, np.zeros_like(self._senses)])
        self._rows[number] = _row(word, self._lexicon)
        self._tags[number] = self._fixed.get(word, -1)
        if self._known_senses is not None:
            self._senses[number] = self._known_senses.numbers(self._lexicon.lemma(bare(word)))
        return number


def padded(lengths: Sequence[int]) -> Numbers:
    """Where the tokens of sentences of these lengths stand when ``PAD`` empty places lie before, between and behind them."""
    sizes = np.asarray(lengths, np.int64)
    gaps = PAD * (np.arange(len(sizes)) + 1)
    return np.arange(sizes.sum()) + np.repeat(gaps, sizes)


class Hasher:
    """Templates compiled. Those with fewer parts come first, so that all first parts, then all second ones are mixed in one go."""

    def __init__(self, templates: Sequence[Template], bits: int) -> None:
        ordered = sorted(templates, key=len)
        self.width = len(ordered)
        self._shift = np.uint64(64 - bits)
        self._seeds = np.array([[hashed(repr(template))] for template in ordered], np.uint64)
        self._columns = np.array([COLUMNS.index(template[0][0]) for template in ordered], np.int64)
        self._parts: list[tuple[int, Numbers]] = []
        """The first template that has a part, and for it and those behind it how many cells that part lies from the word's row."""
        for k in range(max(map(len, ordered))):
            first = next(place for place, template in enumerate(ordered) if len(template) > k)
            steps = [offset * len(COLUMNS) + COLUMNS.index(column) for column, offset in (t[k] for t in ordered[first:])]
            self._parts.append((first, np.array(steps, np.int64)[:, None]))

    def alone(self, rows: Hashes) -> Numbers:
        """For templates of one part: what a word, wherever it stands, gives at their offset; one row per word."""
        mixed = rows.take(self._columns, axis=1, mode="clip").T
        mixed ^= self._seeds
        return self._folded(_stirred(mixed)).T

    def features(self, rows: Hashes, places: Numbers) -> Numbers:
        """Feature numbers below ``2**bits``: one row per place, one column per template."""
        flat, at = rows.reshape(-1), places * rows.shape[1]
        mixed = np.empty((self.width, len(places)), np.uint64)
        mixed[:] = self._seeds
        for first, steps in self._parts:
            part = mixed[first:]
            part ^= flat.take(steps + at, mode="clip")
            _stirred(part)
        return self._folded(mixed).T

    def _folded(self, mixed: Hashes) -> Numbers:
        mixed *= _MIX
        mixed >>= self._shift
        return mixed.view(np.int64)


def _stirred(mixed: Hashes) -> Hashes:
    """``mixed``, changed in place."""
    mixed *= _MULTIPLIER
    mixed ^= mixed >> np.uint64(29)
    return mixed
