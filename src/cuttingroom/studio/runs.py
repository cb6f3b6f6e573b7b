"""Runs: started once per key, moved phase by phase, ended with a cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.errors import (
    Conflict,
    CuttingroomError,
    InvalidInput,
    KeyReused,
    NotFound,
    QuestionsOpen,
    StalePlan,
)
from cuttingroom.core.ids import PlanId, PlanItemId, RunId, UserId
from cuttingroom.core.status import (
    RUN_MOVES,
    ErrorCategory,
    EventStatus,
    ItemStatus,
    PlanStatus,
    RunKind,
    RunStatus,
    is_final,
)
from cuttingroom.core.text import CONTROL, clean_text
from cuttingroom.storage.database import for_update
from cuttingroom.storage.tables import (
    Actor,
    MessageRole,
    Plan,
    PlanItem,
    PlanItemDependency,
    Project,
    Run,
    RunPhase,
    ToolEvent,
)
from cuttingroom.studio import ledger
from cuttingroom.studio.access import get_owned, get_project
from cuttingroom.studio.conversations import open_conversation, say
from cuttingroom.tools.catalog import MAKING_BY_NAME

MAX_REQUEST = 10_000
MAX_KEY = 255

_CATEGORIES = {
    "provider_busy": ErrorCategory.PROVIDER,
    "provider_refused": ErrorCategory.PROVIDER,
    "provider_broken": ErrorCategory.PROVIDER,
    "provider_missing": ErrorCategory.PROVIDER,
    "provider_error": ErrorCategory.PROVIDER,
    "cost_cap_reached": ErrorCategory.COST_CAP,
    "media_refused": ErrorCategory.MEDIA,
    "media_failed": ErrorCategory.MEDIA,
    "storage_failed": ErrorCategory.STORAGE,
    "stale_plan": ErrorCategory.CONFLICT,
    "conflict": ErrorCategory.CONFLICT,
    "key_reused": ErrorCategory.CONFLICT,
    "edit_refused": ErrorCategory.TOOL,
    "timeline_invalid": ErrorCategory.TOOL,
    "invalid_input": ErrorCategory.INVALID_REQUEST,
    "not_found": ErrorCategory.INVALID_REQUEST,
}


def category_of(error: CuttingroomError) -> ErrorCategory:
    return _CATEGORIES.get(error.code, ErrorCategory.INTERNAL)


def check_request(request: str) -> str:
    """The request without surrounding space. Raises InvalidInput when it is empty, endless or no text."""
    request = request.strip()
    if not request or len(request) > MAX_REQUEST:
        raise InvalidInput(
            f"A request has 1 to {MAX_REQUEST} characters of text.",
            advice="Say what should change in the video.",
        )
    if CONTROL.search(request):
        raise InvalidInput(
            "The request holds characters that are not text.", advice="Type it again in plain words."
        )
    return request


def check_key(key: str) -> str:
    """An idempotency key of 1 to 255 characters of text; InvalidInput otherwise."""
    if not 1 <= len(key) <= MAX_KEY or CONTROL.search(key):
        raise InvalidInput(f"A key has 1 to {MAX_KEY} characters of text.", field="key")
    return key


def start_run(
    session: Session,
    user_id: UserId,
    project_id: str,
    request: str,
    *,
    key: str,
    planner: str,
    kind: RunKind = RunKind.EDIT,
    options: dict[str, Any] | None = None,
) -> tuple[Run, bool]:
    """A new run for a request, or the run that this key started before; the flag says which is new.

    The arrival of a duplicate is recorded in the ledger. Raises InvalidInput for an empty or endless request,
    KeyReused when the key belongs to another request.
    """
    request, key = check_request(request), check_key(key)
    project = get_project(session, project_id, user_id, lock=True)
    earlier = session.scalar(sa.select(Run).where(Run.user_id == user_id, Run.idempotency_key == key))
    if earlier is not None:
        same = (project.id, request, kind, planner, options or {})
        if (earlier.project_id, earlier.request, earlier.kind, earlier.planner, earlier.options) != same:
            raise KeyReused(f"The key {key} was used for another request.", run_id=earlier.id)
        _record_duplicate(session, project, earlier, "start_run", f"start:{earlier.id}")
        return earlier, False
    conversation = open_conversation(session, project)
    message = say(session, conversation, MessageRole.USER, request)
    run = Run(
        kind=kind,
        project_id=project.id,
        user_id=user_id,
        conversation_id=conversation.id,
        message_id=message.id,
        request=request,
        options=options or {},
        idempotency_key=key,
        planner=planner,
        base_version=project.version,
        status=RunStatus.QUEUED,
        phase=RunStatus.QUEUED,
        attempt=1,
    )
    session.add(run)
    session.flush()
    session.add(RunPhase(run_id=run.id, phase=RunStatus.QUEUED, attempt=1))
    session.flush()
    return run, True


def get_run(session: Session, run_id: str, user_id: UserId, *, lock: bool = False) -> Run:
    return get_owned(session, Run, run_id, user_id, lock=lock)


def find_run_by_key(session: Session, user_id: UserId, key: str) -> Run | None:
    """The run that this idempotency key started."""
    return session.scalar(sa.select(Run).where(Run.user_id == user_id, Run.idempotency_key == key))


def lock_run(session: Session, run_id: RunId | str) -> Run:
    """The run, for the worker that carries it out; other transactions wait."""
    return session.scalars(for_update(sa.select(Run).where(Run.id == run_id))).one()


def get_run_named(session: Session, user_id: UserId, reference: str) -> Run:
    """The run that a person means by an id, the start or end of one, or `last`."""
    runs = list_runs(session, user_id, limit=1 if reference == "last" else 10_000)
    short = reference.lower().replace("-", "")
    found = (
        list(runs[:1])
        if reference == "last"
        else [
            r
            for r in runs
            if r.id == reference
            or (
                len(short) >= 4
                and (r.id.replace("-", "").startswith(short) or r.id.replace("-", "").endswith(short))
            )
        ]
    )
    if not found:
        raise NotFound(f"There is no run {reference}.", advice="`cuttingroom runs` lists them.")
    if len(found) > 1:
        raise Conflict(f"{len(found)} runs begin or end with {reference}.", advice="Give more of the id.")
    return found[0]


def list_runs(
    session: Session,
    user_id: UserId,
    *,
    project_id: str | None = None,
    status: RunStatus | None = None,
    error_category: ErrorCategory | None = None,
    limit: int = 20,
) -> Sequence[Run]:
    """The user's runs, newest first."""
    statement = sa.select(Run).where(Run.user_id == user_id)
    if project_id is not None:
        statement = statement.where(Run.project_id == project_id)
    if status is not None:
        statement = statement.where(Run.status == status)
    if error_category is not None:
        statement = statement.where(Run.error_category == error_category)
    return session.scalars(statement.order_by(Run.created_at.desc(), Run.id.desc()).limit(limit)).all()


