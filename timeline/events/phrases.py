"""Cuts a sentence into phrases: noun phrases with their heads, verbs, prepositions and the words that join clauses.

No parser and no word classes of its own: closed lists of function words (``who.toml``), the names, the triggers and the time
expressions that are known already leave little between them that is not a noun phrase.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from timeline.events.names import Run
from timeline.events.tokens import Tokens
from timeline.events.view import SentenceView
from timeline.events.words import BREAK, COMMA, NOUN, PREP, PRON, VERB, WhoWords

__all__ = ["Phrase", "cut"]

_CLOSING = frozenset(('"', "”", "''", "»", "“"))
_SENTENCE_MARKS = frozenset(",.!?…")


@dataclass(slots=True)
class Phrase:
    """A phrase of a sentence: tokens ``[first, last)`` and the token of its head.

    ``mention`` is the index of the event that a verb (or the head of a noun phrase) names. ``human`` where the head is people, a
    body that acts or a name; ``name`` the run that it ends with. ``owner`` marks a phrase that stands in the genitive before the next.
    """

    kind: str
    first: int
    last: int
    head: int
    mention: int | None = None
    human: bool = False
    name: Run | None = None
    owner: bool = False


def cut(view: SentenceView, runs: Sequence[Run], words: WhoWords, skip: frozenset[int]) -> list[Phrase]:
    """The phrases of a sentence in order; ``skip`` are tokens of time expressions, which are left out."""
    return _Cutter(view, runs, words, skip).run()


class _Cutter:
    """One pass over the tokens of a sentence."""

    def __init__(self, view: SentenceView, runs: Sequence[Run], words: WhoWords, skip: frozenset[int]) -> None:
        self.tokens: Tokens = view.tokens
        self.words = words
        self.skip = skip
        self.named = {run.first: run for run in runs}
        self.verbs: dict[int, int] = {}
        self.nouns: dict[int, int] = {}
        for index, (trigger, mention) in enumerate(zip(view.triggers, view.mentions, strict=True)):
            (self.nouns if mention.tense == "NONE" else self.verbs)[trigger] = index
        self.found: list[Phrase] = []

    def run(self) -> list[Phrase]:
        i, lower, classes = 0, self.tokens.lower, self.words.classes
        while i < len(lower):
            if i in self.skip:
                i += 1
                continue
            run = self.named.get(i)
            if run is None and i in self.verbs:
                self.found.append(Phrase(VERB, i, i + 1, i, self.verbs[i]))
                i += 1
                continue
            amount = self._approximation(i) if lower[i] in self.words.approximations else 0
            kind = NOUN if run or amount else classes.get(lower[i]) or self._mark(lower[i], i)
            if kind == NOUN:
                i = self._noun_phrase(i, i + amount)
            else:
                self._single(kind, i)
                i += 1
        return self.found

    def _approximation(self, i: int) -> int:
        """How many words before a number belong to the amount."""
        lower = self.tokens.lower
        for rest in self.words.approximations[lower[i]]:
            after = i + 1 + len(rest)
            if after < len(lower) and tuple(lower[i + 1 : after]) == rest and self._number(lower[after]):
                return after - i
        return 0

    def _number(self, word: str) -> bool:
        return word[0].isdigit() or self.words.has("phrases.amounts", word)

    def _mark(self, word: str, i: int = 0) -> str:
        if word[0].isalnum():
            return "" if self.words.adverb(word) else NOUN
        if word in _CLOSING and i and self.tokens.lower[i - 1] in _SENTENCE_MARKS:
            return BREAK  # what was quoted ends here; who said it comes next
        return COMMA if word in ",(" else "" if word in "\"“”'`’‘$£€%" else BREAK

    def _single(self, kind: str, i: int) -> None:
        if kind == PRON:
            human = not self.words.has("pronouns.things", self.tokens.lower[i])
            self.found.append(Phrase(PRON, i, i + 1, i, human=human))
        elif kind:
            self.found.append(Phrase(kind, i, i + 1, i))

    def _noun_phrase(self, start: int, content: int) -> int:
        """Take the longest noun phrase from ``start`` (its words from ``content`` on); returns where to go on."""
        lower, classes, i = self.tokens.lower, self.words.classes, content
        name: Run | None = None
        while i < len(lower) and i not in self.skip:
            run = self.named.get(i)
            if run is not None:
                name, i = run, run.last
                continue
            if i in self.verbs or lower[i] in ("'s", "'"):
                break
            kind = classes.get(lower[i]) or self._mark(lower[i])
            if (
                kind != NOUN
                or (i > start and name is not None and self._ends_name(i))
                or (i > start and lower[i] in self.words.sets["phrases.starters"])
            ):
                break
            name = None
            i += 1
            if self.words.plural and lower[i - 1] in self.words.plural and i < len(lower) and i not in self.named:
                break  # a plural noun for people ends its phrase: what follows is a verb that nobody saw
        if i == start:
            return start + 1
        self._add(start, i, name)
        if i < len(lower) and lower[i] in ("'s", "'") and self.tokens.starts[i] == self.tokens.ends[i - 1]:
            self.found[-1].owner = True
            return i + 1
        return i

    def _ends_name(self, i: int) -> bool:
        """After a name, a common noun goes on only where it is one that may follow a name ("Assad forces")."""
        word = self.tokens.lower[i]
        return not (self.words.human(word) or i in self.nouns)

    def _add(self, first: int, last: int, name: Run | None) -> None:
        lower = self.tokens.lower
        head = last - 1
        if self._amount_of(first, last, head, name):
            return
        kind = PRON if last - first == 1 and self.words.has("pronouns.object", lower[first]) else NOUN
        human = kind == PRON or name is not None or self.words.human(lower[head])
        self.found.append(Phrase(kind, first, last, head, self.nouns.get(head), human, name))

    def _amount_of(self, first: int, last: int, head: int, name: Run | None) -> bool:
        """Join "hundreds of" with what they are of."""
        found, lower = self.found, self.tokens.lower
        if len(found) < 2 or found[-1].kind != PREP or not self.words.has("phrases.of", lower[found[-1].head]):
            return False
        amount = found[-2]
        if amount.kind != NOUN or amount.owner or not self.words.has("phrases.amounts", lower[amount.head]):
            return False
        human = name is not None or self.words.human(lower[head])
        found[-2:] = [Phrase(NOUN, amount.first, last, head, self.nouns.get(head), human, name)]
        return True
