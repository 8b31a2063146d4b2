"""Reading a timeline: frames and their types, slices of time, SQL without a way out, the schema and its dictionary."""

from __future__ import annotations

import ast
import keyword
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.newsmaking import events_of, tell
from tests.storehouse import differences, document, run, tables, use_plain_extraction, write
from timeline import store
from timeline.store import pipeline_version, sorting
from timeline.store.dictionary import data_dictionary
from timeline.store.keys import as_keys
from timeline.store.packs import Packs, absent, write_pack
from timeline.store.rows import event_rows
from timeline.store.schema import SCHEMAS, TABLES, columns
from timeline.store.sorting import ranges

DOCS = [
    document("a", "Rebels left Homs on 2014-05-07. Councils met on 2014-05-06.", published="2014-05-08T20:00:00-04:00"),
    document("b", "Voters chose Maria in Lima on 2013-04-02.", published="2013-04-03", source="other", authors=["Ann", "Bob"]),
    document("c", "Monks wrote books on 1066-10-14.", published="2013-04-03"),
    document("d", "Nothing happened.", published=None),
]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    with pytest.MonkeyPatch.context() as monkeypatch:
        use_plain_extraction(monkeypatch)
        run(write(folder / "in.jsonl", DOCS), folder / "out")
    return folder / "out"


def test_frames_have_proper_types(out):
    t = store.load(out)
    assert t.events["time_start"].dtype == "datetime64[us]"
    assert str(t.articles["published"].dtype) == "datetime64[us, UTC]"
    assert t.events["date"].dtype.kind == "M"
    assert t.mentions["grounded"].dtype == pd.BooleanDtype()
    assert t.events["mention_count"].dtype == pd.Int32Dtype()
    assert t.events["summary"].dtype == "str"
    assert {str(t.events[c].dtype) for c in ("participants", "places", "article_ids")} == {"object"}
    assert isinstance(t.events["participants"].iloc[0], list)
    assert pd.Timestamp("1066-10-14") in set(t.events["time_start"])


def test_publication_keeps_its_local_day(out):
    article = store.load(out).articles.set_index("article_id").loc["a"]
    assert article["published"] == pd.Timestamp("2014-05-09T00:00:00Z")
    assert article["published_date"] == pd.Timestamp("2014-05-08")
    assert article["published_offset_min"] == -240


@pytest.mark.parametrize(
    ("options", "triggers"),
    [
        ({}, ["wrote", "chose", "met", "left"]),
        ({"from_": "2014"}, ["met", "left"]),
        ({"from_": "2014-05-07"}, ["left"]),
        ({"to": "2013"}, ["wrote", "chose"]),
        ({"from_": "2013-04", "to": "2014-05-06"}, ["chose", "met"]),
        ({"from_": "2014-05-06T12:00", "match": "overlap"}, ["met", "left"]),
        ({"from_": "2014-05-06T12:00", "match": "starts"}, ["left"]),
        ({"from_": "2014-05-06", "to": "2014-05-06T12:00", "match": "within"}, []),
        ({"finest": "hour"}, []),
        ({"finest": "year"}, ["wrote", "chose", "met", "left"]),
    ],
)
def test_slices_of_time(out, options, triggers):
    assert list(store.load(out).between(**options)["trigger"]) == triggers


@pytest.mark.parametrize("options", [{"from_": "soon"}, {"to": "2014-13"}, {"match": "near"}, {"finest": "lunch"}])
def test_slices_that_mean_nothing(out, options):
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        store.load(out).between(**options)


def test_wide_events_stand_apart(out):
    t = store.load(out)
    near, wide = t.apart(t.between("2014-05-06T12:00"), "2014-05-06T12:00")
    assert (list(near["trigger"]), list(wide["trigger"])) == (["left"], ["met"])


