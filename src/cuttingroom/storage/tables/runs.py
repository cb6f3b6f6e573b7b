"""Runs: requests being carried out, phase by phase."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cuttingroom.core.ids import ConversationId, MessageId, PlanItemId, ProjectId, RunId, UserId
from cuttingroom.core.status import RUN_MOVES, ErrorCategory, RunKind, RunStatus, require
from cuttingroom.storage.base import (
    Key,
    Row,
    UtcDateTime,
    created_column,
    id_column,
    reference,
    updated_column,
    words,
)
from cuttingroom.storage.tables.projects import owner_key


class Run(Row):
    """One request. `status` says what has happened and what can safely happen next.

    `phase` is the last phase that did work, in a failed run the phase in which it went wrong; there too are
    the item, tool, provider, category, message and advice of what did. `attempt` counts retries; engine job
    ids derive from it.
    """

    __tablename__ = "runs"
    __table_args__ = (
        owner_key(),
        sa.UniqueConstraint("id", "project_id"),
        sa.UniqueConstraint("user_id", "idempotency_key"),
        sa.Index("ix_runs_project_id_created_at", "project_id", "created_at"),
        sa.Index("ix_runs_status_updated_at", "status", "updated_at"),
        sa.Index("ix_runs_error_provider_error_category", "error_provider", "error_category"),
        # Items refer to their run, and a failed run to its item: one of the two must come later.
        sa.ForeignKeyConstraint(
            ["error_item_id"],
            ["plan_items.id"],
            ondelete="SET NULL",
            use_alter=True,
            name="fk_runs_error_item_id",
        ),
        sa.CheckConstraint("attempt > 0", name="attempt_positive"),
        sa.CheckConstraint(
            "(status = 'failed') = (error_category IS NOT NULL AND error_message IS NOT NULL)"
            " OR status = 'partially_completed'",
            name="failure_names_its_cause",
        ),
    )

    id: Mapped[RunId] = id_column()
    kind: Mapped[RunKind] = mapped_column(words(RunKind))
    project_id: Mapped[ProjectId] = reference("projects.id", index=False)
    user_id: Mapped[UserId] = reference("users.id")
    conversation_id: Mapped[ConversationId | None] = reference(
        "conversations.id", ondelete="SET NULL", nullable=True
    )
    message_id: Mapped[MessageId | None] = reference("messages.id", ondelete="SET NULL", nullable=True)
    request: Mapped[str] = mapped_column(sa.Text)
    intent: Mapped[dict[str, Any]] = mapped_column(default=dict)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    idempotency_key: Mapped[str] = mapped_column(sa.String(255))
    status: Mapped[RunStatus] = mapped_column(words(RunStatus), default=RunStatus.QUEUED)
    phase: Mapped[RunStatus] = mapped_column(words(RunStatus, "last_phase"), default=RunStatus.QUEUED)
    planner: Mapped[str] = mapped_column(sa.String(255))
    provider: Mapped[str | None] = mapped_column(sa.String(255))
    model: Mapped[str | None] = mapped_column(sa.String(255))
    provider_metadata: Mapped[dict[str, Any]] = mapped_column(default=dict)
    base_version: Mapped[int]
    result_version: Mapped[int | None]
    attempt: Mapped[int] = mapped_column(default=1)
    error_category: Mapped[ErrorCategory | None] = mapped_column(words(ErrorCategory))
    error_code: Mapped[str | None] = mapped_column(sa.String(64))
    error_message: Mapped[str | None] = mapped_column(sa.Text)
    error_advice: Mapped[str | None] = mapped_column(sa.Text)
    error_tool: Mapped[str | None] = mapped_column(sa.String(64))
    error_item_id: Mapped[PlanItemId | None] = mapped_column(Key)
    error_provider: Mapped[str | None] = mapped_column(sa.String(255))
    cancel_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_requested_by: Mapped[UserId | None] = reference(
        "users.id", ondelete="SET NULL", index=False, nullable=True
    )
    cancel_reason: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = created_column()
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = updated_column()

    def move(self, to: RunStatus) -> None:
        require(RUN_MOVES, RunStatus(self.status), to, f"Run {self.id}")
        self.status = to


class RunPhase(Row):
    """How long a run was in a phase: from `started_at` until `finished_at`, open while it lasts."""

    __tablename__ = "run_phases"
    __table_args__ = (
        sa.Index("ix_run_phases_phase_started_at", "phase", "started_at"),
        sa.Index(
            "uq_run_phases_open",
            "run_id",
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        ),
    )

    id: Mapped[str] = id_column()
    run_id: Mapped[RunId] = reference("runs.id")
    phase: Mapped[RunStatus] = mapped_column(words(RunStatus))
    attempt: Mapped[int]
    started_at: Mapped[datetime] = created_column()
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
