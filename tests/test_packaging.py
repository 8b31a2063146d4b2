"""What the wheel holds: every package is named, and every data file that the code reads is matched by the package data."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]


def test_every_package_is_named():
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for top in ("timeline", "flows")
        for path in (ROOT / top).rglob("__init__.py")
    }
    assert set(TOOLS["packages"]) == found


def test_every_data_file_ships():
    shipped = set()
    for package, patterns in TOOLS["package-data"].items():
        for pattern in patterns:
            shipped |= set((ROOT / package.replace(".", "/")).glob(pattern))
    files = {
        p
        for top in ("timeline", "flows")
        for p in (ROOT / top).rglob("*")
        if p.is_file() and p.suffix not in (".py", ".pyc", ".md")
    }
    assert files - shipped == set()


@pytest.mark.parametrize("name", ["constraints.txt", "pyproject.toml", ".ci/run"])
def test_pins_and_ci_name_no_host(name):
    """What is installed comes from whatever index the user's pip knows."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text
    assert [
        word for word in text.split() if "://" in word or word.startswith(("--index-url", "--extra-index-url", "--find-links"))
    ] == []
