"""Which words name events in a language without a learned reader: by its lists and endings, clause by clause.

Each time expression dates what its own clause tells, so the clause is looked through for its verb: in some languages ("verb_final") the finite
verb stands second and what belongs to it at the end ("hat … entführt"), in others beside it ("ha entregado"). Where a pack says nothing of
verbs and nouns, the sentence is the event, named by its longest word.
"""

from __future__ import annotations

from collections.abc import Iterator

from timeline.events.naming import SHORT, Naming
from timeline.events.verbs import Verbs
from timeline.events.view import SentenceView

__all__ = ["name_events"]

_ATTACHED = 5
"""Words before an expression among which the noun is looked for that it belongs to: "los ataques de la milicia del 7 de octubre"."""
_FURTHER = 4
"""Clauses behind an expression in which what it dates is looked for."""


def name_events(view: SentenceView, words: Naming) -> Iterator[tuple[int, str]]:
    """The tokens that name events, in order, with their tense; ``view.dated_by`` then tells the expression that each was found for."""
    tokens, sentence = view.tokens, _Sentence(view, words)
    chosen: dict[int, tuple[int, int]] = {}
    for index, (first, last) in zip(view.timexes, sentence.spans, strict=False):
        token = sentence.told(first, last)
        if token is not None:
            chosen[token] = min(chosen.get(token, (len(tokens), 0)), (max(first - token, token - last), index))
    found = sorted(chosen) or [i for i, word in enumerate(tokens.lower) if word in words.known]
    if not found and view.timexes:
        found = sentence.longest()
    for k, token in enumerate(found):
        if token in chosen:
            view.dated_by[k] = chosen[token][1]
        yield token, sentence.tense(token)


class _Sentence(Verbs):
    """A sentence while its events are named."""

    def tense(self, token: int) -> str:
        """The tense of an event, by its word and by the auxiliaries of its clause."""
        ahead, word = self.speaks(token, "future"), self.tokens.lower[token]
        told = self.words.tense(word, ahead=ahead)
        if told == "PASTPART":
            return "PAST" if self.speaks(token, "perfect") else told
        if told == "PAST" and self.words.ends("infinitive_endings", word) and self.speaks(token, "auxiliaries"):
            return "FUTURE" if ahead else "INFINITIVE"  # "soll starten", not "sie starteten"
        return told

    def speaks(self, token: int, name: str) -> bool:
        """Whether the clause of a token holds a word of a list: one that looks ahead, or one that makes a participle what is over."""
        listed = self.words.listed[name]
        if listed.isdisjoint(self.tokens.lower):
            return False
        first, last = self._clause(token, token + 1)
        return not listed.isdisjoint(self.tokens.lower[first:last])

    def told(self, first: int, last: int) -> int | None:
        """The token that names what the expression in ``[first, last)`` dates, in its clause or, where that says nothing, one beside it."""
        start, end = self._clause(first, last)
        attached = self._attached(start, first)
        if attached is not None:
            return attached
        return next((token for clause in self._around(start, end) if (token := self._in(*clause, first, last)) is not None), None)

    def _around(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """A clause, those behind it, and the one before it."""
        yield start, end
        behind = start, end
        for _ in range(_FURTHER):
            behind = self._behind(behind[1])
            if behind[0] == behind[1]:
                break
            yield behind
        yield self._before(start)

    def _attached(self, start: int, first: int) -> int | None:
        """The noun that the expression belongs to: "the attacks *of* October 7"."""
        if first == 0 or self.tokens.lower[first - 1] not in self.words.listed["attached"]:
            return None
        behind = range(first - 2, max(start, first - 1 - _ATTACHED) - 1, -1)
        return next((i for i in behind if self._event_noun(i)), None)

    def _in(self, start: int, end: int, first: int, last: int) -> int | None:
        """What a clause tells: its verb, or the noun that its verb only carries."""
        verb = self._bracket(start, end) if self.words.verb_final else self._beside(start, end, first, last)
        if verb is None or self.tokens.lower[verb] in self.words.listed["carriers"]:
            nouns = [i for i in range(start, end) if self._event_noun(i)]
            verb = min(nouns, key=lambda i: max(first - i, i - last), default=verb)
        if verb is None:
            verb = next((i for i in range(start, end) if self.tokens.lower[i] in self.words.listed["saying"]), None)
        if verb is None and not self.words.listed["auxiliaries"].isdisjoint(self.tokens.lower[start:end]):
            return next(iter(self.longest(start, end)), None)  # "was closed to visitors": the state is what happened
        return verb

    def _event_noun(self, i: int) -> bool:
        word, words = self.tokens.lower[i], self.words
        if word in words.listed["never"] or words.ends("never_endings", word) or i in self.timed:
            return False
        return words.known.get(word) == "NONE" or (len(word) > SHORT and words.ends("noun_endings", word))

    def longest(self, start: int = 0, end: int | None = None) -> list[int]:
        """A verb by its class or ending, else a noun by its ending, else the longest word that is no name."""
        tokens, tags, words = self.tokens, self.view.tags, self.words
        every = self._words_of(start, len(tokens) if end is None else end)
        usable = [i for i in every if len(tokens.lower[i]) > SHORT and tokens.lower[i] not in words.small]
        usable = [i for i in usable if not self._describing(i)] or usable
        small = [i for i in usable if tokens.words[i].islower()]
        verbs = [i for i in small if tags[i] == "VERB" or (tags[i] == "X" and self._verbal(tokens.lower[i]))]
        nouns = [i for i in usable if words.ends("noun_endings", tokens.lower[i])]
        return verbs[:1] or nouns[:1] or sorted(small or usable or every, key=lambda i: (-len(tokens.words[i]), i))[:1]

    def _verbal(self, word: str) -> bool:
        return self.words.ends("verb_endings", word) or self.words.ends("future_endings", word) or self.words.participle(word)

    def _describing(self, i: int) -> bool:
        """Whether a word is an adverb by its ending, or an adjective."""
        return self.words.ends("adverb_endings", self.tokens.lower[i]) or self._adjective(i, 0)
