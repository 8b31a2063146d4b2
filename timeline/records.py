"""The records that the stages share. Data only: no stage's logic lives here.

Character positions are Python string offsets into ``Article.text`` (half-open, ``text[start:end]``); times are calendar time
as written. Words follow ISO-TimeML (TIMEX3, TLINK, modality, polarity); see the data dictionary for the columns they become.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from timeline.interval import Granularity, Interval

__all__ = [
    "Anchor",
    "Article",
    "Block",
    "BlockKind",
    "Event",
    "Extraction",
    "Issue",
    "Mention",
    "Participant",
    "Place",
    "Published",
    "Sentence",
    "Timex",
]

BlockKind = Literal["title", "byline", "dateline", "lead", "body", "caption", "list", "quote", "boilerplate"]
Precision = Literal["time", "day", "month", "year"]
TimexType = Literal["DATE", "TIME", "DURATION", "SET"]
Extent = Literal["within", "throughout", "from", "until", "before", "after"]
Status = Literal["happened", "ongoing", "planned", "possible", "denied"]
Anchor = Literal["dct"] | tuple[int, int] | None
"""What a timex was resolved against: the publication date, an earlier expression (its offsets), or nothing."""


class Block(NamedTuple):
    """A stretch of an article and what it is."""

    kind: BlockKind
    start: int
    end: int


class Sentence(NamedTuple):
    """A sentence: offsets and the kind of the block it stands in."""

    start: int
    end: int
    kind: BlockKind


class Published(NamedTuple):
    """The document creation time (DCT): when the article was published, in its own local time.

    ``local`` is wall-clock time where it was published (midnight where only the day is known); relative words count from
    ``local.date()``. ``offset_min`` is the offset from UTC in minutes, ``None`` where unknown. ``origin`` says where the date
    came from (``given``, ``metadata``, ``feed``, ``url``, ``byline``, ``dateline``, ``inferred``, ``option``); ``confidence`` is
    the measured precision of that origin, 0 to 1.
    """

    local: datetime
    offset_min: int | None = None
    precision: Precision = "day"
    origin: str = "given"
    confidence: float = 1.0

    @property
    def day(self) -> date:
        """The local day, from which "today" and "Wednesday" are counted."""
        return self.local.date()

    @property
    def utc(self) -> datetime:
        """The moment in UTC (naive); local time where the offset is unknown."""
        return self.local - timedelta(minutes=self.offset_min or 0)

    def iso(self) -> str:
        """ISO 8601 in the precision that is known: ``2014``, ``2014-05``, ``2014-05-07`` or a date-time with its offset."""
        if self.precision != "time":
            return self.local.date().isoformat()[: {"year": 4, "month": 7, "day": 10}[self.precision]]
        text = self.local.isoformat(timespec="seconds")
        if self.offset_min is None:
            return text
        sign, minutes = "+-"[self.offset_min < 0], abs(self.offset_min)
        return f"{text}{sign}{minutes // 60:02d}:{minutes % 60:02d}"


@dataclass(slots=True)
class Article:
    """One article as read and cleaned: what every later stage starts from."""

    article_id: str
    text: str
    title: str | None = None
    url: str | None = None
    source: str | None = None
    """The outlet as independent sources are counted: as a row names it, else its registered domain."""
    publisher: str | None = None
    """The outlet's name as its page or feed gives it."""
    authors: tuple[str, ...] = ()
    lang: str | None = None
    published: Published | None = None
    modified: datetime | None = None
    blocks: tuple[Block, ...] = ()
    input: str = ""


@dataclass(slots=True)
class Timex:
    """A time expression and its TIMEX3 value (ISO-TimeML).

    ``interval`` is ``None`` where the value names no stretch of calendar time (durations, sets, PRESENT_REF); ``granularity``
    likewise. ``rule`` names the rule that gave the value, ``range_id`` joins the two ends of a range within the article.
    ``range_interval`` is the whole of that range. ``explicit`` is true where the text itself names the year. ``cue`` is the tense
    that gave the direction (``past``, ``future``, "" where none did, ``None`` where none was needed).
    """

    start: int
    end: int
    text: str
    type: TimexType
    value: str
    mod: str | None = None
    quant: str | None = None
    freq: str | None = None
    interval: Interval | None = None
    granularity: Granularity | None = None
    anchor: Anchor = None
    rule: str = ""
    range_id: int | None = None
    range_interval: Interval | None = None
    explicit: bool = False
    cue: str | None = None


class Participant(NamedTuple):
    """Who took part in an event, in which role."""

    text: str
    role: Literal["agent", "patient", "other"]
    start: int
    end: int


class Place(NamedTuple):
    """A place named in the sentence, as the gazetteer knows it."""

    text: str
    name: str
    country: str | None
    lat: float | None
    lon: float | None
    gazetteer_id: int | None
    start: int
    end: int


@dataclass(slots=True)
class Mention:
    """One event told in one sentence (TimeML EVENT + its anchor).

    ``start``/``end`` span the trigger. ``interval`` is what is known of when (open sides ``None``; ``None`` as a whole where
    nothing is); ``timex`` indexes ``Extraction.timexes``, ``timexes`` lists all expressions that date the event.
    ``date_basis`` says how the date was grounded: ``full_date``, ``partial_date``, ``weekday``, ``relative``, ``dateline``, ``story``, ``publication``
    or ``none``. ``grounded`` mentions go to the default timeline.
    """

    start: int
    end: int
    trigger: str
    sentence: tuple[int, int]
    event_class: str = "OCCURRENCE"
    tense: str = "NONE"
    aspect: str = "NONE"
    polarity: Literal["POS", "NEG"] = "POS"
    modality: str | None = None
    status: Status = "happened"
    timex: int | None = None
    timexes: tuple[int, ...] = ()
    relation: str | None = None
    extent: Extent | None = None
    interval: Interval | None = None
    granularity: Granularity | None = None
    value: str | None = None
    asserted_until: datetime | None = None
    date_basis: str = "none"
    grounded: bool = False
    participants: tuple[Participant, ...] = ()
    places: tuple[Place, ...] = ()
    attribution: str | None = None
    quoted: bool = False
    summary: str = ""
    block: BlockKind = "body"
    confidence: float | None = None


@dataclass(slots=True)
class Event:
    """A happening of the timeline: mentions of it, merged over articles. ``mention_ids`` are its members, earliest first."""

    event_id: str
    mention_ids: tuple[str, ...]
    summary: str
    trigger: str
    status: Status
    status_as_of: date | None
    interval: Interval
    span: Interval
    extent: Extent | None
    granularity: Granularity
    value: str | None
    participants: tuple[tuple[str, str, int], ...] = ()
    """``(name, role, mentions)``"""
    places: tuple[tuple[Place, int], ...] = ()
    """``(place, mentions)``"""
    article_ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    first_published: datetime | None = None
    last_published: datetime | None = None
    date_conflicts: tuple[tuple[str, int], ...] = ()
    """``(value told by others, independent sources)``"""
    number_conflicts: tuple[tuple[str, int], ...] = ()
    importance: float = 0.0
    confidence: float | None = None
    date_basis: str = "none"


@dataclass(slots=True)
class Issue:
    """Something that could not be read, dated or resolved. Never dropped silently."""

    stage: Literal["read", "date", "sentences", "timex", "events", "merge", "store", "collect"]
    reason: str
    article_id: str | None = None
    input: str | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None


@dataclass(slots=True)
class Extraction:
    """All that one article gave."""

    article: Article
    sentences: list[Sentence] = field(default_factory=list)
    timexes: list[Timex] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
