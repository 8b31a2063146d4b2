"""Names in running text: runs of capitalised words, with the words that join them ("Bank of England", "Bashar al-Assad").

What a capital means depends on where it stands: the first word of a sentence and every word of a headline carry one anyway, so an
article's own running text is asked which words it writes with a capital in the middle of a sentence and which without.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import compress, count
from operator import ne
from typing import NamedTuple

from timeline.events.tokens import Tokens
from timeline.events.view import SentenceView
from timeline.events.words import who_words
from timeline.language.files import primary, read_pack

__all__ = ["Known", "NameWords", "Run", "capitals", "name_words", "runs"]


class Run(NamedTuple):
    """Tokens ``[first, last)`` of a sentence that make a name."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class NameWords:
    """What a language says of names (``[names]`` of ``who.toml``)."""

    connectors: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()
    function: frozenset[str] = frozenset()
    joined_by: frozenset[str] = frozenset()
    joined_bodies: frozenset[str] = frozenset()
    """Last words of names that go on over one of ``joined_by``: "Food and Drug Administration"."""
    common: frozenset[str] = frozenset()
    """Nouns for people: no names where a sentence begins with them."""
    adverb_endings: tuple[str, ...] = ()
    """A first word with a comma that ends so is no name: "Ironically, …"."""
    nouns_capitalised: bool = False


@cache
def name_words(lang: str | None) -> NameWords:
    """The words of a language, empty where its pack has none."""
    words = who_words(lang)
    if words is None:
        return NameWords()
    told = (read_pack(primary(lang), "who") or {})["names"]
    sets = {
        name: frozenset(told.get(name, ()))
        for name in ("connectors", "articles", "abbreviations", "function", "joined_by", "joined_bodies")
    }
    common, endings = words.people | words.organisations, tuple(words.sets["phrases.adverb_endings"])
    return NameWords(**sets, common=common, adverb_endings=endings, nouns_capitalised=told["nouns_capitalised"])


@dataclass(slots=True)
class Known:
    """What an article's own text says of capitals: words seen with one inside a sentence, and words seen without."""

    capital: set[str] = field(default_factory=set)
    small: set[str] = field(default_factory=set)
    places: list[list[int]] = field(default_factory=list)
    """The :func:`capitals` of each sentence."""

    @classmethod
    def of(cls, views: Iterable[SentenceView]) -> Known:
        """Read all sentences of an article once."""
        known = cls()
        small: set[str] = set()
        for view in views:
            words = view.tokens.words
            small.update(words)
            places = capitals(view.tokens)
            known.places.append(places)
            if view.sentence.kind != "title":
                capital = [words[i] for i in places if i and words[i][0].isupper()]
                if 3 * len(capital) < len(words) or not headline(words):
                    known.capital.update(capital)
        known.small = set(filter(str.islower, small))
        return known


def headline(words: Sequence[str]) -> bool:
    """True where most longer words carry a capital, so that capitals say nothing."""
    capital = len([word for word in words if len(word) > 3 and word[0].isupper()])
    if capital < 3 or 3 * capital < len(words):
        return False
    longer = len([word for word in words if len(word) > 3 and word[0].isalpha()])
    return longer > 3 and capital > 0.7 * longer


def _capital(word: str) -> bool:
    """``Homs``, ``U.S.``, ``al-Assad``."""
    return word[0].isupper() or (word[2:3] == "-" and word[3:4].isupper())


def capitals(tokens: Tokens) -> list[int]:
    """The words of a sentence that have a capital."""
    words = tokens.words
    return [i for i in compress(count(), map(ne, words, tokens.lower)) if _capital(words[i])]


