"""Projects and the numbered versions of their timelines."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cuttingroom.core.ids import ProjectId, ToolEventId, UserId, VersionId
from cuttingroom.storage.base import (
    Row,
    UtcDateTime,
    created_column,
    id_column,
    reference,
    updated_column,
)


def owner_key() -> sa.ForeignKeyConstraint:
    """A row belongs to a project and to the user who owns that same project."""
    return sa.ForeignKeyConstraint(["project_id", "user_id"], ["projects.id", "projects.user_id"])


def run_key(column: str = "run_id", *, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    """A row that names a run names one of its own project."""
    return sa.ForeignKeyConstraint([column, "project_id"], ["runs.id", "runs.project_id"], ondelete=ondelete)


class Project(Row):
    """One video in the making: its timeline as it is now, and the head of its ledger.

    `timeline_data` is the timeline at `version`; `timeline_hash` is its state hash. `last_sequence` and
    `last_event_hash` are the end of the project's ledger; whoever appends locks this row first.
    """

    __tablename__ = "projects"
    __table_args__ = (
        sa.UniqueConstraint("id", "user_id"),
        sa.CheckConstraint("length(trim(name)) > 0", name="name_not_empty"),
        sa.CheckConstraint("length(name) <= 500", name="name_length"),
        sa.CheckConstraint("version > 0", name="version_positive"),
        sa.CheckConstraint("last_sequence >= 0", name="last_sequence_not_negative"),
        sa.Index("ix_projects_user_id_last_opened_at", "user_id", sa.text("last_opened_at DESC")),
        sa.Index(
            "ix_projects_timeline_data",
            "timeline_data",
            postgresql_using="gin",
            postgresql_ops={"timeline_data": "jsonb_path_ops"},
        ).ddl_if(dialect="postgresql"),
    )

    id: Mapped[ProjectId] = id_column()
    user_id: Mapped[UserId] = reference("users.id")
    name: Mapped[str] = mapped_column(sa.String(500))
    brief: Mapped[str | None] = mapped_column(sa.Text)
    tags: Mapped[list[Any]] = mapped_column(default=list)
    timeline_data: Mapped[dict[str, Any]] = mapped_column()
    timeline_hash: Mapped[str] = mapped_column(sa.String(64))
    view: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)
    last_sequence: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    last_event_hash: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = created_column()
    updated_at: Mapped[datetime] = updated_column()
    last_opened_at: Mapped[datetime] = created_column()
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProjectVersion(Row):
    """A timeline that was: its number, its hash and what led to it. Never changed or removed afterwards.

    `timeline_snapshot` is kept at the end of each transaction; the versions in between are rebuilt from the
    nearest snapshot and the events after it.
    """

    __tablename__ = "project_versions"
    __table_args__ = (
        sa.UniqueConstraint("project_id", "version_number"),
        sa.CheckConstraint("version_number > 0", name="version_number_positive"),
    )

    id: Mapped[VersionId] = id_column()
    project_id: Mapped[ProjectId] = reference("projects.id", ondelete="RESTRICT", index=False)
    version_number: Mapped[int]
    timeline_snapshot: Mapped[dict[str, Any] | None] = mapped_column()
    state_hash: Mapped[str] = mapped_column(sa.String(64))
    change_description: Mapped[str] = mapped_column(sa.Text, default="")
    event_id: Mapped[ToolEventId | None] = reference(
        "tool_events.id", ondelete="RESTRICT", index=False, nullable=True
    )
    created_at: Mapped[datetime] = created_column()
