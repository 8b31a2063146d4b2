"""A sentence that is read closely, for what its events are told of: who takes part, where, and who says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from timeline.events.attribution import Source
from timeline.events.people import Named
from timeline.events.phrases import Phrase
from timeline.events.settling import Settled
from timeline.events.view import SentenceView
from timeline.events.who import Found, Role

__all__ = ["Close"]


@dataclass(frozen=True, slots=True)
class Close:
    """A sentence and what stands in it; of a language without words for people only its places."""

    view: SentenceView
    settled: Sequence[Settled]
    told: tuple[int, int]
    """The characters that tell its events, without the source at its head or end, which the mentions name apart."""
    phrases: Sequence[Phrase] = ()
    found: Found | None = None
    """Who takes part in each of its events."""
    said: Sequence[Source] = ()
    opening: Named | None = None
    """The pronoun that it begins with, where it clearly means somebody."""

    def taking(self, index: int) -> Sequence[tuple[Phrase, Role]]:
        """Who takes part in the event of a mention."""
        return self.found.get(index, ()) if self.found else ()
