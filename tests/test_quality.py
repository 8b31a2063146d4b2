"""Figures do not fall below their floors: on our own words always, on the shared gold where it lies."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.quality import ours
from tests.quality.__main__ import PARTS, measured, met, updated
from tests.quality.confidence import own, shares, within
from tests.quality.figures import SHARED, Figure, floors
from timeline.events.confidence import counted


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


def test_the_confidence_of_a_date_is_what_is_counted_now():
    for basis, (right, of) in shares(own()).items():
        if basis in counted():
            then_right, then_of = counted()[basis]["own"]
            assert abs(right / of - then_right / then_of) < 0.04, f"{basis}: python -m tests.quality.confidence --write"
            assert abs(of - then_of) < 0.2 * then_of, basis


WITHIN = [
    # annotated: earliest exact, after, latest exact, before; interval; whether it holds the time
    (("2014-05-07", None, "2014-05-07", None), ("2014-05-07", "2014-05-08"), True),
    (("2014-05-07", None, "2014-05-07", None), ("2014-05-07T10:00:00", "2014-05-07T10:01:00"), True),
    (("2014-05-07", None, "2014-05-07", None), ("2014-01-01", "2015-01-01"), True),
    (("2014-05-07", None, "2014-05-07", None), ("2014-05-08", "2014-05-09"), False),
    ((None, "2014-01-01", None, "2014-12-31"), ("2014-01-01", "2015-01-01"), True),
    ((None, "2014-01-01", None, "2015-02-01"), ("2014-01-01", "2015-01-01"), False),
    ((None, None, None, "2014-05-07"), (None, "2014-05-08"), True),
    ((None, None, None, "2014-05-07"), ("2014-05-01", "2014-05-08"), False),
    (("2014-05-07", None, None, None), ("2014-05-07", None), True),
    (("2014-05-07", None, None, None), ("2014-05-07", "2014-05-08"), False),
]


@pytest.mark.parametrize(("annotated", "interval", "wanted"), WITHIN)
def test_an_interval_that_holds_an_annotated_time(annotated, interval, wanted):
    exact, after, until, before = annotated
    label = {"kind": "multi", "begin": {"exact": exact, "after": after}, "end": {"exact": until, "before": before}}
    assert within(label, *(datetime.fromisoformat(end) if end else None for end in interval)) == wanted
