"""Trains what reads events: tagger, triggers and their attributes.

Corpora are JSON lines: ``text`` and ``events`` (``start``, ``end``, ``class``, ``tense``, ``aspect``, ``polarity``, ``modality``). The tagger learns from
HanTa (a tagger too slow for daily work), which tags plain texts once. The lexicon comes from spacy-lookups-data. The result depends
on the input alone.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from tests.quality.training.company import company
from tests.quality.training.fit import Fitted, fit, join
from timeline.events.features import Hasher, TypeTable, bare, padded
from timeline.events.lexicon import Lexicon, write_lexicon
from timeline.events.linear import Linear
from timeline.events.model import ATTRIBUTES, CLOSED, EVENT, EVENT_BITS, TAG_BITS, TAG_TEMPLATES, EventModel
from timeline.events.senses import Senses, kind_of
from timeline.events.tokens import tokenise
from timeline.language import split

__all__ = ["Annotated", "annotated", "fixed_words", "make_lexicon", "read_lines", "train_events", "train_tagger"]

_THRESHOLD = -0.7
"""A word with this log odds counts as a trigger: below even odds F1 is highest."""
_TRIGGER_STRENGTH = 9.0
_CLASS_STRENGTH = 8.0
_RARE = 5
_OFTEN = 15
_SAME = 0.99
_LEXICON_WORDS = 40_000
_LONGEST = 120

# CLAWS C5 tags of the teacher, those that matter here kept apart.
_C5 = {
    "NN0": "NN", "NN1": "NN", "NN2": "NNS", "NP0": "NP", "AJ0": "AJ", "AJC": "AJ", "AJS": "AJ", "AV0": "AV", "AVP": "RP",
    "AVQ": "WH", "PNQ": "WH", "DTQ": "WH", "AT0": "DT", "DPS": "DPS", "DT0": "DT", "PNP": "PN", "PNI": "PN", "EX0": "PN",
    "CJC": "CC", "CJS": "CS", "CJT": "CS", "CRD": "CD", "ORD": "OD", "PRP": "IN", "PRF": "IN", "TO0": "TO", "VM0": "MD",
    "XX0": "XX", "POS": "POS", "VBB": "BE", "VBZ": "BE", "VBD": "BE", "VBG": "BEG", "VBI": "BEI", "VBN": "BEN",
}  # fmt: skip
_C5_STARTS = {"VV": None, "VD": "DO", "VH": "HV", "PU": "PU"}


@dataclass(slots=True)
class Annotated:
    """A document in words: ``events[i]`` is the annotation of word ``i``, if it names an event."""

    words: list[str] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    events: list[dict[str, Any] | None] = field(default_factory=list)
    trusted: bool = True
    """Whether polarity can be trusted: in 25 AQUAINT documents it is the wrong way round for nearly every event."""


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON lines of a file, gzipped or plain."""
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def annotated(document: dict[str, Any]) -> Annotated:
    """A gold document in the words and sentences that the pipeline would see."""
    text = document["text"]
    tokens = tokenise(text)
    events = {(event["start"], event["end"]): event for event in document["events"]}
    result = Annotated()
    for sentence in split(text, "en", ()):
        first, last = tokens.between(sentence.start, sentence.end)
        if first == last:
            continue
        result.words += tokens.words[first:last]
        result.lengths.append(last - first)
        result.events += [events.get(span) for span in zip(tokens.starts[first:last], tokens.ends[first:last], strict=True)]
    negated = sum(event.get("polarity") == "NEG" for event in document["events"])
    result.trusted = 2 * negated <= len(document["events"])
    return result


def _modality(value: str) -> str:
    return {"none": "NONE", "'d": "would"}.get(value.lower(), value.lower())


def _value(event: dict[str, Any], name: str) -> str | None:
    """An attribute as a label; ``None`` for annotations without one."""
    if event.get("class") is None or not event.get("tense"):
        return None
    value = event.get(name) or "NONE"
    return _modality(value) if name == "modality" else str(value)


