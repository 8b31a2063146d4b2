"""Places in scripts without capitals: every country and larger city of the script is looked for in the text itself."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from timeline.events.gazetteer import Candidate, country_names, gazetteer
from timeline.language.files import primary, read_pack

__all__ = ["Scanner", "scanner"]

_FEWEST_PEOPLE = 300_000
_FEWEST_FOR_SHORT = 1_000_000
"""People of a place for its name to count where it has the fewest letters: many such are common words."""
_ANYWHERE = "*"


class Scanner(NamedTuple):
    """The names of one script: an automaton, what each of its patterns may be, and where a name may begin."""

    automaton: AhoCorasick
    meanings: list[tuple[Candidate, ...]]
    prefixes: str

    def find(self, text: str) -> list[tuple[int, int, tuple[Candidate, ...]]]:
        """The names in a text, the longest from the left, as offsets and what they may be."""
        found = self.automaton.find_matches_as_indexes(text)
        return [(start, end, self.meanings[index]) for index, start, end in found if self._apart(text, start, end)]

    def _apart(self, text: str, start: int, end: int) -> bool:
        """Whether a name is a word, but for the particles that a script writes on to it."""
        if self.prefixes == _ANYWHERE:
            return True
        while start and text[start - 1].isalpha() and text[start - 1] in self.prefixes:
            start -= 1
        return not (start and text[start - 1].isalpha()) and not (end < len(text) and text[end].isalpha())


@cache
def scanner(lang: str | None) -> Scanner | None:
    """The scanner of a language whose script has no capitals; ``None`` for all others."""
    code = primary(lang)
    told = (read_pack("und", "where") or {})["caseless"].get(code)
    if told is None:
        return None
    first, last, shortest, prefixes = told
    places, countries = gazetteer(), gazetteer().countries()
    meanings: dict[str, tuple[Candidate, ...]] = {}
    low, high = (unicodedata.normalize("NFKD", edge)[0] for edge in (first, last))  # as the gazetteer folds its names
    for name, candidates in places.named_between(low, high, _FEWEST_PEOPLE):
        written = unicodedata.normalize("NFC", name)
        if len(written) > shortest or max(place.population for place in candidates) >= _FEWEST_FOR_SHORT:
            meanings[written] = candidates
    for name, country in country_names(code).items():
        meanings[unicodedata.normalize("NFC", name)] = (countries[country],)
    names = [name for name in meanings if len(name) >= shortest and first <= name[0] <= last]
    return Scanner(AhoCorasick(names, matchkind=MatchKind.LeftmostLongest), [meanings[name] for name in names], prefixes)
