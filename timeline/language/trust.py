"""How far a publication date can be trusted, by where it was found: measured shares, kept as data in ``trust.toml``.

Both the room that reads dates and the one that infers them from the text look here, so that one table tells all.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["confidence", "kinds", "trust_table"]

_TABLE = Path(__file__).with_name("trust.toml")


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """The table: kind → ``right`` and ``of``, ``like``, ``stated`` or ``assumed``; ``about`` says what the kind is."""
    table: dict[str, dict[str, Any]] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))["kinds"]
    return table


def confidence(kind: str) -> float:
    """The measured precision of a kind of date, 0 to 1, in two places; 0.5 where nothing is known of it.

    Of "URL contradicted" that is not in the table, the confidence of "URL" is halved.
    """
    row = kinds().get(kind)
    if row is None:
        base, _, fate = kind.rpartition(" ")
        if base not in kinds():
            return 0.5
        return round(confidence(base) / 2, 2) if fate == "contradicted" else confidence(base)
    for told in ("stated", "assumed"):
        if told in row:
            return float(row[told])
    if "like" in row:
        return confidence(row["like"])
    return float(round((row["right"] + 1) / (row["of"] + 2), 2))


def trust_table() -> str:
    """The table in Markdown, for the data dictionary: kind, confidence, how it was measured."""
    lines = ["| where the date was found | confidence | right, of | |", "|---|---|---|---|"]
    for kind, row in kinds().items():
        counted = (
            f"{row['right']} of {row['of']}" if "of" in row else f"taken as {row['like']}" if "like" in row else "not measured"
        )
        lines.append(f"| {kind} | {confidence(kind):.2f} | {counted} | {row['about']} |")
    return "\n".join(lines)
