"""Carrying out a plan, one transaction at a time: which items may go now, making edits, ending the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core.errors import CuttingroomError, InternalError, InvalidInput, NotFound
from cuttingroom.core.ids import PlanItemId, RunId, ToolEventId
from cuttingroom.core.status import ErrorCategory, EventStatus, ItemStatus, RunStatus
from cuttingroom.storage.tables import (
    Actor,
    Artifact,
    ArtifactType,
    Plan,
    PlanItem,
    Project,
    Run,
    Verification,
)
from cuttingroom.studio.access import get_project
from cuttingroom.studio.attempts import EditRequest
from cuttingroom.studio.items import (
    begin_item,
    complete_item,
    fail_item,
    failure_of_item,
    item_key,
    resolved_call,
)
from cuttingroom.studio.ledger import EventDraft, failure_of
from cuttingroom.studio.runs import (
    category_of,
    fail_run,
    finish_cancel,
    get_plan,
    list_dependencies,
    lock_run,
    move_run,
)
from cuttingroom.studio.timelines import EditBurst
from cuttingroom.timeline.edits.catalog import is_edit, parse_edit
from cuttingroom.timeline.edits.take_back import TakeBack
from cuttingroom.tools.verify import Verify

EDITS_PER_TRANSACTION = 64

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
    outline = _outline(session, plan)
    project = get_project(session, run.project_id, run.user_id, lock=True)
    edited = _make_edits(session, run, project, outline, limit)
    _skip_hopeless(session, outline)
    if edited >= limit:
        return Round(edited, ())
    ready = outline.list_ready()
    for item in _get_items(session, [i for i in ready if outline.statuses[i] is ItemStatus.APPROVED]):
        item.move(ItemStatus.QUEUED)
    session.flush()
    return Round(edited, tuple(ready))


def renders_to_verify(session: Session, run_id: RunId | str) -> list[Artifact]:
    """The videos that this run rendered and nobody has checked yet: all parts, of the newest attempt only."""
    made = session.scalars(
        sa.select(Artifact)
        .where(
            Artifact.source_run_id == run_id,
            Artifact.artifact_type.in_((ArtifactType.RENDER, ArtifactType.PREVIEW)),
            Artifact.status == "stored",
            ~sa.exists().where(Verification.artifact_id == Artifact.id),
        )
        .order_by(Artifact.created_at)
    ).all()
    newest = {a.source_item_id: a.source_event_id for a in made}
    return [a for a in made if a.source_event_id == newest[a.source_item_id]]


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
    Partially completed: something was, and something was not; the cause is kept, with the phase it arose in.
    """
    run = lock_run(session, run_id)
    if run.status is not RunStatus.VERIFYING:
        return
    if run.cancel_requested_at is not None:
        finish_cancel(session, run)
        return
    plan = get_plan(session, run)
    items = _list_in(session, plan, ItemStatus.FAILED, *_WAITING)
    failed = next((i for i in items if i.status is ItemStatus.FAILED), None)
    error = failure_of_item(failed) if failed is not None else verification_error or _end_unbegun(items)
    if error is None:
        move_run(session, run, RunStatus.COMPLETED)
        return
    anything = _list_in(session, plan, ItemStatus.COMPLETED)
    fail_run(session, run, error, status=RunStatus.PARTIALLY_COMPLETED if anything else RunStatus.FAILED)
    if verification_error is error:
        run.error_category = ErrorCategory.VERIFICATION
        return
    run.phase = RunStatus.EXECUTING
    if failed is not None:
        run.error_category = failed.error_category or run.error_category


def _list_in(session: Session, plan: Plan, *statuses: ItemStatus) -> Sequence[PlanItem]:
    """The items of a plan that are in one of these, in its order."""
    statement = sa.select(PlanItem).where(PlanItem.plan_id == plan.id, PlanItem.status.in_(statuses))
    return session.scalars(statement.order_by(PlanItem.position)).all()


def _end_unbegun(items: Sequence[PlanItem]) -> CuttingroomError | None:
    """Skip what was never begun though nothing else is left to do; the error that says so."""
    unbegun = [i for i in items if i.status in _WAITING]
    for item in unbegun:
        item.move(ItemStatus.SKIPPED)
    if not unbegun:
        return None
    return InternalError(f"Item {unbegun[0].position} waited for something that never came.")


