"""One event and the ways in which it may be dated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from timeline.events.evidence import Near
from timeline.events.facts import Facts
from timeline.events.view import SentenceView

__all__ = ["Option", "Way"]

Way: TypeAlias = str | Near
"""One of :data:`timeline.events.evidence.FREE`, or an expression at hand."""


@dataclass(slots=True)
class Option:
    """The facts of one event: those that count for every way without an expression, and those of each expression at hand."""

    view: SentenceView
    k: int
    facts: Facts
    near: list[Near]
    near_facts: list[Facts]
    ties: list[float] = field(default_factory=list)
    """How closely each expression at hand is tied to the event, beside the other events of the sentence."""
