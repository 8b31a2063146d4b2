"""The verb of a clause, by the forms of its words, in a language without a learned reader."""

from __future__ import annotations

from itertools import chain

from timeline.events.naming import SHORT, Naming
from timeline.events.tokens import Tokens
from timeline.events.view import SentenceView

__all__ = ["Verbs"]

_MARKS = frozenset(',;:()[]"“”„«»–—…!?') | {"--", "``", "''", "..."}
"""What parts clauses."""
_BESIDE = 2
"""Words between a participle and the expression that it stands with: "inaugurado *en el* 2006"."""
_HELPED = 2
"""Words before a participle among which its auxiliary stands: "fue *presuntamente* robado"."""
_FURTHER = 4
"""Clauses behind an auxiliary in which its participle is looked for."""


class Verbs:
    """A sentence in which the verbs of clauses are looked for."""

    def __init__(self, view: SentenceView, words: Naming) -> None:
        self.view, self.tokens, self.words = view, view.tokens, words
        self.spans = [_tokens_of(view.tokens, *span) for span in view.spans]
        self.timed = frozenset(chain.from_iterable(range(first, last) for first, last in self.spans))
        """Tokens of time expressions, which name no event."""

    def _clause(self, first: int, last: int) -> tuple[int, int]:
        """The tokens around ``[first, last)`` up to the next mark or word that begins a clause."""
        lower, openers = self.tokens.lower, self.words.listed["openers"]
        while first > 0 and lower[first - 1] not in _MARKS and lower[first] not in openers:
            first -= 1
        while last < len(lower) and lower[last] not in _MARKS and lower[last] not in openers:
            last += 1
        return first, last

    def _behind(self, end: int) -> tuple[int, int]:
        """The clause behind one that ends at ``end``; empty where there is none."""
        while end < len(self.tokens) and self.tokens.lower[end] in _MARKS:
            end += 1
        return self._clause(end, end + 1) if end < len(self.tokens) else (end, end)

    def _before(self, start: int) -> tuple[int, int]:
        """The clause before one that begins at ``start``; empty where there is none."""
        while start > 0 and self.tokens.lower[start - 1] in _MARKS:
            start -= 1
        return self._clause(start - 1, start) if start > 0 else (0, 0)

    def _words_of(self, start: int, end: int) -> list[int]:
        """The words of a stretch that may tell of something: neither numbers nor dates, which alone are a heading."""
        return [i for i in range(start, end) if i not in self.timed and self.tokens.lower[i][:1].isalpha()]

    def _beside(self, start: int, end: int, first: int, last: int) -> int | None:
        """The verb of a clause where its parts stand together: the nearest finite verb or participle behind an auxiliary.

        A participle alone counts right before the expression ("inaugurado en 2006"), else only where there is nothing else.
        """
        lower, listed = self.tokens.lower, self.words.listed
        finite, present, bare = [], [], []
        for i in range(start, end):
            if i in self.timed or lower[i] in listed["auxiliaries"]:
                continue
            if i and not self.tokens.words[i].islower():
                continue  # a name: "Teherán"
            participle = self.words.participle(lower[i])
            helped = participle and not listed["auxiliaries"].isdisjoint(lower[max(start, i - _HELPED) : i])
            if lower[i] in listed["never"] and not helped:
                continue
            if participle and not helped:
                bare.append(i)
            elif participle or self._finite(i):
                finite.append(i)
            elif self._present(i):
                present.append(i)
        beside = [i for i in bare if 0 < first - i <= _BESIDE + 1]
        found = beside or finite or present or bare[:1]
        return min(found, key=lambda i: max(first - i, i - last), default=None)

    def _present(self, i: int) -> bool:
        """Whether a word may be a verb in the present by its ending, which nouns may have: behind a noun, not behind what begins a phrase."""
        word, words = self.tokens.lower[i], self.words
        return (
            i > 0
            and len(word) > SHORT + 1
            and word not in words.small
            and words.ends("present_endings", word)
            and self.tokens.lower[i - 1] not in words.listed["before_adjective"]
        )

    def _finite(self, i: int) -> bool:
        word, words = self.tokens.lower[i], self.words
        ended = words.ends("verb_endings", word) or words.ends("future_endings", word)
        return ended or self.view.tags[i] == "VERB" or words.known.get(word, "NONE") != "NONE"

    def _bracket(self, start: int, end: int) -> int | None:
        """The verb of a clause where it closes it, or stands second and alone."""
        words, lower = self.words, self.tokens.lower
        inside = self._words_of(start, end)
        helped = any(lower[i] in words.listed["auxiliaries"] for i in inside)
        closing = next((i for i in reversed(inside) if lower[i] not in words.listed["auxiliaries"]), None)
        if closing is not None and self._verb(closing, start) and self._closes(closing, start, helped=helped):
            return closing
        verbs = [i for i in inside if lower[i] not in words.listed["auxiliaries"] and self._verb(i, start)]
        if helped:
            return next((i for i in reversed(verbs) if self._nonfinite(i)), None) or self._closing(end)
        finite = [i for i in verbs if words.known.get(lower[i]) or words.ends("verb_endings", lower[i])]
        return next(iter(finite or [i for i in verbs if words.ends("present_endings", lower[i])]), None)

    def _closes(self, i: int, start: int, *, helped: bool) -> bool:
        """Whether the last verb of a clause is its verb: of a subordinate clause, with an auxiliary, or an infinitive."""
        return self._subordinate(start) or self._infinitive(i) or (helped and self._nonfinite(i))

    def _closing(self, end: int) -> int | None:
        """The participle or infinitive that ends one of the next clauses, where a list or an aside parts it from its auxiliary."""
        for _ in range(_FURTHER):
            start, end = self._behind(end)
            inside = self._words_of(start, end)
            if not inside or self._subordinate(start):
                continue
            if any(self.tokens.lower[i] in self.words.listed["auxiliaries"] for i in inside):
                return None
            if self._verb(inside[-1], start) and self._nonfinite(inside[-1]):
                return inside[-1]
        return None

    def _nonfinite(self, i: int) -> bool:
        """Whether a verb is a participle or an infinitive."""
        word = self.tokens.lower[i]
        return (
            self.words.known.get(word) in ("PAST", "INFINITIVE")
            or self.words.participle(word)
            or self.words.ends("infinitive_endings", word)
        )

    def _infinitive(self, i: int) -> bool:
        """Whether the mark of an infinitive stands before a verb, or within it ("heraus*zu*finden")."""
        word, marks = self.tokens.lower[i], self.words.listed["infinitive"]
        if self.tokens.lower[i - 1] in marks:
            return True
        return self.words.ends("infinitive_endings", word) and any(mark in word[2:-3] for mark in marks)

    def _subordinate(self, start: int) -> bool:
        """Whether a clause begins with a conjunction, or behind a comma with a relative pronoun."""
        lower, listed = self.tokens.lower, self.words.listed
        return start < len(lower) and (
            lower[start] in listed["openers"] or (start > 0 and lower[start - 1] == "," and lower[start] in listed["relatives"])
        )

    def _verb(self, i: int, start: int) -> bool:
        """Whether a word of a language whose nouns have capitals may be a verb: small, with the ending of one, and no adjective."""
        word, words = self.tokens.lower[i], self.words
        if self.view.tags[i] == "VERB":
            return True
        if not self.tokens.words[i].islower() or word in words.small or words.ends("adverb_endings", word):
            return False
        if words.known.get(word, "NONE") != "NONE":
            return True
        if len(word) <= SHORT and word not in words.ending["verb_endings"]:
            return False
        formed = words.ends("verb_endings", word) or words.ends("present_endings", word) or words.participle(word)
        return formed and not self._adjective(i, start)

    def _adjective(self, i: int, start: int) -> bool:
        """Whether a small word stands before a noun with a capital, and behind a word that opens its phrase ("der *frühere* Minister")."""
        words, lower = self.tokens.words, self.tokens.lower
        if i + 1 >= len(words) or not words[i + 1][:1].isupper():
            return False
        while i > start and words[i - 1].islower() and lower[i - 1] not in self.words.small:
            i -= 1
        return i > 0 and lower[i - 1] in self.words.listed["before_adjective"]


def _tokens_of(tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    """The tokens of an expression; of one within a token ("2015/*16*") that token."""
    first, last = tokens.between(start, end)
    return (first, last) if first < last else (max(first - 1, 0), max(first, 1))
