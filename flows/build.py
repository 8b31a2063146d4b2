"""build_timeline: inputs → published timeline, incrementally, with what is new shown outside."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from shlex import quote
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed

from flows.batches import BatchTasks, threads
from flows.calling import called
from flows.parameters import BuildSettings, Inputs, Out, settings_from, values_of
from flows.telling import ProgressShown, label_run, line, show_markdown, show_table
from timeline import store
from timeline.building import BuildResult, Progress, build
from timeline.cli.building import add_settings, settings_of
from timeline.executors import ExecutorError, executor_for
from timeline.views import news

__all__ = ["build_timeline", "main"]

_SHOWN = 100  # rows of the table artifact
_LOGGED = 50  # issues that are logged one by one


@flow(
    name="build-timeline",
    flow_run_name="build-{out}",
    task_runner=threads(1),  # one task run after the other: each spreads its batches itself
    retries=1,
    retry_delay_seconds=30,
)
def build_timeline(inputs: Inputs, out: Out, settings: BuildSettings = {}, config: str | None = None) -> State[Any]:  # noqa: B006 (Prefect copies)
    """Bring the timeline ``out`` up to date with ``inputs`` and publish it, if anything changed.

    Args:
        inputs: files, folders, globs or object-store URLs; ``OUT/raw`` for what was collected.
        out: the folder or object-store URL of the timeline.
        settings: settings by name, as in ``timeline.toml``; they go over it.
        config: path of a ``timeline.toml``.

    The work is :func:`timeline.building.build`, so the tables are those of the plain command. A run that failed or was killed leaves the
    published version as it was; running it again finishes the work and repeats nothing that is in the cache.
    """
    log = get_run_logger()
    chosen = settings_from(config, settings)
    log.info(line(out=out, inputs=len(inputs), executor=chosen.executor))
    try:
        batches = BatchTasks(executor_for(chosen))
        before = _current(out)
        progress = _Progress(out)
        result = build(inputs, out, chosen, executor=batches, progress=progress, wait=True)
    except (store.StoreError, ExecutorError) as error:
        return Failed(message=str(error))
    progress.done(result)
    counts = {name: value for name, value in result.to_dict().items() if isinstance(value, int | float | bool)}
    label_run(counts | batches.counts | {"version": result.version})
    _show(out, before, result)
    said = f"{result.articles:,} articles, {result.events:,} events, {result.issues:,} issues; version {result.version}"
    return Completed(message=said if result.changed else f"nothing new: {said}", data=result.to_dict())


def _current(out: str) -> str | None:
    try:
        return store.resolve(out).rstrip("/").rpartition("/")[2]
    except store.StoreError:
        return None


class _Progress:
    """What the build says of itself, as a progress artifact. How many articles there are is known only at the end of reading, so while
    it lasts the share is that of the articles read which are extracted, up to the version before."""

    def __init__(self, out: str) -> None:
        self._show = ProgressShown(out)
        self._began = time.monotonic()
        self._show(0.0, "reading")

    def __call__(self, now: Progress) -> None:
        rate = now.extracted / max(0.1, time.monotonic() - self._began)
        said = f"{now.step}: {now.read:,} articles read, {now.extracted:,} extracted, {rate:,.0f} a second"
        share = now.share
        reached = {"merge": 80.0, "publish": 90.0}.get(now.step, 80.0 * share if share else 5.0)
        self._show(reached, said)

    def done(self, result: BuildResult) -> None:
        """The end."""
        self._show(100.0, f"{result.articles:,} articles, {result.events:,} events in {result.seconds:.1f} s")


def _show(out: str, before: str | None, result: BuildResult) -> None:
    """Artifacts for people: a summary, the new events, issues in the log."""
    new = news.since(out, before, limit=_SHOWN) if result.changed else news.News(before, result.version, {}, [])
    show_markdown(out, "build", _summary(out, result, new), "What the last build did")
    if result.changed:
        show_table(out, "new-events", news.table(new), "New and changed events, the most important first")
        _log_issues(out, before)


def _summary(out: str, result: BuildResult, new: news.News) -> str:
    counts = ("articles", "added", "revised", "removed", "extracted", "expressions", "mentions", "events", "issues")
    rows = "\n".join(f"| {name} | {getattr(result, name):,} |" for name in counts)
    changed = ", ".join(f"{count:,} {name}" for name, count in new.counts.items()) or "nothing"
    return (
        f"# Timeline of {result.articles:,} articles\n\n"
        f"Version `{result.version}`, {'published' if result.changed else 'unchanged'} in {result.seconds:.1f} s. Events changed: {changed}.\n\n"
        f"| | |\n|---|---:|\n{rows}\n\nParquet: `{result.path}`\n\n"
        f"```sh\ntimeline show {quote(out)} --top 20\n```\n"
    )


def _log_issues(out: str, before: str | None) -> None:
    """The issues that are new with this version, each with its article or input."""
    log = get_run_logger()
    found = news.new_issues(out, before, limit=_LOGGED + 1)
    for issue in found[:_LOGGED]:
        log.warning(line(stage=issue["stage"], article=issue["article_id"], input=issue["input"], issue=issue["reason"]))
    if len(found) > _LOGGED:
        log.warning(line(issues="more", see=f"{out} table issues"))


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m flows.build INPUT… -o OUT``; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m flows.build", description="Build a timeline as a Prefect flow; no server is needed."
    )
    parser.add_argument("inputs", nargs="+", metavar="INPUT")
    parser.add_argument("-o", "--out", default="timeline-out", metavar="OUT")
    add_settings(parser)
    chosen = parser.parse_args(arguments)

    def run() -> State[Any]:
        return build_timeline(chosen.inputs, chosen.out, values_of(settings_of(chosen)), return_state=True)

    return called("flows.build", run)


if __name__ == "__main__":
    sys.exit(main())
