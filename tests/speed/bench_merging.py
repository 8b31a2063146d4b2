"""How long merging takes and how much memory, for growing collections; how many ids outlive growth by a tenth.

Usage: python -m tests.speed.bench_merging [--sizes 2000 8000 29000] [--kept FILE]

The articles are the outlets' and Reuters' of the shared material. ``--kept`` names a file that holds what extraction gave (written where
it is missing), since extraction takes far longer than what is measured here.
"""

from __future__ import annotations

import argparse
import gzip
import json
import pickle
import random
import resource
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from tests.newsmaking import facts_of, members_of
from tests.quality.figures import SHARED
from timeline import merging, pipeline
from timeline.reading import article_from
from timeline.records import Event, Extraction
from timeline.settings import Settings

CORPORA = ("en-outlets-8000", "en-reuters-21578")


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", type=int, nargs="+", default=[2000, 8000, 29000])
    arguments.add_argument("--kept", type=Path, help="file for what extraction gave")
    options = arguments.parse_args()
    extractions = _extractions(max(options.sizes), options.kept)
    print(
        "| articles | mentions | profile s | copies s | neighbourhoods s | merge s | one article more s | events | largest | peak MB |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for size in options.sizes:
        if size <= len(extractions):
            print(_measured(extractions[:size]))
    print(_stability(extractions[: min(8000, len(extractions))]))


def _extractions(count: int, kept: Path | None) -> list[Extraction]:
    if kept is not None and kept.exists():
        return list(pickle.loads(kept.read_bytes()))
    extractions = [pipeline.extract(article_from(document, Settings())) for document in _documents(count)]
    if kept is not None:
        kept.write_bytes(pickle.dumps(extractions))
    return extractions


def _documents(count: int) -> Iterator[dict[str, object]]:
    for name in CORPORA:
        with gzip.open(SHARED / "articles" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                document = json.loads(line)
                if count and document.get("text"):
                    count -= 1
                    yield document


def _measured(extractions: Sequence[Extraction]) -> str:
    clock, marks = time.process_time, [time.process_time()]
    by_id = {extraction.article.article_id: extraction for extraction in extractions}
    profiles = [merging.profile(extraction) for extraction in by_id.values()]
    marks.append(clock())
    copies = merging.duplicates(profiles)
    marks.append(clock())
    hoods = merging.neighbourhoods(profiles, copies)
    marks.append(clock())
    facts = facts_of(by_id, profiles, copies)
    events = sum(len(merging.merge(members_of(hood, by_id), facts_for(hood, facts)).events) for hood in hoods)
    marks.append(clock())
    known = {hood.key for hood in merging.neighbourhoods(profiles[:-1], merging.duplicates(profiles[:-1]))}
    again = clock()
    for hood in merging.neighbourhoods(profiles, merging.duplicates(profiles)):
        if hood.key not in known:
            merging.merge(members_of(hood, by_id), facts_for(hood, facts))
    again = clock() - again
    spent = [after - before for before, after in pairwise(marks)]
    mentions = sum(len(hood.members) for hood in hoods)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    cells = [
        len(extractions),
        mentions,
        *(f"{second:.1f}" for second in [*spent, again]),
        events,
        max(len(h.members) for h in hoods),
        peak,
    ]
    return f"| {' | '.join(map(str, cells))} |"


def facts_for(hood: merging.Neighbourhood, facts: dict[str, merging.Facts]) -> dict[str, merging.Facts]:
    """Those of the neighbourhood's articles."""
    return {article_id: facts[article_id] for article_id, _ in hood.members}


def _stability(extractions: Sequence[Extraction]) -> str:
    order = list(extractions)
    random.Random(7).shuffle(order)
    before = {event.event_id: event for event in _events(order[: len(order) * 10 // 11]) if len(event.article_ids) > 1}
    after = {event.event_id for event in _events(order)}
    kept = sum(event_id in after for event_id in before)
    share = kept / max(1, len(before))
    return f"ids kept when {len(order)} articles grew by a tenth: {kept} of {len(before)} events with two articles or more ({share:.1%})"


def _events(extractions: Sequence[Extraction]) -> list[Event]:
    by_id = {extraction.article.article_id: extraction for extraction in extractions}
    profiles = [merging.profile(extraction) for extraction in by_id.values()]
    copies = merging.duplicates(profiles)
    facts = facts_of(by_id, profiles, copies)
    hoods = merging.neighbourhoods(profiles, copies)
    return [event for hood in hoods for event in merging.merge(members_of(hood, by_id), facts_for(hood, facts)).events]


if __name__ == "__main__":
    main()
