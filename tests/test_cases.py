"""The case tables of the hand packs: what must be found with which value, and what must not be found.

``cases/<lang>.toml`` holds ``positive`` and ``negative`` rows. A positive row is a reference time, a text with the expected expressions
in square brackets, and their TIMEX3 values in order; a negative row is a reference time and a text in which nothing is a date.
"""

from __future__ import annotations

import re
import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from timeline.language.packs import hand_packs
from timeline.pipeline import tag
from timeline.records import Article, Published

CASES = Path(__file__).parent / "cases"
_MARK = re.compile(r"\[([^\[\]]+)\]")


def rows(kind: str) -> list[pytest.param]:
    """All rows of a kind as parameters ``(lang, reference time, text, values)``."""
    found = []
    for path in sorted(CASES.glob("*.toml")):
        for number, row in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))[kind]):
            reference, text, *values = row
            found.append(pytest.param(path.stem, reference, text, *values or [""], id=f"{path.stem}-{kind}-{number}"))
    return found


def expressions(lang: str, reference: str, text: str) -> list[tuple[int, str, str]]:
    """``(start, text, value)`` of all time expressions."""
    published = Published(datetime.fromisoformat(reference), precision="time" if "T" in reference else "day")
    found = tag(Article("case", text, lang=lang, published=published)).timexes
    assert all(text[timex.start : timex.end] == timex.text for timex in found)
    return [(timex.start, timex.text, timex.value) for timex in found]


@pytest.mark.parametrize(("lang", "reference", "marked", "values"), rows("positive"))
def test_found_with_its_value(lang: str, reference: str, marked: str, values: str) -> None:
    spans = [match[1] for match in _MARK.finditer(marked)]
    starts = [match.start() - 2 * place for place, match in enumerate(_MARK.finditer(marked))]
    expected = list(zip(starts, spans, values.split(), strict=True))
    assert expressions(lang, reference, _MARK.sub(r"\1", marked)) == expected


@pytest.mark.parametrize(("lang", "reference", "text", "values"), rows("negative"))
def test_not_found(lang: str, reference: str, text: str, values: str) -> None:
    assert not values
    assert expressions(lang, reference, text) == []


@pytest.mark.parametrize("lang", [lang for lang in hand_packs() if lang != "en"])  # English has tables of its own
def test_every_hand_pack_has_both_tables(lang: str) -> None:
    table = tomllib.loads((CASES / f"{lang}.toml").read_text(encoding="utf-8"))
    assert len(table["positive"]) >= 40
    assert len(table["negative"]) >= 10
