"""The flows against Prefect's test server: same tables as the plain command, what they show, what they do when things go wrong."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import flows  # noqa: F401 (sets Prefect's environment before it is imported)
from tests.newsroom import Newsroom
from tests.processes import dask_scheduler, dask_worker, free_port
from timeline import store
from timeline.building import build
from timeline.executors import ExecutorError, Serial
from timeline.settings import Settings
from timeline.store.layout import Layout
from timeline.store.schema import TABLES

pytestmark = [pytest.mark.slow, pytest.mark.server]

ROOT = Path(__file__).resolve().parents[1]
SERIAL = {"executor": "serial"}


def flow(name):
    """A flow that is not retried, so that a fault shows at once."""
    function = {"build": "build_timeline", "collect": "collect_articles", "report": "daily_report"}[name]
    return getattr(import_module(f"flows.{name}"), function).with_options(retries=0)


@pytest.fixture(scope="session")
def prefect(tmp_path_factory):
    """Prefect's own test server, one for all tests; it takes its time to come up on a busy machine."""
    patch = pytest.MonkeyPatch()
    patch.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=300):
        yield
    patch.undo()


def write(folder, **texts):
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        document = {"id": name, "title": name, "url": f"https://news.example/{name}", "published": "2014-05-07", "text": text}
        (folder / f"{name}.jsonl").write_text(json.dumps(document) + "\n")
    return [str(folder)]


LEFT = "Rebels left the town on Wednesday. The vote is planned for June 3."
OPENED = "The new bridge opened on May 5, officials said. Talks failed on Tuesday."


def tables(out):
    folder = Path(store.resolve(out))
    return {name: pq.read_table(folder / name).to_pylist() for name in TABLES}


