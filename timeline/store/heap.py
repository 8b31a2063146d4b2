"""What a process need not hold: memory that is free but scattered over the heap and in Arrow's pool (60 MB of a worker), and pandas."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import pyarrow as pa

__all__ = ["give_back", "keep_pandas_out"]

_TRIM = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
"""Of the C library, where it has one."""


def give_back() -> None:
    """Give memory that nothing uses back to the system; some milliseconds, for the end of a batch."""
    pa.default_memory_pool().release_unused()
    if _TRIM is not None:
        _TRIM(0)


def keep_pandas_out() -> None:
    """Let Arrow do without pandas in this process, for good: it would load it with the first list that it is given.

    For workers, which make no frames; others may still import pandas.
    """
    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.array([None])  # it looks for pandas once
    finally:
        sys.meta_path.remove(_NoPandas)


class _NoPandas:
    """A finder by which pandas is not installed."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> None:
        """Refuses pandas; of all else it knows nothing."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)
