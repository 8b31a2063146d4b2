"""Merging against shared gold: headline events, coreference, the days that matter: ``python -m tests.quality merging``.

Everything goes through the default pipeline, from a document as a reader would give it. The shared scorers are used as they are.
Baselines cost nothing: each article an event of its own, each mention an event of its own, the days with most articles.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.newsmaking import build
from tests.quality.figures import SHARED, Figure, scorer
from timeline import merging, pipeline
from timeline.reading import article_from
from timeline.records import Event, Extraction
from timeline.settings import Settings

__all__ = ["detokenised", "event_row", "measure"]

GOLD = SHARED / "gold"
Documents = list[dict[str, Any]]

_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}", "``": '"', "''": '"'}


def measure() -> Iterator[Figure]:
    """Headline events and coreference, then timelines; nothing where the shared gold is not."""
    if SHARED.exists():
        yield from _headlines()
        yield from _coreference()
        yield from _timelines("t17", "en", without=("egypt",))
        yield from _timelines("crisis-es", "es")


def read(path: Path) -> Documents:
    """The rows of a JSON lines file, zipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def extracted(documents: Iterable[Mapping[str, Any]]) -> list[Extraction]:
    """What the default pipeline gives."""
    return [pipeline.extract(article_from(document, Settings())) for document in documents]


def _written(rows: Iterable[Mapping[str, Any]]) -> Path:
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False, encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return Path(file.name)


# ---- headline events


def _headlines() -> Iterator[Figure]:
    gold = GOLD / "coref" / "news-clusters.jsonl"
    documents = read(gold)
    given = ("id", "title", "text", "published")
    _, headlines = build(extracted({name: document[name] for name in given} for document in documents))
    predicted = _written({"id": d["id"], "headline_events": headlines.get(str(d["id"]), ())} for d in documents)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        scorer("score_pairs").main(str(gold), str(predicted))
    predicted.unlink()
    scores = json.loads(out.getvalue())
    note = f"P {scores['pairs']['p']:.3f}, R {scores['pairs']['r']:.3f}; wanted 0.80"
    yield Figure("news-clusters", "shared headline event, pairwise F1", scores["pairs"]["f1"], 0.0, note=note)
    yield Figure("news-clusters", "headline components, B3 F1", scores["b3"]["f1"])


# ---- coreference


def _coreference() -> Iterator[Figure]:
    documents = read(GOLD / "coref" / "ecbplus.jsonl.gz")
    extractions = extracted({"id": f"d{n:04d}", "text": d["text"], "lang": "en"} for n, d in enumerate(documents))
    merged, _ = build(extractions)
    home = {mention: event.event_id for part in merged for event in part.events for mention in event.mention_ids}
    gold: dict[str, str] = {}
    said: dict[str, str] = {}
    for document, extraction in zip(documents, extractions, strict=True):
        article_id = extraction.article.article_id
        for number, annotated in enumerate(document["mentions"]):
            if annotated["kind"] != "event" or not annotated["cluster"]:
                continue
            key = f"{article_id} {number}"
            gold[key] = annotated["cluster"]
            ours = [m for m in extraction.mentions if m.start < annotated["end"] and m.end > annotated["start"]]
            homes = [home[i] for m in ours if (i := merging.mention_id(article_id, m)) in home]
            said[key] = homes[0] if homes else key
    joined = sum(not event.startswith("d") for event in said.values()) / len(said)
    note = f"text only, undated documents; {joined:.0%} of the gold mentions stand in an event of ours"
    yield Figure(
        "ECB+", "B3 F1 over cross-document clusters", b_cubed(gold, said), b_cubed(gold, {key: key for key in gold}), note=note
    )


def b_cubed(gold: Mapping[str, str], said: Mapping[str, str]) -> float:
    """B-cubed F1 of one clustering against another."""
    groups = [defaultdict(set), defaultdict(set)]
    for which, clustering in enumerate((gold, said)):
        for key, cluster in clustering.items():
            groups[which][cluster].add(key)
    right = [len(groups[0][gold[key]] & groups[1][said[key]]) for key in gold]
    precision = sum(n / len(groups[1][said[key]]) for n, key in zip(right, gold, strict=True)) / len(gold)
    recall = sum(n / len(groups[0][gold[key]]) for n, key in zip(right, gold, strict=True)) / len(gold)
    return 2 * precision * recall / (precision + recall)


