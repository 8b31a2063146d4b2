"""History, diff, rollback, verify, prune and forget."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.storehouse import differences, document, run, tables, use_plain_extraction, write
from timeline import store
from timeline.store.differences import moved_ids
from timeline.store.errors import CorruptError, MissingError, StoreError, VersionError
from timeline.store.schema import SCHEMA_VERSION

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
HOMS = document("a", "Rebels left Homs on 2014-05-07.", published="2014-05-08", source="one")
LIMA = document(
    "b", "Voters chose Maria in Lima on 2014-04-02.", published="2014-04-03", source="two", url="https://two.example/lima"
)
TURKU = document("c", "Ships sank near Turku on 2013-04-02.", published="2013-04-03", source="three")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture(autouse=True)
def _plain(monkeypatch):
    use_plain_extraction(monkeypatch)


@pytest.fixture
def versions(tmp_path):
    """Builds versions of given documents: ``versions(docs)`` gives the id."""
    clock = Clock()

    def build(docs, **settings):
        return run(write(tmp_path / "in.jsonl", docs), tmp_path / "out", clock=clock, **settings).version

    build.out, build.clock = tmp_path / "out", clock
    return build


def test_history_is_newest_first_with_counts_and_changes(versions):
    first, second = versions([HOMS]), versions([HOMS, LIMA])
    new, old = store.history(versions.out)
    assert (new.version, old.version) == (second, first)
    assert (new.current, old.current) == (True, False)
    assert (new.articles, old.articles, new.changes["added"]) == (2, 1, 1)
    assert old.published < new.published


def test_rollback_and_the_build_after_it(versions):
    first, second = versions([HOMS]), versions([HOMS, LIMA])
    assert store.rollback(versions.out, first[:7]) == first
    assert len(store.load(versions.out).articles) == 1
    assert versions([HOMS, LIMA]) == second  # it is still there: only the pointer moves
    assert len(store.load(versions.out).articles) == 2


@pytest.mark.parametrize("name", ["v000009", "nonsense", "../..", ""])
def test_rollback_to_what_is_not_there(versions, name):
    versions([HOMS])
    versions([LIMA])
    with pytest.raises(MissingError, match="see timeline history"):
        store.rollback(versions.out, name)


def test_rollback_refuses_a_damaged_version(versions):
    first = versions([HOMS])
    second = versions([LIMA])
    (versions.out / "versions" / first / "events/part-0.parquet").write_bytes(b"")
    with pytest.raises(CorruptError, match="not rolled back"):
        store.rollback(versions.out, first)
    assert store.resolve(versions.out).endswith(second)


@pytest.mark.parametrize(
    ("after", "change", "text"),
    [
        ([HOMS, LIMA], "new", "Voters"),
        ([], "gone", "Rebels"),
        ([{**HOMS, "text": "Rebels left Homs on 2014-05-06."}], "date", "Rebels"),
        ([{**HOMS, "text": "Rebels leave Homs, as they will say, on 2014-05-07."}], "status", "Rebels"),
        (
            [HOMS, {**HOMS, "id": "z", "source": "four", "published": "2014-05-09", "text": HOMS["text"] + " A crowd watched."}],
            "sources",
            "Rebels",
        ),
    ],
)
def test_diff(versions, after, change, text):
    before = HOMS if change != "status" else {**HOMS, "text": "Rebels leave Homs on 2014-05-07."}
    versions([before])
    versions(after)
    found = [c for c in store.diff(versions.out) if c["change"] == change]
    assert len(found) == 1, store.diff(versions.out)
    assert text in found[0]["summary"]
    if change == "date":
        assert (found[0]["was_value"], found[0]["value"]) == ("2014-05-07", "2014-05-06")
    if change == "status":
        assert (found[0]["was_status"], found[0]["status"]) == ("happened", "planned")
    if change == "sources":
        assert found[0]["gained"] == ["four"]


def test_diff_between_named_versions_and_of_the_first(versions):
    first, second = versions([HOMS]), versions([HOMS, LIMA])
    assert [c["change"] for c in store.diff(versions.out, second, first)] == ["gone"]
    assert [c["change"] for c in store.diff(versions.out, new=first)] == ["new"]
    assert store.diff(versions.out, first, first) == []


def test_merged_events_are_mapped_in_the_manifest(versions):
    late = {**HOMS, "id": "late", "published": "2014-05-09", "source": "four"}
    versions([late])
    old = store.load(versions.out).events["event_id"].iloc[0]
    version = versions([late, HOMS])
    new = store.load(versions.out).events["event_id"].iloc[0]
    assert old != new  # the earliest mention names the event
    moved = json.loads((versions.out / "manifests" / f"{version}.json").read_text())["changes"]["moved"]
    assert moved == {old: [new]}
    assert [c["change"] for c in store.diff(versions.out)] == ["sources"]


def test_events_are_told_that_did_not_simply_stay(tmp_path):
    """Joined, split (most mentions first), gone; but not what stayed or only gained mentions."""
    old = {"e1": ["m1", "m2"], "e2": ["m3"], "e3": ["m4", "m5", "m6"], "e4": ["m7"], "e5": ["m8"], "e6": ["m9"]}
    new = {"e1": ["m1", "m2", "m3"], "e3": ["m4"], "e5": ["m8"], "e6": ["m9", "m10"], "e7": ["m5", "m6"]}

    def version(name, homes):
        rows = [{"mention_id": mention, "event_id": event} for event, told in homes.items() for mention in told]
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / name)
        return {"tables": {"mentions": {"files": [{"path": name, "sha256": name}]}}}

    before, after = version("old.parquet", old), version("new.parquet", new)
    assert moved_ids(tmp_path, tmp_path, before, after) == {"e2": ["e1"], "e3": ["e7", "e3"], "e4": []}
    assert moved_ids(tmp_path, tmp_path, after, after) == {}


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda f: (f / "events/part-0.parquet").unlink(), "missing"),
        (lambda f: (f / "events/part-0.parquet").write_bytes(b"x"), "sha256"),
        (lambda f: (f / "events/stray.parquet").write_bytes(b"x"), "not in the manifest"),
    ],
)
def test_verify_tells_damage(versions, harm, told):
    versions([HOMS, LIMA])
    assert store.verify(versions.out) == []
    harm(Path(store.resolve(versions.out)))
    assert any(told in problem for problem in store.verify(versions.out))


def _rewrite(out: Path, table: str, change) -> None:
    """Change a table and its manifest alike, as a fault of ours would."""
    from timeline.store.publishing import describe

    folder = Path(store.resolve(out))
    path = folder / table / "part-0.parquet"
    pq.write_table(change(pq.read_table(path)), path)
    manifest = out / "manifests" / f"{folder.name}.json"
    told = json.loads(manifest.read_text())
    told["tables"][table]["files"] = [describe(path, folder, "all")]
    manifest.write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("table", "change", "told"),
    [
        ("events", lambda t: pa.concat_tables([t, t.slice(0, 1)]), "share their event_id"),
        ("articles", lambda t: t.slice(1), "that is not in articles"),
        ("events", lambda t: t.slice(1), "that is not in events"),
        ("mentions", lambda t: t.slice(1), "count other mentions|is not in"),
        ("events", lambda t: t.drop_columns(["importance"]), "does not have the schema"),
    ],
)
def test_verify_tells_rows_that_do_not_fit(versions, table, change, told):
    versions([{**HOMS, "text": HOMS["text"] + " Rebels left Homs on 2014-05-07."}, LIMA])
    _rewrite(versions.out, table, change)
    import re

    assert any(re.search(told, problem) for problem in store.verify(versions.out)), store.verify(versions.out)


def test_prune_keeps_the_newest_the_current_and_what_was_just_resolved(versions):
    made = [versions([{**HOMS, "title": str(number)}]) for number in range(5)]
    soon, later = versions.clock.now + timedelta(minutes=10), versions.clock.now + timedelta(hours=2)
    assert store.prune(versions.out, 1, now=soon) == []
    store.rollback(versions.out, made[0], now=versions.clock.now + timedelta(seconds=1))
    assert store.prune(versions.out, 2, now=later) == made[1:3]
    assert [v.version for v in store.history(versions.out)] == [made[4], made[3], made[0]]
    assert store.verify(versions.out) == []
    with pytest.raises(StoreError, match="at least one"):
        store.prune(versions.out, 0, now=later)


def test_prune_drops_from_the_cache_what_no_build_uses(versions):
    versions([HOMS, LIMA])
    versions([HOMS])
    held = sum(p.stat().st_size for p in (versions.out / "cache/extracted").glob("*.arrow"))
    store.prune(versions.out, 1, now=versions.clock.now)
    assert sum(p.stat().st_size for p in (versions.out / "cache/extracted").glob("*.arrow")) < held
    again = run(str(versions.out.parent / "in.jsonl"), versions.out)
    assert (again.extracted, again.changed) == (0, False)


@pytest.mark.parametrize("name", ["b", "https://two.example/lima"])
def test_forgetting_removes_every_trace(versions, name):
    shared = {**HOMS, "id": "d", "source": "four", "published": "2014-05-09", "text": HOMS["text"] + " Drums were heard."}
    docs = [HOMS, {**LIMA, "text": f"{LIMA['text']} {HOMS['text']}"}, TURKU, shared]
    first = versions(docs)
    second = versions([*docs, document("e", "Pupils won medals on 2011-01-01.", published="2011-01-02")])
    gone = store.forget(versions.out, name, now=NOW)
    assert gone.articles == ["b"]
    assert set(gone.versions) == {first, second}
    assert gone.rows["articles"] == 2
    assert store.verify(versions.out) == []
    for version in [v.version for v in store.history(versions.out)]:
        assert store.verify(versions.out, version) == []
    for path in versions.out.rglob("*"):
        if path.is_file():
            assert b"two.example" not in path.read_bytes(), path
            if path.suffix == ".parquet":
                assert "Maria" not in str(pq.read_table(path).to_pydict()), path
            if path.suffix == ".arrow":
                assert "Maria" not in str(pa.ipc.open_file(path).read_all().to_pydict()), path
    left = store.load(versions.out).events
    assert "b" not in {a for ids in left["article_ids"] for a in ids}
    assert len(left[left["summary"].str.contains("Rebels")]) == 1
    versions(docs)  # it stands in the inputs still
    assert sorted(store.load(versions.out).articles["article_id"]) == ["a", "c", "d"]
    run(write(versions.out.parent / "in.jsonl", [HOMS, TURKU, shared]), versions.out.parent / "fresh")
    assert differences(tables(versions.out), tables(versions.out.parent / "fresh")) == []


def test_forgetting_what_is_not_there_yet(versions):
    versions([HOMS])
    assert store.forget(versions.out, "b", now=NOW).articles == []
    versions([HOMS, LIMA])
    assert list(store.load(versions.out).articles["article_id"]) == ["a"]


def test_forgetting_twice_does_no_harm(versions):
    versions([HOMS, LIMA])
    store.forget(versions.out, "b", now=NOW)
    assert store.forget(versions.out, "b", now=NOW).articles == []
    assert store.verify(versions.out) == []


def test_a_stopped_forget_is_completed_by_the_next(versions):
    from timeline.store import filesystem as fs

    class StopError(BaseException):
        pass

    number = 0
    while True:
        out = versions.out
        versions([HOMS, LIMA, TURKU])
        counter = iter(range(1000))

        def fault(step: str, path: Path, counter=counter, number=number) -> None:
            if next(counter) == number:
                raise StopError

        try:
            with fs.hook(fault):
                store.forget(out, "b", now=NOW)
        except StopError:
            assert store.verify(out) == []
            store.forget(out, "b", now=NOW)
            assert "b" not in set(store.load(out).articles["article_id"])
            assert store.verify(out) == []
        else:
            break
        (out / "forgotten.jsonl").unlink()
        number += 5
    assert number > 20


def test_an_older_schema_is_read_and_rebuilt(versions):
    versions([HOMS])
    folder = Path(store.resolve(versions.out))
    path = folder / "events/part-0.parquet"
    old = pq.read_table(path).drop_columns(["importance"]).replace_schema_metadata({"schema_version": "0"})
    pq.write_table(old, path)
    with pytest.warns(UserWarning, match="written by schema 0: importance are empty until the next build"):
        events = store.load(versions.out).events
    assert events["importance"].isna().all()
    versions([HOMS])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert store.load(versions.out).events["importance"].notna().all()


def test_columns_of_a_newer_schema_are_kept_and_told(versions):
    version = versions([HOMS])
    folder = Path(store.resolve(versions.out))
    path = folder / "events/part-0.parquet"
    newer = pq.read_table(path)
    newer = newer.append_column("mood", pa.array(["glad"] * newer.num_rows)).replace_schema_metadata({"schema_version": "99"})
    pq.write_table(newer, path)
    with pytest.warns(UserWarning, match="newer than .*: mood are kept"):
        assert list(store.load(versions.out).events["mood"]) == ["glad"]
    manifest = versions.out / "manifests" / f"{version}.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "schema_version": SCHEMA_VERSION + 1}))
    with pytest.raises(VersionError, match="written by a newer timeline"):
        versions([LIMA])


def test_status_tells_the_last_run(versions):
    version = versions([HOMS])
    told = store.status(versions.out)
    assert (told["current"], told["runs"], told["version"]["articles"]) == (version, 1, 1)
    assert told["last_run"]["extracted"] == 1
    with pytest.raises(MissingError, match="build a timeline first"):
        store.status(versions.out / "nowhere")
