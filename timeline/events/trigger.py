"""Which words name an event, and what kind of event: the learned reader where the language has one, else the words of its pack."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain

from timeline.events.lexicon import Lexicon
from timeline.events.model import EventModel, Leniency, event_model
from timeline.events.naming import naming
from timeline.events.pack import event_pack
from timeline.events.view import SentenceView
from timeline.events.worded import name_events
from timeline.language.files import primary
from timeline.memo import Memo
from timeline.records import Mention

__all__ = ["find_triggers", "model_of"]

_NOUN = 4.5
_ANY = 0.7
"""Log odds forgiven; a word found so is an event only if an expression dates it."""
_NOWHERE = ""
"""Stands for every word of a sentence without an expression."""

_COARSE = Memo[str, str](lambda tag: "VERB" if tag.startswith("V") else "AUX", {
    "NN": "NOUN", "NNS": "NOUN", "NP": "PROPN", "AJ": "ADJ", "AV": "ADV", "RP": "ADV", "WH": "PRON", "DT": "DET", "DPS": "DET",
    "PN": "PRON", "CC": "CONJ", "CS": "CONJ", "CD": "NUM", "OD": "ADJ", "IN": "ADP", "TO": "PART", "XX": "PART", "POS": "PART",
    "MD": "AUX", "PU": "PUNCT",
})  # fmt: skip
"""Word classes of the learned tagger (CLAWS C5, condensed) as coarse ones; what begins with B, D or H is an auxiliary, V a verb."""


def model_of(lang: str | None) -> EventModel | None:
    """The learned reader of a language, where its pack names one."""
    name = event_pack(lang or "und").get("model")
    return event_model(name) if name else None


def find_triggers(views: Sequence[SentenceView], lang: str | None, model: EventModel | None) -> None:
    """Fill ``tags`` (where still ``X``), ``fine``, ``triggers`` and ``mentions`` of all sentences of an article."""
    if model is None:
        words = naming(primary(lang))
        for view in views:
            for token, tense in name_events(view, words):
                _add(
                    view, token, {"class": "OCCURRENCE", "tense": tense, "aspect": "NONE", "polarity": "POS", "modality": "NONE"}
                )
        return
    lengths = [len(view.tokens.words) for view in views]
    words_read = list(chain.from_iterable(view.tokens.words for view in views))
    reading = model.read(words_read, lengths, _lenient(views, _forgiven(model.lexicon, primary(lang))))
    offset, found = 0, 0
    for view, length in zip(views, lengths, strict=True):
        end = offset + length
        view.fine = reading.tags[offset:end]
        if view.tags.count("X") == len(view.tags):
            view.tags = list(map(_COARSE.__getitem__, view.fine))
        else:  # what a spaCy pipeline told stays
            view.tags = [_COARSE[fine] if tag == "X" else tag for tag, fine in zip(view.tags, view.fine, strict=True)]
        while found < len(reading.triggers) and reading.triggers[found] < end:
            if reading.spare[found]:
                view.spare.append(len(view.mentions))
            _add(view, reading.triggers[found] - offset, reading.attributes[found])
            found += 1
        offset = end


@cache
def _forgiven(lexicon: Lexicon, lang: str) -> Memo[str, float]:
    """How much doubt is forgiven a word beside an expression: more of nouns that name events, some of any word."""
    nouns = frozenset(event_pack(lang).get("triggers", {}).get("nouns", ()))
    return Memo(lambda word: _NOUN if lexicon.lemma(word) in nouns else _ANY, {_NOWHERE: 0.0})


def _lenient(views: Sequence[SentenceView], forgiven: Memo[str, float]) -> Leniency:
    """How much doubt is forgiven each word: nothing where its sentence holds no expression."""
    dated: list[str] = []
    for view in views:
        dated += view.tokens.lower if view.timexes else [_NOWHERE] * len(view.tokens.lower)
    return Leniency(_NOUN, lambda number: forgiven[dated[number]])


def _add(view: SentenceView, token: int, attributes: dict[str, str]) -> None:
    tokens, span = view.tokens, view.sentence
    modality = attributes["modality"]
    view.triggers.append(token)
    view.mentions.append(
        Mention(
            tokens.starts[token],
            tokens.ends[token],
            tokens.words[token],
            (span.start, span.end),
            block=span.kind,
            event_class=attributes["class"],
            tense=attributes["tense"],
            aspect=attributes["aspect"],
            polarity="NEG" if attributes["polarity"] == "NEG" else "POS",
            modality=None if modality == "NONE" else modality,
        )
    )
