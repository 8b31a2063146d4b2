"""What the README shows is run: the Python example and the queries from DuckDB, Polars and pandas, in the order they stand."""

from __future__ import annotations

import os
import re
import stat
import sys

import pytest

from tests.docs import README

BLOCK = re.compile(r"<!-- (example|query \w+) -->\n```python\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with the sample in it, where the command ``timeline`` can be called."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "data").symlink_to(README.parent / "data")
    script = folder / "bin" / "timeline"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{README.parent}" exec "{sys.executable}" -m timeline "$@"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return folder


def test_the_examples_run_and_find_the_same_events(desk, monkeypatch, capsys):
    monkeypatch.chdir(desk)
    monkeypatch.setenv("PATH", f"{desk / 'bin'}{os.pathsep}{os.environ['PATH']}")
    blocks = dict(BLOCK.findall(README.read_text(encoding="utf-8")))
    assert list(blocks) == ["example", "query duckdb", "query polars", "query pandas"]
    names: dict = {}
    printed = {}
    for name, code in blocks.items():
        exec(compile(code, f"README, {name}", "exec"), names)
        printed[name] = capsys.readouterr().out
    assert "Wednesday 2014-05-07" in printed["example"]
    assert all("2021-03" in printed[name] for name in blocks)
    spring = names["spring"]
    assert len(spring) > 3
    assert set(spring["event_id"]) == set(names["found"]["event_id"]) == set(names["march"].collect()["event_id"])


def test_the_readme_gives_the_two_commands():
    text = README.read_text(encoding="utf-8")
    for kind, wanted in (("main", "timeline build data/sample"), ("test", "pytest")):
        block = re.search(rf"<!-- {kind} command -->\n```sh\n(.*?)```", text, re.DOTALL)
        assert block
        assert wanted in block[1]
