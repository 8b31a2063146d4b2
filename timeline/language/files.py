"""Where the hand-written language packs lie, and how one is read.

A pack is a folder ``packs/<lang>/`` of TOML files, one a subject (``sentences.toml``, ``time.toml``, …). A language without a
folder, or without the file, falls back as the caller says.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["PACKS", "hand_packs", "primary", "read_pack"]

PACKS = Path(__file__).parent / "packs"


def primary(lang: str | None) -> str:
    """The primary language subtag in lower case: ``pt`` of ``pt-BR`` and ``pt_BR``; ``und`` (undetermined) for ``None``."""
    return (lang or "und").replace("_", "-").split("-")[0].lower() or "und"


@cache
def read_pack(lang: str, subject: str) -> dict[str, Any] | None:
    """``packs/<lang>/<subject>.toml`` as a dictionary, ``None`` where there is none. Not to be changed by the caller."""
    if not lang.replace("-", "").isalnum():
        return None
    path = PACKS / lang / f"{subject}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def hand_packs(subject: str) -> list[str]:
    """Codes of the languages that have a hand-written ``<subject>.toml``, sorted."""
    return sorted(path.parent.name for path in PACKS.glob(f"*/{subject}.toml"))
