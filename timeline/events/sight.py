"""What stands around a phrase of a sentence: what the walk that reads who takes part (:mod:`timeline.events.who`) may look at ahead of it and
behind it, without changing anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from timeline.events.phrases import Phrase
from timeline.events.words import (
    AMOUNT,
    AUX,
    BREAK,
    COMMA,
    CONJ,
    GERUND,
    HEARER,
    NOUN,
    OF,
    POSSESSIVE,
    PREP,
    PRON,
    RELATIVE,
    SAYING,
    STARTER,
    SUFFERING,
    VERB,
    WhoWords,
)

__all__ = ["LOOK_BACK", "Role", "Sight"]

LOOK_BACK = 6
"""Phrases before a relative pronoun among which those whom it means are looked for."""

Role = Literal["agent", "patient", "other"]


@dataclass(slots=True)
class Sight:
    """The phrases of a sentence and what its words say of them."""

    phrases: Sequence[Phrase]
    words: WhoWords
    marks: Sequence[int]
    """What the words of a language say of each token."""
    kinds: Sequence[str]
    """Kinds of the phrases, with two empty ones before the first and behind the last."""

    def _marks(self, index: int) -> int:
        return self.marks[self.phrases[index].head] if 0 <= index < len(self.phrases) else 0

    def _leads(self, index: int) -> bool:
        """Whether a finite verb follows a noun phrase, past the prepositional phrases that hang on it."""
        i = index + 1
        while (self.kinds[i + 2] == PREP and self.kinds[i + 3] in (NOUN, PRON)) or (
            self.kinds[i + 2] == CONJ and self.kinds[i + 3] == NOUN
        ):
            i += 2
        if self.kinds[i + 2] == RELATIVE:
            return True
        return self.kinds[i + 2] == AUX or (self.kinds[i + 2] == VERB and not self._marks(i) & GERUND)

    def _with_owners(self, index: int) -> int:
        """Where a noun phrase begins with those that own it: "a nurses' union"."""
        while index and self.phrases[index - 1].owner:
            index -= 1
        return index

    def _bare_article(self, index: int) -> bool:
        """Whether a noun phrase is but an article: a participle stands between it and its noun."""
        phrase = self.phrases[index]
        alone = phrase.last - phrase.first == 1 and phrase.name is None
        return alone and bool(self.marks[phrase.head] & (STARTER | POSSESSIVE))

    def _measure(self, phrase: Phrase) -> bool:
        """ "won by ten points": how much, not by whom."""
        marks = self.marks[phrase.first : phrase.last]
        return not phrase.human and any(mark & AMOUNT for mark in marks) and not any(mark & OF for mark in marks)

    def _role_before(self, noun: Phrase) -> Role:
        """What those who stand before an event noun are in it: "his arrest" is done to him, "his arrest of rebels" by him."""
        of_others = noun.last < len(self.marks) and self.marks[noun.last] & OF
        return "patient" if self.marks[noun.head] & SUFFERING and not of_others else "agent"

    def _postposed(self, index: int, marks: int) -> Phrase | None:
        """ "…," said Imad Salamey, or the ministry's spokesman; who is told something is no speaker."""
        if not marks & SAYING or marks & HEARER or self.kinds[index + 3] not in (NOUN, PRON):
            return None
        after = index + 1
        while self.phrases[after].owner and self.kinds[after + 3] in (NOUN, PRON):
            after += 1
        following = self.phrases[after]
        if not following.human or self.kinds[index + 1] not in ("", COMMA, BREAK) or self._leads(after):
            return None
        if following.name is None and self.kinds[after + 3] == COMMA and self.kinds[after + 4] == NOUN:
            named = self.phrases[after + 2]  # "said the captain, Per Lunde"
            return named if named.human and named.name is not None and not named.owner else following
        return following

    def _named(self, index: int, meant: list[Phrase]) -> list[Phrase]:
        """Whom the people before a relative pronoun at ``index`` only describe, if a name with a comma stands before them: "Ann Lee, their
        doctor, who left"."""
        if self.kinds[index + 1] != COMMA or meant[0].name is not None:
            return meant
        at = next((i for i in range(index - 1, max(1, index - LOOK_BACK), -1) if self.phrases[i] is meant[0]), 0)
        at = self._with_owners(at)
        if at < 2 or self.kinds[at + 1] != COMMA:
            return meant
        named = self.phrases[at - 2]
        return [named] if named.human and named.name is not None else meant
