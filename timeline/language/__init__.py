"""Language as data: packs, their loaders, the sentence splitter and the one door to dateparser."""

from __future__ import annotations

from timeline.language.sentences import split

__all__ = ["split"]
