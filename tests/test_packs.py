"""The hand-written packs as data: nothing misspelt, nothing unused, and the documents that are generated from them."""

from __future__ import annotations

import tomllib
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeline.language.base import base_locales
from timeline.language.files import PACKS
from timeline.language.packs import TimePack, hand_packs, time_pack
from timeline.pipeline import tag
from timeline.records import Article, Published
from timeline.timex.lexicon import CONTEXT, SHAPES, SIGNALS
from timeline.timex.patterns import classes_in, parse
from timeline.timex.tokens import NUMBER_CLASSES

FORMS = {*NUMBER_CLASSES, *SHAPES}


def own(lang: str) -> dict[str, Any]:
    return tomllib.loads((PACKS / lang / "time.toml").read_text(encoding="utf-8"))


def classes_of_rules(pack: TimePack) -> dict[str, set[str]]:
    return {rule.name: classes_in(parse(rule.pattern, pack.macros)) for rule in pack.rules}


@pytest.mark.parametrize("lang", hand_packs())
def test_rules_and_triggers_name_classes_that_exist(lang: str) -> None:
    pack, data = time_pack(lang), own(lang)
    rules = {name for table in data["rules"].values() for name in table}
    unknown = {
        name: missing
        for name, used in classes_of_rules(pack).items()
        if name in rules and (missing := used - FORMS - set(pack.words))
    }
    assert unknown == {}
    assert set(data["classes"]["triggers"]) <= FORMS | set(pack.words)


@pytest.mark.parametrize("lang", [lang for lang in hand_packs() if lang != "en"])
def test_words_and_macros_are_used(lang: str) -> None:
    pack, data = time_pack(lang), own(lang)
    used = set().union(*classes_of_rules(pack).values()) | {*SIGNALS, *CONTEXT}
    assert set(data["words"]) - used == set()
    patterns = [rule.pattern for rule in pack.rules] + list(pack.macros.values())
    assert [name for name in data["macros"] if not any(f"@{name}" in pattern for pattern in patterns)] == []


PACKED = sorted({*hand_packs(), *base_locales()})
PIECES = [
    "3",
    "12",
    "2011",
    "1990s",
    " ",
    "\n\n",
    ".",
    ",",
    "-",
    "–",
    "'",
    "(",
    ":",
    "10:30",
    "03/05/2011",
    "%",
    "$",
    "x",
    "年",
    "月",
    "日",
    "ب",
    "ก",
]


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, str]:
    """A language and a text that holds its own words among anything else."""
    lang = draw(st.sampled_from(PACKED))
    words = sorted({lexeme for table in time_pack(lang).words.values() for lexeme in table})
    piece = st.sampled_from(words) | st.sampled_from(PIECES) | st.text(max_size=4)
    return lang, draw(st.sampled_from(["", " "])).join(draw(st.lists(piece, max_size=14)))


@settings(deadline=None, max_examples=150)
@given(texts(), st.sampled_from([None, "2014-05-07", "0001-01-01", "9999-12-31", "2012-02-29"]))
def test_any_text_in_any_language(case: tuple[str, str], day: str | None) -> None:
    """Offsets are right, spans are in order and apart, and what has no value is an issue: nothing is raised."""
    lang, text = case
    published = Published(datetime.fromisoformat(day)) if day else None
    result = tag(Article("x", text, lang=lang, published=published))
    end = 0
    for timex in result.timexes:
        assert end <= timex.start < timex.end
        assert text[timex.start : timex.end] == timex.text
        assert timex.value
        end = timex.end
    assert all(issue.reason for issue in result.issues)
