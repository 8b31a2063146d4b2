"""Which words name an event, and what kind of event: the learned reader where the language has one, else the words of its pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from timeline.events.lexicon import Lexicon
from timeline.events.model import EventModel, Leniency, event_model
from timeline.events.pack import event_pack
from timeline.events.tokens import Tokens
from timeline.events.view import SentenceView
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
        words = _words(primary(lang))
        for view in views:
            _by_words(view, words)
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


# -- languages without a model

_ENDINGS = ("verb_endings", "verb_starts", "participle_endings", "noun_endings", "adverb_endings")


@dataclass(frozen=True, slots=True)
class _Words:
    """What a pack knows of words that name events."""

    known: Mapping[str, str]
    verb_endings: tuple[str, ...]
    verb_starts: tuple[str, ...]
    participle_endings: tuple[str, ...]
    noun_endings: tuple[str, ...]
    never: frozenset[str]
    future: frozenset[str]
    before_adjective: frozenset[str]
    """Words after which a small word before a capital is an adjective ("der frühere Minister"); of languages whose nouns have capitals."""
    adverb_endings: tuple[str, ...]


@cache
def _words(lang: str) -> _Words:
    pack = event_pack(lang)
    table = pack.get("triggers", {})
    listed = {name: tuple(table.get(name, ())) for name in _ENDINGS}
    known = {word: tense for tense, words in table.get("words", {}).items() for word in words}
    return _Words(
        known,
        never=frozenset(table.get("never", ())),
        future=frozenset(pack.get("status", {}).get("future", ())),
        before_adjective=frozenset(table.get("before_adjective", ())),
        **listed,
    )


def _by_words(view: SentenceView, words: _Words) -> None:
    """The words that the pack knows as events; where a dated sentence holds none, the word that names its event best."""
    tokens = view.tokens
    found = [i for i, word in enumerate(tokens.lower) if word in words.known]
    if not found and view.timexes:
        found = _main_word(view, words)
    ahead = any(word in words.future for word in tokens.lower)
    for i in found:
        tense = words.known.get(tokens.lower[i]) or ("PAST" if _verbal(tokens.lower[i], words) else "NONE")
        if ahead and tense in ("INFINITIVE", "NONE"):
            tense = "FUTURE"
        _add(view, i, {"class": "OCCURRENCE", "tense": tense, "aspect": "NONE", "polarity": "POS", "modality": "NONE"})


def _verbal(word: str, words: _Words) -> bool:
    participle = bool(words.participle_endings) and word.endswith(words.participle_endings)
    return (bool(words.verb_endings) and word.endswith(words.verb_endings)) or (
        participle and (not words.verb_starts or word.startswith(words.verb_starts))
    )


def _main_word(view: SentenceView, words: _Words) -> list[int]:
    """A verb by its class (where a spaCy pipeline tells it) or ending, else a noun by its ending, else the longest word that is no name."""
    tokens, tags = view.tokens, view.tags
    usable = [i for i, word in enumerate(tokens.lower) if word[:1].isalpha() and len(word) > 3 and word not in words.never]
    small = [i for i in usable if tokens.words[i].islower() and not _describing(tokens, i, words)]
    verbs = [i for i in small if tags[i] == "VERB" or (tags[i] == "X" and _verbal(tokens.lower[i], words))]
    nouns = [i for i in usable if words.noun_endings and tokens.lower[i].endswith(words.noun_endings)]
    every = [i for i, word in enumerate(tokens.lower) if word[:1].isalpha()]  # numbers alone tell of nothing
    return verbs[:1] or nouns[:1] or sorted(small or usable or every, key=lambda i: (-len(tokens.words[i]), i))[:1]


def _describing(tokens: Tokens, i: int, words: _Words) -> bool:
    """Whether a word is an adverb by its ending, or an adjective: between a determiner or preposition and a noun with a capital."""
    if words.adverb_endings and tokens.lower[i].endswith(words.adverb_endings):
        return True
    noun_behind = i + 1 < len(tokens.words) and tokens.words[i + 1][:1].isupper()
    return noun_behind and i > 0 and tokens.lower[i - 1] in words.before_adjective
