"""Plain text, with an optional header of ``Title:``, ``Date:``, ``Source:``, ``Author:``, ``URL:``, ``Language:`` lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from timeline.reading.blocks import find_blocks
from timeline.reading.decode import decode
from timeline.reading.draft import MAX_DOCUMENT, Dated, Draft
from timeline.records import Block, Issue
from timeline.settings import Settings

__all__ = ["draft_of_text", "read"]

_FIELDS = {"title": "title", "headline": "title", "date": "published", "published": "published", "dateline": "published", "source": "source",
           "publisher": "source", "author": "authors", "authors": "authors", "byline": "authors", "by": "authors", "url": "url", "link": "url",
           "language": "lang", "lang": "lang", "updated": "modified", "modified": "modified"}  # fmt: skip
_LINE = re.compile(r"([A-Za-z]{2,9})[ \t]*:[ \t]*(\S[^\n]{0,500}?)[ \t]*\r?\n")


def read(stream: BinaryIO, where: str, settings: Settings) -> Iterator[Draft | Issue]:
    """The one article of a text file. Its text is kept whole, header and all, so that offsets count in the file's characters."""
    data = stream.read(MAX_DOCUMENT + 1)
    if len(data) > MAX_DOCUMENT:
        yield Issue("read", f"text file larger than {MAX_DOCUMENT >> 20} MB", input=where)
        return
    yield draft_of_text(decode(data), where, settings.lang)


def draft_of_text(text: str, where: str, lang: str | None) -> Draft:
    """The draft of a text with an optional header, which becomes its fields; the header's lines are boilerplate but for the title."""
    draft = Draft(text=text, where=where, lang=lang)
    blocks: list[Block] = []
    position = 0
    while match := _LINE.match(text, position):
        field = _FIELDS.get(match.group(1).lower())
        if field is None:
            break
        _set(draft, field, match.group(2))
        if field == "title":
            blocks.append(Block("title", *match.span(2)))
        elif field != "by":
            blocks.append(Block("boilerplate", match.start(), match.end(2)))
        position = match.end()
    if position and text[position : position + 2].strip() and len(blocks) < 2:
        return Draft(text=text, where=where, lang=lang)  # a sentence that begins "Source: …", no header
    if blocks:
        body = find_blocks(text[position:], None, lang, titled=True)
        draft.blocks = (*blocks, *(Block(block.kind, block.start + position, block.end + position) for block in body))
    return draft


def _set(draft: Draft, field: str, value: str) -> None:
    if field == "published":
        draft.dates.append(Dated("given", value, "header"))
    elif field == "authors":
        draft.authors += tuple(part.strip() for part in re.split(r";|\band\b|,", value) if part.strip())
    elif field == "title":
        draft.title = value
    else:
        setattr(draft, field, value)
