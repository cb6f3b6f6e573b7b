"""One try of one edit: the event that it leaves, and the timeline that comes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.errors import CuttingroomError, DuplicateEffect, InvalidInput, KeyReused, NotFound
from cuttingroom.core.ids import PlanItemId, ProjectId, RunId, ToolEventId
from cuttingroom.core.status import ErrorCategory, EventStatus
from cuttingroom.storage.tables import Actor, Artifact, Project, ToolEvent
from cuttingroom.studio.access import is_uuid
from cuttingroom.studio.ledger import EventDraft, failure_of, require_same_call
from cuttingroom.timeline.changes import TrackChange, list_changes
from cuttingroom.timeline.compare import compare
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.invariants import check_assets
from cuttingroom.timeline.model import Element, Timeline


@dataclass(frozen=True)
class EditRequest:
    """One edit to make, under an idempotency key."""

    edit: Edit
    key: str
    actor: Actor = Actor.PERSON
    run_id: RunId | None = None
    plan_item_id: PlanItemId | None = None
    attempt: int = 1
    reverts_event_id: ToolEventId | None = None


@dataclass(frozen=True)
class EditOutcome:
    """What became of a request: `succeeded`, `refused` with an error, or `duplicate`."""

    request: EditRequest
    status: EventStatus
    event_id: ToolEventId
    title: str
    error: CuttingroomError | None = None


@dataclass(frozen=True)
class Attempt:
    """The event of one try of an edit; for a success also the timeline after it and the files now in use."""

    draft: EventDraft
    outcome: EditOutcome
    after: Timeline | None = None
    uses: Sequence[dict[str, str]] = ()


def try_edit(
    session: Session, project: Project, version: int, before: Timeline, request: EditRequest
) -> Attempt:
    """Make an edit on `before`, which is that version of the project, or find out why it is refused."""
    edit, started = request.edit, clock.now()
    try:
        title = edit.describe(before)
        after = edit.apply(before)
        changes = list_changes(before, after)
        _check_new_assets(session, project, before, after, changes)
        inverse = edit.inverse(before, after)
    except (InvalidInput, NotFound) as error:
        return _refuse(request, error, ErrorCategory.INVALID_REQUEST, started)
    was, now = compare(before, after, changes)
    draft = EventDraft(
        **_asked(request),
        status=EventStatus.SUCCEEDED,
        started_at=started,
        targets=edit.targets(before),
        before=was,
        after=now,
        inverse=inverse.model_dump(mode="json"),
        version_before=version,
        version_after=version + 1,
        state_hash=after.state_hash,
        result={"title": title},
    )
    outcome = EditOutcome(request, EventStatus.SUCCEEDED, draft.id, title)
    return Attempt(draft, outcome, after, _uses(changes, draft, project.id))


def repeat_edit(request: EditRequest, first: ToolEvent | EventDraft) -> Attempt:
    """What becomes of a key under which `first` took effect: a duplicate, or refused for another edit."""
    try:
        require_same_call(first, request.edit, request.key)
    except KeyReused as error:
        return _refuse(request, error, ErrorCategory.CONFLICT, clock.now())
    draft = EventDraft(**_asked(request), status=EventStatus.DUPLICATE, duplicate_of_id=first.id)
    error = DuplicateEffect("This edit has been made already.", event_id=first.id)
    return Attempt(draft, EditOutcome(request, EventStatus.DUPLICATE, first.id, request.edit.tool, error))


def _check_new_assets(
    session: Session, project: Project, before: Timeline, after: Timeline, changes: Sequence[TrackChange]
) -> None:
    """Files that an edit brings onto the timeline must be this project's own and still there."""
    if _artifact_ids(e for c in changes for e in c.now) <= _artifact_ids(e for c in changes for e in c.was):
        return
    old = _artifact_ids(e for t in before.tracks for e in t.elements)
    new = _artifact_ids(e for c in changes for e in c.now) - old
    if new:
        known = set(
            session.scalars(
                sa.select(Artifact.id).where(
                    Artifact.id.in_([i for i in new if is_uuid(i)]),
                    Artifact.project_id == project.id,
                    Artifact.status.in_(("stored", "verified")),
                )
            )
        )
        check_assets(after, known | old)


def _artifact_ids(elements: Iterable[Element]) -> set[str]:
    return {a for e in elements for a in e.artifact_ids}


def _uses(changes: Sequence[TrackChange], draft: EventDraft, project_id: ProjectId) -> list[dict[str, str]]:
    known = {(e.id, a) for c in changes for e in c.was for a in e.artifact_ids}
    return [
        {
            "event_id": draft.id,
            "element_id": e.id,
            "artifact_id": artifact_id,
            "project_id": project_id,
        }
        for c in changes
        for e in c.now
        for artifact_id in e.artifact_ids
        if (e.id, artifact_id) not in known
    ]


def _refuse(
    request: EditRequest, error: CuttingroomError, category: ErrorCategory, started: datetime
) -> Attempt:
    draft = EventDraft(
        **_asked(request),
        status=EventStatus.REFUSED,
        started_at=started,
        **failure_of(error, category),
    )
    return Attempt(draft, EditOutcome(request, EventStatus.REFUSED, draft.id, request.edit.tool, error))


def _asked(request: EditRequest) -> dict[str, Any]:
    """What every event says about the edit that was asked for."""
    return {
        "tool": request.edit.tool,
        "key": request.key,
        "input": request.edit.model_dump(mode="json"),
        "actor": request.actor,
        "run_id": request.run_id,
        "plan_item_id": request.plan_item_id,
        "attempt": request.attempt,
        "reverts_event_id": request.reverts_event_id,
    }
