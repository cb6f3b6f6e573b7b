"""Figures over many runs: how long phases last, which providers and tools fail, and why runs fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core.ids import UserId
from cuttingroom.core.status import EventStatus
from cuttingroom.storage.tables import AiCall, Run, RunPhase, ToolEvent
from cuttingroom.studio.access import get_project

_ATTEMPTED = (EventStatus.SUCCEEDED, EventStatus.FAILED, EventStatus.REFUSED)


@dataclass(frozen=True)
class PhaseDuration:
    """How long the finished stays in a phase lasted."""

    phase: str
    stays: int
    total_seconds: float
    longest_seconds: float

    @property
    def mean_seconds(self) -> float:
        return self.total_seconds / self.stays


@dataclass(frozen=True)
class FailureRate:
    """How often something was tried and how often that failed; `share` from 0 to 1."""

    name: str
    attempts: int
    failures: int

    @property
    def share(self) -> float:
        return self.failures / self.attempts


def phase_durations(session: Session, user_id: UserId, project_id: str) -> list[PhaseDuration]:
    """One line for each phase that the project's runs have been through."""
    project = get_project(session, project_id, user_id)
    seconds = _seconds_between(session, RunPhase.started_at, RunPhase.finished_at)
    rows = session.execute(
        sa.select(RunPhase.phase, sa.func.count(), sa.func.sum(seconds), sa.func.max(seconds))
        .join(Run, Run.id == RunPhase.run_id)
        .where(Run.project_id == project.id, RunPhase.finished_at.is_not(None))
        .group_by(RunPhase.phase)
        .order_by(RunPhase.phase)
    )
    return [PhaseDuration(phase.value, n, float(total), float(most)) for phase, n, total, most in rows]


def count_failures_by_category(session: Session, user_id: UserId, project_id: str) -> dict[str, int]:
    """Why the project's runs failed, in whole or in part."""
    project = get_project(session, project_id, user_id)
    rows = session.execute(
        sa.select(Run.error_category, sa.func.count())
        .where(Run.project_id == project.id, Run.error_category.is_not(None))
        .group_by(Run.error_category)
        .order_by(Run.error_category)
    )
    return {category.value: n for category, n in rows if category is not None}


def provider_failures(session: Session, user_id: UserId, project_id: str) -> list[FailureRate]:
    """Calls of each provider for the project."""
    project = get_project(session, project_id, user_id)
    return _rates(
        session,
        AiCall.provider_name,
        AiCall.status != "succeeded",
        AiCall.project_id == project.id,
    )


def tool_failure_rates(session: Session, user_id: UserId, project_id: str) -> list[FailureRate]:
    """What each tool attempted in the project; what was refused failed too."""
    project = get_project(session, project_id, user_id)
    return _rates(
        session,
        ToolEvent.tool,
        ToolEvent.status != EventStatus.SUCCEEDED,
        sa.and_(ToolEvent.project_id == project.id, ToolEvent.status.in_(_ATTEMPTED)),
    )


def _rates(session: Session, name: Any, failed: Any, where: Any) -> list[FailureRate]:
    rows = session.execute(
        sa.select(name, sa.func.count(), sa.func.sum(sa.case((failed, 1), else_=0)))
        .where(where)
        .group_by(name)
        .order_by(name)
    )
    return [FailureRate(what, n, int(failures)) for what, n, failures in rows]


def _seconds_between(session: Session, start: Any, end: Any) -> sa.ColumnElement[Any]:
    if session.get_bind().dialect.name == "sqlite":
        return (sa.func.julianday(end) - sa.func.julianday(start)) * 86_400.0
    return sa.extract("epoch", end - start)
