"""The ledger of a project: appended under the project's lock, chained by hashes, replayable from nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.errors import CuttingroomError, KeyReused, LedgerBroken
from cuttingroom.core.hashing import hash_json
from cuttingroom.core.ids import PlanItemId, ProjectId, RunId, ToolEventId, new_id
from cuttingroom.core.status import ErrorCategory, EventStatus
from cuttingroom.storage.tables import Actor, Project, ProjectVersion, ToolEvent
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.catalog import parse_edit
from cuttingroom.timeline.model import Timeline
from cuttingroom.tools.base import MakingTool

GENESIS_HASH = "0" * 64
CREATE_PROJECT = "create_project"
_PAGE = 500
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)
"""What reading raises when a column holds no JSON, no moment, no known word, or JSON of another shape."""


@dataclass(frozen=True)
class EventDraft:
    """What an event says, before it has its place in the chain."""

    tool: str
    status: EventStatus
    key: str
    input: dict[str, Any]
    actor: Actor
    id: ToolEventId = field(default_factory=lambda: ToolEventId(new_id()))
    run_id: RunId | None = None
    plan_item_id: PlanItemId | None = None
    attempt: int = 1
    targets: tuple[str, ...] = ()
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    inverse: dict[str, Any] | None = None
    version_before: int | None = None
    version_after: int | None = None
    state_hash: str | None = None
    result: dict[str, Any] = field(default_factory=dict[str, Any])
    error_category: ErrorCategory | None = None
    error_code: str | None = None
    error_message: str | None = None
    provider: str | None = None
    model: str | None = None
    reverts_event_id: ToolEventId | None = None
    duplicate_of_id: ToolEventId | None = None
    started_at: datetime = field(default_factory=clock.now)
    finished_at: datetime = field(default_factory=clock.now)


def append(session: Session, project: Project, *drafts: EventDraft) -> list[dict[str, Any]]:
    """Add events to the end of the ledger. `project` must be locked by this transaction.

    Returns the rows as they were written. The database refuses a second success under one key.
    """
    rows: list[dict[str, Any]] = []
    for draft in drafts:
        row = {**draft.__dict__, "idempotency_key": draft.key, "targets": list(draft.targets)}
        del row["key"]
        row |= {
            "project_id": project.id,
            "user_id": project.user_id,
            "sequence": project.last_sequence + 1,
            "previous_hash": project.last_event_hash,
        }
        row["hash"] = hash_event(row)
        project.last_sequence = row["sequence"]
        project.last_event_hash = row["hash"]
        rows.append(row)
    if rows:
        session.execute(sa.insert(ToolEvent), rows)
    return rows


def failure_of(error: CuttingroomError, category: ErrorCategory) -> dict[str, Any]:
    """The error columns of an event, as keyword arguments of EventDraft."""
    return {
        "error_category": category,
        "error_code": error.code,
        "error_message": error.message,
        "provider": error.detail.get("provider"),
    }


_HASHED = [c.key for c in sa.inspect(ToolEvent).column_attrs if c.key != "hash"]


def hash_event(row: dict[str, Any]) -> str:
    """SHA-256 over every column of an event but the hash itself."""
    content = {key: row[key] for key in _HASHED}
    for key in ("started_at", "finished_at"):
        content[key] = content[key].isoformat(timespec="microseconds")
    return hash_json(content)


def find_effect(session: Session, project_id: ProjectId, key: str) -> ToolEvent | None:
    """The event of this project that succeeded under this idempotency key."""
    return find_effects(session, project_id, [key]).get(key)


def find_effects(session: Session, project_id: ProjectId, keys: Sequence[str]) -> dict[str, ToolEvent]:
    """The events of this project that succeeded, by key."""
    events = session.scalars(
        sa.select(ToolEvent).where(
            ToolEvent.project_id == project_id,
            ToolEvent.idempotency_key.in_(keys),
            ToolEvent.status == EventStatus.SUCCEEDED,
        )
    )
    return {e.idempotency_key: e for e in events}


def require_same_call(first: ToolEvent | EventDraft, call: Edit | MakingTool, key: str) -> None:
    """Raises KeyReused when `key`, under which `first` took effect, comes again with another call.

    Names that the caller left to be made up, such as the prefix of new ids, do not count.
    """
    made_up = {
        name
        for name, field in type(call).model_fields.items()
        if field.default_factory is not None and name not in call.model_fields_set
    }
    asked = call.model_dump(mode="json", exclude=made_up)
    if {k: v for k, v in first.input.items() if k not in made_up} != asked:
        raise key_reused(first, key)


def key_reused(first: ToolEvent | EventDraft, key: str) -> KeyReused:
    """The error of a key that comes again for something else than `first`."""
    return KeyReused(f"The key {key} was used for another edit, {first.tool}.", event_id=first.id)


def iterate(session: Session, project_id: ProjectId, after_sequence: int = 0) -> Iterator[ToolEvent]:
    """All events in order, read page by page."""
    while True:
        page = session.scalars(
            sa.select(ToolEvent)
            .where(ToolEvent.project_id == project_id, ToolEvent.sequence > after_sequence)
            .order_by(ToolEvent.sequence)
            .limit(_PAGE)
        ).all()
        yield from page
        if len(page) < _PAGE:
            return
        after_sequence = page[-1].sequence
        session.expunge_all()


@dataclass(frozen=True)
class LedgerReport:
    """What a whole replay found: how many events, how many changed the timeline, and where it ended.

    `head_hash` is the hash of the last event. Whoever has noted it elsewhere can tell a ledger that was cut
    off, together with its project's row, from a whole one: the database alone cannot.
    """

    events: int
    changes: int
    version: int
    state_hash: str
    head_hash: str


def verify_ledger(
    session: Session, project_id: ProjectId, *, expected_hash: str | None = None
) -> LedgerReport:
    """Replay a project from nothing and check every hash, version and snapshot on the way.

    With `expected_hash` an event with that hash must be among them. Raises LedgerBroken naming the first
    event or version that does not fit, or the project row when that differs.
    """
    previous, sequence, changes, version = GENESIS_HASH, 0, 0, 0
    timeline: Timeline | None = None
    versions, is_expected = _read_versions(session, project_id), expected_hash is None
    for event in _iterate_readable(session, project_id):
        sequence += 1
        _check_link(event, sequence, previous)
        previous = event.hash
        is_expected = is_expected or previous == expected_hash
        if event.version_after is not None:
            timeline = replay_event(timeline, event)
            changes, version = changes + 1, event.version_after
            if versions.pop(version, None) != (event.state_hash, event.id):
                raise _broken(event, f"version {version} is missing or says something else")
    _check_project(session, project_id, sequence, previous, version, timeline)
    if versions:
        raise LedgerBroken(f"Version {min(versions)} comes from no event.", version=min(versions))
    _check_snapshots(session, project_id)
    if timeline is None or not is_expected:
        raise LedgerBroken(
            f"No event has the expected hash {expected_hash}: the ledger is not the one it was taken from.",
            sequence=sequence,
        )
    return LedgerReport(sequence, changes, version, timeline.state_hash, previous)


def read_snapshot(row: ProjectVersion) -> Timeline:
    """The timeline that a version keeps. Raises LedgerBroken when it is not the one of the version's hash."""
    try:
        timeline = Timeline.model_validate(row.timeline_snapshot)
    except (*_UNREADABLE, CuttingroomError) as error:
        raise _version_broken(row.version_number, "cannot be read") from error
    if timeline.state_hash != row.state_hash:
        raise _version_broken(row.version_number, "was changed after it was written")
    return timeline


