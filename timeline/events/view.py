"""What the parts of this room share: a sentence read into words and tags, with the mentions found in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from timeline.events.tokens import Tokens
from timeline.records import Mention, Sentence

__all__ = ["Entity", "SentenceView", "attach", "drop_spare"]


class Entity(NamedTuple):
    """A person or place named in ``Article.text[start:end]``, as a spaCy pipeline sees it."""

    kind: Literal["person", "place"]
    start: int
    end: int


@dataclass(slots=True)
class SentenceView:
    """One sentence as the parts of this room see it.

    ``tokens`` hold offsets into ``Article.text``; ``tags[i]`` is the coarse word class of token ``i`` (``NOUN``, ``PROPN``,
    ``VERB``, ``AUX``, ``ADJ``, ``ADV``, ``DET``, ``PRON``, ``ADP``, ``CONJ``, ``NUM``, ``PART``, ``PUNCT``, ``X``). ``mentions`` are in
    the order of the text and ``triggers[k]`` is the index of the token that names ``mentions[k]``. ``timexes`` are the indexes
    (into the article's time expressions) of those that stand in the sentence.
    """

    sentence: Sentence
    tokens: Tokens
    tags: list[str]
    mentions: list[Mention] = field(default_factory=list)
    triggers: list[int] = field(default_factory=list)
    timexes: list[int] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Where each of those time expressions begins and ends, in the article."""
    dated_by: dict[int, int] = field(default_factory=dict)
    """Index of a mention to that of the time expression for which it was found, in languages without a learned reader."""
    spare: list[int] = field(default_factory=list)
    """Indexes of mentions that stay only if an expression dates them."""
    fine: list[str] = field(default_factory=list)
    """Finer word classes where the language has a learned tagger: ``VVD`` past, ``VVN`` past participle, ``VVI`` infinitive, ``VVG``
    -ing form, ``VVZ``/``VVB`` present, ``BE``, ``HV``, ``DO``, ``MD`` modal, ``TO``, ``XX`` not, ``NN``, ``NNS``, ``NP``, ``AJ``, ``AV`` …; else empty."""
    heads: list[int] = field(default_factory=list)
    """The token that each token hangs on, -1 for the root; empty without a parser (:mod:`timeline.events.spacy_reader`)."""
    relations: list[str] = field(default_factory=list)
    """How it hangs on it, in the labels of the parser."""
    entities: list[Entity] = field(default_factory=list)


def attach(views: list[SentenceView], spans: list[tuple[int, int]]) -> None:
    """Sort time expressions, given by where they begin and end, into the sentences that they stand in."""
    following = iter(sorted(range(len(spans)), key=spans.__getitem__))
    index = next(following, None)
    for view in views:
        while index is not None and spans[index][0] < view.sentence.end:
            if spans[index][0] >= view.sentence.start:
                view.timexes.append(index)
                view.spans.append(spans[index])
            index = next(following, None)


def drop_spare(view: SentenceView) -> None:
    """Take away the spare mentions that nothing grounds."""
    gone = {k for k in view.spare if not view.mentions[k].grounded}
    if gone:
        view.mentions = [mention for k, mention in enumerate(view.mentions) if k not in gone]
        view.triggers = [trigger for k, trigger in enumerate(view.triggers) if k not in gone]
    view.spare = []
