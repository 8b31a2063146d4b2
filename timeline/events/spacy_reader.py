"""A spaCy pipeline that the user has installed, read beside our own rules: its word classes, parse and entities.

spaCy is imported only where a pipeline is named. Its tokens are aligned with ours by their characters, so nothing else in this room
knows of it: :func:`annotate` fills fields of the :class:`~timeline.events.view.SentenceView` that are empty otherwise.

Two schemes of relations are known, Universal Dependencies and ClearNLP's (spaCy's English pipelines); a parse in another scheme says
nothing here, and the rules of :mod:`timeline.events.who` keep their say.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

from timeline.events.phrases import Phrase
from timeline.events.view import Entity, SentenceView
from timeline.events.who import Found, Role
from timeline.events.words import NOUN, PRON, RELATIVE
from timeline.language.files import primary

__all__ = ["annotate", "check", "roles", "take"]

_ANY = "xx"
"""The language of pipelines that are made for several."""
_CLASSES = {"CCONJ": "CONJ", "SCONJ": "CONJ", "SYM": "PUNCT", "INTJ": "X", "SPACE": "X", "": "X"}
"""Universal word classes that this room names otherwise."""
_ENTITIES: dict[str, Literal["person", "place"]] = {
    "PERSON": "person", "PER": "person", "persName": "person", "PRS": "person", "PS": "person",
    "GPE": "place", "LOC": "place", "GPE_LOC": "place", "placeName": "place", "geogName": "place", "LC": "place",
}  # fmt: skip
"""Labels that spaCy's pipelines give people and places, in their several languages."""

_ROLES: dict[str, Role] = {
    "nsubj": "agent", "nsubj:pass": "patient", "nsubjpass": "patient", "obj": "patient", "dobj": "patient", "obl:agent": "agent",
    "iobj": "other", "dative": "other",
}  # fmt: skip
_SUBJECTS = ("nsubj", "nsubj:pass", "nsubjpass")
_OBJECTS = ("obj", "dobj")
_PASSIVE = ("aux:pass", "auxpass", "obl:agent", "agent")
_RELATIVE_CLAUSE = ("acl:relcl", "relcl")
_CONTROLLED = ("xcomp", "advcl", "conj")
"""Clauses that may leave out the subject that they share with the one above."""
_DEEPEST = 8
"""Clauses up to which a shared subject is looked for."""


