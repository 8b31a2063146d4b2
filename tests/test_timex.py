"""Time expressions: what holds of every text, and what the engine does with the publication date, ranges and narratives."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.quality.figures import OWN
from tests.quality.own_gold import GOLDEN, load_all
from timeline import timex
from timeline.interval import Granularity
from timeline.language import split
from timeline.pipeline import tag
from timeline.reading import article_from
from timeline.records import Article, Block, BlockKind, Extraction, Published, Timex
from timeline.settings import Settings
from timeline.timex.choosing import choose_year
from timeline.timex.frames import Slots
from timeline.timex.grammar import grammar_for
from timeline.timex.reference import Reference, moved
from timeline.timex.resolution import _Resolver
from timeline.views.color import color
from timeline.views.timeml import timeml

PUBLISHED = Published(datetime(2014, 5, 7))


def tagged(text: str, published: Published | None = PUBLISHED, lang: str = "en") -> Extraction:
    """Recognised and resolved, without the inference of a publication date."""
    article = Article("a", text, lang=lang, published=published)
    sentences = split(text, lang)
    timexes, issues = timex.resolve(timex.recognise(text, sentences, lang), article)
    return Extraction(article, sentences, timexes, issues=issues)


def values(text: str, published: Published | None = PUBLISHED) -> list[str]:
    return [found.value for found in tagged(text, published).timexes]


# --- the publication date ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "He came yesterday.",
        "He came on Friday.",
        "He came last week.",
        "He came in June.",
        "He came two years ago.",
        "At 10 a.m. he came.",
    ],
)
def test_without_a_publication_date_nothing_is_counted_from_today(text: str) -> None:
    extraction = tagged(text, published=None)
    assert extraction.timexes == []
    assert len(extraction.issues) == 1
    assert extraction.issues[0].stage == "timex"
    assert "publication date" in extraction.issues[0].reason
    assert extraction.issues[0].text == text[extraction.issues[0].start : extraction.issues[0].end]


def test_without_a_publication_date_a_story_goes_on_from_itself() -> None:
    assert values("In May 1940 they came. In June they left; the following year they were back.", None) == [
        "1940-05",
        "1940-06",
        "1941",
    ]


def test_recognition_does_not_depend_on_the_publication_date() -> None:
    text = "On Friday, June 3, 2011, he came; on Sunday he left."
    found = timex.recognise(text, split(text, "en"), "en")
    assert [expression.frame.slots.get("weekday") for expression in found] == [5, 7]
    assert [found[0].frame.slots[part] for part in ("year", "month", "day")] == [2011, 6, 3]
    assert "year" not in found[1].frame.slots


@pytest.mark.parametrize("published", ["2014-05-07", "2012-02-29", "1999-12-31", "2000-01-01", "0001-01-01", "9999-12-31"])
def test_any_publication_date_is_survived(published: str) -> None:
    text = "Last week, next week, 3,000 years ago, in 90 centuries from now, next Friday, last winter, in March, on Feb. 29, the weekend."
    extraction = tagged(text, Published(datetime.fromisoformat(published)))
    assert len(extraction.timexes) + len(extraction.issues) == 9


def test_an_unknown_language_gives_nothing() -> None:
    assert timex.recognise("He came on June 3, 2011.", [], "xx") == []


def test_a_day_that_does_not_exist_is_an_issue() -> None:
    extraction = tagged("He came on February 30, 2011.")
    assert extraction.timexes == []
    assert extraction.issues[0].reason == "there is no such day"


# --- intervals, mods, anchors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "granularity", "interval"),
    [
        ("in 2011", Granularity.YEAR, ["2011-01-01", "2012-01-01"]),
        ("in June 2011", Granularity.MONTH, ["2011-06-01", "2011-07-01"]),
        ("on June 3, 2011", Granularity.DAY, ["2011-06-03", "2011-06-04"]),
        ("in the third quarter of 2011", Granularity.QUARTER, ["2011-07-01", "2011-10-01"]),
        ("in the second half of 2011", Granularity.HALF, ["2011-07-01", "2012-01-01"]),
        ("in the winter of 2011", Granularity.SEASON, ["2011-12-01", "2012-03-01"]),
        ("in the 1980s", Granularity.DECADE, ["1980-01-01", "1990-01-01"]),
        ("in the 19th century", Granularity.CENTURY, ["1800-01-01", "1900-01-01"]),
        ("last week", Granularity.WEEK, ["2014-04-28", "2014-05-05"]),
        ("last weekend", Granularity.WEEKEND, ["2014-05-03", "2014-05-05"]),
        ("Monday night", Granularity.PART_OF_DAY, ["2014-05-05T18:00:00", "2014-05-06T06:00:00"]),
        ("at 10:30 a.m. Monday", Granularity.MINUTE, ["2014-05-05T10:30:00", "2014-05-05T10:31:00"]),
    ],
)
def test_intervals_are_half_open_and_as_fine_as_the_words(text: str, granularity: Granularity, interval: list[str]) -> None:
    found = tagged(f"It was closed {text}.").timexes[0]
    assert found.interval is not None
    assert (found.granularity, found.interval.iso()) == (granularity, interval)


def test_years_before_christ_have_a_granularity_and_no_interval() -> None:
    found = tagged("The town fell in 146 BC.").timexes[0]
    assert (found.value, found.granularity, found.interval) == ("BC0146", Granularity.YEAR, None)


@pytest.mark.parametrize(
    ("text", "mod"),
    [
        ("early 2011", "START"), ("mid-2011", "MID"), ("late 2011", "END"), ("the beginning of 2011", "START"), ("the end of 2011", "END"),
        ("about two years", "APPROX"), ("more than two years", "MORE_THAN"), ("less than two years", "LESS_THAN"),
        ("at least two years", "EQUAL_OR_MORE"), ("nearly two years", "EQUAL_OR_LESS"),
    ],
)  # fmt: skip
def test_mods(text: str, mod: str) -> None:
    assert tagged(f"It took until {text}.").timexes[-1].mod == mod


def test_sets_say_how_often() -> None:
    found = tagged("They meet twice a week and every Monday.").timexes
    assert [(one.type, one.value, one.freq) for one in found] == [("SET", "P1W", "2X"), ("SET", "XXXX-WXX-1", None)]
    assert found[1].quant == "EVERY"


def test_anchors_say_what_was_counted_from() -> None:
    text = "He came on May 3, 2011, and left two days later. Yesterday he was back."
    dated, later, yesterday = tagged(text).timexes
    assert (dated.anchor, dated.explicit) == (None, True)
    assert later.anchor == (dated.start, dated.end)
    assert yesterday.anchor == "dct"


def test_an_expression_anchored_to_an_event_gets_no_invented_value() -> None:
    found = tagged("He left two weeks before the election.").timexes
    assert [(one.type, one.value, one.interval) for one in found] == [("DURATION", "P2W", None)]


# --- ranges --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("March 3–5", ["2014-03-03", "2014-03-06"]),
        ("12th – 13th April 2012", ["2012-04-12", "2012-04-14"]),
        ("from Monday to Wednesday", ["2014-05-05", "2014-05-08"]),
        ("Thursday through Tuesday", ["2014-05-01", "2014-05-07"]),
        ("from 3 to 12 March 2013", ["2013-03-03", "2013-03-13"]),
        ("from 1799 to 1815", ["1799-01-01", "1816-01-01"]),
        ("between 2003 and 2011", ["2003-01-01", "2012-01-01"]),
        ("1939–45", ["1939-01-01", "1946-01-01"]),
        ("from November to February 2012", ["2011-11-01", "2012-03-01"]),
        ("from May 3 to June 8, 2012", ["2012-05-03", "2012-06-09"]),
    ],
)
def test_ranges_have_two_ends_and_a_whole(text: str, whole: list[str]) -> None:
    first, last = tagged(f"It was closed {text}.").timexes
    assert first.range_id == last.range_id is not None
    assert first.range_interval == last.range_interval
    assert first.range_interval is not None
    assert first.range_interval.iso() == whole


def test_lists_share_their_parts_and_have_no_whole() -> None:
    first, last = tagged("It was closed on June 3 and 4, 2011.").timexes
    assert (first.value, last.value) == ("2011-06-03", "2011-06-04")
    assert first.range_id == last.range_id is not None
    assert first.range_interval is None


# --- narrative -----------------------------------------------------------------------------------------------------------------------

HISTORY = (
    "The war began in 1861. In April 1862 the fort fell. By June the river was open. On July 4 the town gave up. Two days later the rest "
    "fled. In 1863 the north was lost. In 1865 all was over."
)


def test_what_is_later_than_nothing_told_is_an_issue() -> None:
    extraction = tagged("He apologized a month later.")
    assert not extraction.timexes
    assert [(issue.text, issue.reason) for issue in extraction.issues] == [
        ("a month later", "later than something that the text gives no time")
    ]


def test_a_history_is_counted_from_its_own_story() -> None:
    assert values(HISTORY) == ["1861", "1862-04", "1862-06", "1862-07-04", "1862-07-06", "1863", "1865"]


def test_news_is_counted_from_its_day() -> None:
    text = "The museum, founded in 1861, said Monday it will close in June. Last year it lost money."
    assert values(text) == ["1861", "2014-05-05", "2014-06", "2013"]


# --- explanations and formats --------------------------------------------------------------------------------------------------------


def test_explanations_name_rule_ground_and_direction() -> None:
    extraction = tagged("The minister will resign on Friday. He came on May 3, 2011, and left the next day.")
    friday, dated, following = (timex.explain(one, extraction.article) for one in extraction.timexes)
    assert "rule weekday_part" in friday
    assert "publication date 2014-05-07" in friday
    assert "future" in friday
    assert "names the year itself" in dated
    assert "'May 3, 2011'" in following


def test_timeml_is_xml_with_the_text_inside() -> None:
    text = 'He & "she" came <on> Friday\x00; two days later they left.'
    root = ElementTree.fromstring(timeml(tagged(text)))
    body = root.find("TEXT")
    assert body is not None
    assert "".join(body.itertext()) == text.replace("\x00", "\ufffd")
    assert [element.get("value") for element in body.iter("TIMEX3")] == ["2014-05-02", "2014-05-04"]
    creation = root.find("DCT/TIMEX3")
    assert creation is not None
    assert creation.get("functionInDocument") == "CREATION_TIME"
    assert [element.get("anchorTimeID") for element in body.iter("TIMEX3")] == ["t0", "t1"]


def test_colour_lets_no_escape_of_the_text_through() -> None:
    shown = color(tagged("He came \x1b[31mon Friday."), explain=True)
    assert "\x1b[31m" not in shown
    assert "2014-05-02" in shown


# --- what holds of every text --------------------------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    ["March", " 3", "rd", ",", " 2011", "–", "-", " to ", " and ", "last ", "next ", "week", " Friday", " 10", ":30", " a.m.", " the ", " end of ", "\n\n", " ",
     "two ", "years", " ago", " later", "1999", "/", ".", "'", "s", "every ", "Q3 ", "third ", "quarter", "½", "５", "٣", "İ", "ß", "\u0301"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=40).map("".join)))
def test_spans_are_of_the_text_in_order_and_apart(text: str) -> None:
    extraction = tagged(text)
    end = 0
    for found in extraction.timexes:
        assert text[found.start : found.end] == found.text
        assert found.text == found.text.strip() != ""
        assert end <= found.start
        end = found.end
        if found.interval is not None and found.interval.start and found.interval.end:
            assert found.interval.start < found.interval.end
    ElementTree.fromstring(timeml(extraction))


@settings(max_examples=60, deadline=None)
@given(st.lists(_PIECES, max_size=30).map("".join), st.lists(_PIECES, max_size=30).map("".join))
def test_the_same_text_gives_the_same_whatever_came_before(text: str, other: str) -> None:
    before = tagged(text).timexes
    tagged(other)
    assert tagged(text).timexes == before


_PROCESS = """
import json, sys
from datetime import datetime
from timeline.pipeline import tag
from timeline.records import Article, Published
from timeline.views.jsonlines import tag_line
for text in json.load(sys.stdin):
    print(json.dumps(tag_line(tag(Article("a", text, lang="en", published=Published(datetime(2014, 5, 7)))))))
