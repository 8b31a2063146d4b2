"""Hostile inputs: no traceback, no hang, no unbounded memory, whatever the bytes are."""

from __future__ import annotations

import io
import json
import random
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.test_reading import ARC, FORMATS, MAIL, PAGE, WARC, read_bytes
from timeline import reading
from timeline.reading import driver
from timeline.reading.draft import Source
from timeline.records import Article, Issue
from timeline.settings import Settings

SEEDS = {**FORMATS, "page.html": PAGE.encode(), "x.warc": WARC, "x.arc": ARC, "x.eml": MAIL.encode()}
SHARED = Path(__file__).parents[2] / "shared"
SECONDS = 20
"""CPU-seconds that one small input may take: far more than any does, far less than a pattern that explodes."""


def check(data: bytes, name: str) -> None:
    """Everything that comes out is well formed, and it comes in time."""
    began = time.process_time()
    for fast in (False, True) if name.endswith("html") else (False,):
        articles, issues = read_bytes(data, name, Settings(fast_html=fast))
        assert articles or issues
        for issue in issues:
            assert issue.reason and "\n" not in issue.reason and len(issue.reason) < 400
        for article in articles:
            article.text.encode("utf-8")
            position = 0
            for block in article.blocks:
                assert position <= block.start < block.end <= len(article.text)
                position = block.end
    assert time.process_time() - began < SECONDS


def mutated(data: bytes, chance: random.Random) -> bytes:
    """``data`` with bytes changed, taken out, put in, repeated, cut off."""
    found = bytearray(data)
    for _ in range(chance.choice([1, 3, 10, 60])):
        at = chance.randrange(len(found) + 1)
        kind = chance.randrange(5)
        if kind == 0 and at < len(found):
            found[at] = chance.randrange(256)
        elif kind == 1:
            del found[at : at + chance.choice([1, 10, 300])]
        elif kind == 2:
            found[at:at] = chance.randbytes(chance.choice([1, 5, 50]))
        elif kind == 3:
            found[at:at] = found[at : at + chance.choice([5, 100])] * chance.choice([1, 20])
        elif len(found) > 40:
            del found[max(at, 40) :]
    return bytes(found)


@pytest.mark.slow
@given(st.sampled_from(sorted(SEEDS)), st.integers(0, 10**9))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_mutated_inputs_of_every_format(name: str, seed: int):
    check(mutated(SEEDS[name], random.Random(seed)), name)


@pytest.mark.parametrize("name", ["rows.arrow", "rows.arrows"])
@pytest.mark.parametrize("byte", [0x00, 0x7F, 0xFF])
def test_no_changed_byte_of_an_arrow_file_reads_outside_of_it(name: str, byte: int):
    """Offsets that leave their buffer are refused; unchecked they end the process."""
    for place in range(len(FORMATS[name])):
        data = bytearray(FORMATS[name])
        data[place] = byte
        check(bytes(data), name)


@given(st.binary(max_size=300), st.sampled_from(["x", *sorted(SEEDS)]))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_under_any_name(data: bytes, name: str):
    check(data, name)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["2014-05-07", "05/07/2014", "x" * 300]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "$date", "$oid", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)
KEYS = ["id", "text", "body", "title", "published", "dct", "date", "modified", "lang", "url", "source", "authors"]


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8))
@settings(max_examples=100, deadline=None)
def test_any_document_gives_an_article_or_one_line(document: dict[str, object]):
    try:
        article = reading.article_from(document, Settings())
    except reading.ReadingError as error:
        assert "\n" not in str(error)
    else:
        assert article.article_id and article.text.strip()


# What a pattern or parser of less care takes minutes for.
EXPLOSIVE = {
    "comments.html": "<!---->" * 5000 + "x",
    "open.html": "<!--" * 20000,
    "nested.html": "<html><body>" + "<div>" * 20000 + "text",
    "ld.html": '<html><script type="application/ld+json">' + "[" * 50000 + "</script><p>" + "text here " * 60,
    "fences.md": "```\n````\n`````\n" * 5000,
    "stars.md": "** a" * 20000,
    "links.md": "[a](" * 20000,
    "brackets.md": "[" * 50000,
    "hashes.md": "# " * 20000 + "x",
    "names.txt": ("Xx. " + "Aa Bb, " * 15 + "!\n") * 500,
    "agencies.txt": ("He said. " + "AP - Getty Images / Reuters via file " * 8 + "\n") * 200,
    "quotes.txt": '"' * 100000,
    "parts.eml": "From: a\nSubject: b\nDate: c\nContent-Type: multipart/mixed; boundary=x\n\n"
    + "--x\nContent-Type: multipart/mixed; boundary=x\n\n" * 1000,
    "braces.xml": "<mediawiki><page><title>x</title><ns>0</ns><revision><text>"
    + "{{" * 20000
    + "[[" * 20000
    + "</text></revision></page></mediawiki>",
    "laughs.xml": "<?xml version='1.0'?><!DOCTYPE m [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><mediawiki><page><title>x</title><ns>0</ns><revision><text>&i;</text></revision></page></mediawiki>",
    "numbers.jsonl": '{"text": "abc", "published": 1e400}\n{"text": "abc", "published": ' + "9" * 4000 + "}\n",
    "address.jsonl": json.dumps({"text": "abc", "url": "http://" + "a." * 20000 + "com/" + "2014/" * 5000}),
}


@pytest.mark.parametrize("name", EXPLOSIVE)
def test_nothing_explodes(name: str):
    check(EXPLOSIVE[name].encode(), name)


@pytest.mark.slow
def test_memory_is_bounded_whatever_the_number_of_articles():
    """Ten times the lines take no more memory."""
    line = json.dumps({"text": "The ferry left on Tuesday. " * 40, "lang": "en", "published": "2014-05-07"}).encode() + b"\n"

    def peak(lines: int) -> int:
        source = Source("x.jsonl", lambda: io.BytesIO(line * lines))
        tracemalloc.start()
        held = tracemalloc.get_traced_memory()[0]
        count = sum(1 for _ in reading.read(["mem://x"], Settings(), openers={"mem": lambda _: [source]}))
        top = tracemalloc.get_traced_memory()[1] - held - len(line) * lines
        tracemalloc.stop()
        assert count == lines
        return top

    peak(10)
    assert peak(2000) < peak(200) + 2_000_000


def test_a_parser_that_raises_costs_its_input_only(monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> object:
        raise ZeroDivisionError("odd\nerror")

    monkeypatch.setattr(driver, "sniff", broken)
    articles, issues = read_bytes(b"text", "x.txt")
    assert not articles and [issue.reason for issue in issues] == ["cannot be read: odd error"]


@pytest.mark.skipif(not SHARED.exists(), reason="needs the shared feeds and web archives")
@pytest.mark.parametrize("folder", ["feeds", "warc"])
@pytest.mark.slow
def test_shared_files_are_read_or_refused_and_so_are_mutations(folder: str):
    chance = random.Random(8)
    for path in sorted((SHARED / folder).iterdir()):
        found = list(reading.read([str(path)], Settings()))
        assert found and all(isinstance(x, Article) or (isinstance(x, Issue) and "\n" not in x.reason) for x in found)
        if path.stat().st_size < 50_000:
            check(mutated(path.read_bytes(), chance), path.name)
