"""OUT and INPUT on an object store: a real S3 API (moto's server on loopback, started here)."""

from __future__ import annotations

import io
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.processes import dask_scheduler, dask_worker
from tests.storehouse import differences, document, run, tables, use_plain_extraction, write
from timeline import pipeline, store
from timeline.executors import Dask
from timeline.store import filesystem as fs
from timeline.store.errors import ConflictError, MissingError, StoreError, UnreachableError
from timeline.store.objects import Mirror, shown, workspace

pytestmark = pytest.mark.server

REAL = pipeline.extract_all
SECRET, KEY = "kept-from-everybody-0001", "AKIDKEPTFROMEVERYBODY"
TOLD = ["Rebels left Homs", "Voters chose Maria in Lima", "Ships sank near Turku", "Prices fell sharply", "Pupils won medals"]
ARTICLES = [document(f"n{n + 1}", f"{what} on 201{n}-05-07. Why ???.", published=f"201{n}-05-08") for n, what in enumerate(TOLD)]


@pytest.fixture(scope="module")
def server():
    """The address of an S3 server in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(address, timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail("moto's server does not answer")
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def bucket(server, monkeypatch, request):
    """The URL of an empty bucket; the credentials stand in the environment and nowhere else."""
    use_plain_extraction(monkeypatch)
    settings = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": server}
    for name, value in {**settings, "AWS_ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(name, value)
    name = f"bucket-{abs(hash(request.node.name))}"
    urllib.request.urlopen(urllib.request.Request(f"{server}/{name}", method="PUT"), timeout=10).close()
    return f"s3://{name}"


def _fetch(url: str, folder: Path) -> Path:
    """All objects below a URL as files."""
    mirror = Mirror(url, folder)
    for name in mirror.names():
        mirror.fetch(name)
    return folder


def test_an_out_on_s3_is_what_a_folder_is(bucket, tmp_path):
    source, out = write(tmp_path / "in.jsonl", ARTICLES), f"{bucket}/some where/out"
    first = run(source, out)
    assert first.changed
    assert store.resolve(out) == first.path == f"{out}/versions/{first.version}"
    again = run(source, out)
    assert (again.changed, again.extracted) == (False, 0)
    write(tmp_path / "in.jsonl", ARTICLES[1:])
    run(source, out)
    run(source, tmp_path / "local")
    copy = _fetch(out, tmp_path / "copy")
    target = (copy / "current").read_text()
    (copy / "current").unlink()
    (copy / "current").symlink_to(target)
    assert differences(tables(copy), tables(tmp_path / "local")) == []
    assert not [name for name in Mirror(out, tmp_path / "list").names() if "staging" in name or ".lock" in name]


def test_every_command_takes_a_url(bucket, tmp_path):
    source, out = write(tmp_path / "in.jsonl", ARTICLES), f"{bucket}/out"
    first = run(source, out).version
    second = run(write(tmp_path / "in.jsonl", ARTICLES[:4]), out).version
    assert len(store.load(out).events) == 4
    assert store.query(out, "SELECT count(*) FROM articles")[1] == [(4,)]
    assert [v.version for v in store.history(out)] == [second, first]
    assert [c["change"] for c in store.diff(out)] == ["gone"]
    assert store.verify(out) == []
    assert store.status(out)["current"] == second
    assert store.rollback(out, first) == first
    assert len(store.load(out).events) == 5
    assert store.forget(out, "n5").articles == ["n5"]
    assert len(store.load(out).events) == 4
    names = Mirror(out, tmp_path / "list").names()
    assert not [name for name in names if first in name]


def test_inputs_on_s3(bucket, tmp_path):
    mirror = Mirror(bucket, tmp_path / "in")
    for number in (0, 1):
        (tmp_path / "in/raw").mkdir(parents=True, exist_ok=True)
        write(tmp_path / f"in/raw/{number}.jsonl", ARTICLES[number::2])
        mirror.send(f"raw/{number}.jsonl")
    assert run(f"{bucket}/raw", tmp_path / "out").articles == 5
    assert run(f"{bucket}/raw", tmp_path / "out").extracted == 0
    assert run([f"{bucket}/raw/1.jsonl", f"{bucket}/absent.jsonl"], tmp_path / "one").articles == 2
    issues = store.load(tmp_path / "one").issues
    assert any("absent.jsonl is not there" in reason for reason in issues["reason"])


def _meanwhile(others, work):
    """Before this build swaps the pointer, another one publishes; as often as there are ``others``."""
    turns = iter(others)

    def fault(step: str, path: Path) -> None:
        ours = step == "swap" and path.parent.name.startswith("timeline-") and path.name == "current"
        if ours and threading.current_thread() is threading.main_thread() and (other := next(turns, None)):
            thread = threading.Thread(target=run, args=(other, work))
            thread.start()
            thread.join()

    return fs.hook(fault)


def test_of_two_publishers_one_wins_and_the_other_begins_again(bucket, tmp_path):
    out = f"{bucket}/out"
    run(write(tmp_path / "in.jsonl", ARTICLES), out)
    other = write(tmp_path / "other.jsonl", ARTICLES[1:])
    with _meanwhile([other], out):
        result = run(write(tmp_path / "in.jsonl", ARTICLES[:2]), out)
    assert (result.articles, result.changed, result.extracted) == (2, True, 0)
    assert [len(store.load(out, v.version).articles) for v in store.history(out)] == [2, 4, 5]
    assert store.verify(out) == []


def test_who_loses_again_and_again_is_told(bucket, tmp_path):
    out = f"{bucket}/out"
    run(write(tmp_path / "in.jsonl", ARTICLES), out)
    others = [write(tmp_path / f"other{n}.jsonl", ARTICLES[1 + n % 2 :]) for n in range(20)]
    with _meanwhile(others, out), pytest.raises(ConflictError, match="another build published meanwhile"):
        run(write(tmp_path / "in.jsonl", ARTICLES[:2]), out)
    assert len(store.load(out).articles) in (3, 4)
    assert store.verify(out) == []
    assert run(str(tmp_path / "in.jsonl"), out).articles == 2


def test_standard_input_is_not_read_a_second_time(bucket, tmp_path, monkeypatch):
    out = f"{bucket}/out"
    run(write(tmp_path / "in.jsonl", ARTICLES), out)
    given = Path(write(tmp_path / "given.jsonl", ARTICLES[:2])).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    with _meanwhile([write(tmp_path / "other.jsonl", ARTICLES[1:])], out), pytest.raises(ConflictError):
        run("-", out)
    assert len(store.load(out).articles) == 4


@pytest.mark.slow
def test_dask_workers_share_an_out_on_s3(bucket, tmp_path, monkeypatch):
    """Workers put their batches into the store themselves; the build sends none of those, and the tables are those of a serial one."""
    monkeypatch.setattr(pipeline, "extract_all", REAL)
    source, out, sent, send = write(tmp_path / "in.jsonl", ARTICLES), f"{bucket}/out", [], Mirror.send
    monkeypatch.setattr(Mirror, "send", lambda self, name: (sent.append(name), send(self, name)))
    with dask_scheduler(tmp_path) as (address, _), ExitStack() as workers:
        for name in ("one", "two"):
            workers.enter_context(dask_worker(address, tmp_path, name))
        result = run(source, out, executor=Dask(address, patience=120), batch_size=1)
    assert (result.extracted, result.changed) == (5, True)
    made = ("cache/extracted/", "cache/profiles/", "cache/merged/")
    assert not [name for name in sent if name.startswith(made) and name.endswith(".arrow")]
    run(source, tmp_path / "local", batch_size=1)
    copy = _fetch(out, tmp_path / "copy")
    target = (copy / "current").read_text()
    (copy / "current").unlink()
    (copy / "current").symlink_to(target)
    assert len(list((copy / "cache/extracted").glob("*.arrow"))) == 5
    assert differences(tables(copy), tables(tmp_path / "local")) == []
    monkeypatch.setattr(Mirror, "send", send)
    assert (run(source, out).extracted, store.verify(out)) == (0, [])


def test_the_first_publication_is_conditional_too(bucket, tmp_path):
    one, two = Mirror(bucket, tmp_path / "a"), Mirror(bucket, tmp_path / "b")
    assert one.pointer() is None
    assert two.pointer() is None
    one.swap("versions/x")
    with pytest.raises(ConflictError):
        two.swap("versions/y")
    assert two.pointer() == "versions/x"


def test_stopped_while_sending_nothing_is_seen(bucket, tmp_path):
    class StopError(BaseException):
        pass

    out = f"{bucket}/out"
    run(write(tmp_path / "in.jsonl", ARTICLES), out)
    changed = write(tmp_path / "in.jsonl", ARTICLES[2:])
    sent: list[str] = []
    with workspace(out):
        pass
    for number in range(0, 14, 3):
        counter = iter(range(100))

        def fault(step: str, path: Path, number: int = number, counter=counter) -> None:
            in_mirror = path.as_posix().count("/versions/v") == 1 and "staging" not in path.parts
            if step == "write" and in_mirror and next(counter) == number:
                raise StopError

        with fs.hook(fault):
            try:
                run(changed, out)
            except StopError:
                sent.append(str(number))
                assert len(store.load(out).articles) == 5
                assert store.verify(out) == []
    assert sent
    assert run(changed, out).articles == 3
    assert store.verify(out) == []


def test_credentials_reach_neither_files_nor_messages(bucket, tmp_path, monkeypatch, capfd):
    source, out = write(tmp_path / "in.jsonl", ARTICLES), f"{bucket}/out"
    run(source, out)
    run([source, f"{bucket}/raw"], out)
    for path in _fetch(out, tmp_path / "copy").rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes()
            assert KEY.encode() not in path.read_bytes()
    messages = []
    for url in (
        f"s3://{KEY}:{SECRET}@bucket/x",
        f"{bucket}/x?X-Amz-Credential={KEY}",
        f"{bucket}-absent/x",
        "ftp://host/x",
        "s3://",
    ):
        with pytest.raises(StoreError) as caught:
            store.load(url)
        messages.append(str(caught.value))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(UnreachableError) as caught:
        Mirror(bucket, tmp_path / "x", retries=0).pointer()
    messages.append(str(caught.value))
    told = "\n".join(messages) + "".join(capfd.readouterr())
    assert SECRET not in told
    assert KEY not in told
    assert all("\n" not in message and "Traceback" not in message for message in messages)


def test_an_empty_prefix_holds_no_timeline(bucket):
    with pytest.raises(MissingError, match="holds no published timeline"):
        store.load(f"{bucket}/nothing")


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("s3://bucket/a/b", "s3://bucket/a/b"),
        ("s3://me:secret@bucket/a", "s3://bucket/a"),
        ("s3://bucket/a?X-Amz-Signature=abc", "s3://bucket/a"),
        ("folder/a?b.txt", "folder/a?b.txt"),
    ],
)
def test_names_are_shown_without_secrets(name, seen):
    assert shown(name) == seen
