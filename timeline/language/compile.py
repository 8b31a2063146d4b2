"""Base packs: what dateparser's locale data says of time, as tables that the engine reads like a hand-written ``time.toml``.

``python -m timeline.language.compile`` writes ``base.json.gz`` beside this module; a test makes it anew and compares, so nobody edits
it by hand. Nothing is invented: a word that the data gives to two months or weekdays, an English place holder in the data of another
language and a single letter are left out; abbreviations count only beside a day or a year.
"""

from __future__ import annotations

import gzip
import importlib
import json
import pkgutil
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from timeline.language.counted import REGEX_SIGNS, UNITS, Counted, Table, Words
from timeline.language.forms import capital, clipped, fold, is_abbreviation, is_clipped_unit, script

__all__ = ["BASE", "base_packs", "encode", "locale_names", "main"]

BASE = Path(__file__).parent / "base.json.gz"

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# Scripts that write no spaces between words, or glue particles to them (Hangul), by the first letters of their Unicode names. There, one
# letter may be a word.
_SPACELESS = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "HANGUL")
_DAY_MARKS = ("日", "일")  # after a number these name a day of the month, not a length of time
_ROMAN = re.compile(r"[ivx]+")


def locale_names() -> list[str]:
    """Names of dateparser's locales, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(_data_package().__path__))


def _data_package() -> Any:
    return importlib.import_module("dateparser.data.date_translation_data")


def _locale(name: str) -> dict[str, Any]:
    info: dict[str, Any] = importlib.import_module(f"{_data_package().__name__}.{name}").info
    return info


def base_packs() -> dict[str, dict[str, Any]]:
    """The pack of every locale: ``settings`` and ``words`` in the shape of a ``time.toml``."""
    english = _locale("en")
    placeholders = {phrase for phrases in english["relative-type"].values() for phrase in phrases}
    return {name: _Locale(name, _locale(name), placeholders).pack() for name in locale_names()}


class _Locale:
    """One locale's data on its way to a pack."""

    def __init__(self, name: str, info: dict[str, Any], placeholders: set[str]) -> None:
        self.name, self.info = name, info
        self.is_english = name == "en"
        self.placeholders = set() if self.is_english else placeholders
        self.spaceless = script(info["january"][-1] + info["monday"][-1]).startswith(_SPACELESS)

    def pack(self) -> dict[str, Any]:
        """Settings and words; empty classes are left out."""
        words: Table = {}
        month, month_abbr = self.names(MONTHS)
        weekday, weekday_abbr = self.names(WEEKDAYS)
        words |= {"month": month, "month_abbr": month_abbr, "weekday": weekday, "weekday_abbr": weekday_abbr}
        words["unit"] = self.units()
        self._capitals_for_shared(words)
        words |= self.relative(words["unit"])
        counted = Counted(self.info, self.spaceless)
        words |= counted.parts("ago", "\\1 {} ago", words["unit"])
        words["ago_after"] = {"x": counted.marker(words["unit"], words.get("ago_alone", {}))}
        words |= counted.parts("ahead", "in \\1 {}", words["unit"])
        words["number"] = self.numbers()
        words["yearword"] = {"x": self.clean(self.info["year"]) if "year" in words["unit"] else []}
        letters = sorted({str(word).lower() for word in self.info["year"] if len(word) == 1 and word.isalpha()})
        words["yearabbr"] = {"x": [] if self.spaceless else letters}
        words["daymark"] = {"x": [word for word in words["unit"].get("day", ()) if word in _DAY_MARKS]}
        words["dayunit"] = {"x": words["unit"].get("day", [])}
        words["of"] = {"x": self.connectors()}
        words["meridiem"] = {half: forms for half in ("am", "pm") if (forms := self.clean(self.info.get(half, ())))}
        settings: dict[str, Any] = {"order": str(self.info.get("date_order") or "DMY").lower()}
        if self.spaceless:
            settings["spaceless"] = True
        return {"settings": settings, "words": {name: table for name, table in words.items() if table and table != {"x": []}}}

    # --- words ---------------------------------------------------------------------------------------------------------------

    def clean(self, words: Any) -> list[str]:
        """Words without doubles, place holders, single letters and brackets, in a fixed order."""
        found: dict[str, None] = {}
        for word in words:
            lexeme = " ".join(unicodedata.normalize("NFC", str(word)).lower().strip(" .,").split())
            if self._is_word(lexeme):
                found[lexeme] = None
        return list(found)

    def _is_word(self, lexeme: str) -> bool:
        letters = sum(character.isalpha() for character in lexeme)
        enough = letters >= (1 if self.spaceless or any(c.isdigit() for c in lexeme) else 2)
        return (
            enough and not _ROMAN.fullmatch(lexeme) and not set("()/[]") & set(lexeme) and lexeme.lower() not in self.placeholders
        )

    def names(self, groups: tuple[str, ...]) -> tuple[Words, Words]:
        """Full names and abbreviations of months or weekdays; a word that names two of either kind is left out."""
        owners: dict[str, set[str]] = defaultdict(set)
        for group in MONTHS + WEEKDAYS:
            for word in self.clean(self.info[group]):
                owners[fold(word)].add(group)
        full: Words = {}
        short: Words = {}
        for number, group in enumerate(groups, 1):
            words = [
                word
                for word in self.clean(self.info[group])
                if owners[fold(word)] == {group} and not self._placeholder(word, group)
            ]
            abbreviations = [word for word in words if is_abbreviation(word, words)]
            if names := [word for word in words if word not in abbreviations]:
                full[str(number)] = names
            if abbreviations := [word for word in abbreviations if self.spaceless or len(word) > 2 or groups is WEEKDAYS]:
                short[str(number)] = abbreviations
        return full, short

    def _placeholder(self, word: str, group: str) -> bool:
        """True for an English name in a script that English is not written in."""
        return not self.is_english and fold(word) == group[: len(word)] and not script(self.info[group][0]).startswith("LATIN")

    def units(self) -> Words:
        """Unit words. Where "year" stands for a year outside English, the English unit names are place holders."""
        foreign = not self.is_english and "year" in self.info["year"]
        units: Words = {}
        for unit in UNITS:
            words = [word for word in self.clean(self.info.get(unit, ())) if not (foreign and word == unit)]
            if forms := [word for word in words if self.spaceless or not is_clipped_unit(word, words)]:
                units[unit] = forms
        seen: Counter[str] = Counter(fold(word) for forms in units.values() for word in forms)
        return {unit: kept for unit, forms in units.items() if (kept := [word for word in forms if seen[fold(word)] == 1])}

    def _capitals_for_shared(self, words: Table) -> None:
        """A weekday or month that is also a unit ("minggu": Sunday, week) is one only with a capital, where the script has them."""
        units = {fold(word) for forms in words["unit"].values() for word in forms}
        for name in ("month", "month_abbr", "weekday", "weekday_abbr"):
            for value, forms in list(words[name].items()):
                kept = [capital(form) if fold(form) in units else form for form in forms]
                kept = [form for form in kept if fold(form) not in units or form[0].isupper()]
                words[name][value] = kept
                if not kept:
                    del words[name][value]

    def numbers(self) -> Words:
        """Number words among the simplifications: plain words that stand for one number."""
        numbers: Words = {}
        for rule in self.info.get("simplifications", ()):
            for word, value in rule.items():
                if str(value).isdigit() and not REGEX_SIGNS.search(word) and self._is_word(word) and word.isalpha():
                    numbers.setdefault(str(value), []).append(word)
        return numbers

    def connectors(self) -> list[str]:
        """Short words that dateparser skips within dates ("de", "del")."""
        pertain = set(self.info.get("pertain", ()))
        return [word for word in self.info["skip"] if word in pertain and word.isalpha()]

    # --- relative ------------------------------------------------------------------------------------------------------------

    def relative(self, units: Words) -> Table:
        """Day words, the word for now, phrases for last, this and next week, month and year, and the relative words in them."""
        table: Table = {"dayword": {}, "reference": {}, "relphrase": {}, "rel": {}, "rel_after": {}}
        for phrase, forms in sorted(self.info.get("relative-type", {}).items()):
            offset, unit = _offset(phrase)
            cleaned = self.clean(forms)
            words = [word for word in cleaned if not clipped(word, cleaned)]
            if offset is None or not words:
                continue
            if unit == "day":
                table["dayword"][str(offset)] = words
            elif unit == "second" and offset == 0:
                table["reference"]["PRESENT_REF"] = words
            elif unit in ("week", "month", "year") and -3 <= offset <= 3:
                self._phrases(table, unit, offset, words, units)
        said: Counter[str] = Counter(word for words in table["dayword"].values() for word in words)
        table["dayword"] = {
            offset: kept for offset, words in table["dayword"].items() if (kept := [word for word in words if said[word] == 1])
        }
        return table

    def _phrases(self, table: Table, unit: str, offset: int, phrases: list[str], units: Words) -> None:
        table["relphrase"][f"unit={unit} rel=dct{offset}"] = phrases
        if abs(offset) > 1:
            return
        forms = {fold(form) for form in units.get(unit, ())}
        for phrase in phrases:
            tokens = phrase.split()
            if len(tokens) != 2 or not forms & set(map(fold, tokens)):
                continue
            home, word = ("rel_after", tokens[1]) if fold(tokens[0]) in forms else ("rel", tokens[0])
            known = table[home].setdefault(f"dct{offset}", [])
            if word not in known and len(word) > 1:
                known.append(word)


def _offset(phrase: str) -> tuple[int | None, str]:
    """``(-2, "day")`` of ``2 day ago``, ``(1, "week")`` of ``in 1 week``; ``(None, "")`` for other keys."""
    if found := re.fullmatch(r"(\d) (\w+) ago", phrase):
        return -int(found[1]), found[2]
    if found := re.fullmatch(r"in (\d) (\w+)", phrase):
        return int(found[1]), found[2]
    return None, ""


def encode(packs: dict[str, dict[str, Any]]) -> bytes:
    """The packs as the bytes of ``base.json.gz``: the same for the same packs."""
    text = json.dumps(packs, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0)


def main() -> None:
    """Write ``base.json.gz``."""
    BASE.write_bytes(encode(base_packs()))


if __name__ == "__main__":
    main()
