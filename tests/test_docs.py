"""The documents keep their word: their tables are those of the code, and every part that can be generated is."""

from pathlib import Path

import pytest

from tests.docs import EVENTS, PARTS, README, ROOMS, renewed


@pytest.mark.parametrize(("page", "part"), [(page, part) for page, parts in PARTS.items() for part in parts])
def test_a_page_has_every_generated_part(page: Path, part: str) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.count(f"<!-- begin {part} -->") == text.count(f"<!-- end {part} -->") == 1


@pytest.mark.parametrize("page", PARTS)
def test_a_page_is_what_the_code_says(page: Path) -> None:
    assert renewed(page) == page.read_text(encoding="utf-8"), "run: python -m tests.docs --write"


def test_every_module_of_the_events_is_explained_once() -> None:
    modules = sorted(path.stem for path in (ROOMS.parent / "events").glob("*.py") if path.stem != "__init__")
    assert sorted(" ".join(EVENTS.values()).split()) == modules


def test_nothing_committed_names_a_place_on_this_machine() -> None:
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
