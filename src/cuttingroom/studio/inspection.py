"""What people look at: the whole story of a run, its state at a glance, and the ledger of a project."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core.errors import Conflict, NotFound
from cuttingroom.core.ids import ProjectId, RunId, UserId
from cuttingroom.storage.tables import (
    AiCall,
    Artifact,
    Plan,
    PlanItem,
    Run,
    RunPhase,
    ToolEvent,
    Verification,
)
from cuttingroom.studio.access import get_project
from cuttingroom.studio.artifacts import list_artifacts, list_verifications
from cuttingroom.studio.calls import list_calls
from cuttingroom.studio.reports import (
    ArtifactReport,
    CallReport,
    CheckedFile,
    EventReport,
    FailureReport,
    ItemGlance,
    ItemReport,
    PhaseReport,
    PlanReport,
    RenderReport,
    RunGlance,
    RunReport,
)
from cuttingroom.studio.runs import current_plan, dependencies_of, get_run, list_items

_NOTED = ("render", "thumbnail", "transcript")
"""The facts of artifacts that hold notes for people."""


def glance_at_run(session: Session, user_id: UserId, run_id: str) -> RunGlance:
    """A run's state and the progress of its items. NotFound for strangers."""
    run = get_run(session, run_id, user_id)
    plan = current_plan(session, run.id)
    items = list_items(session, plan.id) if plan else ()
    return RunGlance(
        run_id=run.id,
        status=run.status,
        phase=run.phase,
        attempt=run.attempt,
        has_plan=plan is not None,
        has_questions=bool(plan and plan.questions),
        items=tuple(
            ItemGlance(i.position, i.tool, i.title, i.status, i.progress, i.progress_note) for i in items
        ),
    )


def inspect_run(session: Session, user_id: UserId, run_id: str) -> RunReport:
    """The whole story of a run, read in one transaction. NotFound for strangers."""
    run = get_run(session, run_id, user_id)
    project = get_project(session, run.project_id, user_id)
    plan = current_plan(session, run.id)
    items = list_items(session, plan.id) if plan else ()
    positions: dict[str, int] = {i.id: i.position for i in items}
    calls = list_calls(session, run.id)
    artifacts = list_artifacts(session, user_id, run_id=run.id)
    return RunReport(
        id=run.id,
        kind=run.kind,
        project_id=project.id,
        project_name=project.name,
        project_version=project.version,
        request=run.request,
        status=run.status,
        phase=run.phase,
        attempt=run.attempt,
        planner=run.planner,
        provider=run.provider,
        model=run.model,
        base_version=run.base_version,
        result_version=run.result_version,
        idempotency_key=run.idempotency_key,
        failure=_failure(run),
        cancel_requested_at=run.cancel_requested_at,
        cancel_reason=run.cancel_reason,
        created_at=run.created_at,
        started_at=run.started_at,
        completed_at=run.completed_at,
        plan=_plan(plan) if plan else None,
        items=_items(session, items),
        events=_list_events_of_run(session, run, positions),
        artifacts=tuple(_artifact(a, positions) for a in artifacts),
        verifications=tuple(_checked(v) for v in list_verifications(session, [a.id for a in artifacts])),
        calls=tuple(_call(c, positions) for c in calls),
        spent_microusd=sum(c.cost_microusd for c in calls),
        phases=_phases(session, run.id),
    )


def list_events(
    session: Session,
    user_id: UserId,
    project_id: str,
    *,
    after_sequence: int = 0,
    limit: int = 200,
    newest: bool = False,
) -> tuple[EventReport, ...]:
    """Lines of a project's ledger in order: the first `limit` after a sequence number, or the newest ones."""
    project = get_project(session, project_id, user_id)
    statement = sa.select(ToolEvent).where(
        ToolEvent.project_id == project.id, ToolEvent.sequence > after_sequence
    )
    order = ToolEvent.sequence.desc() if newest else ToolEvent.sequence
    rows = sorted(session.scalars(statement.order_by(order).limit(limit)), key=lambda e: e.sequence)
    return _events(session, project.id, rows, _positions_of(session, rows))


