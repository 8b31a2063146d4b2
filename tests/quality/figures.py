"""A figure of quality, where the gold lies, and the floors below which a figure must not fall."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

__all__ = ["FLOORS", "OWN", "SHARED", "Figure", "floors", "scorer"]

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
"""Annotated corpora, where they are; nothing in the project needs them."""
OWN = Path(__file__).parent / "own"
FLOORS = Path(__file__).parent / "floors.json"


class Figure(NamedTuple):
    """One number: ``corpus`` and ``measure`` name it (``timebank``, ``value F1``); higher is better unless ``lower`` is true.

    ``baseline`` is what costs nothing, printed beside; ``note`` says what a reader must know (``held-out half``).
    """

    corpus: str
    measure: str
    value: float
    baseline: float | None = None
    lower: bool = False
    note: str = ""

    @property
    def key(self) -> str:
        """Its name in ``floors.json``."""
        return f"{self.corpus} / {self.measure}"


@cache
def scorer(name: str) -> ModuleType:
    """A scorer that lies beside the gold, as a module."""
    spec = importlib.util.spec_from_file_location(name, SHARED / "gold" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def floors() -> dict[str, float]:
    """``{"corpus / measure": floor}``."""
    return json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
