"""The learned reader of events: word classes, which words name an event, and the TimeML attributes of each.

Three linear classifiers over the same window of words: the tagger; the trigger classifier, which also sees the tags; and the
attributes (class, tense, aspect, polarity, modality), asked only of triggers. What a word weighs by itself for being an event and for its class
is also known of words that were never annotated (:mod:`timeline.events.senses`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from timeline.events.features import COLUMNS, Hasher, Numbers, Template, TypeTable, hashed, padded
from timeline.events.lexicon import Lexicon, read_lexicon
from timeline.events.linear import Floats, Linear
from timeline.events.senses import Senses, kind_of
from timeline.events.window import Window, WindowScorer

__all__ = ["ATTRIBUTES", "CLOSED", "EVENT", "WEIGHTS", "EventModel", "Leniency", "Reading", "event_model", "unpacked"]

WEIGHTS = Path(__file__).parent / "weights"
ATTRIBUTES = ("class", "tense", "aspect", "polarity", "modality")
CLOSED = frozenset({"PU", "DT", "DPS", "PN", "CC", "CS", "CD", "TO", "MD", "XX", "POS", "WH", "OD", "NP"})
"""Words of these classes name no event (less than 1 % of those annotated)."""
EVENT = "event"
"""The label of a trigger among those of the senses; the others are labels of attributes."""
TAG_BITS = 20
EVENT_BITS = 21


def _window(column: str, *offsets: int) -> list[Template]:
    return [((column, offset),) for offset in offsets]


def _joined(*specs: str) -> list[Template]:
    """``"word-1 tag"`` is the word before and the tag of the word itself."""
    parts = [re.findall(r"([a-z]+\d*)([+-]\d)?", spec) for spec in specs]
    return [tuple((name, int(offset or 0)) for name, offset in part) for part in parts]


TAG_TEMPLATES: list[Template] = [
    *_window("word", -2, -1, 0, 1, 2),
    *(template for column in ("end1", "end2", "end3", "end4", "start", "shape", "cluster", "c8", "lemma") for template in _window(column, 0)),
    *_window("end3", -1, 1),
    *_window("c8", -1, 1),
    *_joined(
        "word-1 word", "word word+1", "end3-1 end3", "end3 end3+1", "end2-1 end2 end2+1", "shape-1 shape shape+1", "end2-2 end2-1",
        "cluster-1 end3", "end3 cluster+1", "c8-1 c8", "c8 c8+1",
    ),
]  # fmt: skip
EVENT_TEMPLATES: list[Template] = [
    *(_t for _column in COLUMNS for _t in _window(_column, 0)),
    *_window("word", -3, -2, -1, 1, 2, 3),
    *(_t for _column in ("end3", "end2", "shape", "c6", "c10", "cluster", "lemma") for _t in _window(_column, -2, -1, 1, 2)),
    *_window("tag", -3, -2, -1, 1, 2, 3),
    *_joined(
        "word-1 word", "word word+1", "word-2 word-1", "word+1 word+2", "word-1 end3", "end3 word+1", "word-1 word+1",
        "shape-1 shape shape+1", "end2-1 end2 end2+1", "tag-1 tag", "tag tag+1", "tag-2 tag-1 tag", "tag-1 tag tag+1",
        "tag tag+1 tag+2", "word tag", "word-1 tag", "word+1 tag", "tag-1 word", "word tag+1", "end3 tag", "cluster tag",
        "c8 tag", "lemma tag", "lemma cluster+1", "cluster-1 cluster", "cluster cluster+1", "lemma tag+1", "lemma tag+1 tag+2",
        "lemma word+1", "lemma word-1",
    ),
]  # fmt: skip


@dataclass(slots=True)
class Reading:
    """What the model saw in a list of words: a tag per word, the numbers of those that name an event, their attributes."""

    tags: list[str]
    triggers: list[int]
    attributes: list[dict[str, str]]
    spare: list[bool]
    """Whether a trigger was found only by what it was forgiven."""


class Leniency(NamedTuple):
    """How much doubt is forgiven a verb or noun, in log odds: at ``most``, and each word by its number."""

    most: float
    of: Callable[[int], float]


class EventModel:
    """The three classifiers with the lexicon; ``attributes`` has labels ``class=OCCURRENCE``, ``tense=PAST``, … in one block each."""

    def __init__(
        self,
        lexicon: Lexicon,
        tagger: Linear,
        trigger: Linear | None = None,
        attributes: Linear | None = None,
        fixed: Mapping[str, int] | None = None,
        senses: Senses | None = None,
    ) -> None:
        """``fixed`` are words that have the same tag wherever they stand: most words of a text, and the tagger need not be asked."""
        self.lexicon, self.tagger, self.trigger, self.attributes = lexicon, tagger, trigger, attributes
        self.fixed: Mapping[str, int] = fixed or {}
        self._content = np.array([label[:1] in "VN" for label in tagger.labels])
        self._open = np.array([label not in CLOSED for label in tagger.labels])
        self._kinds = np.array([kind_of(label) for label in tagger.labels])
        self.senses = senses or Senses((), (EVENT,), np.zeros((1, 1), np.float32))
        self._types = TypeTable(lexicon, self.fixed, self.senses)
        self._tag_hashes = np.array([hashed(f"tag={label}") for label in tagger.labels], np.uint64)
        self._blocks = [] if attributes is None else _blocks(attributes.labels)
        self._gained = [] if attributes is None else [attributes.labels.index(label) for label in self.senses.labels[1:]]
        self._tag_scores = WindowScorer(tagger, TAG_TEMPLATES, self._types)
        self._odds = None if trigger is None else WindowScorer(trigger, EVENT_TEMPLATES, self._types)

    def prepare(self, words: Sequence[str], lengths: Sequence[int]) -> tuple[list[str], npt.NDArray[np.int32]]:
        """Tags and event features of all words; ``lengths`` are those of the sentences they make up."""
        best, window = self._tagged(words, lengths)
        features = _EVENT_HASHER.features(window.rows, window.places).astype(np.int32)
        return [self.tagger.labels[k] for k in best.tolist()], features

    def tags(self, words: Sequence[str], lengths: Sequence[int]) -> Numbers:
        """The number of each word's tag."""
        return self._tagged(words, lengths)[0]

    def _tagged(self, words: Sequence[str], lengths: Sequence[int]) -> tuple[Numbers, Window]:
        """The number of each word's tag, and the words with that tag written into their rows."""
        places = padded(lengths)
        numbers = self._types.numbers(words, places)
        window = Window(numbers, self._types.rows(numbers), places)
        best = self._types.tags(numbers.take(places))
        ask = np.flatnonzero(best < 0)
        best[ask] = self._tag_scores.scores(window, places[ask]).argmax(axis=1)
        window.rows[places, COLUMNS.index("tag")] = self._tag_hashes[best]
        return best, window

    def read(self, words: Sequence[str], lengths: Sequence[int], lenient: Leniency | None = None) -> Reading:
        """Tags, triggers and attributes of sentences of words; what is ``lenient`` lets in more of them, marked as spare."""
        assert self._odds is not None
        assert self.attributes is not None
        if not words:
            return Reading([], [], [], [])
        best, window = self._tagged(words, lengths)
        asked = np.flatnonzero(self._open[best])
        places, kinds = window.places[asked], self._kinds[best[asked]]
        senses = self._types.senses(window.numbers.take(places), kinds)
        odds = self._odds.scores(window, places)[:, 0] + self.senses.rows[senses, 0]
        picked = np.flatnonzero(odds > 0) if lenient is None else self._let_in(odds, asked, best, lenient)
        found = asked[picked]
        scores = self.attributes.scores(_EVENT_HASHER.features(window.rows, window.places[found]))
        scores[:, self._gained] += self.senses.rows[senses[picked], 1:]
        choice = [(name, labels, (scores[:, first:last].argmax(axis=1)).tolist()) for name, labels, first, last in self._blocks]
        attributes = [{name: labels[picks[k]] for name, labels, picks in choice} for k in range(len(found))]
        tags = [self.tagger.labels[k] for k in best.tolist()]
        return Reading(tags, found.tolist(), attributes, (odds[picked] <= 0).tolist())

    def _let_in(self, odds: Floats, asked: Numbers, best: Numbers, lenient: Leniency) -> Numbers:
        """The places in ``asked`` of the words that name an event, or may be forgiven the doubt that they do."""
        doubtful = np.flatnonzero((odds <= 0) & (odds > -lenient.most) & self._content[best[asked]])
        forgiven = np.zeros_like(odds)
        forgiven[doubtful] = list(map(lenient.of, asked[doubtful].tolist()))
        return np.flatnonzero(odds + forgiven > 0)

    def packed(self) -> dict[str, Any]:
        """Arrays to store."""
        parts = {"tagger": self.tagger, "trigger": self.trigger, "attributes": self.attributes}
        arrays = {key: value for name, part in parts.items() if part is not None for key, value in part.packed(name).items()}
        words = sorted(self.fixed)
        if self.senses.names:
            arrays |= self.senses.packed()
        return arrays | {"fixed.words": np.array(words), "fixed.tags": np.array([self.fixed[word] for word in words], np.uint8)}


