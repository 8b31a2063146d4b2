"""Processes that a test starts and that end with it, however it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def free_port():
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(*command, log, **environment):
    """A Python module with its arguments in a process group of its own; the whole group is ended and, if need be, killed."""
    with Path(log).open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", *map(str, command)],
            cwd=ROOT,
            env=os.environ | {name: str(value) for name, value in environment.items()},
            stdout=said,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def until(check, seconds, what, log=None):
    """Wait until ``check()`` gives something true and return it; fail with the end of the log after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError, KeyError):
            found = check()
            if found:
                return found
        time.sleep(0.5)
    told = Path(log).read_text(errors="replace")[-3000:] if log else ""
    raise AssertionError(f"{what}: not within {seconds} s\n{told}")


@contextlib.contextmanager
def dask_scheduler(folder):
    """A Dask scheduler on loopback; gives its address and its process."""
    port, log = free_port(), Path(folder) / "scheduler.log"
    options = ("--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-show")
    with running("distributed.cli.dask_scheduler", *options, log=log) as process:
        until(lambda: "Scheduler at" in log.read_text(), 180, "the scheduler", log)
        yield f"tcp://127.0.0.1:{port}", process


def dask_worker(address, folder, name):
    """A Dask worker with one thread in a process that may be killed; no nanny starts it again."""
    options = ("--nthreads", 1, "--no-nanny", "--no-dashboard", "--local-directory", folder, "--name", name)
    return running("distributed.cli.dask_worker", address, *options, log=Path(folder) / f"{name}.log", PYTHONPATH=ROOT)
