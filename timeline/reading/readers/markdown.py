"""Markdown: front matter gives the fields, inline marks are taken off, headings and quotes keep their kind."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, BinaryIO

from timeline.reading.decode import decode
from timeline.reading.draft import MAX_DOCUMENT, Draft, ReadingError
from timeline.reading.rows import columns_for, draft_from
from timeline.records import Issue
from timeline.settings import Settings

__all__ = ["plain_text", "read"]

_FRONT = re.compile(r"\ufeff?\s*+(---|\+\+\+)[ \t]*\r?\n((?:(?!\1|\.\.\.).*+\r?\n)*+)(?:\1|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_TARGET = r"(?:[^()\s]|\([^()\s]{0,100}\)){0,500}(?:\s+\"[^\"\n]{0,300}\")?"
_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"!\[([^\[\]\n]{{0,500}})\]\({_TARGET}\)"), r"\1"),
    (re.compile(rf"\[([^\[\]\n]{{1,500}})\]\({_TARGET}\)"), r"\1"),
    (re.compile(r"\[([^\[\]\n]{1,500})\]\[[^\[\]\n]{0,500}\]"), r"\1"),
    (re.compile(r"^\[[^\[\]\n]{1,500}\]:[ \t]+\S+.*$", re.MULTILINE), ""),
    (re.compile(r"\[\^[^\[\]\n]{1,500}\]"), ""),
    (re.compile(r"<(https?://[^<>\s]{1,500})>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>\n]{0,300}>"), ""),
    (re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(.*)$", re.MULTILINE), r"\1"),
    (re.compile(r"(?<=\S)[ \t]+#+$", re.MULTILINE), ""),
    (re.compile(r"^(.+)\n[ \t]{0,3}(?:=+|-+)[ \t]*$", re.MULTILINE), r"\1"),
    (re.compile(r"^[ \t]{0,3}(?:[-*_][ \t]*){3,}$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]{0,3}>[ \t]?", re.MULTILINE), ""),
    (re.compile(r"(\*\*|__)(?=\S)(.{1,200}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,200}?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]{1,200}?)(?<=\S)_(?![\w_])"), r"\1"),
    (re.compile(r"`([^`\n]{1,500})`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>~|-])"), r"\1"),
    (re.compile(r"\n{3,}"), "\n\n"),
)


def read(stream: BinaryIO, where: str, settings: Settings) -> Iterator[Draft | Issue]:
    """The one article of a Markdown file; front matter is TOML (``+++``) or the plain ``key: value`` part of YAML (``---``)."""
    data = stream.read(MAX_DOCUMENT + 1)
    if len(data) > MAX_DOCUMENT:
        yield Issue("read", f"Markdown file larger than {MAX_DOCUMENT >> 20} MB", input=where)
        return
    text = decode(data).replace("\r\n", "\n")
    front, fields = _FRONT.match(text), {}
    if front:
        try:
            fields = tomllib.loads(front.group(2) or "") if front.group(1) == "+++" else _yaml(front.group(2) or "")
        except tomllib.TOMLDecodeError as error:
            yield Issue("read", f"front matter is not TOML: {error}", input=where)
        text = text[front.end() :]
    title = re.search(r"^[ \t]{0,3}#[ \t]+(.+)$", text, re.MULTILINE)
    fields = {name: value for name, value in fields.items() if name.lower() not in {"text", "body", "content"}}
    row = (
        {"title": plain_text(title.group(1).rstrip(" \t#")) if title else None} | fields | {"text": plain_text(text).strip("\n")}
    )
    try:
        yield draft_from(row, columns_for(row, settings.columns) | {"text": "text"}, where)
    except ReadingError as error:
        yield Issue("read", str(error), input=where)


def plain_text(markdown: str) -> str:
    """The text as it is read, without Markdown's marks."""
    markdown = _without_code(_without_comments(markdown))
    for pattern, replacement in _MARKS:
        markdown = pattern.sub(replacement, markdown)
    return markdown


def _without_comments(text: str) -> str:
    pieces, position = [], 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start)) >= 0:
        pieces.append(text[position:start])
        position = end + 3
    return "".join([*pieces, text[position:]])


def _without_code(text: str) -> str:
    """Fenced blocks hold programs, not prose. A fence that is never closed is a line like others."""
    kept: list[str] = []
    fence, opened = "", 0
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence, opened = mark.group(1), len(kept)
        elif mark and fence and mark.group(1).startswith(fence) and not line.strip("`~ \t"):
            del kept[opened:]
            fence = ""
            continue
        kept.append(line)
    return "\n".join(kept)


def _yaml(text: str) -> dict[str, Any]:
    """Scalars and lists of scalars at the top level, which is what front matter holds; nested maps are passed over."""
    fields: dict[str, Any] = {}
    name = None
    for line in text.splitlines():
        pair = re.match(r"([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]+(.*))?$", line)
        item = re.match(r"[ \t]*-[ \t]+(.*)$", line)
        if pair:
            name, value = pair.group(1), (pair.group(2) or "").strip()
            fields[name] = (
                _scalar(value) if not value.startswith("[") else [_scalar(v) for v in value.strip("[]").split(",") if v.strip()]
            )
        elif item and name:
            held = fields[name]
            fields[name] = [*held, _scalar(item.group(1))] if isinstance(held, list) else [_scalar(item.group(1))]
    return fields


def _scalar(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return re.sub(r"\s+#.*$", "", value)