def artifacts(out, what):
    """The versions of an artifact, oldest first, their data as Prefect keeps them."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

    from flows.telling import artifact_key

    with get_client(sync_client=True) as client:
        found = client.read_artifacts(artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[artifact_key(str(out), what)])))
    return [artifact.data for artifact in sorted(found, key=lambda artifact: artifact.created)]


def run_of(state):
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return client.read_flow_run(state.state_details.flow_run_id)


def task_runs_of(state):
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    wanted = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))
    with get_client(sync_client=True) as client:
        return client.read_task_runs(flow_run_filter=wanted)


def test_the_flow_gives_the_tables_of_the_plain_command(prefect, tmp_path):
    build_timeline = flow("build")

    inputs = [str(ROOT / "data" / "sample")]
    plain = tmp_path / "plain"
    subprocess.run([sys.executable, "-m", "timeline", "build", *inputs, "-o", str(plain), "--quiet"], check=True, cwd=ROOT)
    state = build_timeline(inputs, str(tmp_path / "flow"), {"batch_size": 4}, return_state=True)
    assert state.is_completed(), state.message
    assert tables(tmp_path / "flow") == tables(plain)
    assert Path(store.resolve(tmp_path / "flow")).name == Path(store.resolve(plain)).name
    assert run_of(state).labels["timeline.articles"] == len(tables(plain)["articles"])
    assert 0 < len(task_runs_of(state)) <= 100


def test_a_second_run_finds_nothing_new_and_a_new_article_is_shown(prefect, tmp_path):
    build_timeline = flow("build")

    out = str(tmp_path / "second")
    inputs = write(tmp_path / "in", left=LEFT)
    first = build_timeline(inputs, out, SERIAL, return_state=True)
    again = build_timeline(inputs, out, SERIAL, return_state=True)
    assert again.message.startswith("nothing new")
    assert task_runs_of(again) == []
    write(tmp_path / "in", opened=OPENED)
    third = build_timeline(inputs, out, SERIAL, return_state=True)
    assert len(store.history(out)) == 2
    assert run_of(third).labels["timeline.extracted"] == 1
    assert [float(data) for data in artifacts(out, "progress")] == [100.0, 100.0, 100.0]
    assert len(artifacts(out, "build")) == 3
    assert first.is_completed()
    assert len(artifacts(out, "new-events")) == 2


def test_the_report_tells_what_is_new_since_the_last(prefect, tmp_path):
    build_timeline = flow("build")
    daily_report = flow("report")

    out = str(tmp_path / "reported")
    (tmp_path / "reported").mkdir()
    assert daily_report(out, return_state=True).message.startswith("nothing to report")
    assert daily_report(str(tmp_path / "none"), return_state=True).is_failed()
    inputs = write(tmp_path / "in", left=LEFT)
    build_timeline(inputs, out, SERIAL, return_state=True)
    first = daily_report(out, return_state=True)
    folder = tmp_path / "reported" / "reports"
    assert first.is_completed(), first.message
    assert "<html" in (folder / "timeline.html").read_text()
    known = {item["id"] for item in json.loads((folder / "feed.json").read_text())["items"]}
    assert daily_report(out, return_state=True).message.startswith("nothing new")
    write(tmp_path / "in", opened=OPENED)
    build_timeline(inputs, out, SERIAL, return_state=True)
    build_timeline(write(tmp_path / "in", more=OPENED.replace("bridge", "tunnel")), out, SERIAL, return_state=True)
    daily_report(out, return_state=True)
    feed = json.loads((folder / "feed.json").read_text())
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert {event["event_id"] for event in tables(out)["events"]} >= {item["id"] for item in feed["items"]} >= known
    assert len(artifacts(out, "report-link")) == 2


def test_a_broken_source_is_an_issue_and_the_others_go_on(prefect, tmp_path):
    build_timeline = flow("build")
    collect_articles = flow("collect")

    out = str(tmp_path / "collected")
    with Newsroom() as room:
        room.page("/a", title="One", text=LEFT)
        room.page("/b", title="Two", text=OPENED)
        room.feed("/feed", "/a", "/b", "/gone")
        room.pages["/broken"] = (200, {}, b"<html><p>Down for maintenance")
        sources = sources_file(tmp_path, room, good="/feed", broken="/broken", missing="/none")
        state = collect_articles(sources, out, ["127.0.0.1"], return_state=True)
        assert state.is_completed(), state.message
        again = collect_articles(sources, out, ["127.0.0.1"], return_state=True)
    labels = run_of(state).labels
    assert (labels["timeline.fetched"], labels["timeline.failed"], labels["timeline.sources"]) == (2, 2, 3)
    assert run_of(again).labels["timeline.fetched"] == 0
    failed = [row["source"] for row in json.loads(artifacts(out, "sources")[0]) if row["state"] == "failed"]
    assert failed == ["broken", "missing"]
    assert any("404" in row["issue"] for row in json.loads(artifacts(out, "collect-issues")[0]))
    built = build_timeline([f"{out}/raw"], out, SERIAL, return_state=True)
    assert built.is_completed(), built.message
    assert sorted(article["title"] for article in tables(out)["articles"]) == ["One", "Two"]
    issues = tables(out)["issues"]
    assert all(issue["stage"] != "read" for issue in issues)
    told = [(issue["input"].rpartition("/")[2], issue["reason"]) for issue in issues if issue["stage"] == "collect"]
    assert sorted(name for name, _ in told) == ["broken", "gone", "none"]  # once, though two runs met them
    assert all("404" in reason for name, reason in told if name != "broken")


def sources_file(folder, room, **feeds):
    text = "[manners]\ndelay = 0\nback_off = 0.01\nattempts = 2\ntimeout = 5\n"
    text += "".join(f'[[source]]\nname = "{name}"\nurl = "{room.url}{path}"\n' for name, path in feeds.items())
    path = folder / "sources.toml"
    path.write_text(text)
    return str(path)


def test_where_no_source_answers_the_run_fails(prefect, tmp_path):
    collect_articles = flow("collect")

    with Newsroom() as room:
        sources = sources_file(tmp_path, room, one="/none", two="/none2")
        state = collect_articles(sources, str(tmp_path / "out"), ["127.0.0.1"], return_state=True)
    assert state.is_failed()
    assert "2 of them failed" in state.message


class Flaky:
    """Workers that are lost for some batches and come back."""

    here = True

    def __init__(self, losses, at=1):
        self.losses, self.at = losses, at

    def map(self, function, tasks):
        for number, item in enumerate(tasks):
            if number == self.at and self.losses:
                self.losses -= 1
                raise ExecutorError("the workers are gone")
            yield function(item)


def test_lost_workers_cost_a_retry_not_a_row(prefect, tmp_path, monkeypatch):
    from flows import batches

    build_timeline = flow("build")

    inputs = write(tmp_path / "in", **{f"a{number}": LEFT.replace("town", f"town {number}") for number in range(7)})
    flaky = Flaky(losses=2)
    monkeypatch.setattr("flows.build.executor_for", lambda settings: flaky)
    monkeypatch.setattr(batches.work_on_batches, "retry_delay_seconds", [0, 0, 0])
    state = build_timeline(inputs, str(tmp_path / "flaky"), {"batch_size": 1}, return_state=True)
    assert state.is_completed(), state.message
    assert flaky.losses == 0
    assert len(tables(tmp_path / "flaky")["articles"]) == 7
    monkeypatch.setattr("flows.build.executor_for", lambda settings: Serial())
    build_timeline(inputs, str(tmp_path / "serial"), {"batch_size": 1}, return_state=True)
    assert tables(tmp_path / "flaky") == tables(tmp_path / "serial")


def test_workers_that_stay_away_fail_the_run_and_leave_the_published_version(prefect, tmp_path, monkeypatch):
    from flows import batches

    build_timeline = flow("build")

    out = str(tmp_path / "out")
    build_timeline(write(tmp_path / "in", left=LEFT), out, SERIAL, return_state=True)
    before = tables(out)
    inputs = write(tmp_path / "in", opened=OPENED, more=LEFT)
    monkeypatch.setattr("flows.build.executor_for", lambda settings: Flaky(losses=99, at=0))
    monkeypatch.setattr(batches.work_on_batches, "retry_delay_seconds", [0, 0, 0])
    state = build_timeline(inputs, out, {"batch_size": 1}, return_state=True)
    assert state.is_failed()
    assert state.message == "the workers are gone"
    assert tables(out) == before
    assert store.status(out)["last_run"]["error"] == "ExecutorError: the workers are gone"
    monkeypatch.setattr("flows.build.executor_for", lambda settings: Serial())
    assert build_timeline(inputs, out, {"batch_size": 1}, return_state=True).is_completed()
    assert len(tables(out)["articles"]) == 3


def test_the_flow_spreads_its_batches_over_a_dask_cluster(prefect, tmp_path):
    build_timeline = flow("build")
    inputs = write(tmp_path / "in", **{f"a{number}": LEFT.replace("town", f"town {number}") for number in range(9)})
    with dask_scheduler(tmp_path) as (address, _), dask_worker(address, tmp_path, "one"), dask_worker(address, tmp_path, "two"):
        settings = {"executor": "dask", "scheduler": address, "batch_size": 1}
        state = build_timeline(inputs, str(tmp_path / "dask"), settings, return_state=True)
    assert state.is_completed(), state.message
    build(inputs, tmp_path / "serial", Settings(), executor=Serial())
    assert tables(tmp_path / "dask") == tables(tmp_path / "serial")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"colour": 1}, "unknown setting 'colour'"),
        ({"batch_size": 0}, "at least 1"),
        ({"executor": "ray"}, "executor must be one of"),
    ],
)
def test_wrong_settings_fail_before_anything_is_done(prefect, tmp_path, settings, reason):
    build_timeline = flow("build")

    state = build_timeline(["x"], str(tmp_path / "out"), settings, return_state=True)
    assert state.is_failed()
    assert reason in state.message
    assert not (tmp_path / "out").exists()


def test_the_commands_say_what_is_wrong_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "sources.toml").write_text("[[source]]\n")
    environment = os.environ | {"PREFECT_HOME": str(tmp_path / "home")}
    for command in (
        ["flows.collect", str(tmp_path / "none.toml"), "-o", str(tmp_path / "out")],
        ["flows.collect", str(tmp_path / "sources.toml"), "-o", str(tmp_path / "out")],
        ["flows.collect", str(tmp_path / "sources.toml"), "-o", "s3://bucket/out"],
        ["flows.build", "x", "-o", str(tmp_path / "out"), "--map", "text"],
        ["flows.report", "s3://bucket/out"],
        ["flows.serve", str(tmp_path / "none.toml"), "-o", str(tmp_path / "out")],
    ):
        done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, cwd=ROOT, env=environment)
        assert done.returncode == 1, command
        assert done.stderr.count("\n") == 1, done.stderr
        assert done.stderr.startswith(command[0])


def test_a_server_that_is_set_but_not_there_is_one_line(tmp_path):
    address = f"http://127.0.0.1:{free_port()}/api"
    environment = os.environ | {"PREFECT_HOME": str(tmp_path / "home"), "PREFECT_API_URL": address}
    command = [sys.executable, "-m", "flows.report", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("flows.report: ") and address in done.stderr


@pytest.mark.parametrize(
    ("log", "owed"),
    [
        ([], False),
        ([("collect", 10, 11, 0)], False),
        ([("collect", 10, 11, 3)], True),
        ([("collect", 10, 11, 3), ("build", 12, 13, None)], False),
        ([("collect", 10, 11, 3), ("build", 12, 13, "disk full")], True),
        ([("build", 10, 15, None), ("collect", 11, 12, 3)], True),  # the build had listed its inputs before
        ([("collect", 10, 11, 3), ("build", 12, 13, None), ("collect", 14, 15, 0)], False),
    ],
)
def test_a_build_is_owed_for_what_no_finished_build_has_seen(log, owed):
    from flows.chain import owed_since

    ran = [
        {"run": kind, "started": f"2014-05-07T{start}:00:00+00:00", "ended": f"2014-05-07T{end}:00:00+00:00"}
        | ({"fetched": what} if kind == "collect" else {"error": what} if what else {})
        for kind, start, end, what in log
    ]
    assert (owed_since(ran) is not None) is owed


def test_without_a_server_there_is_one_clear_line(monkeypatch):
    from flows.serve import find_server

    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{free_port()}/api")
    with pytest.raises(ValueError, match="prefect server start") as refused:
        find_server(patience=0)
    assert "\n" not in str(refused.value)


WAITED_FOR = """
import http.server, sys, threading, time
from flows import serve

