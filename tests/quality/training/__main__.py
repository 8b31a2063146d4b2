"""Trains all weights from annotated corpora given by path, and writes what ships.

    python -m tests.quality.training --events TIMEBANK.jsonl AQUAINT.jsonl --dates EVENTTIME.jsonl --texts ECBPLUS.jsonl.gz MEANTIME.jsonl --news ARTICLES.jsonl.gz

Without ``--texts`` the tagger and the lexicon stay as they are, without ``--news`` the descriptions of words. Needs ``pip install -e ".[train]"``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests.quality.training.company import make_company
from tests.quality.training.dates import learn_choice
from tests.quality.training.reader import annotated, fixed_words, make_lexicon, read_lines, train_events, train_tagger
from timeline import pipeline
from timeline.events.choice import Weights, write_choice
from timeline.events.lexicon import read_lexicon
from timeline.events.model import WEIGHTS, EventModel, unpacked
from timeline.reading import article_from
from timeline.records import Extraction
from timeline.settings import Settings


def _base(options: argparse.Namespace) -> EventModel:
    """Tagger and lexicon: made anew from ``--texts``, else those that are there."""
    words, store = options.out / f"{options.lang}-words.npz", options.out / f"{options.lang}.npz"
    if not options.texts:
        with np.load(store, allow_pickle=False) as data:
            return unpacked(dict(data), read_lexicon(words))
    make_lexicon(words)
    lexicon = read_lexicon(words)
    texts = [d["text"] for path in options.texts for d in read_lines(path)]
    model = EventModel(lexicon, train_tagger(texts, lexicon))
    return EventModel(lexicon, model.tagger, fixed=fixed_words(model, texts))


def _choice(base: EventModel, linked: Sequence[dict[str, Any]], timed: Sequence[dict[str, Any]]) -> Weights:
    """The choice of dates, over events read by a model that had not seen the timed documents."""
    reader = train_events(base, [annotated(d) for d in linked])
    tagged = {d["id"]: _tagged(d) for d in [*linked, *timed]}
    return learn_choice([(tagged[d["id"]], d) for d in linked], [(tagged[d["id"]], d) for d in timed], reader)


def _tagged(document: dict[str, Any]) -> Extraction:
    shape = {"id": document["id"], "text": document["text"], "published": document["dct"], "lang": "en"}
    return pipeline.tag(article_from(shape, Settings()))


def main() -> None:
    """Train and write; see the docstring of this module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lang", default="en")
    parser.add_argument("--events", type=Path, nargs="+", required=True)
    parser.add_argument("--dates", type=Path, nargs="*", default=[])
    parser.add_argument("--texts", type=Path, nargs="*", default=[])
    parser.add_argument("--news", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    options.out.mkdir(exist_ok=True)
    base = _base(options)
    if options.news:
        make_company((d["text"] for path in options.news for d in read_lines(path) if d["text"]), base)
    documents = [d for path in options.events for d in read_lines(path)]
    np.savez_compressed(options.out / f"{options.lang}.npz", **train_events(base, [annotated(d) for d in documents]).packed())
    if options.dates:
        timed = [d for path in options.dates for d in read_lines(path)]
        held = {d["id"] for d in timed}
        write_choice(
            options.out / f"{options.lang}-when.npz", _choice(base, [d for d in documents if d["id"] not in held], timed)
        )


if __name__ == "__main__":
    main()
