"""The language table of the documentation: which locale has what, from the packs themselves."""

from __future__ import annotations

from typing import Any

from timeline.language.base import base_locales, base_pack
from timeline.language.files import hand_packs

__all__ = ["language_table"]

_COLUMNS = ("months", "weekdays", "day words", "last/this/next", "N units ago", "in N units", "numbers in words", "order")


_SUBJECTS = {
    "time": "time expressions",
    "words": "time expressions: words over those of the locale",
    "sentences": "sentences",
    "events": "which events, when, and whether they happened",
    "who": "participants, sources, lines",
    "where": "places",
    "reading": "publication dates, captions, boilerplate",
}


def language_table() -> str:
    """A Markdown table of dateparser's locales, those alike in one row, then the languages with hand-written packs by subject.

    Months and weekdays are counted (fewer than 12 or 7: a word that names two of them is left out); ``yes`` or ``–`` for the rest.
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for locale in base_locales():
        alike.setdefault(tuple(_cells(base_pack(locale) or {})), []).append(locale)
    lines = [f"| {' | '.join(_COLUMNS)} | locales |", "|---" * (len(_COLUMNS) + 1) + "|"]
    lines += [
        f"| {' | '.join(cells)} | {', '.join(alike[cells])} |" for cells in sorted(alike, key=lambda cells: -len(alike[cells]))
    ]
    lines += ["", "Hand-written packs:", "", "| subject | languages |", "|---|---|"]
    for subject, title in _SUBJECTS.items():
        lines.append(f"| {title} | {', '.join(lang for lang in hand_packs(subject) if lang not in ('base', 'und'))} |")
    return "\n".join(lines) + "\n"


def _cells(pack: dict[str, Any]) -> list[str]:
    words = pack["words"]

    def counted(name: str) -> str:
        return str(len(words.get(name, {}).keys() | words.get(f"{name}_abbr", {}).keys()))

    def held(*names: str) -> str:
        return "yes" if any(words.get(name) for name in names) else "–"

    return [
        counted("month"),
        counted("weekday"),
        held("dayword"),
        held("relphrase"),
        held("ago_with", "ago_alone", "ago_unit"),
        held("ahead_with", "ahead_alone", "ahead_unit"),
        held("number"),
        str(pack["settings"]["order"]),
    ]
