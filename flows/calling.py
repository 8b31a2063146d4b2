"""A flow called from the command line: what came of it in one line, and no pages of a library's own where it could not run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import httpx
from prefect.client.schemas.objects import State

__all__ = ["called"]


def called(command: str, run: Callable[[], State[Any]]) -> int:
    """Run a flow (``run`` gives its final state) and print how it went; returns the exit code.

    What a flow's own work raises is in its state; what is raised here is a wrong parameter (``ValueError``) or a server that is set
    but cannot be reached.
    """
    try:
        state = run()
    except ValueError as error:
        return _refused(command, str(error))
    except (RuntimeError, OSError, httpx.HTTPError) as error:
        return _refused(
            command, f"{error or type(error).__name__}: is the Prefect server up? (PREFECT_API_URL; unset, none is needed)"
        )
    print(f"{state.type.value.lower()}: {state.message}")
    return 0 if state.is_completed() else 1


def _refused(command: str, reason: str) -> int:
    print(f"{command}: {' '.join(reason.split())}", file=sys.stderr)
    return 1