"""


def test_other_processes_and_orders_give_the_same() -> None:
    texts = [
        HISTORY,
        "He came on June 3 and 4, 2011, and left two days later.",
        "From Monday to Wednesday; last week; twice a week; in May.",
    ]

    def run(given_texts: list[str], seed: str) -> list[str]:
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}
        shown = subprocess.run(
            [sys.executable, "-c", _PROCESS],
            input=json.dumps(given_texts),
            capture_output=True,
            text=True,
            env=environment,
            check=True,
        )
        return shown.stdout.splitlines()

    assert run(texts, "1") == run(texts[::-1], "2")[::-1]


@pytest.mark.parametrize(
    "piece",
    [
        "the ",
        "last ",
        "two ",
        "1 ",
        "March ",
        "the end of the ",
        "from 1 to ",
        " ",
        "\n",
        "1.",
        "1,",
        "a.",
        "Monday - ",
        "'",
        "early late mid ",
        "x",
    ],
)
def test_work_is_bounded_by_the_length(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: the runs that rules look at are short, and together no longer than a few times the text."""
    grammar = grammar_for("en")
    parsed: list[int] = []
    parse = grammar.parse
    monkeypatch.setattr(grammar, "parse", lambda run, lead: parsed.append(len(run)) or parse(run, lead))
    text = piece * (50_000 // len(piece))
    timex.recognise(text, [], "en")
    assert max(parsed, default=0) <= 80
    assert sum(parsed) <= 2 * len(grammar.token_pattern.findall(text)) + 80


@pytest.mark.slow
def test_a_line_of_five_megabytes() -> None:
    text = "The end of the last two weeks of the war of 3 March 1999 to 4, said the man who may march on. " * 53_000
    found = timex.recognise(text, [], "en")
    assert len(found) == 2 * 53_000


def test_english_needs_no_dateparser_and_no_pandas() -> None:
    loaded = "import sys, timeline.timex as t; t.recognise('on Friday', [], 'en'); print(sorted({'dateparser', 'pandas', 'numpy'} & set(sys.modules)))"
    environment = {"PYTHONPATH": ":".join(sys.path)}
    shown = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, env=environment, check=True)
    assert shown.stdout.strip() == "[]"


