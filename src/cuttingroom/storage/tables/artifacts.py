"""Stored files with their provenance, and what verification said of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cuttingroom.core.ids import ArtifactId, PlanItemId, ProjectId, RunId, ToolEventId, UserId, VerificationId
from cuttingroom.core.status import ARTIFACT_MOVES, ArtifactStatus, require
from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.storage.base import (
    Key,
    Row,
    UtcDateTime,
    created_column,
    id_column,
    reference,
    ticks_column,
    updated_column,
    words,
)
from cuttingroom.storage.tables.projects import owner_key, run_key


class ArtifactType(StrEnum):
    VIDEO = "video"
    AUDIO = "audio"
    IMAGE = "image"
    MUSIC = "music"
    SPEECH = "speech"
    RENDER = "render"
    PREVIEW = "preview"
    TRANSCRIPT = "transcript"
    ANALYSIS = "analysis"
    CAPTIONS = "captions"
    THUMBNAIL = "thumbnail"
    CONTACT_SHEET = "contact_sheet"
    OVERLAY = "overlay"
    EXTRACTED_MEDIA = "extracted_media"
    VERIFICATION_REPORT = "verification_report"
    OTHER = "other"


class Visibility(StrEnum):
    """Where an artifact shows: in the media panel, only in its run's receipt, or nowhere."""

    LIBRARY = "library"
    RUN = "run"
    HIDDEN = "hidden"


class Artifact(Row):
    """One stored file, brought in or made here. Its bytes lie at `bucket` and `key`, under `sha256`."""

    __tablename__ = "artifacts"
    __table_args__ = (
        owner_key(),
        run_key("source_run_id", ondelete="RESTRICT"),
        sa.UniqueConstraint("bucket", "key"),
        sa.Index("ix_artifacts_project_id_artifact_type", "project_id", "artifact_type"),
        sa.Index("ix_artifacts_status_updated_at", "status", "updated_at"),
        sa.Index("ix_artifacts_sha256", "sha256"),
        sa.CheckConstraint("size_bytes IS NULL OR size_bytes > 0", name="size_positive"),
        sa.CheckConstraint("duration_ticks IS NULL OR duration_ticks > 0", name="duration_positive"),
        sa.CheckConstraint(
            "status NOT IN ('stored', 'verified') OR (key IS NOT NULL AND sha256 IS NOT NULL"
            " AND size_bytes IS NOT NULL)",
            name="stored_has_bytes",
        ),
        sa.CheckConstraint("status <> 'failed' OR failure IS NOT NULL", name="failed_has_reason"),
    )

    id: Mapped[ArtifactId] = id_column()
    project_id: Mapped[ProjectId] = reference("projects.id", index=False)
    user_id: Mapped[UserId] = reference("users.id")
    artifact_type: Mapped[ArtifactType] = mapped_column(words(ArtifactType))
    name: Mapped[str] = mapped_column(sa.String(500), default="")
    status: Mapped[ArtifactStatus] = mapped_column(words(ArtifactStatus), default=ArtifactStatus.PENDING)
    visibility: Mapped[Visibility] = mapped_column(words(Visibility), default=Visibility.LIBRARY)
    source_run_id: Mapped[RunId | None] = mapped_column(Key, index=True)
    source_item_id: Mapped[PlanItemId | None] = reference("plan_items.id", ondelete="SET NULL", nullable=True)
    source_event_id: Mapped[ToolEventId | None] = reference(
        "tool_events.id", ondelete="RESTRICT", nullable=True
    )
    source_artifact_id: Mapped[ArtifactId | None] = reference(
        "artifacts.id", ondelete="SET NULL", nullable=True
    )
    bucket: Mapped[str | None] = mapped_column(sa.String(255))
    key: Mapped[str | None] = mapped_column(sa.String(1024))
    mime_type: Mapped[str] = mapped_column(sa.String(255))
    size_bytes: Mapped[int | None] = mapped_column(sa.BigInteger)
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    duration_ticks: Mapped[int | None] = ticks_column()
    duration_seconds: Mapped[float | None] = mapped_column(
        sa.Float, sa.Computed(f"duration_ticks / {TICKS_PER_SECOND}.0", persisted=True)
    )
    width: Mapped[int | None]
    height: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    prompt: Mapped[str | None] = mapped_column(sa.Text)
    provider: Mapped[str | None] = mapped_column(sa.String(255))
    model: Mapped[str | None] = mapped_column(sa.String(255))
    licence: Mapped[str | None] = mapped_column(sa.Text)
    timeline_version: Mapped[int | None]
    failure: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = created_column()
    updated_at: Mapped[datetime] = updated_column()
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def move(self, to: ArtifactStatus) -> None:
        require(ARTIFACT_MOVES, ArtifactStatus(self.status), to, f"Artifact {self.id}")
        self.status = to


class Verification(Row):
    """What the checks of a made file said; the whole report is an artifact of its own."""

    __tablename__ = "verifications"
    __table_args__ = (owner_key(),)

    id: Mapped[VerificationId] = id_column()
    project_id: Mapped[ProjectId] = reference("projects.id")
    user_id: Mapped[UserId] = reference("users.id")
    artifact_id: Mapped[ArtifactId] = reference("artifacts.id")
    run_id: Mapped[RunId | None] = reference("runs.id", nullable=True)
    report_artifact_id: Mapped[ArtifactId | None] = reference(
        "artifacts.id", ondelete="SET NULL", nullable=True
    )
    passed: Mapped[bool]
    checks: Mapped[list[Any]] = mapped_column()
    created_at: Mapped[datetime] = created_column()
