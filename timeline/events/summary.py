"""The line to read: a sentence, or the clause of it that tells the event, made to stand alone.

What newsrooms leave around a sentence is taken off: datelines, picture credits, words that point back ("But", "However"), and the
source that the mention names anyway. A long sentence is cut at the borders of its clauses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from timeline.language.files import primary, read_pack

__all__ = ["LONGEST", "SummaryWords", "summarise", "summary_words"]

LONGEST = 240
"""Characters that a summary may have."""

_TAIL = 150
"""Characters at the end of a sentence in which its credits stand."""
_TOLERANCE = 60
"""Characters by which a clause may be longer than a line should be before it is cut between any two words."""
_SHORTEST = 15
"""Characters that must be left of a sentence where something is taken off it."""
_LEAST = 30
"""Characters below which a line is not cut at a border where more would fit."""
_BLANKS = re.compile(r"\s\s+|[^\S ]")
"""Blanks that are no single space: pages set names apart with hundreds of them."""
_BULLET = re.compile(r"^[\s•·▪◦●►▶–—*>|\-]+(?=\S)")
_POST = re.compile(r"\s*(?:https?://\S+|\bpic\.twitter\.com/\S+|—\s[^—]{2,60}\(@\w+\)[^—]*$)")
"""Addresses, and the signature of a post that an article embeds."""
_SIGNS_OF_POSTS = ("://", "pic.twitter.com/", "(@")
_SIGNS_OF_DATELINES = ("(", "-", "–", "—")
"""One of them stands in every dateline; most lines hold none, and are spared the search for one."""
_LOOSE = re.compile(r" ([,;:.!?])(?= |$)")
"""A mark that stands apart from its word."""
_DASH = re.compile(r"(?<=\w)(?:\s?—\s?|\s(?:–|--?)\s)")
_MARKS = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"))
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class SummaryWords:
    """Patterns of a language (``[summary]`` of ``who.toml``)."""

    dateline: re.Pattern[str]
    """What stands before a first sentence: ``HOMS, Syria (AP) —``."""
    credits: re.Pattern[str]
    """What stands behind a caption: ``AFP - Getty Images, file``."""
    credited: re.Pattern[str]
    """A name that every such credit line holds."""
    label: re.Pattern[str]
    """What says of a line what kind it is: ``FILE PHOTO:``."""
    leading: re.Pattern[str]
    """Words at the head that point back."""
    opener: re.Pattern[str]
    """Words that a line cut at its head does not begin with."""
    bound: re.Pattern[str]
    """What a line is not to begin with."""
    alone: re.Pattern[str]
    """A conjunction that a line which is cut before the main clause goes without."""
    cut: re.Pattern[str]
    """Borders of clauses; its group holds a comma that may be no such border."""
    where: str
    """How a place is added to a line: " in {}"."""


def _any(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _words(told: list[str] | None) -> re.Pattern[str]:
    return re.compile(rf"(?:{_any(told)})\b\s*", re.IGNORECASE) if told else _NEVER


def _leading(told: list[str] | None, kept: Sequence[str]) -> re.Pattern[str]:
    """Words that point back, unless more belongs to them: "so", but not "so far"."""
    if not told:
        return _NEVER
    unless = rf"(?!(?:{_any([*kept])})\b)" if kept else ""
    return re.compile(rf"^{unless}(?:{_any(told)})\b(?!-)(?:\s*,)?\s+", re.IGNORECASE)


@cache
def summary_words(lang: str | None) -> SummaryWords:
    """The patterns of a language; where its pack has none, only datelines of the form ``CITY —`` and clause marks are known."""
    pack = read_pack(primary(lang), "who") or {}
    told = pack.get("summary", {})
    agencies, credits = _any(told.get("agencies", [])), _any(told.get("credits", []))
    place = r"[A-ZÀ-Ý][\w.,'’ /-]{1,50}?"
    agency = rf"\s*\((?:{agencies})[^)]{{0,20}}\)" if agencies else ""
    dash = r"\s*(?:--|[–—]|-\s)\s*"
    upper = r"[A-ZÀ-Ý][A-ZÀ-Ý.'’ -]{2,30}(?:, [\w. ]{2,25})?(?:, [A-Z][a-z]+\.? \d{1,2})?"
    dateline = [rf"{upper}{dash}"] + (
        [rf"{place}{agency}\s*(?:{dash})?", rf"\((?:{agencies})\)\s*(?:{dash})?", rf"[A-ZÀ-Ý][^\n]{{1,100}}?{agency}{dash}"]
        if agency
        else []
    )
    item = rf"(?:{credits})(?:\s+(?:{told.get('credit_words', 'Photo')}))?"
    return SummaryWords(
        re.compile(rf"^(?:{'|'.join(dateline)})"),
        re.compile(
            rf"(?:(?<=[.!?\"”)])|[\s(/|]|[–—-])\s*\(?(?:{item})(?:\s*[-–—/,|]\s*(?:{item}|[Ff]ile|[Vv]ia [\w ]+))*\)?[.\s]*$"
        )
        if credits
        else _NEVER,
        re.compile(credits) if credits else _NEVER,
        re.compile(rf"^(?:{_any(told['labels'])})\s*[:–—-]\s+") if told.get("labels") else _NEVER,
        _leading(told.get("leading"), told.get("kept", ())),
        _words(told.get("openers")),
        _words(told.get("bound")),
        _words(told.get("alone")),
        re.compile(
            rf"[;:]\s|\s[–—-]{{1,2}}\s|,(?:[”\"»]|'')\s|,\s(?=(?:{_any(told['cuts'])})\b)|(,)\s"
            if told.get("cuts")
            else r"[;:]\s|\s[–—]\s|,[”\"»]\s|(,)\s"
        ),
        told.get("in_place", ""),
    )


def summarise(
    text: str,
    span: tuple[int, int],
    trigger: tuple[int, int],
    words: SummaryWords,
    name: tuple[int, int, str] | None = None,
) -> str:
    """The line to read for an event told by the characters ``trigger``, from the stretch ``span`` of a sentence.

    ``name``, if given, is the span of a pronoun and the name to put in its place. The line holds the trigger and has at most
    :data:`LONGEST` characters where a clause border allows.
    """
    start, end = span
    line, anchor = text[start:end], (trigger[0] - start, trigger[1] - start)
    if name is not None and start <= name[0] and (name[1] <= trigger[0] or name[0] == trigger[0]):
        before, after = name[0] - start, name[1] - start
        line = f"{line[:before]}{name[2]}{line[after:]}"
        moved = len(name[2]) - (after - before)
        anchor = (anchor[0] + moved if before < anchor[0] else anchor[0], anchor[1] + moved)
    if _BLANKS.search(line):
        anchor = (len(_BLANKS.sub(" ", line[: anchor[0]])), len(_BLANKS.sub(" ", line[: anchor[1]])))
        line = _BLANKS.sub(" ", line)
    for pattern in (_BULLET, words.label, words.dateline, words.leading):
        if pattern is words.dateline and not any(map(line.__contains__, _SIGNS_OF_DATELINES)):
            continue
        found = pattern.match(line)
        if found and found.end() <= anchor[0] and len(line) - found.end() > _SHORTEST:
            line, anchor = line[found.end() :], (anchor[0] - found.end(), anchor[1] - found.end())
    tail = max(anchor[1], len(line) - _TAIL)
    found = words.credits.search(line, tail) if words.credited.search(line, tail) else None
    if found and found.start() > _SHORTEST:
        line = line[: found.start()]
    return _finish(_shorten(line, anchor, words))


def _shorten(line: str, anchor: tuple[int, int], words: SummaryWords) -> str:
    """The clauses around the trigger that fit: from the head of the sentence where the trigger stands near it."""
    if len(line) <= LONGEST:
        return line
    borders = [(match.start(), match.end(), match.group(1) is not None) for match in words.cut.finditer(line)]
    ends = [border for border, _, _ in borders if border >= anchor[1]] + [len(line)]
    first = 0
    if anchor[1] > LONGEST:
        heads = [
            (start, loose)
            for _, start, loose in borders
            if start <= anchor[0] and not words.bound.match(line, start) and not _interrupts(line, start, anchor[0])
        ]
        fitting = [(start, loose) for start, loose in heads if ends[0] - start <= LONGEST] or heads[-1:] or [(0, False)]
        first = min(fitting, key=lambda head: head[1])[0]  # rather where a clause begins than at any comma
        opener = words.opener.match(line, first) if first else None
        if opener and opener.end() <= anchor[0]:
            first = opener.end()
    last = max([end for end in ends if end - first <= LONGEST], default=ends[0])
    if last - first > LONGEST + _TOLERANCE or (last - first < _LEAST and last < len(line)):
        last = max(line.rfind(" ", first, first + LONGEST), anchor[1])
    if last < len(line) and "," not in line[first:last]:  # the main clause is cut off
        opener = words.alone.match(line, first)
        first = opener.end() if opener and opener.end() <= anchor[0] else first
    return line[first:last].strip(" ,;:–—-") + ("" if last == len(line) else " …")


def _interrupts(line: str, start: int, anchor: int) -> bool:
    """Whether what begins there stands between dashes, or goes on behind them: "a noise — *perhaps a dog* — *woke* them"."""
    dashes = [dash.end() for dash in _DASH.finditer(line, 0, anchor)]
    return any(opening <= start <= closing for opening, closing in zip(dashes[::2], dashes[1::2], strict=False))


def _finish(line: str) -> str:
    """One line, marks in pairs, a capital at its head."""
    if any(map(line.__contains__, _SIGNS_OF_POSTS)):
        line = _POST.sub("", line)
    line = " ".join(line.split())
    if _LOOSE.search(line):
        line = _LOOSE.sub(r"\1", line)
    line = line.strip(" ,;")
    if line.count('"') % 2:
        line = line.replace('"', "")
    for opening, closing in _MARKS:
        if line.count(opening) != line.count(closing) and "„" not in line:
            line = line.replace(opening, "").replace(closing, "")
    line = line.strip(" ,;")
    return line[:1].upper() + line[1:]