def test_a_year_of_the_story_stays_in_sight() -> None:
    text = "The mayor resigned on Monday. He took office in January 2002. In March of that year he raised taxes; in April he lowered them."
    assert values(text) == ["2014-05-05", "2002-01", "2002-03", "2002-04"]


BIOGRAPHY = (
    "She was born on 10 October 1861 near the coast. In August 1888 she crossed the ice with five men. Two weeks later they began to climb. They "
    "reached the town on 3 October and stayed the winter. The following May they came home. In 1893 the ship left on 24 June. On 14 March 1895 she "
    "set out; on 8 April she turned back. That summer they built a hut. In May of the following year they moved on. She died in 1930. Ten years "
    "earlier she had won the prize."
)


def test_a_biography_is_counted_from_its_own_story() -> None:
    assert values(BIOGRAPHY) == [
        "1861-10-10", "1888-08", "1888-WXX", "1888-10-03", "1888-WI", "1889-05", "1893", "1893-06-24", "1895-03-14", "1895-04-08", "1895-SU", "1896-05",
        "1930", "1920",
    ]  # fmt: skip


def test_values_from_memory_are_those_worked_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [gold.document() for folder in (OWN, GOLDEN) for gold in load_all(folder)]

    def run() -> list[list[Timex]]:
        return [tag(article_from(document, Settings())).timexes for document in documents]

    remembered = run()
    monkeypatch.setattr(_Resolver, "outcome", _Resolver.valued)
    assert run() == remembered


