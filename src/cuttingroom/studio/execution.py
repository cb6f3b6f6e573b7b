"""Carrying out a plan, one transaction at a time: which items may go, making edits, registering what was made.

A worker that dies anywhere here repeats nothing. Edits and their events commit together under one key. A
making item is claimed by a token; what an attempt made is registered only while its token still stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cuttingroom.tools.catalog import EDITS_BY_NAME, parse_call, resolve_references
from cuttingroom.tools.verify import Verify
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.errors import Conflict, CuttingroomError, InvalidInput, MediaFailed, NotFound
from cuttingroom.core.hashing import hash_json
from cuttingroom.core.ids import ArtifactId, PlanItemId, RunId
from cuttingroom.core.status import ErrorCategory, EventStatus, ItemStatus, RunStatus
from cuttingroom.storage.blobs import StoredBlob
from cuttingroom.storage.tables import (
    Actor,
    Artifact,
    ArtifactType,
    Plan,
    PlanItem,
    PlanItemDependency,
    Project,
    Run,
    ToolEvent,
    Visibility,
)
from cuttingroom.studio import artifacts, ledger
from cuttingroom.studio.access import get_project
from cuttingroom.studio.planning import media_ref
from cuttingroom.studio.runs import (
    category_of,
    dependencies_of,
    fail_run,
    finish_cancel,
    get_plan,
    list_items,
    lock_run,
    move_run,
)
from cuttingroom.studio.timelines import EditBurst, EditRequest, current_timeline, timeline_at
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.model import MediaSource, StillSource, Timeline
from cuttingroom.tools.base import FollowUp, Made, MadeFile, MakingTool

EDITS_PER_TRANSACTION = 64
MAX_FOLLOW_UPS = 50

_OVER = (
    ItemStatus.COMPLETED,
    ItemStatus.SKIPPED,
    ItemStatus.REJECTED,
    ItemStatus.FAILED,
    ItemStatus.CANCELED,
)
_WAITING = (ItemStatus.APPROVED, ItemStatus.QUEUED)


@dataclass(frozen=True)
class Round:
    """What one transaction of execution did, and what may be made next, outside of it."""

    edited: int
    to_make: tuple[PlanItemId, ...]
    canceled: bool = False


@dataclass(frozen=True)
class MakingJob:
    """All that a worker needs to make one item, read in the transaction that claimed it."""

    run_id: RunId
    item_id: PlanItemId | None
    tool: MakingTool
    timeline: Timeline
    version: int
    artifacts: tuple[Artifact, ...]
    started_event_id: str
    project_id: str
    user_id: str


def item_key(run_id: str, item_id: str) -> str:
    """The idempotency key of an item's effect: the same however often it is attempted."""
    return f"item:{run_id}:{item_id}"


def advance(session: Session, run_id: RunId | str, *, limit: int = EDITS_PER_TRANSACTION) -> Round:
    """Make up to `limit` edits whose turn has come; then name the making items whose turn has come.

    A run that was asked to stop ends as canceled instead. An item that is refused fails, and what depends on
    it is skipped; the rest goes on.
    """
    run = lock_run(session, run_id)
    if run.status is not RunStatus.EXECUTING:
        return Round(0, ())
    if run.cancel_requested_at is not None:
        finish_cancel(session, run)
        return Round(0, (), canceled=True)
    plan = get_plan(session, run)
    items = list_items(session, plan.id)
    needed = dependencies_of(session, items)
    project = get_project(session, run.project_id, run.user_id, lock=True)
    edited = _make_edits(session, run, project, items, needed, limit)
    _skip_hopeless(items, needed)
    if edited >= limit:
        return Round(edited, ())
    ready = [i for i in _ready(items, needed) if not _is_edit(i)]
    for item in ready:
        if item.status is ItemStatus.APPROVED:
            item.move(ItemStatus.QUEUED)
    session.flush()
    return Round(edited, tuple(i.id for i in ready))


