"""Reading the base packs that :mod:`timeline.language.compile` made from dateparser's locale data."""

from __future__ import annotations

import gzip
import json
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from timeline.language.files import PACKS, primary, read_pack

__all__ = ["base_locales", "base_pack", "locale_of"]

_FILE = Path(__file__).parent / "base.json.gz"
_ALIASES = {"no": "nb", "iw": "he", "in": "id", "ji": "yi", "zh-cn": "zh-Hans", "zh-tw": "zh-Hant", "zh-hk": "zh-Hant"}


@lru_cache(maxsize=1)
def _packs() -> dict[str, dict[str, Any]]:
    packs: dict[str, dict[str, Any]] = json.loads(gzip.decompress(_FILE.read_bytes()))
    return packs


def base_locales() -> list[str]:
    """Names of the locales that have a base pack, sorted."""
    return sorted(_packs())


def locale_of(lang: str) -> str | None:
    """The locale whose base pack serves a language code: itself, an alias, or its primary language."""
    code = lang.replace("_", "-")
    names = {name.lower(): name for name in _packs()}
    for candidate in (code, _ALIASES.get(code.lower(), ""), primary(code), _ALIASES.get(primary(code), "")):
        if candidate.lower() in names:
            return names[candidate.lower()]
    return None


def base_pack(lang: str) -> dict[str, Any] | None:
    """The pack of a language as the tables of a ``time.toml``, ``None`` where dateparser knows no such locale.

    Words that the locale data lacks (inflections, numbers, seasons) are added from ``packs/<locale>/words.toml`` where there is one.
    """
    name = locale_of(lang)
    if name is None:
        return None
    shared = tomllib.loads((PACKS / "base" / "locale.toml").read_text(encoding="utf-8"))
    pack = _packs()[name]
    shared["rules"]["date"] |= shared.pop("order").get(pack["settings"]["order"], {})
    more = read_pack(name, "words") or {}
    words = {kind: {value: list(forms) for value, forms in table.items()} for kind, table in pack["words"].items()}
    for kind, table in more.get("words", {}).items():
        for value, forms in table.items():
            words.setdefault(kind, {}).setdefault(value, []).extend(forms)
    words |= _year_and_month_words(words)
    return shared | {"settings": pack["settings"] | more.get("settings", {}), "words": words}


def _year_and_month_words(words: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, list[str]]]:
    """Phrases for "last year" and "this month" once more, as what a month or day of it stands beside: "去年5月"."""
    found: dict[str, dict[str, list[str]]] = {}
    for value, forms in words.get("relphrase", {}).items():
        slots = dict(slot.split("=") for slot in value.split())
        if slots.keys() == {"unit", "rel"} and slots["unit"] in ("year", "month"):
            name, slot = ("rel_year", "yrel") if slots["unit"] == "year" else ("rel_month", "mrel")
            found.setdefault(name, {}).setdefault(f"{slot}={slots['rel']}", []).extend(forms)
    return found
