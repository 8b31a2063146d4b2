"""Figures do not fall below their floors: on our own words always, on the shared gold where it lies."""

from __future__ import annotations

import pytest

from tests.quality import ours
from tests.quality.__main__ import PARTS, measured, met, updated
from tests.quality.figures import SHARED, Figure, floors


def fallen(figures):
    known = floors()
    assert any(figure.key in known for figure in figures), "no figure has a floor"
    return [
        f"{figure.key}: {figure.value:.3f}, floor {known[figure.key]}"
        for figure in figures
        if figure.key in known and not met(figure, known[figure.key])
    ]


def test_figures_on_our_own_words_hold():
    assert fallen(list(ours.measure())) == []


@pytest.mark.slow
@pytest.mark.parametrize("part", ["timex"])
def test_figures_on_the_shared_gold_hold(part):
    if not SHARED.exists():
        pytest.skip("the shared gold is not here")
    assert fallen(measured([part])) == []


@pytest.mark.parametrize(
    ("value", "lower", "floor", "holds"),
    [(0.80, False, 0.80, True), (0.79, False, 0.80, False), (1.2, True, 1.2, True), (1.3, True, 1.2, False)],
)
def test_a_floor_is_a_floor(value, lower, floor, holds):
    assert met(Figure("c", "m", value, lower=lower), floor) is holds


def test_floors_rise_silently_and_fall_only_by_a_flag(monkeypatch):
    monkeypatch.setattr("tests.quality.__main__.floors", lambda: {"c / m": 0.8})
    assert updated([Figure("c", "m", 0.9)], allow_regression=False) == {"c / m": 0.9}
    with pytest.raises(SystemExit, match="lower the floor"):
        updated([Figure("c", "m", 0.7)], allow_regression=False)
    assert updated([Figure("c", "m", 0.7)], allow_regression=True) == {"c / m": 0.7}


def test_every_part_measures():
    import importlib

    assert all(callable(importlib.import_module(f"tests.quality.{part}").measure) for part in PARTS)
