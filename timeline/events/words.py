"""The words by which phrases are cut and people told from things: ``who.toml`` of a language, ready for look-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from timeline.language.files import primary, read_pack
from timeline.memo import Memo

__all__ = [
    "ADJECTIVE",
    "ADVERB",
    "AGAINST",
    "AMOUNT",
    "AMOUNT_VERB",
    "AUX",
    "BE",
    "BETWEEN",
    "BREAK",
    "BY",
    "CLAUSAL",
    "CLAUSE",
    "COMMA",
    "CONJ",
    "DASH",
    "GERUND",
    "HEARER",
    "HUMAN",
    "INFINITIVE",
    "LIGHT",
    "NOUN",
    "OF",
    "OTHERS",
    "PARTICIPLE",
    "POSSESSIVE",
    "PREP",
    "PRON",
    "QUOTE",
    "REFLEXIVE",
    "RELATIVE",
    "SAYING",
    "SINGULAR",
    "STARTER",
    "SUFFERING",
    "VERB",
    "WHERE",
    "WhoWords",
    "who_words",
]

NOUN, VERB, AUX, PREP, RELATIVE, CONJ, COMMA, BREAK, PRON, CLAUSE = (
    "noun", "verb", "aux", "prep", "relative", "conj", "comma", "break", "pronoun", "clause",
)  # fmt: skip

"""Kinds of phrases, and of the words that begin one."""
ADVERB, QUOTE = "adverb", "quote"
"""Kinds of words that make no phrase."""

(
    BY,
    OF,
    OTHERS,
    INFINITIVE,
    BE,
    CLAUSAL,
    POSSESSIVE,
    AMOUNT,
    SUFFERING,
    AGAINST,
    LIGHT,
    AMOUNT_VERB,
    SAYING,
    PERSONAL,
    SPEAKER,
    WHERE,
    HEARER,
    ADJECTIVE,
    BETWEEN,
    SINGULAR,
    STARTER,
    REFLEXIVE,
    PARTICIPLE,
    GERUND,
    HUMAN,
    DASH,
) = (1 << place for place in range(26))
"""What :attr:`WhoWords.marks` says of a word, as bits."""
_LISTED = {
    "phrases.by": BY,
    "phrases.of": OF,
    "phrases.others": OTHERS,
    "phrases.infinitive": INFINITIVE,
    "phrases.be": BE,
    "phrases.clauses": CLAUSAL,
    "phrases.possessives": POSSESSIVE,
    "phrases.amounts": AMOUNT,
    "nouns.suffering": SUFFERING,
    "nouns.against": AGAINST,
    "nouns.light": LIGHT,
    "people.amount_verbs": AMOUNT_VERB,
    "attribution.verbs": SAYING,
    "pronouns.personal_relatives": PERSONAL,
    "pronouns.speakers": SPEAKER,
    "summary.where": WHERE,
    "attribution.hearers": HEARER,
    "people.adjectives": ADJECTIVE,
    "phrases.between": BETWEEN,
    "phrases.singular": SINGULAR,
    "phrases.starters": STARTER,
    "pronouns.reflexive": REFLEXIVE,
}
"""The lists whose words are marked; the other marks tell of the form of a word."""

_OPENERS = ("summary.whole", "summary.where", "pronouns.personal_relatives")
_DASHES = ("—", "–", "--")
_SHORTEST = 5
"""Letters of the longest word whose ending says nothing."""


@dataclass(frozen=True, slots=True)
class WhoWords:
    """What a language says of phrases and people (``who.toml``), ready for look-up."""

    classes: Mapping[str, str]
    """Word, in lower case, to its kind; what is in no list is a noun, an adverb by its ending, or a mark."""
    approximations: Mapping[str, list[tuple[str, ...]]]
    """"at least", "more than" …: first word to the words that follow it."""
    people: frozenset[str]
    organisations: frozenset[str]
    plural: frozenset[str]
    human: Mapping[str, bool]
    """Whether a noun, in lower case, is people or a body that acts."""
    marks: Mapping[str, int]
    """Word, in lower case, to :data:`BY`, :data:`SUFFERING` … that hold of it, as bits."""
    according: Mapping[str, list[tuple[str, ...]]]
    """"according to" …: first word to the words that follow it."""
    openers: frozenset[str]
    """Words that begin clauses which may tell an event by themselves."""
    in_bodies: frozenset[str]
    """Words in the names of organisations, none in those of people."""
    inversion: bool
    """Whether a subject may follow its verb."""
    objects_before_verb: bool
    sets: Mapping[str, frozenset[str]]
    """All other lists by their dotted name: ``phrases.by``, ``titles.words`` …"""

    def has(self, name: str, word: str) -> bool:
        """Whether the list ``name`` holds the word."""
        return word in self.sets.get(name, ())


def _by_first(told: Sequence[str]) -> dict[str, list[tuple[str, ...]]]:
    """Phrases by their first word, longer ones first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for first, *rest in sorted(map(str.split, told), key=len, reverse=True):
        found.setdefault(first, []).append(tuple(rest))
    return found


