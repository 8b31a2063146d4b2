"""The hand-written packs as data: nothing misspelt, nothing unused, and the documents that are generated from them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from timeline.language.files import PACKS
from timeline.language.packs import TimePack, hand_packs, time_pack
from timeline.language.table import language_table
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


def test_the_language_table_in_the_documents_is_the_generated_one() -> None:
    """Renewed by ``python -m timeline.language.table docs/languages.md``."""
    document = Path(__file__).parents[1] / "docs" / "languages.md"
    assert document.read_text(encoding="utf-8").partition("\n\n")[2] == language_table()
