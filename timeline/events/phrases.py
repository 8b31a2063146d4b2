"""Cuts a sentence into phrases: noun phrases with their heads, verbs, prepositions and the words that join clauses.

No parser and no word classes of its own: closed lists of function words (``who.toml``), the names, the triggers and the time
expressions that are known already leave little between them that is not a noun phrase.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from timeline.events.names import Run
from timeline.events.tokens import Tokens
from timeline.events.view import SentenceView
from timeline.language.files import primary, read_pack

__all__ = ["Phrase", "WhoWords", "cut", "who_words"]

NOUN, VERB, AUX, PREP, RELATIVE, CONJ, COMMA, BREAK, PRON, CLAUSE = (
    "noun", "verb", "aux", "prep", "relative", "conj", "comma", "break", "pronoun", "clause",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WhoWords:
    """What a language says of phrases and people (``who.toml``), ready for look-up."""

    classes: Mapping[str, str]
    """Function word to its class."""
    approximations: Mapping[str, list[tuple[str, ...]]]
    """"at least", "more than" …: first word to the words that follow it."""
    people: frozenset[str]
    organisations: frozenset[str]
    plural: frozenset[str]
    endings: tuple[str, ...]
    adverb_endings: tuple[str, ...]
    sets: Mapping[str, frozenset[str]]
    """All other lists by their dotted name: ``phrases.by``, ``titles.words`` …"""

    def human(self, noun: str) -> bool:
        """Whether a noun, in lower case, is people or a body that acts."""
        if noun in self.people or noun in self.organisations:
            return True
        return bool(self.endings) and noun.endswith(self.endings) and len(noun) > 5 and noun not in self.sets["people.not_people"]

    def adverb(self, word: str) -> bool:
        """Whether a word, in lower case, has the ending of an adverb."""
        if not self.adverb_endings or not word.endswith(self.adverb_endings):
            return False
        return word not in self.sets["phrases.not_adverbs"] and word not in self.people

    def has(self, name: str, word: str) -> bool:
        """Whether the list ``name`` holds the word."""
        return word in self.sets.get(name, ())


def _plurals(nouns: Sequence[str], endings: Sequence[Sequence[str]]) -> set[str]:
    """Regular plurals of nouns, by the longest singular ending that fits."""
    found = set()
    for noun in nouns:
        fit = next(((one, many) for one, many in endings if noun.endswith(one)), None)
        if fit:
            found.add(noun[: len(noun) - len(fit[0])] + fit[1])
    return found


@cache
def who_words(lang: str | None) -> WhoWords | None:
    """The words of a language; ``None`` where it has no ``who.toml``."""
    told: dict[str, Any] | None = read_pack(primary(lang), "who")
    if told is None:
        return None
    sets = {
        f"{table}.{name}": frozenset(value)
        for table, values in told.items()
        for name, value in values.items()
        if isinstance(value, list) and all(isinstance(word, str) for word in value)
    }
    people, phrases, pronouns = told["people"], told["phrases"], told["pronouns"]
    plural = _plurals(people["nouns"], people["plurals"]) | _plurals(people["organisations"], people["plurals"])
    classes: dict[str, str] = {}
    for kind, listed in (  # a word in several lists is what the last of them says
        (PRON, [word for group in ("subject", "object", "reflexive", "things") for word in pronouns[group]]),
        (NOUN, phrases["determiners"]),
        (PREP, phrases["prepositions"]),
        (CLAUSE, phrases["clauses"]),
        (CONJ, phrases["conjunctions"]),
        (AUX, [*phrases["be"], *(word for word in phrases["auxiliaries"] if word not in phrases["prepositions"])]),
        (RELATIVE, phrases["relatives"]),
    ):
        classes.update(dict.fromkeys(listed, kind))
    approximations: dict[str, list[tuple[str, ...]]] = {}
    for told_phrase in phrases["approximations"]:
        first, *rest = told_phrase.split()
        approximations.setdefault(first, []).append(tuple(rest))
    both = {*people["nouns"], *plural}
    return WhoWords(
        classes,
        approximations,
        frozenset(both),
        frozenset({*people["organisations"], *plural}),
        frozenset(plural),
        tuple(people["endings"]),
        tuple(phrases["adverb_endings"]),
        sets,
    )


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
            kind = NOUN if run or amount else classes.get(lower[i]) or self._mark(lower[i])
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

    def _mark(self, word: str) -> str:
        if word[0].isalnum():
            return "" if self.words.adverb(word) else NOUN
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