def move_run(session: Session, run: Run, to: RunStatus) -> None:
    """Change a run's status and close and open its phases. MoveRefused when that may not be."""
    run.move(to)
    now = clock.now()
    session.execute(
        sa.update(RunPhase)
        .where(RunPhase.run_id == run.id, RunPhase.finished_at.is_(None))
        .values(finished_at=now)
    )
    if to in (RunStatus.COMPLETED, RunStatus.PARTIALLY_COMPLETED, RunStatus.FAILED, RunStatus.CANCELED):
        run.completed_at = now
        run.result_version = session.scalar(sa.select(Project.version).where(Project.id == run.project_id))
    else:
        run.phase, run.completed_at = to, None
        session.add(RunPhase(run_id=run.id, phase=to, attempt=run.attempt, started_at=now))
    if run.started_at is None and to is not RunStatus.CANCELED:
        run.started_at = now
    session.flush()


def fail_run(
    session: Session, run: Run, error: CuttingroomError, *, status: RunStatus = RunStatus.FAILED
) -> None:
    """End a run with its cause: the phase stays, category, code, message and advice are kept."""
    run.error_category = category_of(error)
    run.error_code = error.code
    run.error_message = error.message
    run.error_advice = error.advice
    run.error_provider = error.detail.get("provider")
    run.error_tool = error.detail.get("tool")
    run.error_item_id = error.detail.get("item_id")
    move_run(session, run, status)


def leave_ended(run: Run, why: CuttingroomError) -> None:
    """A run that failed cannot be taken up again: its cause says why, behind what first stopped it."""
    run.error_category, run.error_code = category_of(why), why.code
    run.error_message = f"{run.error_message} It cannot go on: {why.message}"
    run.error_advice = why.advice


def current_plan(session: Session, run_id: RunId) -> Plan | None:
    """The newest revision of the run's plan."""
    return session.scalar(
        sa.select(Plan).where(Plan.run_id == run_id).order_by(Plan.revision.desc()).limit(1)
    )


def get_plan(session: Session, run: Run) -> Plan:
    plan = current_plan(session, run.id)
    if plan is None:
        raise Conflict(f"Run {run.id} has no plan yet; it is {run.status}.")
    return plan


def list_items(session: Session, plan_id: str) -> Sequence[PlanItem]:
    return session.scalars(
        sa.select(PlanItem).where(PlanItem.plan_id == plan_id).order_by(PlanItem.position)
    ).all()


def dependencies_of(session: Session, items: Sequence[PlanItem]) -> dict[PlanItemId, set[PlanItemId]]:
    """What each item waits for."""
    needed = list_dependencies(session, items[0].plan_id) if items else {}
    return {item.id: needed[item.id] for item in items}


