"""What an input is, told from its first bytes; the name decides only where the bytes leave it open."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from timeline.reading.decode import decode

__all__ = ["HEAD", "Kind", "compression", "is_binary", "sniff"]

HEAD = 65536
"""Bytes that are looked at."""


class Kind(NamedTuple):
    """The format's name in the registry, or ``None`` with the reason for refusing the input."""

    format: str | None
    reason: str = ""


_COMPRESSIONS = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x04\x22\x4d\x18", "lz4"),
)

_MAGIC = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"\xff\xff\xff\xff", "arrow"),
    (b"WARC/", "warc"),
    (b"filedesc://", "warc"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)

_REFUSED = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a media file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"{\\rtf", "a rich text (RTF) document"),
    (b"FEA1", "a Feather version 1 table"),
)

_XML_ROOTS = {
    "html": "html", "rss": "feed", "feed": "feed", "rdf": "feed", "channel": "feed", "mediawiki": "mediawiki",
}  # fmt: skip
_REFUSED_ROOTS = {
    "urlset": "a sitemap: it lists pages but holds no articles",
    "sitemapindex": "an index of sitemaps: it holds no articles",
}
_COMMENT = r"<!--(?:(?!-->).)*+-->"
_ROOT = re.compile(
    rf"(?:\s|<\?(?:(?!\?>).)*+\?>|{_COMMENT}|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\]\s*)?>)*+<(?:\w+:)?(\w+)", re.DOTALL | re.IGNORECASE
)
_HTML = re.compile(
    rf"(?:\s|{_COMMENT})*+<(?:!doctype\s+html|html|head|body|meta|title|article|div|p|h1|section|main)\b",
    re.DOTALL | re.IGNORECASE,
)
_HTML_ANYWHERE = re.compile(r"<(?:html|head|body)\b[^<>]*>", re.IGNORECASE)
_JSON_OBJECT = re.compile(r'\{\s*(?:"|\}|$)')
_JSON_LIST = re.compile(r"\[\s*(?:[\{\]]|$)")
_MBOX = re.compile(r"From \S+.{10,60}\d{4}\r?\n(?=[\w-]+:)")
_MAIL_HEADER = re.compile(r"(?:[A-Za-z][\w-]*+:.*+\r?\n(?:[ \t].*+\r?\n)*+){3,}+")
_MAIL_FIELDS = re.compile(
    r"^(?:from|subject|date|message-id|mime-version|received|to|content-type|return-path):", re.IGNORECASE | re.MULTILINE
)
_FRONT_MATTER = re.compile(r"(---|\+\+\+)[ \t]*\r?\n(?:(?!\1).*+\r?\n){0,200}+\1[ \t]*\r?\n")
_TABLE_HEADER = re.compile(r'"?(?:text|body|content|article|full_text|fulltext)"?\s*$', re.IGNORECASE)

_BY_NAME: tuple[tuple[tuple[str, ...], str], ...] = (
    ((".jsonl", ".ndjson", ".json"), "json"),
    ((".csv", ".tsv", ".tab"), "table"),
    ((".html", ".htm", ".xhtml", ".shtml"), "html"),
    ((".md", ".markdown", ".mdown"), "markdown"),
    ((".eml",), "mail"),
    ((".mbox", ".mbx"), "mail"),
    ((".rss", ".atom", ".rdf"), "feed"),
    ((".tar",), "tar"),
    ((".warc", ".wet", ".wat", ".arc"), "warc"),
    ((".parquet", ".pq"), "parquet"),
    ((".arrow", ".feather", ".ipc"), "arrow"),
    ((".txt", ".text"), "text"),
)
_TEXTUAL = frozenset({"json", "table", "html", "markdown", "mail", "feed", "text"})


def compression(head: bytes) -> str | None:
    """The compression that ``head`` begins with, if any."""
    return next((name for magic, name in _COMPRESSIONS if head.startswith(magic)), None)


