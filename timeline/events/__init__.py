"""Dated event mentions: triggers, factuality, dates; participants, places, attribution, summaries.

``extract`` reads each sentence into a :class:`~timeline.events.view.SentenceView`, finds, judges and dates its events, then hands all
sentences of the article to the :data:`FILLERS`, which complete the mentions in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from timeline.events import details, spacy_reader
from timeline.events.anchor import anchor
from timeline.events.choice import Choice, choice_of
from timeline.events.cues import Cues, cues_of
from timeline.events.factuality import judge
from timeline.events.lexicon import Lexicon
from timeline.events.model import EventModel
from timeline.events.pack import event_pack
from timeline.events.tokens import tokenise
from timeline.events.trigger import find_triggers, model_of
from timeline.events.view import SentenceView, attach, drop_spare
from timeline.records import Article, Issue, Mention, Sentence, Timex
from timeline.settings import Settings

__all__ = ["FILLERS", "Filler", "check", "extract", "read_sentences"]

Filler = Callable[[Article, Sequence[SentenceView], Sequence[Timex], bool], list[Issue]]

FILLERS: tuple[Filler, ...] = (details.fill,)
"""Called in order, once an article, after events are found and dated: participants, places, attribution, summary. Each fills
fields of ``view.mentions`` and returns what it could not read."""


def check(settings: Settings) -> None:
    """Raise ``ValueError`` in one line where the settings name a spaCy pipeline that cannot be loaded."""
    spacy_reader.check(settings.spacy)


@dataclass(slots=True)
class Read:
    """An article read as far as its events and whether they happened; what is needed to date them."""

    views: list[SentenceView]
    cues: Cues
    lexicon: Lexicon


_LEAD = 3
"""Sentences at the beginning that are read even where nothing dates them: what an article is about stands there."""


def read_sentences(
    article: Article,
    sentences: Sequence[Sentence],
    timexes: Sequence[Timex],
    model: EventModel | None,
    every: bool = True,
    spacy: str | None = None,
) -> Read:
    """Words, tags, events and their status, not yet their dates.

    Without ``every`` only the sentences that matter to a timeline are read for events: those that hold a time expression, the title and the
    lead. No mention of any other sentence is ever put on a timeline, and they are three in five. A pipeline
    named by ``spacy`` reads the same sentences first.
    """
    words = tokenise(article.text)
    views = []
    for sentence in sentences:
        tokens = words.slice(*words.between(sentence.start, sentence.end))
        views.append(SentenceView(sentence, tokens, ["X"] * len(tokens)))
    attach(views, [timex.start for timex in timexes])
    close = views if every else [view for number, view in enumerate(views) if _matters(view, number)]
    if spacy:
        spacy_reader.annotate(article.text, close, spacy, article.lang)
    find_triggers(close, article.lang, model)
    cues, lexicon = cues_of(article.lang or "und"), (model.lexicon if model else Lexicon({}, {}))
    for view in close:
        if view.mentions:
            judge(view, cues, lexicon.lemma)
    return Read(views, cues, lexicon)


def _matters(view: SentenceView, number: int) -> bool:
    return bool(view.timexes) or number < _LEAD or view.sentence.kind in ("title", "lead")


def extract(
    article: Article,
    sentences: list[Sentence],
    timexes: list[Timex],
    model: EventModel | None = None,
    choice: Choice | None = None,
    *,
    every: bool = True,
    spacy: str | None = None,
) -> tuple[list[Mention], list[Issue]]:
    """The event mentions of an article, in the order of its text, and what could not be read.

    ``model`` and ``choice`` replace the learned readers that ship for the language (for measuring with ones that never saw the
    article). Without ``every``, only the sentences that matter to a timeline are read (:func:`read_sentences`), and mentions that nothing
    dates are not completed by the :data:`FILLERS`. ``spacy`` names an installed spaCy pipeline to use for word classes, parse and entities;
    ``ValueError`` where it cannot be loaded.
    """
    model = model or model_of(article.lang)
    if choice is None and model is not None:
        choice = choice_of(event_pack(article.lang or "und")["model"])
    reading = read_sentences(article, sentences, timexes, model, every, spacy)
    anchor(article, reading.views, timexes, reading.cues, reading.lexicon, choice)
    for view in reading.views:
        drop_spare(view)
    issues = [issue for fill in FILLERS for issue in fill(article, reading.views, timexes, every)]
    return [mention for view in reading.views for mention in view.mentions], issues
