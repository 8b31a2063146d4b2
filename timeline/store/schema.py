"""The contract of the tables: one ``pyarrow.Schema`` each, declared once, a description with every column.

dtypes of the frames, the data dictionary, the Parquet metadata and the checks of ``timeline verify`` all derive from it.
Event time is calendar time as written (``timestamp[us]`` without zone); publication is a moment (``timestamp[us, UTC]``).
Character positions are Python string offsets into ``articles.text``, half-open. No column is a reserved word.
"""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa

__all__ = ["CREDITS", "SCHEMAS", "SCHEMA_VERSION", "SORTED_BY", "TABLES", "Column", "columns", "schema_for"]

SCHEMA_VERSION = 1
"""Raised when a column is added, renamed or changes its type or meaning; ``store.migrate`` reads older ones."""

CREDITS = "Place names and coordinates: GeoNames (geonames.org), CC BY 4.0."

TABLES = ("articles", "expressions", "mentions", "events", "issues")


class Column(NamedTuple):
    """A column: its name, Arrow type, what it holds, and whether it may be null."""

    name: str
    type: pa.DataType
    description: str
    nullable: bool = True


STRING, INT, FLOAT, BOOL, DAY = pa.string(), pa.int32(), pa.float64(), pa.bool_(), pa.date32()
TIME, MOMENT = pa.timestamp("us"), pa.timestamp("us", tz="UTC")
STRINGS = pa.list_(pa.field("element", STRING))


def _structs(*fields: tuple[str, pa.DataType]) -> pa.DataType:
    return pa.list_(pa.field("element", pa.struct([pa.field(name, kind) for name, kind in fields])))


BLOCKS = _structs(("kind", STRING), ("char_start", INT), ("char_end", INT))
MENTION_PARTICIPANTS = _structs(("text", STRING), ("role", STRING), ("char_start", INT), ("char_end", INT))
_PLACE = (("name", STRING), ("country", STRING), ("lat", FLOAT), ("lon", FLOAT), ("gazetteer_id", pa.int64()))
MENTION_PLACES = _structs(("text", STRING), *_PLACE, ("char_start", INT), ("char_end", INT))
EVENT_PARTICIPANTS = _structs(("name", STRING), ("role", STRING), ("mentions", INT))
EVENT_PLACES = _structs(*_PLACE, ("mentions", INT))
CONFLICTS = _structs(("value", STRING), ("sources", INT))

_C = Column

ARTICLES = (
    _C(
        "article_id", STRING, "The input's own id (kept apart by source where several use it), else a hash of the article.", False
    ),
    _C(
        "source", STRING, "The outlet as the input names it, else its registered domain: what independent sources are counted by."
    ),
    _C("publisher", STRING, "The outlet's name as the page itself gives it."),
    _C("url", STRING, "Canonical address."),
    _C("title", STRING, "Title."),
    _C("authors", STRINGS, "Authors, as printed."),
    _C("text", STRING, "The cleaned text that all character positions refer to; null where built with --no-text."),
    _C("published", MOMENT, "When it was published, in UTC; midnight of the local day where only the day is known."),
    _C("published_date", DAY, "Local day of publication, from which relative dates are counted."),
    _C("published_offset_min", INT, "Offset of the publisher's local time from UTC in minutes; null where unknown."),
    _C("precision", STRING, "How finely publication is known: time, day, month, year."),
    _C("published_from", STRING, "Where the date came from: given, metadata, feed, url, byline, dateline, inferred, option."),
    _C("confidence", FLOAT, "Measured precision of publication dates from published_from, 0 to 1."),
    _C("modified", MOMENT, "When it was last changed, where the article says so."),
    _C("lang", STRING, "Language, BCP 47."),
    _C(
        "blocks",
        BLOCKS,
        "Stretches of the text and what they are: title, byline, dateline, lead, body, caption, list, quote, boilerplate.",
    ),
    _C("content_hash", STRING, "Hash of all that was read of the article; changes with any of it.", False),
    _C("revision", INT, "How many differing versions of the article the inputs held; the latest is kept.", False),
    _C("duplicate_of", STRING, "article_id of the earlier article that this one copies (near-duplicate or syndicated)."),
    _C("headline_event_ids", STRINGS, "The one to three events that the article is mainly about."),
    _C("expression_count", INT, "Time expressions found in it.", False),
    _C("mention_count", INT, "Event mentions found in it.", False),
    _C("issue_count", INT, "Issues that it raised.", False),
    _C("input", STRING, "The file or stream that it was read from."),
)

