"""``history``, ``diff``, ``rollback``, ``verify``, ``prune``, ``forget``: the versions of a timeline and what is in them."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from timeline import store
from timeline.store.runs import wall_clock
from timeline.views import changes, exports, terminal

__all__ = ["add_commands"]


_LATELY = ": what was current within the last hour stays, as a reader may just have resolved it"


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this family's commands."""
    history = _command(commands, "history", "the versions that are kept, newest first", _history)
    history.add_argument("--json", action="store_true")

    diff = _command(commands, "diff", "events new, gone, moved to another date, changed in status, with other sources", _diff)
    diff.add_argument("old", nargs="?", metavar="A", help="default: the version before B")
    diff.add_argument("new", nargs="?", metavar="B", help="default: the current version")
    diff.add_argument("--format", choices=["table", "jsonl", "markdown"], default="table")

    rollback = _command(commands, "rollback", "make an earlier version the current one", _rollback)
    rollback.add_argument("version", metavar="VERSION")

    verify = _command(commands, "verify", "check files, schema, ids and references of a version", _verify)
    verify.add_argument("version", nargs="?", metavar="VERSION")

    prune = _command(commands, "prune", "remove old versions, never one that a reader may just have resolved", _prune)
    prune.add_argument("--keep", type=int, required=True, metavar="N", help="how many versions stay")

    forget = _command(commands, "forget", "remove an article for good, from every kept version", _forget)
    forget.add_argument("article", metavar="ID-OR-URL")

    for command in (rollback, prune, forget):
        command.add_argument("--wait", action="store_true", help="wait for a build of OUT to end")


def _command(commands: Any, name: str, about: str, run: Any) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=about)
    command.add_argument("out", metavar="OUT")
    command.set_defaults(run=run)
    return command


def _history(arguments: argparse.Namespace) -> int:
    found = store.history(arguments.out)
    if arguments.json:
        for version in found:
            print(json.dumps(version.to_dict()))
        return 0
    names = ["", "version", "published", "articles", "events", "added", "removed", "revised"]
    rows = [
        ["→" if v.current else "", v.version, (v.published or "")[:16], f"{v.articles:,}", f"{v.events:,}", *_counts(v.changes)]
        for v in found
    ]
    terminal.print_grid(Console(), names, rows)
    return 0


def _counts(changed: dict[str, int]) -> list[int]:
    return [changed.get(name, 0) for name in ("added", "removed", "revised")]


def _diff(arguments: argparse.Namespace) -> int:
    found = store.diff(arguments.out, arguments.old, arguments.new)
    if arguments.format == "jsonl":
        exports.write_jsonl(found, sys.stdout)
    elif arguments.format == "markdown":
        print(changes.markdown(found))
    elif found:
        terminal.print_grid(Console(), changes.NAMES, changes.cells(found))
    else:
        print("Nothing changed.")
    return 0


def _rollback(arguments: argparse.Namespace) -> int:
    print(store.rollback(arguments.out, arguments.version, wait=arguments.wait))
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    problems = store.verify(arguments.out, arguments.version)
    for problem in problems:
        print(problem)
    if not problems:
        print("all is well")
    return bool(problems)


def _prune(arguments: argparse.Namespace) -> int:
    removed = store.prune(arguments.out, arguments.keep, wait=arguments.wait)
    for version in removed:
        print(f"removed {version}")
    if not removed:
        print("no version removed" + (_LATELY if len(store.history(arguments.out)) > arguments.keep else ""))
    return 0


def _forget(arguments: argparse.Namespace) -> int:
    urls = _urls_of(arguments.out, arguments.article)
    forgotten = store.forget(arguments.out, arguments.article, wait=arguments.wait)
    raw = _forget_raw(Path(arguments.out) / "raw", urls)
    print(f"articles: {', '.join(forgotten.articles) or 'none held; it will not be read from now on'}")
    print(f"cache rows removed: {forgotten.cached}")
    for table, rows in forgotten.rows.items():
        print(f"{table} rows removed: {rows}")
    for old, new in forgotten.versions.items():
        print(f"version {old} replaced by {new}")
    if raw is not None:
        print(f"raw records removed: {raw}")
    return 0


def _urls_of(out: str, article: str) -> set[str]:
    """The addresses under which a collector may have kept the article."""
    if "://" in article:
        return {article}
    articles = store.load(out).articles
    return {url for url in articles.loc[articles["article_id"] == article, "url"] if isinstance(url, str)}


def _forget_raw(folder: Path, urls: set[str]) -> int | None:
    """Take the pages out of the collector's raw store, if OUT has one, and keep them out."""
    if not folder.is_dir():
        return None
    from timeline.collecting import MEMORY, Memory, forget_pages
    from timeline.reading.outlets import canonical_url

    names = urls | {canonical_url(url) or url for url in urls}
    with Memory(folder / MEMORY) as memory:
        for url in names:
            memory.forget(url, wall_clock())
    return forget_pages(folder, names, canonical_url)
