"""Dated event mentions: triggers, factuality, dates; participants, places, attribution, summaries.

``extract_all`` reads each sentence into a :class:`~timeline.events.view.SentenceView`, finds, judges and dates its events, then hands all
sentences of an article to :func:`~timeline.events.details.fill`, which completes the mentions in place. Several articles go through it together because the
learned reader does a thousand words in hardly more time than it does a hundred.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from timeline.events import spacy_reader
from timeline.events.anchor import anchor
from timeline.events.choice import Choice, choice_of
from timeline.events.cues import cues_of
from timeline.events.details import fill
from timeline.events.factuality import judge
from timeline.events.lexicon import Lexicon
from timeline.events.model import EventModel
from timeline.events.pack import event_pack
from timeline.events.read import Read
from timeline.events.tokens import tokenise
from timeline.events.trigger import find_triggers, model_of
from timeline.events.view import SentenceView, attach, drop_spare
from timeline.records import Article, Extraction, Mention, Sentence, Timex
from timeline.settings import Settings

__all__ = ["check", "extract", "extract_all", "read_sentences"]

_NEWS = ("title", "lead")
"""Blocks that tell what an article is about, even where nothing dates them."""
_LEAD = 3
"""Sentences at the beginning that do where those tell nothing."""


def check(settings: Settings) -> None:
    """Raise ``ValueError`` in one line where the settings name a spaCy pipeline that cannot be loaded."""
    spacy_reader.check(settings.spacy)


def read_sentences(
    tagged: Sequence[Extraction], model: EventModel | None = None, every: bool = True, spacy: str | None = None
) -> list[Read]:
    """Words, tags, events and their status, not yet their dates, of articles whose time expressions are known.

    Without ``every`` only the sentences that matter to a timeline are read for events: those that hold a time expression, the title and the
    lead, and where these tell nothing the first ones. No mention of any other sentence is ever put on a timeline, and they are two in three.
    A pipeline named by ``spacy`` reads the same sentences first.
    """
    found = [_opened(extraction, model) for extraction in tagged]
    _find_events([(read, read.views if every else list(filter(_matters, read.views))) for read in found], model, spacy)
    if not every:
        _find_events([(read, _first(read)) for read in found if not any(map(_tells_news, read.views))], model, spacy)
    return found


def _opened(extraction: Extraction, model: EventModel | None) -> Read:
    """An article cut into words, its time expressions sorted into its sentences."""
    article, words, views = extraction.article, tokenise(extraction.article.text), []
    for sentence in extraction.sentences:
        tokens = words.slice(*words.between(sentence.start, sentence.end))
        views.append(SentenceView(sentence, tokens, ["X"] * len(tokens.words)))
    attach(views, [(timex.start, timex.end) for timex in extraction.timexes])
    reader = model or model_of(article.lang)
    lexicon = reader.lexicon if reader else Lexicon({}, {})
    return Read(article, extraction.timexes, views, cues_of(article.lang or "und"), lexicon)


def _matters(view: SentenceView) -> bool:
    """Whether a sentence may put an event on a timeline."""
    return bool(view.timexes) or view.sentence.kind in _NEWS


def _tells_news(view: SentenceView) -> bool:
    """Whether a sentence of the title or the lead surely tells an event."""
    return view.sentence.kind in _NEWS and len(view.mentions) > len(view.spare)


def _first(read: Read) -> list[SentenceView]:
    """The sentences at the beginning that have not been read yet."""
    return [view for view in read.views[:_LEAD] if not _matters(view)]


def _find_events(chosen: Sequence[tuple[Read, Sequence[SentenceView]]], model: EventModel | None, spacy: str | None) -> None:
    """The events of some sentences of each article, and whether they happened: sentences of one language together."""
    if spacy:
        for read, views in chosen:
            spacy_reader.annotate(read.article.text, views, spacy, read.article.lang)
    for lang, some in groupby(chosen, key=lambda pair: pair[0].article.lang):
        find_triggers([view for _, views in some for view in views], lang, model or model_of(lang))
    for read, views in chosen:
        for view in views:
            if view.mentions:
                judge(view, read.cues, read.lexicon.lemma)


def extract(
    article: Article,
    sentences: list[Sentence],
    timexes: list[Timex],
    model: EventModel | None = None,
    choice: Choice | None = None,
) -> list[Mention]:
    """All event mentions of one article, in the order of its text.

    ``model`` and ``choice`` replace the learned readers that ship for the language (for measuring with ones that never saw the
    article).
    """
    extraction = Extraction(article, sentences, timexes)
    found = read_sentences([extraction], model)
    anchor(found, choice or _choice_of(article.lang))
    return _completed(found[0], every=True)


def extract_all(tagged: Sequence[Extraction], *, every: bool = True, spacy: str | None = None) -> None:
    """Add to each extraction its event mentions, in the order of its text.

    Without ``every``, only the sentences that matter to a timeline are read (:func:`read_sentences`), and mentions that nothing
    dates and that tell no article's news come without participants, places, source and summary. ``spacy`` names an installed spaCy pipeline to use
    for word classes, parse and entities; ``ValueError`` where it cannot be loaded.
    """
    found = read_sentences(tagged, None, every, spacy)
    for lang, reads in groupby(found, key=lambda read: read.article.lang):
        anchor(list(reads), _choice_of(lang))
    for extraction, read in zip(tagged, found, strict=True):
        extraction.mentions = _completed(read, every)


def _choice_of(lang: str | None) -> Choice | None:
    """The learned choice of dates that ships for a language, where it has a learned reader."""
    name = event_pack(lang or "und").get("model")
    return choice_of(name) if name else None


def _completed(read: Read, every: bool) -> list[Mention]:
    """The dated mentions of an article, completed."""
    for view in read.views:
        drop_spare(view)
    fill(read.article, read.views, read.timexes, every)
    return [mention for view in read.views for mention in view.mentions]
