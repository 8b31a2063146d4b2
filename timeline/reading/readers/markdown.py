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

_FRONT = re.compile(r"\ufeff?\s*(---|\+\+\+)[ \t]*\r?\n(.*?\r?\n)?(?:\1|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<!--.*?-->", re.DOTALL), ""),
    (re.compile(r"^(`{3,}|~{3,}).*?^\1[ \t]*$", re.DOTALL | re.MULTILINE), ""),
    (re.compile(r"!\[([^\]\n]*)\]\([^)\s]*(?:\s+\"[^\"\n]*\")?\)"), r"\1"),
    (re.compile(r"\[([^\]\n]+)\]\([^)\s]*(?:\s+\"[^\"\n]*\")?\)"), r"\1"),
    (re.compile(r"\[([^\]\n]+)\]\[[^\]\n]*\]"), r"\1"),
    (re.compile(r"^\[[^\]\n]+\]:[ \t]+\S+.*$", re.MULTILINE), ""),
    (re.compile(r"\[\^[^\]\n]+\]"), ""),
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>\n]{0,300}>"), ""),
    (re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(.*?)[ \t#]*$", re.MULTILINE), r"\1"),
    (re.compile(r"^(.+)\n[ \t]{0,3}(?:=+|-+)[ \t]*$", re.MULTILINE), r"\1"),
    (re.compile(r"^[ \t]{0,3}(?:[-*_][ \t]*){3,}$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]{0,3}>[ \t]?", re.MULTILINE), ""),
    (re.compile(r"(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,500}?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]{1,500}?)(?<=\S)_(?![\w_])"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
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
    title = re.search(r"^[ \t]{0,3}#[ \t]+(.+?)[ \t#]*$", text, re.MULTILINE)
    fields = {name: value for name, value in fields.items() if name.lower() not in {"text", "body", "content"}}
    row = {"title": plain_text(title.group(1)) if title else None} | fields | {"text": plain_text(text).strip("\n")}
    try:
        yield draft_from(row, columns_for(row, settings.columns) | {"text": "text"}, where)
    except ReadingError as error:
        yield Issue("read", str(error), input=where)


def plain_text(markdown: str) -> str:
    """The text as it is read, without Markdown's marks."""
    for pattern, replacement in _MARKS:
        markdown = pattern.sub(replacement, markdown)
    return markdown


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