# --- which year, which quarter -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "said", "tense", "year"),
    [
        (date(2014, 5, 7), {"month": 11, "day": 5}, None, 2013),  # 183 days back, 182 ahead: news tells more of the past
        (date(2014, 5, 7), {"month": 10, "day": 1}, None, 2014),
        (date(2014, 5, 7), {"month": 10, "day": 1}, "past", 2013),
        (date(2014, 5, 7), {"quarter": 4}, None, 2014),
        (date(2014, 1, 7), {"quarter": 4}, None, 2013),  # three quarters ahead: that of the year before
        (date(2014, 1, 7), {"quarter": 4}, "future", 2014),
        (date(2014, 5, 7), {"half": 2}, None, 2013),
        (date(2014, 5, 7), {"half": 2}, "future", 2014),
        (date(2014, 5, 7), {"half": 1}, None, 2014),
    ],
)
def test_the_nearest_year_is_meant_the_past_before_the_future(day: date, said: Slots, tense: str | None, year: int) -> None:
    assert choose_year(Reference.of_day(day, "dct"), said, tense) == year


@pytest.mark.parametrize(
    ("year", "count", "moved_to"), [(-1, 1, 1), (1, -1, -1), (-480, 10, -470), (3, -3, -1), (-2, 1, -1), (5, 5, 10)]
)
def test_there_is_no_year_0(year: int, count: int, moved_to: int) -> None:
    assert moved(Reference(year), "year", count).year == moved_to


