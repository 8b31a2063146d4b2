"""Where batches are worked on: in this process, in worker processes of this machine, or on a Dask cluster.

An executor has one method, ``map(function, tasks)``: results come as they are ready, tasks are taken from the iterator only as fast
as they are worked on, so that memory does not grow with their number. Functions and tasks are plain and importable; they carry all
they need, so that nothing has to be shared between machines.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib import import_module
from itertools import chain, islice
from typing import Any, Protocol, TypeVar

from timeline.settings import Settings

__all__ = ["Dask", "Executor", "ExecutorError", "Processes", "Serial", "executor_for"]

Task = TypeVar("Task")
Result = TypeVar("Result")
_TRIES = 3


class ExecutorError(ValueError):
    """Workers cannot be had or keep dying. The message is one line."""


class Executor(Protocol):
    """Works on tasks."""

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Results in the order in which they are ready."""
        ...


class Serial:
    """One after the other, in this process."""

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Results in the order of the tasks."""
        return map(function, tasks)


class Processes:
    """Worker processes of this machine. A single task is done here: starting a worker would cost more.

    A worker that dies (out of memory, killed) costs a new pool and its tasks a second try, a third one alone.
    """

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
        with ProcessPoolExecutor(self.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            try:
                while True:
                    while len(running) < width and (item := again.popleft() if again else next(waiting, None)) is not None:
                        again.appendleft(item)  # it stays there until the pool has it: a broken one refuses
                        with _without_main():
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


class Dask:
    """A Dask cluster by the address of its scheduler, or a client that the caller has."""

    def __init__(self, scheduler: str | None = None, client: Any = None) -> None:
        if scheduler is None and client is None:
            raise ExecutorError("the dask executor needs the scheduler's address: --scheduler tcp://host:port")
        self._scheduler, self._client = scheduler, client

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Results as they are ready; Dask tries again on another worker where one dies."""
        try:
            distributed: Any = import_module("distributed")  # an extra, and without types
        except ImportError as error:
            raise ExecutorError("the dask executor needs the package's extra: pip install 'event-timeline[dask]'") from error
        try:
            client = self._client or distributed.Client(self._scheduler, timeout=20, set_as_default=False)
        except OSError as error:
            raise ExecutorError(f"no Dask scheduler answers at {self._scheduler}") from error
        tasks = iter(tasks)
        try:
            width = max(2, 2 * sum(client.nthreads().values()))
            done = distributed.as_completed([client.submit(function, task, pure=False) for task in islice(tasks, width)])
            for future in done:
                result = future.result()
                future.release()
                for task in islice(tasks, 1):
                    done.add(client.submit(function, task, pure=False))
                yield result
        finally:
            if self._client is None:
                client.close()


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
