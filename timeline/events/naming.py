"""The words that name events in a language without a learned reader (``[triggers]`` of ``events.toml``), ready for look-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from timeline.events.pack import event_pack
from timeline.events.words import who_words

__all__ = ["SHORT", "Naming", "naming"]

_LISTS = (
    "never",
    "future",
    "before_adjective",
    "auxiliaries",
    "openers",
    "relatives",
    "attached",
    "carriers",
    "infinitive",
    "perfect",
    "no_nouns",
)
_ENDINGS = (
    "verb_endings",
    "future_endings",
    "present_endings",
    "verb_starts",
    "participle_endings",
    "bare_participle_endings",
    "noun_endings",
    "never_endings",
    "no_noun_endings",
    "adverb_endings",
    "infinitive_endings",
)
_SMALL = (
    "phrases.adverbs", "phrases.prepositions", "phrases.determiners", "phrases.clauses", "phrases.conjunctions", "phrases.joining",
    "phrases.auxiliaries", "pronouns.subject", "pronouns.object", "pronouns.things", "names.function",
)  # fmt: skip
"""Lists of ``who.toml`` whose words are no verbs."""
SHORT = 3
"""Letters of words that are too short to name an event by themselves."""
_STEM = 2
"""Letters that more than stand between the sign of a participle and its ending: not "eigenen"."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What a pack knows of words that name events (``[triggers]``)."""

    known: Mapping[str, str]
    """Words that name events, with their tense."""
    listed: Mapping[str, frozenset[str]]
    ending: Mapping[str, tuple[str, ...]]
    infix: str
    """The sign of a participle that may stand within it."""
    verb_final: bool
    """Whether participles, infinitives and the verbs of subordinate clauses end their clause."""
    small: frozenset[str]
    """Words that are no verb whatever their ending: prepositions, adverbs, pronouns."""
    no_nouns: frozenset[str]
    """Words that no phrase hangs on."""

    def ends(self, name: str, word: str) -> bool:
        """Whether the word ends like those of ``name``."""
        endings = self.ending[name]
        return bool(endings) and word.endswith(endings)

    def takes_part(self, first: str, head: str) -> bool:
        """Whether a phrase may name who or what takes part, by its first word and the one it hangs on, as written: no small words, no verbs."""
        return head.lower() not in self.no_nouns and not any(word.islower() and self._formed(word) for word in (first, head))

    def _formed(self, word: str) -> bool:
        known = self.known.get(word, "NONE") not in ("NONE", "PASTPART")
        return word in self.listed["auxiliaries"] or known or (self.ends("no_noun_endings", word) and word not in self.no_nouns)

    def participle(self, word: str) -> bool:
        """Whether the word looks like a participle: "entführt", "auf*ge*geben"."""
        starts = self.ending["verb_starts"]
        if self.known.get(word) == "PASTPART" or self.ends("bare_participle_endings", word):
            return True
        if not self.ends("participle_endings", word):
            return False
        if not starts or word.startswith(starts):
            return True
        return bool(self.infix) and any(len(stem) > _STEM for stem in word[2:-2].split(self.infix)[1:])

    def tense(self, word: str, *, ahead: bool) -> str:
        """The tense that a word's form tells; ``ahead`` where its clause speaks of the future."""
        told = self.known.get(word)
        if self.ends("future_endings", word):
            return "FUTURE"
        if told is None:
            if self.ends("verb_endings", word):
                return "PAST"
            if self.participle(word):
                return "PASTPART"
            told = "PRESENT" if self.ends("present_endings", word) and not ahead else "NONE"
        elif told == "PAST" and not self.ends("verb_endings", word) and self.participle(word):
            return "PASTPART"
        return "FUTURE" if ahead and told in ("INFINITIVE", "NONE") else told


@cache
def naming(lang: str) -> Naming:
    """The words of a language; all is empty where its pack says nothing."""
    pack = event_pack(lang)
    table = pack.get("triggers", {})
    who = who_words(lang)
    lists = {name: frozenset(table.get(name, ())) for name in _LISTS}
    lists["saying"] = who.sets["attribution.verbs"] if who else frozenset()
    lists["before_adjective"] |= who.sets["phrases.determiners"] | who.sets["phrases.prepositions"] if who else frozenset()
    lists["future"] = frozenset(pack.get("status", {}).get("future", ()))
    small = frozenset[str]().union(*(who.sets[name] for name in _SMALL)) if who else frozenset[str]()
    signals = {word for told in pack.get("signals", {}).values() for phrase in told["words"] for word in phrase.split()}
    return Naming(
        {word: tense for tense, words in table.get("words", {}).items() for word in words},
        lists,
        {name: tuple(table.get(name, ())) for name in _ENDINGS},
        table.get("participle_infix", ""),
        table.get("verb_final", False),
        small - lists["auxiliaries"] | lists["before_adjective"] | lists["never"] | signals,
        small - (who.sets["phrases.amounts"] if who else frozenset()) | lists["no_nouns"],
    )
