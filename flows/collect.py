"""collect_articles: feeds, sitemaps and URL lists → raw pages under OUT/raw, one task a source."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from uuid import uuid4

from filelock import FileLock, Timeout
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed

from flows.batches import threads
from flows.calling import called
from flows.chain import owed_since, start_deployment
from flows.clock import now
from flows.parameters import Out, SourcesFile
from flows.telling import label_run, line, show_markdown, show_table
from timeline.collecting import MEMORY, Collected, Fetcher, Memory, RawStore, Source, collect_source, load_sources
from timeline.store import runs
from timeline.store.layout import Layout
from timeline.store.tombstones import Tombstones

__all__ = ["collect_articles", "main", "raw_folder"]

_MOST_TASKS = 90
_AT_ONCE = 8  # sources
_SHOWN = 200  # rows of a table artifact


class Tools(NamedTuple):
    """What the tasks of a run share. Not a task parameter that Prefect could look into: tasks get it by a closure."""

    fetcher: Fetcher
    memory: Memory
    store: RawStore
    now: Callable[[], datetime]
    forgotten: Callable[[str], bool]


def raw_folder(out: str) -> Path:
    """Where the raw pages of an OUT lie; ``ValueError`` where OUT is no folder of this machine."""
    if "://" in out:
        raise ValueError(f"{out}: raw pages are kept in a folder; collect into a folder and let the build publish to {out}")
    path = Path(out)
    if path.exists() and not path.is_dir():
        raise ValueError(f"{out} is a file, not a folder")
    return path / "raw"


@flow(
    name="collect-articles",
    flow_run_name="collect-{out}",
    task_runner=threads(_AT_ONCE),
    retries=1,
    retry_delay_seconds=60,
)
def collect_articles(
    sources: SourcesFile, out: Out, allow_hosts: list[str] | None = None, build_deployment: str | None = None
) -> State[Any]:
    """Fetch what the sources list and was not had yet into ``out``/raw, as WARC by day.

    Args:
        sources: path of a ``sources.toml``.
        out: the folder of the timeline; raw pages go to ``raw`` within it.
        allow_hosts: hosts whose address may be private, beside those of the file.
        build_deployment: ``flow/deployment`` to start when there is something to build.

    What was fetched is safe at once; a run that failed can be run again, it goes on where it was. A source that fails is an Issue,
    a line in the table artifact and a warning in the log; the run fails only where no source could be had.
    """
    raw = raw_folder(out)
    known = load_sources(sources)
    known = load_sources(sources, allow_hosts=(*known[0].manners.allow_hosts, *allow_hosts)) if allow_hosts else known
    started = now()
    layout = Layout(out)
    told = {"run": "collect", "sources_file": sources}
    with runs.failure_logged(layout, started, now, told), _tools(raw, known, started, Tombstones(layout)) as tools:
        collected = _all(known, tools)
    counts, problems = _counted(collected), _problems(collected)
    # before anything is shown: what is in the log is built, whatever happens to the server
    runs.log_run(layout, started, now(), {**told, **counts, "problems": problems[:_SHOWN]})
    _show(out, collected, counts, problems)
    since = owed_since(runs.read_runs(layout))
    if build_deployment and since:
        begun = start_deployment(build_deployment, now(), since)
        get_run_logger().info(line(build=build_deployment, started=begun, reason=None if begun else "one waits or is at work"))
    said = f"{counts['fetched']} pages from {counts['sources']} sources, {counts['failed']} of them failed"
    return Failed(message=said) if counts["failed"] == counts["sources"] else Completed(message=said, data=counts)


@contextmanager
def _tools(raw: Path, sources: Sequence[Source], started: datetime, tombstones: Tombstones) -> Iterator[Tools]:
    """One fetcher for all sources, so that two of them on one host do not press it twice; one collector at a time in a raw store."""
    raw.mkdir(parents=True, exist_ok=True)
    manners = sources[0].manners
    lock = FileLock(raw / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RuntimeError(f"another run is collecting into {raw}; this one leaves it alone") from None
    try:
        with (
            Fetcher(manners, now, chance=Random()) as fetcher,
            Memory(raw / MEMORY) as memory,
            RawStore(raw, f"{started:%H%M%S}-{uuid4().hex[:8]}", started, manners.agent) as store,
        ):
            yield Tools(fetcher, memory, store, now, lambda url: tombstones.cover("", None, url))
    finally:
        lock.release()


def _all(sources: Sequence[Source], tools: Tools) -> list[Collected]:
    """A task run a source; where there are very many, some sources share one."""
    collected: dict[int, Collected] = {}  # by number: a retried task run tells of its sources once

    @task(retries=2, retry_delay_seconds=[5, 30], retry_jitter_factor=0.5, cache_policy=NO_CACHE, task_run_name="collect-{names}")
    def collect(names: str, numbers: list[int]) -> dict[str, int]:
        fetched = 0
        for number in numbers:
            source = sources[number]
            result = collect_source(source, tools.fetcher, tools.memory, tools.store, tools.now, tools.forgotten)
            collected[number] = result
            _log(result)
            fetched += result.fetched
        return {"fetched": fetched}

    width = -(-len(sources) // _MOST_TASKS)
    shares = [list(range(first, min(first + width, len(sources)))) for first in range(0, len(sources), width)]
    futures = [collect.submit(_named(sources, numbers), numbers) for numbers in shares]
    errors = [state.message for state in (future.wait() or future.state for future in futures) if state.is_failed()]
    if errors:
        raise RuntimeError(f"{len(errors)} of {len(shares)} tasks failed; the first: {errors[0]}")
    return [collected[number] for number in sorted(collected)]


def _named(sources: Sequence[Source], numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - 1} more" if len(numbers) > 1 else ""
    return sources[numbers[0]].name + more


def _log(result: Collected) -> None:
    log = get_run_logger()
    for issue in result.issues:
        log.warning(line(source=result.source, url=issue.input, issue=issue.reason))
    counts = {"listed": result.listed, "fetched": result.fetched, "unchanged": result.unchanged, "waiting": result.waiting}
    log.info(line(source=result.source, **counts, issues=len(result.issues), failed=result.failed))


def _problems(collected: Sequence[Collected]) -> list[dict[str, Any]]:
    """The Issues, as rows; those of sources that failed first."""
    ordered = sorted(collected, key=lambda one: (not one.failed, one.source))
    return [{"source": one.source, "url": issue.input, "issue": issue.reason} for one in ordered for issue in one.issues]


def _counted(collected: Sequence[Collected]) -> dict[str, int]:
    counts = {name: sum(getattr(one, name) for one in collected) for name in ("listed", "fetched", "unchanged", "waiting")}
    failed, issues = sum(one.failed for one in collected), sum(len(one.issues) for one in collected)
    return counts | {"sources": len(collected), "failed": failed, "issues": issues}


def _show(out: str, collected: Sequence[Collected], counts: dict[str, int], problems: Sequence[dict[str, Any]]) -> None:
    """Artifacts and labels."""
    label_run(counts)
    rows = [
        {"source": one.source, "state": "failed" if one.failed else "ok", "listed": one.listed, "fetched": one.fetched}
        | {"unchanged": one.unchanged, "waiting": one.waiting, "issues": len(one.issues)}
        for one in sorted(collected, key=lambda one: (not one.failed, one.source))
    ]
    show_table(out, "sources", rows[:_SHOWN], "Sources of this collection, those that failed first")
    if problems:
        show_table(out, "collect-issues", problems[:_SHOWN], f"{len(problems)} issues of this collection")
    summary = "\n".join(f"* {name}: {value:,}" for name, value in counts.items())
    show_markdown(out, "collected", f"# Collected\n\n{summary}\n", "Counts of this collection")


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m flows.collect sources.toml -o OUT``; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m flows.collect", description="Collect articles into OUT/raw.")
    parser.add_argument("sources", metavar="sources.toml")
    parser.add_argument("-o", "--out", required=True, metavar="OUT")
    parser.add_argument("--allow-host", action="append", metavar="HOST", help="a host whose address may be private")
    chosen = parser.parse_args(arguments)

    def run() -> State[Any]:
        raw_folder(chosen.out)
        load_sources(chosen.sources)
        return collect_articles(chosen.sources, chosen.out, chosen.allow_host, return_state=True)

    return called("flows.collect", run)


if __name__ == "__main__":
    sys.exit(main())
