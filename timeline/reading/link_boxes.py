"""Boxes of links that a page puts behind a name: "said Jo Poe Joanna M. PoeVote put off Poe wins again MORE (D-Md.)".

What opens on a mouse-over in the page is run together with the sentence in its text: the full name, mostly without a blank before the
first headline, more headlines, and the word that closes the box. No sentence is told by them, so they are blanked; every position stays.
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


def without_link_boxes(text: str) -> str:
    """The text with blanks for its boxes."""
    if _CLOSING in text:
        for box in _BOXES:
            text = box.sub(_blanked, text)
    return text


def _blanked(found: re.Match[str]) -> str:
    box = found["box"]
    return found[0][: -len(box)] + " " * len(box)
