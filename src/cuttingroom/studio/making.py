"""Making items: claimed by a token, announced, registered when their bytes are stored.

What an attempt made is registered only while its token still stands, so a worker that was taken for dead
repeats nothing and spoils nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.errors import Conflict, CuttingroomError
from cuttingroom.core.hashing import hash_json
from cuttingroom.core.ids import ArtifactId, PlanItemId, ProjectId, RunId, UserId
from cuttingroom.core.status import ErrorCategory, EventStatus, ItemStatus
from cuttingroom.storage.blobs import StoredBlob
from cuttingroom.storage.database import for_update
from cuttingroom.storage.tables import (
    Actor,
    Artifact,
    ArtifactType,
    PlanItem,
    Project,
    ToolEvent,
    Visibility,
)
from cuttingroom.studio import artifacts, ledger
from cuttingroom.studio.access import get_project
from cuttingroom.studio.growth import add_follow_ups
from cuttingroom.studio.items import complete_item, fail_item, item_key, resolved_call
from cuttingroom.studio.runs import category_of, lock_run
from cuttingroom.studio.timelines import current_timeline, timeline_at
from cuttingroom.timeline.model import Timeline
from cuttingroom.tools.base import Made, MadeFile, MakingTool
from cuttingroom.tools.catalog import parse_making_call


@dataclass(frozen=True)
class MakingJob:
    """All that a worker needs to make one item, read in the transaction that claimed it."""

    run_id: RunId
    item_id: PlanItemId | None
    tool: MakingTool
    timeline: Timeline
    version: int
    artifacts: tuple[Artifact, ...]
    started_at: datetime
    project_id: ProjectId
    user_id: UserId


def claim_item(session: Session, item_id: PlanItemId | str, claim: str) -> MakingJob | None:
    """Take an item to make it. None when it needs no making any more: done, canceled or skipped.

    Raises KeyReused when another call has taken effect for it, and what its tool refuses.
    A claim replaces an earlier one: the worker that held it is taken for dead, and cannot register.
    """
    project, item = _lock_item(session, item_id)
    if item.status not in (ItemStatus.QUEUED, ItemStatus.RUNNING):
        return None
    first = ledger.find_effect(session, project.id, item_key(item.run_id, item.id))
    if first is not None:
        ledger.require_same_call(
            first, parse_making_call(resolved_call(session, item)), first.idempotency_key
        )
        record_duplicate(session, project, item, first)
        return None
    if item.status is ItemStatus.QUEUED:
        item.move(ItemStatus.RUNNING)
    item.attempts += 1
    item.claim, item.progress, item.progress_note = claim, 0.0, ""
    item.started_at = started = clock.now()
    tool = parse_making_call(resolved_call(session, item))
    timeline = current_timeline(project)
    tool.check(timeline)
    draft = ledger.EventDraft(
        tool=item.tool,
        status=EventStatus.STARTED,
        key=item_key(item.run_id, item.id),
        input=tool.model_dump(mode="json"),
        actor=Actor.PLAN,
        run_id=item.run_id,
        plan_item_id=item.id,
        attempt=item.attempts,
        result={"timeline_version": project.version},
    )
    ledger.append(session, project, draft)
    wanted = files_wanted(tool, timeline)
    files = artifacts.get_readable(session, project.id, wanted)
    session.flush()
    return MakingJob(
        run_id=item.run_id,
        item_id=item.id,
        tool=tool,
        timeline=timeline,
        version=project.version,
        artifacts=tuple(files),
        started_at=started,
        project_id=project.id,
        user_id=project.user_id,
    )


def show_progress(session: Session, item_id: str, claim: str, share: float, note: str) -> None:
    """Let people see how far an item is. Nothing happens when another attempt holds the item."""
    session.execute(
        sa.update(PlanItem)
        .where(PlanItem.id == item_id, PlanItem.claim == claim)
        .values(progress=max(0.0, min(1.0, share)), progress_note=note, updated_at=clock.now())
    )


def announce_files(
    session: Session, job: MakingJob, claim: str, files: Sequence[MadeFile]
) -> list[ArtifactId]:
    """Rows for the files that are about to be stored. Conflict when the claim has been lost."""
    if job.item_id is not None:
        _require_claim(session, job.item_id, claim)
    project = get_project(session, job.project_id, job.user_id)
    return [
        artifacts.register_pending(
            session,
            project,
            ArtifactType(file.artifact_type),
            name=file.name,
            mime_type=file.mime_type,
            duration_ticks=file.duration_ticks,
            width=file.width,
            height=file.height,
            facts=file.facts,
            provider=file.provider,
            model=file.model,
            prompt=file.prompt,
            source_run_id=job.run_id,
            source_item_id=job.item_id,
            source_artifact_id=file.source_artifact_id,
            timeline_version=job.version if job.tool.needs_timeline else None,
            visibility=_visibility(file),
        ).id
        for file in files
    ]


def register_made(
    session: Session,
    job: MakingJob,
    claim: str,
    made: Made,
    stored: Sequence[tuple[ArtifactId, StoredBlob]],
) -> None:
    """The stored files and their event, in one transaction; the item is then complete.

    Raises Conflict when the claim was lost: the files stay unregistered and are swept.
    """
    project = get_project(session, job.project_id, job.user_id, lock=True)
    item = _require_claim(session, job.item_id, claim) if job.item_id is not None else None
    key = item_key(job.run_id, item.id) if item else fact_key(job)
    first = ledger.find_effect(session, project.id, key)
    if first is not None:
        _record_duplicate(session, project, job, key, first)
        return
    rows = {
        r.id: r for r in session.scalars(sa.select(Artifact).where(Artifact.id.in_([i for i, _ in stored])))
    }
    for (artifact_id, blob), file in zip(stored, made.files, strict=True):
        artifacts.mark_stored(rows[artifact_id], blob, is_verified=file.checked)
    makers = [f for f in made.files if f.provider]
    draft = ledger.EventDraft(
        tool=job.tool.tool,
        status=EventStatus.SUCCEEDED,
        key=key,
        input=job.tool.model_dump(mode="json"),
        actor=Actor.PLAN if item else Actor.SYSTEM,
        run_id=job.run_id,
        plan_item_id=job.item_id,
        attempt=item.attempts if item else 1,
        result={"artifacts": [i for i, _ in stored], "facts": made.facts},
        provider=makers[0].provider if makers else None,
        model=makers[0].model if makers else None,
        started_at=job.started_at,
    )
    ledger.append(session, project, draft)
    for row in rows.values():
        row.source_event_id = draft.id
    if item is not None:
        complete_item(item)
        add_follow_ups(session, project, item, made.follow_ups)
    session.flush()


def register_failure(session: Session, job: MakingJob, claim: str, error: CuttingroomError) -> None:
    """The attempt failed: an event says why, and the item fails or, when it was stopped, is canceled."""
    project = get_project(session, job.project_id, job.user_id, lock=True)
    item = _require_claim(session, job.item_id, claim) if job.item_id is not None else None
    canceled = error.code == "canceled"
    category = ErrorCategory.TOOL if canceled else category_of(error)
    ledger.append(
        session,
        project,
        ledger.EventDraft(
            tool=job.tool.tool,
            status=EventStatus.FAILED,
            key=item_key(job.run_id, item.id) if item else fact_key(job),
            input=job.tool.model_dump(mode="json"),
            actor=Actor.PLAN if item else Actor.SYSTEM,
            run_id=job.run_id,
            plan_item_id=job.item_id,
            attempt=item.attempts if item else 1,
            started_at=job.started_at,
            **ledger.failure_of(error, category),
        ),
    )
    if item is not None:
        fail_item(item, error, canceled=canceled)
    session.flush()


def refuse_item(session: Session, item_id: PlanItemId | str, error: CuttingroomError) -> None:
    """An item could not be begun, or whoever made it had to give up."""
    project, item = _lock_item(session, item_id)
    if item.status not in (ItemStatus.QUEUED, ItemStatus.RUNNING):
        return
    ledger.append(
        session,
        project,
        ledger.EventDraft(
            tool=item.tool,
            status=EventStatus.FAILED if item.status is ItemStatus.RUNNING else EventStatus.REFUSED,
            key=item_key(item.run_id, item.id),
            input=item.call,
            actor=Actor.PLAN,
            run_id=item.run_id,
            plan_item_id=item.id,
            attempt=max(1, item.attempts),
            **ledger.failure_of(error, category_of(error)),
        ),
    )
    fail_item(item, error)


def begin_fact(session: Session, run_id: RunId | str, tool: MakingTool) -> MakingJob | None:
    """Make what no plan item asks for, such as an analysis that planning needs. None when it exists."""
    run = lock_run(session, run_id)
    project = get_project(session, run.project_id, run.user_id, lock=True)
    timeline = current_timeline(project)
    tool.check(timeline)
    files = artifacts.get_readable(session, project.id, tool.artifact_ids())
    version = next((f.timeline_version for f in files if f.timeline_version), project.version)
    if version != project.version:
        timeline = timeline_at(session, project.id, version)
    if tool.needs_timeline:
        files = artifacts.get_readable(session, project.id, files_wanted(tool, timeline))
    job = MakingJob(
        run_id=run.id,
        item_id=None,
        tool=tool,
        timeline=timeline,
        version=version,
        artifacts=tuple(files),
        started_at=clock.now(),
        project_id=project.id,
        user_id=project.user_id,
    )
    return None if ledger.find_effect(session, project.id, fact_key(job)) else job


def fact_key(job: MakingJob) -> str:
    """What is found out about the same file with the same settings is found out once."""
    return f"fact:{job.project_id}:{hash_json(job.tool.model_dump(mode='json'))}"


def record_duplicate(session: Session, project: Project, item: PlanItem, first: ToolEvent) -> None:
    """An item came a second time after it had taken effect: say so, and let it be complete."""
    ledger.append(
        session,
        project,
        ledger.EventDraft(
            tool=item.tool,
            status=EventStatus.DUPLICATE,
            key=first.idempotency_key,
            input=item.call,
            actor=Actor.PLAN,
            run_id=item.run_id,
            plan_item_id=item.id,
            attempt=item.attempts + 1,
            duplicate_of_id=first.id,
        ),
    )
    if item.status is ItemStatus.QUEUED:
        item.move(ItemStatus.RUNNING)
    complete_item(item)


def files_wanted(tool: MakingTool, timeline: Timeline) -> list[str]:
    """The ids of the stored files that a call reads: what it names, and what plays on its timeline."""
    wanted = list(tool.artifact_ids())
    if tool.needs_timeline:
        wanted += [a for t in timeline.tracks for e in t.elements for a in e.artifact_ids]
    return list(dict.fromkeys(wanted))


def _lock_item(session: Session, item_id: PlanItemId | str) -> tuple[Project, PlanItem]:
    """The item and its project, the project first: whoever registers what was made does the same."""
    owner = session.execute(
        sa.select(PlanItem.project_id, PlanItem.user_id).where(PlanItem.id == item_id)
    ).one()
    project = get_project(session, owner.project_id, owner.user_id, lock=True)
    return project, session.scalars(for_update(sa.select(PlanItem).where(PlanItem.id == item_id))).one()


def _require_claim(session: Session, item_id: PlanItemId, claim: str) -> PlanItem:
    item = session.scalars(for_update(sa.select(PlanItem).where(PlanItem.id == item_id))).one()
    if item.claim != claim or item.status is not ItemStatus.RUNNING:
        raise Conflict(f"Another attempt has taken over item {item.position} ({item.tool}).")
    return item


def _record_duplicate(session: Session, project: Project, job: MakingJob, key: str, first: ToolEvent) -> None:
    ledger.append(
        session,
        project,
        ledger.EventDraft(
            tool=job.tool.tool,
            status=EventStatus.DUPLICATE,
            key=key,
            input=job.tool.model_dump(mode="json"),
            actor=Actor.SYSTEM,
            run_id=job.run_id,
            plan_item_id=job.item_id,
            duplicate_of_id=first.id,
        ),
    )


def _visibility(file: MadeFile) -> Visibility:
    hidden = (ArtifactType.ANALYSIS, ArtifactType.VERIFICATION_REPORT)
    return Visibility.RUN if ArtifactType(file.artifact_type) in hidden else Visibility.LIBRARY
