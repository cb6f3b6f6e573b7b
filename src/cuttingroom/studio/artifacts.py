"""Stored files: registered before their bytes are written, so that nothing is ever an orphan unseen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core.errors import NotFound
from cuttingroom.core.ids import ArtifactId, ProjectId, RunId, UserId, VerificationId, new_id
from cuttingroom.core.status import ArtifactStatus
from cuttingroom.storage.blobs import StoredBlob
from cuttingroom.storage.tables import Artifact, ArtifactType, Project, Verification
from cuttingroom.studio.access import get_owned, is_uuid


def register_pending(
    session: Session,
    project: Project,
    artifact_type: ArtifactType,
    *,
    name: str,
    mime_type: str,
    **columns: Any,
) -> Artifact:
    """A row for a file whose bytes are about to be written."""
    artifact = Artifact(
        id=ArtifactId(new_id()),
        project_id=project.id,
        user_id=project.user_id,
        artifact_type=artifact_type,
        name=name[:500],
        mime_type=mime_type,
        status=ArtifactStatus.PENDING,
        **columns,
    )
    session.add(artifact)
    session.flush()
    return artifact


def mark_stored(artifact: Artifact, blob: StoredBlob, *, is_verified: bool = False) -> None:
    """The bytes are there and were read back; with `is_verified` their meaning was checked as well."""
    artifact.bucket, artifact.key = blob.bucket, blob.key
    artifact.size_bytes, artifact.sha256 = blob.size_bytes, blob.sha256
    artifact.move(ArtifactStatus.STORED)
    if is_verified:
        artifact.move(ArtifactStatus.VERIFIED)


def give_up(session: Session, artifact_id: ArtifactId, why: str) -> None:
    """An announced file will not come; what may have been written of it is swept."""
    artifact = session.get_one(Artifact, artifact_id)
    artifact.failure = why
    artifact.move(ArtifactStatus.FAILED)


def find_same_bytes(session: Session, project_id: ProjectId, sha256: str) -> Artifact | None:
    """A file of the project with exactly these bytes."""
    return session.scalar(
        sa.select(Artifact)
        .where(
            Artifact.project_id == project_id,
            Artifact.sha256 == sha256,
            Artifact.status.in_((ArtifactStatus.STORED, ArtifactStatus.VERIFIED)),
        )
        .limit(1)
    )


def get_artifact(session: Session, artifact_id: str, user_id: UserId) -> Artifact:
    return get_owned(session, Artifact, artifact_id, user_id)


def get_readable(session: Session, project_id: ProjectId, artifact_ids: Sequence[str]) -> list[Artifact]:
    """The project's files of these ids, all of them readable. NotFound names the first that is not."""
    rows = session.scalars(
        sa.select(Artifact).where(
            Artifact.id.in_([i for i in artifact_ids if is_uuid(i)]),
            Artifact.project_id == project_id,
            Artifact.status.in_((ArtifactStatus.STORED, ArtifactStatus.VERIFIED)),
        )
    ).all()
    found = {row.id for row in rows}
    for artifact_id in artifact_ids:
        if artifact_id not in found:
            raise NotFound(
                f"The file {artifact_id} is not in this project any more.", artifact_id=artifact_id
            )
    return list(rows)


def list_artifacts(
    session: Session,
    user_id: UserId,
    *,
    project_id: str | None = None,
    run_id: RunId | None = None,
    artifact_type: ArtifactType | None = None,
    limit: int = 200,
) -> Sequence[Artifact]:
    """The user's files, oldest first."""
    statement = sa.select(Artifact).where(Artifact.user_id == user_id, Artifact.deleted_at.is_(None))
    if project_id is not None:
        statement = statement.where(Artifact.project_id == project_id)
    if run_id is not None:
        statement = statement.where(Artifact.source_run_id == run_id)
    if artifact_type is not None:
        statement = statement.where(Artifact.artifact_type == artifact_type)
    return session.scalars(statement.order_by(Artifact.created_at, Artifact.id).limit(limit)).all()


def record_verification(
    session: Session,
    artifact: Artifact,
    *,
    passed: bool,
    checks: list[dict[str, Any]],
    report: Artifact | None,
    run_id: RunId | None,
) -> Verification:
    """Write down what the checks said; an artifact that passed becomes verified."""
    verification = Verification(
        id=VerificationId(new_id()),
        project_id=artifact.project_id,
        user_id=artifact.user_id,
        artifact_id=artifact.id,
        run_id=run_id,
        report_artifact_id=report.id if report else None,
        passed=passed,
        checks=checks,
    )
    session.add(verification)
    if passed and artifact.status is ArtifactStatus.STORED:
        artifact.move(ArtifactStatus.VERIFIED)
    session.flush()
    return verification


def find_verification_report(session: Session, artifact: Artifact) -> Artifact:
    """The newest report about a file. NotFound when nobody checked it."""
    report = session.scalar(
        sa.select(Artifact)
        .where(
            Artifact.source_artifact_id == artifact.id,
            Artifact.artifact_type == ArtifactType.VERIFICATION_REPORT,
            Artifact.status.in_(("stored", "verified")),
        )
        .order_by(Artifact.created_at.desc())
        .limit(1)
    )
    if report is None:
        raise NotFound(f"Nobody has checked the file {artifact.id}.", artifact_id=artifact.id)
    return report


def list_verifications(session: Session, artifact_ids: Sequence[str]) -> Sequence[Verification]:
    return session.scalars(
        sa.select(Verification)
        .where(Verification.artifact_id.in_(artifact_ids))
        .order_by(Verification.created_at)
    ).all()


def fail_stale_pending(session: Session, older_than: datetime) -> int:
    """Give up files that were announced before then and never stored. Returns how many."""
    stale = session.scalars(
        sa.select(Artifact).where(Artifact.status == ArtifactStatus.PENDING, Artifact.created_at < older_than)
    ).all()
    for artifact in stale:
        artifact.failure = "Its maker stopped before the bytes were stored."
        artifact.move(ArtifactStatus.FAILED)
    return len(stale)


def known_keys(session: Session) -> set[str]:
    """The keys of all files that rows still speak of."""
    return set(
        session.scalars(
            sa.select(Artifact.key).where(
                Artifact.key.is_not(None), Artifact.status != ArtifactStatus.DELETED
            )
        )
    )  # type: ignore[arg-type]
