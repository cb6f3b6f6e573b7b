"""Taking single events back: as new events, keeping what came later where it does not stand on them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core.errors import DependentEvents, EditRefused, InvalidInput, NotFound
from cuttingroom.core.ids import ProjectId, UserId
from cuttingroom.core.status import EventStatus
from cuttingroom.storage.tables import Project, ToolEvent
from cuttingroom.studio import ledger
from cuttingroom.studio.access import get_owned, get_project
from cuttingroom.studio.attempts import EditOutcome, EditRequest
from cuttingroom.studio.timelines import apply_edit, current_timeline
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.catalog import parse_edit


def undo_event(session: Session, user_id: UserId, event_id: str, key: str) -> EditOutcome:
    """Take one event back and keep the later ones.

    Raises InvalidInput when it changed nothing or is undone already, DependentEvents naming the later events
    that stand on it, KeyReused when the key stands for another edit.
    """
    event = get_owned(session, ToolEvent, event_id, user_id)
    project = get_project(session, event.project_id, user_id, lock=True)
    if event.inverse is None:
        raise InvalidInput(f"Event {event.sequence} ({event.tool}) did not change the timeline.")
    inverse = parse_edit(event.inverse)
    first = ledger.find_effect(session, project.id, key)
    earlier = standing_undo(session, event)
    if earlier is not None and first is None:
        raise InvalidInput(
            f"Event {event.sequence} is undone already, by event {earlier.sequence}.",
            advice=f"To redo it, undo event {earlier.sequence}.",
        )
    if first is None:
        _require_applicable(session, project, event, inverse)
    return apply_edit(session, project, EditRequest(inverse, key, reverts_event_id=event.id))


def last_undoable(session: Session, project_id: ProjectId) -> ToolEvent:
    """The newest change that stands: neither undone nor an undo. NotFound when there is none."""
    standing = standing_changes(session, project_id, limit=1)
    if not standing:
        raise NotFound("There is nothing to undo in this project.")
    return standing[0]


def standing_changes(session: Session, project_id: ProjectId, limit: int = 100) -> list[ToolEvent]:
    """The newest changes that stand, oldest first: neither undone nor undos."""
    undone = _undone_ids(session, project_id)
    events = session.scalars(
        sa.select(ToolEvent)
        .where(
            ToolEvent.project_id == project_id,
            ToolEvent.inverse.is_not(None),
            ToolEvent.reverts_event_id.is_(None),
        )
        .order_by(ToolEvent.sequence.desc())
        .limit(limit + len(undone))
    )
    standing = [e for e in events if e.id not in undone]
    return list(reversed(standing[:limit]))


def standing_undo(session: Session, event: ToolEvent) -> ToolEvent | None:
    """The event that undid this one and has not been undone itself."""
    undos = session.scalars(
        sa.select(ToolEvent)
        .where(ToolEvent.reverts_event_id == event.id, ToolEvent.status == EventStatus.SUCCEEDED)
        .order_by(ToolEvent.sequence.desc())
    ).all()
    return next((u for u in undos if standing_undo(session, u) is None), None)


def _undone_ids(session: Session, project_id: ProjectId) -> set[str]:
    """Ids of events that a standing undo took back. Newest first, so that an undone undo does not count."""
    rows = session.execute(
        sa.select(ToolEvent.id, ToolEvent.reverts_event_id)
        .where(
            ToolEvent.project_id == project_id,
            ToolEvent.reverts_event_id.is_not(None),
            ToolEvent.status == EventStatus.SUCCEEDED,
        )
        .order_by(ToolEvent.sequence.desc())
    ).all()
    undone: set[str] = set()
    for undo_id, target_id in rows:
        if undo_id not in undone:
            undone.add(str(target_id))
    return undone


def _require_applicable(session: Session, project: Project, event: ToolEvent, inverse: Edit) -> None:
    try:
        inverse.apply(current_timeline(project))
    except EditRefused as error:
        conflicts = set(error.detail.get("conflicts", ()))
        later = _events_touching(session, event, conflicts)
        if not later:
            raise
        names = ", ".join(f"{e.sequence} ({e.tool})" for e in later)
        raise DependentEvents(
            f"Event {event.sequence} ({event.tool}) cannot be undone alone; these stand on it: {names}.",
            events=[e.id for e in later],
            sequences=[e.sequence for e in later],
        ) from error


def _events_touching(session: Session, event: ToolEvent, ids: set[str]) -> list[ToolEvent]:
    undone = _undone_ids(session, event.project_id)
    later = session.scalars(
        sa.select(ToolEvent)
        .where(
            ToolEvent.project_id == event.project_id,
            ToolEvent.sequence > event.sequence,
            ToolEvent.version_after.is_not(None),
        )
        .order_by(ToolEvent.sequence)
    )
    return [e for e in later if e.id not in undone and e.reverts_event_id not in undone and ids & _touched(e)]


def _touched(event: ToolEvent) -> set[str]:
    sides = (event.before or {}, event.after or {})
    elements = {element_id for side in sides for element_id in side.get("elements", {})}
    tracks = {e["track_id"] for side in sides for e in side.get("elements", {}).values()}
    return elements | tracks | set(event.targets)
