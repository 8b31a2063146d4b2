"""The gazetteer: 235,000 places of GeoNames, found by name.

One compiled file (made by :mod:`timeline.events.compile_gazetteer`) of sorted, folded names and columns of numbers, read where it lies,
searched by bisection. An Aho-Corasick automaton over the same names would take some hundred MB and a second to
build in every worker, and needs the word borders and capitals checked afterwards all the same.
"""

from __future__ import annotations

import io
import json
import mmap
import struct
import unicodedata
import zipfile
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

__all__ = [
    "CITY",
    "COUNTRY",
    "FILE",
    "NOWHERE",
    "NO_COUNTRY",
    "REGION",
    "Candidate",
    "Gazetteer",
    "country_names",
    "fold",
    "gazetteer",
]

FILE = Path(__file__).with_name("gazetteer.zip")
COUNTRY, REGION, CITY = 0, 1, 2
NO_COUNTRY = "ZZ"
"""The country code of continents."""
NOWHERE = 999_999
"""Stands for an unknown coordinate in the compiled file, which holds thousandths of a degree (some 100 m)."""


class Candidate(NamedTuple):
    """A place that a name may mean. ``alternate`` where it is not its main name; ``region`` the listed region it lies in;
    ``alias`` where a language pack says that the name means this place."""

    name: str
    country: str
    lat: float | None
    lon: float | None
    gazetteer_id: int | None
    population: int
    kind: int
    region: str | None
    alternate: bool
    alias: bool = False


@lru_cache(maxsize=64)
def fold(name: str) -> str:
    """A name as it is looked up: without case, accents, apostrophes; hyphens and dots as blanks. Other scripts keep their marks."""
    text = name.casefold().replace("’", "'")
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not 0x300 <= ord(c) < 0x370)
    return " ".join(text.replace("-", " ").replace(".", " ").replace("'", "").replace("ʻ", "").replace("`", "").split())


_STEP = 64
"""Of so many keys one is kept ready to be searched among at full speed."""


class Gazetteer:
    """Places by name. ``find`` is exact on folded names."""

    def __init__(self, path: Path = FILE) -> None:
        """Read the compiled file; raises ``FileNotFoundError`` where the package was built without it."""
        columns = _columns(path, (*_COLUMNS, *_KEYS))
        columns["ids"] = np.cumsum(columns.pop("id_steps"), dtype=np.int32)  # kept as differences: they compress far better
        self._keys = memoryview(columns["keys"])
        self._key_ends = memoryview(np.require(columns["key_ends"], requirements="A"))
        self._steps = [self._key(index) for index in range(0, len(self._key_ends), _STEP)]
        self._columns = columns

    def __len__(self) -> int:
        """How many places it knows."""
        return len(self._columns["ids"])

    def _key(self, index: int) -> bytes:
        return self._keys[self._key_ends[index - 1] if index else 0 : self._key_ends[index]].tobytes()

    def find(self, name: str) -> tuple[Candidate, ...]:
        """The places of that name, those so named before those also so called, the most populous first; empty where none is."""
        key = fold(name).encode()
        index = self._place(key)
        if not key or index == len(self._key_ends) or self._key(index) != key:
            return ()
        ends, refs = self._columns["ref_ends"], self._columns["refs"]
        return tuple(self._candidate(int(ref)) for ref in refs[ends[index - 1] if index else 0 : ends[index]])

    def _place(self, key: bytes) -> int:
        """Where a key stands, or would stand, among the sorted ones."""
        low = max(0, bisect_left(self._steps, key) - 1) * _STEP
        high = min(low + _STEP, len(self._key_ends))
        return bisect_left(range(high), key, low, key=self._key)

    def by_ids(self, ids: Collection[int]) -> dict[int, Candidate]:
        """Places by their GeoNames ids; unknown ids are left out."""
        found = np.flatnonzero(np.isin(self._columns["ids"], list(ids)))
        return {int(self._columns["ids"][index]): self._candidate(int(index) << 1) for index in found}

    def named_between(self, first: str, last: str, fewest: int) -> Iterator[tuple[str, tuple[Candidate, ...]]]:
        """Folded names that begin with a character from ``first`` to ``last``, with their places of at least ``fewest`` people."""
        low, high = (self._place(edge.encode()) for edge in (first, chr(ord(last) + 1)))
        ends, refs, people = self._columns["ref_ends"], self._columns["refs"], self._columns["populations"]
        for index in range(low, high):
            here = refs[ends[index - 1] if index else 0 : ends[index]]
            big = [int(ref) for ref in here if people[ref >> 1] >= fewest]
            if big:
                yield self._key(index).decode(), tuple(self._candidate(ref) for ref in big)

    def countries(self) -> dict[str, Candidate]:
        """All countries by their ISO 3166 codes."""
        found = (self._candidate(int(index) << 1) for index in np.flatnonzero(self._columns["kinds"] == COUNTRY))
        return {country.country: country for country in found}

    def _name(self, index: int) -> str:
        ends = self._columns["name_ends"]
        return str(self._columns["names"][ends[index - 1] if index else 0 : ends[index]].tobytes(), "utf-8")

    def _candidate(self, ref: int) -> Candidate:
        index, columns = ref >> 1, self._columns
        region = int(columns["regions"][index])
        lat, lon = (None if x == NOWHERE else x / 1000 for x in columns["coordinates"][2 * index : 2 * index + 2].tolist())
        return Candidate(
            self._name(index),
            columns["countries"][2 * index : 2 * index + 2].tobytes().decode(),
            lat,
            lon,
            int(columns["ids"][index]) or None,
            int(columns["populations"][index]),
            int(columns["kinds"][index]),
            self._name(region) if region else None,
            bool(ref & 1),
        )


_COLUMNS = ("id_steps", "names", "name_ends", "countries", "coordinates", "populations", "regions", "kinds")
_KEYS = ("keys", "key_ends", "refs", "ref_ends")
_LENGTHS = 26
"""Where the header of a member says how long its name and its extra field are; both and the data follow."""
_LONGEST_HEADER = 1024


def _columns(path: Path, names: Sequence[str]) -> dict[str, Any]:
    """Arrays of the compiled file. They are stored as they are, so all processes of a machine share what the system holds of the file."""
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return {name: _column(data, archive.getinfo(f"{name}.npy")) for name in names}


def _column(data: mmap.mmap, member: zipfile.ZipInfo) -> Any:
    """A ``.npy`` file within an archive, flat and without a copy."""
    name, extra = struct.unpack_from("<HH", data, member.header_offset + _LENGTHS)
    start = member.header_offset + _LENGTHS + 4 + name + extra
    stream = io.BytesIO(data[start : start + _LONGEST_HEADER])
    np.lib.format.read_magic(stream)
    shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    return np.frombuffer(data, dtype, int(np.prod(shape)), start + stream.tell())


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer of this process, read at first use."""
    return Gazetteer()


@cache
def country_names(lang: str) -> dict[str, str]:
    """Folded names of countries in a language, with their ISO 3166 codes; empty where the Unicode CLDR has none."""
    with zipfile.ZipFile(FILE) as archive:
        name = f"countries/{lang}.json"
        names: dict[str, str] = json.loads(archive.read(name)) if name in archive.namelist() else {}
    return names
