"""Completes the mentions of an article: participants, places, who says so, and the line to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from timeline.events import attribution, spacy_reader, summary, who
from timeline.events.clauses import Clause, own_clause
from timeline.events.names import Known, NameWords, Run, name_words, runs
from timeline.events.people import People
from timeline.events.phrases import Phrase, cut
from timeline.events.place_words import PlaceWords, place_words
from timeline.events.settling import Settled, settle
from timeline.events.spot import BARE, Evidence, Spot
from timeline.events.tokens import Tokens
from timeline.events.view import SentenceView
from timeline.events.where import spots
from timeline.events.worded import naming
from timeline.events.words import NOUN, PRON, WhoWords, who_words
from timeline.language.files import primary
from timeline.leading import leading
from timeline.records import Article, Issue, Mention, Participant, Place, Timex

__all__ = ["fill"]

_ENDINGS = (".", "!", "?", "…", '"', "”", "»", ")")
_NOMINAL = ("NOUN", "PROPN", "X")
"""Word classes of a noun, or of a word that nobody has classed."""
_ASIDE = ("caption", "boilerplate", "list", "title", "byline")
"""Blocks that no pronoun of the running text points into."""
_NEWS = timedelta(days=3)
"""How far from its article's day an event may lie that a dateline places."""
_NONE: frozenset[int] = frozenset()
_LONGEST_NAME = 40
_LONGEST_THING = 6
"""Words of a phrase for a thing: longer ones are rarely one phrase."""


def fill(article: Article, views: Sequence[SentenceView], timexes: Sequence[Timex], every: bool = True) -> list[Issue]:
    """Fill ``participants``, ``places``, ``attribution``, ``quoted`` and ``summary`` of the mentions of an article, in place.

    Without ``every`` only those of sentences that may give an event: they hold a dated mention (:func:`dated`) or tell the article's
    news. Other sentences are only asked for names.
    """
    mentions = [mention for view in views for mention in view.mentions]
    telling = {mentions[i].sentence for i in leading(mentions)}
    telling.update(mention.sentence for mention in mentions if every or dated(mention))
    if telling:
        close = [bool(view.mentions) and view.mentions[0].sentence in telling for view in views]
        _Reader(article, views, timexes).read(close)
    return []


def _actor(taking: Sequence[tuple[Phrase, who.Role]], trigger: int) -> Phrase | None:
    """Who stands before an event and acts or suffers in it."""
    return next((phrase for phrase, role in taking if role != "other" and phrase.last <= trigger), None)


def dated(mention: Mention) -> bool:
    """Whether a mention may stand on a timeline, or at least has a time expression of its own."""
    return mention.grounded or mention.timex is not None


