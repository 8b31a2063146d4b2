"""Prefect flows: what runs, when, with which retries, what is reported.

Prefect reads its settings when it is first imported, so they stand here, before any module of this package imports it: nothing is
sent to its makers, and a server that starts within a run may take its time on a busy machine. What the user has set stays.
"""

from __future__ import annotations

import os

for _name, _value in {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
}.items():
    os.environ.setdefault(_name, _value)

__all__: list[str] = []
