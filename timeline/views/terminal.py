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


def events_table(rows: Iterable[Mapping[str, Any]], title: str | None = None) -> Table:
    """Events as a table: when, what, status, where, independent sources."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("When", max_width=18)
    table.add_column("What happened", ratio=1, min_width=20)
    table.add_column("Status", no_wrap=True)
    table.add_column("Where", max_width=16)
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
        console.print(events_table(rows, title))
    else:
        console.print("No events.")


def print_grid(console: Console, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Any rows under any names; says so where there are none."""
    rows = list(rows)
    if not rows:
        console.print("No rows.")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in names:
        table.add_column(Text(_printable(name)), overflow="fold")
    for row in rows:
        table.add_row(*(Text(_printable("" if plain(cell) is None else str(plain(cell)))) for cell in row))
    console.print(table)


def _printable(text: str) -> str:
    """Without control characters, which a terminal would obey."""
    return "".join(letter if letter.isprintable() or letter == " " else " " for letter in text)
