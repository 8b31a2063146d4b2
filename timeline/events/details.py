"""Completes the mentions of an article: participants, places, who says so, and the line to read.

The whole article is asked for names first: what they tell of countries and people settles what each of them means. Then its sentences are
gone through in order, and those that may give an event are read closely.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from timeline.events import attribution, spacy_reader, who
from timeline.events.close import Close
from timeline.events.lines import Lines
from timeline.events.names import Known, Run, name_words, runs
from timeline.events.naming import naming
from timeline.events.participants import participants
from timeline.events.people import People
from timeline.events.persons import Persons
from timeline.events.phrases import Phrase, cut
from timeline.events.place_words import place_words
from timeline.events.settling import Settled, settle
from timeline.events.spot import Evidence, Spot
from timeline.events.view import SentenceView
from timeline.events.where import spots
from timeline.events.whereabouts import Whereabouts
from timeline.events.words import WhoWords, who_words
from timeline.language.files import primary
from timeline.leading import leading
from timeline.records import Article, Place, Timex

__all__ = ["fill"]

_ASIDE = ("caption", "boilerplate", "list", "title", "byline")
"""Blocks that no pronoun of the running text points into."""
_NONE: frozenset[int] = frozenset()


def fill(article: Article, views: Sequence[SentenceView], timexes: Sequence[Timex], every: bool = True) -> None:
    """Fill ``participants``, ``places``, ``attribution``, ``quoted`` and ``summary`` of the mentions of an article, in place.

    Without ``every`` only those of sentences that may give an event: they hold a mention that something dates, or tell the article's
    news. Other sentences are only asked for names.
    """
    mentions = [mention for view in views for mention in view.mentions]
    telling = {mentions[i].sentence for i in leading(mentions)}
    telling.update(mention.sentence for mention in mentions if every or mention.grounded or mention.timex is not None)
    if telling:
        close = [bool(view.mentions) and view.mentions[0].sentence in telling for view in views]
        words = who_words(article.lang)
        reader = _Placer(article, views, timexes) if words is None else _Reader(article, views, timexes, words)
        reader.read(close)


class _Sentence(NamedTuple):
    """A sentence and the names in it."""

    view: SentenceView
    timed: frozenset[int]
    """Tokens of time expressions: "March" is no place and "Monday" nobody."""
    names: list[Run]
    spots: list[Spot]


class _Placer:
    """Completes the mentions of one article in a language without words for people: places, quotation and the sentence itself."""

    def __init__(
        self, article: Article, views: Sequence[SentenceView], timexes: Sequence[Timex], words: WhoWords | None = None
    ) -> None:
        self.text, lang = article.text, article.lang
        self.known, self.evidence = Known.of(views), Evidence()
        self.sentences: list[_Sentence] = []
        for view, capitals in zip(views, self.known.places, strict=True):
            timed = _timed(view, timexes)
            found = runs(view.tokens, name_words(lang), self.known, capitals, view.sentence.kind == "title")
            names = [run for run in found if run.first not in timed]
            candidates = spots(view, names, self.text, place_words(lang), self.evidence, timed)
            self.sentences.append(_Sentence(view, timed, names, candidates))
        self.quotes = attribution.quotations(self.text)
        published = article.published.local if article.published else None
        self.whereabouts = Whereabouts(published, self.quotes, words, self._story())
        self.lines = Lines(self.text, timexes, lang, words)

    def read(self, close: Sequence[bool]) -> None:
        """Complete the mentions of the sentences that are to be read ``close``."""
        for sentence, here in zip(self.sentences, close, strict=True):
            if here:
                self._complete(sentence)

    def _story(self) -> Place | None:
        """Where the article was written, by its dateline."""
        dateline = next((one for one in self.sentences if one.view.sentence.kind == "dateline" and one.spots), None)
        return next((place.place for place in self._settled(dateline)), None) if dateline else None

    def _settled(self, sentence: _Sentence) -> list[Settled]:
        """The places that the names of a sentence mean."""
        return settle(sentence.spots, self.evidence, sentence.view, self.text, self.known) if sentence.spots else []

    def _complete(self, sentence: _Sentence) -> None:
        view = sentence.view
        close = Close(view, self._settled(sentence), (view.sentence.start, view.sentence.end))
        for index, mention in enumerate(view.mentions):
            mention.places = self.whereabouts.of(close, index)
            mention.quoted = attribution.within(self.quotes, mention.start)
            mention.summary = self.lines.of_sentence(close, index, {})


class _Reader(_Placer):
    """Completes the mentions of one article in a language with words for people."""

    def __init__(self, article: Article, views: Sequence[SentenceView], timexes: Sequence[Timex], words: WhoWords) -> None:
        super().__init__(article, views, timexes, words)
        self.words, self.naming = words, naming(primary(article.lang))
        self.persons = Persons(self.text, name_words(article.lang), words, place_words(article.lang).demonyms)
        for sentence in self.sentences:
            self.persons.remember(sentence.view.tokens, sentence.names)
        self.people = People(self.persons, words)

    def read(self, close: Sequence[bool]) -> None:
        """Complete the mentions of the sentences that are to be read ``close``; those right before them are read for whom "he" may mean."""
        last = max(i for i, here in enumerate(close) if here)
        for i, sentence in enumerate(self.sentences[: last + 1]):
            if close[i]:
                self._complete(sentence)
            elif close[i + 1]:
                self._listen(sentence)
            else:
                self.people.pass_over(sentence.view.tokens, sentence.names)

    def _listen(self, sentence: _Sentence) -> None:
        """A sentence before one that is read closely: whom it names, and who speaks in it."""
        view, names = sentence.view, sentence.names
        if view.sentence.kind in _ASIDE:
            return
        if not attribution.spoken(view.tokens, self.words) and not any(self.persons.is_person(view.tokens, run) for run in names):
            self.people.nobody_named()
            return
        phrases = self._phrases(sentence, ())
        self._finish(view, attribution.sources(phrases, view.tokens, self.words, {}))

    def _complete(self, sentence: _Sentence) -> None:
        close = self._closely(sentence)
        shared: dict[tuple[int, int], str] = {}
        for index, mention in enumerate(close.view.mentions):
            mention.participants = participants(close, index, self.people, self.naming)
            mention.places = self.whereabouts.of(close, index)
            self._attribute(close, index)
            if not self.lines.of_clause(close, index):
                mention.summary = self.lines.of_sentence(close, index, shared)
        self._finish(close.view, close.said)

    def _closely(self, sentence: _Sentence) -> Close:
        view, settled = sentence.view, self._settled(sentence)
        phrases = self._phrases(sentence, settled)
        found = who.roles(phrases, view.tokens, self.words)
        if view.heads:
            found = spacy_reader.roles(view, phrases, found)
        said = attribution.sources(phrases, view.tokens, self.words, found)
        return Close(view, settled, self.lines.told(view, said), phrases, found, said, self.people.opening)

    def _phrases(self, sentence: _Sentence, settled: Sequence[Settled]) -> list[Phrase]:
        """The phrases of a sentence, whose people are the ones spoken of from now on."""
        view, names = sentence.view, sentence.names
        if self.persons.names.nouns_capitalised:  # only names of several words, and last names of people named in full
            names = [run for run in names if run.last - run.first > 1 or view.tokens.words[run.first] in self.persons.full]
        phrases = cut(view, names, self.words, sentence.timed, frozenset(place.first for place in settled))
        self.people.begin(view.tokens, phrases)
        return phrases

    def _attribute(self, close: Close, index: int) -> None:
        """Tell who says what a mention tells, and whether in quotation marks."""
        view, mention = close.view, close.view.mentions[index]
        mention.quoted = attribution.within(self.quotes, mention.start)
        source = attribution.source_of(close.said, view.triggers[index], view.tokens.lower, self.words.sets["summary.openers"])
        if source is not None:
            mention.attribution = self.people.readable(view.tokens, source.phrase) or self.people.last_speaker()
        elif mention.quoted and attribution.within(self.quotes, view.tokens.starts[0]):
            mention.attribution = self.people.last_speaker()

    def _finish(self, view: SentenceView, said: Sequence[attribution.Source]) -> None:
        if view.sentence.kind not in _ASIDE:
            self.people.finish(view.tokens, said[-1].phrase if said else None)


def _timed(view: SentenceView, timexes: Sequence[Timex]) -> frozenset[int]:
    """The tokens of time expressions that name no event."""
    if not view.timexes:
        return _NONE
    taken: set[int] = set()
    for index in view.timexes:
        taken.update(range(*view.tokens.between(timexes[index].start, timexes[index].end)))
    return frozenset(taken - set(view.triggers))
