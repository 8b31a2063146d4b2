"""daily_report: what is new since the last reported version, as artifacts, HTML report and JSON Feed under OUT/reports."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed

from flows.batches import threads
from flows.calling import called
from flows.clock import now
from flows.parameters import Out
from flows.telling import label_run, line, show_link, show_markdown, show_table
from timeline import store
from timeline.store import filesystem
from timeline.store.layout import Layout
from timeline.views import news
from timeline.views.report import report

__all__ = ["daily_report", "main", "report_folder"]

_SHOWN = 100  # events of a report that are shown one by one


def report_folder(out: str, folder: str | None) -> Path:
    """Where reports go; ``ValueError`` where OUT is an object store and no folder is named."""
    if folder is None and "://" in out:
        raise ValueError(f"{out}: reports are files; name a folder for them (reports)")
    return Path(folder) if folder is not None else Path(out) / "reports"


@flow(name="daily-report", flow_run_name="report-{out}", task_runner=threads(1), retries=1, retry_delay_seconds=60)
def daily_report(out: Out, title: str = "Timeline", reports: str | None = None, reports_url: str | None = None) -> State[Any]:
    """Report what is new in the timeline ``out`` since the version reported last.

    Args:
        out: the folder or object-store URL of the timeline.
        title: of the HTML report and the feed.
        reports: the folder for ``timeline.html``, ``new-<version>.md`` and ``feed.json``; by default ``reports`` in OUT.
        reports_url: where a web server shows that folder, for the link; by default the file itself.

    The version counts as reported only when all is written, and writing it again changes nothing: a failed run can be run again.
    """
    folder = report_folder(out, reports)
    if Path(out).is_dir() and Layout(out).current() is None:
        return Completed(message=f"nothing to report: {out} holds no published timeline yet", data={"new": 0})
    try:
        found = news.since(out, _reported(folder), limit=_SHOWN)
        if found.old == found.new:
            said = f"nothing new since {found.new}"
            show_markdown(out, "report", f"# {title}\n\n{said[0].upper()}{said[1:]}.\n", "What is new since the last report")
            return Completed(message=said, data={"version": found.new, "new": 0})
        folder.mkdir(parents=True, exist_ok=True)
        write_files(out, str(folder), title, found)
    except store.StoreError as error:
        return Failed(message=str(error))
    _show(out, folder, reports_url, found)
    filesystem.write_bytes(folder / "reported.json", json.dumps({"version": found.new}).encode())
    new = found.counts.get("new", 0)
    return Completed(
        message=f"{new:,} new events, {sum(found.counts.values()):,} changes, to {found.new}",
        data={"version": found.new, "new": new},
    )


def _reported(folder: Path) -> str | None:
    """The version reported last; ``None`` before the first report, or where the note of it cannot be read."""
    try:
        version = json.loads((folder / "reported.json").read_text("utf-8"))["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return version if isinstance(version, str) else None


def _feed_before(path: Path) -> dict[str, Any]:
    try:
        loaded = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


@task(retries=2, retry_delay_seconds=[2, 10], cache_policy=NO_CACHE, task_run_name="write-report")
def write_files(out: str, folder: str, title: str, found: Any) -> dict[str, int]:
    """HTML, Markdown and feed, each whole or not at all; returns their sizes in bytes."""
    home = Path(folder)
    feed = news.feed(found, title, now(), _feed_before(home / "feed.json"))
    files = {
        "timeline.html": report(store.load(out), title).encode(),
        f"new-{found.new}.md": news.markdown(found).encode(),
        "feed.json": json.dumps(feed, ensure_ascii=False, indent=1).encode(),
    }
    for name, data in files.items():
        filesystem.write_bytes(home / name, data)
        get_run_logger().info(line(wrote=home / name, bytes=len(data)))
    return {name: len(data) for name, data in files.items()}


def _show(out: str, folder: Path, reports_url: str | None, found: news.News) -> None:
    show_markdown(out, "report", news.markdown(found), "What is new since the last report")
    show_table(out, "report-events", news.table(found), "New and changed events, the most important first")
    base = reports_url.rstrip("/") if reports_url else folder.resolve().as_uri()
    show_link(out, "report-link", f"{base}/timeline.html", "HTML report", "The whole timeline as one page that works offline")
    label_run({name.replace(" ", "_"): count for name, count in found.counts.items()} | {"version": found.new})


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m flows.report OUT``; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m flows.report", description="Report what is new since the last report.")
    parser.add_argument("out", metavar="OUT")
    parser.add_argument("--title", default="Timeline")
    parser.add_argument("--reports", metavar="FOLDER")
    parser.add_argument("--reports-url", metavar="URL")
    chosen = parser.parse_args(arguments)

    def run() -> State[Any]:
        report_folder(chosen.out, chosen.reports)
        return daily_report(chosen.out, chosen.title, chosen.reports, chosen.reports_url, return_state=True)

    return called("flows.report", run)


if __name__ == "__main__":
    sys.exit(main())
