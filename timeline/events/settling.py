"""Which of the names that may be places are ones, and which place each means: by what stands behind its comma ("Athens, Ga."), by the
countries and regions that the article speaks of, and by population."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from timeline.events.gazetteer import CITY, COUNTRY, NO_COUNTRY, REGION, Candidate
from timeline.events.names import Known
from timeline.events.spot import ACTOR, BIG, STRONG, TOWN, WEAK, Evidence, Spot
from timeline.events.tokens import Tokens
from timeline.events.view import SentenceView
from timeline.records import Place

__all__ = ["Settled", "settle"]

_LAST_LATIN = "\u024f"
"""Other names in Latin letters are often surnames elsewhere; in other scripts they are the names of that language."""
_SENTENCE_START = 1
_MOST_TOLD = 3.0
"""What the countries and regions of an article weigh at most: a place a thousand times as large is meant wherever the article speaks of."""


class Settled(NamedTuple):
    """A place with its tokens and how it stands."""

    first: int
    last: int
    standing: int
    place: Place


def settle(found: Sequence[Spot], evidence: Evidence, view: SentenceView, text: str, known: Known) -> list[Settled]:
    """Which of the spots are places, and which places."""
    tokens = view.tokens
    settled = []
    for spot in found:
        if spot.standing == ACTOR and not spot.country:
            continue
        best = spot.candidates[0]
        if len(spot.candidates) > 1:
            best = max(spot.candidates, key=lambda candidate: _score(candidate, spot, evidence))
        if not _believed(best, spot, evidence, tokens, known):
            continue
        start, end = spot.chars or (tokens.starts[spot.first], tokens.ends[spot.last - 1])
        country = None if best.country == NO_COUNTRY else best.country
        place = Place(text[start:end], best.name, country, best.lat, best.lon, best.gazetteer_id, start, end)
        settled.append(Settled(spot.first, spot.last, spot.standing, place))
    return settled


def _score(candidate: Candidate, spot: Spot, evidence: Evidence) -> float:
    """How likely a candidate is meant: its size, what the article speaks of, what the comma says."""
    score = math.log10(candidate.population + 10) - 0.5 * candidate.alternate
    score += 1.5 * (candidate.kind == COUNTRY) + 2 * candidate.alias
    told = 1.2 * math.log2(1 + evidence.countries[candidate.country])
    if region := candidate.region or (candidate.kind == REGION and candidate.name):
        told += 1.5 * math.log2(1 + evidence.regions[region])
    score += min(told, _MOST_TOLD)
    if spot.country:
        score += 20 * (candidate.country == spot.country) + 20 * (spot.region is not None and candidate.region == spot.region)
    return score


def _believed(best: Candidate, spot: Spot, evidence: Evidence, tokens: Tokens, known: Known) -> bool:
    """Whether the name is a place at all."""
    word = tokens.words[spot.first] if spot.last - spot.first == 1 else ""
    if spot.country or spot.chars or spot.told:
        return True
    if word in evidence.surnames and spot.standing < STRONG and best.kind != COUNTRY:
        return False
    if word and (word.lower() in known.small or spot.first < _SENTENCE_START) and spot.standing < STRONG and best.kind == CITY:
        return best.population > BIG and word.lower() not in known.small
    if best.kind != COUNTRY and best.kind != CITY:
        return word not in evidence.surnames or spot.standing == STRONG
    if best.kind == COUNTRY:
        return word not in evidence.surnames or spot.standing >= WEAK
    at_home = evidence.countries[best.country] > 0
    if best.population >= BIG and (not best.alternate or tokens.words[spot.first][0] > _LAST_LATIN):
        return True
    if best.population >= TOWN:
        return spot.standing >= WEAK or at_home
    return spot.standing >= WEAK and at_home
