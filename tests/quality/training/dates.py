"""Trains the choice of how an event is dated (:mod:`timeline.events.anchor`) from two kinds of annotation.

* Event dates (``events[].date``: exact days or strict bounds, as in the event time corpus): every way of dating whose interval says exactly
  what the label says is right; where none does, the one that comes nearest, for less.
* TLINKs between events and time expressions (TimeBank, AQUAINT): the linked expression is right; where the event is linked to the publication
  date only, every way without an expression is.

The same links teach which events of a sentence an expression is tied to (:class:`Example` with an event for each "way").

The loss is the log-likelihood of choosing any of the right ways, with an L2 penalty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from timeline.events import read_sentences
from timeline.events.anchor import options, retell
from timeline.events.choice import FEATURES, Choice, Weights, best_way, flat, free_numbers, numbers, shaped, tie_numbers
from timeline.events.dating import interval_of
from timeline.events.evidence import FREE, Near
from timeline.events.model import EventModel
from timeline.events.option import Option
from timeline.interval import Interval
from timeline.records import Extraction

__all__ = ["Example", "examples", "fit_choice", "label_right", "learn_choice", "ties"]

_DAY = timedelta(days=1)
_INSIDE = frozenset({"IS_INCLUDED", "SIMULTANEOUS", "DURING", "IDENTITY", "BEGUN_BY", "ENDED_BY", "BEGINS", "ENDS"})
_NEAREST_WEIGHT = 0.3
_LINK_WEIGHT = 0.3
_AROUND_WEIGHT = 0.1
_HALF = 0.5
_AROUND = {
    "BEFORE": ("dct", "before", "until_dct"),
    "IBEFORE": ("before", "until_dct"),
    "AFTER": ("after",),
    "IAFTER": ("after",),
    "INCLUDES": ("open",),
    "IS_INCLUDED": ("dct",),
    "SIMULTANEOUS": ("dct", "open"),
    "DURING": ("open",),
    "BEGUN_BY": ("from_dct",),
    "ENDED_BY": ("until_dct",),
}
"""Ways without an expression that a link to the publication date allows: it is annotated in moments, so "before" may be that day."""


@dataclass(slots=True)
class Example:
    """One event: the weight numbers of each way of dating it, which ways are right, and how much it counts."""

    rows: list[npt.NDArray[np.int64]]
    right: list[bool]
    weight: float


def _point(point: dict[str, Any], low: date | None, high: date | None) -> bool:
    if point["exact"]:
        return low is not None and low == high and low.isoformat() == point["exact"]
    after = (low - _DAY).isoformat() if low else None
    before = (high + _DAY).isoformat() if high else None
    return after == point["after"] and before == point["before"]


def label_right(interval: Interval | None, label: dict[str, Any]) -> bool:
    """Whether an interval says exactly what a label of the event time corpus says."""
    start, end = interval or Interval(None, None)
    first = start.date() if start else None
    last = (end - timedelta(microseconds=1)).date() if end else None
    if label["kind"] == "single":
        return _point(label["begin"], first, last)
    if label["kind"] != "multi":
        return False
    begin, finish = label["begin"], label["end"]
    begins = _point(begin, first, first) if first else begin["exact"] is None and not begin["after"]
    ends = _point(finish, last, last) if last else finish["exact"] is None and not finish["before"]
    return begins and ends


def nearest(said: Sequence[Interval | None], label: dict[str, Any]) -> list[bool]:
    """Where no way says what a label says: those that share most of its days, more than half of all that either covers."""
    if label["kind"] not in ("single", "multi"):
        return [False] * len(said)
    begin, finish = label["begin"], label["end"]
    first = _day(begin["exact"], 0) or _day(begin["after"], 1) or date.min
    last = _day(finish["exact"], 0) or _day(finish["before"], -1) or date.max
    shares = [_share(interval or Interval(None, None), first, last) for interval in said]
    return [share == max(shares) > _HALF for share in shares]


def _day(text: str | None, step: int) -> date | None:
    return date.fromisoformat(text) + step * _DAY if text else None


def _share(interval: Interval, first: date, last: date) -> float:
    start = interval.start.date() if interval.start else date.min
    end = (interval.end - timedelta(microseconds=1)).date() if interval.end else date.max
    return ((min(end, last) - max(start, first)).days + 1) / ((max(end, last) - min(start, first)).days + 1)


def examples(extraction: Extraction, document: dict[str, Any], model: EventModel, first: Choice | None = None) -> list[Example]:
    """The events of a gold document that the model finds, as examples.

    With the weights of a ``first`` round, the dates of other mentions of the same happening are among the ways.
    """
    article, timexes = extraction.article, extraction.timexes
    if article.published is None:
        return []
    (reading,) = read_sentences([extraction], model)
    day = datetime.combine(article.published.day, datetime.min.time())
    gold = {(event["start"], event["end"]): event for event in document["events"]}
    links, around = _links(document), _around(document)
    found = []
    choices = list(options(reading.views, timexes, reading.cues, reading.lexicon, day))
    if first is not None:
        ways_first = [best_way(option, line) for option, line in zip(choices, first.scores(choices), strict=True)]
        retell(choices, ways_first, reading.cues, reading.lexicon.lemma)
    for option in choices:
        mention = option.view.mentions[option.k]
        event = gold.get((mention.start, mention.end))
        if event is None:
            continue
        ways: list[str | Near] = [*FREE, *option.near]
        if any(e.get("date") for e in document["events"]):
            label = event.get("date")
            said = [interval_of(way, day) for way in ways]
            right, weight = [bool(label) and label_right(interval, label) for interval in said], 1.0
            if label and not any(right):
                right, weight = nearest(said, label), _NEAREST_WEIGHT
        else:
            right = _linked(option, links.get(event["eid"], ()), ways)
            weight = _LINK_WEIGHT
            if not any(right):
                right = [way in _AROUND.get(around.get(event["eid"], ""), ()) for way in ways]
                weight = _AROUND_WEIGHT
        if any(right) and not all(right):
            found.append(Example(_numbers(option), right, weight))
    return found


def ties(extraction: Extraction, document: dict[str, Any], model: EventModel) -> list[Example]:
    """The expressions of a gold document that are linked to an event of their sentence, each with the events found there to choose from."""
    article = extraction.article
    if article.published is None:
        return []
    (reading,) = read_sentences([extraction], model)
    day = datetime.combine(article.published.day, datetime.min.time())
    spans = {event["eid"]: (event["start"], event["end"]) for event in document["events"]}
    linked = {
        (spans[event], span) for event, told in _links(document).items() for span in told if span is not None and event in spans
    }
    sentences: dict[tuple[int, int], list[tuple[Option, int]]] = {}
    for option in options(reading.views, extraction.timexes, reading.cues, reading.lexicon, day):
        for place, near in enumerate(option.near):
            if not near.ago:
                sentences.setdefault((id(option.view), near.index), []).append((option, place))
    found = []
    for events in sentences.values():
        right = [_tied(option, place, linked) for option, place in events]
        if any(right) and not all(right):
            rows = [tie_numbers(flat(option.facts + option.near_facts[place])) for option, place in events]
            found.append(Example(rows, right, 1.0))
    return found


def _tied(option: Option, place: int, linked: set[tuple[tuple[int, int], tuple[int, int]]]) -> bool:
    mention, timex = option.view.mentions[option.k], option.near[place].timex
    return any(event == (mention.start, mention.end) and timex.start < span[1] and span[0] < timex.end for event, span in linked)


def _numbers(option: Option) -> list[npt.NDArray[np.int64]]:
    return [*free_numbers(flat(option.facts)), *(numbers(flat(facts)) for facts in option.near_facts)]


def _links(document: dict[str, Any]) -> dict[str, list[tuple[int, int] | None]]:
    """``{event: [spans of the expressions that date it, None for the publication date]}``."""
    spans = {t["tid"]: (t["start"], t["end"]) for t in document["timexes"] if t["start"] is not None}
    result: dict[str, list[tuple[int, int] | None]] = {}
    for link in document["tlinks"]:
        if link["target"] == "t0":
            result.setdefault(link["source"], []).append(None)
        elif link["type"] in _INSIDE and link["target"] in spans:
            result.setdefault(link["source"], []).append(spans[link["target"]])
        elif link["type"] == "INCLUDES" and link["source"] in spans:
            result.setdefault(link["target"], []).append(spans[link["source"]])
    return result


def _around(document: dict[str, Any]) -> dict[str, str]:
    """``{event: how it lies to the publication date}``."""
    turned = {"BEFORE": "AFTER", "AFTER": "BEFORE", "INCLUDES": "IS_INCLUDED", "IS_INCLUDED": "INCLUDES"}
    result = {link["source"]: link["type"] for link in document["tlinks"] if link["target"] == "t0"}
    return result | {
        link["target"]: turned.get(link["type"], link["type"]) for link in document["tlinks"] if link["source"] == "t0"
    }


def _linked(option: Option, spans: Sequence[tuple[int, int] | None], ways: Sequence[str | Near]) -> list[bool]:
    own = [near for near in option.near if not near.ago]
    if not spans or not own:
        return [False] * len(ways)
    hit = [
        isinstance(way, Near) and any(s is not None and way.timex.start < s[1] and s[0] < way.timex.end for s in spans)
        for way in ways
    ]
    if any(hit):
        return hit
    return [not isinstance(way, Near) for way in ways]


def fit_choice(found: Sequence[Example], tied: Sequence[Example] = (), steps: int = 60) -> Weights:
    """Weights of all facts: for the ways of dating an event, and for what ties an expression to one."""
    ways = _fitted(found, strength=3.0, steps=steps)
    if not tied:
        return shaped(*ways)
    (gain, place), (gain_of_ties, place_of_ties) = ways, _fitted(tied, strength=8.0, steps=steps)
    return shaped(np.concatenate([gain, gain_of_ties]), np.concatenate([place, place_of_ties]))


def _fitted(found: Sequence[Example], strength: float, steps: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Weights, and the numbers of the features that they are of."""
    sparse: Any = import_module("scipy.sparse")
    minimize: Any = import_module("scipy.optimize").minimize
    rows = [row for example in found for row in example.rows]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    matrix = sparse.csr_matrix((np.ones(starts[-1], np.float64), np.concatenate(rows), starts), shape=(len(rows), FEATURES))
    counts = np.asarray(matrix.sum(axis=0)).ravel()
    used = np.flatnonzero(counts >= 2)
    matrix = matrix[:, used].tocsr()
    turned = matrix.T.tocsr()
    edges = np.concatenate([[0], np.cumsum([len(example.rows) for example in found])])
    right = np.array([flag for example in found for flag in example.right])
    weight = np.array([example.weight for example in found])
    sizes = np.diff(edges)

    def loss(w: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        raw = matrix @ w
        raw -= np.repeat(np.maximum.reduceat(raw, edges[:-1]), sizes)
        odds = np.exp(raw)
        total = np.add.reduceat(odds, edges[:-1])
        good = np.maximum(np.add.reduceat(np.where(right, odds, 0.0), edges[:-1]), 1e-12)
        value = float((weight * (np.log(total) - np.log(good))).sum() + strength / 2 * (w @ w))
        share = np.repeat(weight, sizes) * (odds / np.repeat(total, sizes) - np.where(right, odds, 0.0) / np.repeat(good, sizes))
        return value, turned @ share + strength * w

    best = minimize(loss, np.zeros(len(used)), jac=True, method="L-BFGS-B", options={"maxiter": steps}).x
    return best.astype(np.float32), used


Tagged = tuple[Extraction, dict[str, Any]]


def learn_choice(linked: Sequence[Tagged], timed: Sequence[Tagged], reader: EventModel) -> Weights:
    """The choice in two rounds: the first, from links alone, says which mentions of one happening may lend each other their date."""
    first = Choice(fit_choice([example for tag, document in linked for example in examples(tag, document, reader)], steps=30))
    found = [example for tag, document in [*linked, *timed] for example in examples(tag, document, reader, first)]
    return fit_choice(found, [example for tag, document in linked for example in ties(tag, document, reader)])
