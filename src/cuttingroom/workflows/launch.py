"""What people do to runs: a domain change and the job that follows from it, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from cuttingroom.app import App
from cuttingroom.core.ids import RunId, UserId
from cuttingroom.core.status import RunStatus
from cuttingroom.studio import runs
from cuttingroom.studio.access import get_project
from cuttingroom.studio.growth import repeat_failed_renders
from cuttingroom.workflows.engine import Engine
from cuttingroom.workflows.run import enqueue_execution, enqueue_planning


def start(
    app: App,
    engine: Engine,
    user_id: UserId,
    project_id: str,
    request: str,
    *,
    key: str,
    planner: str,
    options: dict[str, Any] | None = None,
) -> RunId:
    """Start a run, or join the one that this key started."""
    with app.database.transaction() as session:
        run, is_new = runs.start_run(
            session, user_id, project_id, request, key=key, planner=planner, options=options
        )
        if is_new:
            enqueue_planning(engine, session, run)
        return run.id


def approve(
    app: App,
    engine: Engine,
    user_id: UserId,
    run_id: str,
    *,
    positions: Sequence[int] | None = None,
    digest: str | None = None,
    via: str = "terminal",
) -> None:
    """Let the plan run, or a part of it."""
    with app.database.transaction() as session:
        run, is_first = runs.approve_run(
            session, user_id, run_id, positions=positions, digest=digest, via=via
        )
        if is_first:
            enqueue_execution(engine, session, run)


def cancel(app: App, user_id: UserId, run_id: str, *, reason: str = "") -> RunStatus:
    """Ask a run to stop; its jobs look for the wish and end it at the next safe place."""
    with app.database.transaction() as session:
        return runs.request_cancel(session, user_id, run_id, reason=reason).status


def retry(app: App, engine: Engine, user_id: UserId, run_id: str) -> None:
    """Take a failed run up again where it failed; a render that did not pass its checks is made again."""
    with app.database.transaction() as session:
        take_up(session, engine, user_id, run_id)


def take_up(session: Session, engine: Engine, user_id: UserId, run_id: str) -> None:
    """As `retry`, in the caller's transaction. What it raises ends that too."""
    run = runs.retry_run(session, user_id, run_id)
    if run.status is RunStatus.QUEUED:
        enqueue_planning(engine, session, run)
    else:
        project = get_project(session, run.project_id, user_id, lock=True)
        repeat_failed_renders(session, project, run)
        enqueue_execution(engine, session, run)
