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
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound

__all__ = ["owed_since", "start_deployment"]


def owed_since(ran: Sequence[dict[str, Any]]) -> datetime | None:
    """When pages were collected last that, going by the log of runs of an OUT, no finished build has seen; ``None`` where all were."""
    built = [datetime.fromisoformat(run["started"]) for run in ran if run.get("run") == "build" and not run.get("error")]
    brought = [datetime.fromisoformat(run["ended"]) for run in ran if run.get("run") == "collect" and run.get("fetched")]
    return max(brought) if brought and (not built or max(built) <= max(brought)) else None


def start_deployment(name: str, moment: datetime, since: datetime | None = None) -> bool:
    """Start a run of the deployment ``flow/name`` now and do not wait for it.

    Returns False where that is not needed: a run waits to start already, or, with ``since``, one is at work that started later than that.
    Raises ``ValueError`` where there is no such deployment.
    """
    with get_client(sync_client=True) as client:
        try:
            deployment = client.read_deployment_by_name(name)
        except ObjectNotFound as error:
            raise ValueError(f"no deployment {name!r} on this server") from error
        there = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                deployment_id=FlowRunFilterDeploymentId(any_=[deployment.id]),
                state=FlowRunFilterState(
                    type=FlowRunFilterStateType(any_=[StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING])
                ),
            ),
            limit=200,
        )
    if any(_covers(run, moment, since) for run in there):
        return False
    run_deployment(name, timeout=0, as_subflow=False)
    return True


def _covers(run: FlowRun, moment: datetime, since: datetime | None) -> bool:
    """Whether a run that is there will do, or does, the work of another that would start now."""
    if run.state_type == StateType.RUNNING:
        return since is not None and run.start_time is not None and run.start_time > since
    return run.expected_start_time is None or run.expected_start_time <= moment