def sniff(head: bytes, name: str) -> Kind:
    """What ``head`` (the first :data:`HEAD` bytes, decompressed) is the beginning of; ``name`` (without compression endings) helps."""
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        return Kind(None, "empty file" if len(head) < HEAD else "nothing but blanks at its beginning")
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return Kind(kind)
    if head[257:262] == b"ustar":
        return Kind("tar")
    for magic, what in _REFUSED:
        if head.startswith(magic):
            return Kind(None, f"{what}, which is not a format that is read")
    if is_binary(head):
        return Kind(None, "binary file of an unknown kind")
    text = decode(head, partial=True).lstrip("\ufeff")
    return _sniff_text(text, name.lower())


def is_binary(head: bytes) -> bool:
    """More than a few control bytes, and no UTF-16 or UTF-32 that would explain the zero bytes."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return False
    odd = len(head.translate(None, bytes(range(32, 256)) + b"\t\n\r\f\v\x1b\x08"))
    if odd * 50 <= len(head):
        return False
    halves = head[0::2].count(0), head[1::2].count(0)
    return not (max(halves) * 3 > len(head) and min(halves) * 20 < len(head))  # UTF-16 without a mark


def _sniff_text(text: str, name: str) -> Kind:
    stripped = text.lstrip()
    named = next((kind for endings, kind in _BY_NAME if name.endswith(endings)), None)
    if stripped.startswith("<"):
        kind = _sniff_markup(stripped)
        if kind:
            return kind
    for test, kind_name in _TESTS:
        if test(stripped, named):
            return Kind(kind_name)
    if named == "html" or (_HTML_ANYWHERE.search(text) and named in (None, "text")):
        return Kind("html")
    if named in _TEXTUAL and named != "feed":
        return Kind(named)
    if name.endswith((".cfg", ".ini", ".toml", ".yaml", ".yml", ".py", ".js", ".css", ".log", ".lock", ".xml")):
        return Kind(None, f"a {name.rsplit('.', 1)[-1]} file holds no article")
    return Kind("text")


def _sniff_markup(text: str) -> Kind | None:
    root = _ROOT.match(text)
    tag = root.group(1).lower() if root else ""
    if tag in _REFUSED_ROOTS:
        return Kind(None, _REFUSED_ROOTS[tag])
    if tag in _XML_ROOTS:
        return Kind(_XML_ROOTS[tag])
    if _HTML.match(text):
        return Kind("html")
    return Kind(None, f"XML of an unknown kind (<{tag}>)") if text.startswith("<?xml") else None


def _is_json(text: str, named: str | None) -> bool:
    return bool(_JSON_OBJECT.match(text)) or (named != "markdown" and bool(_JSON_LIST.match(text)))


def _is_mbox(text: str, named: str | None) -> bool:
    return bool(_MBOX.match(text))


def _is_mail(text: str, named: str | None) -> bool:
    header = _MAIL_HEADER.match(text)
    fields = {found.lower() for found in _MAIL_FIELDS.findall(header.group())} if header else set()
    return "from:" in fields and len(fields) >= 3


def _is_front_matter(text: str, named: str | None) -> bool:
    return named in (None, "text", "markdown") and bool(_FRONT_MATTER.match(text))


def _is_table(text: str, named: str | None) -> bool:
    """A first line of short column names, one of which is the text's; only for inputs whose name says nothing."""
    if named is not None and named != "text":
        return False
    line = text.partition("\n")[0].strip()
    for mark in ",\t;":
        cells = line.split(mark)
        if (
            2 <= len(cells) <= 100
            and all(len(cell) < 40 for cell in cells)
            and any(_TABLE_HEADER.match(cell.strip()) for cell in cells)
        ):
            return True
    return False


_TESTS: tuple[tuple[Callable[[str, str | None], bool], str], ...] = (
    (_is_json, "json"),
    (_is_mbox, "mail"),
    (_is_mail, "mail"),
    (_is_front_matter, "markdown"),
    (_is_table, "table"),
)
