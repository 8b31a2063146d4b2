"""A text in the terminal, its time expressions coloured by type with their values beside them."""

from __future__ import annotations

from timeline.records import Extraction, Timex

__all__ = ["color"]

_COLORS = {"DATE": "36", "TIME": "35", "DURATION": "33", "SET": "32"}
_DIM, _RESET = "\x1b[2m", "\x1b[0m"


def color(extraction: Extraction, explain: bool = False) -> str:
    """The text with ANSI colours; with ``explain`` a line for every expression follows, saying why it has its value.

    Control characters of the text itself (but line ends and tabs) are left out: a text must not command the terminal.
    """
    article = extraction.article
    parts = []
    position = 0
    for timex in extraction.timexes:
        parts += [_safe(article.text[position : timex.start]), _colored(timex)]
        position = timex.end
    parts.append(_safe(article.text[position:]))
    if explain:
        from timeline.timex import explain as why

        parts += ["\n", *(f"\n{_safe(why(timex, article))}" for timex in extraction.timexes)]
    return "".join(parts)


def _colored(timex: Timex) -> str:
    value = timex.value + (f" {timex.mod}" if timex.mod else "")
    return f"\x1b[1;{_COLORS[timex.type]}m{_safe(timex.text)}{_RESET}{_DIM} {_safe(value)}{_RESET}"


def _safe(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
