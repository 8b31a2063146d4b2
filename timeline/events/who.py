"""Who takes part in an event, and as what: agent, patient or other.

One walk over the phrases of a sentence keeps the subject of the clause, the verb whose object may follow, and the subjects of the
clauses outside a relative clause. Passive voice, reduced relatives, infinitives and event nouns ("the withdrawal of troops",
"Assad's victory") are read from closed lists; no parser is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from timeline.events.phrases import Phrase
from timeline.events.tokens import Tokens
from timeline.events.words import AUX, BREAK, CLAUSE, COMMA, CONJ, NOUN, PREP, PRON, RELATIVE, VERB, WhoWords

__all__ = ["Found", "Role", "roles"]

Role = Literal["agent", "patient", "other"]
Found = dict[int, list[tuple[Phrase, Role]]]
"""Index of a mention, to those who take part in it."""


def roles(phrases: Sequence[Phrase], tokens: Tokens, words: WhoWords) -> Found:
    """The phrases that take part in each event of a sentence (by the index of its mention), people and things alike."""
    walk = _Walk(phrases, tokens, words)
    for index, phrase in enumerate(phrases):
        walk.step(index, phrase)
    return walk.found


@dataclass(slots=True)
class _Walk:
    phrases: Sequence[Phrase]
    tokens: Tokens
    words: WhoWords
    found: Found = field(default_factory=dict)
    subject: list[Phrase] = field(default_factory=list)
    outer: list[list[Phrase]] = field(default_factory=list)
    """Subjects of the clauses around the relative clause that is being read."""
    group: list[Phrase] = field(default_factory=list)
    """The noun phrase read last, with those coordinated with it."""
    verb: Phrase | None = None
    passive: bool = False
    open: bool = False
    """Whether the object of ``verb`` may come next."""
    be: bool = False
    prep: str = ""
    event_noun: Phrase | None = None
    """The event noun that prepositional phrases still hang on."""
    waiting: list[Phrase] = field(default_factory=list)
    """Objects that stand before their verb."""
    waiting_agents: list[Phrase] = field(default_factory=list)
    """Agents of a passive that stand before its verb: "von der Polizei festgenommen"."""
    in_relative: bool = False
    """Whether the relative clause being read has had its verb."""

    def step(self, index: int, phrase: Phrase) -> None:
        """Take in the next phrase."""
        kind, word = phrase.kind, self.tokens.lower[phrase.head]
        if kind in (NOUN, PRON):
            self._noun(index, phrase)
        elif kind == VERB:
            self._verb(index, phrase)
        elif kind == PREP:
            self.prep, self.open = word, self.open and self.words.has("phrases.infinitive", word)
        elif kind == AUX:
            self._aux(word, index)
        elif kind == RELATIVE:
            self._relative(index)
        elif kind in (COMMA, CONJ):
            self.open = False
            if kind == COMMA:
                self._comma(index)
        elif kind in (CLAUSE, BREAK):
            self.open, self.be, self.prep = False, False, ""
            if kind == BREAK:
                self.subject, self.verb, self.waiting = [], None, []

    def _kind(self, index: int) -> str:
        return self.phrases[index].kind if 0 <= index < len(self.phrases) else ""

    def _word(self, index: int) -> str:
        return self.tokens.lower[self.phrases[index].head] if 0 <= index < len(self.phrases) else ""

    def _add(self, mention: int | None, group: Sequence[Phrase], role: Role) -> None:
        if mention is not None:
            known = self.found.setdefault(mention, [])
            known += [(phrase, role) for phrase in group if all(phrase is not other for other, _ in known)]

    # -- noun phrases

    def _noun(self, index: int, phrase: Phrase) -> None:
        owner = self.phrases[index - 1] if index and self.phrases[index - 1].owner else None
        if owner is not None:
            self._owned(owner, phrase)
        if phrase.owner:
            return
        self._modifiers(phrase)
        joined = self._kind(index - 1) == CONJ and self._kind(index - 2) in (NOUN, PRON) and self.group
        if joined and not (self.group is not self.subject and self._leads(index)):
            self._join(phrase)
            return
        prep, self.prep = self.prep, ""
        if prep and not (self.words.has("phrases.clauses", prep) and self._leads(index)):
            self._after_preposition(index, prep, phrase)
            return
        self.group, self.event_noun = [phrase], phrase if phrase.mention is not None else None
        if self.words.inversion and self.verb is not None and not self.subject and phrase.kind == NOUN:
            self._add(self.verb.mention, self.group, "patient" if self.passive else "agent")
            self.subject = self.group
        elif self.open and self.verb is not None and not self._new_clause(index):
            self._add(self.verb.mention, self.group, "patient")
            self._carried(phrase)
            self.open = False
        elif self.words.objects_before_verb and self.subject and self.verb is None and not self._apposition(index):
            self.waiting += self.group
        elif not self.subject or (not self._apposition(index) and (self._leads(index) or self.verb is None)):
            self.subject, self.verb = self.group, None
        self.be = False

    def _owned(self, owner: Phrase, phrase: Phrase) -> None:
        """ "Assad's victory", "Assad's forces"."""
        if phrase.mention is not None:
            suffers = self.words.has("nouns.suffering", self.tokens.lower[phrase.head])
            self._add(phrase.mention, [owner], "patient" if suffers else "agent")
        elif phrase.human:
            phrase.first = owner.first

    def _modifiers(self, phrase: Phrase) -> None:
        """ "rebel withdrawal": people named before an event noun."""
        if phrase.mention is None or phrase.head == phrase.first:
            return
        before = phrase.head - 1
        word = self.tokens.lower[before]
        if self.words.human[word]:
            suffers = self.words.has("nouns.suffering", self.tokens.lower[phrase.head])
            person = Phrase(NOUN, before, before + 1, before, human=True)
            self._add(phrase.mention, [person], "patient" if suffers else "agent")

    def _join(self, phrase: Phrase) -> None:
        """One more of a coordinated group takes the role of the others; "rebels and their families" stays one."""
        last = self.group[-1]
        if self.words.has("phrases.possessives", self.tokens.lower[phrase.first]) and last.human:
            last.last = phrase.last
            return
        for taking in self.found.values():
            same = next((role for other, role in taking if other is last), None)
            if same is not None:
                taking.append((phrase, same))
        self.group.append(phrase)

    def _after_preposition(self, index: int, prep: str, phrase: Phrase) -> None:
        self.group = [phrase]
        has = self.words.has
        if self.event_noun is not None and self._of_event(self.event_noun, prep):
            return
        if phrase.mention is not None:
            self.event_noun = phrase
        if self.verb is None:
            if self.words.objects_before_verb and has("phrases.by", prep):
                self.waiting_agents = self.group
            return
        if has("phrases.by", prep):
            self._add(self.verb.mention, self.group, "agent" if self.passive else "other")
        elif has("phrases.others", prep):
            self._add(self.verb.mention, self.group, "other")

    def _of_event(self, noun: Phrase, prep: str) -> bool:
        """ "the arrest of activists by police", "an attack on soldiers"; true where the preposition says a role."""
        has = self.words.has
        if has("phrases.of", prep):
            self._add(noun.mention, self.group, "patient" if has("nouns.suffering", self.tokens.lower[noun.head]) else "agent")
        elif has("phrases.by", prep):
            self._add(noun.mention, self.group, "agent")
        elif has("nouns.against", prep):
            self._add(noun.mention, self.group, "patient")
        else:
            return False
        return True

    def _carried(self, phrase: Phrase) -> None:
        """ "Rebels launched an attack": the subject of a light verb acts in the event that it carries."""
        if (
            phrase.mention is not None
            and self.verb is not None
            and self.words.has("nouns.light", self.tokens.lower[self.verb.head])
        ):
            self._add(phrase.mention, self.subject, "agent")

    def _leads(self, index: int) -> bool:
        """Whether a finite verb follows a noun phrase, past the prepositional phrases that hang on it."""
        i = index + 1
        while (self._kind(i) == PREP and self._kind(i + 1) in (NOUN, PRON)) or (
            self._kind(i) == CONJ and self._kind(i + 1) == NOUN
        ):
            i += 2
        if self._kind(i) == RELATIVE:
            return True
        return self._kind(i) == AUX or (self._kind(i) == VERB and not self._word(i).endswith("ing"))

    def _new_clause(self, index: int) -> bool:
        """Whether the phrase after a verb is the subject of a clause that the verb governs ("said rebels left")."""
        if self.verb is None or not self._leads(index):
            return False
        return self.words.has("attribution.verbs", self.tokens.lower[self.verb.head]) or self._kind(index + 1) == AUX

    def _apposition(self, index: int) -> bool:
        """Whether the phrase only names the subject anew: ", professor of political science,"."""
        if self._kind(index + 1) in (VERB, AUX):
            return False
        return self.verb is None and self._kind(index - 1) == COMMA and self._kind(index - 2) in (NOUN, PRON)

    # -- verbs and the words around them

    def _aux(self, word: str, index: int) -> None:
        self._leave_relative(index)
        self.be = self.words.has("phrases.be", word) or (self.be and not self.words.has("phrases.determiners", word))
        self.open = False

    def _verb(self, index: int, verb: Phrase) -> None:
        word = self.tokens.lower[verb.head]
        infinitive = bool(self.prep) and self.words.has("phrases.infinitive", self.prep)
        gerund = word.endswith("ing")
        if not infinitive and not gerund:
            self._leave_relative(index)
        passive = self._participle(word) and (self.be or self._passive_still(index))
        subject = self.subject
        if (gerund and not self.be and self._kind(index - 1) == NOUN) or (passive and not self.be):
            subject = self.group if (self.group and self.group[-1].human) or passive else self.subject
        elif infinitive and self.verb is not None and self._is_patient(self.verb, self.group) and not self.passive:
            subject = self.group
        if subject and self.words.has("people.amount_verbs", word) and self._kind(index + 1) not in (NOUN, PRON):
            passive = passive or self._bare_amount(subject[-1])
        if self._postposed(index, word):
            subject = [self.phrases[index + 1]]
        self._add(verb.mention, subject, "patient" if passive else "agent")
        if self.waiting:
            self._add(verb.mention, self.waiting, "patient")
            self.waiting = []
        if passive and self.waiting_agents:
            self._add(verb.mention, self.waiting_agents, "agent")
        self.waiting_agents = []
        self.verb, self.passive, self.open = verb, passive, not passive
        self.be, self.prep, self.event_noun = False, "", None
        self.in_relative = bool(self.outer)

    def _passive_still(self, index: int) -> bool:
        """ "brokered by", and the second of "were shot and beaten"."""
        if self._kind(index + 1) == PREP and self.words.has("phrases.by", self._word(index + 1)):
            return True
        return self.passive and self._kind(index - 1) == CONJ and self._kind(index + 1) not in (NOUN, PRON)

    def _bare_amount(self, phrase: Phrase) -> bool:
        """ "30 injured": an amount alone is people."""
        word = self.tokens.lower[phrase.head]
        phrase.human = phrase.human or word[0].isdigit() or self.words.has("phrases.amounts", word)
        return word[0].isdigit() or self.words.has("phrases.amounts", word)

    def _participle(self, word: str) -> bool:
        endings = self.words.sets["phrases.participle_endings"]
        return word in self.words.sets["phrases.participles"] or any(word.endswith(ending) for ending in endings)

    def _is_patient(self, verb: Phrase, group: Sequence[Phrase]) -> bool:
        taking = self.found.get(verb.mention, ()) if verb.mention is not None else ()
        return bool(group) and any(phrase is group[-1] and role == "patient" for phrase, role in taking)

    def _postposed(self, index: int, word: str) -> bool:
        """ "…," said Imad Salamey."""
        if not self.words.has("attribution.verbs", word) or self._kind(index + 1) not in (NOUN, PRON):
            return False
        following = self.phrases[index + 1]
        return following.human and self._kind(index - 1) in ("", COMMA, BREAK) and not self._leads(index + 1)

    def _relative(self, index: int) -> None:
        if self._kind(index - 1) in (NOUN, PRON, COMMA) and self.group:
            self.outer.append(self.subject)
            self.subject, self.in_relative = self.group, False
        self.open, self.be, self.prep = False, False, ""

    def _leave_relative(self, index: int) -> None:
        """A second finite verb that nothing joins to the first belongs to the clause outside."""
        if self.outer and self.in_relative and self._kind(index - 1) not in (CONJ, AUX):
            self.subject, self.in_relative = self.outer.pop(), False

    def _comma(self, index: int) -> None:
        if self.outer and self.in_relative and self._kind(index + 1) in (VERB, AUX):
            self.subject, self.in_relative = self.outer.pop(), False
