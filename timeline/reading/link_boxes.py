"""Boxes of links that a page puts into its text: behind a name ("said Jo Poe Joanna M. PoeVote put off Poe wins again MORE (D-Md.)"),
and around a video ("JUST WATCHED Vote put off Replay More Videos ... MUST WATCH Vote put off 02:45").

What opens on a mouse-over in the page is run together with the sentence in its text: the full name, mostly without a blank before the
first headline, more headlines, and the word that closes the box. A player leaves a line with the title of its video twice and its length,
which is no time of day (or that twice: "Vote put off Listen · 3:07 3:07"), or its button before the words below it ("CLOSE The mayor speaks
on Monday"). No sentence is told by them, so they are blanked; every position stays.
"""

from __future__ import annotations

import re

__all__ = ["without_link_boxes"]

_CLOSING = " MORE"
_NAME = r"[A-Z][\w'’-]*[^\W\d_A-Z]"
_MORE_NAMES = r"(?:\(?[A-Z][^\s,]* )"
_HEADLINES = r"[A-Z\d][^\n]{1,600}? MORE\b"
_BOXES = (  # where a blank parts name and headlines, the first name must be the same too
    re.compile(rf"\b(?P<last>{_NAME})(?P<box> {_MORE_NAMES}{{0,5}}?(?P=last){_HEADLINES})"),
    re.compile(rf"\b(?P<first>{_NAME}) (?P<last>{_NAME})(?P<box> (?P=first) {_MORE_NAMES}{{0,3}}?(?P=last) {_HEADLINES})"),
)
_PLAYING = " WATCH"
_PLAYER = re.compile(r"^(?P<box>[A-Z ]{4,30} (?P<title>[^\n]{4,160}) [^\n]{8,60} (?P=title) \d{1,2}:\d\d)$", re.MULTILINE)
_LENGTH = " · "
_HEARD = re.compile(rf"^(?P<box>[^\n]{{1,300}} \w+{_LENGTH}(?P<length>\d{{1,2}}:\d\d) (?P=length))$", re.MULTILINE)
_BUTTON = "CLOSE "
_PRESSED = re.compile(rf"^(?P<box>{_BUTTON})(?=[\"“]?[A-Z])(?=[^\n]*[a-z]{{3}})", re.MULTILINE)


def without_link_boxes(text: str) -> str:
    """The text with blanks for its boxes."""
    if _PLAYING in text:
        text = _PLAYER.sub(_blanked, text)
    if _LENGTH in text:
        text = _HEARD.sub(_blanked, text)
    if _BUTTON in text:
        text = _PRESSED.sub(_blanked, text)
    if _CLOSING in text:
        for box in _BOXES:
            text = box.sub(_blanked, text)
    return text


def _blanked(found: re.Match[str]) -> str:
    box = found["box"]
    return found[0][: -len(box)] + " " * len(box)
