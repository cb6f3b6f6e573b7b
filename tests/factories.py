"""Rows for tests, with as little said as the test needs."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from cuttingroom.core.ids import ArtifactId, new_id
from cuttingroom.core.status import ArtifactStatus
from cuttingroom.core.time import seconds_to_ticks
from cuttingroom.storage.tables import Artifact, ArtifactType, Project, User
from cuttingroom.studio.attempts import EditRequest
from cuttingroom.studio.planning import media_ref
from cuttingroom.studio.projects import create_project
from cuttingroom.studio.timelines import apply_edits
from cuttingroom.timeline.edits.append import Append
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.model import Element, Timeline


def a_user(session: Session, name: str = "Ada") -> User:
    user = User(email=f"{new_id()}@example.org", name=name)
    session.add(user)
    session.flush()
    return user


def a_project(session: Session, user: User | None = None, name: str = "Harbour") -> Project:
    return create_project(session, (user or a_user(session)).id, name)


def a_file(session: Session, project: Project, seconds: float = 60, **columns: Any) -> Artifact:
    """A stored video of the project; no bytes lie behind it."""
    artifact_id = ArtifactId(new_id())
    values: dict[str, Any] = {
        "artifact_type": ArtifactType.VIDEO,
        "name": "talk.mp4",
        "mime_type": "video/mp4",
        "duration_ticks": seconds_to_ticks(seconds),
        "facts": {"has_picture": True, "has_sound": True},
        **columns,
    }
    artifact = Artifact(
        id=artifact_id,
        project_id=project.id,
        user_id=project.user_id,
        status=ArtifactStatus.VERIFIED,
        bucket="test",
        key=f"{project.id}/{artifact_id}/file.mp4",
        sha256="0" * 64,
        size_bytes=1,
        **values,
    )
    session.add(artifact)
    session.flush()
    return artifact


def a_filmed_project(
    session: Session, seconds: float = 60, user: User | None = None
) -> tuple[Project, MediaRef]:
    """A project with one clip of that length on its timeline."""
    project = a_project(session, user)
    media = media_ref(a_file(session, project, seconds))
    (outcome,) = apply_edits(session, project, [EditRequest(Append(media=media), f"place:{new_id()}")])
    assert outcome.error is None
    return project, media


def clips(timeline: Timeline) -> tuple[Element, ...]:
    """The elements of the main track."""
    track = timeline.find_main_track()
    assert track is not None
    return track.elements