def get_event_named(
    session: Session, user_id: UserId, reference: str, project_id: ProjectId | None = None
) -> ToolEvent:
    """The event that a person means by its number in a project's ledger, by an id, or by the end of one.

    Raises NotFound, or Conflict when several fit.
    """
    short = reference.lower().replace("-", "").removeprefix("#")
    statement = sa.select(ToolEvent.id, ToolEvent.sequence).where(ToolEvent.user_id == user_id)
    if project_id is not None:
        statement = statement.where(ToolEvent.project_id == project_id)
    rows = session.execute(statement).all()
    found = [r.id for r in rows if project_id is not None and short.isdigit() and r.sequence == int(short)]
    if not found and len(short) >= 4:
        found = [r.id for r in rows if _fits(r.id, short)]
    if not found:
        raise NotFound(f"There is no event {reference}.", advice="`cuttingroom ledger show` lists them.")
    if len(found) > 1:
        raise Conflict(f"{len(found)} events begin or end with {reference}.", advice="Give more of the id.")
    return session.get_one(ToolEvent, found[0])


def _fits(event_id: str, short: str) -> bool:
    digits = event_id.replace("-", "")
    return digits.startswith(short) or digits.endswith(short)


def _failure(run: Run) -> FailureReport | None:
    if run.error_category is None or run.error_message is None:
        return None
    return FailureReport(
        run.error_category,
        run.error_code,
        run.error_message,
        run.error_advice,
        run.error_tool,
        run.error_item_id,
        run.error_provider,
    )


def _plan(plan: Plan) -> PlanReport:
    return PlanReport(
        id=plan.id,
        revision=plan.revision,
        status=plan.status,
        summary=plan.summary,
        assumptions=tuple(plan.assumptions),
        questions=tuple(plan.questions),
        cited_inputs=tuple(plan.cited_inputs),
        scores=plan.scores,
        planner=plan.planner,
        provider=plan.provider,
        model=plan.model,
        context_version=plan.context_version,
        before_ticks=plan.before_ticks,
        after_ticks=plan.after_ticks,
        digest=plan.digest,
        approved_via=plan.approved_via,
        approved_at=plan.approved_at,
    )


def _items(session: Session, items: Sequence[PlanItem]) -> tuple[ItemReport, ...]:
    needed = dependencies_of(session, items)
    positions = {i.id: i.position for i in items}
    return tuple(
        ItemReport(
            id=i.id,
            position=i.position,
            tool=i.tool,
            title=i.title,
            reason=i.reason,
            status=i.status,
            call=i.call,
            targets=tuple(i.targets),
            depends_on=tuple(sorted(positions[d] for d in needed[i.id])),
            validation=i.validation,
            before_ticks=i.before_ticks,
            after_ticks=i.after_ticks,
            progress=i.progress,
            attempts=i.attempts,
            error_category=i.error_category,
            error_code=i.error_code,
            error_message=i.error_message,
            started_at=i.started_at,
            completed_at=i.completed_at,
        )
        for i in items
    )


def _list_events_of_run(session: Session, run: Run, positions: dict[str, int]) -> tuple[EventReport, ...]:
    rows = session.scalars(
        sa.select(ToolEvent).where(ToolEvent.run_id == run.id).order_by(ToolEvent.sequence)
    ).all()
    return _events(session, run.project_id, rows, positions)


def _positions_of(session: Session, rows: Sequence[ToolEvent]) -> dict[str, int]:
    ids = {e.plan_item_id for e in rows if e.plan_item_id}
    found = session.execute(sa.select(PlanItem.id, PlanItem.position).where(PlanItem.id.in_(ids)))
    return {row.id: row.position for row in found}


def _events(
    session: Session, project_id: ProjectId, rows: Sequence[ToolEvent], positions: dict[str, int]
) -> tuple[EventReport, ...]:
    named = {e.reverts_event_id for e in rows} | {e.duplicate_of_id for e in rows}
    numbers: dict[str, int] = {
        row.id: row.sequence
        for row in session.execute(
            sa.select(ToolEvent.id, ToolEvent.sequence).where(ToolEvent.id.in_(named - {None}))
        )
    }
    undone = _standing_undos(session, project_id)
    return tuple(_event(e, positions, numbers, undone) for e in rows)


