"""What is new since a version: rows, Markdown, a feed that can be written twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from timeline import store
from timeline.building import build
from timeline.executors import Serial
from timeline.settings import Settings
from timeline.views import news

AT = datetime(2014, 5, 8, 6, tzinfo=UTC)
TEXTS = (
    "Rebels left the town on Wednesday. The vote is planned for June 3.",
    "The *new* bridge <b>opened</b> on May 5, officials said.",
    "An explosion killed three workers at the mine on April 30.",
)


def grow(folder, out, count):
    """A timeline of the first ``count`` articles; the name of its version."""
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(TEXTS[:count]):
        document = {
            "id": f"a{number}",
            "title": f"Title {number}",
            "url": f"https://news.example/{number}",
            "published": "2014-05-07",
            "text": text,
        }
        (folder / f"{number}.jsonl").write_text(json.dumps(document) + "\n")
    build([str(folder)], out, Settings(), executor=Serial())
    return Path(store.resolve(out)).name


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """An OUT of three versions and their names."""
    folder = tmp_path_factory.mktemp("news")
    return str(folder / "out"), [grow(folder / "in", folder / "out", count) for count in (1, 2, 3)]


def test_at_first_everything_is_new(grown):
    out, versions = grown
    found = news.since(out, None)
    events = store.load(out).events
    assert (found.old, found.new, found.counts) == (None, versions[2], {"new": len(events)})
    assert {row["event_id"] for row in found.rows} == set(events["event_id"])
    assert [row["importance"] for row in found.rows] == sorted((row["importance"] for row in found.rows), reverse=True)
    assert len(news.since(out, None, limit=1).rows) == 1


def test_later_only_what_came_since(grown):
    out, versions = grown
    found = news.since(out, versions[1])
    assert {article["url"] for row in found.rows for article in row["articles"]} == {"https://news.example/2"}
    assert news.since(out, versions[2]).counts == {}


def test_a_version_that_was_pruned_gives_what_is_new_since_the_oldest_kept(grown):
    out, versions = grown
    assert news.since(out, "v000000-000000000000").old == versions[0]


def test_the_feed_keeps_what_it_had_and_can_be_written_twice(grown):
    out, versions = grown
    first = news.feed(news.since(out, versions[0]), "News", AT)
    again = news.feed(news.since(out, versions[0]), "News", AT + timedelta(days=1), first)
    assert again == first
    grown_feed = news.feed(news.since(out, None), "News", AT + timedelta(days=1), first)
    assert [item["id"] for item in grown_feed["items"]][-len(first["items"]) :] == [item["id"] for item in first["items"]]
    assert len({item["id"] for item in grown_feed["items"]}) == len(grown_feed["items"])
    assert len(news.feed(news.since(out, None), "News", AT, first, keep=1)["items"]) == 1
    assert all(
        item["external_url"].startswith("https://news.example/") and item["title"] and item["date_published"]
        for item in first["items"]
    )
    json.dumps(grown_feed)


@pytest.mark.parametrize("broken", [{}, {"items": None}, {"items": ["x", {"id": ""}]}])
def test_a_broken_feed_is_begun_anew(grown, broken):
    out, _ = grown
    assert news.feed(news.since(out, None), "News", AT, broken)["items"]


def test_an_articles_own_marks_do_not_break_out(grown):
    out, _ = grown
    assert "<b>" not in news.markdown(news.since(out, None))


def test_rows_of_the_table_are_plain(grown):
    out, _ = grown
    rows = news.table(news.since(out, None))
    assert rows
    assert all(isinstance(cell, str) for row in rows for cell in row.values())
    json.dumps(rows)


def test_issues_are_told_once(tmp_path):
    out = tmp_path / "out"
    folder = tmp_path / "in"
    version = grow(folder, out, 1)
    (folder / "broken.jsonl").write_text("{not json\n")
    build([str(folder)], out, Settings(), executor=Serial())
    told = news.new_issues(str(out), version, limit=10)
    assert [issue["stage"] for issue in told] == ["read"]
    assert news.new_issues(str(out), Path(store.resolve(out)).name, limit=10) == []


def test_what_is_not_understood_several_times_in_an_article_is_told_once(tmp_path):
    (tmp_path / "undated.txt").write_text("The mayor resigned on Wednesday. The talks in the town hall had begun on Friday.\n")
    build([str(tmp_path / "undated.txt")], tmp_path / "out", Settings(), executor=Serial())
    issues = store.load(tmp_path / "out").issues
    told = news.new_issues(str(tmp_path / "out"), None, limit=10)
    assert (issues["stage"] == "timex").sum() > 1
    assert len(told) == len({tuple(issue.values()) for issue in told}) < len(issues)
