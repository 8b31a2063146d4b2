"""What a locale of dateparser says of "three days ago" and "in three days", taken apart into unit, number and what stands around them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from timeline.language.forms import fold

__all__ = ["REGEX_SIGNS", "UNITS", "Counted", "Table", "Words"]

UNITS = ("year", "month", "week", "day", "hour", "minute", "second", "decade", "century")
REGEX_SIGNS = re.compile(r"[\\()\[\]|?*+^$]")
_NUMBER = "(\\d++[.,]?\\d*+)"
"""How the data writes a number."""
_FEWEST = 3
"""Units with which a marker stands that is taken for one of any unit."""
_FEWEST_BEFORE = 4
"""What stands before numbers, each thing before those of one unit alone, where that names the unit."""

Words = dict[str, list[str]]
"""Value to words, as in a pack."""
Table = dict[str, Words]


@dataclass(frozen=True, slots=True)
class Counted:
    """The phrases with a number of one locale."""

    info: Mapping[str, Any]
    spaceless: bool
    """Whether its script writes no spaces between words."""

    def parts(self, name: str, key: str, units: Words) -> Table:
        """The parts of "N units ago" (or ahead), whose phrases stand under ``key``, and what stands around the number in them.

        ``<name>_pre`` and ``<name>_with`` are a marker before the number and the unit after it; ``<name>_alone`` the unit and marker after
        the number where nothing stands before; ``<name>_unit`` and ``<name>_mark`` where the unit stands before the number.
        """
        forms = [(unit, *_around(form)) for unit in UNITS for form in self._templates(key.format(unit))]
        if name == "ago":
            forms = _marked(forms)
        before: dict[str, set[str]] = defaultdict(set)
        for unit, pre, _ in forms:
            before[pre].add(unit)
        bare = {fold(word) for words in units.values() for word in words} | self._unit_forms_of_ago()
        table: Table = {}
        for unit, pre, post in forms:
            if pre and len(before[pre]) == 1 and len(before) >= _FEWEST_BEFORE:
                _put(table, f"{name}_unit", unit, pre)
                _put(table, f"{name}_mark", "x", post)
            elif pre:
                _put(table, f"{name}_pre", "x", pre)
                _put(table, f"{name}_with", unit, post)
            elif name == "ago" or fold(post) not in bare:
                _put(table, f"{name}_alone", unit, post)
        return table

    def marker(self, units: Words, alone: Words) -> list[str]:
        """What follows the unit in the forms of "N units ago" of at least three units: it may follow other forms of the unit too."""
        found: dict[str, set[str]] = defaultdict(set)
        for unit, forms in alone.items():
            for form in forms:
                head, space, tail = form.partition(" ")
                if space and fold(head) in map(fold, units.get(unit, ())):
                    found[tail].add(unit)
        return sorted(tail for tail, named in found.items() if len(named) >= _FEWEST)

    def _templates(self, key: str) -> list[str]:
        """Forms of one phrase with ``#`` for the number; forms with other regular-expression signs or clipped units are left out."""
        forms = [str(form).replace(_NUMBER, "#") for form in self.info.get("relative-type-regex", {}).get(key, ())]
        plain = [unicodedata.normalize("NFC", form) for form in forms if form.count("#") == 1 and not REGEX_SIGNS.search(form)]
        return [form for form in plain if self.spaceless or not any(len(token) == 1 for token in form.split("#")[1].split())]

    def _unit_forms_of_ago(self) -> set[str]:
        """First words after the number in the "ago" forms: bare units, which say nothing of the future."""
        found = set()
        for unit in UNITS:
            for form in self._templates(f"\\1 {unit} ago"):
                after = form.split("#")[1].split()
                found |= {fold(after[0])} if after else set()
        return found


def _around(form: str) -> tuple[str, str]:
    """What stands before and after the number of a form."""
    pre, _, post = form.partition("#")
    return pre.strip(" –-"), post.strip()


def _marked(forms: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """The forms without those that want a marker: beside "for 3 år siden" a bare "3 år" is a length of time."""

    def wants(unit: str, pre: str, post: str) -> bool:
        return any(u == unit and p.startswith(f"{post} ") and pre in ("", before) for u, before, p in forms)

    return [form for form in forms if not wants(*form)]


def _put(table: Table, name: str, value: str, word: str) -> None:
    if not any(character.isalpha() for character in word):
        return
    words = table.setdefault(name, {}).setdefault(value, [])
    if word not in words:
        words.append(word)
