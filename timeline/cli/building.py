"""``build`` and ``status``: making a timeline, and how that went last time."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from timeline import building, store
from timeline.settings import Settings, load_settings
from timeline.views import exports, terminal

__all__ = ["add_commands", "add_settings", "settings_of"]

_WORDS = {"extract": "Reading and extracting", "merge": "Merging", "publish": "Writing Parquet"}


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this family's commands."""
    build = commands.add_parser("build", help="make or bring up to date a timeline from articles")
    build.add_argument(
        "inputs", nargs="+", metavar="INPUT", help="files, folders, globs, object-store URLs, or - for standard input"
    )
    build.add_argument(
        "-o", "--out", default="timeline-out", metavar="OUT", help="folder or object-store URL; default: timeline-out"
    )
    add_settings(build)
    build.add_argument("--wait", action="store_true", help="wait for another build of OUT to end")
    build.add_argument("--quiet", action="store_true", help="say nothing but errors")
    build.add_argument("--json", action="store_true", help="the summary as one JSON document")
    build.set_defaults(run=_build)

    status = commands.add_parser("status", help="when OUT was last built, from what, and how it went")
    status.add_argument("out", metavar="OUT")
    status.add_argument("--json", action="store_true")
    status.set_defaults(run=_status)


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the flags that :func:`settings_of` reads."""
    parser.add_argument("--workers", type=int, metavar="N", help="worker processes; default: one a core")
    parser.add_argument("--executor", choices=["serial", "processes", "dask"])
    parser.add_argument("--scheduler", metavar="ADDRESS", help="Dask scheduler, such as tcp://host:8786")
    parser.add_argument("--published", metavar="DATE", help="publication date of inputs that carry none")
    parser.add_argument("--lang", help="language of inputs that name none; default: detected")
    parser.add_argument("--as-of", metavar="DATE", help="refuse publication dates later than this day")
    parser.add_argument(
        "--infer-from", type=float, metavar="C", help="confidence from which a date inferred from the text is taken"
    )
    parser.add_argument("--map", action="append", metavar="FIELD=COLUMN", help="which column holds a field, such as text=body")
    parser.add_argument("--no-text", action="store_true", help="leave the articles' text out of the tables")
    parser.add_argument("--fast-html", action="store_true", help="bulk HTML extraction: faster, less careful")
    parser.add_argument("--spacy", metavar="NAME", help="use this installed spaCy pipeline for tags, parse and entities")


def settings_of(arguments: argparse.Namespace) -> Settings:
    """Flags over ``timeline.toml`` in the working folder over the defaults; raises ``ValueError`` for what cannot be right."""
    return load_settings(
        Path("timeline.toml"),
        workers=arguments.workers,
        executor=arguments.executor or ("dask" if arguments.scheduler else None),
        scheduler=arguments.scheduler,
        published=arguments.published,
        lang=arguments.lang,
        as_of=arguments.as_of,
        infer_from=arguments.infer_from,
        keep_text=False if arguments.no_text else None,
        fast_html=arguments.fast_html or None,
        spacy=arguments.spacy,
        columns=_columns(arguments.map),
    )


def _columns(pairs: list[str] | None) -> tuple[tuple[str, str], ...] | None:
    if not pairs:
        return None
    split = [pair.partition("=") for pair in pairs]
    for pair, (field, sign, column) in zip(pairs, split, strict=True):
        if not (field and sign and column):
            raise ValueError(f"--map takes FIELD=COLUMN, such as text=body, not {pair!r}")
    return tuple((field, column) for field, _, column in split)


def _build(arguments: argparse.Namespace) -> int:
    settings = settings_of(arguments)
    console = Console(stderr=True, quiet=arguments.quiet or arguments.json)
    with _shown_progress(console) as progress:
        result = building.build(arguments.inputs, arguments.out, settings, progress=progress, wait=arguments.wait)
    if arguments.json:
        print(json.dumps(result.to_dict(), ensure_ascii=False))
    elif not arguments.quiet:
        _summary(Console(), result, arguments.out)
    if result.articles == 0:
        named = ", ".join("standard input" if name == "-" else name for name in arguments.inputs)
        print(f"timeline build: no article could be read from {named}: {_reasons(arguments.out)}", file=sys.stderr)
        return 1
    return 0


def _reasons(out: str) -> str:
    """Why nothing could be read, the commonest reasons first."""
    _, rows = store.query(out, "SELECT reason, count(*) FROM issues GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3")
    return "; ".join(f"{reason} ({count:,} times)" if count > 1 else reason for reason, count in rows) or "they hold none"


@contextmanager
def _shown_progress(console: Console) -> Iterator[Any]:
    """A bar with articles done, their rate and the time left, fed by the build's own reports."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    began = time.monotonic()
    with Progress(*columns, console=console, transient=True, disable=not console.is_interactive) as bar:
        task = bar.add_task("Reading", total=None, counts="")

        def report(progress: building.Progress) -> None:
            rate = progress.extracted / max(0.001, time.monotonic() - began)
            counts = f"{progress.read:,} articles" + (
                f", {progress.extracted:,} extracted, {rate:,.0f}/s" if progress.extracted else ""
            )
            share = progress.share or 0.0
            bar.update(task, description=_WORDS[progress.step], counts=counts, total=1.0 if share else None, completed=share)

        yield report