def runs(tokens: Tokens, words: NameWords, known: Known, places: Sequence[int], title: bool = False) -> list[Run]:
    """The names of a sentence, in order, from the ``places`` of its :func:`capitals`. ``title``: it is a headline; otherwise that is judged
    by its capitals."""
    texts, lower, function = tokens.words, tokens.lower, words.function
    capital = [i for i in places if lower[i] not in function]
    if not capital:
        return []
    if title or (len(capital) > 3 and headline(texts)):
        capital = [i for i in capital if texts[i] in known.capital or texts[i].lower() not in known.small]
    elif capital[0] == 0 and not (_initial_is_name(tokens, known, words) or _titles_next(tokens, words, capital)):
        capital = capital[1:]
    found: list[Run] = []
    for i in capital:
        if found and (last := found[-1].last) <= i and _joined(tokens, words, last, i):
            found[-1] = Run(found[-1].first, i + 1)
        elif not found or found[-1].last <= i:
            found.append(Run(i, i + 1))
    if not words.joined_bodies.isdisjoint(lower):
        _join_bodies(tokens, words, found)
    return [_with_tail(tokens, run) for run in found] if "'" in lower else found


def _join_bodies(tokens: Tokens, words: NameWords, found: list[Run]) -> None:
    for i in range(len(found) - 2, -1, -1):
        if i + 1 >= len(found):
            continue  # taken in already
        one, other = found[i], found[i + 1]
        joined = _and_between(tokens, words, one, other)
        if joined and (tokens.lower[other.last - 1] in words.joined_bodies or _of_office(tokens, words, other)):
            first = i
            while first and found[first - 1].last + 1 == found[first].first and tokens.lower[found[first - 1].last] == ",":
                first -= 1  # "Health, Education and Pensions Committee"
            found[first : i + 2] = [Run(found[first].first, other.last)]


def _and_between(tokens: Tokens, words: NameWords, one: Run, other: Run) -> bool:
    """Whether only an "and" stands between two names, or a comma and an "and"."""
    between = tokens.lower[one.last : other.first]
    return between[-1:] != [] and between[-1] in words.joined_by and (len(between) == 1 or between == [",", between[-1]])


def _of_office(tokens: Tokens, words: NameWords, run: Run) -> bool:
    """Whether a name begins with that of a body whose officer it is: "Human Services Secretary Ann Lee"."""
    lower = tokens.lower
    return any(lower[i] in words.joined_bodies and lower[i + 1] in words.common for i in range(run.first, run.last - 1))


def _titles_next(tokens: Tokens, words: NameWords, capital: Sequence[int]) -> bool:
    """Whether the first word of a sentence is a noun for people that a name goes on from: "Secretary of State John Kerry"."""
    return tokens.lower[0] in words.common and len(capital) > 1 and _joined(tokens, words, 1, capital[1])


def _initial_is_name(tokens: Tokens, known: Known, words: NameWords) -> bool:
    """Whether the first word of a sentence would carry its capital anywhere."""
    word = tokens.words[0]
    if word.lower() in words.common:
        return False
    if word.endswith(words.adverb_endings) and word not in known.capital and tokens.lower[1:2] == [","]:
        return False
    return (
        word in known.capital
        or (word.lower() not in known.small and not words.nouns_capitalised)
        or (not word.islower() and len(word) > 1 and word.isupper())
    )


def _joined(tokens: Tokens, words: NameWords, last: int, i: int) -> bool:
    """Whether the capitalised token ``i`` goes on with the name that ends before ``last``."""
    if i == last:
        return True
    between = tokens.lower[last:i]
    if len(between) > 2:
        return False
    mark = between[0]
    if mark in (".", "'", "&", "-"):
        touching = tokens.ends[last - 1] == tokens.starts[last]
        if len(between) > 1:
            return False
        if mark == ".":
            before = tokens.words[last - 1]
            return touching and (len(before) == 1 or tokens.lower[last - 1] in words.abbreviations)
        return mark == "&" or (touching and tokens.ends[last] == tokens.starts[i])
    if mark not in words.connectors:
        return False
    if len(between) == 1:
        return not words.nouns_capitalised
    return between[1] in words.articles or between[1] in words.connectors


def _with_tail(tokens: Tokens, run: Run) -> Run:
    """Takes in what is written on to the name: the ``'a`` of ``Sana'a``, the full stop of ``Jr.``"""
    last = run.last
    if (
        last + 1 < len(tokens)
        and tokens.lower[last] == "'"
        and tokens.ends[last - 1] == tokens.starts[last]
        and tokens.ends[last] == tokens.starts[last + 1]
        and tokens.words[last + 1].islower()
    ):
        return Run(run.first, last + 2)
    return run
