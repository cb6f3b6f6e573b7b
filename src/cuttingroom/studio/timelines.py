"""The road that every change of a timeline takes: edit -> version -> event, in the caller's transaction."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.errors import (
    CuttingroomError,
    DuplicateEffect,
    InvalidInput,
    NotFound,
)
from cuttingroom.core.ids import PlanItemId, ProjectId, RunId, ToolEventId, UserId, VersionId, new_id
from cuttingroom.core.status import ErrorCategory, EventStatus
from cuttingroom.storage.tables import Actor, Artifact, ArtifactUse, Project, ProjectVersion, ToolEvent
from cuttingroom.studio import ledger
from cuttingroom.studio.access import get_project, is_uuid
from cuttingroom.timeline.changes import TrackChange, list_changes
from cuttingroom.timeline.compare import compare
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.restore import Restore
from cuttingroom.timeline.invariants import check_assets
from cuttingroom.timeline.model import Element, MediaSource, StillSource, Timeline

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
        self._seen = {key: event.id for key, event in ledger.find_effects(session, project.id, keys).items()}
        self._drafts: list[ledger.EventDraft] = []
        self._versions: list[ProjectVersion] = []
        self._uses: list[dict[str, str]] = []
        self.timeline = current_timeline(project)

    def make(self, request: EditRequest) -> EditOutcome:
        """Make one edit; `close` must follow before the transaction ends."""
        if request.key in self._seen:
            draft, outcome = _duplicate(request, self._seen[request.key])
        else:
            made = len(self._versions)
            draft, outcome, after, uses = _try_edit(
                self._session, self._project, self.timeline, request, made
            )
            if after is not None:
                self._seen[request.key] = draft.id
                self._versions.append(_version(self._project.id, draft, outcome.title))
                self._uses += uses
                self.timeline = after
        self._drafts.append(draft)
        return outcome

    def refuse(self, draft: ledger.EventDraft) -> None:
        """Record, at its place among the edits, a call that is no edit that could be tried."""
        self._drafts.append(draft)

    def close(self) -> None:
        """Write the events, the versions and the timeline."""
        if self._versions:
            last, project = self._versions[-1], self._project
            last.timeline_snapshot = project.timeline_data = self.timeline.to_json()
            project.timeline_hash = self.timeline.state_hash
            project.version = last.version_number
            project.updated_at = clock.now()
            _recent.keep(self.timeline)
        ledger.append(self._session, self._project, *self._drafts)
        self._session.add_all(self._versions)
        self._session.flush()
        if self._uses:
            self._session.execute(sa.insert(ArtifactUse), self._uses)


def apply_edits(session: Session, project: Project, requests: Sequence[EditRequest]) -> list[EditOutcome]:
    """Make edits in one burst. `project` must be locked by this transaction."""
    burst = EditBurst(session, project, [r.key for r in requests])
    outcomes = [burst.make(request) for request in requests]
    burst.close()
    return outcomes


def edit_by_hand(session: Session, user_id: UserId, project_id: str, edit: Edit, key: str) -> EditOutcome:
    """One edit by a person. Raises what refused it, or KeyReused when the key stands for another edit; the
    same edit under the same key gives the first outcome, and a record that it came again."""
    project = get_project(session, project_id, user_id, lock=True)
    first = ledger.find_effect(session, project.id, key)
    ledger.require_same_edit(first, edit)
    (outcome,) = apply_edits(session, project, [EditRequest(edit, key)])
    if outcome.error is not None and outcome.status is EventStatus.REFUSED:
        raise outcome.error
    return outcome


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
    """Make the timeline what it was at `version`, as one more edit. InvalidInput when it already is."""
    project = get_project(session, project_id, user_id, lock=True)
    now, wanted = current_timeline(project), timeline_at(session, project.id, version)
    if now.state_hash == wanted.state_hash:
        raise InvalidInput(f"The timeline already is as in version {version}.")
    edit = Restore.between(wanted, now, ripples=False)
    (outcome,) = apply_edits(session, project, [EditRequest(edit, key)])
    if outcome.error is not None:
        raise outcome.error
    return outcome


def _try_edit(
    session: Session, project: Project, before: Timeline, request: EditRequest, made: int
) -> tuple[ledger.EventDraft, EditOutcome, Timeline | None, list[dict[str, str]]]:
    """The event and its outcome; for a success also the timeline after it and the files now in use."""
    edit, started = request.edit, clock.now()
    common = {
        "tool": edit.tool,
        "key": request.key,
        "input": edit.model_dump(mode="json"),
        "actor": request.actor,
        "run_id": request.run_id,
        "plan_item_id": request.plan_item_id,
        "attempt": request.attempt,
        "reverts_event_id": request.reverts_event_id,
        "started_at": started,
    }
    try:
        title = edit.describe(before)
        after = edit.apply(before)
        changes = list_changes(before, after)
        _check_new_assets(session, project, before, after, changes)
        inverse = edit.inverse(before, after)
    except (InvalidInput, NotFound) as error:
        draft = ledger.EventDraft(
            **common,
            status=EventStatus.REFUSED,
            finished_at=clock.now(),
            **ledger.failure_of(error, ErrorCategory.INVALID_REQUEST),
        )
        return draft, EditOutcome(request, EventStatus.REFUSED, draft.id, edit.tool, error), None, []
    was, now = compare(before, after)
    draft = ledger.EventDraft(
        **common,
        status=EventStatus.SUCCEEDED,
        targets=edit.targets(before),
        before=was,
        after=now,
        inverse=inverse.model_dump(mode="json"),
        version_before=project.version + made,
        version_after=project.version + made + 1,
        state_hash=after.state_hash,
        result={"title": title},
        finished_at=clock.now(),
    )
    outcome = EditOutcome(request, EventStatus.SUCCEEDED, draft.id, title)
    return draft, outcome, after, _uses(changes, draft, project.id)


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
    sources = (e.source for e in elements)
    return {s.artifact_id for s in sources if isinstance(s, (MediaSource, StillSource))}


def _uses(
    changes: Sequence[TrackChange], draft: ledger.EventDraft, project_id: ProjectId
) -> list[dict[str, str]]:
    known = {e.id for c in changes for e in c.was}
    return [
        {
            "event_id": draft.id,
            "element_id": e.id,
            "artifact_id": e.source.artifact_id,
            "project_id": project_id,
        }
        for c in changes
        for e in c.now
        if e.id not in known and isinstance(e.source, (MediaSource, StillSource))
    ]


def _duplicate(request: EditRequest, first: ToolEventId) -> tuple[ledger.EventDraft, EditOutcome]:
    draft = ledger.EventDraft(
        tool=request.edit.tool,
        status=EventStatus.DUPLICATE,
        key=request.key,
        input=request.edit.model_dump(mode="json"),
        actor=request.actor,
        run_id=request.run_id,
        plan_item_id=request.plan_item_id,
        attempt=request.attempt,
        duplicate_of_id=first,
    )
    error = DuplicateEffect("This edit has been made already.", event_id=first)
    return draft, EditOutcome(request, EventStatus.DUPLICATE, first, request.edit.tool, error)


def _version(project_id: ProjectId, draft: ledger.EventDraft, title: str) -> ProjectVersion:
    assert draft.version_after is not None
    assert draft.state_hash is not None
    return ProjectVersion(
        id=VersionId(new_id()),
        project_id=project_id,
        version_number=draft.version_after,
        state_hash=draft.state_hash,
        change_description=title,
        event_id=draft.id,
    )


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
