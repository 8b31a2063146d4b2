"""Reading inputs: what users hold comes out as articles, what cannot be read as one line, and the good beside the bad still comes."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from timeline import reading
from timeline.reading import languages
from timeline.reading.draft import Source
from timeline.records import Article, Issue
from timeline.settings import Settings

TEXT = "The bridge was closed on Monday. Engineers found cracks in two of its piers, the city said."
ROW = {"id": "b1", "title": "Bridge closed", "published": "2024-05-13", "lang": "en", "text": TEXT}
LINE = json.dumps(ROW) + "\n"
STORY = " ".join(
    f"Sentence {n} of the story tells what the harbour board decided about the ferries this spring." for n in range(8)
)
PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Ferries to stop | The Pier</title>
<meta property="og:title" content="Ferries to stop"><meta property="og:site_name" content="The Pier">
<link rel="canonical" href="https://www.pier.example/2024/05/13/ferries">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Ferries to stop", "datePublished": "2024-05-13T20:00:00-04:00",
"dateModified": "2024-05-14T09:00:00-04:00", "author": [{{"name": "Ada Moor"}}]}}</script></head>
<body><nav>Home News Sport</nav><article><h1>Ferries to stop</h1><p>{STORY}</p><p>{STORY}</p></article></body></html>"""


def read_bytes(data: bytes, name: str, settings: Settings | None = None) -> tuple[list[Article], list[Issue]]:
    """What one input named ``name`` gives, through the opener seam."""
    source = Source(name, lambda: io.BytesIO(data))
    found = list(reading.read(["mem://x"], settings or Settings(), openers={"mem": lambda _: [source]}))
    return [x for x in found if isinstance(x, Article)], [x for x in found if isinstance(x, Issue)]