def claim_item(session: Session, item_id: PlanItemId | str, claim: str) -> MakingJob | None:
    """Take an item to make it. None when it needs no making any more: done, canceled or skipped.

    A claim replaces an earlier one: the worker that held it is taken for dead, and cannot register.
    """
    item = session.scalars(sa.select(PlanItem).where(PlanItem.id == item_id).with_for_update()).one()
    if item.status not in (ItemStatus.QUEUED, ItemStatus.RUNNING):
        return None
    project = get_project(session, item.project_id, item.user_id, lock=True)
    first = ledger.find_effect(session, item_key(item.run_id, item.id))
    if first is not None:
        record_duplicate(session, project, item, first)
        return None
    if item.status is ItemStatus.QUEUED:
        item.move(ItemStatus.RUNNING)
    item.attempts += 1
    item.claim, item.progress, item.progress_note = claim, 0.0, ""
    item.started_at = clock.now()
    tool = _parse_making(session, item)
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
    wanted = _files_wanted(tool, timeline)
    files = artifacts.get_readable(session, project.id, wanted)
    session.flush()
    return MakingJob(
        run_id=item.run_id,
        item_id=item.id,
        tool=tool,
        timeline=timeline,
        version=project.version,
        artifacts=tuple(files),
        started_event_id=draft.id,
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
    project = get_project(session, job.project_id, job.user_id)  # type: ignore[arg-type]
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
    project = get_project(session, job.project_id, job.user_id, lock=True)  # type: ignore[arg-type]
    item = _require_claim(session, job.item_id, claim) if job.item_id is not None else None
    key = item_key(job.run_id, item.id) if item else fact_key(job)
    first = ledger.find_effect(session, key)
    if first is not None:
        _record_duplicate(session, project, job, key, first)
        return
    rows = {
        r.id: r for r in session.scalars(sa.select(Artifact).where(Artifact.id.in_([i for i, _ in stored])))
    }
    for artifact_id, blob in stored:
        artifacts.mark_stored(rows[artifact_id], blob)
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
        started_at=item.started_at if item and item.started_at else clock.now(),
    )
    ledger.append(session, project, draft)
    for row in rows.values():
        row.source_event_id = draft.id
    if item is not None:
        _complete(item)
        _add_follow_ups(session, item, made.follow_ups)
    session.flush()


def register_failure(session: Session, job: MakingJob, claim: str, error: CuttingroomError) -> None:
    """The attempt failed: an event says why, and the item fails or, when it was stopped, is canceled."""
    project = get_project(session, job.project_id, job.user_id, lock=True)  # type: ignore[arg-type]
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
            started_at=item.started_at if item and item.started_at else clock.now(),
            **ledger.failure_of(error, category),
        ),
    )
    if item is not None:
        fail_item(item, error, canceled=canceled)
    session.flush()


def fail_item(item: PlanItem, error: CuttingroomError, *, canceled: bool = False) -> None:
    item.claim = None
    item.error_category, item.error_code = category_of(error), error.code
    item.error_message = error.message
    item.completed_at = clock.now()
    item.move(ItemStatus.CANCELED if canceled else ItemStatus.FAILED)


