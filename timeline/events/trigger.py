"""Which words name an event, and what kind of event: the learned reader where the language has one, else the words of its pack."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from timeline.events.model import EventModel, event_model
from timeline.events.pack import event_pack
from timeline.events.tokens import Tokens
from timeline.events.view import SentenceView
from timeline.language.files import primary
from timeline.records import Mention

__all__ = ["find_triggers", "model_of"]

COARSE = {
    "NN": "NOUN", "NNS": "NOUN", "NP": "PROPN", "AJ": "ADJ", "AV": "ADV", "RP": "ADV", "WH": "PRON", "DT": "DET", "DPS": "DET",
    "PN": "PRON", "CC": "CONJ", "CS": "CONJ", "CD": "NUM", "OD": "ADJ", "IN": "ADP", "TO": "PART", "XX": "PART", "POS": "PART",
    "MD": "AUX", "PU": "PUNCT",
}  # fmt: skip
"""Word classes of the learned tagger (CLAWS C5, condensed) as coarse ones; what begins with B, D or H is an auxiliary, V a verb."""


def model_of(lang: str | None) -> EventModel | None:
    """The learned reader of a language, where its pack names one."""
    name = event_pack(lang or "und").get("model")
    return event_model(name) if name else None


def _coarse(tag: str) -> str:
    return COARSE.get(tag) or ("VERB" if tag.startswith("V") else "AUX")


def find_triggers(views: Sequence[SentenceView], lang: str | None, model: EventModel | None) -> None:
    """Fill ``tags``, ``fine``, ``triggers`` and ``mentions`` of all sentences of an article."""
    if model is None:
        words = _words(primary(lang))
        for view in views:
            _by_words(view, words)
        return
    reading = model.read([word for view in views for word in view.tokens.words], [len(view.tokens) for view in views])
    offset, found = 0, 0
    for view in views:
        end = offset + len(view.tokens)
        view.fine = reading.tags[offset:end]
        view.tags = [_coarse(tag) for tag in view.fine]
        while found < len(reading.triggers) and reading.triggers[found] < end:
            _add(view, reading.triggers[found] - offset, reading.attributes[found])
            found += 1
        offset = end


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


# -- languages without a model


@cache
def _words(lang: str) -> dict[str, Any]:
    pack = event_pack(lang)
    triggers = pack.get("triggers", {})
    return {
        "past": tuple(triggers.get("past_endings", ())),
        "nouns": tuple(triggers.get("noun_endings", ())),
        "known": {word: tense for tense, words in triggers.get("words", {}).items() for word in words},
        "never": frozenset(triggers.get("never", ())),
    }


def _by_words(view: SentenceView, words: dict[str, Any]) -> None:
    """One event a sentence that holds a time expression, and one for each word that the pack knows as an event."""
    tokens = view.tokens
    found = [i for i, word in enumerate(tokens.lower) if word in words["known"]]
    if not found and view.timexes:
        found = _main_word(tokens, words)
    for i in found:
        tense = words["known"].get(tokens.lower[i], "NONE")
        _add(view, i, {"class": "OCCURRENCE", "tense": tense, "aspect": "NONE", "polarity": "POS", "modality": "NONE"})


def _main_word(tokens: Tokens, words: dict[str, Any]) -> list[int]:
    """The word that names the event best: a verb by its ending, a noun by its ending, else the longest word of the sentence."""
    usable = [i for i, word in enumerate(tokens.lower) if word[:1].isalpha() and word not in words["never"]]
    for endings in (words["past"], words["nouns"]):
        fitting = [i for i in usable if endings and len(tokens.lower[i]) > 4 and tokens.lower[i].endswith(endings)]
        if fitting:
            return fitting[:1]
    return sorted(usable, key=lambda i: (-len(tokens.words[i]), i))[:1]
