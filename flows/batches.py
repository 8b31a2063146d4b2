"""Batches as Prefect tasks: an executor for :func:`timeline.building.build` whose work shows, and is retried, task run by task run.

Prefect costs milliseconds for every task run and a server that keeps them all, so a task run takes many batches, more and more of them:
a hundred million articles in batches of 200 stay under a hundred task runs. The batches themselves are spread by the executor within
(processes, Dask); task runs hand over counts only, the results pass through a bounded queue to the build that puts them on disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from queue import Empty, Full, Queue
from typing import Any, TypeVar, cast

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.futures import PrefectFuture
from prefect.logging import get_run_logger
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import Task

from timeline.executors import Executor, ExecutorError

__all__ = ["BatchTasks", "share", "threads"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_FIRST, _GROWTH = 4, 1.25
_HELD = 8  # results between the task run that makes them and the build that writes them


def threads(most: int) -> TaskRunner[PrefectFuture[Any]]:
    """The task runner of all flows here: task runs in threads of the flow's process, at most so many at once."""
    return cast(TaskRunner[PrefectFuture[Any]], ThreadPoolTaskRunner(max_workers=most))


def share(number: int) -> int:
    """How many batches the ``number``-th task run of a build takes (from 0)."""
    return round(_FIRST * _GROWTH**number)


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A function that keeps the number of its argument. It goes to the workers, which do not import Prefect."""

    function: Callable[[Any], Any]

    def __call__(self, pair: tuple[int, Any]) -> tuple[int, Any]:
        return pair[0], self.function(pair[1])


class _StoppedError(Exception):
    """The build went away; nobody takes results any more."""


class _SourceError(Exception):
    """Reading the inputs, or the build itself, failed: it would fail again."""


class _Stream:
    """The batches of one step on their way through task runs. Nothing that was taken from the source is lost when a task run fails:
    what has no result yet is worked on again by the retry."""

    def __init__(self, inner: Executor, function: Callable[[Any], Any], source: Iterator[Any]) -> None:
        self._inner, self._function, self._source = inner, function, source
        self._open: dict[int, Any] = {}
        self._taken = 0
        self._results: Iterator[tuple[int, Any]] | None = None
        self.broken: BaseException | None = None
        self.exhausted = False
        self.stopped = threading.Event()
        self.done: Queue[Any] = Queue(_HELD)

    def work(self, count: int) -> int:
        """Deliver up to ``count`` results; returns how many there were."""
        if self._results is None:
            again = list(self._open.items())
            self._results = iter(self._inner.map(_Numbered(self._function), self._pairs(again)))
        delivered = 0
        try:
            while delivered < count:
                number, result = next(self._results)
                self._put(result)
                del self._open[number]
                delivered += 1
        except StopIteration:
            self.exhausted = True
        except BaseException:
            self._results = None
            raise
        return delivered

    def _pairs(self, again: list[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
        yield from again
        while True:
            try:
                item = next(self._source)
            except StopIteration:
                return
            except Exception as error:
                self.broken = error  # a generator that raised has ended: a retry would take that for the end of the inputs
                raise _SourceError(str(error)) from error
            number, self._taken = self._taken, self._taken + 1
            self._open[number] = item
            yield number, item

    def _put(self, result: Any) -> None:
        while not self.stopped.is_set():
            try:
                self.done.put(result, timeout=0.5)
                return
            except Full:
                continue
        raise _StoppedError

    def close(self) -> None:
        """Nobody takes results any more: let workers go."""
        self.stopped.set()
        close = getattr(self._results, "close", None)
        if close:
            close()


def _may_pass(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """A lost worker or scheduler may come back; other faults would come again."""
    return isinstance(state.result(raise_on_failure=False), ExecutorError | OSError)


@task(retries=3, retry_delay_seconds=[2, 10, 60], retry_jitter_factor=0.5, retry_condition_fn=_may_pass, cache_policy=NO_CACHE)
def work_on_batches(step: str, number: int, stream: Any, batches: int) -> dict[str, int]:
    """Work on up to so many batches of a step; returns how many were done."""
    done: int = stream.work(batches)
    get_run_logger().info("step=%s run=%d batches=%d", step, number + 1, done)
    return {"batches": done}


class BatchTasks:
    """An executor (:class:`timeline.executors.Executor`) that works through Prefect task runs; use it within a flow, in its thread.

    ``counts`` tells how many task runs and batches there were.
    """

    def __init__(self, inner: Executor) -> None:
        self._inner = inner
        self.counts = {"task_runs": 0, "batches": 0}

    @property
    def here(self) -> bool:
        """Whether the work is done on this machine."""
        return self._inner.here

    def map(self, function: Callable[[Item], Result], tasks: Iterable[Item]) -> Iterator[Result]:
        """Results as they are ready."""
        step = {"extract_batch": "extract", "merge_batch": "merge"}.get(function.__name__, function.__name__)
        tasks = iter(tasks)
        first = list(islice(tasks, 1))
        if not first:
            return  # nothing new: no task run to show for it
        stream = _Stream(self._inner, function, chain(first, tasks))
        try:
            while not stream.exhausted:
                yield from self._one_run(step, stream)
        finally:
            stream.close()

    def _one_run(self, step: str, stream: _Stream) -> Iterator[Any]:
        number = self.counts["task_runs"]
        self.counts["task_runs"] += 1
        named = work_on_batches.with_options(name=f"{step}-batches", task_run_name=f"{step}-{number + 1}")
        future = named.submit(step, number, stream, share(number))
        ended = threading.Event()
        future.add_done_callback(lambda _: ended.set())
        try:
            while True:
                try:
                    yield stream.done.get(timeout=0.05)
                except Empty:
                    if ended.is_set() and stream.done.empty():
                        break
        except GeneratorExit:
            stream.stopped.set()
            future.wait()
            raise
        try:
            self.counts["batches"] += future.result()["batches"]
        except _SourceError:
            assert stream.broken is not None
            raise stream.broken from None
