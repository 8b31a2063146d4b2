"""Against a real Prefect server: a schedule fires, collects, builds and publishes; the second firing finds nothing new."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.newsroom import Newsroom
from tests.processes import ROOT, free_port, running, until

pytestmark = [pytest.mark.slow, pytest.mark.server]

PATIENCE = 180


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A Prefect server on loopback and the environment that leads to it."""
    home = tmp_path_factory.mktemp("home")
    port = free_port()
    environment = {
        "PREFECT_HOME": home,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    }
    log = home / "server.log"
    with running("prefect", "server", "start", "--host", "127.0.0.1", "--port", port, log=log, **environment):
        url = f"http://127.0.0.1:{port}/api"
        until(lambda: urllib.request.urlopen(f"{url}/health", timeout=5).status == 200, PATIENCE, "the server", log)
        yield environment | {"PREFECT_API_URL": url}


def asked(environment, what, **wanted):
    """What the API lists."""
    request = urllib.request.Request(
        f"{environment['PREFECT_API_URL']}/{what}/filter",
        data=json.dumps(wanted).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def artifacts(environment):
    return {artifact["key"] for artifact in asked(environment, "artifacts", limit=200)}


def ran(out, kind):
    lines = (Path(out) / "runs.jsonl").read_text().splitlines()
    return [run for run in map(json.loads, lines) if run["run"] == kind]


def test_a_schedule_collects_builds_publishes_and_then_finds_nothing_new(server, tmp_path):
    out = tmp_path / "out"
    log = tmp_path / "serve.log"
    with Newsroom() as room:
        room.page("/a", title="One", text="Rebels left the town on Wednesday.")
        room.page("/b", title="Two", text="The bridge opened on May 5, officials said.")
        room.feed("/feed", "/a", "/b", ETag='"1"')
        sources = tmp_path / "sources.toml"
        sources.write_text(f'[manners]\ndelay = 0\n[[source]]\nname = "room"\nurl = "{room.url}/feed"\n')
        command = ["flows.serve", sources, "-o", out, "--every", "15s", "--report-at", "* * * * *", "--allow-host", "127.0.0.1"]
        with running(*command, "--executor", "serial", log=log, **server):
            until(lambda: (out / "current").exists(), PATIENCE, "a published version", log)
            first = (out / "current").resolve().name
            before = len(ran(out, "collect"))
            until(lambda: len(ran(out, "collect")) >= before + 2, PATIENCE, "further firings", log)
            until(lambda: "out-report-link" in artifacts(server), PATIENCE, "a report", log)
            assert (out / "reports" / "feed.json").exists()
        assert room.hits["/a"] == 1
    assert [run["fetched"] for run in ran(out, "collect")][:1] == [2]
    assert not any(run["fetched"] for run in ran(out, "collect")[1:])
    assert [run["changed"] for run in ran(out, "build")][:1] == [True]
    assert not any(run["changed"] for run in ran(out, "build")[1:])
    assert (out / "current").resolve().name == first
    assert len(list((out / "versions").iterdir())) == 1
    runs = asked(server, "flow_runs", limit=200, flow_runs={"state": {"type": {"any_": ["COMPLETED"]}}})
    assert any(run["auto_scheduled"] and run["name"].startswith("collect") for run in runs)
    built = [run for run in runs if run["name"].startswith("build")]
    assert built[-1]["labels"]["timeline.articles"] == 2
    assert artifacts(server) >= {
        "out-progress", "out-new-events", "out-build", "out-sources", "out-report", "out-report-link",
    }  # fmt: skip
    deployed = asked(server, "deployments")
    assert all(deployment["paused"] or not deployment["schedules"][0]["active"] for deployment in deployed)  # stopped, they rest


def test_the_deployments_of_the_project_deploy_and_a_worker_runs_one(server, tmp_path):
    def prefect(*arguments):
        command = [sys.executable, "-m", "prefect", *map(str, arguments)]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | {name: str(value) for name, value in server.items()},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    prefect("work-pool", "create", "local", "--type", "process")
    prefect("--no-prompt", "deploy", "--all")
    deployed = {
        (d["entrypoint"].partition(":")[2], d["name"]): d for d in asked(server, "deployments") if d["work_pool_name"] == "local"
    }
    assert set(deployed) == {("collect_articles", "hourly"), ("build_timeline", "hourly"), ("daily_report", "daily")}
    for (entry, _), deployment in deployed.items():
        assert deployment["concurrency_options"]["collision_strategy"] == (
            "ENQUEUE" if entry == "build_timeline" else "CANCEL_NEW"
        )
        assert deployment["global_concurrency_limit"]["limit"] == 1
        assert deployment["schedules"][0]["active"]
    told = tmp_path / "in.jsonl"
    told.write_text(json.dumps({"id": "a", "published": "2014-05-08", "text": "Rebels left the town on Wednesday."}) + "\n")
    out = tmp_path / "out"
    parameters = {"inputs": [str(told)], "out": str(out), "settings": {"executor": "serial"}}
    prefect("deployment", "run", "build-timeline/hourly", "--params", json.dumps(parameters))
    log = tmp_path / "worker.log"
    with running("prefect", "worker", "start", "--pool", "local", log=log, **server):
        until(lambda: ran(out, "build"), PATIENCE, "a build by the worker", log)
        done = until(
            lambda: asked(
                server, "flow_runs", flow_runs={"name": {"any_": [f"build-{out}"]}, "state": {"type": {"any_": ["COMPLETED"]}}}
            ),
            PATIENCE,
            "the end of the run",
            log,
        )
    assert (done[0]["deployment_id"], done[0]["labels"]["timeline.articles"]) == (deployed["build_timeline", "hourly"]["id"], 1)
    assert (out / "current").is_symlink()
