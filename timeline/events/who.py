"""Who takes part in an event, and as what: agent, patient or other.

One walk over the phrases of a sentence keeps the subject of the clause, the verb whose object may follow, and the subjects of the
clauses outside a relative clause. Passive voice, reduced relatives, infinitives and event nouns ("the withdrawal of troops",
"Assad's victory") are read from closed lists; no parser is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from timeline.events.nouns import Found, Nouns
from timeline.events.phrases import Phrase
from timeline.events.sight import LOOK_BACK, Role
from timeline.events.tokens import Tokens
from timeline.events.words import (
    AMOUNT,
    AMOUNT_VERB,
    AUX,
    BE,
    BREAK,
    BY,
    CLAUSE,
    COMMA,
    CONJ,
    DASH,
    GERUND,
    INFINITIVE,
    NOUN,
    PARTICIPLE,
    PERSONAL,
    PREP,
    PRON,
    RELATIVE,
    SAYING,
    SINGULAR,
    VERB,
    WHERE,
    WhoWords,
)

__all__ = ["Found", "Role", "roles"]

_PREPOSITION = 1 << 30
"""Set in the marks of every preposition, so that those of no list are still told from none."""


def roles(phrases: Sequence[Phrase], tokens: Tokens, words: WhoWords) -> Found:
    """The phrases that take part in each event of a sentence (by the index of its mention), people and things alike."""
    marks = list(map(words.marks.__getitem__, tokens.lower))
    walk = _Walk(phrases, words, marks, ["", "", *[phrase.kind for phrase in phrases], "", ""])
    for index, phrase in enumerate(phrases):
        walk.step(index, phrase)
    return walk.found


@dataclass(slots=True)
class _Walk(Nouns):
    """Takes in one phrase after the other."""

    def step(self, index: int, phrase: Phrase) -> None:
        """Take in the next phrase."""
        kind, marks = phrase.kind, self.marks[phrase.head]
        if kind in (NOUN, PRON):
            self._noun(index, phrase)
        elif kind == VERB:
            self._verb(index, phrase)
        elif kind == PREP:
            self.prep, self.open = marks | _PREPOSITION, self.open and bool(marks & INFINITIVE)
            self.be = self.be and not marks & INFINITIVE  # "were to reopen" is no passive
        elif kind == AUX:
            self._aux(marks, index)
        elif kind == RELATIVE:
            self._relative(index)
        elif kind in (COMMA, CONJ):
            self.open = False
            if kind == COMMA:
                self._comma(index)
        elif kind in (CLAUSE, BREAK):
            self.fronted = kind == CLAUSE and self.kinds[index + 1] in ("", BREAK)
            self.open, self.be, self.prep = False, False, 0
            if marks & WHERE and self.kinds[index + 1] == NOUN and self.subject:
                self._aside()
            if kind == BREAK:
                self._break(index, marks)

    def _break(self, index: int, marks: int) -> None:
        """The end of a clause; behind a second dash the subject before the first goes on: "The bill — a compromise — passed"."""
        before, self.before_dash = self.before_dash, self.subject if marks & DASH else []
        finite = self.kinds[index + 3] in (VERB, AUX) and not self._marks(index + 1) & GERUND
        closes = before and marks & DASH and finite
        self.subject, self.verb, self.waiting = before if closes else [], None, []

    def _aux(self, marks: int, index: int) -> None:
        self.fronted = False
        self._leave_relative(index)
        self.be = self.be or bool(marks & BE)
        self.open = False

    def _verb(self, index: int, verb: Phrase) -> None:
        marks, self.fronted = self.marks[verb.head], False
        if not self.prep & INFINITIVE and not marks & GERUND:
            self._leave_relative(index)
        if marks & PARTICIPLE and self._attributive(index, verb):
            self._add(verb.mention, [self.phrases[index + 1]], "patient")
            return
        passive = self._in_passive(index, verb)
        subject = self._subject_of(index, marks, passive)
        if subject and marks & AMOUNT_VERB and self.kinds[index + 3] not in (NOUN, PRON):
            passive = passive or self._bare_amount(subject[-1])
        speaker = self._postposed(index, marks)
        if speaker is not None:
            subject = [speaker]
        self._add(verb.mention, subject, "patient" if passive else "agent")
        if self.waiting:
            self._add(verb.mention, self.waiting, "patient")
            self.waiting = []
        if passive and self.waiting_agents:
            self._add(verb.mention, self.waiting_agents, "agent")
        self.waiting_agents = []
        if marks & SAYING and subject and subject[-1].human:
            self.sayer = subject[-1]
        self.verb, self.passive, self.open = verb, passive, not passive and speaker is None
        self.chain = None
        self.be, self.prep, self.event_noun = False, 0, None
        self.in_relative = bool(self.outer)

    def _in_passive(self, index: int, verb: Phrase) -> bool:
        closes = self.apposed and self.verb is None and self.kinds[index + 1] == COMMA  # "her doctor, Ann Lee, left"
        if verb.participle and not closes:
            return True
        participle = bool(self.marks[verb.head] & PARTICIPLE)
        return participle and (self.be or self._passive_still(index) or self._inserted(index))

    def _subject_of(self, index: int, marks: int, passive: bool) -> list[Phrase]:
        """Who acts or suffers in a verb: the subject of its clause, or the noun right before it where that is what it says more of
        ("rebels *fleeing* the town", "the deal *brokered* by …") or makes do something ("forced residents to *leave*")."""
        reduced = passive and not self.be and self.kinds[index + 1] != CONJ
        if reduced or (marks & GERUND and not self.be and self.kinds[index + 1] == NOUN):
            return self.group if passive or (self.group and self.group[-1].human) else self.subject
        if self.prep & INFINITIVE and self.verb is not None and not self.passive and self._is_patient(self.verb, self.group):
            return self.group
        return self.subject

    def _attributive(self, index: int, verb: Phrase) -> bool:
        """ "a seized town", "of seized arms": a participle that belongs to the noun behind it."""
        if self.kinds[index + 3] != NOUN or self.phrases[index + 1].first != verb.last or self.be:
            return False
        if self.kinds[index + 1] == PREP:
            return bool(self.prep) and not self.prep & INFINITIVE
        return index > 0 and self.phrases[index - 1].last == verb.first and self._bare_article(index - 1)

    def _passive_still(self, index: int) -> bool:
        """ "brokered by", and the second of "were shot and beaten"."""
        if self.kinds[index + 3] == PREP and self._marks(index + 1) & BY:
            return self.kinds[index + 1] != PRON  # "which he won by ten points"
        return self.passive and self.kinds[index + 1] == CONJ and self.kinds[index + 3] not in (NOUN, PRON)

    def _inserted(self, index: int) -> bool:
        """ "The law, passed in 1790, allowed …": a participle between commas, the verb of its subject still to come."""
        if self.be or self.apposed or self.kinds[index + 1] != COMMA or self.kinds[index] != NOUN:
            return False
        after = index + 3
        while self.kinds[after] in (PREP, NOUN):
            if self.kinds[after] == NOUN and self.kinds[after - 1] != PREP:
                return False
            after += 1
        return self.kinds[after] == COMMA and self.kinds[after + 1] in (VERB, AUX)

    def _is_patient(self, verb: Phrase, group: Sequence[Phrase]) -> bool:
        taking = self.found.get(verb.mention, ()) if verb.mention is not None else ()
        return bool(group) and any(phrase is group[-1] and role == "patient" for phrase, role in taking)

    def _relative(self, index: int) -> None:
        if self.kinds[index + 1] in (NOUN, PRON, COMMA) and self.group:
            self.outer.append(self.subject)
            self.subject, self.in_relative, self.verb = self._antecedent(index), False, None
        self.open, self.be, self.prep = False, False, 0

    def _aside(self) -> None:
        """ "The city where protests began …": the clause has a subject of its own, and the one around it goes on behind it."""
        self.outer.append(self.subject)
        self.subject, self.in_relative, self.verb = [], False, None

    def _antecedent(self, index: int) -> list[Phrase]:
        """What a relative clause hangs on: people for "who", the head of a chain for "that" ("an avalanche on a hill that killed")."""
        if self.apposed and self.subject:
            return self.subject
        if self.marks[self.phrases[index].head] & PERSONAL:
            if self.group[-1].human:
                one = len(self.group) > 1 and self._marks(index + 1) & SINGULAR  # "Ann and Bea, who was late"
                return self._named(index, self.group[-1:]) if one or len(self.group) == 1 else self.group
            if self._marks(index - 1) & AMOUNT:
                return self.group  # "the only one who": nobody else is meant
            before = (phrase for phrase in reversed(self.phrases[max(0, index - LOOK_BACK) : index]) if phrase.human)
            return self._named(index, [next(before, self.group[-1])])
        if (
            self.group[-1].name is not None
            and not self.group[-1].human
            and self.kinds[index] == PREP
            and self.kinds[index - 1] == NOUN
        ):
            return [self.phrases[index - 3]]  # "the shooting in Homs that left"
        return [self.chain] if self.chain is not None and self.kinds[index + 1] == NOUN and len(self.group) == 1 else self.group

    def _leave_relative(self, index: int) -> None:
        """A second finite verb that nothing joins to the first belongs to the clause outside."""
        if self.outer and self.in_relative and self.kinds[index + 1] not in (CONJ, AUX):
            self.subject, self.in_relative = self.outer.pop(), False

    def _comma(self, index: int) -> None:
        # "before the vote, rebels left": what stands before the comma is no subject
        if self.fronted and self.kinds[index + 3] != RELATIVE:
            self.subject, self.group, self.fronted = [], [], False
        if self.outer and self.in_relative and self.kinds[index + 3] in (VERB, AUX):
            self.subject, self.in_relative = self.outer.pop(), False