def _version_broken(number: int, why: str) -> LedgerBroken:
    return LedgerBroken(f"The snapshot of version {number} {why}.", version=number)


def _read_versions(session: Session, project_id: ProjectId) -> dict[int, tuple[str | None, str | None]]:
    rows = session.execute(
        sa.select(ProjectVersion.version_number, ProjectVersion.state_hash, ProjectVersion.event_id).where(
            ProjectVersion.project_id == project_id
        )
    )
    return {row.version_number: (row.state_hash, row.event_id) for row in rows}


def _check_snapshots(session: Session, project_id: ProjectId) -> None:
    numbers = session.scalars(
        sa.select(ProjectVersion.version_number)
        .where(ProjectVersion.project_id == project_id, ProjectVersion.timeline_snapshot.is_not(None))
        .order_by(ProjectVersion.version_number)
    ).all()
    for number in numbers:
        try:
            row = session.scalars(
                sa.select(ProjectVersion).where(
                    ProjectVersion.project_id == project_id, ProjectVersion.version_number == number
                )
            ).one()
        except _UNREADABLE as error:
            raise _version_broken(number, "cannot be read") from error
        read_snapshot(row)
        session.expunge(row)


def _check_project(
    session: Session,
    project_id: ProjectId,
    sequence: int,
    previous: str,
    version: int,
    timeline: Timeline | None,
) -> None:
    head = session.execute(
        sa.select(
            Project.version, Project.timeline_hash, Project.last_sequence, Project.last_event_hash
        ).where(Project.id == project_id)
    ).one()
    if timeline is None or (sequence, previous) != (head.last_sequence, head.last_event_hash):
        raise LedgerBroken(
            f"The ledger ends at event {sequence}, but the project expects {head.last_sequence} events.",
            sequence=sequence,
        )
    try:
        data = session.scalar(sa.select(Project.timeline_data).where(Project.id == project_id))
        stored = Timeline.model_validate(data)
    except (*_UNREADABLE, CuttingroomError) as error:
        raise LedgerBroken(
            f"The stored timeline of project {project_id} cannot be read.", project_id=project_id
        ) from error
    if (version, timeline.state_hash) != (head.version, head.timeline_hash) or stored != timeline:
        raise LedgerBroken(
            f"The stored timeline differs from what the ledger gives (version {version}).", sequence=sequence
        )


