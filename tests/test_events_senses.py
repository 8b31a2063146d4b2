"""What words weigh by themselves: found by base form and kind, added to the scores of the learned reader, the same after storing."""

from __future__ import annotations

import numpy as np
import pytest

from timeline.events.features import TypeTable, padded
from timeline.events.lexicon import Lexicon
from timeline.events.linear import Linear
from timeline.events.model import EVENT, EventModel, event_model
from timeline.events.senses import KINDS, Senses, kind_of

WORDS = ["Miners", "strike", "."]
LABELS = ("class=OCCURRENCE", "class=STATE", "tense=NONE", "aspect=NONE", "polarity=POS", "modality=NONE")


def reader(told: dict[str, list[float]]) -> EventModel:
    """A reader that has learned nothing but what it is told of words; every word of its texts is a noun, dots apart."""
    tagger = Linear(["NN", "PU"], np.empty(0, np.int64), np.empty((0, 2), np.float32), np.array([1.0, 0.0]), 4)
    trigger = Linear(["yes"], np.empty(0, np.int64), np.empty((0, 1), np.float32), np.array([-1.0]), 4)
    attributes = Linear(LABELS, np.empty(0, np.int64), np.empty((0, 6), np.float32), np.zeros(6), 4)
    rows = np.array([[0.0, 0.0, 0.0], *told.values()], np.float32)
    return EventModel(Lexicon({}, {}), tagger, trigger, attributes, {".": 1}, Senses(list(told), (EVENT, *LABELS[:2]), rows))


@pytest.mark.parametrize(
    ("tag", "kind"), [("VVD", "V"), ("BE", "V"), ("BEN", "V"), ("HV", "V"), ("NN", "N"), ("NNS", "N"), ("AJ", "A"), ("AV", "N")]
)
def test_kind(tag: str, kind: str) -> None:
    assert KINDS[kind_of(tag)] == kind


def test_a_word_is_an_event_where_its_own_weight_says_so() -> None:
    assert reader({"Nstrike": [2.0, 0.0, 0.0]}).read(WORDS, [3]).triggers == [1]
    assert reader({"Nstrike": [0.5, 0.0, 0.0]}).read(WORDS, [3]).triggers == []
    assert reader({"Vstrike": [2.0, 0.0, 0.0]}).read(WORDS, [3]).triggers == [], "a noun is not the verb of the same form"


@pytest.mark.parametrize(("weights", "wanted"), [([2.0, 1.0, 0.0], "OCCURRENCE"), ([2.0, 0.0, 1.0], "STATE")])
def test_the_class_of_an_event_hears_its_word(weights: list[float], wanted: str) -> None:
    assert [found["class"] for found in reader({"Nstrike": weights}).read(WORDS, [3]).attributes] == [wanted]


def test_words_share_the_weight_of_their_base_form() -> None:
    senses = Senses(("Vsay",), (EVENT,), np.array([[0.0], [1.0]], np.float32))
    table = TypeTable(Lexicon({}, {"said": "say"}), senses=senses)
    numbers = table.numbers(["Said", "say", "sad"], padded([3]))[padded([3])]
    assert table.senses(numbers, np.array([0, 0, 0])).tolist() == [1, 1, 0]
    assert table.senses(numbers, np.array([1, 1, 1])).tolist() == [0, 0, 0]


def test_a_table_keeps_what_it_knows_when_it_grows() -> None:
    senses = Senses(("Nfire",), (EVENT,), np.array([[0.0], [1.0]], np.float32))
    table = TypeTable(Lexicon({}, {}), senses=senses)
    words = ["fire", *(f"w{number}" for number in range(5_000)), "fire"]
    numbers = table.numbers(words, padded([len(words)]))[padded([len(words)])]
    found = table.senses(numbers, np.ones(len(words), np.int64))
    assert found[[0, -1]].tolist() == [1, 1]
    assert found.sum() == 2


def test_senses_survive_being_stored() -> None:
    rng = np.random.default_rng(1)
    senses = Senses(("Vsay", "Nfire"), (EVENT, "class=STATE"), rng.normal(size=(3, 2)).astype(np.float32))
    back = Senses.unpacked(senses.packed())
    assert (back.names, back.labels) == (senses.names, senses.labels)
    assert np.abs(back.rows - senses.rows).max() <= np.abs(senses.rows).max() / 250
    assert back.numbers("say") == [1, 0, 0]


def test_the_reader_that_ships_knows_words_that_no_annotation_holds() -> None:
    senses = event_model("en").senses
    weight = {
        name: senses.rows[senses.numbers(name)[KINDS.index("N")], 0] for name in ("airstrike", "walkout", "sofa", "curtain")
    }
    assert min(weight["airstrike"], weight["walkout"]) > max(weight["sofa"], weight["curtain"])