def _standing_undos(session: Session, project_id: ProjectId) -> dict[str | None, int]:
    """For each event taken back, the sequence of the undo that stands. Read newest first, as undo does."""
    rows = session.execute(
        sa.select(ToolEvent.id, ToolEvent.sequence, ToolEvent.reverts_event_id)
        .where(
            ToolEvent.project_id == project_id,
            ToolEvent.reverts_event_id.is_not(None),
            ToolEvent.status == "succeeded",
        )
        .order_by(ToolEvent.sequence.desc())
    )
    undone: dict[str | None, int] = {}
    for event_id, sequence, reverts in rows:
        if event_id not in undone:
            undone[reverts] = sequence
    return undone


def _event(
    event: ToolEvent, positions: dict[str, int], numbers: dict[str, int], undone: dict[str | None, int]
) -> EventReport:
    return EventReport(
        id=event.id,
        sequence=event.sequence,
        tool=event.tool,
        title=event.result.get("title", ""),
        status=event.status,
        actor=event.actor,
        attempt=event.attempt,
        run_id=event.run_id,
        item_position=positions.get(event.plan_item_id or ""),
        input=event.input,
        targets=tuple(event.targets),
        before=event.before,
        after=event.after,
        version_before=event.version_before,
        version_after=event.version_after,
        state_hash=event.state_hash,
        result=event.result,
        error_category=event.error_category,
        error_code=event.error_code,
        error_message=event.error_message,
        provider=event.provider,
        model=event.model,
        reverts=numbers.get(event.reverts_event_id or ""),
        undone_by=undone.get(event.id),
        duplicate_of=numbers.get(event.duplicate_of_id or ""),
        idempotency_key=event.idempotency_key,
        started_at=event.started_at,
        finished_at=event.finished_at,
        previous_hash=event.previous_hash,
        hash=event.hash,
    )


def _artifact(artifact: Artifact, positions: dict[str, int]) -> ArtifactReport:
    return ArtifactReport(
        id=artifact.id,
        artifact_type=artifact.artifact_type,
        name=artifact.name,
        status=artifact.status,
        visibility=artifact.visibility,
        mime_type=artifact.mime_type,
        size_bytes=artifact.size_bytes,
        duration_ticks=artifact.duration_ticks,
        width=artifact.width,
        height=artifact.height,
        sha256=artifact.sha256,
        bucket=artifact.bucket,
        key=artifact.key,
        prompt=artifact.prompt,
        provider=artifact.provider,
        model=artifact.model,
        item_position=positions.get(artifact.source_item_id or ""),
        source_event_id=artifact.source_event_id,
        timeline_version=artifact.timeline_version,
        failure=artifact.failure,
        notes=tuple(n for kind in _NOTED for n in artifact.facts.get(kind, {}).get("notes", ())),
        render=RenderReport.find_in(artifact.facts),
        created_at=artifact.created_at,
    )


def _checked(row: Verification) -> CheckedFile:
    return CheckedFile(row.artifact_id, row.passed, tuple(row.checks), row.created_at)


def _call(call: AiCall, positions: dict[str, int]) -> CallReport:
    return CallReport(
        operation=call.operation_name,
        provider=call.provider_name,
        model=call.response_model or call.request_model,
        status=call.status,
        cached=call.cached,
        input_tokens=call.usage_input_tokens,
        output_tokens=call.usage_output_tokens,
        latency_ms=call.latency_ms,
        cost_microusd=call.cost_microusd,
        price_source=call.price_source,
        item_position=positions.get(call.plan_item_id or ""),
        error=call.error,
        created_at=call.created_at,
    )


def _phases(session: Session, run_id: RunId) -> tuple[PhaseReport, ...]:
    rows = session.scalars(
        sa.select(RunPhase).where(RunPhase.run_id == run_id).order_by(RunPhase.started_at, RunPhase.id)
    )
    return tuple(
        PhaseReport(
            phase=row.phase,
            attempt=row.attempt,
            started_at=row.started_at,
            finished_at=row.finished_at,
            seconds=(row.finished_at - row.started_at).total_seconds() if row.finished_at else None,
        )
        for row in rows
    )
