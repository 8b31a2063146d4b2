"""All flows on a schedule in one process, against a Prefect server: ``python -m flows.serve sources.toml -o OUT``."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx

from flows.clock import now
from flows.parameters import values_of
from timeline.cli.building import add_settings, settings_of
from timeline.collecting import load_sources

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

__all__ = ["deployments", "find_server", "main"]

_USUAL = "http://127.0.0.1:4200/api"
_PART = r"(\*|\d+(-\d+)?|[a-z]{3}(-[a-z]{3})?)(/\d+)?"
_FIELD = re.compile(rf"{_PART}(,{_PART})*", re.IGNORECASE)
"""A field of a cron line, before a server is asked: what passes here and means nothing is refused by Prefect."""
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def find_server(patience: float = 120.0) -> str:
    """The address of the Prefect server: that of PREFECT_API_URL or of the profile, else the usual one of this machine.

    Call it before anything imports Prefect: the address is put into the environment for Prefect and the runs that it starts. A server
    that was started a moment ago is waited for, ``patience`` seconds. Raises ``ValueError`` where none answers.
    """
    url = os.environ.get("PREFECT_API_URL") or (_USUAL if _answers(_USUAL) else _of_profile()) or _USUAL
    end = time.monotonic() + patience
    told = False
    while not _answers(url):
        if time.monotonic() >= end:
            raise ValueError(f"no Prefect server answers at {url}: start one with `prefect server start`, or set PREFECT_API_URL")
        if not told:
            print(f"Waiting for the Prefect server at {url} (started with `prefect server start`)", file=sys.stderr, flush=True)
            told = True
        time.sleep(1)
    os.environ["PREFECT_API_URL"] = url
    return url


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url.rstrip('/')}/health", timeout=10, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _of_profile() -> str | None:
    """Asked of another process: to import Prefect here would settle its settings before the address is known."""
    ask = "from prefect.settings import get_current_settings; print(get_current_settings().api.url or '')"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


def deployments(
    name: str,
    sources: str,
    out: str,
    inputs: Sequence[str] = (),
    *,
    every: timedelta = timedelta(hours=1),
    report_at: str = "0 6 * * *",
    timezone: str = "UTC",
    settings: dict[str, Any] | None = None,
    allow_hosts: Sequence[str] = (),
) -> list[RunnerDeployment]:
    """The three deployments of one timeline, each called ``name``; only one run of each works at a time.

    A collection or report that would overlap with one of its kind is cancelled: the next one does its work. A build waits its turn: pages
    may have come in after the one at work listed its inputs. It is started by a collection that brought something; its own schedule, once
    a night or with every collection where there are other inputs, is a net below that.
    """
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.schedules import Cron, Interval
    from prefect.types.entrypoint import EntrypointType

    from flows.build import build_timeline
    from flows.collect import collect_articles, raw_folder
    from flows.report import daily_report

    skip = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    queue = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
    common: dict[str, Any] = {"entrypoint_type": EntrypointType.MODULE_PATH, "paused": False, "tags": ["timeline"]}
    collecting = {"sources": sources, "out": out, "allow_hosts": list(allow_hosts), "build_deployment": f"build-timeline/{name}"}
    building = {"inputs": [str(raw_folder(out)), *inputs], "out": out, "settings": settings or {}}
    built_at = Interval(every) if inputs else Cron("30 3 * * *", timezone=timezone)
    served = [
        collect_articles.to_deployment(name, schedule=Interval(every), concurrency_limit=skip, parameters=collecting, **common),
        build_timeline.to_deployment(name, schedule=built_at, concurrency_limit=queue, parameters=building, **common),
        daily_report.to_deployment(
            name, schedule=Cron(report_at, timezone=timezone), concurrency_limit=skip, parameters={"out": out}, **common
        ),
    ]
    return cast("list[RunnerDeployment]", served)  # coroutines only within an event loop


def _duration(text: str) -> timedelta:
    unit = _UNITS.get(text[-1:])
    number = text[:-1] if unit else text
    if not number.isdigit() or int(number) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 30m, 1h or 1d")
    return timedelta(seconds=int(number) * (unit or 1))


def _cron(text: str) -> str:
    if len(fields := text.split()) != 5 or not all(map(_FIELD.fullmatch, fields)):
        raise argparse.ArgumentTypeError(f"{text!r} is no cron line of five fields such as '0 6 * * *'")
    return text


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time zone such as Europe/Berlin") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m flows.serve sources.toml -o OUT``; runs until it is stopped. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m flows.serve", description="Collect, build and report on a schedule.")
    parser.add_argument("sources", metavar="sources.toml")
    parser.add_argument("inputs", nargs="*", metavar="INPUT", help="other inputs of the build, beside what is collected")
    parser.add_argument("-o", "--out", required=True, metavar="OUT")
    parser.add_argument(
        "--every", type=_duration, default=timedelta(hours=1), metavar="TIME", help="time between collections: 30m, 1h, 1d"
    )
    parser.add_argument("--report-at", type=_cron, default="0 6 * * *", metavar="CRON", help="when to report, as a cron line")
    parser.add_argument("--timezone", type=_zone, default="UTC", help="of the cron line, such as Europe/Berlin")
    parser.add_argument("--name", help="of the deployments; default: the name of OUT")
    parser.add_argument("--allow-host", action="append", default=[], metavar="HOST", help="a host whose address may be private")
    add_settings(parser)
    chosen = parser.parse_args(arguments)
    try:
        load_sources(chosen.sources)
        settings = values_of(settings_of(chosen))
        server = find_server()
        out = str(Path(chosen.out).resolve())
        served = deployments(
            chosen.name or Path(out).name,
            str(Path(chosen.sources).resolve()),
            out,
            [name if "://" in name else str(Path(name).resolve()) for name in chosen.inputs],
            every=chosen.every,
            report_at=chosen.report_at,
            timezone=chosen.timezone,
            settings=settings,
            allow_hosts=chosen.allow_host,
        )
    except ValueError as error:
        print(f"flows.serve: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    print(f"Look at {server.removesuffix('/api')}/deployments; the timeline is in {out}", flush=True)
    _serve(served)
    return 0


def _serve(served: Sequence[RunnerDeployment]) -> None:
    """Register the deployments, start a first collection at once, then serve until stopped."""
    from prefect import serve

    from flows.chain import start_deployment

    for deployment in served:
        deployment.apply()
    first = served[0]
    start_deployment(f"{first.flow_name}/{first.name}", now())
    serve(*served, limit=len(served), print_starting_message=False)


if __name__ == "__main__":
    sys.exit(main())
