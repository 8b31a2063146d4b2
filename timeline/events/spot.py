"""A name that may be a place, how it stands in its sentence, and what an article's names say of each other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from timeline.events.gazetteer import CITY, COUNTRY, Candidate

__all__ = ["ACTOR", "BARE", "BIG", "STRONG", "TOWN", "WEAK", "Evidence", "Spot"]

STRONG, WEAK, BARE, ACTOR = 3, 2, 1, 0
"""How a name stands: after "in"; after "from", "of" …; as an object or before a noun; as one who acts or speaks."""

BIG, TOWN = 250_000, 15_000
"""Inhabitants from which a city is believed wherever it stands; from which it needs a preposition or its country in the article."""


class Spot(NamedTuple):
    """A name in a sentence that may be a place: its tokens, what it may be, how it stands, what a comma adds to it."""

    first: int
    last: int
    candidates: tuple[Candidate, ...]
    standing: int
    country: str | None = None
    region: str | None = None
    chars: tuple[int, int] | None = None
    """Its characters, where it is not made of whole tokens."""
    told: bool = False
    """Whether a spaCy pipeline sees a place in it."""


@dataclass(slots=True)
class Evidence:
    """What an article speaks of: countries and regions with weights, and surnames of the people it names."""

    countries: Counter[str] = field(default_factory=Counter)
    regions: Counter[str] = field(default_factory=Counter)
    surnames: set[str] = field(default_factory=set)

    def add(self, spot: Spot) -> None:
        """Take in one name: countries, big cities and what stands behind a comma tell of their country."""
        if spot.country:
            self.countries[spot.country] += 3
            if spot.region:
                self.regions[spot.region] += 3
            return
        countries = {c.country for c in spot.candidates if c.kind == COUNTRY}
        if countries and all(c.kind == COUNTRY or c.population < BIG for c in spot.candidates):
            self.countries[spot.candidates[0].country] += 2
        elif len({c.country for c in spot.candidates if c.population > TOWN}) == 1 and spot.standing > BARE:
            best = max(spot.candidates, key=lambda c: c.population)
            self.countries[best.country] += 1
            if best.region or best.kind != CITY:
                self.regions[best.region or best.name] += 1
