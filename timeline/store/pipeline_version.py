"""The pipeline version: changes with any rule, pack, weight or library that can change a row, without anybody having to remember."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import metadata
from pathlib import Path

__all__ = ["pipeline_version"]

_HOME = Path(__file__).resolve().parent.parent
_ROOMS = ("language", "reading", "timex", "events", "merging")
_FILES = ("interval.py", "records.py", "pipeline.py", "store/rows.py", "store/batches.py", "store/schema.py", "store/identity.py")
_NOT_RULES = (".pyc", ".md", ".pyi")
_LIBRARIES = (
    "ahocorasick_rs", "charset_normalizer", "courlan", "dateparser", "fastwarc", "feedparser", "htmldate", "lxml", "mwparserfromhell", "numpy",
    "py3langid", "rensa", "resiliparse", "tldextract", "trafilatura",
)  # fmt: skip
"""What the rooms import and rows can turn on; ``tests/test_store.py`` compares the list with their imports."""


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "none"


@lru_cache(maxsize=4)
def pipeline_version(spacy: str | None = None) -> str:
    """Package version and a digest of the rooms' files and the libraries behind them, such as ``0.1.0+1f3a5c7e9b2d``.

    ``spacy`` names an installed spaCy pipeline that extraction uses: its version counts too, of a folder what its files hold.
    """
    digest = hashlib.blake2b(digest_size=6)
    paths = [_HOME / name for name in _FILES]
    for room in _ROOMS:
        paths += [path for path in (_HOME / room).rglob("*") if path.is_file() and path.suffix not in _NOT_RULES]
    for path in sorted(paths):
        digest.update(path.relative_to(_HOME).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    names = _LIBRARIES + (("spacy", spacy) if spacy else ())
    digest.update("\n".join(f"{name} {_installed(name)}" for name in names).encode())
    if spacy and Path(spacy).is_dir():
        for path in sorted(path for path in Path(spacy).rglob("*") if path.is_file()):
            digest.update(path.relative_to(spacy).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{_installed('event-timeline')}+{digest.hexdigest()}"
