"""The road that every change of a timeline takes: edit -> version -> event, in the caller's transaction."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.errors import (
    InvalidInput,
    NotFound,
)
from cuttingroom.core.ids import ProjectId, UserId
from cuttingroom.core.status import EventStatus
from cuttingroom.storage.tables import ArtifactUse, Project, ProjectVersion, ToolEvent
from cuttingroom.studio import ledger
from cuttingroom.studio.access import get_project
from cuttingroom.studio.attempts import EditOutcome, EditRequest, repeat_edit, try_edit
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.catalog import parse_edit
from cuttingroom.timeline.edits.restore import Restore
from cuttingroom.timeline.model import Timeline

_KEPT = 64


class _Recent:
    """Timelines by state hash. A hash names its content, so what is found is always right."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Timeline] = OrderedDict()
        self._lock = Lock()

    def find(self, state_hash: str) -> Timeline | None:
        with self._lock:
            found = self._kept.get(state_hash)
            if found is not None:
                self._kept.move_to_end(state_hash)
            return found

    def keep(self, timeline: Timeline) -> None:
        with self._lock:
            self._kept[timeline.state_hash] = timeline
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


_recent = _Recent()


def current_timeline(project: Project) -> Timeline:
    """The project's timeline as it is now."""
    found = _recent.find(project.timeline_hash)
    if found is None:
        found = Timeline.model_validate(project.timeline_data)
        _recent.keep(found)
    return found


class EditBurst:
    """Edits made one after the other in one transaction; each leaves an event, and each success a version.

    `project` must be locked by this transaction. A refused edit changes nothing and does not stop those
    after it. An edit whose key has succeeded before is not made again; a `duplicate` event says that it came.
    Only the last version keeps a snapshot: the others are rebuilt from the ledger.
    """

    def __init__(self, session: Session, project: Project, keys: Sequence[str]) -> None:
        self._session, self._project = session, project
        self._seen: dict[str, ToolEvent | ledger.EventDraft] = {}
        self._seen.update(ledger.find_effects(session, project.id, keys))
        self._drafts: list[ledger.EventDraft] = []
        self._versions: list[dict[str, Any]] = []
        self._uses: list[dict[str, str]] = []
        self.timeline = current_timeline(project)

    def make(self, request: EditRequest) -> EditOutcome:
        """Make one edit; `close` must follow before the transaction ends."""
        first = self._seen.get(request.key)
        if first is not None:
            attempt = repeat_edit(request, first)
        else:
            version = self._project.version + len(self._versions)
            attempt = try_edit(self._session, self._project, version, self.timeline, request)
        if attempt.after is not None:
            self._seen[request.key] = attempt.draft
            self._versions.append(_version(self._project.id, attempt.draft, attempt.outcome.title))
            self._uses += attempt.uses
            self.timeline = attempt.after
        self._drafts.append(attempt.draft)
        return attempt.outcome

    def refuse(self, draft: ledger.EventDraft) -> None:
        """Record, at its place among the edits, a call that is no edit that could be tried."""
        self._drafts.append(draft)

    def close(self) -> None:
        """Write the events, the versions and the timeline."""
        if self._versions:
            last, project = self._versions[-1], self._project
            last["timeline_snapshot"] = project.timeline_data = self.timeline.to_json()
            project.timeline_hash = self.timeline.state_hash
            project.version = last["version_number"]
            project.updated_at = clock.now()
            _recent.keep(self.timeline)
        ledger.append(self._session, self._project, *self._drafts)
        if self._versions:
            self._session.execute(sa.insert(ProjectVersion), self._versions)
        self._session.flush()
        if self._uses:
            self._session.execute(sa.insert(ArtifactUse), self._uses)


def apply_edits(session: Session, project: Project, requests: Sequence[EditRequest]) -> list[EditOutcome]:
    """Make edits in one burst. `project` must be locked by this transaction."""
    burst = EditBurst(session, project, [r.key for r in requests])
    outcomes = [burst.make(request) for request in requests]
    burst.close()
    return outcomes


