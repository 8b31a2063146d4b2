"""The learned readers as they are applied: what is remembered between articles changes no score."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tests.quality.training.dates import label_right, nearest
from timeline.events import choice
from timeline.events.choice import FEATURES, Choice, choice_of, flat, free_numbers, numbers, shaped, write_choice
from timeline.events.evidence import FREE
from timeline.events.facts import Group
from timeline.events.features import Hasher, Template, TypeTable, padded
from timeline.events.lexicon import Lexicon
from timeline.events.linear import Linear
from timeline.events.option import Option
from timeline.events.window import Window, WindowScorer
from timeline.interval import Interval

TEMPLATES: list[Template] = [
    (("word", 0),),
    (("end2", 0),),
    (("word", -1),),
    (("shape", 1),),
    (("tag", 0),),
    (("word", -1), ("word", 0)),
]
WORDS = "The rebels left the old city on Wednesday and the army moved into Homs".split()


def _linear(labels: int) -> Linear:
    rng = np.random.default_rng(1)
    features = np.arange(1 << 10)
    weights = rng.normal(size=(len(features), labels)).astype(np.float32)
    return Linear([str(k) for k in range(labels)], features, weights, rng.normal(size=labels).astype(np.float32), 10)


def _window(types: TypeTable, words: list[str], lengths: list[int]) -> Window:
    places = padded(lengths)
    rows = types.numbers(words, places)
    return Window(rows, types.rows(rows), places)


@pytest.mark.parametrize("labels", [1, 5])
def test_what_words_add_alone_is_summed_as_if_all_were_asked(labels: int) -> None:
    types, linear = TypeTable(Lexicon({}, {})), _linear(labels)
    scorer, hasher = WindowScorer(linear, TEMPLATES, types), Hasher(TEMPLATES, 10)
    for words in (WORDS, WORDS[::-1], ["Homs", "fell"]):  # the second time words are known
        window = _window(types, words, [len(words) - 1, 1])
        wanted = linear.scores(hasher.features(window.rows, window.places))
        assert np.allclose(scorer.scores(window, window.places), wanted, atol=1e-4)
    assert not np.allclose(wanted, linear.sums(hasher.features(window.rows, window.places)))  # the bias counts


def test_a_table_that_forgets_its_words_takes_the_sums_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("timeline.events.features._LIMIT", 3)
    types, linear = TypeTable(Lexicon({}, {})), _linear(2)
    scorer, hasher = WindowScorer(linear, TEMPLATES, types), Hasher(TEMPLATES, 10)
    for words in (WORDS, WORDS[::-1], WORDS[3:]):
        window = _window(types, words, [len(words)])
        assert np.allclose(
            scorer.scores(window, window.places), linear.scores(hasher.features(window.rows, window.places)), atol=1e-4
        )
    assert types.emptied == 2


def _drawn() -> choice.Floats:
    return np.random.default_rng(2).normal(size=FEATURES).astype(np.float32)


def _group(facts: str) -> Group:
    return str.split, facts


def _option(*facts: Group) -> Option:
    return Option(None, 0, list(facts), [], [])  # type: ignore[arg-type]


def test_groups_of_facts_weigh_what_their_facts_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "_HALF", 2)
    weights = _drawn()
    weights[::3] = 0
    learned = Choice(shaped(weights[weights != 0], np.flatnonzero(weights)))
    for facts in ([_group("a b"), _group("c")], [_group("c"), _group("a b"), _group("d a")], [_group("e")]):
        wanted = weights[free_numbers(flat(facts))].sum(axis=1)
        assert np.allclose(learned.scores([_option(*facts)])[0], wanted, atol=1e-4)
    assert len({*free_numbers(["a"]).ravel().tolist(), *numbers(["a"]).tolist()}) == len(FREE) + 1
    assert learned.scores([]) == []


def test_groups_that_are_asked_for_again_are_not_weighed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "_HALF", 3)
    weights = _drawn()
    learned = Choice(shaped(weights, np.arange(len(weights))))
    asked = ["a", "b", "a", "c", "a", "d", "a", "e", "a", "f", "a", "b"]
    spelt: list[str] = []

    def spell(facts: str) -> list[str]:
        spelt.append(facts)
        return [facts]

    for fact in asked:
        wanted = weights[free_numbers([fact])].sum(axis=1)
        assert np.allclose(learned.scores([_option((spell, fact))])[0], wanted, atol=1e-4)
    assert spelt == ["a", "b", "c", "d", "e", "f", "b"], "b was not asked for so long that it was forgotten"


def test_the_choice_survives_being_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = shaped(np.array([0.5, -1.5, 2.5, 0.001], np.float32), np.array([3, FEATURES - 1, 5, 40]))
    write_choice(tmp_path / "xx-when.npz", weights)
    monkeypatch.setattr(choice, "WEIGHTS", tmp_path)
    again = choice_of("xx")._known._weights
    assert again.rows.tolist() == [[0] * 8, [0, 0, 0, 0.5, 0, 2.5, 0, 0], [0] * 7 + [-1.5]]
    assert {place: int(row) for place, row in enumerate(again.row_of) if row} == {0: 1, FEATURES // 8 - 1: 2}


def test_the_nearest_way_teaches_where_none_says_what_the_label_says() -> None:
    def point(exact: str | None = None, after: str | None = None, before: str | None = None) -> dict[str, str | None]:
        return {"exact": exact, "after": after, "before": before}

    november = {"kind": "single", "begin": point(after="1995-11-01", before="1995-11-28")}
    november["end"] = november["begin"]
    month, day = Interval(datetime(1995, 11, 1), datetime(1995, 12, 1)), Interval(datetime(1998, 2, 27), datetime(1998, 2, 28))
    assert not label_right(month, november)
    assert nearest([day, None, month], november) == [False, False, True]
    assert nearest([day, None], november) == [False, False]  # none comes near
    assert nearest([day], {"kind": "none"}) == [False]
