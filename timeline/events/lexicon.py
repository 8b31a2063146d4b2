"""What is known of single words: base form and cluster, from a table in ``weights/`` made once by the training script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

__all__ = ["Lexicon", "packed_words", "read_lexicon", "unpacked_words", "write_lexicon"]


class Lexicon:
    """Base forms and clusters. A cluster is the path of a word in a binary tree of words used alike, lowest bit first."""

    def __init__(self, clusters: Mapping[str, int], lemmas: Mapping[str, str]) -> None:
        self._clusters = clusters
        self._lemmas = lemmas

    def lemma(self, lower: str) -> str:
        """The base form of a word in lower case; the word itself where none is known."""
        return self._lemmas.get(lower, lower)

    def cluster(self, lower: str) -> int:
        """The cluster of a word in lower case, 0 where unknown."""
        return self._clusters.get(lower, 0)

    def look(self, word: str, lower: str) -> tuple[str, int]:
        """Base form and cluster (0 where unknown) of a word; the cluster of the word as written comes first."""
        return self._lemmas.get(lower, lower), self._clusters.get(word) or self._clusters.get(lower, 0)


def packed_words(words: Sequence[str]) -> np.ndarray:
    """Words as one array to store."""
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def unpacked_words(data: np.ndarray) -> list[str]:
    """The words of :func:`packed_words`."""
    return data.tobytes().decode().split("\n")


def write_lexicon(path: Path, clusters: Mapping[str, int], lemmas: Mapping[str, str]) -> None:
    """Both tables as one compressed file."""
    words, forms = sorted(clusters), sorted(lemmas)
    np.savez_compressed(
        path,
        words=packed_words(words),
        clusters=np.array([clusters[word] for word in words], np.uint32),
        forms=packed_words(forms),
        lemmas=packed_words([lemmas[form] for form in forms]),
    )


def read_lexicon(path: Path) -> Lexicon:
    """The tables of :func:`write_lexicon`."""
    with np.load(path) as data:
        clusters = dict(zip(unpacked_words(data["words"]), data["clusters"].tolist(), strict=True))
        return Lexicon(clusters, dict(zip(unpacked_words(data["forms"]), unpacked_words(data["lemmas"]), strict=True)))
