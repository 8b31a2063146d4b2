"""Whom an article speaks of while it is read sentence by sentence: whom a pronoun may mean, who spoke last, and how a phrase for one of
them reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from timeline.events.names import Run
from timeline.events.persons import Persons
from timeline.events.phrases import Phrase
from timeline.events.tokens import Tokens
from timeline.events.words import NOUN, PREP, PRON, WhoWords

__all__ = ["Named", "People"]

_STALE = 3
"""Sentences after which nobody is taken for the speaker any more."""
_OPENING = 6
"""The last word at which a pronoun is still the subject of its sentence."""


_FRONTED = (NOUN, PREP)
"""What may stand before the subject of a sentence: "in May 1921 *she* sailed"."""


class Named(NamedTuple):
    """The characters ``Article.text[start:end]`` of a pronoun, and the name that it means."""

    start: int
    end: int
    name: str


@dataclass(slots=True)
class People:
    """The people of an article whose language has words for them."""

    persons: Persons
    words: WhoWords
    person: str | None = None
    """Whom the sentences so far leave for "he" and "she"."""
    here: list[tuple[int, str]] = field(default_factory=list)
    """People named in the sentence being read, with the token after each name."""
    opening: Named | None = None
    """The pronoun that the sentence being read begins with, where it clearly means somebody: the sentence goes on about that one."""
    speaker: str | None = None
    spoken: int = 0
    """How many sentences ago the speaker spoke."""

    # -- sentence by sentence

    def pass_over(self, tokens: Tokens, named: Sequence[Run]) -> None:
        """A sentence that is not read closely: it only says whom it names."""
        self.spoken += 1
        self._leave({self.persons.in_full(tokens, run) for run in named if self.persons.is_person(tokens, run)})

    def nobody_named(self) -> None:
        """A sentence that names nobody and in which nobody speaks."""
        self.here, self.spoken = [], self.spoken + 1

    def begin(self, tokens: Tokens, phrases: Sequence[Phrase]) -> None:
        """A sentence that is read closely."""
        self.spoken += 1
        self.here = [
            (phrase.last, self.persons.in_full(tokens, phrase.name))
            for phrase in phrases
            if phrase.kind == NOUN and phrase.human and phrase.name is not None and self.persons.is_person(tokens, phrase.name)
        ]
        self.opening = self._opening(tokens, phrases)

    def finish(self, tokens: Tokens, speaker: Phrase | None) -> None:
        """The sentence begun last has been read; ``speaker`` is its last source."""
        if self.opening is None:
            self._leave({name for _, name in self.here})
        if speaker is not None and (name := self.readable(tokens, speaker)):
            self.speaker, self.spoken = name, 0

    def _leave(self, named: set[str]) -> None:
        """Whom "he" and "she" of the next sentence may mean: the one person that this one names; nobody where it names two."""
        if named:
            self.person = named.pop() if len(named) == 1 else None

    def _opening(self, tokens: Tokens, phrases: Sequence[Phrase]) -> Named | None:
        first = next((phrase for phrase in phrases if phrase.kind not in _FRONTED or phrase.human), None)
        if first is None or first.kind != PRON or self.person is None:
            return None
        token = first.first
        if token > _OPENING:
            return None
        if not all(self.words.has(group, tokens.lower[token]) for group in ("pronouns.subject", "pronouns.person")):
            return None
        return Named(tokens.starts[token], tokens.ends[token], self.person)

    # -- who is meant

    def last_speaker(self) -> str | None:
        """Who spoke in the sentences right before."""
        return self.speaker if self.spoken <= _STALE else None

    def readable(self, tokens: Tokens, phrase: Phrase) -> str | None:
        """A phrase without its article, a last name in full; a pronoun as the one it means, ``None`` where that is not clear."""
        if phrase.same is not None and self._agree(tokens, phrase, phrase.same):
            return self.readable(tokens, phrase.same)
        first, word = phrase.first, tokens.lower[phrase.first]
        if phrase.kind == PRON:
            return self._pronoun(first, word)
        if phrase.last - first > 1 and (
            self.words.has("phrases.articles", word) or (phrase.name is not None and self.words.has("phrases.before_names", word))
        ):
            first += 1
        if phrase.last - first == 1:
            return self.persons.full.get(tokens.words[first]) or tokens.words[first]
        return tokens.written(self.persons.text, first, phrase.last)

    def _pronoun(self, token: int, word: str) -> str | None:
        """Whom a pronoun means: the one person named before it in its sentence or, unless it says whose something is, in those before: "her"
        of "in her speech, …" may mean one who is named behind it."""
        before = {name for end, name in self.here if end <= token}
        if self.words.has("pronouns.owners", word) or (before and self.words.has("pronouns.person", word)):
            return before.pop() if len(before) == 1 else None
        return self.person if self.words.has("pronouns.person", word) else None

    def _agree(self, tokens: Tokens, pronoun: Phrase, meant: Phrase) -> bool:
        """Whether a pronoun may stand for one who spoke: "she" for no ministry, "they" and "it" for no Yvette Cooper, "it" for no officials."""
        head, said = tokens.lower[meant.head], tokens.lower[pronoun.first]
        if self.words.has("pronouns.person", said):
            return not (head in self.words.plural or head in self.words.organisations)
        if meant.name is not None:
            return not self.persons.is_person(tokens, meant.name)
        return head not in self.words.people or (head in self.words.plural and not self.words.has("pronouns.things", said))
