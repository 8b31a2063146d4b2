"""How often the date of an event is right, by what it rests on: counts on annotated text, kept as data in ``confidence.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

__all__ = ["TABLE", "confidences", "counted"]

TABLE = Path(__file__).with_name("confidence.toml")


@cache
def counted() -> dict[str, dict[str, list[int]]]:
    """``{date_basis: {corpus: [right, of]}}``."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


@cache
def confidences() -> dict[str, float]:
    """The share of right dates of each basis that was measured, 0 to 1."""
    totals = {basis: [sum(column) for column in zip(*corpora.values(), strict=True)] for basis, corpora in counted().items()}
    return {basis: round(right / of, 2) for basis, (right, of) in totals.items()}
