"""Which mentions of an article tell its news. Extraction completes these though nothing dates them, merging makes an event of them."""

from __future__ import annotations

from collections.abc import Sequence

from timeline.records import Mention

__all__ = ["leading"]

_FIRST_SENTENCES = 2
_ASIDE = ("boilerplate", "byline", "caption", "list")


def leading(mentions: Sequence[Mention]) -> frozenset[int]:
    """The places of those mentions: the title's and the lead's; where none stands there, those of the first sentences that tell something."""
    found = [i for i, mention in enumerate(mentions) if mention.block in ("title", "lead")]
    if not found:
        readable = [i for i, mention in enumerate(mentions) if mention.block not in _ASIDE]
        first = sorted({mentions[i].sentence for i in readable})[:_FIRST_SENTENCES]
        found = [i for i in readable if mentions[i].sentence in first]
    return frozenset(found)
