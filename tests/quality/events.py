"""Events against TimeBank, AQUAINT and the event time corpus: ``python -m tests.quality events``.

Every document is read by models that never saw it: five folds by document, trained here and now from the shared gold (the weights that
ship are trained on all of it, and measure nothing). The 27 documents of event time are left out of all training of what is measured on
them; the choice of dates is then trained in five folds over those 27. Scored with the shared scorer on what ``timeline extract --all-events``
would write.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from tests.quality.figures import SHARED, Figure, scorer
from tests.quality.training.dates import examples, fit_choice, ties
from tests.quality.training.reader import annotated, train_events
from timeline import pipeline
from timeline.events import extract
from timeline.events.choice import Choice
from timeline.events.model import EventModel, event_model
from timeline.reading import article_from
from timeline.records import Extraction
from timeline.settings import Settings
from timeline.views.jsonlines import extract_line

__all__ = ["FOLDS", "measure"]

GOLD = SHARED / "gold" / "events"
FOLDS = 5
Documents = list[dict[str, Any]]


def read(name: str) -> Documents:
    """The documents of one corpus."""
    return [json.loads(line) for line in (GOLD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]


def folds(documents: Documents) -> list[Documents]:
    """The documents dealt into :data:`FOLDS` hands, in an order that has nothing to do with their names."""
    order = sorted(documents, key=lambda d: zlib.crc32(d["id"].encode()))
    return [order[k::FOLDS] for k in range(FOLDS)]


def tagged(document: dict[str, Any]) -> Extraction:
    """Sentences and time expressions of a gold document."""
    shape = {"id": document["id"], "text": document["text"], "published": document["dct"], "lang": "en"}
    return pipeline.tag(article_from(shape, Settings()))


def written(tag: Extraction, model: EventModel, choice: Choice) -> list[dict[str, Any]]:
    """The mentions that ``timeline extract --all-events`` would write."""
    tag.mentions = extract(tag.article, tag.sentences, tag.timexes, model, choice)
    return list(extract_line(tag, all_events=True)["mentions"])


def trained(documents: Sequence[dict[str, Any]]) -> EventModel:
    """A reader that saw only these documents (tagger and lexicon owe nothing to any of this gold)."""
    return train_events(event_model("en"), [annotated(document) for document in documents])


def by_fold(corpus: Documents) -> dict[str, Any]:
    """Mentions of every document, each read by a model, and dated by a choice, that did not see it."""
    said: dict[str, Any] = {}
    hands = folds(corpus)
    tags = {d["id"]: tagged(d) for d in corpus}
    for hand in hands:
        seen = [d for other in hands if other is not hand for d in other]
        model = trained(seen)
        links = [example for d in seen for example in examples(tags[d["id"]], d, model)]
        choice = Choice(fit_choice(links, [example for d in seen for example in ties(tags[d["id"]], d, model)], steps=30))
        said |= {d["id"]: written(tagged(d), model, choice) for d in hand}
    return said


def dates_by_fold(links: Documents, timed: Documents) -> dict[str, Any]:
    """Mentions of the event time documents: the reader saw none of them, the choice four fifths of them."""
    model = trained(links)
    linked = [(tagged(d), d) for d in links]
    first = Choice(fit_choice([example for tag, d in linked for example in examples(tag, d, model)], steps=30))
    from_links = [example for tag, d in linked for example in examples(tag, d, model, first)]
    tied = [example for tag, d in linked for example in ties(tag, d, model)]
    shown = {d["id"]: examples(tagged(d), d, model, first) for d in timed}
    said: dict[str, Any] = {}
    for hand in folds(timed):
        held = {d["id"] for d in hand}
        seen = [example for name, found in shown.items() if name not in held for example in found]
        choice = Choice(fit_choice(from_links + seen, tied))
        said |= {d["id"]: written(tagged(d), model, choice) for d in hand}
    return said


def measure() -> Iterator[Figure]:
    """All figures; nothing where the shared gold is not."""
    if not GOLD.exists():
        return
    timebank, aquaint, timed = read("timebank"), read("aquaint"), read("eventtime")
    held = {d["id"] for d in timed}
    links = [d for d in timebank + aquaint if d["id"] not in held]
    yield from date_figures(scorer("score_extract").dates(timed, dates_by_fold(links, timed)))
    yield from event_figures(timebank, aquaint, by_fold(timebank + aquaint))


def date_figures(dates: dict[str, Any]) -> Iterator[Figure]:
    """Of the event time corpus."""
    corpus = "eventtime (5-fold)"
    yield Figure(corpus, "strict label accuracy", dates["strict label accuracy"], dates["baseline strict label accuracy"])
    yield Figure(corpus, "exact day F1", dates["exact day"]["f1"], dates["baseline exact day"]["f1"])
    yield Figure(corpus, "exact day, not publication day, F1", dates["exact day, not publication day"]["f1"], 0.0)


def event_figures(timebank: Documents, aquaint: Documents, said: dict[str, Any]) -> Iterator[Figure]:
    """Of TimeBank and AQUAINT. In 25 AQUAINT documents polarity is annotated the wrong way round, so it is also measured on TimeBank."""
    corpus = "timebank + aquaint (5-fold)"
    found = scorer("score_extract").triggers(timebank + aquaint, said)
    yield Figure(corpus, "trigger F1", found["strict"]["f1"])
    for name in ("class", "tense", "aspect", "polarity", "modality"):
        note = "25 AQUAINT documents are annotated the wrong way round" if name == "polarity" else ""
        yield Figure(corpus, f"{name} F1", found[name]["f1"], note=note)
    alone = scorer("score_extract").triggers(timebank, said)
    yield Figure("timebank (5-fold)", "polarity F1", alone["polarity"]["f1"])
    told = scorer("score_extract").factuality(timebank, said)
    yield Figure("timebank (5-fold)", "negated F1", told["negated"]["f1"])
    yield Figure("timebank (5-fold)", "unrealised F1", told["unrealised"]["f1"])