def _mark(word: str) -> str:
    """The kind of a mark."""
    return COMMA if word in ",(" else QUOTE if word in "\"“”'`’‘$£€%" or word in ("''", "``") else BREAK


def _plurals(nouns: Sequence[str], endings: Sequence[Sequence[str]]) -> set[str]:
    """Regular plurals of nouns, by the longest singular ending that fits."""
    found = set()
    for noun in nouns:
        fit = next(((one, many) for one, many in endings if noun.endswith(one)), None)
        if fit:
            found.add(noun[: len(noun) - len(fit[0])] + fit[1])
    return found


def _listed_classes(phrases: Mapping[str, Any], pronouns: Mapping[str, Any]) -> dict[str, str]:
    """The class of each listed word; one in several lists is what the last of them says."""
    prepositions = phrases["prepositions"]
    listed = (
        (ADVERB, phrases["adverbs"]),
        (PRON, [word for group in ("subject", "object", "reflexive", "things") for word in pronouns[group]]),
        (NOUN, phrases["determiners"]),
        (PREP, prepositions),
        (CLAUSE, phrases["clauses"]),
        (CONJ, phrases["conjunctions"]),
        (AUX, [*phrases["be"], *(word for word in phrases["auxiliaries"] if word not in prepositions)]),
        (RELATIVE, phrases["relatives"]),
    )
    return {word: kind for kind, words in listed for word in words}


def _by_form(phrases: Mapping[str, Any], no_adverbs: frozenset[str]) -> Callable[[str], str]:
    """The class of a word that no list holds, by how it looks."""
    adverbs = tuple(phrases["adverb_endings"])

    def kind_of(word: str) -> str:
        if not word[0].isalnum():
            return _mark(word)
        return ADVERB if word.endswith(adverbs) and word not in no_adverbs else NOUN

    return kind_of


def _humans(people: Mapping[str, Any], known: frozenset[str]) -> Callable[[str], bool]:
    """Whether a noun means people or a body of people: listed, or ended like one."""
    endings, others = tuple(people["endings"]), frozenset(people["not_people"])
    return lambda word: word in known or (word.endswith(endings) and len(word) > _SHORTEST and word not in others)


def _marker(phrases: Mapping[str, Any], sets: Mapping[str, frozenset[str]], human: Callable[[str], bool]) -> Callable[[str], int]:
    """What else is known of a word, as bits."""
    participles, gerunds = tuple(phrases["participle_endings"]), tuple(phrases["gerund_endings"])
    listed_as = [(sets.get(name, frozenset()), bit) for name, bit in _LISTED.items()]

    def marks(word: str) -> int:
        found = sum(bit for held, bit in listed_as if word in held)
        if word[0].isdigit():
            found |= AMOUNT
        if word in _DASHES:
            found |= DASH
        if human(word):
            found |= HUMAN
        if word.endswith(participles) or word in sets["phrases.participles"]:
            found |= PARTICIPLE
        return found | GERUND if gerunds and word.endswith(gerunds) else found

    return marks


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
    people, phrases = told["people"], told["phrases"]
    plural = frozenset(_plurals(people["nouns"], people["plurals"]) | _plurals(people["organisations"], people["plurals"]))
    known, organisations = frozenset(people["nouns"]) | plural, frozenset(people["organisations"]) | plural
    human = _humans(people, known | organisations)
    return WhoWords(
        classes=Memo(_by_form(phrases, sets["phrases.not_adverbs"] | known), _listed_classes(phrases, told["pronouns"])),
        approximations=_by_first(phrases["approximations"]),
        people=known,
        organisations=organisations,
        plural=plural,
        human=Memo[str, bool](human),
        marks=Memo[str, int](_marker(phrases, sets, human)),
        according=_by_first(told["attribution"]["according"]),
        openers=frozenset[str]().union(*(sets.get(name, ()) for name in _OPENERS)),
        in_bodies=sets["titles.organisation"] | sets["phrases.of"],
        inversion=phrases["inversion"],
        objects_before_verb=phrases["objects_before_verb"],
        sets=sets,
    )
