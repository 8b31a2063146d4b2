"""Memory that is free goes back to the system: what a batch took lies scattered over the heap and in Arrow's pool, 60 MB of a worker."""

from __future__ import annotations

import ctypes
import sys

import pyarrow as pa

__all__ = ["give_back"]

_TRIM = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
"""Of the C library, where it has one."""


def give_back() -> None:
    """Give memory that nothing uses back to the system; some milliseconds, for the end of a batch."""
    pa.default_memory_pool().release_unused()
    if _TRIM is not None:
        _TRIM(0)