# ---- timelines


def detokenised(text: str) -> str:
    """Text as printed, of text as the Penn Treebank's tokeniser leaves it."""
    text = re.sub(r"-L[RSC]B-|-R[RSC]B-|``|''", lambda match: _BRACKETS[match.group()], text)
    text = re.sub(r" (n't|'(?:s|re|ve|ll|d|m)\b)", r"\1", text)
    text = re.sub(r" ([,.;:!?%)\]}])", r"\1", text)
    text = re.sub(r"([(\[{$£€#]) ", r"\1", text)
    return re.sub(r'" ([^"\n]*?) "', r'"\1"', text)


def event_row(event: Event) -> dict[str, Any]:
    """The columns of the ``events`` table that ranking reads."""
    return {
        "event_id": event.event_id,
        "date": event.interval.day,
        "summary": event.summary,
        "importance": event.importance,
        "article_ids": list(event.article_ids),
        "date_basis": event.date_basis,
        "status": event.status,
        "participants": [{"name": name} for name, _, _ in event.participants],
        "places": [{"name": place.name} for place, _ in event.places],
    }


def _timelines(name: str, lang: str, without: Sequence[str] = ()) -> Iterator[Figure]:
    articles: dict[str, Documents] = defaultdict(list)
    for document in read(GOLD / "tls" / f"{name}-articles.jsonl.gz"):
        text = detokenised(document["text"]) if lang == "en" else document["text"]
        source = document.get("collection", name)
        row = {"id": document["id"], "text": text, "published": document["pub_date"], "lang": lang, "source": source}
        articles[document["topic"]].append(row)
    gold_path = GOLD / "tls" / f"{name}-timelines.jsonl"
    timelines = [timeline for timeline in read(gold_path) if timeline["topic"] not in without]
    events = {topic: _rows(articles[topic]) for topic in {timeline["topic"] for timeline in timelines}}
    found, ours, simple = [], defaultdict(list), defaultdict(list)
    for timeline in timelines:
        days = sorted({entry["date"][:10] for entry in timeline["entries"]})
        inside = [row for row in events[timeline["topic"]] if row["date"] and days[0] <= row["date"].isoformat() <= days[-1]]
        entries = merging.top_days(inside, len(days))
        found.append({"timeline_id": timeline["timeline_id"], "entries": entries})
        ours[timeline["topic"]].append(_f1(set(days), {entry["date"] for entry in entries}))
        published = Counter(row["published"] for row in articles[timeline["topic"]] if days[0] <= row["published"] <= days[-1])
        ranked = sorted(published, key=lambda day: (-published[day], day))
        simple[timeline["topic"]].append(_f1(set(days), set(ranked[: len(days)])))
    note = ", ".join(f"{topic} {_mean(scores):.2f}" for topic, scores in sorted(ours.items()))
    mean, baseline = (_mean([_mean(scores) for scores in each.values()]) for each in (ours, simple))
    yield Figure(name, "Date-F1 of the N most important days", mean, baseline, note=note)
    yield from _rouge(name, gold_path, found)


def _rows(documents: Documents) -> list[dict[str, Any]]:
    merged, _ = build(extracted(documents))
    return [event_row(event) for part in merged for event in part.events]


def _rouge(name: str, gold_path: Path, found: Documents) -> Iterator[Figure]:
    module = scorer("score_tls")
    gold, totals = module.load(str(gold_path)), {1: 0.0, 2: 0.0}
    for timeline in found:
        g, s = module.group(gold[timeline["timeline_id"]]), module.group(timeline)
        for n in totals:
            totals[n] += module.align(g, s, n)[2]
    for n, total in totals.items():
        yield Figure(name, f"alignment ROUGE-{n}", total / len(found))


def _f1(gold: set[str], said: set[str]) -> float:
    return 2 * len(gold & said) / (len(gold) + len(said)) if said else 0.0


def _mean(scores: Sequence[float]) -> float:
    return sum(scores) / len(scores)
