"""The one place where the flows read the clock; ``timeline/`` gets it as an argument."""

from __future__ import annotations

import time
from datetime import UTC, datetime

__all__ = ["now"]


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.fromtimestamp(time.time(), UTC)