@dataclass
class _Outline:
    """Where the items of a plan stand that are not completed yet, in its order: a plan may have thousands.

    What they need is told without what was completed earlier.
    """

    statuses: dict[PlanItemId, ItemStatus]
    edits: set[PlanItemId]
    needed: Mapping[PlanItemId, set[PlanItemId]]

    def list_in(self, *statuses: ItemStatus) -> list[PlanItemId]:
        return [i for i, status in self.statuses.items() if status in statuses]

    def list_due_edits(self, limit: int) -> list[PlanItemId]:
        """The edits whose turn has come, or comes when those before them in this list succeed."""
        done, due = set(self.list_in(ItemStatus.COMPLETED)), list[PlanItemId]()
        for item_id in self.list_in(*_WAITING):
            if len(due) < limit and item_id in self.edits and self.needed[item_id] <= done:
                due.append(item_id)
                done.add(item_id)
        return due

    def list_ready(self) -> list[PlanItemId]:
        """The making items that may be worked on now."""
        done = set(self.list_in(ItemStatus.COMPLETED))
        waiting = self.list_in(*_WAITING, ItemStatus.RUNNING)
        return [i for i in waiting if i not in self.edits and self.needed[i] <= done]


def _outline(session: Session, plan: Plan) -> _Outline:
    rows = session.execute(
        sa.select(PlanItem.id, PlanItem.status, PlanItem.tool)
        .where(PlanItem.plan_id == plan.id, PlanItem.status != ItemStatus.COMPLETED)
        .order_by(PlanItem.position)
    ).all()
    edits = {item_id for item_id, _, tool in rows if is_edit(tool)}
    statuses = {item_id: status for item_id, status, _ in rows}
    return _Outline(statuses, edits, list_dependencies(session, plan.id, unmet=True))


def _get_items(session: Session, item_ids: Sequence[PlanItemId]) -> Sequence[PlanItem]:
    """These items, in the order of the plan."""
    if not item_ids:
        return ()
    statement = sa.select(PlanItem).where(PlanItem.id.in_(item_ids)).order_by(PlanItem.position)
    return session.scalars(statement).all()


def _make_edits(session: Session, run: Run, project: Project, outline: _Outline, limit: int) -> int:
    """Edits go in the order of the plan, in one burst; an item waits only for items before it."""
    due = outline.list_due_edits(limit)
    if not due:
        return 0
    burst = EditBurst(session, project, [item_key(run.id, i) for i in due])
    done, made = set(outline.list_in(ItemStatus.COMPLETED)), 0
    for item in _get_items(session, due):
        if outline.needed[item.id] <= done:
            made += 1
            _make_edit(session, run, burst, item)
            outline.statuses[item.id] = item.status
            if item.status is ItemStatus.COMPLETED:
                done.add(item.id)
    burst.close()
    return made


def _make_edit(session: Session, run: Run, burst: EditBurst, item: PlanItem) -> None:
    begin_item(item)
    try:
        edit = parse_edit(resolved_call(session, item))
    except (InvalidInput, NotFound) as error:
        burst.refuse(_refusal(run, item, error))
        fail_item(item, error)
        return
    request = EditRequest(
        edit,
        item_key(run.id, item.id),
        Actor.PLAN,
        run.id,
        item.id,
        attempt=item.attempts,
        reverts_event_id=ToolEventId(edit.event_id) if isinstance(edit, TakeBack) else None,
    )
    outcome = burst.make(request)
    if outcome.status is EventStatus.REFUSED and outcome.error is not None:
        fail_item(item, outcome.error)
    else:
        complete_item(item)


def _refusal(run: Run, item: PlanItem, error: CuttingroomError) -> EventDraft:
    return EventDraft(
        tool=item.tool,
        status=EventStatus.REFUSED,
        key=item_key(run.id, item.id),
        input=item.call,
        actor=Actor.PLAN,
        run_id=run.id,
        plan_item_id=item.id,
        attempt=item.attempts,
        **failure_of(error, category_of(error)),
    )


def _skip_hopeless(session: Session, outline: _Outline) -> None:
    """What depends on an item that will not complete is skipped, and so on along the chain."""
    hopeless = set(outline.list_in(*_OVER)) - set(outline.list_in(ItemStatus.COMPLETED))
    skipped: list[PlanItemId] = []
    for item_id in outline.list_in(*_WAITING):
        if outline.needed[item_id] & hopeless:
            hopeless.add(item_id)
            skipped.append(item_id)
    for item in _get_items(session, skipped):
        item.move(ItemStatus.SKIPPED)
        outline.statuses[item.id] = item.status
