"""Tables in terminals of any width: no column is cut off, and rows of many columns stand upright."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from timeline.views import terminal

EVENT = {
    "summary": "Rebels left the old city under a truce that both sides had signed.",
    "status": "happened",
    "place": "Trincomalee District",
    "country": "LK",
    "places": [],
    "source_count": 4321,
    "value": "2014-05-07T22:00",
    "granularity": "minute",
    "extent": "after",
    "time_start": None,
    "time_end": None,
    "date": None,
}


def shown(width: int, draw) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    draw(console)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 80, 87, 88, 200])
def test_events_keep_all_their_columns(width: int):
    lines = shown(width, lambda console: terminal.print_rows(console, [EVENT]))
    for end in ("Sources", "4321"):
        assert any(line.rstrip().endswith(end) for line in lines)
    assert max(map(len, lines)) <= width
    assert "…" not in "".join(lines)


def test_many_columns_stand_upright_and_few_beside_each_other():
    names, row = [f"column{number}" for number in range(12)], ["a", None, "[bold]", *range(9)]
    assert [line.split() for line in shown(80, lambda console: terminal.print_grid(console, names, [row]))[:3]] == [
        ["column0", "a"],
        ["column2", "[bold]"],
        ["column3", "0"],
    ]
    assert shown(160, lambda console: terminal.print_grid(console, names, [row]))[1].split() == names
