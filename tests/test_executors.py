"""Executors: equal results wherever the work is done, and what happens when those who do it go away."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.processes import free_port, running, until
from timeline import store
from timeline.building import build
from timeline.executors import Dask, ExecutorError, Processes, Serial, _Versioned, executor_for
from timeline.settings import Settings
from timeline.store.pipeline_version import pipeline_version
from timeline.store.schema import TABLES

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


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """A Dask scheduler on loopback; its address and its log."""
    log = tmp_path_factory.mktemp("dask") / "scheduler.log"
    port = free_port()
    with running("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-show", log=log):
        address = f"tcp://127.0.0.1:{port}"
        until(lambda: "Scheduler at" in log.read_text(), 120, "the scheduler", log)
        yield address, log


def worker(address, folder, name, **environment):
    """A Dask worker with one thread in a process that may be killed; no nanny starts it again."""
    log = folder / f"{name}.log"
    options = ["--nthreads", 1, "--no-nanny", "--no-dashboard", "--local-directory", folder, "--name", name]
    return running("distributed.cli.dask_worker", address, *options, log=log, PYTHONPATH=ROOT, **environment)


@pytest.mark.slow
@pytest.mark.server
def test_no_worker_is_told_in_one_line(scheduler):
    with pytest.raises(ExecutorError, match="no Dask worker has come"):
        list(Dask(scheduler[0], patience=2).map(double, range(3)))


@pytest.mark.slow
@pytest.mark.server
def test_a_killed_worker_costs_a_retry_not_a_row(scheduler, tmp_path):
    address, _ = scheduler
    with worker(address, tmp_path, "one") as first, worker(address, tmp_path, "two"):
        dask = Dask(address, patience=120)
        assert sorted(dask.map(double, range(20))) == [2 * n for n in range(20)]
        killer = threading.Timer(1.5, lambda: os.kill(first.pid, signal.SIGKILL))
        killer.start()
        assert sorted(dask.map(slow, range(30))) == [2 * n for n in range(30)]
        killer.join()
        assert first.wait(timeout=30) == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.server
def test_the_tables_are_those_of_a_serial_build_though_a_worker_dies(scheduler, tmp_path):
    address, _ = scheduler
    settings = Settings(batch_size=1)
    with worker(address, tmp_path, "one") as first, worker(address, tmp_path, "two"):
        done = []

        def progress(now):
            done.append(now)
            if now.extracted >= 3 and first.poll() is None:
                os.kill(first.pid, signal.SIGKILL)

        build(SAMPLE, tmp_path / "dask", settings, executor=Dask(address, patience=120), progress=progress)
        assert first.wait(timeout=30) == -signal.SIGKILL
    build(SAMPLE, tmp_path / "serial", settings, executor=Serial())
    assert tables(tmp_path / "dask") == tables(tmp_path / "serial")


@pytest.mark.slow
@pytest.mark.server
def test_batches_that_kill_their_worker_once_come_through(scheduler, tmp_path):
    address, _ = scheduler
    marks = [str(tmp_path / f"mark-{n}") for n in range(2)]
    with worker(address, tmp_path, "one"), worker(address, tmp_path, "two"), worker(address, tmp_path, "three"):
        assert sorted(Dask(address, patience=120).map(suicide_once, marks)) == marks


@pytest.mark.slow
def test_a_killed_process_costs_a_retry_not_a_row(tmp_path):
    marks = [str(tmp_path / f"mark-{n}") for n in range(6)]
    for mark in marks[1:]:
        Path(mark).write_text("x")
    assert sorted(Processes(2).map(suicide_once, marks)) == marks


@pytest.mark.slow
@pytest.mark.server
def test_a_scheduler_that_goes_away_is_told_in_one_line(tmp_path):
    port = free_port()
    address, log = f"tcp://127.0.0.1:{port}", tmp_path / "scheduler.log"
    with running(
        "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-show", log=log
    ) as process:
        until(lambda: "Scheduler at" in log.read_text(), 120, "the scheduler", log)
        with worker(address, tmp_path, "one"):
            results = Dask(address, patience=60).map(slow, range(1000))
            assert next(results) % 2 == 0
            os.kill(process.pid, signal.SIGKILL)
            with pytest.raises(ExecutorError, match="went away") as refused:
                list(results)
            assert "\n" not in str(refused.value)