_EVENT_HASHER = Hasher(EVENT_TEMPLATES, EVENT_BITS)


def _blocks(labels: Sequence[str]) -> list[tuple[str, list[str], int, int]]:
    """``(attribute, its labels, first column, column behind the last)``."""
    blocks = []
    for name in ATTRIBUTES:
        columns = [k for k, label in enumerate(labels) if label.startswith(f"{name}=")]
        blocks.append((name, [labels[k].partition("=")[2] for k in columns], columns[0], columns[-1] + 1))
    return blocks


@cache
def event_model(name: str) -> EventModel:
    """The model that ships under this name; loaded once a process."""
    with np.load(WEIGHTS / f"{name}.npz", allow_pickle=False) as data:
        arrays = dict(data)
    return unpacked(arrays, read_lexicon(WEIGHTS / f"{name}-words.npz"))


def unpacked(arrays: Mapping[str, Any], lexicon: Lexicon) -> EventModel:
    """What :meth:`EventModel.packed` gave; a part that is not there is left out."""
    parts = [Linear.unpacked(part, arrays) if f"{part}.bits" in arrays else None for part in ("tagger", "trigger", "attributes")]
    assert parts[0] is not None
    fixed = {}
    if "fixed.words" in arrays:
        fixed = dict(zip((str(word) for word in arrays["fixed.words"]), arrays["fixed.tags"].tolist(), strict=True))
    senses = Senses.unpacked(arrays) if "senses.names" in arrays else None
    return EventModel(lexicon, parts[0], parts[1], parts[2], fixed, senses)