def parquet(rows: list[dict[str, object]]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return sink.getvalue()


def arrow(rows: list[dict[str, object]], stream: bool) -> bytes:
    table, sink = pa.Table.from_pylist(rows), io.BytesIO()
    with (pa.ipc.new_stream if stream else pa.ipc.new_file)(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def zipped(members: dict[str, str]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return sink.getvalue()


def tarred(members: dict[str, str]) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as archive:
        for name, text in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return sink.getvalue()


MAIL = (
    "From: Ada Moor <ada@pier.example>\nTo: list@pier.example\nSubject: =?utf-8?q?Caf=C3=A9_news?=\nDate: Mon, 13 May 2024 20:00:00 -0400\n"
    f"Message-ID: <1@pier.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{TEXT}\n\n-- \nAda\n"
)
RSS = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>The Pier</title><language>en</language><item><title>Bridge closed</title>
<link>https://pier.example/a</link><pubDate>Mon, 13 May 2024 20:00:00 -0400</pubDate><description>&lt;p&gt;{TEXT}&lt;/p&gt;</description></item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>The Pier</title><entry><title>Bridge closed</title><id>x1</id>
<updated>2024-05-14T08:00:00Z</updated><published>2024-05-13T20:00:00-04:00</published><content type="html">&lt;p&gt;{TEXT}&lt;/p&gt;</content></entry></feed>"""
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1", "title": "The Pier", "language": "en",
    "items": [{"id": "x1", "title": "Bridge closed", "content_html": f"<p>{TEXT}</p>", "date_published": "2024-05-13T20:00:00-04:00"}],
}  # fmt: skip
WIKI = f"""<mediawiki xml:lang="en"><siteinfo><sitename>Pier News</sitename><base>https://wiki.example/wiki/Main</base></siteinfo>
<page><title>Talk:Bridge</title><ns>1</ns><revision><timestamp>2024-05-15T00:00:00Z</timestamp><text>chatter</text></revision></page>
<page><title>Bridge closed</title><ns>0</ns><revision><timestamp>2024-05-15T00:00:00Z</timestamp><text>{{{{date|May 13, 2024}}}}
[[File:Bridge.jpg|thumb|The bridge in 1990]] {TEXT.replace("bridge", "[[Bridge|bridge]]", 1)}

== Sources ==
* {{{{source|title=Old story|date=May 1, 2020}}}}
[[Category:Bridges]]</text></revision></page></mediawiki>"""
WARC_BODY = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{PAGE}".encode()
WARC = (
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\nWARC-Date: 2024-05-20T00:00:00Z\r\n"
    f"WARC-Target-URI: https://www.pier.example/2024/05/13/ferries?utm_source=x\r\nContent-Type: application/http; msgtype=response\r\n"
    f"Content-Length: {len(WARC_BODY)}\r\n\r\n"
).encode() + WARC_BODY + b"\r\n\r\n"  # fmt: skip
ARC = (
    b"filedesc://x.arc 0.0.0.0 20240520000000 text/plain 76\n1 0 Pier\nURL IP-address Archive-date Content-type Archive-length\n" + b" " * 12 + b"\n\n"
    + f"https://www.pier.example/a 0.0.0.0 20240520000000 text/html {len(WARC_BODY)}\n".encode() + WARC_BODY + b"\n"
)  # fmt: skip

FORMATS = {
    "lines.jsonl": LINE.encode(),
    "lines.jsonl.gz": gzip.compress(LINE.encode()),
    "lines.jsonl.bz2": bz2.compress(LINE.encode()),
    "lines.jsonl.xz": lzma.compress(LINE.encode()),
    "lines.jsonl.zst": pa.compress(LINE.encode(), "zstd", asbytes=True),
    "lies.txt": LINE.encode(),
    "utf16.jsonl": LINE.encode("utf-16"),
    "list.json": json.dumps([ROW], indent=2).encode(),
    "wrapped.json": json.dumps({"status": "ok", "articles": [ROW]}).encode(),
    "table.csv": f'id,headline,pub_date,body\nb1,Bridge closed,2024-05-13,"{TEXT}"\n'.encode(),
    "table.tsv": f"id\ttitle\tdate\tcontent\nb1\tBridge closed\t2024-05-13\t{TEXT}\n".encode(),
    "semicolons.csv": f'\ufeffid;title;date;text\r\nb1;Bridge closed;13.05.2024;"{TEXT}"\r\n'.encode(),
    "rows.parquet": parquet([ROW]),
    "rows.arrow": arrow([ROW], stream=False),
    "rows.arrows": arrow([ROW], stream=True),
    "header.txt": f"Title: Bridge closed\nDate: 13 May 2024\nSource: The Pier\n\n{TEXT}\n".encode(),
    "front.md": f'---\ntitle: "Bridge closed"\ndate: 2024-05-13\n---\n\n{TEXT.replace("bridge", "**bridge**", 1)}\n'.encode(),
    "toml.md": f'+++\ntitle = "Bridge closed"\ndate = 2024-05-13\n+++\n\n{TEXT}\n'.encode(),
    "feed.rss": RSS.encode(),
    "feed.atom": ATOM.encode(),
    "feed.json": json.dumps(JSON_FEED).encode(),
    "dump.xml": WIKI.encode(),
    "rows.zip": zipped({"in/side.jsonl": LINE}),
    "rows.tar.gz": gzip.compress(tarred({"in/side.jsonl": LINE})),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_article(name: str):
    articles, issues = read_bytes(FORMATS[name], name)
    assert not issues
    (article,) = articles
    assert article.title == "Bridge closed"
    assert "Engineers found cracks in two of its piers" in article.text
    assert article.published is not None and article.published.day.isoformat() == "2024-05-13"
    assert article.lang == "en"


def test_offsets_count_in_the_file_as_it_is():
    """A text with a header is kept whole: the body block begins where the file says."""
    (article,), _ = read_bytes(FORMATS["header.txt"], "header.txt")
    kinds = {block.kind: article.text[block.start : block.end] for block in article.blocks}
    assert kinds["title"] == "Bridge closed" and kinds["lead"] == TEXT and kinds["boilerplate"].startswith("Source:")


@pytest.mark.parametrize(
    "data, name",
    [(PAGE.encode(), "page.html"), (PAGE.encode(), "page"), (WARC, "x.warc"), (gzip.compress(WARC), "x.warc.gz"), (ARC, "x.arc")],
)
@pytest.mark.parametrize("fast", [False, True])
def test_page_keeps_the_local_day_and_says_who(data: bytes, name: str, fast: bool):
    """20:00 in New York is the 13th, though it is the 14th in Greenwich."""
    (article,), issues = read_bytes(data, name, Settings(fast_html=fast))
    assert not issues
    assert article.published is not None and article.published.iso() == "2024-05-13T20:00:00-04:00"
    assert article.published.origin == "metadata" and article.published.confidence > 0.9
    assert (article.title, article.source, article.publisher, article.authors) == (
        "Ferries to stop",
        "pier.example",
        "The Pier",
        ("Ada Moor",),
    )
    assert article.url == "https://www.pier.example/2024/05/13/ferries"
    assert article.modified is not None and article.modified.isoformat() == "2024-05-14T09:00:00"
    assert "Home News" not in article.text


def test_mail_and_mailbox():
    (article,), issues = read_bytes(MAIL.encode(), "x.eml")
    assert not issues and article.title == "Café news" and article.authors == ("Ada Moor",) and article.source == "pier.example"
    assert article.published is not None and article.published.iso() == "2024-05-13T20:00:00-04:00"
    assert [block.kind for block in article.blocks] == ["lead", "boilerplate"]
    box = "".join(f"From ada@pier.example Mon May 13 20:00:00 2024\n{MAIL.replace('<1@', f'<{n}@')}\n" for n in (1, 2))
    articles, issues = read_bytes(box.encode(), "box")
    assert [a.article_id for a in articles] == ["1@pier.example", "2@pier.example"] and not issues


def test_wet_record_is_plain_text():
    body = ("Plain text of a page. " * 20).encode()
    wet = f"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://pier.example/a\r\nWARC-Date: 2024-05-20T00:00:00Z\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    (article,), issues = read_bytes(wet + body + b"\r\n\r\n", "x.wet")
    assert not issues and article.url == "https://pier.example/a"


REFUSED = [
    (b"", "x.txt", "empty file"),
    (b"\xef\xbb\xbf \n", "x.jsonl", "empty file"),
    (b"\x89PNG\r\n\x1a\n" + bytes(200), "page.html", "a PNG image"),
    (b"%PDF-1.7 ...", "x.txt", "a PDF"),
    (bytes(range(256)) * 8, "x.dat", "binary file"),
    (b"PAR1 garbage", "x.parquet", "not a Parquet file"),
    (b"ARROW1\0\0garbage", "x.arrow", "not an Arrow file"),
    (b"PK\x03\x04 garbage", "x.zip", "damaged zip"),
    (b"\x1f\x8b garbage", "x.gz", "damaged compressed data"),
    (b"<?xml version='1.0'?><urlset></urlset>", "x.xml", "a sitemap"),
    (b"<?xml version='1.0'?><invoice/>", "x.xml", "XML of an unknown kind"),
    (b"<html><body></body></html>", "x.html", "no article text"),
    (b"id,name\n1,x\n", "x.csv", "no column that holds the text"),
    (b"id,title,text\n", "x.csv", "no articles in it"),
    (parquet([{"a": 1}]), "x.parquet", "no column that holds the text"),
    (b"[" * 100_000, "x.json", "nested too deeply"),
    (b"[]", "x.json", "no articles"),
    (b"<rss><channel></channel></rss>", "x.rss", "a feed without entries"),
    (b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n", "x.warc", "no page in the archive"),
]


@pytest.mark.parametrize("data, name, reason", REFUSED, ids=[f"{name}-{reason[:18]}" for _, name, reason in REFUSED])
def test_refused_with_one_line(data: bytes, name: str, reason: str):
    articles, issues = read_bytes(data, name)
    assert not articles and issues
    assert any(reason in issue.reason for issue in issues)
    assert all("\n" not in issue.reason and issue.input and issue.input.startswith(name) for issue in issues)


BAD_LINES = [
    ('{"text": "abc', "not JSON"),
    ("[1, 2]", "a JSON list"),
    ("5", "a JSON number"),
    ('{"id": 1}', "no column or key"),
    ('{"text": ""}', "no text"),
    ('{"text": null}', "no text"),
    ('{"text": 5}', "text is int"),
    ('{"text": " \\u0000 "}', "no text"),
]


@pytest.mark.parametrize("line, reason", BAD_LINES)
def test_good_lines_beside_bad_ones_come_through(line: str, reason: str):
    articles, issues = read_bytes(f"{LINE}{line}\n{LINE}".encode(), "x.jsonl")
    assert len(articles) == 2
    (issue,) = issues
    assert issue.reason.startswith(reason) and issue.input == "x.jsonl:2"


def test_a_line_of_50_megabytes_is_refused_and_the_next_one_read():
    articles, issues = read_bytes(LINE.encode() + b'{"text": "' + b"x" * 50_000_000 + b'"}\n' + LINE.encode(), "x.jsonl")
    assert len(articles) == 2 and [issue.input for issue in issues] == ["x.jsonl:2"]


def test_many_bad_lines_are_counted_not_listed():
    _, issues = read_bytes(b"broken\n" * 3000, "x.jsonl")
    assert len(issues) == 1001 and "2000 more like this" in issues[-1].reason


def test_truncated_gzip_gives_what_came_before():
    data = gzip.compress("".join(json.dumps(ROW | {"id": n, "noise": os.urandom(20).hex()}) + "\n" for n in range(200)).encode())
    articles, issues = read_bytes(data[: len(data) // 2], "x.jsonl.gz")
    assert len(articles) > 50 and "damaged compressed data" in issues[-1].reason


def test_unclosed_quotation_mark_loses_one_row_only():
    articles, issues = read_bytes(b'id,text\n1,"never closed\n2,fine words here\n3,more fine words\n', "x.csv")
    assert [a.article_id for a in articles] == ["2", "3"] and [i.input for i in issues] == ["x.csv:2"]


def test_encodings_declared_lying_and_mixed():
    latin = 'id,text\n1,"Der Bürgermeister kam am Montag über die Brücke."\n'.encode("cp1252")
    assert "Bürgermeister" in read_bytes(latin, "x.csv")[0][0].text
    lying = PAGE.replace("Sentence 0", "Café 0").replace("utf-8", "iso-8859-1").encode()
    assert "Café 0" in read_bytes(lying, "x.html")[0][0].text
    declared = PAGE.replace("Sentence 0", "Кафе 0").replace("utf-8", "windows-1251").encode("cp1251")
    assert "Кафе 0" in read_bytes(declared, "x.html")[0][0].text


ENCODED = [
    ("cp1252", "Der Bürgermeister kam am Montag über die Brücke."),
    ("cp1250", "Burmistrz przyjechał w poniedziałek, żeby otworzyć most łączący brzegi."),
    ("cp1251", "Мэр приехал в город в понедельник и встретился с жителями."),
    ("koi8_r", "Мэр приехал в город в понедельник и встретился с жителями."),
    ("cp1253", "Ο δήμαρχος ήρθε τη Δευτέρα στην πόλη και μίλησε με τους κατοίκους."),
    ("cp1254", "Belediye başkanı pazartesi günü köprüye geldi, şöyle konuştu."),
    ("gb18030", "市政府星期一宣布关闭大桥，工程师发现裂缝。"),
    ("big5", "市政府星期一宣布關閉大橋，工程師發現裂縫。"),
    ("cp932", "市は月曜日に橋を閉鎖した。技術者がひび割れを見つけた。"),
    ("cp949", "시는 월요일에 다리를 폐쇄했다. 기술자들이 균열을 발견했다."),
    ("cp1256", "أعلنت المدينة إغلاق الجسر يوم الاثنين بعد العثور على شقوق."),
    ("utf-16", "Der Bürgermeister kam am Montag über die Brücke."),
    ("utf-8-sig", "Der Bürgermeister kam am Montag über die Brücke."),
]


@pytest.mark.parametrize("encoding, text", ENCODED, ids=[encoding for encoding, _ in ENCODED])
def test_encoding_is_detected(encoding: str, text: str):
    assert read_bytes(f"{text}\n{text}".encode(encoding), "x.txt")[0][0].text == f"{text}\n{text}"


def test_text_can_hold_anything_and_stays_as_given():
    text = "\ufeffA\r\n\r\nB \u202emirror\u202c \u0000 =cmd() <b>x</b> \ud800 end"
    article = reading.article_from({"id": "x", "text": text}, Settings())
    assert article.text == text.replace("\ud800", "\ufffd") and len(article.text) == len(text)


def test_bombs_and_names_that_lead_out():
    bomb = zipped({"a.txt": "0" * 300_000_000, "../../b.txt": TEXT, "c.jsonl": LINE})
    articles, issues = read_bytes(bomb, "x.zip")
    assert len(articles) == 1 and {issue.reason.split(":")[0] for issue in issues} == {
        "compressed more than 200 times",
        "its name leads out of the archive",
    }
    nested = LINE.encode()
    for _ in range(8):
        nested = zipped_bytes(nested)
    assert "nested too deeply" in read_bytes(nested, "x.zip")[1][0].reason


def zipped_bytes(data: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("inner.zip", data)
    return sink.getvalue()


def test_other_column_names_and_the_users_own():
    row = {"uid": 7, "Body Text": TEXT, "When": "2024-05-13"}
    mapped = Settings(columns=(("text", "Body Text"), ("published", "When"), ("id", "uid")))
    article = reading.article_from(row, mapped)
    assert article.article_id == "7" and article.published is not None and article.published.day.isoformat() == "2024-05-13"
    with pytest.raises(reading.ReadingError, match="map one"):
        reading.article_from(row, Settings())


def test_folders_globs_and_missing_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("b/2.jsonl", "b/1.jsonl", "a.jsonl", ".hidden.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(LINE)
    found = list(reading.read([str(tmp_path), str(tmp_path / "b" / "*.jsonl"), str(tmp_path / "none"), "ftp://x/y"], Settings()))
    names = [Path(x.input.rpartition(":")[0]).name for x in found if isinstance(x, Article)]
    assert names == ["a.jsonl", "1.jsonl", "2.jsonl"]  # each once, sorted
    assert [x.reason for x in found if isinstance(x, Issue)] == ["no such file or folder", "no reader for ftp:// inputs"]
    (tmp_path / "share").mkdir()
    (tmp_path / "kept").symlink_to(tmp_path / "gone")
    told = [
        (Path(x.input or "").name, x.reason)
        for x in reading.read([str(tmp_path / "share"), str(tmp_path)], Settings())
        if isinstance(x, Issue)
    ]
    assert told == [("share", "no file in this folder"), ("kept", "a link that leads nowhere")]

    def refuse(folder: str):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    (issue,) = reading.read([str(tmp_path)], Settings())
    assert isinstance(issue, Issue) and "cannot be listed: Permission denied" in issue.reason


def test_standard_input_in_small_pieces():
    code = "from timeline import reading; from timeline.settings import Settings; print([a.article_id for a in reading.read(['-'], Settings())])"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        for piece in (LINE[:1], LINE[1:40], LINE[40:]):
            process.stdin.write(piece.encode())
            process.stdin.flush()
        process.stdin.close()
        assert process.stdout.read().decode().strip() == "['b1']"


def test_one_document_loads_no_heavy_library():
    code = (
        "import sys; from timeline.reading import article_from; from timeline.settings import Settings\n"
        f"article_from({ROW!r}, Settings()); print([m for m in ('pandas', 'pyarrow', 'trafilatura', 'dateparser') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_formats_are_listed_and_their_readers_exist():
    from timeline.reading.registry import FORMATS as REGISTRY

    assert len(reading.formats()) == len(REGISTRY)
    assert all(callable(form.load()) and form.about for form in REGISTRY.values())


def test_settings_that_are_no_dates_are_refused():
    for settings in (Settings(as_of="tomorrow"), Settings(published="05/07/2014")):
        with pytest.raises(ValueError, match="must be a"):
            list(reading.read([], settings))


LANGUAGES = [
    ("Der Bürgermeister kam am Montag über die Brücke und sprach mit den Leuten.", None, "de"),
    ("市政府周一宣布关闭大桥。", None, "zh"),
    ("市は月曜日に橋を閉鎖した。", None, "ja"),
    ("시는 월요일에 다리를 폐쇄했다.", None, "ko"),
    ("1515 419.00-422.00 (418.50)", None, None),
    ("12:30", "fr-CA", "fr"),
    ("asdkjh qwelkj zxmcn qpwoe", None, None),
]


@pytest.mark.parametrize(
    "given, lang, reason",
    [
        ("en_GB", "en", None),
        ("und", "en", None),
        (None, "en", None),
        ("english", "en", "language 'english' is no code such as en or pt-BR; the text's own was looked for: en"),
        (5, "en", "language '5' is no code such as en or pt-BR; the text's own was looked for: en"),
        ("zz", "zz", "no words of time are known of the language 'zz': nothing is found in it"),
    ],
)
def test_a_language_that_is_not_understood_is_told(given: str | int | None, lang: str, reason: str | None):
    (article,), issues = read_bytes(json.dumps(ROW | {"lang": given}).encode(), "a.json")
    assert article.lang == lang
    assert [(issue.stage, issue.reason) for issue in issues] == ([("read", reason)] if reason else [])


@pytest.mark.parametrize("text, declared, lang", LANGUAGES)
def test_language(text: str, declared: str | None, lang: str | None):
    from timeline.reading.languages import detect

    assert detect(text, declared=declared) == lang


def test_plain_english_does_not_wait_for_the_model(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(languages, "_identifier", lambda: pytest.fail("the model was asked"))
    assert languages.detect("The vote is on June 3 in Homs, Syria.") == "en"
    assert languages.detect("Rebels who seized the town in 2012 began to leave it on Wednesday, activists said.") == "en"


@pytest.mark.parametrize(
    "text, lang",
    [
        ("The Voice of Holland was gisteren te zien in heel Nederland en de kijkers stemden massaal op hun winnaar.", "nl"),
        ("Der Sänger der Band The Who ist in London auf der Bühne gestürzt, wie die Polizei am Montag mitteilte.", "de"),
        ("El diario The Washington Post publicó el lunes una carta de la presidenta de la compañía en su portada.", "es"),
    ],
)
def test_an_english_name_does_not_make_a_text_english(text: str, lang: str):
    assert languages.detect(text) == lang


BOX = " Joanna (Jo) M. PoeVote on dams put off Five things to watch | Poe wins again MORE"
PLAYER = "JUST WATCHED Poe: 'Dams first' Replay More Videos ... MUST WATCH Poe: 'Dams first' 02:45"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"It was delayed, said Jo Poe{BOX} (D-Md.), on Monday.", "It was delayed, said Jo Poe (D-Md.), on Monday."),
        (f"Jo Poe{BOX} and Ed Roe Ed Roe 3 questions for Roe MORE spoke.", "Jo Poe and Ed Roe spoke."),
        ("Poe told Poe that they want MORE money.", "Poe told Poe that they want MORE money."),
        ("THE POE MET THE POEV AND MORE CAME.", "THE POE MET THE POEV AND MORE CAME."),
        (f"Jo Poe{BOX[:-5]} more.", f"Jo Poe{BOX[:-5]} more."),
        (f"He spoke.\n\n{PLAYER}\n\nShe left.", "He spoke. She left."),
        ("He spoke.\n\nDams first Dams first Listen · 3:07 3:07\n\nShe left.", "He spoke. She left."),
        ("He spoke at 3:07 · 3:08 4:07", "He spoke at 3:07 · 3:08 4:07"),
        ("CLOSE The mayor spoke.\n\nShe left.", "The mayor spoke. She left."),
        ("CLOSE CALL AT SEA", "CLOSE CALL AT SEA"),
        ("It was a CLOSE Race.", "It was a CLOSE Race."),
        (f"He spoke. {PLAYER} She left.", f"He spoke. {PLAYER} She left."),
        (f"{PLAYER[:-1]}x", f"{PLAYER[:-1]}x"),
        (
            "WE WATCH the debate from the hall until they close it, at 02:45",
            "WE WATCH the debate from the hall until they close it, at 02:45",
        ),
    ],
)
def test_boxes_of_links_are_blanked(text: str, kept: str) -> None:
    read = reading.article_from({"text": text}, Settings()).text
    assert len(read) == len(text)
    assert " ".join(read.split()) == kept
