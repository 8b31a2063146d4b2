"""Parameters of the flows, checked before a run does anything, with messages that say what was expected."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from timeline.collecting import load_sources
from timeline.settings import Settings, load_settings

__all__ = [
    "BuildSettings", "Inputs", "Out", "SourcesFile", "checked_out", "checked_settings", "checked_sources", "settings_from", "values_of",
]  # fmt: skip


def checked_out(out: str) -> str:
    """OUT, a folder that is there or may be made, or the URL of an object store; ``ValueError`` for what can be neither."""
    if not out.strip():
        raise ValueError("out must name a folder or an object store, not an empty text")
    if "://" not in out and Path(out).exists() and not Path(out).is_dir():
        raise ValueError(f"{out} is a file, not a folder: choose another output")
    return out


def checked_settings(values: dict[str, Any]) -> dict[str, Any]:
    """Settings of a build by name; ``ValueError`` naming the first that is unknown or of the wrong kind."""
    settings_from(None, values)
    return values


def settings_from(config: str | None, values: dict[str, Any]) -> Settings:
    """``timeline.toml`` at ``config``, if any, and ``values`` over it."""
    if config is not None and not Path(config).is_file():
        raise ValueError(f"config: {config} is not there")
    return load_settings(Path(config) if config else None, **values)


def values_of(settings: Settings) -> dict[str, Any]:
    """Settings by name, as a parameter of a flow takes them; those without a value are left out."""
    named = ((field.name, getattr(settings, field.name)) for field in fields(Settings))
    return {name: value for name, value in named if value is not None}


def checked_sources(path: str) -> str:
    """The path of a ``sources.toml`` that can be used; ``SourcesError`` (a ``ValueError``) in one line otherwise."""
    load_sources(path)
    return path


def _checked_inputs(inputs: list[str]) -> list[str]:
    if not all(name.strip() for name in inputs):
        raise ValueError("inputs must name files, folders, globs or URLs, not an empty text")
    return inputs


Inputs = Annotated[list[str], AfterValidator(_checked_inputs), Field(description="files, folders, globs or object-store URLs")]
Out = Annotated[str, AfterValidator(checked_out), Field(description="the folder (or object-store URL) of the timeline")]
SourcesFile = Annotated[str, AfterValidator(checked_sources), Field(description="path of a sources.toml")]
BuildSettings = Annotated[
    dict[str, Any], AfterValidator(checked_settings), Field(description="settings of the build by name, as in timeline.toml")
]
