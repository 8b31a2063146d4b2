"""The one to three events that an article is mainly about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from timeline.merging.members import Headline

__all__ = ["headline_events"]

_MOST = 3
_NEAR_BEST = 0.6


def headline_events(headlines: Iterable[Headline]) -> dict[str, tuple[str, ...]]:
    """``{article_id: event ids}``: for each article its strongest candidate and up to two more that come near it."""
    candidates: dict[str, dict[str, float]] = defaultdict(dict)
    for article_id, event, weight in headlines:
        known = candidates[article_id]
        known[event] = max(weight, known.get(event, 0.0))
    chosen = {}
    for article_id, weights in candidates.items():
        ranked = sorted(weights, key=lambda event: (-weights[event], event))[:_MOST]
        chosen[article_id] = tuple(event for event in ranked if weights[event] >= _NEAR_BEST * weights[ranked[0]])
    return chosen
