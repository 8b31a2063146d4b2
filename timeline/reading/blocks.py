"""Blocks of an article: title, byline, dateline, lead, body, caption, list, quote, boilerplate, as offsets into its text."""

from __future__ import annotations

import re

from timeline.records import Block

__all__ = ["find_blocks"]

_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[ \t]*\S[^\n]*)*")


def find_blocks(text: str, title: str | None, lang: str | None, *, titled: bool = False) -> tuple[Block, ...]:
    """The blocks of ``text`` in order. ``titled``: the title is known and stands elsewhere."""
    return tuple(Block("body", match.start(), match.end()) for match in _PARAGRAPH.finditer(text))
