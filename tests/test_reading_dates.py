"""The publication date: what a string says, whom to believe, what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from timeline.language.trust import confidence, kinds
from timeline.reading.dates import choose
from timeline.reading.draft import Dated
from timeline.reading.moments import moment, url_date

EASTERN = timezone(timedelta(hours=-4))

# value, language, what it says
SAID = [
    ("2014-05-07", None, "2014-05-07"),
    ("2014-05", None, "2014-05"),
    ("2014", None, "2014"),
    (2014, None, "2014"),
    ("20140507", None, "2014-05-07"),
    (20140507, None, "2014-05-07"),
    ("2014-05-07T20:00:00-04:00", None, "2014-05-07T20:00:00-04:00"),
    ("2014-05-07T20:00:00Z", None, "2014-05-07T20:00:00+00:00"),
    ("2014-05-07 20:05:00 +0000 UTC", None, "2014-05-07T20:05:00+00:00"),
    ("2014-05-07T00:00:00+02:00", None, "2014-05-07"),  # midnight: nobody gave a time
    ("20140507T201500Z", None, "2014-05-07T20:15:00+00:00"),
    ("2014/5/7 8:05 PM", None, "2014-05-07T20:05:00"),
    ("Wed, 07 May 2014 20:00:00 -0400", None, "2014-05-07T20:00:00-04:00"),
    ("7 May 2014 20:00:00 GMT", None, "2014-05-07T20:00:00+00:00"),
    ("May 7, 2014", "en", "2014-05-07"),
    ("7. Mai 2014", "de", "2014-05-07"),
    ("7 de maio de 2014", "pt", "2014-05-07"),
    ("May 2014", "en", "2014-05"),
    ("25/12/2014", None, "2014-12-25"),
    ("12/25/2014", None, "2014-12-25"),
    ("05/05/2014", None, "2014-05-05"),
    (1399507200, None, "2014-05-08"),
    (1399507201000, None, "2014-05-08T00:00:01+00:00"),
    (date(2014, 5, 7), None, "2014-05-07"),
    (datetime(2014, 5, 7, 20, tzinfo=EASTERN), None, "2014-05-07T20:00:00-04:00"),
    (datetime(2014, 5, 7, 20, tzinfo=UTC), None, "2014-05-07T20:00:00+00:00"),
    ("05/07/2014", None, None),  # either
    ("2014-13-45", None, None),
    ("yesterday", "en", None),
    ("Wednesday", "en", None),
    ("May 7", "en", None),
    ("", None, None),
    ("no date at all", "en", None),
    (float("inf"), None, None),
    (float("nan"), None, None),
    (10**400, None, None),
    (True, None, None),
]


@pytest.mark.parametrize("value, lang, said", SAID, ids=[str(value)[:40] for value, _, _ in SAID])
def test_what_a_value_says(value, lang, said):
    found = moment(value, lang)
    assert (found.iso() if found else None) == said


@pytest.mark.parametrize("order, day", [("dmy", "2014-07-05"), ("mdy", "2014-05-07")])
def test_order_of_numeric_dates(order, day):
    found = moment("05/07/2014", "en", order)
    assert found is not None and found.iso() == day


URLS = [
    ("https://a.example/2014/05/07/story", "2014-05-07"),
    ("https://a.example/world/2014/may/07/story", "2014-05-07"),
    ("https://a.example/story-20140507.html", "2014-05-07"),
    ("https://a.example/story-20810306", None),
    ("https://a.example/2014-05-07-story", "2014-05-07"),
    ("https://a.example/2014/05/story", "2014-05"),
    ("https://a.example/2017/08/7-days-of-rain.html", "2017-08"),  # a number of the headline
    ("https://a.example/2014/13/45/x", None),
    ("https://a.example/?d=2014/05/07", None),
    ("https://2014-05-07.example/", None),
    ("https://a.example/2014/05/07/2015/06/08/", None),  # which?
    ("https://a.example/news/12345678901234", None),
    (None, None),
]


@pytest.mark.parametrize("url, said", URLS)
def test_dates_in_addresses(url, said):
    found = url_date(url)
    assert (found.iso() if found else None) == said


def chosen(*candidates: Dated, url: str | None = None, latest: date | None = None):
    return choose(candidates, url, "en", latest)


def test_order_of_trust():
    given, page, feed = (
        Dated("given", "2014-05-07"),
        Dated("metadata", "2014-05-08", "JSON-LD"),
        Dated("feed", "2014-05-07", "feed published"),
    )
    assert chosen(feed, page, given).published.origin == "given"
    assert chosen(feed, page).published.origin == "metadata"
    assert chosen(Dated("byline", "2014-05-07", "htmldate"), url="https://a.example/2014/05/07/x").published.origin == "url"


def test_contradiction_is_told_and_lowers_the_confidence():
    sure = chosen(Dated("metadata", "2014-05-07", "JSON-LD"))
    doubted = chosen(Dated("metadata", "2014-05-07", "JSON-LD"), url="https://a.example/2013/05/07/x")
    assert not sure.reasons and "contradicts 2013-05-07 (url)" in doubted.reasons[0]
    assert doubted.published.confidence < 0.6 < 0.9 < sure.published.confidence


def test_two_zones_are_no_contradiction():
    found = chosen(Dated("metadata", "2014-05-08T00:30:00Z", "JSON-LD"), url="https://a.example/2014/05/07/x")
    assert not found.reasons and found.published.day == date(2014, 5, 8)


def test_the_same_moment_in_local_time_is_preferred():
    found = chosen(Dated("metadata", "2014-05-08T00:00:01Z", "JSON-LD"), Dated("metadata", "2014-05-07T20:00:01-04:00", "meta"))
    assert found.published.iso() == "2014-05-07T20:00:01-04:00"


def test_a_coarse_date_is_made_finer_by_one_that_agrees():
    assert chosen(Dated("given", "2014-05"), url="https://a.example/2014/05/07/x").published.iso() == "2014-05-07"


@pytest.mark.parametrize(
    "value, reason",
    [
        ("1970-01-01T00:00:00Z", "default"),
        ("0001-01-01", "default"),
        ("9999-12-31", "default"),
        (0, "default"),
        ("1066-10-14", "before there were newspapers"),
        ("2014-13-45", "cannot be read"),
        ("05/07/2014", "ambiguous"),
        ("2024-05-09", "later than 2024-05-08"),
    ],
)
def test_refused(value, reason):
    found = chosen(Dated("given", value), latest=date(2024, 5, 8))
    assert found.published is None and reason in found.reasons[0]


def test_a_refused_date_makes_way_for_the_next():
    found = chosen(Dated("given", "1970-01-01"), Dated("metadata", "2014-05-07", "meta"))
    assert found.published.iso() == "2014-05-07" and len(found.reasons) == 1


def test_trust_is_a_share_of_cases():
    assert all(0 < confidence(kind) <= 1 for kind in kinds())
    assert all(row["right"] <= row["of"] for row in kinds().values() if "of" in row)
    assert all(row["like"] in kinds() for row in kinds().values() if "like" in row)
    assert confidence("JSON-LD contradicted") < confidence("JSON-LD") and confidence("never heard of") == 0.5
    assert all("about" in row for row in kinds().values())
