"""Cuts a sentence into phrases: noun phrases with their heads, verbs, prepositions and the words that join clauses.

No parser and no word classes of its own: closed lists of function words (``who.toml``), the names, the triggers and the time
expressions that are known already leave little between them that is not a noun phrase.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from timeline.events.names import Run
from timeline.events.tokens import Tokens
from timeline.events.view import SentenceView
from timeline.events.words import ADVERB, BREAK, NOUN, PREP, PRON, QUOTE, VERB, WhoWords

__all__ = ["Phrase", "cut"]

_CLOSING = frozenset(('"', "”", "''", "»", "“"))
_SENTENCE_MARKS = frozenset(",.!?…")
_GENITIVE = frozenset(("'s", "'"))
_JOINING = frozenset(("-", "/", "&"))
_NOMINAL = ("NOUN", "PROPN")
_SKIPPED = "skipped"
_WITHIN = (ADVERB, _SKIPPED)
"""What may stand between an article and its noun."""
_MONEY = frozenset("$£€¥")
_LONGEST_ASIDE = 8
"""Words and marks of an insertion in brackets that interrupts no clause."""


@dataclass(slots=True)
class Phrase:
    """A phrase of a sentence: tokens ``[first, last)`` and the token of its head.

    ``mention`` is the index of the event that a verb (or the head of a noun phrase) names. ``human`` where the head is people, a
    body that acts or a name; ``name`` the run that it ends with. ``owner`` marks a phrase that stands in the genitive before the next,
    ``participle`` a verb that the tagger takes for a past participle; ``same`` is the phrase that a pronoun clearly stands for.
    """

    kind: str
    first: int
    last: int
    head: int
    mention: int | None = None
    human: bool = False
    name: Run | None = None
    owner: bool = False
    participle: bool = False
    inner: Run | None = None
    """A name of people that stands before the head of a noun phrase."""
    same: Phrase | None = None


@lru_cache(4096)
def _one_word(kind: str, token: int) -> Phrase:
    """A word that makes a phrase by itself and of which nothing more is ever told: a mark, a preposition, a conjunction …"""
    return Phrase(kind, token, token + 1, token)


def cut(view: SentenceView, runs: Sequence[Run], words: WhoWords, skip: frozenset[int], places: frozenset[int]) -> list[Phrase]:
    """The phrases of a sentence in order.

    ``skip`` are tokens of time expressions, which are left out; ``places`` the first tokens of names that are places, not people.
    """
    return _Cutter(view, runs, words, skip, places).run()


class _Cutter:
    """One pass over the tokens of a sentence, by the kind of each."""

    def __init__(
        self, view: SentenceView, runs: Sequence[Run], words: WhoWords, skip: frozenset[int], places: frozenset[int]
    ) -> None:
        self.tokens: Tokens = view.tokens
        self.places = places
        self.words = words
        self.lower = lower = self.tokens.lower
        self.starters = words.sets["phrases.starters"]
        kinds = list(map(words.classes.__getitem__, lower))
        determiners = words.sets["phrases.determiners"]
        for i, tag in enumerate(view.tags):
            if tag == "VERB":
                if kinds[i] in (NOUN, ADVERB):
                    kinds[i] = VERB
            elif tag == "ADV":
                nominal = kinds[i] == NOUN or (kinds[i] == PREP and i and kinds[i - 1] == VERB)
                if nominal and lower[i] not in determiners:
                    kinds[i] = ADVERB
        self.mentions = view.mentions
        self.tags = view.tags
        self.events: dict[int, int] = {}
        for index, (trigger, mention) in enumerate(zip(view.triggers, view.mentions, strict=True)):
            self.events[trigger] = index
            verbal = view.tags[trigger] in ("VERB", "AUX") or (mention.tense != "NONE" and view.tags[trigger] not in _NOMINAL)
            kinds[trigger] = VERB if verbal else NOUN
        self.named = {run.first: run for run in runs}
        for run in runs:
            kinds[run.first : run.last] = [NOUN] * (run.last - run.first)
        if not _JOINING.isdisjoint(lower):
            self._join(kinds)
        for i in skip:
            kinds[i] = _SKIPPED
        self.kinds = kinds
        self._read_over(skip)
        self.found: list[Phrase] = []

    def run(self) -> list[Phrase]:
        i, lower, kinds, found = 0, self.tokens.lower, self.kinds, self.found
        approximations, things = self.words.approximations, self.words.sets["pronouns.things"]
        about = not approximations.keys().isdisjoint(lower)
        while i < len(kinds):
            kind = kinds[i]
            if kind == NOUN or (about and lower[i] in approximations and self._approximation(i)):
                i = self._noun_phrase(i)
                continue
            if kind == QUOTE and i and lower[i] in _CLOSING and lower[i - 1] in _SENTENCE_MARKS:
                kind = BREAK  # what was quoted ends here; who said it comes next
            if kind == VERB:
                mention = self.events.get(i)
                participle = mention is not None and self.mentions[mention].tense == "PASTPART"
                found.append(Phrase(kind, i, i + 1, i, mention, participle=participle))
            elif kind == _SKIPPED and found and found[-1].kind == PREP and found[-1].last == i and not self._owning(i):
                found.pop()  # a preposition belongs to the time expression that follows it
            elif kind == PRON:
                found.append(Phrase(kind, i, i + 1, i, human=lower[i] not in things))
            elif kind not in (_SKIPPED, ADVERB, QUOTE):
                found.append(_one_word(kind, i))
            i += 1
        return found

    def _read_over(self, skip: frozenset[int]) -> None:
        """Marks that look like the end of something and interrupt nothing."""
        if "." in self.lower[:-1]:
            self._abbreviations()
        if skip:
            self._dated_genitives(skip)
        if "(" in self.lower:
            self._asides()

    def _abbreviations(self) -> None:
        """A full stop inside a sentence is that of an abbreviation and ends nothing: "R-Calif., said", "N.Y.", "No. 2"."""
        lower, starts, ends = self.lower, self.tokens.starts, self.tokens.ends
        for i in range(1, len(lower) - 1):
            if lower[i] == "." and starts[i] == ends[i - 1] and lower[i - 1][-1].isalnum() and lower[i + 1] not in _CLOSING:
                within = (
                    self.kinds[i - 1] == NOUN
                    and lower[i + 1][0].isalnum()
                    and (starts[i + 1] == ends[i] or lower[i + 1][0].isdigit())
                )
                self.kinds[i] = NOUN if within or self.kinds[i] == NOUN else ADVERB

    def _dated_genitives(self, skip: frozenset[int]) -> None:
        """The mark of a time expression in the genitive belongs to it: of "Tuesday's attack" only the attack is a phrase."""
        for i in skip:
            if i + 1 < len(self.lower) and self.lower[i + 1] in _GENITIVE and self.tokens.starts[i + 1] == self.tokens.ends[i]:
                self.kinds[i + 1] = _SKIPPED

    def _owning(self, i: int) -> bool:
        """Whether the time expression at ``i`` stands in the genitive: the preposition of "after Tuesday's attack" is that of the attack."""
        while i < len(self.kinds) and self.kinds[i] == _SKIPPED:
            i += 1
        return self.lower[i - 1] in _GENITIVE

    def _asides(self) -> None:
        """A short insertion in brackets that tells no event takes no part in anything: "Rep. Jason Lee (R-Mo.) said"."""
        lower, kinds = self.lower, self.kinds
        start = -1
        for i, word in enumerate(lower):
            if word == "(":
                start = i
            elif word == ")" and start >= 0:
                if i - start <= _LONGEST_ASIDE and VERB not in kinds[start:i] and self.events.keys().isdisjoint(range(start, i)):
                    kinds[start : i + 1] = [ADVERB] * (i + 1 - start)
                start = -1

    def _join(self, kinds: list[str]) -> None:
        """A hyphen that touches both its neighbours lies within a word: "608-page"."""
        starts, ends = self.tokens.starts, self.tokens.ends
        for i in range(1, len(kinds) - 1):
            if self.tokens.lower[i] in _JOINING and ends[i - 1] == starts[i] and ends[i] == starts[i + 1]:
                kinds[i] = NOUN

    def _approximation(self, i: int) -> int:
        """How many words before a number belong to the amount."""
        lower = self.tokens.lower
        for rest in self.words.approximations.get(lower[i], ()):
            after = i + 1 + len(rest)
            if after < len(lower) and tuple(lower[i + 1 : after]) == rest and self._number(lower[after]):
                return after - i
        return 0

    def _number(self, word: str) -> bool:
        return word[0].isdigit() or word in self.words.sets["phrases.amounts"]

    def _noun_phrase(self, start: int, first: int | None = None) -> int:
        """Take the longest noun phrase from ``start``, shown from ``first``; returns where to go on."""
        lower, kinds, named, plural, starters = self.lower, self.kinds, self.named, self.words.plural, self.starters
        i = start + self._approximation(start) if lower[start] in self.words.approximations else start
        name: Run | None = None
        inner: Run | None = None
        while i < len(kinds) and (kinds[i] == NOUN or i == start):
            if i in named:
                if i - start > 1 and self._contact_clause(start if first is None else first, i, named[i]):
                    break
                inner = name = named[i]
                i = name.last
                continue
            if i > start and (lower[i] in starters or (name is not None and lower[i] != "." and self._ends_name(i))):
                break
            if name is not None and lower[i].isdigit():
                i += 1  # "Apollo 8"
                continue
            name = None
            i += 1
            if lower[i - 1] in plural and i not in named:
                break  # a plural noun for people ends its phrase: what follows is a verb that nobody saw
        if i - start == 1 and lower[start] in starters and i < len(kinds) and (kinds[i] in _WITHIN or lower[i] in _MONEY):
            after = self._noun_after(i)
            if after:
                return self._noun_phrase(after, start if kinds[i] != _SKIPPED else None)
        self._add(start if first is None else first, i, name)
        if inner is not None and inner is not name and inner.first not in self.places:
            self.found[-1].inner = inner
        if i < len(kinds) and lower[i] in _GENITIVE and self.tokens.starts[i] == self.tokens.ends[i - 1]:
            self.found[-1].owner = True
            return i + 1
        return i

    def _noun_after(self, i: int) -> int:
        """Where a noun phrase goes on behind the adverbs, the time expression or the sign of money that follow its article ("a very small
        boat", "the Friday attacks"); 0 where it does not."""
        while i < len(self.kinds) and (self.kinds[i] in _WITHIN or self.lower[i] in _MONEY):
            i += 1
        return i if i < len(self.kinds) and self.kinds[i] == NOUN and self.lower[i] not in self.starters else 0

    def _contact_clause(self, start: int, i: int, name: Run) -> bool:
        """Whether the name at ``i`` is the subject of a clause that nothing joins to the noun before it: "the deal Obama signed"."""
        word, kinds = self.lower[i - 1], self.kinds
        if self.lower[start] not in self.starters or name.last >= len(kinds) or kinds[name.last] != VERB:
            return False
        if self.tags[i - 1] != "NOUN" or self.words.human[word] or self.words.has("titles.words", word):
            return False
        return not self.words.has("attribution.verbs", self.lower[name.last])

    def _ends_name(self, i: int) -> bool:
        """After a name, a common noun goes on only where it is one that may follow a name ("Assad forces")."""
        return self.tags[i] not in ("NOUN", "NUM") and not (self.words.human[self.tokens.lower[i]] or i in self.events)

    def _add(self, first: int, last: int, name: Run | None) -> None:
        lower, head = self.lower, last - 1
        before = self.found[-1] if self.found else None
        if before is not None and before.kind == PREP and self._amount_of(first, last, head, name):
            return
        if (
            before is not None
            and before.kind == NOUN
            and before.last == first
            and lower[first] in self.words.sets["phrases.genitive_articles"]
        ):
            before.last = last
            return
        kind = PRON if last - first == 1 and lower[first] in self.words.sets["pronouns.object"] else NOUN
        human = kind == PRON or (name is not None and name.first not in self.places) or self.words.human[lower[head]]
        self.found.append(Phrase(kind, first, last, head, self.events.get(head), human, name))

    def _amount_of(self, first: int, last: int, head: int, name: Run | None) -> bool:
        """Join "hundreds of" with what they are of, "chief of staff" with the name that follows."""
        found, lower, sets = self.found, self.tokens.lower, self.words.sets
        if len(found) < 2 or lower[found[-1].head] not in sets["phrases.of"]:
            return False
        amount = found[-2]
        if lower[head][0].isdigit():
            return False
        titled = name is not None and first < name.first and lower[amount.head] in sets["titles.words"]
        if amount.kind != NOUN or amount.owner or not (titled or lower[amount.head] in sets["phrases.amounts"]):
            return False
        human = name is not None or self.words.human[lower[head]]
        found[-2:] = [Phrase(NOUN, amount.first, last, head, self.events.get(head), human, name)]
        return True
