"""The publication date from the text alone: found where the text gives it away, never guessed, never from the clock."""

from __future__ import annotations

import inspect
from datetime import date
from pathlib import Path

import pytest

from timeline import language, pipeline, timex
from timeline.reading import article_from, read
from timeline.records import Article, Published
from timeline.settings import Settings
from timeline.timex import inference
from timeline.timex.inference import evidence

SHARED = Path(__file__).parents[2] / "shared"

# An article of our own with every trap at once: no date of its own, a caption that has one, an older caption from the files, a bare
# weekday in the lead, a planned vote, "may" and a plug that speaks of weekdays, and numbers that look like years.
QUARRY = """Miners leave the flooded quarry

Morning Lamp Newsletter

Get the top stories of the valley. The news that matters, delivered weekday mornings.

Hundreds of miners began leaving the flooded quarry on Thursday, two years into a dispute that may cost 2,000 jobs.

Unlike a first clearing in March, those leaving were allowed to take their tools, the union said.

"We have lost more than 2,013 days of work," a foreman said. "What happens today is sad."

Workers carry pumps at the quarry gate on March 12, 2015.AFP - Getty Images, file

The dispute began in 2013, when the owners changed the shifts.

People walk past the closed gate on June 11, 2015 in the upper valley.AFP - Getty Images

The valley votes on a new council on July 5, an election that will decide the quarry's future.

— Reuters and The Associated Press contributed to this report."""


def inferred(text: str, lang: str = "en", **fields: object) -> tuple[Article, Published | None]:
    article = article_from({"id": "x", "text": text, "lang": lang, **fields}, Settings())
    sentences = language.split(article.text, article.lang, article.blocks)
    return article, timex.infer_published(
        article, sentences, timex.recognise(article.text, sentences, article.lang), Settings().infer_from
    )


def test_a_new_caption_and_the_weekday_of_the_story():
    _, found = inferred(QUARRY)
    assert found is not None and found.day == date(2015, 6, 11)
    assert (found.precision, found.origin) == ("day", "inferred") and Settings().infer_from <= found.confidence < 0.9


def test_the_pipeline_uses_it_and_says_so():
    extraction = pipeline.tag(article_from({"id": "x", "text": QUARRY, "lang": "en"}, Settings()))
    assert extraction.article.published is not None and extraction.article.published.origin == "inferred"
    values = {t.text: t.value for t in extraction.timexes}
    assert values["Thursday"] == "2015-06-11" and values["March"] == "2015-03" and values["July 5"] == "2015-07-05"


def test_a_given_date_is_never_overruled():
    extraction = pipeline.tag(article_from({"id": "x", "text": QUARRY, "lang": "en", "published": "2016-01-01"}, Settings()))
    assert extraction.article.published is not None and extraction.article.published.day == date(2016, 1, 1)


STORY = "The ferry left the island on Tuesday with the keeper of the light, the harbour board said in a long statement to all its members."

# text, language, day, origin
FOUND = [
    (f"Ferry sails\n\nPublished: May 7, 2014\n\n{STORY}", "en", "2014-05-07", "byline"),
    (f"Ferry sails\n\nPUBLISHED: WEDNESDAY, MAY 7, 2014, 1:32 PM\nUPDATED: FRIDAY, MAY 9, 2014, 9:56 AM\n\n{STORY}", "en", "2014-05-07", "byline"),
    (f"{STORY}\n\nThis story was first published on May 7, 2014.", "en", "2014-05-07", "byline"),
    (f"Ferry sails\n\nBy Ada Moor - May 7, 2014\n\n{STORY}", "en", "2014-05-07", "byline"),
    (f"Ferry sails\n\nWednesday 7 May 2014 19.03 BST\n\n{STORY}", "en", "2014-05-07", "byline"),
    (f"May 7, 2014. {STORY}", "en", "2014-05-07", "byline"),
    (f"NORTH ISLE, May 7, 2014 — {STORY}", "en", "2014-05-07", "dateline"),
    ("Fähre legt ab\n\nVeröffentlicht am 7. Mai 2014\n\nDie letzte Fähre verließ die Insel am Dienstag mit dem Wärter des Leuchtturms.", "de", "2014-05-07", "byline"),
]  # fmt: skip


