"""Which words name events in a language without a learned reader: by its lists and endings, clause by clause.

Each time expression dates what its own clause tells, so the clause is looked through for its verb: in some languages ("verb_final") the finite
verb stands second and what belongs to it at the end ("hat … entführt"), in others beside it ("ha entregado"). Where a pack says nothing of
verbs and nouns, the sentence is the event, named by its longest word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain

from timeline.events.pack import event_pack
from timeline.events.tokens import Tokens
from timeline.events.view import SentenceView
from timeline.events.words import who_words

__all__ = ["Naming", "name_events", "naming"]

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
)
_SMALL = (
    "phrases.adverbs", "phrases.prepositions", "phrases.determiners", "phrases.clauses", "phrases.conjunctions", "phrases.joining",
    "phrases.auxiliaries", "pronouns.subject", "pronouns.object", "pronouns.things", "names.function",
)  # fmt: skip
"""Lists of ``who.toml`` whose words are no verbs."""
_MARKS = frozenset(',;:()[]"“”„«»–—…!?') | {"--", "``", "''", "..."}
"""What parts clauses."""
_BESIDE = 2
"""Words between a participle and the expression that it stands with: "inaugurado *en el* 2006"."""
_HELPED = 2
"""Words before a participle among which its auxiliary stands: "fue *presuntamente* robado"."""
_ATTACHED = 5
"""Words before an expression among which the noun is looked for that it belongs to: "los ataques de la milicia del 7 de octubre"."""
_INFIX = "ge"
_STEM = 2
"""Letters that more than stand between the sign of a participle and its ending: not "eigenen"."""
_FURTHER = 4
"""Clauses behind an auxiliary in which its participle is looked for."""
_INFINITIVE = ("en", "eln", "ern", "tun")
_SHORT = 3
"""Letters of words that are too short to name an event by themselves."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What a pack knows of words that name events (``[triggers]``)."""

    known: Mapping[str, str]
    """Words that name events, with their tense."""
    listed: Mapping[str, frozenset[str]]
    ending: Mapping[str, tuple[str, ...]]
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
        return not starts or word.startswith(starts) or any(len(stem) > _STEM for stem in word[2:-2].split(_INFIX)[1:])

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
        bool(table.get("verb_final", False)),
        small - lists["auxiliaries"] | lists["before_adjective"] | lists["never"] | signals,
        small - (who.sets["phrases.amounts"] if who else frozenset()) | lists["no_nouns"],
    )


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


def _tokens_of(tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    """The tokens of an expression; of one within a token ("2015/*16*") that token."""
    first, last = tokens.between(start, end)
    return (first, last) if first < last else (max(first - 1, 0), max(first, 1))


def _clause(tokens: Tokens, first: int, last: int, words: Naming) -> tuple[int, int]:
    """The tokens around ``[first, last)`` up to the next mark or word that begins a clause."""
    openers = words.listed["openers"]
    while first > 0 and tokens.lower[first - 1] not in _MARKS and tokens.lower[first] not in openers:
        first -= 1
    while last < len(tokens) and tokens.lower[last] not in _MARKS and tokens.lower[last] not in openers:
        last += 1
    return first, last


class _Sentence:
    """A sentence while its events are named."""

    def __init__(self, view: SentenceView, words: Naming) -> None:
        self.view, self.tokens, self.words = view, view.tokens, words
        self.spans = [_tokens_of(view.tokens, *span) for span in view.spans]
        self.timed = frozenset(chain.from_iterable(range(first, last) for first, last in self.spans))
        """Tokens of time expressions, which name no event."""

    def tense(self, token: int) -> str:
        """The tense of an event, by its word and by the auxiliaries of its clause."""
        ahead, word = self.speaks(token, "future"), self.tokens.lower[token]
        told = self.words.tense(word, ahead=ahead)
        if told == "PASTPART":
            return "PAST" if self.speaks(token, "perfect") else told
        if told == "PAST" and self.words.verb_final and word.endswith(_INFINITIVE) and self.speaks(token, "auxiliaries"):
            return "FUTURE" if ahead else "INFINITIVE"  # "soll starten", not "sie starteten"
        return told

    def speaks(self, token: int, name: str) -> bool:
        """Whether the clause of a token holds a word of a list: one that looks ahead, or one that makes a participle what is over."""
        listed = self.words.listed[name]
        if listed.isdisjoint(self.tokens.lower):
            return False
        first, last = _clause(self.tokens, token, token + 1, self.words)
        return not listed.isdisjoint(self.tokens.lower[first:last])

    def told(self, first: int, last: int) -> int | None:
        """The token that names what the expression in ``[first, last)`` dates, in its clause or, where that says nothing, one beside it."""
        start, end = _clause(self.tokens, first, last, self.words)
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

    def _behind(self, end: int) -> tuple[int, int]:
        """The clause behind one that ends at ``end``; empty where there is none."""
        while end < len(self.tokens) and self.tokens.lower[end] in _MARKS:
            end += 1
        return _clause(self.tokens, end, end + 1, self.words) if end < len(self.tokens) else (end, end)

    def _before(self, start: int) -> tuple[int, int]:
        """The clause before one that begins at ``start``; empty where there is none."""
        while start > 0 and self.tokens.lower[start - 1] in _MARKS:
            start -= 1
        return _clause(self.tokens, start - 1, start, self.words) if start > 0 else (0, 0)

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
        return words.known.get(word) == "NONE" or (len(word) > _SHORT and words.ends("noun_endings", word))

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
            and len(word) > _SHORT + 1
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

    def _words_of(self, start: int, end: int) -> list[int]:
        return [i for i in range(start, end) if i not in self.timed and self.tokens.lower[i][:1].isalpha()]

    def _nonfinite(self, i: int) -> bool:
        """Whether a verb is a participle or an infinitive."""
        word = self.tokens.lower[i]
        return self.words.known.get(word) in ("PAST", "INFINITIVE") or self.words.participle(word) or word.endswith(_INFINITIVE)

    def _infinitive(self, i: int) -> bool:
        """Whether the mark of an infinitive stands before a verb, or within it ("heraus*zu*finden")."""
        word, marks = self.tokens.lower[i], self.words.listed["infinitive"]
        return self.tokens.lower[i - 1] in marks or (word.endswith(_INFINITIVE) and any(mark in word[2:-3] for mark in marks))

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
        if len(word) <= _SHORT and word not in words.ending["verb_endings"]:
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

    def longest(self, start: int = 0, end: int | None = None) -> list[int]:
        """A verb by its class or ending, else a noun by its ending, else the longest word that is no name."""
        tokens, tags, words = self.tokens, self.view.tags, self.words
        every = [
            i for i in range(start, len(tokens) if end is None else end) if tokens.lower[i][:1].isalpha()
        ]  # numbers tell of nothing
        every = [i for i in every if i not in self.timed]  # a date alone is a heading, and tells of nothing
        usable = [i for i in every if len(tokens.lower[i]) > _SHORT and tokens.lower[i] not in words.small]
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