@lru_cache(maxsize=2)
def _load(name: str) -> Any:
    """The pipeline of that name or folder, once a process; raises ``ValueError`` in one line where there is none."""
    try:
        import spacy
    except ImportError:
        raise ValueError(f"--spacy {name}: spaCy is not installed (pip install 'event-timeline[spacy]')") from None
    try:
        return spacy.load(name)
    except (OSError, ImportError, ValueError, TypeError, AttributeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ValueError(f"--spacy {name}: no spaCy pipeline that can be loaded: {reason}") from None


def check(name: str | None) -> None:
    """Raise ``ValueError`` where a pipeline is named that cannot be loaded: better said once than of every article."""
    if name:
        _load(name)


def annotate(text: str, views: Sequence[SentenceView], name: str, lang: str | None) -> None:
    """Fill ``tags``, ``heads``, ``relations`` and ``entities`` of sentences of an article, as far as the pipeline gives them.

    Sentences of another language than the pipeline's stay as they are: a collection may hold several.
    """
    nlp = _load(name)
    if lang and nlp.lang not in (_ANY, primary(lang)):
        return
    views = [view for view in views if len(view.tokens) and view.sentence.end - view.sentence.start <= nlp.max_length]
    with nlp.memory_zone():  # else every new word of a collection would stay in memory
        docs = nlp.pipe([text[view.sentence.start : view.sentence.end] for view in views])
        for view, doc in zip(views, docs, strict=True):
            take(view, doc)


def take(view: SentenceView, doc: Any) -> None:
    """Take what a spaCy ``Doc`` tells of a sentence over to the tokens of ours."""
    offset = view.sentence.start
    homes = [max(0, bisect_right(view.tokens.starts, token.idx + offset) - 1) for token in doc]
    heads: list[Any] = [None] * len(view.tokens)
    for token, home in zip(doc, homes, strict=True):
        # Of several tokens within one of ours, the one that the others hang on.
        if not token.is_space and (heads[home] is None or homes[heads[home].head.i] == home != homes[token.head.i]):
            heads[home] = token
    if doc.has_annotation("POS"):
        view.tags = [_CLASSES.get(token.pos_, token.pos_) if token is not None else "X" for token in heads]
    if doc.has_annotation("DEP"):
        view.relations = ["" if token is None else token.dep_ for token in heads]
        view.heads = [-1 if token is None or homes[token.head.i] == i else homes[token.head.i] for i, token in enumerate(heads)]
    view.entities = [
        Entity(kind, span.start_char + offset, span.end_char + offset)
        for span in doc.ents
        if (kind := _ENTITIES.get(span.label_)) is not None
    ]


# -- roles by the parse


def roles(view: SentenceView, phrases: Sequence[Phrase], found: Found) -> Found:
    """Who takes part in each event by the parse of a sentence; ``found``, by the rules, where the parse tells of nobody.

    What the rules find in prepositional phrases (role ``other``) is kept too: parses name no roles for those.
    """
    parse, told = _Parse(view, phrases), dict(found)
    for mention, trigger in enumerate(view.triggers):
        taking: list[tuple[Phrase, Role]] = []
        for token, role in sorted(parse.taking(trigger)):
            phrase = parse.phrase(token)
            if phrase is not None and phrase.first <= trigger < phrase.last:
                continue
            if phrase is not None and all(phrase is not other for other, _ in taking):
                taking.append((phrase, role))
        if taking:
            others = [pair for pair in found.get(mention, ()) if pair[1] == "other"]
            told[mention] = taking + [pair for pair in others if all(pair[0] is not phrase for phrase, _ in taking)]
    return told


class _Parse:
    """The tree of a sentence over our tokens, with the phrases that stand at them."""

    def __init__(self, view: SentenceView, phrases: Sequence[Phrase]) -> None:
        self.view, self.relations, self.heads = view, view.relations, view.heads
        self.children: list[list[int]] = [[] for _ in view.heads]
        for token, head in enumerate(view.heads):
            if head >= 0:
                self.children[head].append(token)
        self.at = {token: phrase for phrase in phrases for token in range(phrase.first, phrase.last)}

    def phrase(self, token: int) -> Phrase | None:
        """The noun phrase or pronoun that a token belongs to."""
        phrase = self.at.get(token)
        return phrase if phrase is not None and phrase.kind in (NOUN, PRON) and not phrase.owner else None

    def taking(self, verb: int) -> set[tuple[int, Role]]:
        """Tokens with their roles in the event that a token names: its own arguments, or the subject that its clause shares."""
        found = self._own(verb)
        if self.view.tags[verb] in ("VERB", "AUX", "X") and not self._children(verb, _SUBJECTS):
            role: Role = "patient" if self._passive(verb) else "agent"
            found |= {(token, role) for token in self._shared_subject(verb, _DEEPEST)}
        return {(one, role) for token, role in found for one in self._joined(token)}

    def _own(self, verb: int) -> set[tuple[int, Role]]:
        found = {(self._meant(child, verb), _ROLES[self.relations[child]]) for child in self._children(verb, tuple(_ROLES))}
        for by in self._children(verb, ("agent",)):
            found |= {(child, "agent") for child in self._children(by, ("pobj",))}
        return found

    def _children(self, token: int, relations: tuple[str, ...]) -> list[int]:
        return [child for child in self.children[token] if self.relations[child] in relations]

    def _meant(self, token: int, verb: int) -> int:
        """A relative pronoun as what its clause hangs on."""
        phrase = self.at.get(token)
        relative = self.relations[verb] in _RELATIVE_CLAUSE and phrase is not None and phrase.kind == RELATIVE
        return self.heads[verb] if relative else token

    def _passive(self, verb: int) -> bool:
        """By its auxiliary or agent; for a participle that has neither, by the learned tagger and by what it is joined to."""
        if self._children(verb, _PASSIVE):
            return True
        bare = not self._children(verb, _OBJECTS) and self.view.fine[verb : verb + 1] == ["VVN"]
        relation, head = self.relations[verb], self.heads[verb]
        return bare and (relation == "acl" or (relation == "conj" and bool(self._children(head, _PASSIVE))))

    def _shared_subject(self, verb: int, depth: int) -> list[int]:
        relation, head = self.relations[verb], self.heads[verb]
        if head < 0 or not depth:
            return []
        if relation == "acl":
            return [head]
        if relation not in _CONTROLLED:
            return []
        own = self._children(head, _SUBJECTS)
        if relation == "xcomp":  # "forced residents to leave": they leave
            own = self._children(head, _OBJECTS) or own
        return [self._meant(token, head) for token in own] or self._shared_subject(head, depth - 1)

    def _joined(self, token: int) -> list[int]:
        """A token and what is coordinated with it."""
        return [token] + [one for child in self._children(token, ("conj",)) for one in self._joined(child)]
