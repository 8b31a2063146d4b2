"""Which names of an article are those of people, and what each of them is called in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from timeline.events.names import NameWords, Run
from timeline.events.tokens import Tokens
from timeline.events.words import WhoWords

__all__ = ["Persons"]

_LONGEST = 40
"""Characters of a name that others are called by."""


@dataclass(slots=True)
class Persons:
    """The names of the people of one article."""

    text: str
    names: NameWords
    words: WhoWords
    demonyms: Mapping[str, str]
    full: dict[str, str] = field(default_factory=dict)
    """Full names by their last word; the first full name of an article keeps it."""

    def remember(self, tokens: Tokens, named: Sequence[Run]) -> None:
        """Take in the full names of a sentence."""
        for run in named:
            if run.last - run.first > 1 and not self._of_no_person(tokens, run):
                name, last = tokens.written(self.text, *run), tokens.words[run.last - 1]
                if len(name) < _LONGEST and last[1:].islower():
                    self.full.setdefault(last, name)

    def is_person(self, tokens: Tokens, run: Run) -> bool:
        """Whether a name is a person's, for all that can be told: a full name or the last name of one."""
        return (run.last - run.first > 1 or tokens.words[run.first] in self.full) and not self._of_no_person(tokens, run)

    def in_full(self, tokens: Tokens, run: Run) -> str:
        """The full name of one who may be called by the last name."""
        return self.full.get(tokens.words[run.last - 1]) or tokens.written(self.text, *run)

    def _of_no_person(self, tokens: Tokens, run: Run) -> bool:
        """ "a Central American", "the White House", "Bank of England": names of people have titles, but no articles."""
        words, lower, first = self.words, tokens.lower, run.first
        if tokens.words[run.last - 1] in self.demonyms or not words.in_bodies.isdisjoint(lower[first : run.last]):
            return True
        if not first or self.names.nouns_capitalised:
            return False
        return lower[first - 1] in words.sets["phrases.articles"] and lower[first] not in words.sets["titles.person"]
