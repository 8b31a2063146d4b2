"""Participants and places against ECB+: ``python -m tests.quality who``.

In the sentences that ECB+ has annotated and checked, and where the pipeline finds an event:

* a **participant** that we name is right when it overlaps one that is annotated (human or not), one to one; recall is over the
  human ones (people, groups, bodies) that are no pronoun: we name whom "he" means, or nobody.
* a **place** that we name is right when it overlaps an annotated location (not one annotated as taking part); recall is over the
  geographical ones that hold a proper name (ECB+ also marks "the scene", and facilities such as "Promises Treatment Center").
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from typing import Any

from tests.quality.figures import SHARED, Figure
from timeline import pipeline
from timeline.reading import article_from
from timeline.settings import Settings

__all__ = ["measure"]

GOLD = SHARED / "gold" / "coref" / "ecbplus.jsonl.gz"
PRONOUNS = frozenset(
    "i me my we us our you your he him his she her hers it its they them their who whom whose which that one himself herself"
    " themselves itself this these those what some others".split()
)
Span = tuple[int, int]


def measure() -> Iterator[Figure]:
    """The figures on the topics kept for checking (even numbers) and on those used for tuning."""
    if not GOLD.exists():
        return
    with gzip.open(GOLD, "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    for name, chosen in (("tuning", 1), ("held out", 0)):
        scored = score(d for d in documents if int(d["topic"]) % 2 == chosen)
        for measured, value in scored.items():
            yield Figure(f"ecbplus participants and places ({name} topics)", measured, value)


def score(documents: Iterable[dict[str, Any]]) -> dict[str, float]:
    """Precision, recall and F1 of participants and places."""
    counts: dict[str, list[int]] = {"participants": [0, 0, 0, 0], "places": [0, 0, 0, 0]}
    for document in documents:
        gold = [m for m in document["mentions"] if m["validated_sentence"]]
        if not gold:
            continue
        article = article_from(
            {"id": document["id"], "text": document["text"], "lang": "en", "published": "2013-01-01"}, Settings()
        )
        mentions = pipeline.extract(article, every=True).mentions
        checked = _checked(document["text"], gold)
        ours: dict[str, set[Span]] = {"participants": set(), "places": set()}
        for mention in mentions:
            ours["participants"] |= {(p.start, p.end) for p in mention.participants if _inside(p.start, checked)}
            ours["places"] |= {(p.start, p.end) for p in mention.places if _inside(p.start, checked)}
        taking, located = ([m for m in gold if m["kind"] == kind] for kind in ("participant", "loc"))
        human = [m for m in taking if m["tag"].startswith("HUMAN") and m["text"].lower() not in PRONOUNS]
        named = [m for m in located if m["tag"] == "LOC_GEO" and _proper(m["text"])]
        wanted = {"participants": (human, taking), "places": (named, located)}
        for kind, (needed, allowed) in wanted.items():
            _count(counts[kind], ours[kind], [(m["start"], m["end"]) for m in needed], [(m["start"], m["end"]) for m in allowed])
    return {f"{kind} {name}": value for kind, count in counts.items() for name, value in _prf(count).items()}


def _proper(text: str) -> bool:
    return any(word[0].isupper() for word in text.split()[1:] or text.split())


def _checked(text: str, gold: list[dict[str, Any]]) -> list[Span]:
    """The sentences (a line each in ECB+) that hold checked annotations."""
    starts = {m["start"] for m in gold}
    spans, position = [], 0
    for line in text.split("\n"):
        end = position + len(line)
        if any(position <= start < end for start in starts):
            spans.append((position, end))
        position = end + 1
    return spans


def _inside(position: int, spans: list[Span]) -> bool:
    return any(start <= position < end for start, end in spans)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _count(count: list[int], ours: set[Span], needed: list[Span], allowed: list[Span]) -> None:
    """Add to [right, named, found, needed]: the nested ones of a long phrase share one match."""
    count[0] += sum(any(_overlap(span, gold) for gold in allowed) for span in ours)
    count[1] += len(ours)
    count[2] += sum(any(_overlap(span, gold) for span in ours) for gold in needed)
    count[3] += len(needed)


def _prf(count: list[int]) -> dict[str, float]:
    precision, recall = count[0] / max(1, count[1]), count[2] / max(1, count[3])
    return {
        "precision": precision,
        "recall": recall,
        "F1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
    }
