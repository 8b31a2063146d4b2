"""Time expressions against the gold in ``../shared/gold``, scored as its own scorer does: ``python -m tests.quality timex``.

Rules were tuned on the documents with even numbers of TimeBank and WikiWars, on every fourth of TimeBank (from the second), and on the half of
AQUAINT whose names have an even hash (rules from before November 2026 on all of it). No document of TimeBank's last quarter was read for its
errors, but totals by kind of error that included it were looked at: it is mostly, not strictly, held out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from types import ModuleType
from typing import Any

from tests.quality.figures import SHARED, Figure, scorer
from timeline import pipeline
from timeline.reading import article_from
from timeline.settings import Settings
from timeline.views.jsonlines import tag_line

__all__ = ["measure", "scored"]

CORPORA = {
    "timebank": "en-timebank", "aquaint": "en-aquaint", "wikiwars": "en-wikiwars", "krauts": "de-krauts", "es-timebank": "es-timebank",
}  # fmt: skip
MEASURES = {"value F1": "value_f1", "relaxed F1": "relaxed_f1", "strict F1": "strict_f1"}
PUBLISHED = {"timebank": 0.792, "aquaint": 0.730, "wikiwars": 0.827, "krauts": 0.671, "es-timebank": 0.853}
"""HeidelTime's value F1, printed beside ours."""


def _every_fourth(gold: Mapping[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return list(gold.items())[3::4]


def _odd_names(gold: Mapping[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [(name, document) for name, document in gold.items() if sha256(name.encode()).digest()[-1] % 2]


HELD_OUT = {"timebank": _every_fourth, "aquaint": _odd_names}


def scored(gold: Mapping[str, dict[str, Any]], judge: ModuleType) -> dict[str, float]:
    """The scorer's metrics over these documents, and false positives per 1,000 words."""
    predicted = {name: tag_line(pipeline.tag(article_from(document, Settings()))) for name, document in gold.items()}
    total = judge.new()
    for counts in judge.score(gold, predicted).values():
        for key in total:
            total[key] += counts[key]
    words = sum(len(document["text"].split()) for document in gold.values())
    return judge.metrics(total) | {"fp_per_1000": 1000 * (total["pred"] - total["relaxed"]) / words}


def measure() -> Iterator[Figure]:
    """Strict, relaxed and value F1 of each corpus; nothing where the gold is absent."""
    if not SHARED.exists():
        return
    judge = scorer("score_timex")
    for corpus, name in CORPORA.items():
        gold = judge.load(SHARED / "gold" / "timex" / f"{name}.jsonl")
        yield from _figures(corpus, scored(gold, judge), "")
        if corpus in HELD_OUT:
            half = dict(HELD_OUT[corpus](gold))
            yield from _figures(f"{corpus} held out", scored(half, judge), "the part that rules were not tuned on")


def _figures(corpus: str, metrics: Mapping[str, float], note: str) -> Iterator[Figure]:
    for measure_name, key in MEASURES.items():
        baseline = PUBLISHED.get(corpus) if key == "value_f1" else None
        yield Figure(
            corpus, f"timex {measure_name}", metrics[key], baseline, note=note or ("HeidelTime beside" if baseline else "")
        )
    if corpus.startswith("timebank"):
        yield Figure(corpus, "timex false positives per 1,000 words", metrics["fp_per_1000"], lower=True, note=note)
