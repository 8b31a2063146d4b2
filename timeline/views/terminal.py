"""Tables and summaries for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from timeline.views.exports import plain, when_of
from timeline.views.where import where_of

__all__ = ["events_table", "print_grid", "print_rows"]

_COLOURS = {"happened": "cyan", "ongoing": "green", "planned": "yellow", "possible": "magenta", "denied": "red"}


_ROOMY = 88
"""Columns of a terminal from which dates and places may be as wide as they like: in less the last column would be cut off."""
_TIGHT = 72
"""Columns from which a long word still fits into the place."""
_CELL = 8
"""Columns that a cell needs to be read; where there are fewer, a row is shown upright, a line a cell."""


def events_table(rows: Iterable[Mapping[str, Any]], width: int, title: str | None = None) -> Table:
    """Events as a table that fits into ``width``: when, what, status, where, independent sources."""
    roomy = width >= _ROOMY
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("When", max_width=18 if roomy else 12, overflow="fold")
    table.add_column("What happened", ratio=1, min_width=20 if roomy else 8)
    table.add_column("Status", no_wrap=True)
    table.add_column("Where", max_width=16 if roomy else 12 if width >= _TIGHT else 9, overflow="fold")
    table.add_column("Sources", justify="right", no_wrap=True)
    for row in rows:
        status = Text(row["status"], style=_COLOURS.get(row["status"], ""))
        # Text, not markup: an article may hold "[bold]" or terminal escapes
        table.add_row(
            when_of(row), Text(_printable(row["summary"])), status, Text(_printable(where_of(row))), str(row["source_count"])
        )
    return table


def print_rows(console: Console, rows: Sequence[Mapping[str, Any]], title: str | None = None) -> None:
    """Print events, or say that there are none."""
    if rows:
        console.print(events_table(rows, console.width, title))
    else:
        console.print("No events.")


def print_grid(console: Console, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Any rows under any names; says so where there are none."""
    rows = list(rows)
    if not rows:
        console.print("No rows.")
        return
    cells = [[_printable("" if plain(cell) is None else str(plain(cell))) for cell in row] for row in rows]
    if len(names) * _CELL > console.width:
        _print_upright(console, names, cells)
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in names:
        table.add_column(Text(_printable(name)), overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    console.print(table)


def _print_upright(console: Console, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows of more columns than fit beside each other: a line a cell, what is empty left out."""
    for row in rows:
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(no_wrap=True)
        table.add_column(ratio=1, overflow="fold")
        for name, cell in zip(names, row, strict=True):
            if cell:
                table.add_row(Text(_printable(name), style="bold"), Text(cell))
        console.print(table)
        console.print()


def _printable(text: str) -> str:
    """Without control characters, which a terminal would obey."""
    return "".join(letter if letter.isprintable() or letter == " " else " " for letter in text)
