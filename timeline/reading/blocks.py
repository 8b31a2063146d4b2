"""Blocks of an article: title, byline, dateline, lead, body, caption, list, quote, boilerplate, as offsets into its text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from timeline.reading.albums import split_album
from timeline.reading.phrases import Phrases, phrases
from timeline.records import Block, BlockKind

__all__ = ["find_blocks", "refine"]

_LINE = re.compile(r"[^\s][^\n\r\u2028\u2029]*")
_BLANK_LINE = re.compile(r"\r?\n[ \t\u00a0\u3000]*\r?\n")
_SHORT = 320
"""Characters: boilerplate, bylines and captions are no longer than this."""
_TITLE = 200
_HEADING = 80
_CREDIT = 120
_WORD = re.compile(r"[^\W\d_]{2,}")
_WRAPPED = 100
"""A text whose lines are all shorter than this was broken to fit a screen: single line ends within a paragraph mean nothing."""
_BULLET = re.compile(r"(?:[•·▪●○◦‣⁃∙*-]|\d{1,2}[.)])\s+\S")
_OPENING, _CLOSING = "\"“„«‘'「『", "\"”“»’'」』"
_ENDING = (".", "!", "?", "…", "。", "！", "？", "।", "؟", '."', ".”", ".'", ".’", '?"', "?”", '!"', "!”", ":", ";")
_DATELINE = re.compile(
    r"(?:[A-ZÀ-ÖØ-ÞА-ЯЁ][\w.'’/ -]{1,40}(?:, ?[A-ZÀ-ÖØ-ÞА-ЯЁ\d][\w.'’ ]{1,30}){0,4},? ?)?(?:\([^()\n]{2,40}\)\s*)?(?:(?:--|—)|(?<=[\s)])[–_-](?=\s))\s*"
)
_CITY = re.compile(r"[A-ZÀ-ÖØ-ÞА-ЯЁ]{3}[A-ZÀ-ÖØ-ÞА-ЯЁ.'’ -]*|[A-ZÀ-ÖØ-Þ][\w'’ -]{2,30}[,(]")
_PAREN = re.compile(r"\((?:AP|AFP|Reuters|REUTERS|dpa|UPI|EFE|Xinhua|ANSA|CNN|IANS|PTI|ANI|KUNA|TASS|Bloomberg|[A-Z]{2,6})\)")


def find_blocks(text: str, title: str | None, lang: str | None, *, titled: bool = False) -> tuple[Block, ...]:
    """The blocks of ``text``, in order, without overlap; what lies between them is white space.

    ``title`` is the article's, where known; ``titled``: its title stands outside of ``text``. Linear in the length of the text.
    """
    spans = [Block("body", start, end) for start, end in _paragraphs(text)]
    return refine(text, spans, title, lang, titled=titled)


def refine(text: str, blocks: list[Block], title: str | None, lang: str | None, *, titled: bool = False) -> tuple[Block, ...]:
    """``blocks`` with those of kind ``body`` told apart, and captions, datelines and credits cut off from their paragraph."""
    known = phrases(lang)
    lower = text.lower()
    within = known.within(lower)
    album = any(cue in lower for cue in known.album_cues)
    kinds: list[BlockKind] = [
        _kind(text[block.start : block.end], known, within) if block.kind == "body" else block.kind for block in blocks
    ]
    _mark_title(text, blocks, kinds, None if titled else title, titled)
    _mark_headings_of_plugs(text, blocks, kinds)
    result: list[Block] = []
    seen_lead = "lead" in kinds
    first = _first_prose(text, blocks, kinds)
    for block, kind in zip(blocks, kinds, strict=True):
        if album and kind in ("body", "caption") and (captions := split_album(text, block, known.album)):
            result.extend(captions)
        elif kind == "body" and not seen_lead and (block.start >= first or first < 0):
            result.extend(_with_dateline(text, block))
            seen_lead = True
        elif kind in ("body", "caption"):
            result.extend(_with_credit(text, block, kind, known))
        else:
            result.append(Block(kind, block.start, block.end))
    return tuple(result)


def _first_prose(text: str, blocks: list[Block], kinds: list[BlockKind]) -> int:
    """Where the first body paragraph begins that is more than a heading; -1 where there is none."""
    for block, kind in zip(blocks, kinds, strict=True):
        if kind == "body" and (block.end - block.start > _HEADING or text.endswith(_ENDING, block.start, block.end)):
            return block.start
    return -1


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Paragraphs: separated by blank lines where there are any, else lines; long lines are paragraphs of their own."""
    if _BLANK_LINE.search(text) is None:
        yield from _lines(text, 0, len(text))
        return
    position = 0
    for gap in _BLANK_LINE.finditer(text):
        yield from _one_or_lines(text, position, gap.start())
        position = gap.end()
    yield from _one_or_lines(text, position, len(text))


def _one_or_lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if text.find("\n", start, end) < 0:
        yield from _trimmed(text, start, end)
        return
    lines = list(_lines(text, start, end))
    wrapped = len(lines) > 1 and all(stop - begin <= _WRAPPED for begin, stop in lines) and not _BULLET.match(text, lines[1][0])
    if wrapped:
        yield lines[0][0], lines[-1][1]
    else:
        yield from lines


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _LINE.finditer(text, start, end):
        yield from _trimmed(text, match.start(), match.end())


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        start += len(piece) - len(piece.lstrip())
        yield start, start + len(stripped)