def train_events(model: EventModel, documents: Sequence[Annotated]) -> EventModel:
    """The model with triggers and attributes learned from ``documents``; its tagger and lexicon stay."""
    prepared = [model.prepare(d.words, d.lengths) for d in documents]
    tags = [tag for document, _ in prepared for tag in document]
    features = np.concatenate([found for _, found in prepared])
    words = company()
    lemmas = [model.lexicon.lemma(bare(word)) for d in documents for word in d.words]
    described = words.rows[[words.numbers(lemma)[kind_of(tag)] for lemma, tag in zip(lemmas, tags, strict=True)]]
    events = [event for d in documents for event in d.events]
    trusted = np.array([d.trusted for d in documents for _ in d.words])
    is_event = np.array([event is not None for event in events])
    asked = np.array([tag not in CLOSED for tag in tags])
    trigger = fit(
        features[asked],
        is_event[asked].astype(np.int64),
        ("no", "yes"),
        EVENT_BITS,
        strength=_TRIGGER_STRENGTH,
        described=described[asked],
    ).against("no", -_THRESHOLD)
    parts = []
    for name in ATTRIBUTES:
        values = [None if event is None else _value(event, name) for event in events]
        counts = Counter(value for value in values if value is not None)
        labels = tuple(sorted(label for label, count in counts.items() if count >= _RARE))
        known = np.array([value in labels for value in values]) & (trusted if name == "polarity" else True)
        target = np.array([labels.index(value) for value, use in zip(values, known, strict=True) if use])
        part = fit(
            features[known],
            target,
            tuple(f"{name}={label}" for label in labels),
            EVENT_BITS,
            strength=_CLASS_STRENGTH if name == "class" else 1.0,
            described=described[known] if name == "class" else None,
        )
        parts.append(part)
    return EventModel(model.lexicon, model.tagger, join([trigger]), join(parts), model.fixed, _told(words, trigger, parts[0]))


def _told(words: Senses, trigger: Fitted, classes: Fitted) -> Senses:
    """What the descriptions of words say for an event and for each class."""
    weights = np.hstack([trigger.described, classes.described])
    return Senses(words.names, (EVENT, *classes.labels), words.rows @ weights)


def _label(tag: str) -> str:
    if tag in _C5:
        return _C5[tag]
    if tag[:2] in _C5_STARTS:
        return _C5_STARTS[tag[:2]] or tag
    return "NN"


def _taught(texts: Sequence[str]) -> tuple[list[list[str]], list[list[str]]]:
    """Distinct sentences and their tags, as the teacher gives them."""
    teacher = import_module("HanTa.HanoverTagger").HanoverTagger("morphmodel_en.pgz")
    seen: set[str] = set()
    sentences, tags = [], []
    for text in texts:
        for sentence in split(text, "en", ()):
            words = tokenise(text[sentence.start : sentence.end]).words
            key = " ".join(words)
            if not words or len(words) > _LONGEST or key in seen:
                continue
            seen.add(key)
            sentences.append(words)
            tags.append([_label(tag) for _, _, tag in teacher.tag_sent([word.replace("’", "'") for word in words])])
    return sentences, tags


def train_tagger(texts: Sequence[str], lexicon: Lexicon) -> Linear:
    """A tagger that does what the teacher does, in a hundredth of the time."""
    sentences, tags = _taught(texts)
    labels = tuple(sorted({tag for line in tags for tag in line}))
    places = padded([len(words) for words in sentences])
    types = TypeTable(lexicon)
    rows = types.rows(types.numbers([word for words in sentences for word in words], places))
    target = np.array([labels.index(tag) for line in tags for tag in line])
    return join(
        [fit(Hasher(TAG_TEMPLATES, TAG_BITS).features(rows, places), target, labels, TAG_BITS, strength=1.0, rare=4, steps=40)]
    )


def make_lexicon(path: Path) -> None:
    """The commonest words of spacy-lookups-data with cluster and base form."""
    folder = Path(str(import_module("spacy_lookups_data").__file__)).parent / "data"

    def table(name: str) -> dict[str, Any]:
        return dict(json.loads(gzip.decompress((folder / f"en_{name}.json.gz").read_bytes())))

    clusters, frequency, lemmas = table("lexeme_cluster"), table("lexeme_prob"), table("lemma_lookup")
    words = [word for word in clusters if word[:1].isalpha() and word.isascii() and "\n" not in word]
    words.sort(key=lambda word: (-frequency.get(word, -99.0), word))
    common = words[:_LEXICON_WORDS]
    lower = {word.lower() for word in common}
    write_lexicon(
        path,
        {w: clusters[w] for w in common},
        {f: lemmas[f] for f in sorted(lower) if lemmas.get(f, f) != f and "\n" not in lemmas[f]},
    )


def fixed_words(model: EventModel, texts: Sequence[str]) -> dict[str, int]:
    """Words that the tagger gives the same tag nearly wherever they stand, with the number of that tag."""
    counts: dict[str, Counter[str]] = {}
    for text in texts:
        lengths, words = [], []
        for sentence in split(text, "en", ()):
            spoken = tokenise(text[sentence.start : sentence.end]).words
            words += spoken
            lengths.append(len(spoken))
        if words:
            for word, tag in zip(words, model.prepare(words, lengths)[0], strict=True):
                counts.setdefault(word, Counter())[tag] += 1
    fixed = {}
    for word, tags in sorted(counts.items()):
        tag, count = tags.most_common(1)[0]
        if sum(tags.values()) >= _OFTEN and count >= _SAME * sum(tags.values()):
            fixed[word] = model.tagger.labels.index(tag)
    return fixed
