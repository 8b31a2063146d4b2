"""What changed between two versions, as a table or Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

__all__ = ["NAMES", "cells", "markdown"]

NAMES = ("change", "when", "what happened", "before", "now")
_HEADINGS = {
    "new": "New events",
    "gone": "Events gone",
    "date": "Moved to another date",
    "status": "Changed status",
    "sources": "Other sources",
}

Change = Mapping[str, Any]


def cells(changes: Iterable[Change]) -> list[tuple[str, ...]]:
    """A row a change under :data:`NAMES`."""
    return [(change["change"], _when(change), change["summary"], *_before_and_now(change)) for change in changes]


def _when(change: Change) -> str:
    return str(change["value"] or change["was_value"] or str(change["start"] or "")[:10])


def _before_and_now(change: Change) -> tuple[str, str]:
    kind = change["change"]
    if kind == "date":
        return str(change["was_value"] or ""), str(change["value"] or "")
    if kind == "status":
        return str(change["was_status"]), str(change["status"])
    if kind == "sources":
        return ", ".join(f"-{name}" for name in change["lost"]), ", ".join(f"+{name}" for name in change["gained"])
    return "", ""


def markdown(changes: Sequence[Change]) -> str:
    """Headings and lists, ready for a report; an article's own marks cannot break out of it."""
    if not changes:
        return "Nothing changed."
    parts = []
    for kind, group in groupby(changes, key=lambda change: change["change"]):
        lines = [f"* **{_plain(_when(change))}** {_plain(change['summary'])}{_aside(change)}" for change in group]
        parts.append(f"## {_HEADINGS[kind]}\n\n" + "\n".join(lines))
    return "\n\n".join(parts)


def _aside(change: Change) -> str:
    before, now = _before_and_now(change)
    said = " → ".join(part for part in (before, now) if part)
    return f" ({_plain(said)})" if said else ""


def _plain(text: str) -> str:
    """Text that Markdown shows as it is: one line, its special characters escaped."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|~" else letter for letter in " ".join(text.split()))
