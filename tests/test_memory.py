"""Memory of a build: what the process that builds holds does not grow with the number of articles."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.processes import ROOT

A_FEW_BYTES = 120


@pytest.mark.slow
def test_what_a_build_holds_does_not_grow_with_its_articles():
    done = subprocess.run([sys.executable, "-m", "tests.building_memory"], cwd=ROOT, capture_output=True, text=True, check=True)
    plain, arrow = json.loads(done.stdout.splitlines()[-1])
    assert plain < A_FEW_BYTES, f"{plain:.0f} bytes an article in Python and numpy"
    assert arrow < A_FEW_BYTES, f"{arrow:.0f} bytes an article in Arrow"
