"""Executors: equal results wherever the work is done, and what happens when those who do it go away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.processes import dask_scheduler, dask_worker, free_port
from timeline import store
from timeline.building import build
from timeline.executors import Dask, ExecutorError, Processes, Serial, _Versioned, executor_for
from timeline.settings import Settings
from timeline.store.errors import StoreError
from timeline.store.layout import Layout
from timeline.store.pipeline_version import pipeline_version
from timeline.store.schema import TABLES
from timeline.store.shared import Cache

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = [str(ROOT / "data" / "sample")]


def double(number):
    return 2 * number


def slow(number):
    time.sleep(0.3)
    return 2 * number


def suicide_once(path):
    """The first worker that gets this dies of it."""
    if not Path(path).exists():
        Path(path).write_text("x")
        os.kill(os.getpid(), signal.SIGKILL)
    return path


def tables(out):
    folder = Path(store.resolve(out))
    return {name: pq.read_table(folder / name).to_pylist() for name in TABLES}


def test_results_do_not_depend_on_the_executor():
    for executor in (Serial(), Processes(1)):
        assert sorted(executor.map(double, range(10))) == [2 * n for n in range(10)]
        assert list(executor.map(double, [])) == []


@pytest.mark.parametrize(
    ("settings", "reason"), [(Settings(executor="dask"), "--scheduler"), (Settings(executor="ray"), "unknown executor")]
)
def test_what_cannot_be_had_is_told(settings, reason):
    with pytest.raises(ExecutorError, match=reason):
        executor_for(settings)


def test_a_scheduler_that_is_not_there_is_told_in_one_line():
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(ExecutorError, match="no Dask scheduler answers") as refused:
        list(Dask(address, patience=0.5).map(double, range(3)))
    assert "\n" not in str(refused.value)


def test_other_rules_on_a_worker_are_noticed():
    assert _Versioned(double, pipeline_version())(2) == 4
    with pytest.raises(ExecutorError, match="install the same on both"):
        _Versioned(double, "0.0+other")(2)


def test_workers_that_do_not_see_out_are_told_apart(tmp_path):
    with pytest.raises(StoreError, match="does not see /nowhere/out: workers must share OUT"):
        Cache("/nowhere/out")

    class Elsewhere:
        """Workers on another machine, where the path of OUT leads to another folder."""

        here = False

        def map(self, function, tasks):
            other = Layout(tmp_path / "other")
            other.create()
            return map(function, (replace(task, out=str(other.root)) for task in tasks))

    with pytest.raises(ExecutorError, match=f"what the workers extracted is not in {tmp_path / 'out'}"):
        build(SAMPLE, tmp_path / "out", executor=Elsewhere())
    assert not (tmp_path / "out/current").exists()
    assert build(SAMPLE, tmp_path / "out", executor=Serial()).changed


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """The address of a Dask scheduler on loopback."""
    with dask_scheduler(tmp_path_factory.mktemp("dask")) as (address, _):
        yield address


@pytest.mark.slow
@pytest.mark.server
def test_no_worker_is_told_in_one_line(scheduler):
    with pytest.raises(ExecutorError, match="no Dask worker has come"):
        list(Dask(scheduler, patience=2).map(double, range(3)))


@pytest.mark.slow
@pytest.mark.server
def test_a_killed_worker_costs_a_retry_not_a_row(scheduler, tmp_path):
    with dask_worker(scheduler, tmp_path, "one") as first, dask_worker(scheduler, tmp_path, "two"):
        dask = Dask(scheduler, patience=120)
        taken, most = 0, 0

        def tasks():
            nonlocal taken
            for number in range(200):
                taken += 1
                yield number

        for given, _ in enumerate(dask.map(double, tasks())):
            most = max(most, taken - given)
        assert (taken, most) == (200, most)
        assert most <= 2 * 2 + 1  # two for each thread of the cluster, and the one that is being given
        killer = threading.Timer(1.5, lambda: os.kill(first.pid, signal.SIGKILL))
        killer.start()
        assert sorted(dask.map(slow, range(30))) == [2 * n for n in range(30)]
        killer.join()
        assert first.wait(timeout=30) == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.server
def test_the_tables_are_those_of_a_serial_build_though_a_worker_dies(scheduler, tmp_path):
    settings = Settings(batch_size=1)
    with dask_worker(scheduler, tmp_path, "one") as first, dask_worker(scheduler, tmp_path, "two"):
        done = []

        def progress(now):
            done.append(now)
            if now.extracted >= 3 and first.poll() is None:
                os.kill(first.pid, signal.SIGKILL)

        build(SAMPLE, tmp_path / "dask", settings, executor=Dask(scheduler, patience=120), progress=progress)
        assert first.wait(timeout=30) == -signal.SIGKILL
    build(SAMPLE, tmp_path / "serial", settings, executor=Serial())
    assert tables(tmp_path / "dask") == tables(tmp_path / "serial")


@pytest.mark.slow
@pytest.mark.server
def test_batches_that_kill_their_worker_once_come_through(scheduler, tmp_path):
    marks = [str(tmp_path / f"mark-{n}") for n in range(2)]
    with (
        dask_worker(scheduler, tmp_path, "one"),
        dask_worker(scheduler, tmp_path, "two"),
        dask_worker(scheduler, tmp_path, "three"),
    ):
        assert sorted(Dask(scheduler, patience=120).map(suicide_once, marks)) == marks


@pytest.mark.slow
def test_a_killed_process_costs_a_retry_not_a_row(tmp_path):
    marks = [str(tmp_path / f"mark-{n}") for n in range(6)]
    for mark in marks[1:]:
        Path(mark).write_text("x")
    assert sorted(Processes(2).map(suicide_once, marks)) == marks


@pytest.mark.slow
@pytest.mark.server
def test_a_scheduler_that_goes_away_is_told_in_one_line(tmp_path):
    with dask_scheduler(tmp_path) as (address, process), dask_worker(address, tmp_path, "one"):
        results = Dask(address, patience=60).map(slow, range(1000))
        assert next(results) % 2 == 0
        os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(ExecutorError, match="went away") as refused:
            list(results)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_workers_leave_when_their_build_is_stopped(how, tmp_path):
    """A build that is killed outright leaves no worker behind; one that is stopped with Ctrl-C, which reaches all, does so without a word of theirs."""
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, sys, time\n"
        "from timeline.executors import Processes\n"
        "if __name__ == '__main__':\n"
        "    list(Processes(2).map(time.sleep, [60, 60]))\n"
    )
    root = Path(__file__).parents[1]
    parent = subprocess.Popen(
        [sys.executable, script], env=os.environ | {"PYTHONPATH": str(root)}, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        workers = _until(lambda: _children(parent.pid), lambda found: len(found) >= 2)
        os.kill(parent.pid, how) if how == signal.SIGKILL else os.killpg(parent.pid, how)
        assert parent.communicate(timeout=30)[1].count(b"Traceback") == (how == signal.SIGINT), "the script's own"
        assert _until(lambda: [pid for pid in workers if _alive(pid)], lambda left: not left) == []
    finally:
        parent.kill()


def _until(ask, enough, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = ask()
        if enough(found):
            return found
        time.sleep(0.1)
    return ask()


def _children(pid):
    """Worker processes (not the resource tracker) of a process."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
            if int(fields[1]) == pid and b"spawn_main" in entry.with_name("cmdline").read_bytes():
                found.append(int(entry.parent.name))
        except OSError:
            continue
    return found


def _alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
