"""Dated events from news articles, as a pandas timeline in Parquet.

The face of the library. ``tag`` and ``extract`` load neither pandas nor pyarrow; ``build`` and ``load`` do.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from timeline.api import extract, tag
    from timeline.building import build
    from timeline.store import load

__all__ = ["build", "extract", "load", "tag"]

_HOMES = {"tag": "timeline.api", "extract": "timeline.api", "build": "timeline.building", "load": "timeline.store"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
