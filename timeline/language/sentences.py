"""A fast sentence splitter: one regular expression finds the candidates, a few set look-ups decide.

What a language needs to tell the end of a sentence from an abbreviation is data (``packs/<lang>/sentences.toml``):

* ``never``: abbreviations after which no sentence ends (``Dr``, ``Gen``);
* ``number``: abbreviations that belong to a following number (``No``, ``Feb``): no end before a digit;
* ``maybe``: abbreviations that may end a sentence (``Inc``, ``a.m``): an end only before a word of ``starters``;
* ``starters``: words that begin sentences and are no names (``The``, ``He``);
* ``ordinals``: true where ``3.`` writes "third" (``3. März``); numbers of three digits are ordinals only behind a word of
  ``before_ordinals`` ("in der 113. Minute", not "stieg auf 300. Experten …");
* ``quote_continues``: letters that carry a sentence on after a closing quote (Japanese ``と``).

Time is linear in the length of the text: each character is looked at a bounded number of times.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from timeline.language.files import primary, read_pack
from timeline.records import Block, BlockKind, Sentence

__all__ = ["MAX_SENTENCE", "split"]

MAX_SENTENCE = 4000
"""Longer stretches without an end are cut at a space, so that later stages work on bounded pieces (tables, broken text)."""

_LOOK_BACK = 40  # characters of the word before a full stop: longer ones are no abbreviations
_CLOSERS = r"""["'”“’»›)\]}）］】》〉」』＂]"""
# Full stops of scripts that need no space after them and know no abbreviations with it: CJK, Arabic, Devanagari, Ethiopic, Khmer,
# Armenian, Tibetan, Myanmar, Mongolian.
_HARD = "。！？｡؟۔।॥።፧፨។៕։།༎၊။᠃"
_SOFT = ".!?…‼⁇⁈⁉"
_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# One character class first: the engine then looks for it at full speed, without trying alternatives at each character.
_CANDIDATE = re.compile(
    rf"([{_SOFT}{_HARD}{_BREAKS}])(?:(?<![{_BREAKS}])([{_SOFT}{_HARD}]*)({_CLOSERS}{{1,4}}|[ ]?''|[ \xa0\u202f][»”](?=\s|$))?)?(\s*)"
)
_NEXT = re.compile(r"""[\s"'“”‘’„‚«»‹›(\[¿¡`–—―\-]{0,6}([^\W_][\w'’]*)?""")
_BULLET = re.compile(r"[-*•‣▪◦●–—·]\s|\(?\d{1,3}[.)]\s")
_PARAGRAPH = re.compile(r"[\n\r]\s*[\n\r]|\u2029")
_LINK = re.compile(r"[/@]|www\.|\.\w+\.")
# A word that may begin a sentence right after the full stop: "AFP", "The"; not "JS".
_GLUED = re.compile(r"[“«„]|(?!\w\w\b|[\w.\-]{1,30}[@/])[^\W\d_a-zß-öø-ÿ]")
_SINGLE_BREAK = re.compile(r"\n(?<!\n\n)(?<!\n\r\n)[ \t]*([^\s])")


class _Rules(NamedTuple):
    never: frozenset[str]
    number: frozenset[str]
    maybe: frozenset[str]
    starters: frozenset[str]
    ordinals: bool
    before_ordinals: frozenset[str]
    quote_continues: str


@cache
def _rules(lang: str) -> _Rules:
    """The data of a language; undetermined and unknown languages take the abbreviations common to many."""
    pack = read_pack(lang, "sentences") or {}
    shared = read_pack("und", "sentences") or {}

    def words(name: str) -> frozenset[str]:
        return frozenset(str(word).lower() for word in pack.get(name, shared.get(name, ())))

    return _Rules(
        never=words("never"),
        number=words("number"),
        maybe=words("maybe"),
        starters=words("starters"),
        ordinals=bool(pack.get("ordinals", False)),
        before_ordinals=frozenset(pack.get("before_ordinals", ())),
        quote_continues=str(pack.get("quote_continues", "")),
    )


def split(text: str, lang: str | None, blocks: tuple[Block, ...] = ()) -> list[Sentence]:
    """Sentences of ``text`` in order: disjoint, together covering every character that is no white space.

    No sentence crosses the border of a block; each has the kind of its block, ``body`` outside of all blocks. ``lang`` is a
    language code (``en``, ``pt-BR``) or ``None``; blocks are ordered and do not overlap. Never raises on any text.
    """
    rules = _rules(primary(lang))
    sentences: list[Sentence] = []
    for kind, start, end in _segments(len(text), blocks):
        position = start
        for cut in _cuts(text, start, end, rules):
            position = _add(sentences, text, position, cut, kind)
        _add(sentences, text, position, end, kind)
    return sentences


def _segments(length: int, blocks: tuple[Block, ...]) -> list[tuple[BlockKind, int, int]]:
    """The blocks and the gaps between them, in order; blocks that overlap an earlier one lose the shared part."""
    segments: list[tuple[BlockKind, int, int]] = []
    position = 0
    for kind, start, end in sorted(blocks, key=lambda block: block.start):
        start, end = max(start, position), min(end, length)
        if end <= start:
            continue
        if start > position:
            segments.append(("body", position, start))
        segments.append((kind, start, end))
        position = end
    if position < length:
        segments.append(("body", position, length))
    return segments


def _add(sentences: list[Sentence], text: str, start: int, end: int, kind: BlockKind) -> int:
    """Append ``text[start:end]`` without the white space around it, in pieces of bounded length; returns ``end``."""
    if end - start <= MAX_SENTENCE:
        body = text[start:end].lstrip()
        if body:
            sentences.append(Sentence(end - len(body), end - len(body) + len(body.rstrip()), kind))
        return end
    while True:
        piece = text[start : min(end, start + MAX_SENTENCE + 1)]
        body = piece.lstrip()
        first = start + len(piece) - len(body)
        if first >= end:
            return end
        if not body:
            start = first
            continue
        if end - start <= MAX_SENTENCE + 1:
            sentences.append(Sentence(first, first + len(body.rstrip()), kind))
            return end
        space = body.rfind(" ", MAX_SENTENCE // 2)
        cut = first + (space if space > 0 else len(body))
        sentences.append(Sentence(first, first + len(text[first:cut].rstrip()), kind))
        start = cut


def _cuts(text: str, start: int, end: int, rules: _Rules) -> list[int]:
    """Positions where a new sentence begins within ``text[start:end]``."""
    wrapped = _is_wrapped(text, start, end)
    cuts: list[int] = []
    for match in _CANDIDATE.finditer(text, start, end):
        following = match.end()
        if following >= end:
            break
        first, close = match[1], match[3]
        if first in _SOFT:
            is_end = _stop_ends(text, start, match, rules, wrapped)
        elif first in _HARD:
            is_end = not (close and text[following] in rules.quote_continues)
        else:
            is_end = not wrapped or _line_ends(text, match.start(), following)
        if is_end:
            cuts.append(following)
    return cuts


def _is_wrapped(text: str, start: int, end: int) -> bool:
    """True where lines are broken to a width: many single line breaks go on in lower case."""
    if text.find("\n", start, end) < 0:
        return False
    lower = total = 0
    for match in _SINGLE_BREAK.finditer(text, start, min(end, start + 20_000)):
        total += 1
        lower += match[1].islower()
    return total >= 2 and lower * 4 >= total


def _line_ends(text: str, line: int, following: int) -> bool:
    """In text wrapped to a width: does the line break at ``line`` end a paragraph, or is the next line indented or a bullet?"""
    gap = text[line:following]
    if _PARAGRAPH.search(gap.replace("\r\n", "\n")):
        return True
    return gap[-1] in " \t" or _BULLET.match(text, following) is not None


def _stop_ends(text: str, start: int, match: re.Match[str], rules: _Rules, wrapped: bool) -> bool:
    """Does the full stop, question or exclamation mark at ``match`` end a sentence?"""
    first, more, close, space = match.groups()
    if not space:
        return _unspaced_ends(text, start, match.start(), match.end(), bool(close))
    following = match.end()
    broken = space != " " and ("\n" in space or "\r" in space)
    if broken and (not wrapped or _line_ends(text, match.start(4), following)):
        return True
    ahead = _NEXT.match(text, following)
    word: str | None = ahead[1] if ahead else None
    if word and word[0].islower():
        return False
    if more or first != ".":
        return True
    if word and len(word) == 1 and text.startswith(".", ahead.end() if ahead else following):
        word = word.upper() + "."  # an initial, no word of one letter
    before = _word_before(text, start, match.start())
    if not before:
        return True
    if close and close[-1] not in "')":
        return True
    return _full_stop_ends(before, word or "", rules, text, start, match.start())


def _full_stop_ends(before: str, word: str, rules: _Rules, text: str, start: int, stop: int) -> bool:
    """Does the full stop at ``stop`` between the words ``before`` and ``word`` end a sentence?"""
    if before.isdigit():
        first = stop - len(before)
        return _number_ends(before, word, rules, _at_line_start(text, start, first), _word_before(text, start, first - 1))
    lowered = before.lower()
    starts = word.lower() in rules.starters
    if len(before) == 1 and before.isupper():  # an initial
        return starts
    if lowered in rules.never:
        return False
    if lowered in rules.number:
        return not (word and word[0].isdigit()) and (starts or lowered not in rules.maybe)
    if lowered in rules.maybe or ("." in before and _is_acronym(before)):
        return starts
    return True


def _is_acronym(before: str) -> bool:
    """``U.S``, ``a.m``, ``z.B``: single letters between stops."""
    return all(len(part) <= 1 or (len(part) == 2 and part.isalpha() and part.islower()) for part in before.split("."))


def _word_before(text: str, start: int, stop: int) -> str:
    """The word that ends at ``stop``, without opening quotes and brackets; the empty string after a space."""
    piece = text[max(start, stop - _LOOK_BACK) : stop]
    words = piece.split()
    if not words or piece[-1].isspace():
        return ""
    return words[-1].lstrip("\"'“‘„«‹([{¿¡-–—*•").rsplit("'", 1)[-1].rsplit("’", 1)[-1]


def _number_ends(before: str, word: str, rules: _Rules, line_start: bool, leading: str) -> bool:
    """A full stop after a number: no end after the number of a list's line, nor after an ordinal where the language writes them so."""
    if line_start and len(before) <= 3:
        return False
    ordinal = rules.ordinals and (len(before) <= 2 or (len(before) == 3 and leading.lower() in rules.before_ordinals))
    return not (ordinal and word) or word.lower() in rules.starters


def _at_line_start(text: str, start: int, first: int) -> bool:
    """True where ``first`` begins its line or segment ("1. First item")."""
    lead = text[max(start, first - 4) : first].rstrip(" \t(")
    return lead.endswith(("\n", "\r")) or (not lead and first - start < 4)


def _unspaced_ends(text: str, start: int, stop: int, following: int, closed: bool) -> bool:
    """A sentence end whose space is missing: "in 2014.AFP", "said.The"; not "Amazon.com", "U.S.A", "J.Crew" or a link."""
    if _GLUED.match(text, following) is None:
        return False
    piece = text[max(start, stop - _LOOK_BACK) : stop]
    if closed:
        return len(piece) > 1 and piece[-1].isalnum()
    word = piece.split()[-1] if piece and not piece[-1].isspace() else ""
    if len(word) < 3 or _LINK.search(word) or "." in word or word == "www":
        return False
    if len(word) >= 4 and word[-4:].isdigit():
        return True
    return word[-2:].islower() and word[-2:].isalpha()