def _summary(console: Console, result: building.BuildResult, out: str) -> None:
    """What was built, the ten most important events, and where to go from here."""
    rate = (
        f" ({result.extracted / result.seconds:,.0f} articles extracted a second)" if result.extracted and result.seconds else ""
    )
    changed = "" if result.changed else " (unchanged: nothing new to publish)"
    console.print(
        f"{result.articles:,} articles, {result.expressions:,} expressions, {result.mentions:,} mentions, "
        f"{result.events:,} events, {result.issues:,} issues in {result.seconds:.1f} s{rate}{changed}",
        soft_wrap=True,
    )
    console.print(f"Parquet: {result.path}", soft_wrap=True)
    if result.events:
        events = store.load(out).between().nlargest(10, "importance", keep="first").sort_values(["span_start", "event_id"])
        console.print()
        terminal.print_rows(console, exports.records(events), "The ten most important events")
        _try(console, f'{out} "SELECT date, summary, source_count FROM events ORDER BY importance DESC LIMIT 20"')
    if result.issues:
        _try(console, f'{out} "SELECT reason, input, article_id, text FROM issues"    (what was not understood)')


def _try(console: Console, query: str) -> None:
    console.print(f"Try: timeline sql {query}", soft_wrap=True, markup=False)


def _status(arguments: argparse.Namespace) -> int:
    found = store.status(arguments.out)
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False, default=str))
    else:
        print("\n".join(_status_lines(found)))
    return 0


def _status_lines(found: dict[str, Any]) -> Iterator[str]:
    """The status as a person reads it: the last run of each kind, the latest last."""
    runs, version, now = found["last"], found.get("version"), found.get("now")
    if not runs and not now:
        yield f"{found['out']}: nothing was ever built here"
        return
    for run in sorted(runs.values(), key=lambda run: str(run.get("ended"))):
        yield f"{run.get('run')}: {run.get('started')} to {run.get('ended')}"
        if run.get("inputs") or run.get("sources"):
            yield f"  on: {', '.join(run['inputs']) if isinstance(run.get('inputs'), list) else run.get('sources_file', '')}"
        yield f"  went: {_went(run)}"
    if now:
        yield f"now: {now}"
    if version:
        yield f"current: {version['version']}, {version['articles']:,} articles, {version['events']:,} events, {version['bytes']:,} bytes"


def _went(run: dict[str, Any]) -> str:
    """How one run went, in a line."""
    if run.get("error"):
        return f"failed: {run['error']}"
    names = ("fetched", "unchanged", "waiting", "failed", "extracted", "added", "removed", "revised", "issues")
    counts = ", ".join(f"{run[name]:,} {name}" for name in names if isinstance(run.get(name), int))
    if "changed" not in run:
        return counts or "well"
    return f"{'published a new version' if run['changed'] else 'nothing new to publish'}; {counts}"