EXPRESSIONS = (
    _C("expression_id", STRING, "Id: article and position.", False),
    _C("article_id", STRING, "The article that it stands in.", False),
    _C("char_start", INT, "First character in articles.text.", False),
    _C("char_end", INT, "Character after the last.", False),
    _C("text", STRING, "The expression as written.", False),
    _C("type", STRING, "TIMEX3 type: DATE, TIME, DURATION, SET.", False),
    _C("value", STRING, "TIMEX3 value, such as 2014-05-07, 2014-W19, P2Y, PRESENT_REF.", False),
    _C("mod", STRING, "TIMEX3 mod: START, MID, END, APPROX, MORE_THAN and so on."),
    _C("quant", STRING, "TIMEX3 quant of a SET."),
    _C("freq", STRING, "TIMEX3 freq of a SET."),
    _C("time_start", TIME, "Start of the stretch that it names; null where open or none."),
    _C("time_end", TIME, "End of that stretch, exclusive."),
    _C("granularity", STRING, "How finely it speaks: second to millennium."),
    _C("anchor", STRING, "What it was resolved against: dct (publication), the expression_id of an earlier expression, or null."),
    _C("rule", STRING, "The rule that gave the value."),
    _C("range_id", STRING, "Joins the two ends of a range."),
    _C("range_start", TIME, "Start of the whole range."),
    _C("range_end", TIME, "End of the whole range, exclusive."),
    _C("explicit", BOOL, "True where the text itself names the year.", False),
)

MENTIONS = (
    _C("mention_id", STRING, "Id: article and position.", False),
    _C("article_id", STRING, "The article that it stands in.", False),
    _C("event_id", STRING, "The event that it tells of; null where it is not on the timeline."),
    _C("expression_ids", STRINGS, "The time expressions that date it, the main one first."),
    _C("sentence", STRING, "The sentence that tells it.", False),
    _C("sentence_start", INT, "First character of the sentence in articles.text.", False),
    _C("sentence_end", INT, "Character after its last.", False),
    _C("trigger", STRING, "The word that names the event.", False),
    _C("char_start", INT, "First character of the trigger in articles.text.", False),
    _C("char_end", INT, "Character after its last.", False),
    _C("event_class", STRING, "TimeML class: OCCURRENCE, STATE, REPORTING, ASPECTUAL, PERCEPTION, I_ACTION, I_STATE.", False),
    _C("tense", STRING, "TimeML tense.", False),
    _C("aspect", STRING, "TimeML aspect.", False),
    _C("polarity", STRING, "POS or NEG.", False),
    _C("modality", STRING, "The modal word or kind, where there is one."),
    _C("status", STRING, "As this mention tells it: happened, ongoing, planned, possible, denied.", False),
    _C("relation", STRING, "TLINK to its time expression: IS_INCLUDED, SIMULTANEOUS, BEFORE, AFTER, BEGUN_BY, ENDED_BY, DURING."),
    _C("extent", STRING, "within (some time in it), throughout, from, until, before, after."),
    _C("time_start", TIME, "Start of what is known of when; null where open or unknown."),
    _C("time_end", TIME, "End of it, exclusive."),
    _C("granularity", STRING, "How finely the time is known."),
    _C("value", STRING, "TIMEX3 value of the date."),
    _C("asserted_until", TIME, "How far an open end is asserted to reach (since 2011: to the publication)."),
    _C(
        "date_basis",
        STRING,
        "How the date was grounded: full_date, partial_date, weekday, relative, dateline, story, publication, none.",
        False,
    ),
    _C("grounded", BOOL, "True where the mention may stand on the timeline.", False),
    _C("participants", MENTION_PARTICIPANTS, "Who took part: text, role (agent, patient, other), position."),
    _C("places", MENTION_PLACES, "Where: text, gazetteer name, country, coordinates, GeoNames id, position."),
    _C("attribution", STRING, "Who says so."),
    _C("quoted", BOOL, "True inside a quotation.", False),
    _C("summary", STRING, "The clause or sentence that stands alone."),
    _C("block", STRING, "The kind of block that it stands in.", False),
    _C("confidence", FLOAT, "Measured precision of its date_basis on annotated text, 0 to 1; null where not measured."),
)