def test_what_goes_on_until_now_gives_no_year() -> None:
    assert values("Sales were the lowest since 2008 in April.") == ["2008", "2014-04"]
    assert values("In 2008 sales were the lowest in April.") == ["2008", "2008-04"]
    assert values("Sales were the lowest since 2008, when a ship sank in April.") == ["2008", "2008-04"]
    assert values("Sales were the lowest since 2008, he said when they met in April.") == ["2008", "2014-04"]


def test_a_year_earlier_is_the_quarter_that_was_told_of_just_now() -> None:
    quarter, later = "Profit rose to $5 million in the first quarter of 2014.", "It had lost $3 million a year earlier."
    assert values(f"{quarter} {later}") == ["2014-Q1", "2013-Q1"]
    assert values(f"{quarter} Sales grew. Costs fell. {later}") == ["2014-Q1", "2013-Q1"]
    assert values(f"{quarter} Sales grew. Costs fell. Nobody left. {later}")[1] != "2013-Q1"


def test_the_picture_of_a_caption_was_taken() -> None:
    text = "Soldiers leave the town on September 3."

    def value(kind: BlockKind) -> str:
        article = Article("a", text, lang="en", published=PUBLISHED)
        sentences = split(text, "en", (Block(kind, 0, len(text)),))
        return timex.resolve(timex.recognise(text, sentences, "en"), article)[0][0].value

    assert (value("caption"), value("body")) == ("2013-09-03", "2014-09-03")


def test_it_is_told_where_the_year_stands() -> None:
    extraction = tagged("The June 3 attacks in 2001 changed it. In August he left.")
    attacks, _, august = (timex.explain(found, extraction.article) for found in extraction.timexes)
    assert "counted from '2001', told after at 22:26" in attacks
    assert "counted from the publication date" in august