def apply_edit(session: Session, project: Project, request: EditRequest) -> EditOutcome:
    """Make one edit. Raises what refused it, or KeyReused when the key stands for another edit; the same edit
    under the same key gives the first outcome, and a record that it came again."""
    (outcome,) = apply_edits(session, project, [request])
    if outcome.error is not None and outcome.status is EventStatus.REFUSED:
        raise outcome.error
    return outcome


def edit_by_hand(session: Session, user_id: UserId, project_id: str, edit: Edit, key: str) -> EditOutcome:
    """One edit by a person, as `apply_edit` makes it."""
    project = get_project(session, project_id, user_id, lock=True)
    return apply_edit(session, project, EditRequest(edit, key))


def timeline_at(session: Session, project_id: ProjectId, version: int) -> Timeline:
    """The timeline as it was at a version. NotFound when there is none of that number."""
    row = session.scalar(
        sa.select(ProjectVersion).where(
            ProjectVersion.project_id == project_id, ProjectVersion.version_number == version
        )
    )
    if row is None:
        raise NotFound(f"The project has no version {version}.", advice="`cuttingroom versions` lists them.")
    found = _recent.find(row.state_hash)
    if found is None:
        found = _rebuild(session, project_id, version)
        _recent.keep(found)
    return found


def list_versions(session: Session, project_id: ProjectId, *, limit: int = 200) -> Sequence[ProjectVersion]:
    """Newest first, without their snapshots being of interest."""
    return session.scalars(
        sa.select(ProjectVersion)
        .where(ProjectVersion.project_id == project_id)
        .order_by(ProjectVersion.version_number.desc())
        .limit(limit)
    ).all()


def restore_version(
    session: Session, user_id: UserId, project_id: str, version: int, key: str
) -> EditOutcome:
    """Make the timeline what it was at `version`, as one more edit. InvalidInput when it already is.

    Raises KeyReused when the key stands for something else; the same again gives the first outcome.
    """
    project = get_project(session, project_id, user_id, lock=True)
    wanted, first = timeline_at(session, project.id, version), ledger.find_effect(session, project.id, key)
    if first is None:
        edit = _find_restore(current_timeline(project), wanted, version)
    elif (first.tool, first.reverts_event_id, first.state_hash) == ("restore", None, wanted.state_hash):
        edit = parse_edit(first.input)
    else:
        raise ledger.key_reused(first, key)
    return apply_edit(session, project, EditRequest(edit, key))


def _find_restore(now: Timeline, wanted: Timeline, version: int) -> Restore:
    if now.state_hash == wanted.state_hash:
        raise InvalidInput(f"The timeline already is as in version {version}.")
    return Restore.between(wanted, now, ripples=False)


def _version(project_id: ProjectId, draft: ledger.EventDraft, title: str) -> dict[str, Any]:
    """The row of a version, without a snapshot."""
    return {
        "project_id": project_id,
        "version_number": draft.version_after,
        "timeline_snapshot": None,
        "state_hash": draft.state_hash,
        "change_description": title,
        "event_id": draft.id,
    }


def _rebuild(session: Session, project_id: ProjectId, version: int) -> Timeline:
    base = session.scalars(
        sa.select(ProjectVersion)
        .where(
            ProjectVersion.project_id == project_id,
            ProjectVersion.version_number <= version,
            ProjectVersion.timeline_snapshot.is_not(None),
        )
        .order_by(ProjectVersion.version_number.desc())
        .limit(1)
    ).one()
    timeline = ledger.read_snapshot(base)
    for event in _changes_between(session, project_id, base.version_number, version):
        timeline = ledger.replay_event(timeline, event)
    return timeline


def _changes_between(session: Session, project_id: ProjectId, after: int, up_to: int) -> Iterable[ToolEvent]:
    return session.scalars(
        sa.select(ToolEvent)
        .where(
            ToolEvent.project_id == project_id,
            ToolEvent.version_after > after,
            ToolEvent.version_after <= up_to,
        )
        .order_by(ToolEvent.version_after)
    )
