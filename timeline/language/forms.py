"""How the words of a locale are compared: their scripts, and which are short forms of which."""

from __future__ import annotations

import unicodedata

__all__ = ["capital", "clipped", "fold", "is_abbreviation", "is_clipped_unit", "script"]


def fold(word: str) -> str:
    """A word by which others are compared with it."""
    return word.lower()


def capital(word: str) -> str:
    """A word with its first letter as a capital."""
    return word[:1].upper() + word[1:]


def script(word: str) -> str:
    """Unicode name of the first letter, which begins with its script; empty without letters."""
    return next((unicodedata.name(c, "") for c in word if c.isalpha()), "")


def is_abbreviation(word: str, words: list[str]) -> bool:
    """Is ``word`` a short form of another of ``words``, and not just another inflection?"""
    longest = max(map(len, words))
    if len(word) <= 3:
        return longest >= len(word) + 2 or any(len(other) > len(word) and plain(other).startswith(plain(word)) for other in words)
    return len(word) <= 5 and any(len(other) >= len(word) + 3 and plain(other).startswith(plain(word)) for other in words)


def is_clipped_unit(word: str, words: list[str]) -> bool:
    """The same for units, whose short words are often whole ("dag", "an"): clipped is what lacks three letters or more."""
    return any(
        len(other) >= len(word) + (2 if len(word) == 1 else 3) and plain(other).startswith(plain(word))
        for other in words
        if len(word) <= 4
    )


def clipped(phrase: str, phrases: list[str]) -> bool:
    """True for a phrase with a word that is another's clipped ("el año pas", "prošle g", "huom")."""
    mine = phrase.split()
    for other in phrases:
        words = other.split()
        if len(words) == len(mine) and any(
            b.startswith(a) and len(a) * 5 <= len(b) * 3 for a, b in zip(mine, words, strict=True)
        ):
            return True
    return False


def plain(word: str) -> str:
    """A word without accents, in lower case: abbreviations drop them."""
    return "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))