def refuse_item(session: Session, item_id: PlanItemId | str, error: CuttingroomError) -> None:
    """An item could not even be begun."""
    item = session.scalars(sa.select(PlanItem).where(PlanItem.id == item_id).with_for_update()).one()
    if item.status not in (ItemStatus.QUEUED, ItemStatus.RUNNING):
        return
    project = get_project(session, item.project_id, item.user_id, lock=True)
    ledger.append(
        session,
        project,
        ledger.EventDraft(
            tool=item.tool,
            status=EventStatus.REFUSED,
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
    """Make something that no plan item asks for, such as an analysis that planning needs. None when it exists."""
    run = lock_run(session, run_id)
    project = get_project(session, run.project_id, run.user_id, lock=True)
    timeline = current_timeline(project)
    tool.check(timeline)
    files = artifacts.get_readable(session, project.id, tool.artifact_ids())
    version = next((f.timeline_version for f in files if f.timeline_version), project.version)
    if version != project.version:
        timeline = timeline_at(session, project.id, version)
    if tool.needs_timeline:
        files = artifacts.get_readable(session, project.id, _files_wanted(tool, timeline))
    job = MakingJob(
        run_id=run.id,
        item_id=None,
        tool=tool,
        timeline=timeline,
        version=version,
        artifacts=tuple(files),
        started_event_id="",
        project_id=project.id,
        user_id=project.user_id,
    )
    return None if ledger.find_effect(session, fact_key(job)) else job


def fact_key(job: MakingJob) -> str:
    """What is found out about the same file with the same settings is found out once."""
    return f"fact:{job.project_id}:{hash_json(job.tool.model_dump(mode='json'))}"


def renders_to_verify(session: Session, run_id: RunId | str) -> list[Artifact]:
    """The videos that this run rendered, whose verification is still to come; newest attempt only."""
    made = session.scalars(
        sa.select(Artifact)
        .where(
            Artifact.source_run_id == run_id,
            Artifact.artifact_type.in_((ArtifactType.RENDER, ArtifactType.PREVIEW)),
            Artifact.status == "stored",
        )
        .order_by(Artifact.created_at)
    ).all()
    newest = {a.source_item_id: a for a in made}
    return list(newest.values())


def begin_verifying(session: Session, run_id: RunId | str) -> list[dict[str, Any]]:
    """Move a run whose items are all over on to verification; the calls that check what it rendered."""
    run = lock_run(session, run_id)
    if run.status is RunStatus.EXECUTING:
        if run.cancel_requested_at is not None:
            finish_cancel(session, run)
            return []
        move_run(session, run, RunStatus.VERIFYING)
    if run.status is not RunStatus.VERIFYING:
        return []
    renders = renders_to_verify(session, run.id)
    return [Verify(artifact_id=a.id, facts=a.facts["render"]).model_dump(mode="json") for a in renders]


def finish_run(
    session: Session, run_id: RunId | str, verification_error: CuttingroomError | None = None
) -> None:
    """End a run by what became of its items and checks.

    Completed: every approved item completed and what was rendered is verified. Failed: nothing was achieved.
    Partially completed: something was, and something was not; the cause is kept.
    """
    run = lock_run(session, run_id)
    if run.status is not RunStatus.VERIFYING:
        return
    if run.cancel_requested_at is not None:
        finish_cancel(session, run)
        return
    items = list_items(session, get_plan(session, run).id)
    failed = next((i for i in items if i.status is ItemStatus.FAILED), None)
    run.result_version = get_project(session, run.project_id, run.user_id).version
    error = _failure_of_item(failed) if failed is not None else verification_error
    if error is None:
        move_run(session, run, RunStatus.COMPLETED)
        return
    anything = any(i.status is ItemStatus.COMPLETED for i in items)
    fail_run(session, run, error, status=RunStatus.PARTIALLY_COMPLETED if anything else RunStatus.FAILED)
    if verification_error is error:
        run.error_category = ErrorCategory.VERIFICATION
    elif failed is not None:
        run.error_category = failed.error_category or run.error_category


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
    _complete(item)


def _make_edits(
    session: Session,
    run: Run,
    project: Project,
    items: Sequence[PlanItem],
    needed: dict[PlanItemId, set[PlanItemId]],
    limit: int,
) -> int:
    """Edits go in the order of the plan, in one burst; an item waits only for items before it."""
    done = {i.id for i in items if i.status is ItemStatus.COMPLETED}
    waiting = [i for i in items if i.status in _WAITING and _is_edit(i)]
    if not waiting:
        return 0
    burst = EditBurst(session, project, [item_key(run.id, i.id) for i in waiting])
    made = 0
    for item in waiting:
        if made >= limit:
            break
        if needed[item.id] <= done:
            made += 1
            _make_edit(session, run, burst, item)
            if item.status is ItemStatus.COMPLETED:
                done.add(item.id)
    burst.close()
    return made


def _make_edit(session: Session, run: Run, burst: EditBurst, item: PlanItem) -> None:
    _begin(item)
    try:
        edit = _parse_edit(session, item)
    except (InvalidInput, NotFound) as error:
        fail_item(item, error)
        return
    request = EditRequest(edit, item_key(run.id, item.id), Actor.PLAN, run.id, item.id, attempt=item.attempts)
    outcome = burst.make(request)
    if outcome.status is EventStatus.REFUSED and outcome.error is not None:
        fail_item(item, outcome.error)
    else:
        _complete(item)


def _ready(items: Sequence[PlanItem], needed: dict[PlanItemId, set[PlanItemId]]) -> list[PlanItem]:
    done = {i.id for i in items if i.status is ItemStatus.COMPLETED}
    return [i for i in items if i.status in (*_WAITING, ItemStatus.RUNNING) and needed[i.id] <= done]


def _skip_hopeless(items: Sequence[PlanItem], needed: dict[PlanItemId, set[PlanItemId]]) -> None:
    """What depends on an item that will not complete is skipped, and so on along the chain."""
    hopeless = {i.id for i in items if i.status in _OVER and i.status is not ItemStatus.COMPLETED}
    for item in items:
        if item.status in _WAITING and needed[item.id] & hopeless:
            item.move(ItemStatus.SKIPPED)
            hopeless.add(item.id)


def _is_edit(item: PlanItem) -> bool:
    return item.tool in EDITS_BY_NAME


def _begin(item: PlanItem) -> None:
    if item.status is ItemStatus.APPROVED:
        item.move(ItemStatus.QUEUED)
    item.move(ItemStatus.RUNNING)
    item.attempts += 1
    item.started_at = clock.now()


def _complete(item: PlanItem) -> None:
    item.claim = None
    item.progress = 1.0
    item.completed_at = clock.now()
    item.error_category = item.error_code = item.error_message = None
    item.move(ItemStatus.COMPLETED)


def _parse_edit(session: Session, item: PlanItem) -> Edit:
    call = parse_call(_resolved(session, item))
    if not isinstance(call, Edit):
        raise InvalidInput(f"{item.tool} is not an edit.")
    return call


def _parse_making(session: Session, item: PlanItem) -> MakingTool:
    call = parse_call(_resolved(session, item))
    if not isinstance(call, MakingTool):
        raise InvalidInput(f"{item.tool} makes nothing.")
    return call


def _resolved(session: Session, item: PlanItem) -> dict[str, Any]:
    """The item's call with each `from_item` replaced by what that item made."""

    def made_by(position: int) -> dict[str, Any]:
        artifact = session.scalar(
            sa.select(Artifact)
            .join(PlanItem, PlanItem.id == Artifact.source_item_id)
            .where(
                PlanItem.plan_id == item.plan_id,
                PlanItem.position == position,
                Artifact.status.in_(("stored", "verified")),
            )
            .order_by(Artifact.created_at.desc(), Artifact.id)
            .limit(1)
        )
        if artifact is None:
            raise NotFound(f"Item {position}, which this one needs, has made nothing.")
        return media_ref(artifact).model_dump(mode="json")

    return resolve_references(item.call, made_by)


def _files_wanted(tool: MakingTool, timeline: Timeline) -> list[str]:
    wanted = list(tool.artifact_ids())
    if tool.needs_timeline:
        sources = (e.source for t in timeline.tracks for e in t.elements)
        wanted += [s.artifact_id for s in sources if isinstance(s, (MediaSource, StillSource))]
    return list(dict.fromkeys(wanted))


def _require_claim(session: Session, item_id: PlanItemId, claim: str) -> PlanItem:
    item = session.scalars(sa.select(PlanItem).where(PlanItem.id == item_id).with_for_update()).one()
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


def _add_follow_ups(session: Session, item: PlanItem, follow_ups: Sequence[FollowUp]) -> None:
    """What a tool asks to have done next joins the plan at its end, approved with the item that asked."""
    if not follow_ups:
        return
    if len(follow_ups) > MAX_FOLLOW_UPS:
        raise MediaFailed(
            f"{item.tool} asked for {len(follow_ups)} further steps; {MAX_FOLLOW_UPS} are allowed."
        )
    last = session.scalars(
        sa.select(sa.func.max(PlanItem.position)).where(PlanItem.plan_id == item.plan_id)
    ).one()
    plan = session.get_one(Plan, item.plan_id)
    for number, follow_up in enumerate(follow_ups, start=(last or 0) + 1):
        call = parse_call(follow_up.call)
        new = PlanItem(
            plan_id=item.plan_id,
            run_id=item.run_id,
            project_id=item.project_id,
            user_id=item.user_id,
            position=number,
            tool=call.tool,
            call=call.model_dump(mode="json"),
            title=follow_up.title,
            reason=f"Asked for by item {item.position}",
            validation={"valid": True, "error": None},
            status=ItemStatus.PROPOSED,
        )
        new.move(ItemStatus.VALIDATED)
        new.move(ItemStatus.APPROVED)
        session.add(new)
        session.flush()
        session.add(PlanItemDependency(item_id=new.id, depends_on_id=item.id))
    calls = session.execute(
        sa.select(PlanItem.position, PlanItem.call)
        .where(PlanItem.plan_id == plan.id)
        .order_by(PlanItem.position)
    )
    plan.digest = hash_json([[position, call] for position, call in calls])


def _visibility(file: MadeFile) -> Visibility:
    hidden = (ArtifactType.ANALYSIS, ArtifactType.VERIFICATION_REPORT)
    return Visibility.RUN if ArtifactType(file.artifact_type) in hidden else Visibility.LIBRARY


def _failure_of_item(item: PlanItem) -> CuttingroomError:
    error = InvalidInput(
        item.error_message or "The item failed.",
        advice="`cuttingroom run retry` tries it again.",
        tool=item.tool,
        item_id=item.id,
    )
    return error
