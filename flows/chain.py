"""One deployment starts another: a collection that brought something starts the build, at most one build waiting.

An event trigger would start a build for every collection and cannot see that one waits already; a call can, fails where it happens,
and what it could not start is owed and started after the next collection.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType
from prefect.deployments import run_deployment

__all__ = ["build_is_owed", "start_deployment"]


def build_is_owed(ran: Sequence[dict[str, Any]]) -> bool:
    """Whether, going by the log of runs of an OUT, pages were collected that no finished build has seen."""
    built = [datetime.fromisoformat(run["started"]) for run in ran if run.get("run") == "build" and not run.get("error")]
    brought = [datetime.fromisoformat(run["ended"]) for run in ran if run.get("run") == "collect" and run.get("fetched")]
    return bool(brought) and (not built or max(built) < max(brought))


def start_deployment(name: str, now: datetime) -> bool:
    """Start a run of the deployment ``flow/name`` and do not wait for it; False where one is waiting to start already.

    Raises ``ValueError`` where there is no such deployment.
    """
    with get_client(sync_client=True) as client:
        try:
            deployment = client.read_deployment_by_name(name)
        except Exception as error:
            raise ValueError(f"no deployment {name!r} on this server: {error}") from error
        waiting = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                deployment_id=FlowRunFilterDeploymentId(any_=[deployment.id]),
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED, StateType.PENDING])),
            ),
            limit=200,
        )
    if any(run.expected_start_time is None or run.expected_start_time <= now for run in waiting):
        return False
    run_deployment(name, timeout=0, as_subflow=False)
    return True