class _Reader:
    """Reads one article, sentence by sentence."""

    def __init__(self, article: Article, views: Sequence[SentenceView], timexes: Sequence[Timex]) -> None:
        self.text, self.lang = article.text, article.lang
        self.published = article.published.local if article.published else None
        self.story: Place | None = None
        """Where the article was written, by its dateline."""
        self.views, self.timexes = views, timexes
        self.names: NameWords = name_words(self.lang)
        self.places: PlaceWords = place_words(self.lang)
        self.words: WhoWords | None = who_words(self.lang)
        self.naming = naming(primary(self.lang))
        self.bodies = self.words.sets["titles.organisation"] | self.words.sets["phrases.of"] if self.words else frozenset()
        """Words in the names of organisations, none in those of people."""
        self.lines = summary.summary_words(self.lang)
        self.known = Known.of(views)
        self.evidence = Evidence()
        self.people = People()
        self.quotes = attribution.quotations(self.text)

    def read(self, close: Sequence[bool]) -> None:
        """Names of the whole article first: what they tell of countries and people settles what each of them means.

        ``close``: which sentences are to be read for their mentions; those right before them are read for whom "he" may mean.
        """
        skips = [self._skip(view) for view in self.views]
        found: list[list[Run]] = []
        candidates: list[list[Spot]] = []
        for view, skip, places in zip(self.views, skips, self.known.places, strict=True):
            title = view.sentence.kind == "title"
            named = [run for run in runs(view.tokens, self.names, self.known, places, title) if run.first not in skip]
            found.append(named)
            candidates.append(spots(view, named, self.text, self.places, self.evidence, skip))
            self._remember(view.tokens, named)
        dateline, where = self._dateline(candidates)
        self.story = where[0].place if where else None
        last = max(i for i, here in enumerate(close) if here)
        following = [*close[1:], False]
        for i, view in enumerate(self.views[: last + 1]):
            if close[i]:
                self._sentence(view, skips[i], found[i], where if i == dateline else self._settled(view, candidates[i]))
            elif following[i] and self.words is not None:
                self._aside(view, skips[i], found[i])
            else:
                self.people.pass_over(self._full(view.tokens, run) for run in found[i] if self._person(view.tokens, run))

    def _dateline(self, candidates: Sequence[Sequence[Spot]]) -> tuple[int, list[Settled]]:
        """Which sentence is the dateline, and its places; -1 where there is none."""
        for i, (view, found) in enumerate(zip(self.views, candidates, strict=True)):
            if view.sentence.kind == "dateline" and found:
                return i, self._settled(view, found)
        return -1, []

    def _settled(self, view: SentenceView, found: Sequence[Spot]) -> list[Settled]:
        """Which places the names of a sentence mean."""
        return settle(found, self.evidence, view, self.text, self.known) if found else []

    def _skip(self, view: SentenceView) -> frozenset[int]:
        """Tokens of time expressions: "March" is no place and "Monday" nobody."""
        if not view.timexes:
            return _NONE
        taken: set[int] = set()
        for index in view.timexes:
            taken.update(range(*view.tokens.between(self.timexes[index].start, self.timexes[index].end)))
        return frozenset(taken - set(view.triggers))

    def _remember(self, tokens: Tokens, named: Sequence[Run]) -> None:
        """Full names by their last word; the first full name of an article keeps it."""
        for run in named:
            if run.last - run.first > 1 and not self._organisation(tokens, run) and not self._with_article(tokens, run):
                text, last = self._span(tokens, run.first, run.last), tokens.words[run.last - 1]
                if len(text) < _LONGEST_NAME and last[1:].islower():
                    self.people.full.setdefault(last, text)

    def _organisation(self, tokens: Tokens, run: Run) -> bool:
        if self.words is None:
            return False
        if tokens.words[run.last - 1] in self.places.demonyms:
            return True  # "a Central American"
        return not self.bodies.isdisjoint(tokens.lower[run.first : run.last])

    def _with_article(self, tokens: Tokens, run: Run) -> bool:
        """ "the Great Recession", "the White House": names of people have titles, but no articles."""
        if not run.first or self.words is None or self.names.nouns_capitalised:
            return False
        articles, titles = self.words.sets["phrases.articles"], self.words.sets["titles.person"]
        return tokens.lower[run.first - 1] in articles and tokens.lower[run.first] not in titles

    def _span(self, tokens: Tokens, first: int, last: int) -> str:
        return " ".join(self.text[tokens.starts[first] : tokens.ends[last - 1]].split())

    # -- one sentence

    def _sentence(self, view: SentenceView, skip: frozenset[int], named: Sequence[Run], settled: Sequence[Settled]) -> None:
        if self.words is None:
            self._plain(view, settled)
            return
        phrases = self._phrases(view, skip, named, settled)
        taking = who.roles(phrases, view.tokens, self.words)
        if view.heads:
            taking = spacy_reader.roles(view, phrases, taking)
        said = attribution.sources(phrases, view.tokens, self.words, taking)
        subject = self._subject(view, phrases)
        self.people.continued = subject is not None
        line: dict[tuple[int, int], str] = {}
        told = self._told(view, said)
        for index, mention in enumerate(view.mentions):
            self._participants(view, mention, taking.get(index, []), settled)
            self._attribute(view, mention, view.triggers[index], said)
            self._places(view, mention, view.triggers[index], settled, told)
            clause = self._clause(view, mention, view.triggers[index], phrases)
            if clause is None or not self._by_itself(view, mention, clause, taking.get(index, []), settled):
                self._summarise(view, mention, subject, line, told, _actor(taking.get(index, []), view.triggers[index]))
        if view.sentence.kind not in _ASIDE:
            self._follow(view.tokens, said)

    def _aside(self, view: SentenceView, skip: frozenset[int], named: Sequence[Run]) -> None:
        """A sentence before one that is read closely: whom it names, and who speaks in it."""
        assert self.words is not None
        if view.sentence.kind in _ASIDE:
            return
        if not attribution.spoken(view.tokens, self.words) and not any(self._person(view.tokens, run) for run in named):
            self.people.here, self.people.spoken = [], self.people.spoken + 1
            return
        phrases = self._phrases(view, skip, named, ())
        self.people.continued = self._subject(view, phrases) is not None
        self._follow(view.tokens, attribution.sources(phrases, view.tokens, self.words, {}))

    def _phrases(
        self, view: SentenceView, skip: frozenset[int], named: Sequence[Run], settled: Sequence[Settled]
    ) -> list[Phrase]:
        assert self.words is not None
        phrases = cut(view, self._proper(view.tokens, named), self.words, skip, frozenset(place.first for place in settled))
        self.people.here = self._people(view.tokens, phrases)
        self.people.spoken += 1
        return phrases

    def _plain(self, view: SentenceView, settled: Sequence[Settled]) -> None:
        """A language without a pack for people: places, quotation and the sentence itself."""
        for index, mention in enumerate(view.mentions):
            self._places(
                view, mention, view.triggers[index] if view.triggers else 0, settled, (view.sentence.start, view.sentence.end)
            )
            mention.quoted = attribution.within(self.quotes, mention.start)
            self._summarise(view, mention, None, {}, (view.sentence.start, view.sentence.end))

    def _proper(self, tokens: Tokens, named: Sequence[Run]) -> Sequence[Run]:
        """Where every noun has a capital: the names of several words, and last names of people named in full."""
        if not self.names.nouns_capitalised:
            return named
        return [run for run in named if run.last - run.first > 1 or tokens.words[run.first] in self.people.full]

    def _participants(
        self, view: SentenceView, mention: Mention, taking: Sequence[tuple[Phrase, who.Role]], settled: Sequence[Settled]
    ) -> None:
        tokens = view.tokens
        listed: list[Participant] = []
        where = {place.first for place in settled if place.standing >= BARE} if taking else ()
        for phrase, role in taking:
            if phrase.kind == NOUN and not view.fine:
                first, head = tokens.words[phrase.first], tokens.words[phrase.head]
                if (self.names.nouns_capitalised and head.islower()) or not self.naming.takes_part(first, head):
                    continue  # "teilte", "zutiefst", "davon": no noun
            if not (phrase.human or phrase.same is not None or self._thing(view, phrase, role, mention)):
                continue
            if role != "agent" and phrase.name is not None and phrase.name.first in where:
                continue
            text = self._readable(tokens, phrase)
            if text and not any(other.text.endswith(text) for other in listed):
                listed.append(Participant(text, role, tokens.starts[phrase.first], tokens.ends[phrase.last - 1]))
        mention.participants = tuple(listed)

    def _thing(self, view: SentenceView, phrase: Phrase, role: who.Role, mention: Mention) -> bool:
        """A thing that acts or suffers ("a train derailed", "seized the records"); neither events, nor bare amounts, nor long phrases."""
        if role == "other" or phrase.kind != NOUN or phrase.last - phrase.first > _LONGEST_THING:
            return False
        if phrase.mention is not None and view.tokens.starts[phrase.head] > mention.start:
            return False  # "launched an attack" is one event, in "the quake struck" the quake takes part
        head = view.tokens.lower[phrase.head]
        assert self.words is not None
        return head[0].isalpha() and view.tags[phrase.head] in _NOMINAL and not self.words.has("people.no_things", head)

    def _readable(self, tokens: Tokens, phrase: Phrase) -> str | None:
        """A phrase without its article, a last name in full; a pronoun as the one it means, ``None`` where that is not clear."""
        assert self.words is not None
        if phrase.same is not None and self._agree(tokens, phrase, phrase.same):
            return self._readable(tokens, phrase.same)
        if phrase.kind == PRON:
            pronoun = tokens.lower[phrase.first]
            if self.words.has("pronouns.owners", pronoun):
                return self.people.named_before(phrase.first)
            return self.people.meant(phrase.first) if self.words.has("pronouns.person", pronoun) else None
        first = phrase.first
        if phrase.last - first > 1 and (
            self.words.has("phrases.articles", tokens.lower[first])
            or (phrase.name is not None and self.words.has("phrases.before_names", tokens.lower[first]))
        ):
            first += 1
        if phrase.last - first == 1:
            return self.people.full.get(tokens.words[first]) or tokens.words[first]
        return self._span(tokens, first, phrase.last)

    def _agree(self, tokens: Tokens, pronoun: Phrase, meant: Phrase) -> bool:
        """Whether a pronoun may stand for one who spoke: "she" for no ministry, "they" and "it" for no Yvette Cooper, "it" for no officials."""
        assert self.words is not None
        head, said = tokens.lower[meant.head], tokens.lower[pronoun.first]
        if self.words.has("pronouns.person", said):
            return not (head in self.words.plural or head in self.words.organisations)
        if meant.name is not None:
            return not self._person(tokens, meant.name)
        return head not in self.words.people or (head in self.words.plural and not self.words.has("pronouns.things", said))

    def _places(
        self, view: SentenceView, mention: Mention, trigger: int, settled: Sequence[Settled], told: tuple[int, int]
    ) -> None:
        """The places of the trigger's own clause; those of the sentence where it has none; for news of the day, the dateline's."""
        if told[0] <= mention.start < told[1]:  # "…, he said in Geneva" is not where that happened
            settled = [place for place in settled if told[0] <= place.place.start < told[1]]
        if settled and self.quotes and not attribution.within(self.quotes, mention.start):  # saying is not where what is said is
            settled = [place for place in settled if not attribution.within(self.quotes, place.place.start)]
        if settled and view.tags[trigger] == "VERB":
            settled = [place for place in settled if not self._of_other_verb(view, trigger, place.first)]
        if not settled:
            if self.story is not None and self._news(mention):
                mention.places = (self.story,)
            return
        lower = view.tokens.lower
        borders = [i for i, word in enumerate(lower) if word in (",", ";", "—", "–", "--") and not self._between(i, settled)]
        low = max((i for i in borders if i < trigger), default=-1)
        high = min((i for i in borders if i > trigger), default=len(lower))
        own = [place for place in settled if low < place.first < high]
        mention.places = tuple(dict.fromkeys(place.place for place in own or settled))

    def _of_other_verb(self, view: SentenceView, trigger: int, place: int) -> bool:
        """Whether another verb stands between a verb and a place behind it: in "she said they left Homs" only the leaving is there."""
        assert self.words is not None
        chained = True
        for i in range(trigger + 1, place):
            if view.tags[i] == "VERB" and not chained:
                return True
            chained = chained and (
                view.tags[i] in ("ADV", "AUX", "VERB") or self.words.has("phrases.infinitive", view.tokens.lower[i])
            )
        return False

    def _clause(self, view: SentenceView, mention: Mention, trigger: int, phrases: Sequence[Phrase]) -> Clause | None:
        """The clause that dates and tells a mention, where the sentence around it tells of something else."""
        if mention.timex is None or self.words is None:
            return None
        timex = self.timexes[mention.timex]
        dated = view.tokens.between(timex.start, timex.end)
        return own_clause(view, phrases, trigger, dated, mention.status == "happened", self.words)

    def _by_itself(
        self,
        view: SentenceView,
        mention: Mention,
        clause: Clause,
        taking: Sequence[tuple[Phrase, who.Role]],
        settled: Sequence[Settled],
    ) -> bool:
        """Give a mention the line and the places of its own clause; ``False`` where the clause cannot stand alone."""
        tokens = view.tokens
        span = tokens.starts[clause.first], tokens.ends[clause.last - 1]
        subject = None
        if clause.first == clause.opener:
            meant = [phrase for phrase, role in taking if phrase.last <= clause.opener]
            if not meant or self._unnamed(tokens, meant):
                return False
            name = self._span(tokens, meant[-1].first, meant[-1].last)
            subject = tokens.starts[clause.opener], tokens.ends[clause.opener], name
        own = [place.place for place in settled if clause.first <= place.first < clause.last]
        there = [place for place in settled if clause.of_place and place.last in (clause.opener, clause.opener - 1)][-1:]
        if own or not clause.joined:
            mention.places = tuple(dict.fromkeys([*own, *(place.place for place in there)]))
        line = summary.summarise(self.text, span, (mention.start, mention.end), self.lines, subject)
        where = self.lines.where.format(there[0].place.text) if there and not own else ""
        mention.summary = f"{line}{where}."
        return True

    def _unnamed(self, tokens: Tokens, meant: Sequence[Phrase]) -> bool:
        """ "someone", "one of those", "he is a lawyer": says nothing without the sentence around it."""
        assert self.words is not None
        before = meant[0].first - 1
        described = before >= 0 and self.words.has("phrases.be", tokens.lower[before]) and meant[-1].name is None
        return described or any(self.words.has("summary.unnamed", tokens.lower[i]) for i in (meant[-1].first, meant[-1].head))

    def _news(self, mention: Mention) -> bool:
        """Whether a mention tells what happened around the day of its article: where it was written is then where that happened."""
        if self.published is None or mention.interval is None or mention.status not in ("happened", "ongoing"):
            return False
        start, end = mention.interval
        near = start is not None and end is not None and end - start <= _NEWS and abs(start - self.published) <= _NEWS
        return near and mention.event_class not in ("REPORTING", "PERCEPTION", "I_ACTION", "I_STATE", "STATE")

    def _between(self, i: int, settled: Sequence[Settled]) -> bool:
        """A comma that belongs to places: "Nubl, Zahraa", "Homs, Syria"."""
        return any(place.last == i or place.first == i + 1 for place in settled)

    def _attribute(self, view: SentenceView, mention: Mention, trigger: int, said: Sequence[attribution.Source]) -> None:
        mention.quoted = attribution.within(self.quotes, mention.start)
        if not said and not mention.quoted:
            return
        assert self.words is not None
        source = attribution.source_of(said, trigger, view.tokens.lower, self.words.sets["summary.openers"])
        if source is not None:
            mention.attribution = self._readable(view.tokens, source.phrase) or self.people.last_speaker()
        elif mention.quoted and attribution.within(self.quotes, view.tokens.starts[0]):
            mention.attribution = self.people.last_speaker()

    def _subject(self, view: SentenceView, phrases: Sequence[Phrase]) -> tuple[int, int, str] | None:
        """A pronoun that begins the sentence, with the name that it clearly means."""
        if not phrases or phrases[0].kind != PRON or self.people.person is None or self.words is None:
            return None
        pronoun = phrases[0]
        if pronoun.first > 1 or not self.words.has("pronouns.subject", view.tokens.lower[pronoun.first]):
            return None
        if not self.words.has("pronouns.person", view.tokens.lower[pronoun.first]):
            return None
        return view.tokens.starts[pronoun.first], view.tokens.ends[pronoun.first], self.people.person

    def _told(self, view: SentenceView, said: Sequence[attribution.Source]) -> tuple[int, int]:
        """The stretch of a sentence without the source at its head or end, which the mentions name apart."""
        assert self.words is not None
        if not said:
            return view.sentence.start, view.sentence.end
        verbs = [t for t, mention in zip(view.triggers, view.mentions, strict=True) if mention.tense != "NONE"]
        first, last = attribution.bare(said, view.tokens, view.triggers, verbs, self.words.sets["summary.openers"])
        start = view.sentence.start if first == 0 else view.tokens.starts[first]
        return start, view.sentence.end if last == len(view.tokens) else view.tokens.starts[last]

    def _summarise(
        self,
        view: SentenceView,
        mention: Mention,
        subject: tuple[int, int, str] | None,
        line: dict[tuple[int, int], str],
        told: tuple[int, int],
        actor: Phrase | None = None,
    ) -> None:
        """All events of a short sentence share one line; that of a long one holds its ``actor``."""
        span = told if told[0] <= mention.start and mention.end <= told[1] else (view.sentence.start, view.sentence.end)
        short = span[1] - span[0] <= summary.LONGEST
        if short and span in line:
            mention.summary = line[span]
            return
        start = mention.start
        if actor is not None and not short and mention.end - view.tokens.starts[actor.first] < summary.LONGEST:
            start = max(span[0], view.tokens.starts[actor.first])
        mention.summary = summary.summarise(self.text, span, (start, mention.end), self.lines, subject)
        if span[1] < view.sentence.end and not mention.summary.endswith(_ENDINGS):
            mention.summary += "."
        if short:
            line[span] = mention.summary

    def _people(self, tokens: Tokens, phrases: Sequence[Phrase]) -> list[tuple[int, str]]:
        """The people that a sentence names, in full, with the token after each name."""
        found = []
        for phrase in phrases:
            if phrase.kind == NOUN and phrase.human and phrase.name is not None and self._person(tokens, phrase.name):
                found.append((phrase.last, self._full(tokens, phrase.name)))
        return found

    def _full(self, tokens: Tokens, run: Run) -> str:
        """The full name of one who may be called by the last name."""
        return self.people.full.get(tokens.words[run.last - 1]) or self._span(tokens, *run)

    def _follow(self, tokens: Tokens, said: Sequence[attribution.Source]) -> None:
        """Whom "he" and "she" of the next sentence may mean: the one person that this one names; nobody where it names two."""
        distinct = {name for _, name in self.people.here}
        if distinct and not self.people.continued:
            self.people.person = distinct.pop() if len(distinct) == 1 else None
        if said and (speaker := self._readable(tokens, said[-1].phrase)):
            self.people.speaker, self.people.spoken = speaker, 0

    def _person(self, tokens: Tokens, run: Run) -> bool:
        """Whether a name is a person's, for all that can be told: a full name or a last name of one, or one with a title."""
        if self._organisation(tokens, run) or self._with_article(tokens, run):
            return False
        return run.last - run.first > 1 or tokens.words[run.first] in self.people.full
