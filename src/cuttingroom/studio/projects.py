"""Projects: made with their first timeline, found again by id, by the start of an id, or by name."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.errors import Conflict, NotFound
from cuttingroom.core.ids import ProjectId, UserId, new_id
from cuttingroom.core.status import EventStatus
from cuttingroom.storage.tables import Actor, Project, ProjectVersion
from cuttingroom.studio import ledger
from cuttingroom.timeline.invariants import check_project_name, check_timeline
from cuttingroom.timeline.model import Timeline, TimelineSettings, Track, TrackKind


def create_project(
    session: Session,
    user_id: UserId,
    name: str,
    *,
    settings: TimelineSettings | None = None,
    brief: str | None = None,
) -> Project:
    """A new project with one empty video track, and its first ledger event.

    Raises InvalidInput for a bad name, TimelineInvalid for settings out of range.
    """
    timeline = Timeline(
        settings=settings or TimelineSettings(), tracks=(Track(kind=TrackKind.VIDEO, name="Video"),)
    )
    check_timeline(timeline)
    project = Project(
        id=ProjectId(new_id()),
        user_id=user_id,
        name=check_project_name(name),
        brief=brief,
        timeline_data=timeline.to_json(),
        timeline_hash=timeline.state_hash,
        version=1,
        last_sequence=0,
        last_event_hash=ledger.GENESIS_HASH,
    )
    session.add(project)
    session.flush()
    draft = ledger.EventDraft(
        tool=ledger.CREATE_PROJECT,
        status=EventStatus.SUCCEEDED,
        key=f"create:{project.id}",
        input={"tool": ledger.CREATE_PROJECT, "name": project.name, "timeline": project.timeline_data},
        actor=Actor.PERSON,
        version_after=1,
        state_hash=timeline.state_hash,
    )
    ledger.append(session, project, draft)
    session.add(
        ProjectVersion(
            project_id=project.id,
            version_number=1,
            timeline_snapshot=project.timeline_data,
            state_hash=timeline.state_hash,
            change_description="Project created",
            event_id=draft.id,
        )
    )
    session.flush()
    return project


def list_projects(
    session: Session, user_id: UserId, *, name_contains: str = "", limit: int = 50
) -> Sequence[Project]:
    """The user's projects, last opened first."""
    statement = sa.select(Project).where(Project.user_id == user_id, Project.deleted_at.is_(None))
    if name_contains:
        statement = statement.where(Project.name.icontains(name_contains, autoescape=True))
    return session.scalars(statement.order_by(Project.last_opened_at.desc()).limit(limit)).all()


def find_projects_using(session: Session, user_id: UserId, artifact_id: str) -> Sequence[Project]:
    """The user's projects whose ledger ever placed this artifact, last opened first."""
    from cuttingroom.storage.tables import ArtifactUse

    used = sa.select(ArtifactUse.project_id).where(ArtifactUse.artifact_id == artifact_id)
    statement = sa.select(Project).where(
        Project.user_id == user_id, Project.id.in_(used), Project.deleted_at.is_(None)
    )
    return session.scalars(statement.order_by(Project.last_opened_at.desc())).all()


def get_project_named(session: Session, user_id: UserId, reference: str) -> Project:
    """The project that a person means by an id, the start or end of an id, a name, or `last`.

    Raises NotFound, or Conflict when several fit.
    """
    projects = list_projects(session, user_id, limit=10_000)
    if reference == "last":
        found = list(projects[:1])
    else:
        short = reference.lower().replace("-", "")
        found = [p for p in projects if p.id == reference or p.name == reference] or [
            p for p in projects if len(short) >= 4 and _matches(p.id, short)
        ]
    if not found:
        raise NotFound(
            f"There is no project {reference}.",
            advice="`cuttingroom projects` lists them.",
            reference=reference,
        )
    if len(found) > 1:
        raise Conflict(
            f"{len(found)} projects are called {reference}.",
            advice="Use the id instead: " + ", ".join(p.id for p in found[:5]),
        )
    return found[0]


def mark_opened(project: Project) -> None:
    project.last_opened_at = clock.now()


def _matches(row_id: str, short: str) -> bool:
    digits = row_id.replace("-", "")
    return digits.startswith(short) or digits.endswith(short)
