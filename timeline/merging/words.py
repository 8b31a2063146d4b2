"""Words of a text as weighted terms that mean the same in every build: hashed, folded, weighed by a fixed background."""

from __future__ import annotations

import re
import unicodedata
from zlib import crc32

__all__ = ["Terms", "fold", "terms"]

Terms = dict[int, float]
"""Hash of a folded word → weight."""

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:['’]\w+)?")


def fold(word: str) -> str:
    """Lower case without accents: ``Zürich`` → ``zurich``."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def terms(text: str) -> Terms:
    """The terms of a text with their weights."""
    found: Terms = {}
    for word in _WORD.findall(text):
        if len(word) > 2 or word.isdigit():
            key = crc32(fold(word).encode())
            found[key] = found.get(key, 0.0) + 1.0
    return found
