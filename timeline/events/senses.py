"""What words weigh by themselves, taken as verbs, nouns or adjectives, even those that no annotated text holds.

Words that keep the same company in news mean alike. The training script counts the company of common words, describes each word by a few numbers
and learns how these numbers speak for an event and for its class. Only the outcome is stored: a weight for each word and label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from timeline.events.lexicon import packed_words, unpacked_words
from timeline.events.linear import Floats

__all__ = ["KINDS", "Senses", "kind_of"]

KINDS = "VNA"
"""Verb, noun (and whatever else names an event), adjective: "offer" is two words here."""


def kind_of(tag: str) -> int:
    """The place in :data:`KINDS` of a word of this class."""
    if tag[:1] == "V" or tag[:2] in ("BE", "DO", "HV"):
        return 0
    return 2 if tag == "AJ" else 1


class Senses:
    """A row of numbers for each base form and kind; row 0 is that of all words unknown."""

    def __init__(self, names: Sequence[str], labels: Sequence[str], rows: Floats) -> None:
        """``names`` are a letter of :data:`KINDS` and a base form ("Vsay"); ``rows`` has one more row than they are many."""
        self.names, self.labels, self.rows = tuple(names), tuple(labels), rows
        self._numbers = {name: number for number, name in enumerate(names, 1)}

    def numbers(self, lemma: str) -> list[int]:
        """The row of a base form for each of the :data:`KINDS`."""
        return [self._numbers.get(kind + lemma, 0) for kind in KINDS]

    def packed(self) -> dict[str, Any]:
        """Arrays to store, 8 bits a number."""
        scale = np.maximum(np.abs(self.rows).max(axis=0), 1e-6) / 127
        return {
            "senses.names": packed_words(self.names),
            "senses.labels": np.array(self.labels),
            "senses.rows": np.ascontiguousarray(np.round(self.rows / scale).astype(np.int8).T),
            "senses.scale": scale.astype(np.float32),
        }

    @classmethod
    def unpacked(cls, data: Mapping[str, Any]) -> Senses:
        """What :meth:`packed` stored."""
        rows = data["senses.rows"].T.astype(np.float32) * data["senses.scale"]
        return cls(unpacked_words(data["senses.names"]), [str(label) for label in data["senses.labels"]], rows)
