"""Where an event happened: of the places that its sentence names, those of its own clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from timeline.events.attribution import within
from timeline.events.close import Close
from timeline.events.settling import Settled
from timeline.events.view import SentenceView
from timeline.events.words import WhoWords
from timeline.records import Mention, Place

__all__ = ["Whereabouts"]

_NEWS = timedelta(days=3)
"""How far from its article's day an event may lie that a dateline places."""
_BORDERS = frozenset((",", ";", "—", "–", "--"))
_VERBAL = ("ADV", "AUX", "VERB")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What an article says of where its events happened."""

    published: datetime | None
    quotes: Sequence[tuple[int, int]]
    words: WhoWords | None
    story: Place | None
    """Where it was written, by its dateline."""

    def of(self, close: Close, index: int) -> tuple[Place, ...]:
        """The places of the trigger's own clause; those of the sentence where it has none; for news of the day, the dateline's."""
        mention, trigger = close.view.mentions[index], close.view.triggers[index]
        settled, (start, end) = close.settled, close.told
        if start <= mention.start < end:  # "…, he said in Geneva" is not where that happened
            settled = [place for place in settled if start <= place.place.start < end]
        if settled and self.quotes and not within(self.quotes, mention.start):  # saying is not where what is said is
            settled = [place for place in settled if not within(self.quotes, place.place.start)]
        if settled and close.view.tags[trigger] == "VERB":
            settled = [place for place in settled if not self._of_other_verb(close.view, trigger, place.first)]
        if not settled:
            return (self.story,) if self.story is not None and self._news(mention) else ()
        low, high = _clause(close.view.tokens.lower, trigger, settled)
        own = [place for place in settled if low < place.first < high]
        return tuple(dict.fromkeys(place.place for place in own or settled))

    def _of_other_verb(self, view: SentenceView, trigger: int, place: int) -> bool:
        """Whether another verb stands between a verb and a place behind it: in "she said they left Homs" only the leaving is there."""
        chained = True
        for i in range(trigger + 1, place):
            if view.tags[i] == "VERB" and not chained:
                return True
            chained = chained and (view.tags[i] in _VERBAL or self._infinitive(view.tokens.lower[i]))
        return False

    def _infinitive(self, word: str) -> bool:
        return self.words is not None and self.words.has("phrases.infinitive", word)

    def _news(self, mention: Mention) -> bool:
        """Whether a mention tells what happened around the day of its article: where it was written is then where that happened."""
        if self.published is None or mention.interval is None or mention.status not in ("happened", "ongoing"):
            return False
        start, end = mention.interval
        near = start is not None and end is not None and end - start <= _NEWS and abs(start - self.published) <= _NEWS
        return near and mention.event_class not in ("REPORTING", "PERCEPTION", "I_ACTION", "I_STATE", "STATE")


def _clause(lower: Sequence[str], trigger: int, settled: Sequence[Settled]) -> tuple[int, int]:
    """The marks around a token that part clauses; a comma that belongs to places is none: "Nubl, Zahraa", "Homs, Syria"."""
    within_places = {place.last for place in settled} | {place.first - 1 for place in settled}
    borders = [i for i, word in enumerate(lower) if word in _BORDERS and i not in within_places]
    low = max((i for i in borders if i < trigger), default=-1)
    high = min((i for i in borders if i > trigger), default=len(lower))
    return low, high