def _kind(paragraph: str, known: Phrases, within: tuple[re.Pattern[str], ...]) -> BlockKind:
    """What a paragraph is by itself; its place in the article is looked at later."""
    if len(paragraph) <= _SHORT:
        if known.boilerplate.match(paragraph) or any(pattern.search(paragraph) for pattern in within):
            return "boilerplate"
        if known.caption.match(paragraph):
            return "caption"
        if len(paragraph) <= 120 and not paragraph.endswith(_ENDING) and _is_byline(paragraph, known):
            return "byline"
        if _is_credit(paragraph, known):
            return "boilerplate"
    if paragraph[0] in "•·▪●○◦‣⁃∙*-0123456789" and _BULLET.match(paragraph):
        return "list"
    if paragraph[0] in _OPENING and paragraph[-1] in _CLOSING and len(paragraph) > 2 and not _quotes_end_within(paragraph):
        return "quote"
    if len(paragraph) <= 2 * _SHORT and _credit(paragraph, known):
        return "caption"
    return "body"


def _credit(paragraph: str, known: Phrases) -> re.Match[str] | None:
    """The credit that a paragraph ends with. Its words are looked up first: the pattern is slow."""
    start = max(0, len(paragraph) - _CREDIT)
    if known.credit_cues.isdisjoint(_WORD.findall(paragraph.lower(), start)):
        return None
    return known.credit.search(paragraph, start)


def _quotes_end_within(paragraph: str) -> bool:
    """A quotation that ends and begins again has the speaker between: no quote by itself."""
    opening, closing = paragraph[0], paragraph[-1]
    inner = paragraph[1:-1]
    if opening in "'‘":
        return closing + " " in inner or closing + "," in inner
    return closing in inner


def _is_byline(line: str, known: Phrases) -> bool:
    """Names after a byline word: at least one capital, hardly a lower-case word that is no particle."""
    match = known.byline.match(line)
    if match is None:
        return False
    words = line[match.end("by") if match.group("by") else 0 :].split()
    capitals = sum(1 for word in words if word[:1].isupper() or not word[:1].isalpha())
    return 1 <= len(words) <= 16 and capitals * 2 >= len(words) and words[0][:1].isupper()


def _is_credit(line: str, known: Phrases) -> bool:
    """A line that is nothing but a picture credit."""
    match = _credit(" (" + line, known) if len(line) < 100 else None
    return match is not None and match.start("credit") <= 2 and not line.endswith((".", "!", "?"))


def _mark_title(text: str, blocks: list[Block], kinds: list[BlockKind], title: str | None, titled: bool) -> None:
    """The first paragraph is the title where it repeats it, or where none is known and it reads like one; a date above it is none."""
    lines = [text[block.start : block.end] for block in blocks[:2]]
    at = 1 if len(lines) == 2 and _is_date(lines[0]) else 0
    if not blocks or titled or kinds[at] not in ("body", "quote", "byline"):
        return
    first = lines[at]
    if title:
        if " ".join(first.split()).casefold()[:_TITLE] == " ".join(title.split()).casefold()[:_TITLE]:
            kinds[at] = "title"
    elif (
        len(first) <= _TITLE
        and len(blocks) > at + 1
        and not first.endswith((".", "。", ":", ";", ",", '."', ".”"))
        and not _DATELINE_START.match(first)
    ):
        kinds[at] = "title"


def _is_date(line: str) -> bool:
    """A line with a year and a day, and few words beside them: "Miércoles 11 de noviembre de 2020", "7 May 2014 19.03 BST"."""
    return len(line) <= _DATE_LINE and all(part.search(line) for part in _DATE_PARTS) and len(_WORD.findall(line)) <= _DATE_WORDS


_DATE_LINE, _DATE_WORDS = 48, 5
_DATE_PARTS = (re.compile(r"(?<!\d)(?:1[6-9]|20)\d\d(?!\d)"), re.compile(r"(?<!\d)\d\d?(?!\d)"))
_WORD = re.compile(r"[^\W\d_]+")
_DATELINE_START = re.compile(r".{0,60}(?:--| [–—_-]) ")


def _mark_headings_of_plugs(text: str, blocks: list[Block], kinds: list[BlockKind]) -> None:
    """A short line without an end stands before a plug as its heading ("Breaking News Emails"), and is part of it."""
    for index in range(len(blocks) - 2, 0, -1):
        block = blocks[index]
        if kinds[index] == "body" and kinds[index + 1] == "boilerplate" and block.end - block.start <= 50:
            follower = blocks[index + 1]
            line = text[block.start : block.end]
            plug = follower.end - follower.start > 40 and text[follower.end - 1] in ".!"
            if plug and not line.endswith(_ENDING) and line[:1].isupper():
                kinds[index] = "boilerplate"


def _with_dateline(text: str, block: Block) -> Iterator[Block]:
    """The first paragraph, its dateline ("HOMS, Syria (AP) —", "SALVADOR, Feb 26 -") cut off."""
    head = text[block.start : block.start + 120]
    match = _DATELINE.match(head)
    if match and match.end() > 3 and match.end() < len(head) and (_CITY.match(head) or _PAREN.search(head, 0, match.end())):
        yield Block("dateline", block.start, block.start + len(match.group().rstrip()))
        yield Block("lead", block.start + match.end(), block.end)
    else:
        yield Block("lead", block.start, block.end)


def _with_credit(text: str, block: Block, kind: BlockKind, known: Phrases) -> Iterator[Block]:
    """A caption, its credit cut off, which is often glued to its full stop."""
    paragraph = text[block.start : block.end]
    match = _credit(paragraph, known) if kind == "caption" else None
    caption = paragraph[: match.start("credit")].rstrip(" -–—|/") if match else ""
    if match is None or len(caption) <= 3:
        yield Block(kind, block.start, block.end)
        return
    yield Block("caption", block.start, block.start + len(caption))
    yield Block("boilerplate", block.start + match.start("credit"), block.end)
