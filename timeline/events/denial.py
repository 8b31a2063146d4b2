"""Whether the words around an event say that it did not happen.

"Has not been seen", "no flights landed", "held no talks", "denied that troops had moved", "was to have opened". Read from the classes of the words
before the event, where a language has them.
"""

from __future__ import annotations

from collections.abc import Callable

from timeline.events.cues import Cues
from timeline.events.view import SentenceView

__all__ = ["Denial"]

_PHRASE = ("NOUN", "PROPN", "ADJ", "NUM")
_REACH = 8


class Denial:
    """Asks one sentence about its events. Many sentences hold nothing that denies: then nothing is asked."""

    def __init__(self, view: SentenceView, cues: Cues, lemma: Callable[[str], str]) -> None:
        self.view, self.cues, self.lemma = view, cues, lemma
        self.lower, self.tags, self.fine = view.tokens.lower, view.tags, view.fine
        self.silent = not view.fine or cues.denials.isdisjoint(self.lower)

    def negated(self, trigger: int) -> bool:
        """Whether a negation belongs to the event itself: to its verb, to its subject, or to the noun that names it."""
        if self.silent:
            return False
        if self.tags[trigger] in ("VERB", "AUX"):
            return self._verb_negated(trigger) or self._left_out(trigger) or self._nobody(self._group(trigger) - 1)
        return self._none(trigger) or self._not_carried(trigger)

    def unreal(self, trigger: int) -> bool:
        """Whether a verb is told as what someone denies, or as what was to be and was not."""
        return not self.silent and self.tags[trigger] == "VERB" and (self._disclaimed(trigger) or self._missed(trigger))

    def _group(self, verb: int) -> int:
        """The first word of the group of a verb: of its auxiliaries, adverbs and "not"."""
        first = verb
        while first and (self.tags[first - 1] in ("AUX", "ADV") or self.fine[first - 1] in ("XX", "TO")):
            first -= 1
        return first

    def _verb_negated(self, verb: int) -> bool:
        return any(
            (self.fine[i] == "XX" or self.lower[i] in self.cues.negators) and self.lower[i + 1] not in self.cues.not_only
            for i in range(self._group(verb), verb)
        )

    def _left_out(self, verb: int) -> bool:
        """ "Without naming anyone"."""
        first = self._group(verb)
        return (
            self.fine[verb] == "VVG"
            and first > 0
            and self.fine[first - 1] == "IN"
            and self.lower[first - 1] in self.cues.negators
        )

    def _nobody(self, last: int) -> bool:
        """ "No flights", "none of the rebels", "nobody" as the subject that ends at a word: the clause begins with it."""
        for i in range(last, max(-1, last - _REACH), -1):
            if self._says_none(i):
                return i == 0 or self.tags[i - 1] in ("PUNCT", "CONJ")
            inside = self.tags[i] in _PHRASE or self.fine[i] == "IN" or (i and self.fine[i - 1] == "IN")
            if not inside and not (i and self.lower[i - 1] in self.cues.nobodies):
                return False
        return False

    def _none(self, noun: int) -> bool:
        """ "No arrests", "no new talks"."""
        return self._says_none(self._phrase(noun))

    def _says_none(self, i: int) -> bool:
        """Whether a word makes a noun nobody and nothing; the "No." of "No. 2 seed" does not."""
        return self.lower[i] in self.cues.nobodies and not (
            self.lower[i + 1 : i + 2] == ["."] or self.fine[i + 1 : i + 2] == ["CD"]
        )

    def _phrase(self, noun: int) -> int:
        """The word before the adjectives and nouns that lead up to a noun; the noun itself where it begins the sentence."""
        i = noun - 1
        while i > 0 and self.tags[i] in _PHRASE and self.lower[i] not in self.cues.nobodies:
            i -= 1
        return max(i, 0)

    def _not_carried(self, noun: int) -> bool:
        """ "Had not held talks", "elections were not held": the verb that only carries the noun is negated."""
        before = self._phrase(noun)
        if self.tags[before] == "DET":
            before -= 1
        behind = noun + 1
        while behind < len(self.tags) and (self.tags[behind] in ("AUX", "ADV") or self.fine[behind] == "XX"):
            behind += 1
        verbs = [i for i in (before, behind) if 0 <= i < len(self.tags) and i != noun and self.tags[i] == "VERB"]
        return any(self.lemma(self.lower[i]) in self.cues.light and self._verb_negated(i) for i in verbs)

    def _disclaimed(self, verb: int) -> bool:
        """ "Denied that it had moved troops", "denied reports that …"."""
        first = self._group(verb)
        for i in range(first - 1, max(0, first - 1 - _REACH), -1):
            if self.lower[i] in self.cues.complement:
                before = i - 1
                while before > 0 and self.tags[before] in ("NOUN", "ADJ", "DET"):
                    before -= 1
                return self.lemma(self.lower[before]) in self.cues.disclaiming
            if self.tags[i] in ("VERB", "PUNCT", "CONJ"):
                return False
        return False

    def _missed(self, verb: int) -> bool:
        """ "Was to have opened", "should have opened"; not "should not have opened", nor "would have to open"."""
        group = range(self._group(verb), verb)
        have = next((i for i in group if self.lower[i] in self.cues.perfect), 0)
        if have == 0 or self.fine[have + 1] == "TO" or self._verb_negated(verb):
            return False
        if self.fine[have - 1] == "TO":
            return have > 1 and self.lower[have - 2] in self.cues.was
        return any(self.lower[i] in self.cues.unmet for i in group if i < have)
