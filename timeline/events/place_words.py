"""What a language says of places (``where.toml``), and what a name may be in it: the gazetteer, aliases, countries by their own names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial

from timeline.events.caseless import Scanner, scanner
from timeline.events.gazetteer import REGION, Candidate, country_names, fold, gazetteer
from timeline.events.words import who_words
from timeline.language.files import primary, read_pack
from timeline.memo import Recent

__all__ = ["PlaceWords", "named", "place_words"]

_REMEMBERED = 1 << 13


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """What a language says of places (``where.toml``)."""

    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    between: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()
    """Prepositions after which a name is someone: "ties with Russia"."""
    possessive: frozenset[str] = frozenset()
    """Marks of the genitive that are words of their own."""
    of: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    not_of: frozenset[str] = frozenset()
    actor_verbs: frozenset[str] = frozenset()
    place_verbs: frozenset[str] = frozenset()
    speech: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    list_words: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    """Words in the names of organisations."""
    classes: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, Candidate] = field(default_factory=dict)
    genitives: tuple[str, ...] = ()
    """Endings that a name may take: "Syriens"."""
    demonyms: Mapping[str, str] = field(default_factory=dict)
    """Word as written, to the code of its country."""
    abbreviations: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Code of the country and name of the region, by what may follow a comma."""
    scanner: Scanner | None = None
    """For scripts without capitals."""
    countries: Mapping[str, str] = field(default_factory=dict)
    """Folded name, to the code of the country."""
    named: Recent[str, tuple[Candidate, ...]] = field(default_factory=partial(Recent, _REMEMBERED), init=False)
    """What :func:`named` has found lately: a text says its places again and again."""


@cache
def place_words(lang: str | None) -> PlaceWords:
    """The words of a language; only the names of countries where it has no ``where.toml``."""
    code = primary(lang)
    told = read_pack(code, "where") or {}
    who = who_words(lang)
    prepositions, words = told.get("prepositions", {}), told.get("words", {})
    places = gazetteer()
    wanted = told.get("aliases", {})
    cities = places.by_ids([place for place in wanted.values() if isinstance(place, int)])
    states = places.countries()
    aliases = {name: cities[place] if isinstance(place, int) else states[place] for name, place in wanted.items()}
    demonyms = dict(told.get("demonyms", {}))
    endings = demonyms.pop("endings", [""])
    regions = {name: _region(region) for name, region in told.get("regions", {}).items()}
    return PlaceWords(
        **{name: frozenset(prepositions.get(name, ())) for name in ("strong", "weak", "of", "between", "none")},
        **{
            name: frozenset(words.get(name, ()))
            for name in ("inside", "before", "after", "not_of", "actor_verbs", "place_verbs", "speech", "never")
        },
        list_words=frozenset(told.get("list_words", ())),
        titles=who.sets["titles.person"] if who else frozenset(),
        people=who.people if who else frozenset(),
        bodies=who.sets["titles.organisation"] | who.organisations if who else frozenset(),
        classes=who.classes if who else {},
        aliases=aliases | regions,
        possessive=frozenset(told.get("possessive", ())),
        genitives=tuple(told.get("genitives", ())),
        demonyms={word + end: country for country, forms in demonyms.items() for word in forms for end in endings},
        abbreviations={name: (country, region) for name, (country, region) in told.get("abbreviations", {}).items()},
        countries=country_names(code),
        scanner=scanner(code),
    )


def _region(name: str) -> Candidate:
    return next(place for place in gazetteer().find(name) if place.kind == REGION)


def named(name: str, words: PlaceWords) -> tuple[Candidate, ...]:
    """All that a name may be, an alias first; without a genitive's ending where it is nothing as it stands."""
    try:
        return words.named[name]
    except KeyError:
        return words.named.keep(name, _named(name, words))


def _named(name: str, words: PlaceWords) -> tuple[Candidate, ...]:
    found = _exactly(name, words)
    if not found and words.genitives and name.endswith(words.genitives):
        ending = next(ending for ending in words.genitives if name.endswith(ending))
        return _exactly(name[: -len(ending)], words)
    return found


def _exactly(name: str, words: PlaceWords) -> tuple[Candidate, ...]:
    candidates = gazetteer().find(name)
    first = words.aliases.get(name)
    if first is not None:
        first = first._replace(alias=True)
    elif country := words.countries.get(fold(name)):
        first = _countries().get(country)
    if first is None:
        return candidates
    return (first, *(c for c in candidates if c.gazetteer_id != first.gazetteer_id))


@cache
def _countries() -> dict[str, Candidate]:
    return gazetteer().countries()
