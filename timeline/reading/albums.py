"""Picture albums that a page flattened into one paragraph: captions, one after the other, between counters ("Hide Caption 3 of 22").

Each caption repeats the title of the album, which is no part of what it tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from timeline.records import Block

__all__ = ["split_album"]

_MOST = 0.6
"""Share of the captions that must begin alike for their beginning to be the title of the album."""
_DASH = re.compile(r"\s*[–—-]\s+|\s+")
_WORD = re.compile(r"\S+")
_FEWEST = 2


def split_album(text: str, block: Block, counter: re.Pattern[str]) -> list[Block]:
    """The captions of an album, its counters and titles as boilerplate between them; empty where ``block`` holds no album."""
    found = list(counter.finditer(text, block.start, block.end))
    if len(found) < _FEWEST:
        return []
    borders = [block.start, *(match.end() for match in found)]
    ends = [*(match.start() for match in found), block.end]
    pieces = [
        (start + len(text[start:end]) - len(text[start:end].lstrip()), end) for start, end in zip(borders, ends, strict=True)
    ]
    title = _title([text[start:end].split() for start, end in pieces[1:] if end > start])
    blocks: list[Block] = []
    before = block.start
    for start, end in pieces:
        begin = _behind_titles(text, start, end, title)
        if begin > before:
            blocks += _trimmed(text, before, begin)
        last = begin + len(text[begin:end].rstrip())
        if last > begin:
            blocks.append(Block("caption", begin, last))
        before = last
    return [*blocks, *_trimmed(text, before, block.end)]


def _trimmed(text: str, start: int, end: int) -> list[Block]:
    """A block of boilerplate without the white space around it; none where nothing else is."""
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return [Block("boilerplate", start, start + len(piece.strip()))] if piece.strip() else []


def _title(pieces: Sequence[Sequence[str]]) -> list[str]:
    """The words that most captions begin with."""
    words: list[str] = []
    alike = list(pieces)
    while alike:
        here = [piece[len(words)] for piece in alike if len(piece) > len(words)]
        if not here:
            break
        commonest = max(set(here), key=lambda word: (here.count(word), word))
        agreeing = [piece for piece in alike if len(piece) > len(words) and piece[len(words)] == commonest]
        if len(agreeing) < max(_FEWEST, _MOST * len(pieces)):
            break
        words.append(commonest)
        alike = agreeing
    return words


def _behind_titles(text: str, start: int, end: int, title: Sequence[str]) -> int:
    """Where a caption begins behind the title, however often that stands before it, in whole or in its first words."""
    while True:
        words, position = 0, start
        for match in _WORD.finditer(text, start, end):
            if words == len(title) or match.group() != title[words]:
                break
            words, position = words + 1, match.end()
        if words < min(_FEWEST, len(title)) or not words:
            return start
        gap = _DASH.match(text, position, end)
        start = gap.end() if gap else position
