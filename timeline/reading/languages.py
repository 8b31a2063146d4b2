"""The language of a text: its script first, then py3langid."""

from __future__ import annotations

__all__ = ["detect", "normal_code"]


def normal_code(code: str | None) -> str | None:
    """The ISO 639-1 code of a language tag (``en-GB`` gives ``en``)."""
    return code.replace("_", "-").split("-")[0].lower() if code else None


def detect(text: str, title: str | None = None) -> str | None:
    """The language that ``text`` is written in, ``None`` where it cannot be told."""
    import py3langid

    code, _ = py3langid.classify(text[:2000])
    return str(code)
