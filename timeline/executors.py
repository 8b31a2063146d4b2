"""Where batches are worked on: in this process, in worker processes of this machine, or on a Dask cluster.

An executor has one method, ``map(function, tasks)``: results come as they are ready, tasks are taken from the iterator only as fast
as they are worked on, so that memory does not grow with their number. Functions and tasks are plain and importable; machines share OUT and
nothing else.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import chain, islice
from typing import Any, Protocol, TypeVar

from timeline.settings import Settings
from timeline.store.heap import keep_pandas_out
from timeline.store.pipeline_version import pipeline_version

__all__ = ["Dask", "Executor", "ExecutorError", "Processes", "Serial", "executor_for"]

Task = TypeVar("Task")
Result = TypeVar("Result")
_TRIES = 3
_NO_TASK: Any = object()


class ExecutorError(ValueError):
    """Workers cannot be had or keep dying. The message is one line."""


class Executor(Protocol):
    """Works on tasks. ``here``: whether it does on this machine, whose disk it then sees."""

    @property
    def here(self) -> bool: ...

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Results in the order in which they are ready."""
        ...


class Serial:
    """One after the other, in this process."""

    here = True

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Results in the order of the tasks."""
        return map(function, tasks)


class Processes:
    """Worker processes of this machine. A single task is done here: starting a worker would cost more.

    A worker that dies (out of memory, killed) costs a new pool and its tasks a second try, a third one alone.
    """

    here = True

    def __init__(self, workers: int = 0) -> None:
        self.workers = workers or usable_cores()

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Results in the order in which they are ready; at most two tasks a worker are held."""
        tasks = iter(tasks)
        first = list(islice(tasks, 2))
        if len(first) < 2 or self.workers < 2:
            yield from map(function, chain(first, tasks))
            return
        waiting = ((task, 0) for task in chain(first, tasks))
        again: deque[tuple[Task, int]] = deque()
        while True:
            yield from self._one_pool(function, waiting, again)
            if not again:
                return
            if max(tries for _, tries in again) >= _TRIES:
                raise ExecutorError(
                    f"a worker process died {_TRIES} times over the same batch; see the system's log (out of memory?)"
                )

    def _one_pool(
        self, function: Callable[[Task], Result], waiting: Iterator[tuple[Task, int]], again: deque[tuple[Task, int]]
    ) -> Iterator[Result]:
        """Work until all is done or a worker dies; what was under way then stands in ``again``."""
        width = 1 if any(tries > 1 for _, tries in again) else 2 * self.workers
        running: dict[Future[Result], tuple[Task, int]] = {}
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.workers, mp_context=context, initializer=_begin) as pool:
            try:
                while True:
                    while len(running) < width and (item := again.popleft() if again else next(waiting, None)) is not None:
                        again.appendleft(item)  # it stays there until the pool has it: a broken one refuses
                        with _without_main(), _deaf_to_interrupts():
                            future = pool.submit(function, item[0])
                        running[future] = again.popleft()
                    if not running:
                        return
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        result = future.result()
                        del running[future]
                        yield result
            except BrokenProcessPool:
                again.extend((task, tries + 1) for task, tries in running.values())
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """What a worker does first. Ctrl-C reaches all processes of a terminal: a worker ends at once, the build says so."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _hold_interrupts(signal.SIG_UNBLOCK)
    _leave_with_parent()
    keep_pandas_out()


def _leave_with_parent() -> None:
    """End a worker when the build that started it is gone, killed even: nobody else would ever tell it to."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _without_main() -> Iterator[None]:
    """Start workers that do not import the caller's script again: it may lack the ``if __name__ == "__main__"`` that this would need."""
    main = sys.modules["__main__"]
    kept: dict[str, Any] = {name: main.__dict__.pop(name) for name in ("__spec__", "__file__") if name in main.__dict__}
    main.__dict__["__spec__"] = None
    try:
        yield
    finally:
        main.__dict__.update(kept)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Start workers that Ctrl-C does not reach before :func:`_begin`: they would tell where in their imports they were."""
    _hold_interrupts(signal.SIG_BLOCK)
    try:
        yield
    finally:
        _hold_interrupts(signal.SIG_UNBLOCK)


def _hold_interrupts(how: int) -> None:
    """Block or unblock the signal of Ctrl-C in this thread, where the system has masks; those it starts take them over."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(how, {signal.SIGINT})