def _iterate_readable(session: Session, project_id: ProjectId) -> Iterator[ToolEvent]:
    try:
        yield from iterate(session, project_id)
    except _UNREADABLE as error:
        raise _find_unreadable(session, project_id) from error


def _find_unreadable(session: Session, project_id: ProjectId) -> LedgerBroken:
    """A page of events could not be read: which of them it was."""
    rows = session.execute(
        sa.select(ToolEvent.sequence, ToolEvent.id)
        .where(ToolEvent.project_id == project_id)
        .order_by(ToolEvent.sequence)
    ).all()
    for sequence, event_id in rows:
        try:
            session.scalars(sa.select(ToolEvent).where(ToolEvent.id == event_id)).one()
        except _UNREADABLE:
            return LedgerBroken(
                f"Event {sequence} ({event_id}) is broken: it cannot be read.",
                sequence=sequence,
                event_id=event_id,
            )
    return LedgerBroken(f"The ledger of project {project_id} cannot be read.", project_id=project_id)


def replay_event(before: Timeline | None, event: ToolEvent) -> Timeline:
    """The timeline after an event that changed it. Raises LedgerBroken when it is not what was recorded."""
    try:
        if event.tool == CREATE_PROJECT:
            after = Timeline.model_validate(event.input["timeline"])
        elif before is None:
            raise LedgerBroken(f"Event {event.sequence} changes a timeline that was never made.")
        else:
            after = parse_edit(event.input).apply(before)
    except LedgerBroken:
        raise
    except CuttingroomError as error:
        raise _broken(event, f"it cannot be replayed: {error.message}") from error
    except _UNREADABLE as error:
        raise _broken(event, "what it says cannot be read") from error
    if after.state_hash != event.state_hash:
        raise _broken(event, "it gives another timeline than was recorded")
    return after


def _check_link(event: ToolEvent, sequence: int, previous: str) -> None:
    if event.sequence != sequence:
        raise _broken(event, f"event {sequence} is missing")
    if event.previous_hash != previous:
        raise _broken(event, "it does not follow the event before it")
    try:
        found = hash_event({key: getattr(event, key) for key in _HASHED})
    except _UNREADABLE as error:
        raise _broken(event, "what it says cannot be read") from error
    if found != event.hash:
        raise _broken(event, "its content was changed after it was written")


def _broken(event: ToolEvent, why: str) -> LedgerBroken:
    return LedgerBroken(
        f"Event {event.sequence} ({event.tool}, {event.id}) is broken: {why}.",
        sequence=event.sequence,
        event_id=event.id,
    )
