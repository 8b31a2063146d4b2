"""Which words name an event, and what kind of event."""

from __future__ import annotations

from timeline.events.view import SentenceView
from timeline.records import Mention

__all__ = ["find_triggers"]

_VERBAL = ("ed", "ing")
_COMMON = frozenset(
    [
        "said",
        "says",
        "told",
        "began",
        "was",
        "killed",
        "left",
        "took",
        "made",
        "won",
        "lost",
        "met",
        "died",
        "fell",
        "rose",
        "sent",
        "withdrawal",
        "election",
        "elections",
    ]
)


def find_triggers(view: SentenceView) -> None:
    """Fill ``view.mentions`` and ``view.triggers``."""
    tokens = view.tokens
    for i, word in enumerate(tokens.lower):
        if word in _COMMON or (len(word) > 4 and word.endswith(_VERBAL)):
            span = view.sentence
            view.triggers.append(i)
            view.mentions.append(
                Mention(tokens.starts[i], tokens.ends[i], tokens.words[i], (span.start, span.end), block=span.kind, tense="PAST")
            )
