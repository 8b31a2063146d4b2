"""The README keeps its word: its tables are those of the code, and every part that can be generated is."""

from pathlib import Path

import pytest

from tests.docs import PARTS, README, renewed


@pytest.mark.parametrize("part", PARTS)
def test_the_readme_has_every_generated_part(part):
    text = README.read_text(encoding="utf-8")
    assert text.count(f"<!-- begin {part} -->") == text.count(f"<!-- end {part} -->") == 1


def test_the_readme_is_what_the_code_says():
    text = README.read_text(encoding="utf-8")
    assert renewed(text) == text, "run: python -m tests.docs --write"


def test_nothing_committed_names_a_place_on_this_machine():
    """Neither where this checkout lies nor whose it is: both would be wrong on the next machine."""
    root = README.parent
    here = {str(path) for path in (root, root.parent, Path.home()) if len(path.parts) > 1}
    files = [
        path
        for path in root.rglob("*")
        if path.suffix in {".py", ".md", ".toml", ".txt", ".yaml", ".json", ".html", ".js"}
        and not set(path.relative_to(root).parts) & {".git", ".venv", "build"}
    ]
    assert README in files
    found = [str(f) for f in files if any(f"{place}/" in f.read_text(encoding="utf-8", errors="replace") for place in here)]
    assert found == []
