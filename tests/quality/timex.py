"""Time expressions against the gold in ``../shared/gold``, scored as its own scorer does: ``python -m tests.quality timex``.

Rules were tuned on the documents with even numbers of TimeBank and WikiWars, on every fourth of TimeBank (from the second), and on the half of
AQUAINT whose names have an even hash (rules from before November 2026 on all of it). No document of TimeBank's last quarter was read for its
errors, but totals by kind of error that included it were looked at: it is mostly, not strictly, held out.
"""

from __future__ import annotations

import re
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
LENIENT = {"value F1, parts that the gold leaves open aside": "value_f1", "strict F1, first determiners aside": "strict_f1"}
"""Printed beside the measures that conventions of a corpus pull down; never in their place."""
PUBLISHED = {"timebank": 0.792, "aquaint": 0.730, "wikiwars": 0.827, "krauts": 0.671, "es-timebank": 0.853}
"""HeidelTime's value F1, printed beside ours."""


def _every_fourth(gold: Mapping[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return list(gold.items())[3::4]


def _odd_names(gold: Mapping[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [(name, document) for name, document in gold.items() if sha256(name.encode()).digest()[-1] % 2]


HELD_OUT = {"timebank": _every_fourth, "aquaint": _odd_names}


_OPEN = re.compile(r"(\d{3,4})(?:-[WQ]?X+|X)(?:-X+)?")
"""A value of the gold with parts left open: 1989-WXX, 1968-XX, 196X."""
_FIRST_WORDS = re.compile(
    r"(?:(?:the|a|an|about|around|nearly|almost|just|over|only|some|early|earlier|late|later|right|at least|more than|less than) )+",
    re.IGNORECASE,
)


def _leniently(
    gold: Mapping[str, dict[str, Any]], said: Mapping[str, dict[str, Any]], judge: ModuleType
) -> dict[str, dict[str, Any]]:
    """What was said, with the gold's value where the gold leaves the rest open, and its first words where only determiners differ."""
    changed = {}
    for name, document in gold.items():
        timexes = [dict(timex) for timex in said[name]["timexes"]]
        for place, number, _ in judge.align(document["timexes"], timexes):
            right, timex = document["timexes"][place], timexes[number]
            if (found := _OPEN.fullmatch(str(right["value"]))) and str(timex["value"]).startswith(found[1]):
                timex["value"] = right["value"]
            starts = sorted((right["start"], timex["start"]))
            if right["end"] == timex["end"] and _FIRST_WORDS.fullmatch(document["text"][slice(*starts)]):
                timex["start"] = right["start"]
        changed[name] = {"timexes": timexes}
    return changed


def scored(gold: Mapping[str, dict[str, Any]], judge: ModuleType) -> dict[str, float]:
    """The scorer's metrics over these documents, and false positives per 1,000 words."""
    predicted = {name: tag_line(pipeline.tag(article_from(document, Settings()))) for name, document in gold.items()}
    total = _total(gold, predicted, judge)
    lenient = judge.metrics(_total(gold, _leniently(gold, predicted, judge), judge))
    words = sum(len(document["text"].split()) for document in gold.values())
    more = {"fp_per_1000": 1000 * (total["pred"] - total["relaxed"]) / words}
    return judge.metrics(total) | more | {f"lenient_{key}": lenient[key] for key in LENIENT.values()}


def _total(gold: Mapping[str, dict[str, Any]], said: Mapping[str, dict[str, Any]], judge: ModuleType) -> dict[str, int]:
    total: dict[str, int] = judge.new()
    for counts in judge.score(gold, said).values():
        for key in total:
            total[key] += counts[key]
    return total


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
    if corpus.startswith(("timebank", "aquaint")):
        for measure_name, key in LENIENT.items():
            yield Figure(corpus, f"timex {measure_name}", metrics[f"lenient_{key}"], note=note)
    if corpus.startswith("timebank"):
        yield Figure(corpus, "timex false positives per 1,000 words", metrics["fp_per_1000"], lower=True, note=note)