def list_dependencies(
    session: Session, plan_id: PlanId, *, unmet: bool = False
) -> defaultdict[PlanItemId, set[PlanItemId]]:
    """What each item of a plan waits for; nothing for those that are not named.

    With `unmet` only what is not completed yet.
    """
    statement = (
        sa.select(PlanItemDependency.item_id, PlanItemDependency.depends_on_id)
        .join(PlanItem, PlanItem.id == PlanItemDependency.depends_on_id)
        .where(PlanItem.plan_id == plan_id)
    )
    if unmet:
        statement = statement.where(PlanItem.status != ItemStatus.COMPLETED)
    needed: defaultdict[PlanItemId, set[PlanItemId]] = defaultdict(set)
    for item_id, depends_on_id in session.execute(statement):
        needed[item_id].add(depends_on_id)
    return needed


def approve_run(
    session: Session,
    user_id: UserId,
    run_id: str,
    *,
    positions: Sequence[int] | None = None,
    digest: str | None = None,
    via: str = "terminal",
) -> tuple[Run, bool]:
    """Let a proposed plan run: all of it, or some items with what they depend on; the rest is skipped.

    What is chosen is rendered too: a render shows whatever edits were made.

    A second approval of the same plan is recorded as a duplicate and changes nothing; the flag says which
    approval was the first.
    Raises StalePlan when the timeline has moved on since the plan was made or when `digest` names another
    plan than the one that stands, QuestionsOpen while it has questions, Conflict when the run does not wait.
    """
    run = get_run(session, run_id, user_id, lock=True)
    plan = get_plan(session, run)
    if plan.status is PlanStatus.ACCEPTED and digest in (None, plan.digest):
        _require_same_choice(session, list_items(session, plan.id), positions)
        project = get_project(session, run.project_id, user_id, lock=True)
        _record_duplicate(session, project, run, "approve_run", f"approve:{plan.id}")
        return run, False
    if run.status is not RunStatus.AWAITING_CONFIRMATION:
        raise Conflict(f"Run {run.id} does not wait for approval; it is {run.status}.")
    if plan.questions:
        raise QuestionsOpen("The plan has open questions.", questions=plan.questions)
    project = get_project(session, run.project_id, user_id, lock=True)
    if project.version != plan.context_version or (digest is not None and digest != plan.digest):
        raise StalePlan(
            f"The plan is for version {plan.context_version}; the timeline is at version {project.version}."
            if project.version != plan.context_version
            else "The plan is not the one that was shown."
        )
    items = list_items(session, plan.id)
    wanted = _with_dependencies(session, items, positions)
    for item in items:
        item.move(ItemStatus.APPROVED if item.id in wanted else ItemStatus.SKIPPED)
    session.flush()
    _forget_skipped(session, items)
    plan.move(PlanStatus.ACCEPTED)
    plan.approved_via, plan.approved_by, plan.approved_at = via, user_id, clock.now()
    move_run(session, run, RunStatus.EXECUTING)
    return run, True


def request_cancel(session: Session, user_id: UserId, run_id: str, *, reason: str = "") -> Run:
    """Ask a run to stop. One that waits or has not begun is canceled at once; a working one stops soon.

    Raises Conflict when it has ended already.
    """
    run = get_run(session, run_id, user_id, lock=True)
    if is_final(RUN_MOVES, run.status) or run.status in (RunStatus.FAILED, RunStatus.PARTIALLY_COMPLETED):
        raise Conflict(f"Run {run.id} has ended already: it is {run.status}.")
    if run.cancel_requested_at is None:
        run.cancel_requested_at = clock.now()
        run.cancel_requested_by = user_id
        run.cancel_reason = clean_text(reason) or None
    if run.status in (RunStatus.QUEUED, RunStatus.AWAITING_CONFIRMATION):
        finish_cancel(session, run)
    return run


def finish_cancel(session: Session, run: Run) -> None:
    """End a run as canceled, with all of its items that have not ended."""
    plan = current_plan(session, run.id)
    open_statuses = (
        ItemStatus.PROPOSED,
        ItemStatus.VALIDATED,
        ItemStatus.APPROVED,
        ItemStatus.QUEUED,
        ItemStatus.RUNNING,
    )
    for item in list_items(session, plan.id) if plan else ():
        if item.status in open_statuses:
            item.move(ItemStatus.CANCELED)
            item.claim = None
    if plan is not None and plan.status is PlanStatus.PROPOSED:
        plan.move(PlanStatus.REJECTED)
    move_run(session, run, RunStatus.CANCELED)


