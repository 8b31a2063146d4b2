"""Settings: flags over timeline.toml over defaults, and one clear line for what cannot be."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from timeline.settings import Settings, load_settings


def test_flags_go_over_the_file_and_the_file_over_defaults(tmp_path):
    path = tmp_path / "timeline.toml"
    path.write_text('workers = 3\nlang = "de"\ncolumns = {text = "body"}\n')
    settings = load_settings(path, lang="fr", workers=None)
    assert (settings.workers, settings.lang, settings.columns, settings.batch_size) == (
        3,
        "fr",
        (("text", "body"),),
        Settings().batch_size,
    )


@pytest.mark.parametrize("settings", [Settings(), Settings(columns=(("text", "body"),), workers=2, lang="de")])
def test_settings_come_through_json_as_they_were(settings):
    """As parameters of a flow do."""
    assert load_settings(None, **json.loads(json.dumps(asdict(settings)))) == settings


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"colour": 1}, "unknown setting 'colour'"),
        ({"workers": "two"}, "workers must be a whole number, not 'two'"),
        ({"workers": True}, "workers must be a whole number"),
        ({"workers": -1}, "at least 0"),
        ({"batch_size": 0}, "at least 1"),
        ({"keep_text": "no"}, "keep_text must be true or false"),
        ({"lang": 3}, "lang must be text"),
        ({"columns": 3}, "columns must be a table"),
        ({"columns": "text"}, "columns must be a table"),
        ({"columns": {"text": 3}}, "columns must be a table"),
        ({"columns": [["text"]]}, "columns must be a table"),
        ({"columns": [["text", "body", "more"]]}, "columns must be a table"),
        ({"executor": "ray"}, "executor must be one of serial, processes, dask"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(values, reason):
    with pytest.raises(ValueError, match=r".") as refused:
        load_settings(None, **values)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_broken_file_is_named(tmp_path):
    path = tmp_path / "timeline.toml"
    path.write_text("workers =")
    with pytest.raises(ValueError, match=r"timeline\.toml: not valid TOML"):
        load_settings(path)
