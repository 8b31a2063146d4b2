"""How often the date of an event on the timeline is right, by what it rests on: ``python -m tests.quality.confidence [--write]``.

Counted on the English articles of our own words, whose rules were written by the same hands, and, where the shared gold is, on the event
time corpus, each document dated by a choice that had not seen it. An event counts where it was found. Its date is right where the interval
is the annotated one; in event time, which annotates "in 1995" as bounds that no year is ("after 1 January, before 31 December"), where the
annotated time lies within the interval. ``--write`` puts what was counted into ``timeline/events/confidence.toml``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.quality.events import GOLD, dates_by_fold, read
from tests.quality.figures import OWN
from tests.quality.own_gold import GOLDEN, load_all
from timeline import pipeline
from timeline.events.confidence import TABLE
from timeline.reading import article_from
from timeline.settings import Settings

__all__ = ["own", "shares", "table", "timed", "within"]

_TICK = timedelta(microseconds=1)
_FEWEST = 15
"""Events from which a share is told at all."""
_HEAD = """\
# Of events on the timeline whose dates rest on the same (`date_basis`): how many were dated right, and of how many. `own`: English articles
# of our own words, whose rules and words were written by the same hands; right is the annotated interval. `eventtime`: the event time corpus,
# each document dated by a choice that had not seen it; right is an interval that holds the annotated time, which is often the whole length
# of what lasts. The share of both together is the confidence of such a date; a basis that is not here was not measured.
# Made by tests/quality/confidence.py.
"""
Verdicts = Iterator[tuple[str, bool]]
"""``date_basis`` of an event, and whether its date is right."""


def own() -> Verdicts:
    """The events of our own articles."""
    for gold in [*load_all(OWN), *load_all(GOLDEN)]:
        if gold.lang != "en":
            continue
        wanted = {(event.start, event.end): event.interval for event in gold.events}
        for mention in pipeline.extract(article_from(gold.document(), Settings())).mentions:
            interval = wanted.get((mention.start, mention.end))
            if mention.grounded and interval is not None:
                yield mention.date_basis, mention.interval == interval


def timed() -> Verdicts:
    """The events of the event time corpus; none where it is not."""
    if not GOLD.exists():
        return
    documents = read("eventtime")
    held = {document["id"] for document in documents}
    said = dates_by_fold([d for name in ("timebank", "aquaint") for d in read(name) if d["id"] not in held], documents)
    for document in documents:
        labels = {(event["start"], event["end"]): event["date"] for event in document["events"] if event.get("date")}
        for mention in said[document["id"]]:
            label = labels.get((mention["start"], mention["end"]))
            if mention["grounded"] and label is not None:
                yield mention["date_basis"], within(label, *map(_moment, mention["interval"]))


def within(label: dict[str, Any], start: datetime | None, end: datetime | None) -> bool:
    """Whether an annotated time lies within an interval, whose open sides hold everything; bounds count as the days that they name."""
    if label["kind"] not in ("single", "multi"):
        return False
    first, last = (label[point]["exact"] or label[point][bound] for point, bound in (("begin", "after"), ("end", "before")))
    begins = start is None or (first is not None and start.date().isoformat() <= first)
    return begins and (end is None or (last is not None and last <= (end - _TICK).date().isoformat()))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def shares(verdicts: Verdicts) -> dict[str, tuple[int, int]]:
    """``{date_basis: (right, of)}``."""
    right, of = Counter[str](), Counter[str]()
    for basis, good in verdicts:
        right[basis] += good
        of[basis] += 1
    return {basis: (right[basis], of[basis]) for basis in sorted(of)}


def table(counted: dict[str, dict[str, tuple[int, int]]]) -> str:
    """What :data:`TABLE` holds, from ``{corpus: {date_basis: (right, of)}}``; a basis that was hardly ever met is left out."""
    lines = [_HEAD]
    for basis in sorted({basis for found in counted.values() for basis in found}):
        told = {corpus: found[basis] for corpus, found in counted.items() if basis in found}
        if sum(of for _, of in told.values()) >= _FEWEST:
            lines += [f"[{basis}]", *(f"{corpus} = [{right}, {of}]" for corpus, (right, of) in told.items()), ""]
    return "\n".join(lines)


def main() -> None:
    """Count and print, or write."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--write", action="store_true")
    written = table({"own": shares(own()), "eventtime": shares(timed())})
    if arguments.parse_args().write:
        TABLE.write_text(written, encoding="utf-8")
    print(written)


if __name__ == "__main__":
    main()
