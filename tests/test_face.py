"""The face of the library keeps its names, whatever was imported before."""

from __future__ import annotations

import subprocess
import sys

import pytest

from timeline.views.where import where_of


@pytest.mark.parametrize(
    "first", ["timeline.build", "timeline.tag", "timeline.load", "__import__('timeline.building')", "__import__('timeline.cli')"]
)
def test_every_name_stays_a_function(first):
    code = (
        f"import timeline; {first}; assert all(callable(getattr(timeline, name)) for name in timeline.__all__ for _ in range(2))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_store_keeps_its_names_too():
    code = (
        "import pkgutil, importlib, timeline.store as store\n"
        "for module in pkgutil.iter_modules(store.__path__): importlib.import_module(f'timeline.store.{module.name}')\n"
        "assert all(callable(getattr(store, name)) for name in ('connect', 'diff', 'forget', 'history', 'load', 'query', 'resolve', 'status'))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "place, country, wanted",
    [("Homs", "SY", "Homs, SY"), ("Syria", "SY", "Syria"), ("Asia", "ZZ", "Asia"), (None, "SY", "SY"), ("Avalon", None, "Avalon"), (None, None, "")],
)  # fmt: skip
def test_a_country_is_not_said_twice(place: str | None, country: str | None, wanted: str):
    assert where_of({"place": place, "country": country}) == wanted
