"""The line of each mention: which stretch of its sentence tells it, and who stands in it by name (:mod:`timeline.events.summary` then
makes it one that stands alone)."""

from __future__ import annotations

from collections.abc import Sequence

from timeline.events import summary
from timeline.events.attribution import Source, bare
from timeline.events.clauses import Clause, own_clause
from timeline.events.close import Close
from timeline.events.people import Named
from timeline.events.phrases import Phrase
from timeline.events.tokens import Tokens
from timeline.events.view import SentenceView
from timeline.events.words import WhoWords
from timeline.records import Timex

__all__ = ["Lines"]

_ENDINGS = (".", "!", "?", "…", '"', "”", "»", ")")


class Lines:
    """Gives the mentions of one article their lines."""

    def __init__(self, text: str, timexes: Sequence[Timex], lang: str | None, words: WhoWords | None) -> None:
        self.text, self.timexes, self.words = text, timexes, words
        self.patterns = summary.summary_words(lang)

    def told(self, view: SentenceView, said: Sequence[Source]) -> tuple[int, int]:
        """The stretch of a sentence without the source at its head or end, which the mentions name apart."""
        start, end = view.sentence.start, view.sentence.end
        if not said or self.words is None:
            return start, end
        verbs = [t for t, mention in zip(view.triggers, view.mentions, strict=True) if mention.tense != "NONE"]
        first, last = bare(said, view.tokens, view.triggers, verbs, self.words)
        return start if first == 0 else view.tokens.starts[first], end if last == len(view.tokens) else view.tokens.starts[last]

    def of_clause(self, close: Close, index: int) -> bool:
        """Give a mention the line and the places of the clause that dates and tells it, where the sentence around it tells of something else;
        ``False`` where there is none that can stand alone."""
        mention, tokens = close.view.mentions[index], close.view.tokens
        clause = self._clause(close, index)
        if clause is None:
            return False
        subject = None
        if clause.first == clause.opener:
            subject = self._subject(tokens, clause, [phrase for phrase, _ in close.taking(index)])
            if subject is None:
                return False
        own = [place.place for place in close.settled if clause.first <= place.first < clause.last]
        there = [p.place for p in close.settled if clause.of_place and p.last in (clause.opener, clause.opener - 1)][-1:]
        if own or not clause.joined:
            mention.places = tuple(dict.fromkeys([*own, *there]))
        span = tokens.starts[clause.first], tokens.ends[clause.last - 1]
        line = summary.summarise(self.text, span, (mention.start, mention.end), self.patterns, subject)
        where = self.patterns.where.format(there[0].text) if there and not own else ""
        mention.summary = f"{line}{where}."
        return True

    def of_sentence(self, close: Close, index: int, shared: dict[tuple[int, int], str]) -> str:
        """The line of a mention; all events of a short sentence share one, that of a long one holds who acts in it."""
        view, mention = close.view, close.view.mentions[index]
        whole = view.sentence.start, view.sentence.end
        span = close.told if close.told[0] <= mention.start and mention.end <= close.told[1] else whole
        if span in shared:
            return shared[span]
        short, start = span[1] - span[0] <= summary.LONGEST, mention.start
        actor = None if short else _actor(close, index)
        if actor is not None and mention.end - view.tokens.starts[actor.first] < summary.LONGEST:
            start = max(span[0], view.tokens.starts[actor.first])
        line = summary.summarise(self.text, span, (start, mention.end), self.patterns, close.opening)
        if span[1] < view.sentence.end and not line.endswith(_ENDINGS):
            line += "."
        if short:
            shared[span] = line
        return line

    def _clause(self, close: Close, index: int) -> Clause | None:
        mention = close.view.mentions[index]
        if mention.timex is None or self.words is None:
            return None
        timex = self.timexes[mention.timex]
        dated = close.view.tokens.between(timex.start, timex.end)
        return own_clause(close.view, close.phrases, close.view.triggers[index], dated, mention.status == "happened", self.words)

    def _subject(self, tokens: Tokens, clause: Clause, taking: Sequence[Phrase]) -> Named | None:
        """Whom the relative pronoun of a clause means; ``None`` where that says nothing without the sentence around it: "someone", "one of
        those", "he is a lawyer"."""
        meant = [phrase for phrase in taking if phrase.last <= clause.opener]
        if not meant or self.words is None:
            return None
        nearest, before = meant[-1], meant[0].first - 1
        if before >= 0 and self.words.has("phrases.be", tokens.lower[before]) and nearest.name is None:
            return None
        if any(self.words.has("summary.unnamed", tokens.lower[i]) for i in (nearest.first, nearest.head)):
            return None
        name = tokens.written(self.text, nearest.first, nearest.last)
        return Named(tokens.starts[clause.opener], tokens.ends[clause.opener], name)


def _actor(close: Close, index: int) -> Phrase | None:
    """Who stands before an event and acts or suffers in it."""
    trigger = close.view.triggers[index]
    return next((phrase for phrase, role in close.taking(index) if role != "other" and phrase.last <= trigger), None)
