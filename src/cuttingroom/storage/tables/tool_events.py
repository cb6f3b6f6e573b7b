"""The ledger: what tools attempted and what happened. Rows are added, never changed or removed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cuttingroom.core.ids import ArtifactId, ElementId, PlanItemId, ProjectId, RunId, ToolEventId, UserId
from cuttingroom.core.status import ErrorCategory, EventStatus
from cuttingroom.storage.base import Key, Row, UtcDateTime, id_column, reference, words
from cuttingroom.storage.tables.projects import owner_key, run_key


class Actor(StrEnum):
    """Who did it: a person's own hand, an approved plan, or the program's upkeep."""

    PERSON = "person"
    PLAN = "plan"
    SYSTEM = "system"


class ToolEvent(Row):
    """One line of a project's ledger, numbered from 1 without gaps.

    `hash` covers every other column and `previous_hash`, the hash of the line before. An event that changed
    the timeline carries the edit (`input`), its `inverse`, and version and state hash after it. Among a
    project's events with the same `idempotency_key` at most one has succeeded.
    """

    __tablename__ = "tool_events"
    __table_args__ = (
        owner_key(),
        run_key(ondelete="RESTRICT"),
        sa.UniqueConstraint("project_id", "sequence"),
        sa.Index(
            "uq_tool_events_effect",
            "project_id",
            "idempotency_key",
            unique=True,
            sqlite_where=sa.text("status = 'succeeded'"),
            postgresql_where=sa.text("status = 'succeeded'"),
        ),
        sa.Index("ix_tool_events_project_id_idempotency_key", "project_id", "idempotency_key"),
        sa.Index("ix_tool_events_tool_status", "tool", "status"),
        sa.Index("ix_tool_events_project_id_version_after", "project_id", "version_after"),
        sa.CheckConstraint("sequence > 0", name="sequence_positive"),
        sa.CheckConstraint("(version_after IS NULL) = (state_hash IS NULL)", name="version_has_hash"),
    )

    id: Mapped[ToolEventId] = id_column()
    project_id: Mapped[ProjectId] = reference("projects.id", ondelete="RESTRICT", index=False)
    user_id: Mapped[UserId] = reference("users.id", ondelete="RESTRICT")
    sequence: Mapped[int] = mapped_column(sa.BigInteger)
    run_id: Mapped[RunId | None] = mapped_column(Key, index=True)
    plan_item_id: Mapped[PlanItemId | None] = reference("plan_items.id", ondelete="RESTRICT", nullable=True)
    actor: Mapped[Actor] = mapped_column(words(Actor))
    tool: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[EventStatus] = mapped_column(words(EventStatus))
    attempt: Mapped[int] = mapped_column(default=1)
    idempotency_key: Mapped[str] = mapped_column(sa.String(255))
    input: Mapped[dict[str, Any]] = mapped_column()
    targets: Mapped[list[Any]] = mapped_column(default=list)
    before: Mapped[dict[str, Any] | None] = mapped_column()
    after: Mapped[dict[str, Any] | None] = mapped_column()
    inverse: Mapped[dict[str, Any] | None] = mapped_column()
    version_before: Mapped[int | None]
    version_after: Mapped[int | None]
    state_hash: Mapped[str | None] = mapped_column(sa.String(64))
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error_category: Mapped[ErrorCategory | None] = mapped_column(words(ErrorCategory))
    error_code: Mapped[str | None] = mapped_column(sa.String(64))
    error_message: Mapped[str | None] = mapped_column(sa.Text)
    provider: Mapped[str | None] = mapped_column(sa.String(255))
    model: Mapped[str | None] = mapped_column(sa.String(255))
    reverts_event_id: Mapped[ToolEventId | None] = reference(
        "tool_events.id", ondelete="RESTRICT", nullable=True
    )
    duplicate_of_id: Mapped[ToolEventId | None] = reference(
        "tool_events.id", ondelete="RESTRICT", nullable=True
    )
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime] = mapped_column(UtcDateTime)
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class ArtifactUse(Row):
    """An event let this element use an artifact: play it, show it or be coloured by it."""

    __tablename__ = "artifact_uses"

    event_id: Mapped[ToolEventId] = mapped_column(
        Key, sa.ForeignKey("tool_events.id", ondelete="RESTRICT"), primary_key=True
    )
    element_id: Mapped[ElementId] = mapped_column(sa.String(40), primary_key=True)
    artifact_id: Mapped[ArtifactId] = reference("artifacts.id", ondelete="RESTRICT", primary_key=True)
    project_id: Mapped[ProjectId] = reference("projects.id", ondelete="RESTRICT")