def test_three_lines_of_sql_and_three_libraries_agree(out):
    folder = store.resolve(out)
    query = f"""
        SELECT event_id FROM '{folder}/events/**/*.parquet'
        WHERE span_start < '2014-06-01' AND span_end > '2014-05-01'
        ORDER BY span_start"""
    ids = [row[0] for row in duckdb.sql(query).fetchall()]
    assert list(store.load(out).between("2014-05", "2014-05")["event_id"]) == ids
    assert pl.scan_parquet(f"{folder}/events/**/*.parquet").select(pl.len()).collect().item() == 4
    assert len(pd.read_parquet(f"{folder}/events")) == 4
    assert list(pd.read_parquet(f"{folder}/events")["event_id"]) == list(store.load(out).events["event_id"])


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT count(*) FROM events", [(4,)]),
        ("SELECT DISTINCT name, country FROM event_places ORDER BY 1", [("Homs", "SY"), ("Lima", "PE")]),
        ("SELECT name, role FROM event_participants WHERE name = 'Maria'", [("Maria", "agent")]),
        ("SELECT DISTINCT source FROM event_sources ORDER BY 1", [("other",), ("outlet",)]),
        ("SELECT count(*) FROM articles, expressions, mentions, issues", [(0,)]),
    ],
)
def test_sql(out, query, rows):
    assert store.query(out, query)[1] == rows


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM '{out}/current/events/part-0.parquet'",
        "COPY events TO '{out}/stolen.csv'",
        "EXPORT DATABASE '{out}/stolen'",
        "ATTACH '{out}/x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "RESET enable_external_access",
        "SET lock_configuration = false",
        "SET temp_directory = '{out}'",
        "SELECT * FROM t",
        "DROP TABLE events",
        "SELECT 1; DELETE FROM events",
        "SELEC",
    ],
)
def test_sql_reaches_no_file(out, query):
    before = sorted(out.rglob("*"))
    t = store.load(out).events  # a frame of that name must not be found by DuckDB
    with pytest.raises(store.StoreError, match=r"^[^\n]+$"):
        store.query(out, query.format(out=out))
    assert sorted(out.rglob("*")) == before
    assert len(t) == 4


def test_files_say_what_they_are(out):
    for table in TABLES:
        [path] = sorted((out / "current" / table).glob("*.parquet"))
        found = pq.ParquetFile(path)
        assert found.schema_arrow.equals(SCHEMAS[table], check_metadata=False)
        metadata = found.schema_arrow.metadata
        assert metadata[b"schema_version"] == b"1"
        assert b"GeoNames" in metadata[b"licence"]
        assert b"+" in metadata[b"pipeline_version"]
        assert found.schema_arrow.field(0).metadata[b"description"]
        if found.num_row_groups:
            assert found.metadata.row_group(0).column(0).compression == "ZSTD"


def test_the_pipeline_version_counts_each_library_that_the_rooms_import():
    """One that is left out would leave old rows in the cache; one too many would refuse workers that are as good."""
    home = Path(store.__file__).parents[1]
    paths = [path for room in pipeline_version._ROOMS for path in (home / room).rglob("*.py")]
    paths += [home / name for name in pipeline_version._FILES]
    paths.remove(home / "events" / "compile_gazetteer.py")  # what it makes ships, and is counted
    imported = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(str(node.module).partition(".")[0])
    apart = {"timeline", "pyarrow", "spacy", "typing_extensions"}  # containers, types, and spaCy is counted where it is used
    assert imported - set(sys.stdlib_module_names) - apart == set(pipeline_version._LIBRARIES)


def test_the_version_folder_holds_only_final_files(out):
    assert {p.suffix for p in (out / "versions").rglob("*") if p.is_file()} == {".parquet"}


@pytest.mark.parametrize("table", TABLES)
def test_columns_are_described_and_named_safely(table):
    reserved = {
        row[0] for row in duckdb.sql("SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'").fetchall()
    }
    for column in columns(table):
        assert column.name not in reserved
        assert not keyword.iskeyword(column.name)
        assert column.description.endswith(".")
        assert f"| `{column.name}` |" in data_dictionary()


def test_topics_and_entities(out):
    t = store.load(out)
    assert list(t.about_entity("homs")["trigger"]) == ["left"]
    assert list(t.about_entity("hom")["trigger"]) == []
    assert next(iter(t.about_topic("rebels Homs")["trigger"])) == "left"


