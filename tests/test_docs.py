"""The README keeps its word: its tables are those of the code, and every part that can be generated is."""

import re

import pytest

from tests.docs import PARTS, README, renewed


@pytest.mark.parametrize("part", PARTS)
def test_the_readme_has_every_generated_part(part):
    text = README.read_text(encoding="utf-8")
    assert text.count(f"<!-- begin {part} -->") == text.count(f"<!-- end {part} -->") == 1


def test_the_readme_is_what_the_code_says():
    text = README.read_text(encoding="utf-8")
    assert renewed(text) == text, "run: python -m tests.docs --write"


def test_nothing_committed_names_a_registry_or_this_machine():
    root = README.parent
    names = re.compile(
        r"(?:" + "|".join(["py" + r"pi\.org", r"pythonhosted\.", "registry" + r"\.npmjs", "/wo" + "rk/", "/ro" + "ot/"]) + r")"
    )
    files = [
        p
        for p in root.rglob("*")
        if p.suffix in {".py", ".md", ".toml", ".txt", ".yaml", ".json", ".html", ".js"}
        and not set(p.parts) & {".git", ".venv", "build"}
    ]
    found = [str(path.relative_to(root)) for path in files if names.search(path.read_text(encoding="utf-8", errors="replace"))]
    assert found == []
