"""A place as a reader would write it: "Homs, SY", but "Syria" for the country itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from timeline.events.gazetteer import NO_COUNTRY, gazetteer
from timeline.views.exports import plain

__all__ = ["where_of"]


def where_of(row: Mapping[str, Any]) -> str:
    """The place of an event and the code of its country, as far as they are known; empty where neither is."""
    place, country = plain(row["place"]), plain(row["country"])
    if place and country and (country == NO_COUNTRY or _countries().get(country) == place):
        return str(place)
    return ", ".join(part for part in (place, country) if part)


@cache
def _countries() -> dict[str, str]:
    return {code: country.name for code, country in gazetteer().countries().items()}