@dataclass(frozen=True, slots=True)
class _Versioned:
    """A function that refuses to run where other rules are installed than where the build runs: rows of two kinds would mix."""

    function: Callable[[Any], Any]
    version: str

    def __call__(self, task: Any) -> Any:
        here = pipeline_version()
        if here != self.version:
            raise ExecutorError(
                f"the Dask worker on {socket.gethostname()} has pipeline {here}, this build {self.version}: install the same on both"
            )
        return self.function(task)


class Dask:
    """A Dask cluster by the address of its scheduler, or a client that the caller has.

    Workers need the package, in the same version, and OUT: by the path that the build has it under, or in an object store. ``patience``:
    seconds to wait for the scheduler and for a first worker.
    """

    here = False

    def __init__(self, scheduler: str | None = None, client: Any = None, patience: float = 60.0) -> None:
        if scheduler is None and client is None:
            raise ExecutorError("the dask executor needs the scheduler's address: --scheduler tcp://host:port")
        self._scheduler, self._client, self._patience = scheduler, client, patience

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Results as they are ready; at most two tasks a thread of the cluster are held, also where workers come later.

        Dask tries again on another worker where one dies. Raises :class:`ExecutorError` where no worker comes, the scheduler goes away
        or a batch takes several workers down with it.
        """
        tasks = iter(tasks)
        first = list(islice(tasks, 1))
        if not first:
            return
        distributed = _distributed()
        with self._connected(distributed) as client:
            try:
                yield from _spread(client, distributed, _Versioned(function, pipeline_version()), chain(first, tasks))
            except distributed.scheduler.KilledWorker as error:
                raise ExecutorError(f"a batch took Dask workers down with it: {' '.join(str(error).split())[:200]}") from error
            except (CancelledError, distributed.comm.core.CommClosedError) as error:
                raise ExecutorError(f"the Dask scheduler at {self._where()} went away") from error

    def _where(self) -> str:
        return self._scheduler or str(self._client.scheduler.address)

    @contextmanager
    def _connected(self, distributed: Any) -> Iterator[Any]:
        """A client with at least one worker behind it."""
        try:
            client = self._client or distributed.Client(self._scheduler, timeout=self._patience, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ExecutorError(f"no Dask scheduler answers at {self._scheduler}") from error
        try:
            try:
                client.wait_for_workers(1, timeout=self._patience)
            except TimeoutError as error:
                raise ExecutorError(f"no Dask worker has come to {self._where()} within {self._patience:g} s") from error
            yield client
        finally:
            if self._client is None:
                client.close()


def _distributed() -> Any:
    """The library: an extra, and without types."""
    try:
        return import_module("distributed")
    except ImportError as error:
        raise ExecutorError("the dask executor needs the package's extra: pip install 'event-timeline[dask]'") from error


def _spread(client: Any, distributed: Any, function: Callable[[Any], Any], tasks: Iterator[Any]) -> Iterator[Any]:
    """Keep the workers busy and take results as they come; a result is let go of at once, so that none stays on client or cluster."""
    done = distributed.as_completed(loop=client.loop)
    running = 0
    more = True
    while True:
        width = max(2, 2 * sum(client.nthreads().values()))
        while more and running < width:
            task = next(tasks, _NO_TASK)
            more = task is not _NO_TASK
            if more:
                done.add(client.submit(function, task, pure=False, retries=_TRIES - 1))
                running += 1
        if not running:
            return
        future = next(done)
        running -= 1
        result = future.result()
        future.release()
        yield result


def usable_cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def executor_for(settings: Settings) -> Executor:
    """The executor that the settings name; :class:`ExecutorError` for an unknown one."""
    if settings.executor == "serial":
        return Serial()
    if settings.executor == "processes":
        return Processes(settings.workers)
    if settings.executor == "dask":
        return Dask(settings.scheduler)
    raise ExecutorError(f"unknown executor {settings.executor!r}; known: serial, processes, dask")
