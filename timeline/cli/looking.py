"""``show``, ``top``, ``sql``, ``path``, ``report``, ``columns``: looking at a published timeline."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from timeline import store
from timeline.views import exports, terminal

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["add_commands"]

_STATUSES = ["happened", "ongoing", "planned", "possible", "denied"]


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this family's commands."""
    show = commands.add_parser("show", help="the events, in a stretch of time")
    _add_narrowing(show)
    show.add_argument(
        "--match", choices=["overlap", "within", "starts"], default="overlap", help="how events meet --from and --to"
    )
    show.add_argument("--finest", choices=["day", "month", "year"], help="leave out events dated more widely than this")
    show.add_argument("--place", help="place or country name or code")
    show.add_argument("--status", choices=_STATUSES)
    show.add_argument("--min-sources", type=_positive, default=1, metavar="N")
    show.add_argument("--top", type=_positive, metavar="N", help="only the N most important")
    show.add_argument("--format", choices=["table", "jsonl", "csv"], default="table")
    show.set_defaults(run=_show)

    top = commands.add_parser("top", help="the days that matter, one sentence each")
    _add_narrowing(top)
    top.add_argument("-n", type=_positive, default=20, metavar="N", help="how many lines")
    top.add_argument("--per-day", type=_positive, default=1, metavar="K", help="lines a day")
    top.add_argument("--format", choices=["table", "jsonl"], default="table")
    top.set_defaults(run=_top)

    sql = commands.add_parser("sql", help="ask the tables in SQL (DuckDB, read-only)")
    sql.add_argument("out", metavar="OUT")
    sql.add_argument("query")
    sql.add_argument("--format", choices=["table", "jsonl", "csv"], default="table")
    sql.set_defaults(run=_sql)

    path = commands.add_parser("path", help="the folder of the present version, for other tools")
    path.add_argument("out", metavar="OUT")
    path.add_argument("--table", choices=store.TABLES)
    path.set_defaults(run=_path)

    report = commands.add_parser("report", help="one HTML page that works offline")
    report.add_argument("out", metavar="OUT")
    report.add_argument("-o", "--output", type=Path, default=Path("timeline.html"), metavar="FILE")
    report.add_argument("--title", default="Timeline")
    report.set_defaults(run=_report)

    columns = commands.add_parser("columns", help="the data dictionary")
    columns.set_defaults(run=_columns)


def _positive(text: str) -> int:
    """A number of things to show."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, not {text!r}")
    return int(text)


def _add_narrowing(command: argparse.ArgumentParser) -> None:
    command.add_argument("out", metavar="OUT")
    command.add_argument("--from", dest="from_", metavar="DATE", help="ISO date, month or year")
    command.add_argument("--to", metavar="DATE", help="ISO date, month or year; the whole of it is meant")
    command.add_argument("--topic", metavar="WORDS", help="narrow to a story, most relevant first")
    command.add_argument("--entity", metavar="NAME", help="narrow to events that involve this name")
    command.add_argument("--undated", action="store_true", help="also events that no source dates, on their day of publication")


def _narrowed(arguments: argparse.Namespace, timeline: store.Timeline, **options: Any) -> pd.DataFrame:
    events = timeline.between(arguments.from_, arguments.to, undated=arguments.undated, **options)
    if arguments.entity:
        events = timeline.about_entity(arguments.entity, events)
    if arguments.topic:
        events = timeline.about_topic(arguments.topic, events)
    return events


def _show(arguments: argparse.Namespace) -> int:
    timeline = store.load(arguments.out)
    events = _narrowed(arguments, timeline, match=arguments.match, finest=arguments.finest)
    events = events[events["source_count"] >= arguments.min_sources]
    if arguments.status:
        events = events[events["status"] == arguments.status]
    if arguments.place:
        events = events[[_at(row, arguments.place) for row in exports.records(events[["place", "country", "places"]])]]
    if arguments.top is not None:
        # a topic has put the most relevant first already
        events = events.head(arguments.top) if arguments.topic else events.nlargest(arguments.top, "importance", keep="first")
    _print_events(exports.records(events), arguments, timeline)
    return 0


def _print_events(rows: list[dict[str, Any]], arguments: argparse.Namespace, timeline: store.Timeline) -> None:
    if arguments.format == "jsonl":
        exports.write_jsonl(rows, sys.stdout)
    elif arguments.format == "csv":
        exports.write_csv(rows, sys.stdout)
    else:
        console = Console()
        narrow, wide = timeline.apart(rows, arguments.from_, arguments.to)
        terminal.print_rows(console, narrow)
        if wide:
            terminal.print_rows(console, wide, "Dated more widely than the stretch asked for")


def _at(row: dict[str, Any], place: str) -> bool:
    wanted = place.casefold()
    named = [(item.get("name"), item.get("country")) for item in (exports.plain(row["places"]) or [])]
    return any(
        wanted in (text or "").casefold()
        for names in [*named, (row["place"], row["country"])]
        for text in names
        if isinstance(text, str)
    )


def _top(arguments: argparse.Namespace) -> int:
    from timeline.merging import top_days

    events = _narrowed(arguments, store.load(arguments.out))
    lines = top_days(exports.records(events), arguments.n, per_day=arguments.per_day)
    if arguments.format == "jsonl":
        for line in lines:
            print(json.dumps({"date": line["date"], "text": line["text"]}, ensure_ascii=False))
    else:
        terminal.print_grid(Console(), ["date", "what happened"], [(line["date"], line["text"]) for line in lines])
    return 0


def _sql(arguments: argparse.Namespace) -> int:
    names, rows = store.query(arguments.out, arguments.query)
    if arguments.format == "jsonl":
        exports.write_jsonl((dict(zip(names, row, strict=True)) for row in rows), sys.stdout)
    elif arguments.format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([exports.csv_cell(exports.plain(cell)) for cell in row] for row in rows)
    else:
        terminal.print_grid(Console(), names, rows)
    return 0


def _path(arguments: argparse.Namespace) -> int:
    folder = store.resolve(arguments.out)
    print(f"{folder}/{arguments.table}" if arguments.table else folder)
    return 0


def _report(arguments: argparse.Namespace) -> int:
    from timeline.views.report import report

    arguments.output.write_text(report(store.load(arguments.out), arguments.title), encoding="utf-8")
    print(arguments.output)
    return 0


def _columns(arguments: argparse.Namespace) -> int:
    from timeline.store.dictionary import data_dictionary

    del arguments
    print(data_dictionary())
    return 0
