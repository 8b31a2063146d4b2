"""The real command line, as a process: documents in, lines out; errors in one line; pandas left alone where it is not needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def timeline(*arguments, stdin="", cwd=ROOT):
    """Run ``timeline`` and return the finished process."""
    content = stdin.encode() if isinstance(stdin, str) else stdin
    return subprocess.run(
        [sys.executable, "-m", "timeline", *map(str, arguments)],
        input=content,
        capture_output=True,
        cwd=cwd,
        check=False,
        env=environment(),
    )


def environment():
    import os

    return os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "160", "NO_COLOR": "1"}


def lines(process):
    assert process.returncode == 0, process.stderr.decode()
    return [json.loads(line) for line in process.stdout.decode().splitlines()]


def document(**fields):
    return json.dumps({"id": "a", "text": "Rebels began leaving the city on Wednesday.", "published": "2014-05-07"} | fields)


def test_tag_writes_a_line_a_document():
    first, second = lines(timeline("tag", stdin=document() + "\n\n" + document(id="b", published=None, dct="1998-01-08") + "\n"))
    assert (first["id"], first["published"], first["published_from"]) == ("a", "2014-05-07", "given")
    (timex,) = first["timexes"]
    assert {k: timex[k] for k in ("start", "end", "text", "type", "value", "interval", "granularity", "anchor")} == {
        "start": 33, "end": 42, "text": "Wednesday", "type": "DATE", "value": "2014-05-07", "interval": ["2014-05-07", "2014-05-08"],
        "granularity": "day", "anchor": "dct",
    }  # fmt: skip
    assert timex["rule"]
    assert second["timexes"][0]["value"] == "1998-01-07"


def test_offsets_are_characters_of_the_text_exactly_as_given():
    text = "\ufeff\r\n\u202b🙂 é\0 On  3 March\u00a02011, it\tended."
    (line,) = lines(timeline("tag", stdin=document(text=text)))
    (timex,) = line["timexes"]
    assert text[timex["start"] : timex["end"]] == timex["text"]
    assert timex["value"] == "2011-03-03"


def test_tag_takes_a_plain_text_file(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("It opened on 3 March 2011.\n\nNothing else.", encoding="utf-8")
    (line,) = lines(timeline("tag", path))
    assert [timex["value"] for timex in line["timexes"]] == ["2011-03-03"]


def test_tag_explains_itself():
    (line,) = lines(timeline("tag", "--explain", stdin=document()))
    assert "2014-05-07" in line["timexes"][0]["why"]


def test_timeml_is_well_formed_and_valued():
    from xml.etree import ElementTree

    process = timeline("tag", "--format", "timeml", stdin=document(text="A < B & C on Wednesday."))
    tree = ElementTree.fromstring(process.stdout.decode())
    values = [node.get("value") for node in tree.iter("TIMEX3")]
    assert "2014-05-07" in values
    assert "A < B & C on Wednesday." in "".join(tree.itertext())


def test_color_shows_the_text():
    process = timeline("tag", "--format", "color", stdin=document())
    assert process.returncode == 0
    assert "Rebels began leaving the city on" in process.stdout.decode()


def test_without_a_publication_date_nothing_is_counted_from_today():
    (line,) = lines(timeline("tag", stdin=document(text="He spoke yesterday.", published=None)))
    assert line["published"] is None
    assert all(timex["interval"] is None for timex in line["timexes"])
    assert [issue["text"] for issue in line["issues"]] == ["yesterday"]


def test_published_dates_documents_that_name_none():
    (line,) = lines(timeline("tag", "--published", "2014-05-07", stdin=document(published=None)))
    assert (line["published"], line["published_from"]) == ("2014-05-07", "option")


def test_extract_gives_the_event_its_date():
    (line,) = lines(timeline("extract", stdin=document()))
    assert set(line) == {"id", "published", "published_from", "lang", "mentions", "issues"}
    mention = line["mentions"][0]
    wanted = {
        "start", "end", "trigger", "class", "tense", "aspect", "polarity", "modality", "status", "relation", "extent", "timex", "interval",
        "granularity", "date_basis", "sentence", "participants", "places", "attribution",
    }  # fmt: skip
    assert wanted <= set(mention)
    assert mention["interval"] == ["2014-05-07", "2014-05-08"]
    assert mention["timex"]["text"] == "Wednesday"


def test_all_events_adds_those_without_an_expression():
    text = "Rebels left on Wednesday. The army entered the city."
    (some,) = lines(timeline("extract", stdin=document(text=text)))
    (every,) = lines(timeline("extract", "--all-events", stdin=document(text=text)))
    assert len(every["mentions"]) > len(some["mentions"])
    assert any(mention["timex"] is None for mention in every["mentions"])


@pytest.mark.parametrize(
    ("stdin", "reason"),
    [
        ("{not json}\n", "not JSON"),
        ('{"id": "a"}\n', "text"),
        ('{"text": 3}\n', "text"),
        ('{"text": "On Wednesday.", "published": "2014-13-45"}\n', "2014-13-45"),
        ("{" * 100_000 + "\n", "not JSON"),
    ],
)
def test_a_bad_line_is_told_in_one_line_and_the_good_ones_still_come(stdin, reason):
    process = timeline("tag", stdin=stdin + document() + "\n")
    errors = process.stderr.decode().splitlines()
    assert "Traceback" not in process.stderr.decode()
    good = [json.loads(line) for line in process.stdout.decode().splitlines()]
    told = errors + [json.dumps(issue) for line in good for issue in line.get("issues", [])]
    assert any(reason in line for line in told), told
    assert any(line["id"] == "a" and line["timexes"] for line in good)


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ('{\n "text": "It opened on 3 March 2011.",\n "id": "a"\n}\n', ["2011-03-03"]),
        ('[{"text": "It opened on 3 March 2011."},\n {"text": "It closed on 4 March 2011."}]', ["2011-03-03", "2011-03-04"]),
        ("[Reuters] It opened on 3 March 2011.", ["2011-03-03"]),
        ("Das Café öffnete am 3. März 2011.".encode("latin-1"), ["2011-03-03"]),
        ("Das Café öffnete am 3. März 2011.".encode("utf-16"), ["2011-03-03"]),
    ],
)
def test_tag_takes_documents_as_they_come(content, values):
    found = lines(timeline("tag", stdin=content))
    assert [timex["value"] for line in found for timex in line["timexes"]] == values


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.jsonl", b"", "no text"),
        ("blank.txt", b" \n\n", "no text"),
        ("picture.txt", bytes(range(256)) * 50, "binary file"),
        ("half.json", b'{\n "text": "It opened\n', "not JSON"),
        ("list.json", b'[{"id": "a"}]', "document 1: no column or key that holds the text"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    process = timeline("tag", name, cwd=tmp_path)
    errors = process.stderr.decode().splitlines()
    assert (process.returncode, process.stdout) == (1, b"")
    assert all(line.startswith(name) for line in errors)
    assert reason in errors[0]


def test_an_error_of_the_system_names_the_file_and_what_is_wrong(tmp_path):
    process = timeline("tag", "no-such-file", cwd=tmp_path)
    assert process.stderr.decode() == "timeline tag: no-such-file: no such file or directory\n"


@pytest.mark.parametrize(
    "arguments", [["tag", "no-such-file"], ["show", "no-such-out"], ["sql", "no-such-out", "SELECT 1"], ["path", "no-such-out"]]
)
def test_a_missing_input_is_one_line_and_status_1(arguments):
    process = timeline(*arguments)
    assert process.returncode == 1
    assert len(process.stderr.decode().splitlines()) == 1


@pytest.mark.parametrize("command", ["tag", "extract"])
def test_who_writes_line_by_line_is_answered_so(command):
    process = subprocess.Popen(
        [sys.executable, "-m", "timeline", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment()
    )
    for name in ("a", "b"):
        process.stdin.write(document(id=name).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == name
    process.stdin.close()
    assert process.stdout.read() == b""
    process.stdout.close()
    assert process.wait() == 0


def test_a_closed_pipe_is_no_error(tmp_path):
    path = tmp_path / "many.jsonl"
    path.write_text((document() + "\n") * 3000)
    process = subprocess.Popen(
        [sys.executable, "-m", "timeline", "tag", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


@pytest.mark.parametrize(
    ("command", "absent"),
    [("tag", ("pandas", "pyarrow", "prefect", "dateparser", "duckdb")), ("extract", ("pandas", "pyarrow", "prefect", "duckdb"))],
)
def test_the_light_commands_load_nothing_heavy(command, absent):
    code = (
        "import io, sys; from timeline.cli import main; "
        f"sys.stdin = io.TextIOWrapper(io.BytesIO({document().encode()!r})); main([{command!r}]); "
        f"print([name for name in {absent!r} if name in sys.modules])"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True, text=True)
    assert process.stdout.splitlines()[-1] == "[]"
