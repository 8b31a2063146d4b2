"""How a noun phrase is taken in by the walk that reads who takes part (:mod:`timeline.events.who`): as the subject of its clause, as the
object of the verb before it, in the role that a preposition or an event noun says, or as another name for the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from timeline.events.phrases import Phrase
from timeline.events.sight import Role, Sight
from timeline.events.words import (
    ADJECTIVE,
    AGAINST,
    AMOUNT,
    AMOUNT_VERB,
    AUX,
    BETWEEN,
    BY,
    CLAUSAL,
    COMMA,
    CONJ,
    HUMAN,
    LIGHT,
    NOUN,
    OF,
    OTHERS,
    POSSESSIVE,
    PREP,
    PRON,
    REFLEXIVE,
    RELATIVE,
    SAYING,
    SPEAKER,
    STARTER,
    SUFFERING,
    VERB,
)

__all__ = ["Found", "Nouns"]

Found = dict[int, list[tuple[Phrase, Role]]]
"""Index of a mention, to those who take part in it."""


@dataclass(slots=True)
class Nouns(Sight):
    """Where a walk over the phrases of a sentence is, and what it does with the next noun phrase."""

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
    prep: int = 0
    """Marks of the preposition read last, 0 where none waits for its phrase."""
    event_noun: Phrase | None = None
    """The event noun that prepositional phrases still hang on."""
    waiting: list[Phrase] = field(default_factory=list)
    """Objects that stand before their verb."""
    waiting_agents: list[Phrase] = field(default_factory=list)
    """Agents of a passive that stand before its verb: "von der Polizei festgenommen"."""
    sayer: Phrase | None = None
    """Who acts in the verb of saying read last."""
    chain: Phrase | None = None
    """The noun phrase that prepositional phrases hang on."""
    before_dash: list[Phrase] = field(default_factory=list)
    """The subject before the dash read last."""
    fronted: bool = False
    """Whether a sentence began with a word such as "before" and has had no verb yet."""
    pair: bool = False
    """Whether the noun phrase read last is the first of two: "between rebels and"."""
    apposed: bool = False
    """Whether the noun phrase read last only names the subject anew."""
    in_relative: bool = False
    """Whether the relative clause being read has had its verb."""

    def _add(self, mention: int | None, group: Sequence[Phrase], role: Role) -> None:
        if mention is not None:
            known = self.found.get(mention)
            if known is None:
                self.found[mention] = [(phrase, role) for phrase in group]
            else:
                known += [(phrase, role) for phrase in group if all(phrase is not other for other, _ in known)]

    def _noun(self, index: int, phrase: Phrase) -> None:
        owner = self.phrases[index - 1] if index and self.phrases[index - 1].owner else None
        if owner is not None:
            self._owned(owner, phrase)
        if phrase.owner or (phrase.kind == NOUN and self.kinds[index + 3] == VERB and self._bare_article(index)):
            return
        self._modifiers(phrase)
        joined = self.kinds[index + 1] == CONJ and self.kinds[index] in (NOUN, PRON) and self.group
        paired, self.pair = self.pair, False
        if joined and (paired or not (self.group is not self.subject and self._leads(index))):
            self._join(phrase)
            return
        if phrase.name is not None and not phrase.human and self.kinds[index + 1] == CONJ:
            return  # the last place of a list
        prep, self.prep = self.prep, 0
        self.pair = bool(prep & BETWEEN)
        if prep and not (prep & CLAUSAL and self._leads(index)):
            self._after_preposition(prep, phrase)
            return
        if self._contact(index, phrase):
            self.outer.append(self.subject)
            self.waiting, self.subject, self.verb, self.in_relative = self.group[-1:], [], None, False
        self.group, self.event_noun = [phrase], phrase if phrase.mention is not None else None
        self.chain, self.apposed = phrase, False
        self._core(index, phrase)
        self.be = False

    def _contact(self, index: int, phrase: Phrase) -> bool:
        """Whether a phrase begins a clause that nothing joins to the noun right before it, which is its object: "the deal Obama signed"."""
        if self.kinds[index + 1] != NOUN or self.kinds[index + 3] != VERB or not self.group:
            return False
        before = self.phrases[index - 1]
        if before is not self.group[-1] or before.last != phrase.first:
            return False
        if phrase.name is None and not self.marks[phrase.first] & STARTER:
            return False
        if self.kinds[index] == PREP and not self.subject:
            return False  # "in the attack the rebels fled"
        return self.verb is None or not (before.human or self.marks[self.verb.head] & SAYING)

    def _core(self, index: int, phrase: Phrase) -> None:
        """A noun phrase without a preposition: the object of the verb before it, the subject of one that follows, or an apposition."""
        if self.words.inversion and self.verb is not None and not self.subject and phrase.kind == NOUN:
            self._add(self.verb.mention, self.group, "patient" if self.passive else "agent")
            self.subject = self.group
        elif self.open and self.verb is not None and not self._new_clause(index):
            if self.marks[self.verb.head] & AMOUNT_VERB:
                self._bare_amount(phrase)
            if not self.marks[phrase.head] & REFLEXIVE:
                self._add(self.verb.mention, self.group, "patient")
            self._carried(phrase)
            self.open = False
        elif self.words.objects_before_verb and self.subject and self.verb is None and not self._apposition(index):
            self.waiting += self.group
        elif self._apposition(index):
            self.apposed = True
            if self._names_anew(index, phrase):
                self.subject = self.group
        elif not self.subject or self._leads(index) or self.verb is None:
            self._new_subject(phrase)

    def _new_subject(self, phrase: Phrase) -> None:
        if self.in_relative:  # what follows belongs to neither the relative clause nor the one around it
            self.outer.clear()
            self.in_relative = False
        if phrase.kind == PRON and self.sayer is not None and self.marks[phrase.head] & SPEAKER:
            phrase.same = self.sayer.same or self.sayer  # "the company said that it …"
        self.subject, self.verb = self.group, None

    def _names_anew(self, index: int, phrase: Phrase) -> bool:
        """ "the captain, Per Lunde, …": the name says who it is."""
        if phrase.name is None or not self.subject or self.subject[-1].name is not None or not self.subject[-1].human:
            return False
        return phrase.human and self.subject[-1].last <= phrase.first and self.kinds[index + 3] in (COMMA, VERB, AUX)

    def _owned(self, owner: Phrase, phrase: Phrase) -> None:
        """ "Assad's victory", "Assad's forces"."""
        if phrase.mention is not None:
            self._add(phrase.mention, [owner], self._role_before(phrase))
        elif phrase.human:
            phrase.first = owner.first

    def _modifiers(self, phrase: Phrase) -> None:
        """ "rebel withdrawal", "Syrian Air Force strikes": people named before an event noun."""
        if phrase.mention is None or phrase.head == phrase.first:
            return
        person: Phrase | None = None
        before, run = phrase.head - 1, phrase.inner
        if self.marks[phrase.first] & POSSESSIVE:  # "his Senate campaign" is his
            person = Phrase(PRON, phrase.first, phrase.first + 1, phrase.first, human=True)
        elif run is not None and run.last == phrase.head:
            person = Phrase(NOUN, run.first, run.last, before, human=True, name=run)
        elif self.marks[before] & (HUMAN | ADJECTIVE) == HUMAN:
            person = Phrase(NOUN, before, before + 1, before, human=True)
        if person is not None:
            self._add(phrase.mention, [person], self._role_before(phrase))

    def _join(self, phrase: Phrase) -> None:
        """One more of a coordinated group takes the role of the others; "rebels and their families" stays one."""
        last = self.group[-1]
        if self.marks[phrase.first] & POSSESSIVE and last.human:
            last.last = phrase.last
            return
        for taking in self.found.values():
            same = next((role for other, role in taking if other is last), None)
            if same is not None:
                taking.append((phrase, same))
        self.group.append(phrase)

    def _after_preposition(self, prep: int, phrase: Phrase) -> None:
        self.group = [phrase]
        if self.event_noun is not None and self._of_event(self.event_noun, prep):
            return
        if phrase.mention is not None:
            self.event_noun = phrase
        if self.verb is None:
            if self.words.objects_before_verb and prep & BY:
                self.waiting_agents = self.group
            return
        if prep & BY:
            if not self._measure(phrase):
                self._add(self.verb.mention, self.group, "agent" if self.passive else "other")
        elif prep & OTHERS:
            self._add(self.verb.mention, self.group, "other")

    def _of_event(self, noun: Phrase, prep: int) -> bool:
        """ "the arrest of activists by police", "an attack on soldiers"; true where the preposition says a role."""
        if prep & OF:
            self._add(noun.mention, self.group, "patient" if self.marks[noun.head] & SUFFERING else "agent")
        elif prep & (BY | BETWEEN):
            self._add(noun.mention, self.group, "agent")
        elif prep & AGAINST and self.group[-1].human:
            self._add(noun.mention, self.group, "patient")
        else:
            return False
        return True

    def _carried(self, phrase: Phrase) -> None:
        """ "Rebels launched an attack": the subject of a light verb acts in the event that it carries."""
        if phrase.mention is not None and self.verb is not None and self.marks[self.verb.head] & LIGHT:
            self._add(phrase.mention, self.subject, "agent")

    def _bare_amount(self, phrase: Phrase) -> bool:
        """ "30 injured": an amount alone is people."""
        amount = bool(self.marks[phrase.head] & AMOUNT)
        phrase.human = phrase.human or amount
        return amount

    def _new_clause(self, index: int) -> bool:
        """Whether the phrase after a verb is the subject of a clause that the verb governs ("said rebels left")."""
        if self.verb is None or not self._leads(index) or self.kinds[index + 3] == RELATIVE:
            return False
        return bool(self.marks[self.verb.head] & SAYING) or self.kinds[index + 3] == AUX

    def _apposition(self, index: int) -> bool:
        """Whether the phrase only names the subject anew: ", professor of political science,"."""
        if self.kinds[index + 3] in (VERB, AUX) or not self.subject:
            return False
        index = self._with_owners(index)
        return self.verb is None and self.kinds[index + 1] == COMMA and self.kinds[index] in (NOUN, PRON)