EVENTS = (
    _C("event_id", STRING, "Hash of the earliest mention.", False),
    _C("date", DAY, "The day, where it is one."),
    _C("summary", STRING, "One sentence that tells it.", False),
    _C("trigger", STRING, "The word that names it.", False),
    _C("status", STRING, "happened, ongoing, planned, possible, denied.", False),
    _C("status_as_of", DAY, "The publication day that the status rests on."),
    _C("time_start", TIME, "Start of what is known of when; null where open."),
    _C("time_end", TIME, "End of it, exclusive; null where open."),
    _C("extent", STRING, "within (some time in it), throughout, from, until, before, after."),
    _C("granularity", STRING, "How finely the time is known.", False),
    _C("value", STRING, "TIMEX3 value; the only date of events before the year 1."),
    _C("span_start", TIME, "Start for filtering: never null where a date is known."),
    _C("span_end", TIME, "End for filtering, exclusive: an open end is cut at what is asserted."),
    _C(
        "utc_offset_min",
        INT,
        "Offset from UTC of a clock time, in minutes: 0 where the text says GMT or UTC; null where it is not known.",
    ),
    _C("date_basis", STRING, "How the date was grounded (see mentions).", False),
    _C("place", STRING, "The place most named with it."),
    _C("country", STRING, "Its country, ISO 3166-1 alpha-2."),
    _C("lat", FLOAT, "Latitude of the place, degrees."),
    _C("lon", FLOAT, "Longitude of the place, degrees."),
    _C("participants", EVENT_PARTICIPANTS, "Who took part: name, role, in how many mentions."),
    _C("places", EVENT_PLACES, "All places: name, country, coordinates, GeoNames id, in how many mentions."),
    _C("mention_count", INT, "Mentions joined in it.", False),
    _C("article_count", INT, "Articles that tell it, copies included.", False),
    _C("source_count", INT, "Independent outlets that tell it; copies do not count.", False),
    _C("sources", STRINGS, "The outlets.", False),
    _C("article_ids", STRINGS, "The articles, earliest first.", False),
    _C("first_published", MOMENT, "First publication that tells it."),
    _C("last_published", MOMENT, "Last publication that tells it."),
    _C("date_conflicts", CONFLICTS, "Other dates told: value, independent sources."),
    _C("number_conflicts", CONFLICTS, "Differing numbers told: value, independent sources."),
    _C("importance", FLOAT, "For ranking, higher first: outlets, prominence, later references, precision.", False),
    _C("confidence", FLOAT, "Measured precision of its date_basis, 0 to 1; null where not measured."),
)

ISSUES = (
    _C("stage", STRING, "Where it arose: read, date, sentences, timex, events, merge, store, collect.", False),
    _C("article_id", STRING, "The article, where it is one's."),
    _C("input", STRING, "The file or stream, where it is not an article's."),
    _C("char_start", INT, "First character concerned, in articles.text."),
    _C("char_end", INT, "Character after the last."),
    _C("text", STRING, "The text concerned."),
    _C("reason", STRING, "What could not be read, dated or resolved, and why.", False),
)

_COLUMNS = {"articles": ARTICLES, "expressions": EXPRESSIONS, "mentions": MENTIONS, "events": EVENTS, "issues": ISSUES}

SORTED_BY = {
    "articles": ("published", "article_id"),
    "expressions": ("published and id of the article", "char_start", "expression_id"),
    "mentions": ("published and id of the article", "char_start", "mention_id"),
    "events": ("span_start", "span_end", "event_id"),
    "issues": ("published and id of the article", "char_start", "those of no article last"),
}
"""The order of rows in each table, nulls last: a total order, so that equal content gives equal files."""


def columns(table: str) -> tuple[Column, ...]:
    """The declared columns of a table; ``KeyError`` for an unknown one."""
    return _COLUMNS[table]


def _schema(table: str) -> pa.Schema:
    fields = [pa.field(c.name, c.type, c.nullable, {"description": c.description}) for c in _COLUMNS[table]]
    return pa.schema(fields, {"schema_version": str(SCHEMA_VERSION), "licence": CREDITS})


SCHEMAS: dict[str, pa.Schema] = {table: _schema(table) for table in TABLES}


def schema_for(table: str, pipeline_version: str) -> pa.Schema:
    """The schema of a table with the pipeline version in its metadata, as it stands in published files."""
    schema = SCHEMAS[table]
    return schema.with_metadata({**(schema.metadata or {}), "pipeline_version": pipeline_version})