class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass

def start():
    time.sleep(1.5)
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()

serve._USUAL = f"http://127.0.0.1:{sys.argv[1]}/api"
threading.Thread(target=start, daemon=True).start()
found = serve.find_server(60)
from prefect.settings import get_current_settings

print(found, get_current_settings().api.url)
"""


def test_a_server_that_was_waited_for_is_the_one_that_prefect_talks_to(tmp_path):
    """Prefect settles its address when it is imported: asking it for the profile's while waiting had led every run to a server of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    command = [sys.executable, "-c", WAITED_FOR, str(free_port())]
    ran = subprocess.run(
        command,
        env=environment | {"PREFECT_HOME": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    usual, used = ran.stdout.split()
    assert usual == used == f"http://127.0.0.1:{command[-1]}/api"


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("30m", 1800), ("1h", 3600), ("2d", 172800), ("0h", None), ("soon", None), ("", None)]
)
def test_times_between_collections(text, seconds):
    from flows.serve import _duration

    if seconds is None:
        with pytest.raises(argparse.ArgumentTypeError, match="no time such as"):
            _duration(text)
    else:
        assert _duration(text).total_seconds() == seconds


@pytest.mark.parametrize(
    ("option", "text", "good"),
    [
        ("--report-at", "0 6 * * *", True),
        ("--report-at", "*/5 8-18 1,15 jan-mar MON", True),
        ("--report-at", "every day at six", False),
        ("--report-at", "every day at six o'clock", False),
        ("--report-at", "0 6 * *", False),
        ("--timezone", "Europe/Berlin", True),
        ("--timezone", "Mars/Base", False),
        ("--timezone", "../../etc", False),
    ],
)
def test_schedules_that_are_none_are_refused_before_a_server_is_asked(tmp_path, monkeypatch, capsys, option, text, good):
    from flows import serve

    def asked(*_):
        raise ValueError("the server was asked")

    monkeypatch.setattr(serve, "find_server", asked)
    (tmp_path / "sources.toml").write_text('[[source]]\nname = "news"\nurl = "https://news.example/feed.xml"\n')
    command = [str(tmp_path / "sources.toml"), "-o", str(tmp_path / "out"), option, text]
    if good:
        assert serve.main(command) == 1
        assert "the server was asked" in capsys.readouterr().err
    else:
        with pytest.raises(SystemExit):
            serve.main(command)
        assert f"argument {option}: {text!r} is no" in capsys.readouterr().err


