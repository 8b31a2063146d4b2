"""Describes common words by the company they keep in news, so that a word never annotated is judged as those that are used like it.

Counted are the words and word classes around each verb, noun and adjective: what stands one and two places before and behind, which classes go
before and follow. The counts become pointwise mutual information, and that a few numbers a word (the strongest directions of the matrix).
Only single words and numbers leave the texts. They are kept in ``en-company.npz`` beside this module; what ships is made of them by
:func:`tests.quality.training.reader.train_events`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from timeline.events.features import bare
from timeline.events.model import EventModel
from timeline.events.senses import KINDS, Senses, kind_of
from timeline.events.tokens import tokenise
from timeline.language import split

__all__ = ["company", "make_company"]

_PATH = Path(__file__).parent / "en-company.npz"
_DIMENSIONS = 128
_SIZE = 4.0
"""Length of each description: how cheaply its directions take weight beside single features, which are 1."""
_OFTEN = 10
_AROUND = 2_000
"""Words, the commonest, whose presence is counted."""
_SMOOTHED = 0.75
_DESCRIBED = ("V", "BE", "DO", "HV", "NN", "AJ")
_NOBODY = -1

Ints = npt.NDArray[np.int32]


@dataclass(slots=True)
class _Text:
    """News as numbers, a gap before each sentence: the word at each place, its class, the one described there."""

    words: list[str]
    word: Ints
    tag: Ints
    labels: tuple[str, ...]


@cache
def company() -> Senses:
    """The description of each word; the last number is 1 for all words unknown and 0 for the others."""
    with np.load(_PATH) as data:
        return Senses.unpacked(data)


def make_company(texts: Iterable[str], model: EventModel) -> None:
    """Count the words of ``texts`` and write their descriptions."""
    text = _read(texts, model)
    described, names = _described(text, model)
    directions = _directions(_information(text, described, len(names)))
    rows = np.zeros((len(names) + 1, _DIMENSIONS + 1), np.float32)
    rows[1:, :-1] = directions
    rows[0, -1] = 1
    labels = [*(f"direction {number}" for number in range(_DIMENSIONS)), "unknown"]
    np.savez_compressed(_PATH, **Senses(names, labels, rows).packed())


def _read(texts: Iterable[str], model: EventModel) -> _Text:
    """Texts in numbers."""
    numbers: dict[str, int] = {}
    word, tag = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for text in texts:
        tokens = tokenise(text)
        spans = [tokens.between(sentence.start, sentence.end) for sentence in split(text, "en", ())]
        lengths = [last - first for first, last in spans if last > first]
        if not lengths:
            continue
        words = [w for first, last in spans for w in tokens.words[first:last]]
        here = np.arange(len(words)) + np.repeat(np.arange(len(lengths)), lengths) + 1
        for part, values in (
            (word, [numbers.setdefault(bare(w), len(numbers)) for w in words]),
            (tag, model.tags(words, lengths)),
        ):
            part.append(np.full(len(words) + len(lengths), _NOBODY, np.int32))
            part[-1][here] = values
    return _Text(list(numbers), np.concatenate(word), np.concatenate(tag), model.tagger.labels)


def _described(text: _Text, model: EventModel) -> tuple[Ints, list[str]]:
    """The number of the word described at each place, and the names of all that are: those met often enough."""
    lemmas: dict[str, int] = {}
    lemma = np.array([lemmas.setdefault(model.lexicon.lemma(word), len(lemmas)) for word in text.words])
    kind = np.array([kind_of(label) if label.startswith(_DESCRIBED) else _NOBODY for label in text.labels])
    all_names = [letter + name for name in lemmas for letter in KINDS]
    places = np.flatnonzero((text.tag >= 0) & (kind[text.tag] >= 0))
    number = lemma[text.word[places]] * len(KINDS) + kind[text.tag[places]]
    counts = np.bincount(number, minlength=len(all_names))
    kept = [k for k, name in enumerate(all_names) if counts[k] >= _OFTEN and name[1:2].isalpha()]
    new = np.full(len(all_names), _NOBODY)
    new[kept] = np.arange(len(kept))
    described = np.full(len(text.word), _NOBODY, np.int32)
    described[places] = new[number]
    return described, [all_names[k] for k in kept]


def _information(text: _Text, described: Ints, size: int) -> Any:
    """Positive pointwise mutual information of each word described with all that may stand around it: a sparse matrix."""
    sparse: Any = import_module("scipy.sparse")
    blocks = []
    for around, kinds in _around(text):
        use = (described >= 0) & (around >= 0)
        cells = (described[use], around[use])
        blocks.append(sparse.coo_matrix((np.ones(len(cells[0]), np.float32), cells), shape=(size, kinds)).tocsr())
    counts = sparse.hstack(blocks).tocoo()
    total = counts.sum()
    often = np.asarray(counts.sum(axis=1)).ravel()
    expected = np.asarray(counts.sum(axis=0)).ravel() ** _SMOOTHED
    expected *= total / expected.sum()
    gain = np.log(counts.data * total / (often[counts.row] * expected[counts.col]))
    more = gain > 0
    return sparse.csr_matrix((gain[more], (counts.row[more], counts.col[more])), shape=counts.shape)


def _around(text: _Text) -> Iterator[tuple[Ints, int]]:
    """For each thing that is counted: its number at each place, and how many numbers there are."""
    common = np.full(len(text.words) + 1, _NOBODY, np.int32)
    counts = np.bincount(text.word[text.word >= 0], minlength=len(text.words))
    common[np.argsort(-counts, kind="stable")[:_AROUND]] = np.arange(min(_AROUND, len(text.words)))
    for step in (-2, -1, 1, 2):
        yield common[_moved(text.word, step)], _AROUND  # what is no word is behind the last
    kinds = len(text.labels)
    for step in (-1, 0, 1):
        yield _moved(text.tag, step), kinds
    for step in (-1, 1):
        near, far = _moved(text.tag, step), _moved(text.tag, 2 * step)
        yield np.where((near >= 0) & (far >= 0), near * kinds + far, _NOBODY), kinds**2


def _moved(values: Ints, step: int) -> Ints:
    """What stands ``step`` places further; nobody beyond the ends."""
    result = np.roll(values, -step)
    if step > 0:
        result[-step:] = _NOBODY
    elif step < 0:
        result[:-step] = _NOBODY
    return result


def _directions(matrix: Any) -> npt.NDArray[np.float32]:
    """Each row along the strongest directions of a matrix, all rows of one length."""
    svds: Any = import_module("scipy.sparse.linalg").svds
    left, strength, _ = svds(matrix, k=_DIMENSIONS, v0=np.ones(min(matrix.shape)))
    rows = left * np.sqrt(strength)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True) * _SIZE, np.float32)