def retry_run(session: Session, user_id: UserId, run_id: str) -> Run:
    """Take up a run that failed where it failed: planning again, or the failed items and what waits on them.

    Raises Conflict unless it has failed or completed in part, StalePlan when somebody else has changed the
    timeline in between.
    """
    run = get_run(session, run_id, user_id, lock=True)
    if run.status not in (RunStatus.FAILED, RunStatus.PARTIALLY_COMPLETED):
        raise Conflict(f"Only a run that failed can be retried; run {run.id} is {run.status}.")
    plan = current_plan(session, run.id)
    if plan is None or plan.status is not PlanStatus.ACCEPTED:
        run.base_version = get_project(session, run.project_id, user_id).version
        _begin_again(session, run, RunStatus.QUEUED)
        return run
    _require_only_own_changes(session, run, plan)
    items = list_items(session, plan.id)
    revived = {i.id for i in items if i.status is ItemStatus.FAILED}
    needed = dependencies_of(session, items)
    for item in items:
        if item.status is ItemStatus.FAILED:
            item.move(ItemStatus.QUEUED)
        elif item.status is ItemStatus.SKIPPED and needed[item.id] & revived:
            item.move(ItemStatus.APPROVED)
            revived.add(item.id)
    _begin_again(session, run, RunStatus.EXECUTING)
    return run


def _begin_again(session: Session, run: Run, status: RunStatus) -> None:
    run.attempt += 1
    for field in ("category", "code", "message", "advice", "tool", "item_id", "provider"):
        setattr(run, f"error_{field}", None)
    run.cancel_requested_at = run.cancel_requested_by = run.cancel_reason = None
    move_run(session, run, status)


def is_cancel_requested(session: Session, run_id: RunId | str) -> bool:
    return session.scalar(sa.select(Run.cancel_requested_at).where(Run.id == run_id)) is not None


def _require_same_choice(
    session: Session, items: Sequence[PlanItem], positions: Sequence[int] | None
) -> None:
    """Raise Conflict when a second approval asks for items that the first left out."""
    skipped = {i.id for i in items if i.status is ItemStatus.SKIPPED}
    left_out = [i.position for i in items if i.id in skipped & _with_dependencies(session, items, positions)]
    if left_out and positions is not None:
        raise Conflict(
            f"The plan was approved already, without item {left_out[0]}.",
            advice="Ask for it again in a new request.",
            positions=left_out,
        )


def _with_dependencies(
    session: Session, items: Sequence[PlanItem], positions: Sequence[int] | None
) -> set[PlanItemId]:
    if positions is None:
        return {i.id for i in items}
    unknown = set(positions) - {i.position for i in items}
    if unknown:
        raise InvalidInput(f"The plan has no item {min(unknown)}; it has items 1 to {len(items)}.")
    needed = dependencies_of(session, items)
    renders = {i.id for i in items if _shows_result(i)}
    wanted: set[PlanItemId] = set()
    waiting = [i.id for i in items if i.position in set(positions)]
    while waiting:
        item_id = waiting.pop()
        if item_id not in wanted:
            wanted.add(item_id)
            waiting.extend(needed[item_id] if item_id not in renders else ())
    return wanted | renders if wanted else wanted


def _shows_result(item: PlanItem) -> bool:
    """Whether an item makes a file of the timeline as it then is, whichever edits led there."""
    tool = MAKING_BY_NAME.get(item.tool)
    return tool is not None and tool.needs_timeline


def _forget_skipped(session: Session, items: Sequence[PlanItem]) -> None:
    """A render waits for the edits that are made, and no longer for those that are skipped."""
    skipped = [i.id for i in items if i.status is ItemStatus.SKIPPED]
    renders = [i.id for i in items if i.status is ItemStatus.APPROVED and _shows_result(i)]
    session.execute(
        sa.delete(PlanItemDependency).where(
            PlanItemDependency.item_id.in_(renders), PlanItemDependency.depends_on_id.in_(skipped)
        )
    )


def _require_only_own_changes(session: Session, run: Run, plan: Plan) -> None:
    stranger = session.scalar(
        sa.select(ToolEvent)
        .where(
            ToolEvent.project_id == run.project_id,
            ToolEvent.version_after > plan.context_version,
            sa.or_(ToolEvent.run_id.is_(None), ToolEvent.run_id != run.id),
        )
        .order_by(ToolEvent.sequence)
        .limit(1)
    )
    if stranger is not None:
        raise StalePlan(
            f"Event {stranger.sequence} ({stranger.tool}) changed the timeline after the plan was made."
        )


def _record_duplicate(session: Session, project: Project, run: Run, what: str, key: str) -> None:
    """Somebody asked for the same thing twice: the ledger says so, and nothing else happens."""
    draft = ledger.EventDraft(
        tool=what,
        status=EventStatus.DUPLICATE,
        key=key,
        input={"request": run.request},
        actor=Actor.PERSON,
        run_id=run.id,
    )
    ledger.append(session, project, draft)
