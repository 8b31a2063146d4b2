"""The real command line over the bundled sample: build, then look at it in every way the README names."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from tests.test_cli import ROOT, timeline


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "OUT"
    process = timeline("build", "data/sample", "-o", folder)
    assert process.returncode == 0, process.stderr.decode()
    folder.with_name("summary.txt").write_bytes(process.stdout)
    return folder


def text(process):
    assert process.returncode == 0, process.stderr.decode()
    return process.stdout.decode()


def rows(process):
    return [json.loads(line) for line in text(process).splitlines()]


def test_the_summary_says_what_was_made_and_what_to_try(out):
    summary = out.with_name("summary.txt").read_text()
    assert re.search(r"25 articles, [\d,]+ expressions, [\d,]+ mentions, [\d,]+ events, \d+ issues in [\d.]+ s", summary)
    assert f"Parquet: {out}" in summary.replace("\n", "")
    assert "The ten most important events" in summary
    assert f"timeline sql {out}" in summary.replace("\n", "")


def test_a_second_build_publishes_nothing_new(out):
    told = json.loads(text(timeline("build", "data/sample", "-o", out, "--json")))
    assert (told["changed"], told["extracted"], told["articles"]) == (False, 0, 25)


def test_events_of_several_outlets_are_one_row(out):
    vow = [
        row
        for row in rows(timeline("show", out, "--from", "2019-04-16", "--to", "2019-04-16", "--format", "jsonl"))
        if row["source_count"] > 1
    ]
    assert vow
    assert all(row["article_count"] >= row["source_count"] for row in vow)
    assert {row["date"] for row in vow if row["date"]} == {"2019-04-16"}


def test_show_narrows_by_date_match_status_place_and_sources(out):
    every = rows(timeline("show", out, "--format", "jsonl"))
    march = rows(timeline("show", out, "--from", "2021-03", "--to", "2021-03", "--format", "jsonl"))
    assert 0 < len(march) < len(every)
    assert all(row["span_start"] < "2021-04-01" and row["span_end"] > "2021-03-01" for row in march)
    within = rows(
        timeline("show", out, "--from", "2021-03", "--to", "2021-03", "--match", "within", "--finest", "day", "--format", "jsonl")
    )
    assert set() < {row["event_id"] for row in within} < {row["event_id"] for row in march}
    assert all(row["granularity"] in ("day", "part_of_day", "hour", "minute", "second") for row in within)
    planned = rows(timeline("show", out, "--status", "planned", "--format", "jsonl"))
    assert {row["status"] for row in planned} == {"planned"}
    several = rows(timeline("show", out, "--min-sources", "2", "--format", "jsonl"))
    assert min(row["source_count"] for row in several) == 2
    top = rows(timeline("show", out, "--top", "5", "--format", "jsonl"))
    assert len(top) == 5
    assert min(row["importance"] for row in top) >= sorted((row["importance"] for row in every), reverse=True)[4]
    chile = [rows(timeline("show", out, "--place", place, "--format", "jsonl")) for place in ("Chile", "CL")]
    assert all(any(row["country"] == "CL" for row in found) for found in chile)


def test_a_topic_and_a_name_narrow_to_a_story(out):
    topic = rows(timeline("show", out, "--topic", "canal ship aground", "--format", "jsonl"))
    assert topic
    assert re.search(r"ship|canal|Ever Given|Suez", topic[0]["summary"])
    named = rows(timeline("show", out, "--entity", "Ever Given", "--format", "jsonl"))
    assert named
    assert all("Ever Given" in json.dumps(row) for row in named)


def test_top_gives_a_sentence_a_day(out):
    lines = rows(timeline("top", out, "-n", "8", "--per-day", "1", "--format", "jsonl"))
    assert len(lines) == 8
    assert all(set(line) == {"date", "text"} for line in lines)
    assert len({line["date"] for line in lines}) == 8
    assert len({line["text"] for line in lines}) == 8
    assert [line["date"] for line in lines] == sorted(line["date"] for line in lines)


def test_csv_opens_in_a_spreadsheet_without_running_anything(out):
    table = list(csv.DictReader(io.StringIO(text(timeline("show", out, "--format", "csv")))))
    assert table[0]["when"]
    assert not any(cell.startswith(("=", "+", "@")) for row in table for cell in row.values())


def test_sql_reads_tables_and_views_and_nothing_else(out, tmp_path):
    tables = ("events", "articles", "expressions", "mentions", "issues", "event_places", "event_participants", "event_sources")
    counts = ", ".join(f"(SELECT count(*) FROM {name}) AS {name}" for name in tables)
    (counted,) = rows(timeline("sql", out, f"SELECT {counts}", "--format", "jsonl"))
    assert list(counted) == list(tables)
    assert min(counted.values()) > 0
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    for query in (
        f"SELECT * FROM '{secret}'",
        f"SELECT * FROM read_csv('{secret}')",
        f"COPY events TO '{tmp_path / 'stolen.parquet'}'",
        f"ATTACH '{tmp_path / 'x.duckdb'}'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ):
        process = timeline("sql", out, query)
        assert process.returncode == 1, query
        assert "Traceback" not in process.stderr.decode()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.csv"]


def test_path_prints_the_folder_of_the_version(out):
    folder = text(timeline("path", out)).strip()
    assert folder.startswith(str(out / "versions"))
    assert text(timeline("path", out, "--table", "events")).strip() == f"{folder}/events"


def test_report_is_one_file(out, tmp_path):
    page = tmp_path / "t.html"
    assert text(timeline("report", out, "-o", page)).strip() == str(page)
    assert "default-src 'none'" in page.read_text(encoding="utf-8")


def test_versions_are_listed_checked_and_compared(out):
    assert len(rows(timeline("history", out, "--json"))) == 1
    assert text(timeline("verify", out)).strip() == "all is well"
    assert text(timeline("prune", out, "--keep", "1")).strip() == "no version removed"
    assert text(timeline("status", out)).startswith("build: ")
    assert {change["change"] for change in rows(timeline("diff", out, "--format", "jsonl"))} == {"new"}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["build", "data/sample", "-o", "README.md"], "README.md"),
        (["build", "no-such-input", "-o", "{tmp}/o"], "no such file"),
        (["build", "data/sample", "-o", "{tmp}/o", "--map", "text"], "FIELD=COLUMN"),
        (["build", "data/sample", "-o", "{tmp}/o", "--published", "soon"], "soon"),
        (["show", "{out}", "--from", "yesterday"], "yesterday"),
        (["sql", "{out}", "SELEC 1"], "SELEC"),
        (["rollback", "{out}", "v999"], "v999"),
        (["prune", "{out}", "--keep", "0"], "--keep"),
        (["build", "data/sample", "-o", "{tmp}/o", "--map", "txt=body"], "no field 'txt'"),
        (["build", "data/sample", "-o", "{tmp}/o", "--lang", "klingon"], "klingon"),
        (["build", "data/sample", "-o", ""], "OUT has no name"),
        (["build", "data/sample", "-o", "{tmp}/o", "--lang", "zz"], "no words of time are known of the language 'zz'"),
        (["show", "{out}", "--from", "2014-05", "--to", "2014-04"], "from 2014-05 lies after to 2014-04"),
        (["sql", "{out}", ""], "asks nothing"),
        (["sql", "{out}", "-- nothing"], "asks nothing"),
        (["report", "{out}", "-o", "{tmp}/nowhere/t.html"], "nowhere/t.html: no such file"),
        (["history", "README.md"], "README.md is a file"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(arguments, reason, out, tmp_path):
    process = timeline(*(argument.format(tmp=tmp_path, out=out) for argument in arguments))
    errors = process.stderr.decode()
    assert process.returncode in (1, 2)
    assert reason in errors
    assert "Traceback" not in errors
    assert len(errors.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["top", "{out}", "-n", "0"], ["top", "{out}", "--per-day", "-1"], ["show", "{out}", "--top", "0"]]
)
def test_less_than_one_thing_cannot_be_asked_for(arguments, out):
    process = timeline(*(argument.format(out=out) for argument in arguments))
    assert process.returncode == 2
    assert "must be a whole number of at least 1" in process.stderr.decode()


@pytest.mark.parametrize(
    "command", [["prune", "--keep", "1"], ["rollback", "v1"], ["forget", "a"], ["forget", "https://a.example/1"]]
)
def test_what_changes_a_timeline_makes_none(command, tmp_path):
    name, *more = command
    process = timeline(name, tmp_path / "typo", *more)
    assert process.returncode == 1
    assert "typo is not there: build a timeline first" in process.stderr.decode()
    assert list(tmp_path.iterdir()) == []


def test_a_build_without_an_article_says_why(tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 50)
    process = timeline("build", tmp_path / "empty.txt", tmp_path / "binary.txt", "-o", tmp_path / "OUT", "--quiet")
    assert process.returncode == 1
    assert "binary file of an unknown kind; empty file" in process.stderr.decode()


def test_good_articles_come_through_beside_bad_input(tmp_path):
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 50)
    (folder / "latin.txt").write_bytes("Der Bürgermeister trat am 3. März 2011 zurück.".encode("latin-1"))
    (folder / "lying.html").write_bytes(b'{"id": "x", "text": "It opened on 4 March 2011."}\n')
    (folder / "broken.jsonl").write_text('{"id": "a", "text": "It closed on 5 March 2011."}\n{"id": \n{"id": "b"}\n[1]\n')
    (folder / "dates.jsonl").write_text('{"id": "d", "published": "2011-02-31", "text": "It moved on 6 March 2011."}\n')
    (folder / "odd.jsonl").write_text(
        json.dumps({"id": "e", "text": "=HYPERLINK(1)\0 \u202e The <b>fair</b> opened on 7 March 2011."}) + "\n"
    )
    (folder / "long.jsonl").write_text(
        '{"id": "f", "text": "' + "x" * 50_000_000 + '"}\n{"id": "g", "text": "It ended on 8 March 2011."}\n'
    )
    process = timeline("build", folder, "-o", tmp_path / "OUT", "--json")
    assert "Traceback" not in process.stderr.decode()
    told = json.loads(text(process))
    days = {row["value"] for row in rows(timeline("sql", tmp_path / "OUT", "SELECT value FROM expressions", "--format", "jsonl"))}
    assert {f"2011-03-0{day}" for day in range(3, 9)} <= days
    assert told["issues"] >= 6
    reasons = rows(timeline("sql", tmp_path / "OUT", "SELECT input, reason FROM issues", "--format", "jsonl"))
    named = {str(row["input"]).rsplit("/", 1)[-1].split(":")[0] for row in reasons}
    assert {"empty.txt", "binary.txt", "broken.jsonl", "long.jsonl"} <= named


def test_a_newer_article_of_the_same_id_is_a_revision(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "a", "text": "It opened on 4 March 2011."}\n')
    timeline("build", path, "-o", tmp_path / "OUT")
    path.write_text('{"id": "a", "text": "It opened on 4 March 2011."}\n{"id": "a", "text": "It opened on 5 March 2011."}\n')
    told = json.loads(text(timeline("build", path, "-o", tmp_path / "OUT", "--json")))
    assert told["articles"] == 1
    (article,) = rows(timeline("sql", tmp_path / "OUT", "SELECT revision, text FROM articles", "--format", "jsonl"))
    assert "5 March" in article["text"]
    assert article["revision"] == 2


def test_the_plain_command_never_imports_prefect(tmp_path):
    import subprocess
    import sys

    code = (
        "import sys; from timeline.cli import main; "
        f"status = main(['build', 'data/sample', '-o', {str(tmp_path / 'OUT')!r}, '--quiet', '--executor', 'serial']); "
        "print(status, 'prefect' in sys.modules)"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True, text=True)
    assert process.stdout.splitlines()[-1] == "0 False"
