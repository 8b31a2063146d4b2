"""Building: what is extracted, what is published, and that the history of builds leaves no trace in the result."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.storehouse import differences, document, run, tables, use_plain_extraction, write
from timeline.executors import Processes
from timeline.store import StoreError, intake, load, reads, verify
from timeline.store.layout import Layout
from timeline.store.runs import read_runs

ARTICLES = [
    document("a", "Rebels left Homs on 2014-05-07. The Council met on 2014-05-06. Nobody knows ???."),
    document("b", "Rebels left Homs on 2014-05-07. Buses arrived in Homs on 2014-05-07.", source="other"),
    document("c", "Voters chose Maria in Lima on 2014-04-02.", published="2014-04-03"),
    document("d", "Nothing happened."),
]


@pytest.fixture(autouse=True)
def _plain(monkeypatch):
    use_plain_extraction(monkeypatch)


@pytest.fixture
def built(tmp_path):
    write(tmp_path / "in.jsonl", ARTICLES)
    return tmp_path, run(str(tmp_path / "in.jsonl"), tmp_path / "out")


def test_articles_in_tables_out(built):
    folder, result = built
    assert (result.articles, result.mentions, result.expressions, result.issues) == (4, 5, 5, 1)
    assert (result.extracted, result.changed, result.added) == (4, True, 4)
    timeline = load(folder / "out")
    left = timeline.events[timeline.events["trigger"] == "left"]
    assert len(left) == 1
    assert list(left["article_ids"].iloc[0]) == ["a", "b"]
    assert left["place"].iloc[0] == "Homs"
    assert str(left["date"].iloc[0].date()) == "2014-05-07"
    assert verify(folder / "out") == []


def test_a_second_build_does_nothing(built):
    folder, first = built
    before = sorted(p for p in (folder / "out").rglob("*") if p.name != "runs.jsonl")
    again = run(str(folder / "in.jsonl"), folder / "out")
    assert (again.extracted, again.merged, again.changed, again.version) == (0, 0, False, first.version)
    assert sorted(p for p in (folder / "out").rglob("*") if p.name != "runs.jsonl") == before


@pytest.mark.parametrize(
    ("change", "extracted", "added", "removed", "revised"),
    [
        (lambda docs: [*docs, document("e", "Ships left on 2014-05-01.")], 1, 1, 0, 0),
        (lambda docs: [document("e", "Ships left on 2014-05-01."), *docs], 1, 1, 0, 0),
        (lambda docs: docs[1:], 0, 0, 1, 0),
        (lambda docs: [{**docs[0], "text": docs[0]["text"] + " Shops reopened on 2014-05-08."}, *docs[1:]], 1, 0, 0, 1),
        (lambda docs: [{**docs[0], "title": "Another title"}, *docs[1:]], 1, 0, 0, 1),
        (lambda docs: [{**docs[0], "published": "2014-05-09"}, *docs[1:]], 1, 0, 0, 1),
        (lambda docs: [{**docs[0], "url": "https://a.example/x"}, *docs[1:]], 1, 0, 0, 1),
        (lambda docs: docs[::-1], 0, 0, 0, 0),
        (lambda docs: docs + docs, 0, 0, 0, 0),
    ],
    ids=["append", "insert", "remove", "text", "title", "published", "url", "reorder", "twice"],
)
def test_a_build_costs_what_changed(built, tmp_path, change, extracted, added, removed, revised):
    folder, _ = built
    source = write(folder / "in.jsonl", change(ARTICLES))
    result = run(source, folder / "out")
    assert (result.extracted, result.added, result.removed, result.revised) == (extracted, added, removed, revised)
    run(source, tmp_path / "fresh")
    assert differences(tables(folder / "out"), tables(tmp_path / "fresh")) == []


def test_splitting_inputs_differently_extracts_nothing(built):
    folder, _ = built
    inputs = [write(folder / f"{n}.jsonl", [doc]) for n, doc in enumerate(ARTICLES)]
    assert run(inputs[::-1], folder / "out").extracted == 0


def test_only_touched_neighbourhoods_are_merged_again(built):
    folder, first = built
    assert first.merged >= 2
    far = document("z", "Divers found gold in Turku on 1999-01-02.", published="1999-01-03", source="far")
    assert run(write(folder / "in.jsonl", [*ARTICLES, far]), folder / "out").merged == 1


def test_file_times_decide_nothing(built):
    folder, _ = built
    source = folder / "in.jsonl"
    source.touch()
    assert run(str(source), folder / "out").extracted == 0
    import os

    stat = source.stat()
    changed = source.read_text().replace("Rebels", "Miners", 1)
    source.write_text(changed)
    os.utime(source, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert run(str(source), folder / "out").extracted == 1


def test_settings_and_rules_that_matter_extract_again(built, monkeypatch):
    folder, _ = built
    assert run(str(folder / "in.jsonl"), folder / "out", as_of="2030-01-01").extracted == 4
    monkeypatch.setattr(sys.modules["timeline.building"], "pipeline_version", lambda spacy=None: "another")
    result = run(str(folder / "in.jsonl"), folder / "out")
    assert (result.extracted, result.changed) == (4, True)


def test_without_text(built):
    folder, _ = built
    run(str(folder / "in.jsonl"), folder / "out", keep_text=False)
    articles = load(folder / "out").articles
    assert articles["text"].isna().all()
    assert load(folder / "out").mentions["sentence"].str.len().min() > 0


def test_large_tables_are_split_by_year_and_untouched_years_are_the_same_files(built):
    folder, _ = built
    out, source = folder / "split", str(folder / "in.jsonl")
    docs = [
        *ARTICLES,
        document("f", "Ships left on 2012-05-01.", published="2012-05-02"),
        document("g", "Ships left.", published=None),
    ]
    write(folder / "in.jsonl", docs)
    run(source, out, split_above_mb=0)
    current = (out / "current").resolve()
    names = sorted(p.relative_to(current).as_posix() for p in current.rglob("*.parquet"))
    assert "articles/year=2012/part-0.parquet" in names
    assert "articles/year=__HIVE_DEFAULT_PARTITION__/part-0.parquet" in names
    assert "events/year=2014/part-0.parquet" in names
    assert "issues/part-0.parquet" in names
    assert verify(out) == []
    whole = tables(folder / "out") if run(source, folder / "out").version else {}
    assert sorted(r["article_id"] for r in tables(out)["articles"].to_pylist()) == sorted(
        r["article_id"] for r in whole["articles"].to_pylist()
    )
    inode = (current / "articles/year=2012/part-0.parquet").stat().st_ino
    write(folder / "in.jsonl", [*docs, document("h", "Ships left on 2014-05-01.")])
    run(source, out, split_above_mb=0)
    after = (out / "current").resolve()
    assert after != current
    assert (after / "articles/year=2012/part-0.parquet").stat().st_ino == inode
    assert (after / "articles/year=2014/part-0.parquet").stat().st_ino != (
        current / "articles/year=2014/part-0.parquet"
    ).stat().st_ino
    run(source, folder / "fresh", split_above_mb=0)
    assert differences(tables(out), tables(folder / "fresh")) == []


@pytest.mark.parametrize(
    ("documents", "ids", "revisions"),
    [
        ([document("x", "One. Two."), document("x", "One. Two. Three.")], ["x"], [2]),
        ([document("x", "One.", url="https://e.org/p"), document("y", "Two.", url="https://e.org/p")], ["y"], [2]),
        ([document("x", "Cats sleep."), document("x", "Dogs bark.", source="wire")], ["wire:x", "x"], [1, 1]),
        ([document("x", "Old.", modified="2014-06-02"), document("x", "Older.", modified="2014-06-01")], ["x"], [2]),
        ([document("x", "Same."), document("x", "Same.")], ["x"], [1]),
    ],
    ids=["revision", "same url", "two outlets", "modified decides", "repeated"],
)
def test_which_rows_are_one_article(tmp_path, documents, ids, revisions):
    run(write(tmp_path / "in.jsonl", documents), tmp_path / "out")
    articles = load(tmp_path / "out").articles.sort_values("article_id")
    assert list(articles["article_id"]) == ids
    assert list(articles["revision"]) == revisions
    if ids == ["x"] and revisions == [2]:
        latest = max(documents, key=lambda d: d.get("modified", "")) if "modified" in documents[0] else documents[-1]
        assert articles["text"].iloc[0] == latest["text"]


def test_numbers_as_ids_in_two_inputs_are_two_articles(tmp_path):
    a = write(tmp_path / "a.jsonl", [document("1", "Cats sleep all day.", source=None, title="Cats")])
    b = write(tmp_path / "b.jsonl", [document("1", "Engines were sold abroad.", source=None, title="Engines")])
    run([a, b], tmp_path / "out")
    assert sorted(load(tmp_path / "out").articles["article_id"]) == ["1", "b:1"]
    corrected = write(tmp_path / "c.jsonl", [document("1", "Cats sleep all night.", source=None, title="Cats")])
    run([a, corrected], tmp_path / "out2")
    assert list(load(tmp_path / "out2").articles["text"]) == ["Cats sleep all night."]


def test_a_bad_article_does_not_stop_the_others(tmp_path, monkeypatch):
    from tests import storehouse

    def failing(articles, settings=None):
        if any(article.article_id == "b" for article in articles):
            raise RuntimeError("a fault\nof ours")
        return storehouse.plain_extract_all(articles)

    monkeypatch.setattr("timeline.pipeline.extract_all", failing)
    result = run(write(tmp_path / "in.jsonl", ARTICLES), tmp_path / "out")
    assert result.articles == 4
    issues = load(tmp_path / "out").issues
    assert list(issues[issues["article_id"] == "b"]["reason"]) == ["extraction failed: RuntimeError: a fault of ours"]


def test_bad_input_beside_good(tmp_path):
    good = write(tmp_path / "good.jsonl", ARTICLES[:1])
    (tmp_path / "bad.jsonl").write_text('{"id": 1, "text": \nnot json\n{"id": "n"}\n[]\n' + json.dumps(ARTICLES[2]) + "\n")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "zipped.jsonl.gz").write_bytes(gzip.compress(json.dumps(ARTICLES[1]).encode())[:-4])
    inputs = [good, *(str(tmp_path / n) for n in ("bad.jsonl", "binary.txt", "empty.txt", "zipped.jsonl.gz", "absent.jsonl"))]
    result = run(inputs, tmp_path / "out")
    articles, issues = load(tmp_path / "out").articles, load(tmp_path / "out").issues
    assert {"a", "c"} <= set(articles["article_id"])
    named = " ".join(str(name) for name in issues["input"])
    assert all(name in named for name in ("bad.jsonl", "binary.txt", "absent.jsonl"))
    assert result.issues == len(issues)
    assert run(inputs, tmp_path / "out").changed is False


def test_any_text_survives(tmp_path):
    nasty = "Nul \0, mark \u202e, =cmd(), <b>, lone \ud800, 𝔘𝔫𝔦. Rebels left on 2014-05-07."
    (tmp_path / "in.jsonl").write_text(json.dumps(document("n", nasty)) + "\n")
    run(str(tmp_path / "in.jsonl"), tmp_path / "out")
    text = load(tmp_path / "out").articles["text"].iloc[0]
    mention = load(tmp_path / "out").mentions.iloc[0]
    assert text[mention["char_start"] : mention["char_end"]] == mention["trigger"] == "left"


def test_an_output_that_is_a_file(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(StoreError, match="is a file, not a folder"):
        run(write(tmp_path / "in.jsonl", ARTICLES), tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a place where no folder can be made")
def test_an_output_that_cannot_be_made_is_said_in_one_line(tmp_path):
    with pytest.raises(StoreError, match=r"^cannot make the folder [^\n]+ leads nowhere$"):
        run(write(tmp_path / "in.jsonl", [document("a", "Rebels left Homs on 2014-05-07.")]), "/proc/nowhere/out")


def test_inputs_that_are_gone_do_not_empty_a_timeline(built):
    folder, first = built
    (folder / "in.jsonl").unlink()
    with pytest.raises(StoreError, match=r"in\.jsonl: no such file or folder; nothing was built"):
        run(str(folder / "in.jsonl"), folder / "out")
    assert len(load(folder / "out").articles) == first.articles
    (folder / "share").mkdir()
    with pytest.raises(StoreError, match=r"share: no file in this folder; nothing was built"):
        run(str(folder / "share"), folder / "out")
    assert len(load(folder / "out").articles) == first.articles
    assert "no file in this folder" in read_runs(Layout(folder / "out"))[-1]["error"]


def test_no_output_is_made_for_inputs_that_are_not_there(tmp_path):
    with pytest.raises(StoreError, match="nothing was built"):
        run(str(tmp_path / "in.jsonl"), tmp_path / "deep/out")
    assert list(tmp_path.iterdir()) == []


def test_what_was_piped_in_is_not_kept(tmp_path, monkeypatch):
    import io

    class Pipe:
        buffer = io.BytesIO(json.dumps(ARTICLES[0]).encode())

    monkeypatch.setattr(sys, "stdin", Pipe)
    assert run("-", tmp_path / "out").articles == 1
    assert list((tmp_path / "out/cache/staging").iterdir()) == []


def test_nothing_at_all_is_an_empty_timeline(tmp_path):
    (tmp_path / "in.jsonl").write_text("")
    result = run(str(tmp_path / "in.jsonl"), tmp_path / "out")
    assert (result.articles, result.events) == (0, 0)
    assert verify(tmp_path / "out") == []


WORDS = ["Rebels left Homs on {}.", "Voters chose Maria in Lima on {}.", "Ships sank near Turku on {}.", "Nothing.", "Why ???."]


def _text(draw: random.Random) -> str:
    return " ".join(
        draw.choice(WORDS).format(f"2014-0{draw.randint(1, 3)}-1{draw.randint(0, 4)}") for _ in range(draw.randint(1, 4))
    )


def _step(draw: random.Random, docs: dict[str, dict[str, object]]) -> None:
    """Change the world a little."""
    for _ in range(draw.randint(0, 3)):
        name = f"n{draw.randint(0, 9)}"
        kind = draw.choice(["add", "add", "change", "remove", "source", "redate"])
        if kind == "remove":
            docs.pop(name, None)
        elif kind in ("add", "change") or name not in docs:
            docs[name] = document(
                name, _text(draw), source=draw.choice(["one", "two", None]), published=f"2014-03-2{draw.randint(0, 5)}"
            )
        elif kind == "source":
            docs[name] = {**docs[name], "source": draw.choice(["one", "two", "three"])}
        else:
            docs[name] = {**docs[name], "published": f"2014-03-2{draw.randint(0, 5)}"}


def _spread(draw: random.Random, docs: dict[str, dict[str, object]], folder: Path) -> list[str]:
    """Write the documents to some files, in some order, some of them twice or in an old version first."""
    rows = list(docs.values())
    draw.shuffle(rows)
    if rows and draw.random() < 0.4:
        rows.insert(0, {**rows[-1], "text": _text(draw)})
    files: list[list[dict[str, object]]] = [[] for _ in range(draw.randint(1, 3))]
    for row in rows:
        draw.choice(files).append(row)
    for old in folder.glob("*.jsonl"):
        old.unlink()
    names = [write(folder / f"{draw.choice('pqr')}{n}.jsonl", part) for n, part in enumerate(files)]
    draw.shuffle(names)
    return names


def _history(seed: int, folder: Path, steps: int) -> None:
    draw, docs = random.Random(seed), {}
    (folder / "in").mkdir(parents=True)
    for step in range(steps):
        _step(draw, docs)
        inputs = _spread(draw, docs, folder / "in")
        batch, split = draw.choice([1, 2, 200]), draw.choice([1000, 1000, 0])
        run(inputs, folder / "out", batch_size=batch, split_above_mb=split)
        run(inputs, folder / f"fresh{step}", split_above_mb=split)
        assert differences(tables(folder / "out"), tables(folder / f"fresh{step}")) == [], f"seed {seed}, step {step}"
        assert verify(folder / "out") == []


@given(st.integers(0, 10**9))
@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_some_histories_leave_no_trace(tmp_path_factory, seed):
    _history(seed, tmp_path_factory.mktemp("history"), 3)


@pytest.mark.slow
@given(st.integers(0, 10**9))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_histories_leave_no_trace(tmp_path_factory, seed):
    _history(seed, tmp_path_factory.mktemp("history"), 6)


@pytest.mark.slow
def test_worker_processes_give_what_one_process_gives(tmp_path, monkeypatch):
    monkeypatch.undo()
    docs = [document(f"n{n}", f"Rebels left Homs on May {n % 9 + 1}, 2014. The vote is planned for June 3.") for n in range(30)]
    source = write(tmp_path / "in.jsonl", docs)
    run(source, tmp_path / "serial", batch_size=200)
    run(source, tmp_path / "processes", batch_size=4, executor=Processes(2))
    assert differences(tables(tmp_path / "serial"), tables(tmp_path / "processes")) == []


@pytest.mark.slow
def test_a_script_without_a_main_guard_can_build(tmp_path):
    source = write(tmp_path / "in.jsonl", [document(f"n{n}", f"Rebels left Homs on May {n + 1}, 2014.") for n in range(6)])
    script = tmp_path / "script.py"
    script.write_text(
        "from timeline.building import build\nfrom timeline.executors import Processes\nfrom timeline.settings import Settings\n"
        f"print(build([{source!r}], {str(tmp_path / 'out')!r}, Settings(batch_size=1), executor=Processes(2)).articles)\n"
    )
    told = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, env={"PYTHONPATH": str(Path.cwd())}, check=False
    )
    assert (told.stdout.strip(), told.returncode) == ("6", 0), told.stderr


@pytest.fixture
def in_parts(monkeypatch):
    """What an input gives is written two rows at a time."""
    monkeypatch.setattr(intake, "_CHUNK", 2)
    monkeypatch.setattr(reads, "_HELD", 3)


def _several(last: str) -> list[dict]:
    """Documents of which the second comes again later, in another part but nearer its beginning."""
    texts = [
        "Rebels left Homs on 2014-05-07.",
        "Ships sank near Turku on 2013-04-02.",
        "Voters chose Maria in Lima on 2014-04-02.",
    ]
    again = document("1", last)
    return [*(document(str(number), text) for number, text in enumerate(texts[:2])), again, document("2", texts[2])]


def test_of_a_large_input_the_row_read_last_wins(tmp_path, in_parts):
    path = write(tmp_path / "in.jsonl", _several("Ships sank near Turku on 2013-04-03."))
    assert run(path, tmp_path / "OUT").articles == 3
    told = load(tmp_path / "OUT").articles.set_index("article_id")
    assert "2013-04-03" in told.loc["1", "text"]
    assert told.loc["1", "revision"] == 2


def test_a_large_input_whose_part_is_lost_is_read_again(tmp_path, in_parts):
    path = write(tmp_path / "in.jsonl", _several("Ships sank near Turku on 2013-04-03."))
    run(path, tmp_path / "OUT")
    before = tables(tmp_path / "OUT")
    packs = sorted((tmp_path / "OUT" / "cache" / "reads").glob("*.arrow"))
    assert len(packs) > 2
    next(pack for pack in packs if not _parts_of(pack)).unlink()
    assert run(path, tmp_path / "OUT").articles == 3
    assert differences(before, tables(tmp_path / "OUT")) == []


def _parts_of(pack: Path) -> list[bytes]:
    import pyarrow as pa

    with pa.memory_map(str(pack)) as source:
        return [part for row in pa.ipc.open_file(source).read_all().column("parts").to_pylist() for part in row]
