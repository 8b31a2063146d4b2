"""The words by which phrases are cut and people told from things: ``who.toml`` of a language, ready for look-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from timeline.language.files import primary, read_pack

__all__ = ["AUX", "BREAK", "CLAUSE", "COMMA", "CONJ", "NOUN", "PREP", "PRON", "RELATIVE", "VERB", "WhoWords", "who_words"]

NOUN, VERB, AUX, PREP, RELATIVE, CONJ, COMMA, BREAK, PRON, CLAUSE = (
    "noun", "verb", "aux", "prep", "relative", "conj", "comma", "break", "pronoun", "clause",
)  # fmt: skip


"""Kinds of phrases."""


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
