"""The face of the library keeps its names, whatever was imported before."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "first", ["timeline.build", "timeline.tag", "timeline.load", "__import__('timeline.building')", "__import__('timeline.cli')"]
)
def test_every_name_stays_a_function(first):
    code = (
        f"import timeline; {first}; assert all(callable(getattr(timeline, name)) for name in timeline.__all__ for _ in range(2))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
