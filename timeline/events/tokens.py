"""Words of a text with their offsets: the one tokeniser of this room (fast: one regular expression over the whole article)."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

__all__ = ["Tokens", "tokenise"]

_TOKEN = re.compile(
    r"\d+(?:[.,:/]\d+)*(?:st|nd|rd|th|s|bn|m|k)?\b"  # numbers, with their ordinal or unit letter
    r"|(?:[^\W\d_]\.){2,}"  # U.S., a.m.
    r"|[^\W_]+(?=n['’]t\b)|n['’]t\b"  # did|n't
    r"|[^\W_]+(?:-[^\W_]+)*"  # words, hyphenated ones whole
    r"|['’](?:s|re|ve|ll|d|m)\b"
    r"|``|''|--+|\.\.+|[^\s\w]|_+"
)


class Tokens(NamedTuple):
    """Words in order: ``words[i] == text[starts[i]:ends[i]]``; ``lower`` is the same in lower case with plain apostrophes."""

    words: list[str]
    lower: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        """How many words there are."""
        return len(self.words)

    def between(self, start: int, end: int) -> tuple[int, int]:
        """Half-open range of the tokens that begin in ``[start, end)``."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)

    def slice(self, first: int, last: int) -> Tokens:
        """The tokens of ``[first, last)``."""
        return Tokens(self.words[first:last], self.lower[first:last], self.starts[first:last], self.ends[first:last])


def tokenise(text: str) -> Tokens:
    """The words and marks of ``text``; white space is what lies between them."""
    spans = [match.span() for match in _TOKEN.finditer(text)]
    words = [text[start:end] for start, end in spans]
    if not words:
        return Tokens([], [], [], [])
    lower = "\n".join(words).lower().replace("’", "'").split("\n")  # in one go: no word holds a line's end
    starts, ends = zip(*spans, strict=True)
    return Tokens(words, lower, list(starts), list(ends))
