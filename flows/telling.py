"""What a run shows of itself: artifacts, counts as labels of the flow run, log lines that name the article or source concerned."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

__all__ = ["ProgressShown", "artifact_key", "label_run", "line", "show_link", "show_markdown", "show_table"]

_EVERY = 3.0  # seconds between two updates of a progress artifact


def artifact_key(out: str, what: str) -> str:
    """The key under which the versions of an artifact of one OUT follow each other: lower-case letters, digits, dashes."""
    name = re.sub(r"[^a-z0-9]+", "-", Path(out).name.lower()).strip("-") or "timeline"
    return f"{name}-{what}"


def line(**facts: Any) -> str:
    """A log line of ``name=value`` pairs that programs can take apart; a value with blanks is quoted, one on several lines made one."""
    return " ".join(f"{name}={_quoted(value)}" for name, value in facts.items() if value is not None)


def _quoted(value: Any) -> str:
    text = " ".join(str(value).split())
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if not text or re.search(r'[\s"=]', text) else text


def label_run(counts: Mapping[str, int | float | str | bool], prefix: str = "timeline") -> None:
    """Put counts on the flow run, where the API and the pages of Prefect show them."""
    run_id = flow_run.id
    if run_id is None:
        return
    with get_client(sync_client=True) as client:
        client.update_flow_run_labels(UUID(str(run_id)), {f"{prefix}.{name}": value for name, value in counts.items()})


class ProgressShown:
    """A progress artifact that is updated now and then, not with every article."""

    def __init__(self, out: str) -> None:
        self._key = artifact_key(out, "progress")
        self._id: UUID | None = None
        self._last = 0.0

    def __call__(self, percent: float, said: str) -> None:
        """Show ``percent`` (0 to 100) and a line of text, unless something was shown a moment ago; 100 is always shown."""
        now = time.monotonic()
        if percent < 100 and self._id is not None and now - self._last < _EVERY:
            return
        self._last = now
        percent = min(100.0, max(0.0, percent))
        if self._id is None:
            self._id = cast(UUID, create_progress_artifact(progress=percent, key=self._key, description=said))
        else:
            update_progress_artifact(self._id, progress=percent, description=said)


def show_markdown(out: str, what: str, text: str, description: str) -> None:
    """A Markdown artifact."""
    create_markdown_artifact(text, key=artifact_key(out, what), description=description)


def show_table(out: str, what: str, rows: Sequence[Mapping[str, Any]], description: str) -> None:
    """A table artifact."""
    create_table_artifact([dict(row) for row in rows], key=artifact_key(out, what), description=description)


def show_link(out: str, what: str, link: str, text: str, description: str) -> None:
    """A link artifact."""
    create_link_artifact(link, link_text=text, key=artifact_key(out, what), description=description)
