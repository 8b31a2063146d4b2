"""Memory of a build: what its processes hold does not grow with the number of articles."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.processes import ROOT
from timeline.memo import Memo, Recent

A_FEW_BYTES = 120


@pytest.mark.slow
def test_what_a_build_holds_does_not_grow_with_its_articles():
    done = subprocess.run([sys.executable, "-m", "tests.building_memory"], cwd=ROOT, capture_output=True, text=True, check=True)
    plain, arrow = json.loads(done.stdout.splitlines()[-1])
    assert plain < A_FEW_BYTES, f"{plain:.0f} bytes an article in Python and numpy"
    assert arrow < A_FEW_BYTES, f"{arrow:.0f} bytes an article in Arrow"


LOADED = 150 << 20
A_WORD = 1000
"""Bytes an article: memories that were not full yet still fill; one without bounds would take some thousand."""


def test_what_a_worker_holds_is_bounded():
    done = subprocess.run([sys.executable, "-m", "tests.worker_memory"], cwd=ROOT, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["loaded"] == []
    assert told["held"] < LOADED, f"{told['held'] >> 20} MB of its own after a first batch"
    assert told["more"] < A_WORD, f"{told['more']:.0f} bytes for each article of new words"


def test_what_is_asked_for_again_is_remembered_and_the_rest_forgotten():
    asked: list[int] = []
    squares = Memo(lambda number: (asked.append(number), number * number)[1], {-1: 1}, half=4)
    for number in range(100):
        assert squares[0] == 0
        assert squares[number] == number * number
    assert squares[-1] == 1
    assert asked == list(range(100))
    assert squares.held <= 8
    assert squares[1] == 1
    assert asked[-1] == 1  # it was forgotten meanwhile


def test_what_is_remembered_without_a_way_to_work_it_out_is_asked_for_by_its_name():
    seen = Recent[str, int](half=2)
    with pytest.raises(KeyError):
        seen["a"]
    for name in "abcab":
        seen.keep(name, ord(name))
    assert seen["b"] == ord("b")
    assert seen["c"] == ord("c")  # of the older half
    assert seen.held <= 4