@pytest.mark.parametrize("name", ["nowhere", "v9"])
def test_what_is_not_there(out, name):
    with pytest.raises(store.StoreError, match=r"^[^\n]+$"):
        store.load(out / name if name == "nowhere" else out, None if name == "nowhere" else name)


PLAIN = pa.schema([pa.field("key", pa.binary(16), False), pa.field("value", pa.int32())])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.integers(0, 30), max_size=6), max_size=6), st.sets(st.integers(0, 30)))
def test_packs_find_each_key_once_and_lose_only_what_is_rewritten(tmp_path_factory, packs, doomed):
    folder = tmp_path_factory.mktemp("packs")

    def key(number: int) -> bytes:
        return bytes([number % 3]) * 8 + number.to_bytes(8, "big")

    for numbers in packs:
        write_pack(
            folder,
            [pa.record_batch([pa.array([key(n) for n in numbers], pa.binary(16)), pa.array(numbers, pa.int32())], schema=PLAIN)],
            PLAIN,
        )
    held = {n for numbers in packs for n in numbers}
    found = Packs(folder, PLAIN)
    assert len(found) == len(held)
    asked = list(range(31))
    assert [bool(hit) for hit in found.has(as_keys([key(n) for n in asked]))] == [n in held for n in asked]
    values = [v for table in found.scan(as_keys([key(n) for n in asked]), ["value"]) for v in table.column("value").to_pylist()]
    assert sorted(values) == sorted(held)
    if doomed:
        found.rewrite(absent(as_keys([key(n) for n in doomed])))
        values = [v for batch in found.everything(["value"]) for v in batch.column("value").to_pylist()]
        assert set(values) == held - doomed


@settings(deadline=None, max_examples=60)
@given(
    st.permutations(range(24)),
    st.lists(st.integers(1, 9), min_size=24, max_size=24),
    st.integers(1, 60),
    st.integers(1, 24),
    st.booleans(),
)
def test_rows_are_put_in_order_through_the_disk(tmp_path_factory, ranks, sizes, limit, width, spilled):
    wanted = ranges(np.array(sizes, np.int64), limit)
    assert [low for low, _ in wanted] == [0, *(high for _, high in wanted[:-1])]
    assert wanted[-1][1] == 24
    table = pa.table({"value": [[f"v{rank}"] * (rank % 3) for rank in ranks]})
    pieces = [(np.array(ranks[i : i + width], np.int64), table.slice(i, width)) for i in range(0, 24, width)]
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(sorting, "_HELD", 1 if spilled else 1 << 30)
        found = list(sorting.in_order(pieces, wanted, tmp_path_factory.mktemp("spill")))
    assert [rows.num_rows for _, rows in found] == [high - low for low, high in wanted]
    assert [v for _, rows in found for v in rows.column("value").to_pylist()] == [[f"v{rank}"] * (rank % 3) for rank in range(24)]


def test_tables_sorted_on_disk_are_the_same(tmp_path, monkeypatch):
    use_plain_extraction(monkeypatch)
    docs = [
        document(f"n{n}", f"Rebels left Homs on 201{n % 5}-05-07. Why ???.", published=f"201{n % 5}-06-0{n % 9 + 1}")
        for n in range(20)
    ]
    source = write(tmp_path / "in.jsonl", docs)
    run(source, tmp_path / "memory", batch_size=3)
    monkeypatch.setattr(sorting, "_HELD", 1)
    monkeypatch.setattr("timeline.store.tables.ranges", lambda sizes: ranges(sizes, 700))
    run(source, tmp_path / "disk", batch_size=5)
    assert differences(tables(tmp_path / "memory"), tables(tmp_path / "disk")) == []
    assert store.verify(tmp_path / "disk") == []


@pytest.mark.parametrize(
    ("value", "offset"), [("2014-05-07T14:30Z", 0), ("2014-05-07T14:30", None), ("2014-05-07", None), (None, None)]
)
def test_a_clock_time_in_gmt_says_so(value, offset):
    event = events_of([tell("a", ("Rebels left the city.", "left", "2014-05-07"))])[0]
    (row,) = event_rows([replace(event, value=value)])
    assert row["utc_offset_min"] == offset