@pytest.mark.parametrize("text, lang, day, origin", FOUND, ids=range(len(FOUND)))
def test_found(text: str, lang: str, day: str, origin: str):
    _, found = inferred(text, lang)
    assert found is not None and (found.day.isoformat(), found.origin) == (day, origin)


# Dates that are not the article's.
NOT_FOUND = [
    STORY,
    "",
    f"Ferry sails\n\nUpdated 7:45 PM, May 7, 2014\n\n{STORY}",  # when it was changed; nothing says when it was published
    f"Wednesday 7 May 2014\n\nFerry sails\n\n{STORY}",  # a masthead shows the day on which the page was fetched
    f"The Harbour Daily - News of the isles.\n\nWednesday 7 May 2014\n\nFerry sails\n\n{STORY}",
    f"Posted on May 7, 2014 by ada\n\n{STORY}\n\nPosted on May 2, 2014 by ada\n\n{STORY}",  # a blog's entries
    "The vote is on June 3, 2014",  # nothing else: no line before a story
    f"The vote is on June 3, 2014.\n\n{STORY}",
    f"The complaint was filed on September 27, 2013 and heard on Friday. {STORY}",
    f"In a video posted on January 21, 2007, the mayor sang. {STORY}",
    f"Remember the 11th of March, 2011. {STORY}",
    f"Published on May 7, 2014 by the harbour board, the report {'of the ferry and its crew ' * 10}was long. {STORY}",  # prose, no line of its own
    f"Ferry sails\n\n{STORY} {STORY}\n\nWednesday 7 May 2014\n\n{STORY}",  # what stands after the story's beginning is no line about it
    f"{STORY}\n\nThe line opened on May 7, 1951.\n\n{STORY}",
    f"{STORY}\n\nPassengers board on May 7, 2014.AFP - Getty Images",  # a Wednesday; the story tells of Tuesday
    f"{STORY}\n\nPassengers board on May 6, 2014.AFP - Getty Images",  # a Tuesday, but nothing says that the picture is new
    QUARRY.replace("The dispute began in 2013", "On June 20, 2015 the dispute ended. It had begun in 2013"),  # past, and later
    QUARRY.replace("on July 5", "soon"),  # only one sign that the picture is new
    QUARRY.replace(", file", ""),
    QUARRY.replace("The dispute", "On Friday the board met. The dispute"),  # which of two weekdays?
]


@pytest.mark.parametrize("text", NOT_FOUND, ids=range(len(NOT_FOUND)))
def test_not_found(text: str):
    if not text:
        assert timex.infer_published(Article("x", ""), [], [], 0.0) is None
        return
    assert inferred(text)[1] is None


def test_evidence_is_listed_with_its_kind():
    article, _ = inferred(QUARRY)
    sentences = language.split(article.text, "en", article.blocks)
    assert [e.kind for e in evidence(article, sentences, timex.recognise(article.text, sentences, "en"))] == [
        "new caption and weekday"
    ]


def test_neither_clock_nor_file_times_are_asked():
    source = inspect.getsource(inference)
    assert not any(word in source for word in ("today()", "now()", "getmtime", "st_mtime", "import time"))


@pytest.mark.skipif(not SHARED.exists(), reason="needs the shared articles")
def test_the_homs_article():
    (article,) = [x for x in read([str(SHARED / "articles" / "homs-evacuation.txt")], Settings()) if isinstance(x, Article)]
    published = pipeline.tag(article).article.published
    assert (
        published is not None
        and published.iso() == "2014-05-07"
        and published.origin == "inferred"
        and published.confidence >= Settings().infer_from
    )


@pytest.mark.skipif(not SHARED.exists(), reason="needs the shared gold")
@pytest.mark.slow
def test_days_that_are_inferred_are_right():
    from tests.quality.reading import withheld

    for path in ("gold/timex/en-timebank.jsonl", "gold/timex/en-meantime.jsonl"):
        found = [answer for answer in withheld(SHARED / path, 1) if answer.found is not None]
        assert sum(answer.found == answer.truth for answer in found) >= 0.95 * len(found)
