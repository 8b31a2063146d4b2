"""Stopped, killed, out of disk, damaged: the last version stays whole, and the next build finishes the work to the same result."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from tests.storehouse import differences, document, plain_extract_all, run, tables, use_plain_extraction, write
from timeline import pipeline
from timeline.store import StoreError, load, resolve, verify
from timeline.store import filesystem as fs
from timeline.store.errors import LockedError, UnwritableError
from timeline.store.layout import Layout
from timeline.store.locks import locked

FIRST = [document(f"n{n}", f"Rebels left Homs on 2014-05-0{n}. Buses came on 2014-05-0{n}.") for n in range(1, 6)]
SECOND = [
    *FIRST[1:],
    document("n9", "Ships left Turku on 2014-05-09."),
    {**FIRST[0], "text": "Rebels stayed in Homs on 2014-05-01."},
]


class Stop(BaseException):
    """Ends a build as a power cut would: nothing of ours catches it."""


@pytest.fixture(autouse=True)
def _plain(monkeypatch):
    use_plain_extraction(monkeypatch)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """An OUT with a first version, inputs for a second, and what that must be."""
    folder = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as monkeypatch:
        use_plain_extraction(monkeypatch)
        run(write(folder / "in.jsonl", FIRST), folder / "first")
        write(folder / "in.jsonl", SECOND)
        run(str(folder / "in.jsonl"), folder / "wanted")
    return folder, tables(folder / "first"), tables(folder / "wanted")


def _steps(source: str, out: Path) -> list[tuple[str, str]]:
    seen: list[tuple[str, str]] = []
    with fs.hook(lambda step, path: seen.append((step, path.name))):
        run(source, out)
    return seen


def _stop_at(number: int, error: BaseException):
    counter = iter(range(10**9))

    def fault(step: str, path: Path) -> None:
        if next(counter) == number:
            raise error

    return fs.hook(fault)


def _check_whole(out: Path, *allowed) -> None:
    assert verify(out) == []
    now = tables(out)
    assert any(differences(now, one) == [] for one in allowed)


def _copy(world, tmp_path) -> tuple[str, Path]:
    folder = world[0]
    shutil.copytree(folder / "first", tmp_path / "out", symlinks=True)
    return str(folder / "in.jsonl"), tmp_path / "out"


def test_every_kind_of_step_is_announced(world, tmp_path):
    source, out = _copy(world, tmp_path)
    kinds = {step for step, _ in _steps(source, out)}
    assert {"write", "sync", "rename", "swap", "append", "mkdir"} <= kinds


@pytest.mark.slow
def test_stopped_at_every_step(world, tmp_path):
    source, out = _copy(world, tmp_path / "count")
    total = len(_steps(source, out))
    assert total > 40
    for number in range(total):
        source, out = _copy(world, tmp_path / str(number))
        with _stop_at(number, Stop()), pytest.raises(Stop):
            run(source, out)
        _check_whole(out, world[1], world[2])
        run(source, out)
        _check_whole(out, world[2])
        assert not list(out.rglob(".tmp-*")), number
        shutil.rmtree(tmp_path / str(number))


@pytest.mark.slow
def test_first_build_stopped_at_every_step(world, tmp_path):
    source = str(world[0] / "in.jsonl")
    total = len(_steps(source, tmp_path / "count"))
    for number in range(0, total, 3):
        out = tmp_path / str(number)
        with _stop_at(number, Stop()), pytest.raises(Stop):
            run(source, out)
        run(source, out)
        _check_whole(out, world[2])


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_a_full_disk_or_missing_permission_is_one_clear_line(world, tmp_path, code):
    source, out = _copy(world, tmp_path / "count")
    total = len(_steps(source, out))
    for number in range(1, total, total // 4):
        source, out = _copy(world, tmp_path / str(number))
        with _stop_at(number, OSError(code, os.strerror(code))):
            try:
                run(source, out)
            except UnwritableError as error:
                assert "\n" not in str(error)
                assert ("full" if code == errno.ENOSPC else "permission") in str(error)
        _check_whole(out, world[1], world[2])
        run(source, out)
        _check_whole(out, world[2])


def _truncate(path: Path) -> None:
    with path.open("r+b") as stream:
        stream.truncate(path.stat().st_size // 2)


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [_truncate, _flip, _empty, Path.unlink], ids=["truncated", "flipped", "emptied", "deleted"])
@pytest.mark.parametrize("folder", ["extracted", "merged", "reads"])
def test_a_damaged_cache_is_made_anew(world, tmp_path, folder, harm):
    source, out = _copy(world, tmp_path)
    for path in sorted((out / "cache" / folder).glob("*.arrow")):
        harm(path)
    run(source, out)
    _check_whole(out, world[2])


def _harm_version(out: Path) -> Path:
    return (out / "current").resolve()


@pytest.mark.parametrize(
    "harm",
    [
        lambda out: shutil.rmtree(_harm_version(out)),
        lambda out: _truncate(_harm_version(out) / "events/part-0.parquet"),
        lambda out: (_harm_version(out) / "mentions/part-0.parquet").unlink(),
        lambda out: shutil.rmtree(out / "manifests"),
        lambda out: _truncate(next((out / "manifests").glob("*.json"))),
        lambda out: (out / "current").unlink(),
        lambda out: shutil.rmtree(out / "cache"),
        lambda out: (out / "runs.jsonl").write_text('{"torn'),
    ],
    ids=["version", "file cut", "file gone", "manifests", "manifest cut", "pointer", "cache", "log"],
)
def test_a_damaged_output_is_mended_by_the_next_build(world, tmp_path, harm):
    source, out = _copy(world, tmp_path)
    write(tmp_path / "in.jsonl", FIRST)
    harm(out)
    run(str(tmp_path / "in.jsonl"), out)
    assert verify(out) == []
    for table, wanted in world[1].items():
        assert (
            tables(out)[table]
            .drop_columns([c for c in ("input",) if c in wanted.column_names])
            .equals(wanted.drop_columns([c for c in ("input",) if c in wanted.column_names]))
        )
    run(source, out)
    _check_whole(out, world[2])


def test_damage_is_told_by_readers(world, tmp_path):
    _, out = _copy(world, tmp_path)
    _truncate(_harm_version(out) / "events/part-0.parquet")
    with pytest.raises(StoreError, match="damaged"):
        load(out).events  # noqa: B018
    assert any("sha256" in problem for problem in verify(out))


HOLDER = """
import sys, time
from timeline.store.layout import Layout
from timeline.store.locks import locked
with locked(Layout(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(world, tmp_path):
    """Another process that holds the lock of an OUT."""
    source, out = _copy(world, tmp_path)
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(out)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
    assert process.stdout.readline().strip() == "held"
    yield source, out, process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_build_is_told_who_is_at_work(holder):
    source, out, process = holder
    with pytest.raises(LockedError, match=f"process {process.pid} .*--wait"):
        run(source, out)


def test_the_lock_of_a_dead_process_is_free(holder):
    source, out, process = holder
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (out / ".lock-holder").exists()
    assert run(source, out).changed


def test_a_second_build_can_wait(holder):
    source, out, process = holder
    threading.Timer(0.5, process.kill).start()
    assert run(source, out, wait=True).changed


def test_the_lock_is_free_after_an_error(tmp_path):
    layout = Layout(tmp_path)
    with pytest.raises(KeyError), locked(layout):
        raise KeyError
    with locked(layout):
        pass


FORKS = multiprocessing.get_context("forkserver")
"""Builders are forked from a process that has imported everything and started nothing: most of a kill's time would go into imports."""
FORKS.set_forkserver_preload([__name__, "timeline.building"])


def _build_to_be_killed(source: str, out: Path, ready) -> None:
    pipeline.extract_all = plain_extract_all
    ready.set()
    run(source, out, batch_size=1)


def kill_builds(world, folder: Path, kills: int, seed: int) -> int:
    """Kill builds at random moments; after each, what is published is whole and the next build gives the wanted tables.

    Returns how many were killed before they were done.
    """
    draw, killed, longest = random.Random(seed), 0, 1.0
    for number in range(kills):
        source, out = _copy(world, folder / str(number))
        ready = FORKS.Event()
        process = FORKS.Process(target=_build_to_be_killed, args=(source, out, ready))
        process.start()
        assert ready.wait(120)
        started = time.monotonic()
        process.join(draw.uniform(0, longest))
        process.kill()
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL)
        if process.exitcode:
            killed += 1
        else:
            longest = time.monotonic() - started
        _check_whole(out, world[1], world[2])
        run(source, out)
        _check_whole(out, world[2])
        shutil.rmtree(folder / str(number))
    return killed


@pytest.mark.slow
def test_twenty_real_kills(world, tmp_path):
    assert kill_builds(world, tmp_path, 20, seed=7) >= 10


@pytest.mark.slow
def test_readers_never_see_a_mix_over_100_publishes(tmp_path):
    out, over = tmp_path / "out", threading.Event()
    reads, mixed = [0], []

    def generation(number: int) -> str:
        return write(
            tmp_path / "in.jsonl", [document(f"n{n}", "Rebels left Homs on 2014-05-07.", source=f"g{number}") for n in range(4)]
        )

    def read() -> None:
        with duckdb.connect() as connection:
            while not over.is_set():
                folder = resolve(out)
                seen = connection.sql(
                    f"SELECT source FROM '{folder}/articles/**/*.parquet' "
                    f"UNION SELECT unnest(sources) FROM '{folder}/events/**/*.parquet'"
                ).fetchall()
                reads[0] += 1
                if len(seen) != 1:
                    mixed.append(seen)

    run(generation(0), out)
    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(1, 101):
            assert run(generation(number), out).changed
    finally:
        over.set()
        reader.join()
    assert mixed == []
    assert reads[0] > 50
