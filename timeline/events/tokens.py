"""Words of a text with their offsets: the one tokeniser of this room (fast: one regular expression over the whole article)."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate
from operator import sub
from typing import NamedTuple

__all__ = ["Tokens", "tokenise"]

# White space in front belongs to a token: what is found then covers the text, and offsets are sums of lengths.
_TOKEN = re.compile(
    r"\s*+(?:[A-Za-z][a-z]*+(?=[ ,\n])"  # most words of most texts, told apart quickly
    r"|\d+(?:[.,:/]\d+)*(?:st|nd|rd|th|s|bn|m|k)?\b"  # numbers, with their ordinal or unit letter
    r"|(?:[^\W\d_]\.){2,}"  # U.S., a.m.
    r"|[^\W_]+(?=n['’]t\b)|n['’]t\b"  # did|n't
    r"|[^\W_]+(?:-[^\W_]+)*"  # words, hyphenated ones whole
    r"|['’](?:s|re|ve|ll|d|m)\b"
    r"|``|''|--+|\.\.+|[^\s\w]|_+)"
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

    def written(self, text: str, first: int, last: int) -> str:
        """The tokens of ``[first, last)`` as ``text``, of which they are, writes them, in one line."""
        return " ".join(text[self.starts[first] : self.ends[last - 1]].split())


def tokenise(text: str) -> Tokens:
    """The words and marks of ``text``; white space is what lies between them."""
    pieces = _TOKEN.findall(text.rstrip())
    if not pieces:
        return Tokens([], [], [], [])
    words = list(map(str.lstrip, pieces))
    lower = "\n".join(words).lower().replace("’", "'").split("\n")  # in one go: no word holds a line's end
    ends = list(accumulate(map(len, pieces)))
    return Tokens(words, lower, list(map(sub, ends, map(len, words))), ends)