def test_the_summary_of_a_build_names_a_command_that_can_be_pasted():
    from flows.build import _summary
    from timeline.building import BuildResult
    from timeline.views.news import News

    result = BuildResult("v1", "/out of date/versions/v1", True, *[1] * 10, seconds=0.5, inputs=1)
    assert "timeline show '/out of date' --top 20" in _summary("/out of date", result, News(None, "v1", {}, []))


def test_share_keeps_task_runs_few():
    from flows.batches import share

    assert sum(share(number) for number in range(60)) * Settings().batch_size > 100_000_000


def test_status_tells_of_failed_killed_and_running_builds(tmp_path):
    from timeline.cli.building import _status_lines
    from timeline.store.locks import locked

    class Broken:
        here = True

        def map(self, function, tasks):
            raise ExecutorError("no workers")

    out = tmp_path / "out"
    inputs = write(tmp_path / "in", left=LEFT)
    with pytest.raises(ExecutorError):
        build(inputs, out, Settings(), executor=Broken())
    assert any("went: failed: ExecutorError: no workers" in line for line in _status_lines(store.status(out)))
    build(inputs, out, Settings(), executor=Serial())
    lines = list(_status_lines(store.status(out)))
    assert any("went: published a new version; 1 extracted, 1 added" in line for line in lines)
    assert not any(line.startswith("now:") for line in lines)
    with locked(Layout(out)):
        assert f"now: at work (process {os.getpid()}" in "\n".join(_status_lines(store.status(out)))
    (out / ".lock-holder").write_text('{"pid": 1, "host": "gone"}')
    assert "now: killed (process 1 on gone)" in list(_status_lines(store.status(out)))
