"""The ledger of a project: appended under the project's lock, chained by hashes, replayable from nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.errors import CuttingroomError, LedgerBroken
from cuttingroom.core.hashing import hash_json
from cuttingroom.core.ids import PlanItemId, ProjectId, RunId, ToolEventId, new_id
from cuttingroom.core.status import ErrorCategory, EventStatus
from cuttingroom.storage.tables import Actor, Project, ToolEvent
from cuttingroom.timeline.edits.catalog import parse_edit
from cuttingroom.timeline.model import Timeline

GENESIS_HASH = "0" * 64
CREATE_PROJECT = "create_project"
_PAGE = 500


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


def find_effect(session: Session, key: str) -> ToolEvent | None:
    """The event that succeeded under this idempotency key."""
    return session.scalar(
        sa.select(ToolEvent).where(
            ToolEvent.idempotency_key == key, ToolEvent.status == EventStatus.SUCCEEDED
        )
    )


def find_effects(session: Session, keys: Sequence[str]) -> dict[str, ToolEvent]:
    """The events that succeeded, by key."""
    events = session.scalars(
        sa.select(ToolEvent).where(
            ToolEvent.idempotency_key.in_(keys), ToolEvent.status == EventStatus.SUCCEEDED
        )
    )
    return {e.idempotency_key: e for e in events}


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
    """What a whole replay found: how many events, how many changed the timeline, and where it ended."""

    events: int
    changes: int
    version: int
    state_hash: str


def verify_ledger(session: Session, project_id: ProjectId) -> LedgerReport:
    """Replay a project from nothing and check every hash on the way.

    Raises LedgerBroken naming the first event that does not fit, or the project row when that differs.
    """
    head = session.execute(
        sa.select(
            Project.version,
            Project.timeline_hash,
            Project.last_sequence,
            Project.last_event_hash,
            Project.timeline_data,
        ).where(Project.id == project_id)
    ).one()
    previous, sequence, changes, version = GENESIS_HASH, 0, 0, 0
    timeline: Timeline | None = None
    for event in iterate(session, project_id):
        sequence += 1
        _check_link(event, sequence, previous)
        previous = event.hash
        if event.version_after is not None:
            timeline = replay_event(timeline, event)
            changes, version = changes + 1, event.version_after
    if timeline is None or (sequence, previous) != (head.last_sequence, head.last_event_hash):
        raise LedgerBroken(
            f"The ledger ends at event {sequence}, but the project expects {head.last_sequence} events.",
            sequence=sequence,
        )
    stored = Timeline.model_validate(head.timeline_data)
    if (version, timeline.state_hash) != (head.version, head.timeline_hash) or stored != timeline:
        raise LedgerBroken(
            f"The stored timeline differs from what the ledger gives (version {version}).", sequence=sequence
        )
    return LedgerReport(sequence, changes, version, timeline.state_hash)


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
    if after.state_hash != event.state_hash:
        raise _broken(event, "it gives another timeline than was recorded")
    return after


def _check_link(event: ToolEvent, sequence: int, previous: str) -> None:
    if event.sequence != sequence:
        raise _broken(event, f"event {sequence} is missing")
    if event.previous_hash != previous:
        raise _broken(event, "it does not follow the event before it")
    if hash_event({key: getattr(event, key) for key in _HASHED}) != event.hash:
        raise _broken(event, "its content was changed after it was written")


def _broken(event: ToolEvent, why: str) -> LedgerBroken:
    return LedgerBroken(
        f"Event {event.sequence} ({event.tool}, {event.id}) is broken: {why}.",
        sequence=event.sequence,
        event_id=event.id,
    )
