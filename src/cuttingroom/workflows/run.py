"""The story of a run: find out what planning needs, plan, wait for a person, execute, verify, finish.

Two jobs carry it, with the waiting between them: `plan_run` ends when the plan is stored, `execute_run`
begins with its approval. Every transaction is a `commit`; everything slow is a `step` or a job of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from cuttingroom.app import App
from cuttingroom.core import errors
from cuttingroom.core.errors import CuttingroomError, MediaFailed, StorageFailed
from cuttingroom.core.ids import ArtifactId
from cuttingroom.core.status import RUN_MOVES, ItemStatus, RunStatus
from cuttingroom.planners.base import Need, PlanContext, PlanDraft, Planner
from cuttingroom.planners.catalog import make_planner
from cuttingroom.planners.judging import judge_draft, judged_from_json, judged_to_json
from cuttingroom.storage.tables import Artifact, PlanItem, Run
from cuttingroom.studio import artifacts, execution, planning, runs
from cuttingroom.studio import making as studio_making
from cuttingroom.studio.access import get_project
from cuttingroom.studio.calls import DatabaseCache, recorder, spent_microusd
from cuttingroom.studio.execution import Round
from cuttingroom.tools.catalog import queue_of
from cuttingroom.workflows import helping, making
from cuttingroom.workflows.engine import CONTROL, MAKE, RENDER, Engine, Handler, Job, JobContext, try_often

STEP_ATTEMPTS = 8  # with the engine's pauses: about a minute and a half for a disk or database to come back

PLANNABLE = (RunStatus.QUEUED, RunStatus.NEEDS_MEDIA_PROCESSING, RunStatus.PLANNING)
"""Where a planning job may begin or, after an interruption, go on."""


Drafts = Callable[[Run], Iterable[PlanDraft | Exception]]
"""What the scripted planner gives for a run."""


class RunJobs:
    """The handlers of the engine, for one app. `drafts` is the script of runs with the planner "scripted"."""

    def __init__(self, app: App, engine: Engine, *, drafts: Drafts = lambda _: ()) -> None:
        self.app, self.engine = app, engine
        self._drafts = drafts

    def handlers(self) -> dict[str, Handler]:
        return {
            "plan_run": self.plan_run,
            "execute_run": self.execute_run,
            "make_item": self.make_item,
            "make_fact": self.make_fact,
            helping.HELP_RENDER: self.help_render,
        }

    def plan_run(self, ctx: JobContext, args: dict[str, Any]) -> None:
        """Queued -> needs_media_processing -> planning -> awaiting_confirmation (or on, if approved)."""
        run_id = args["run_id"]
        with self._failing(ctx, run_id):
            needs = self._needs(run_id)
            missing = ctx.commit("begin", lambda s: self._begin(s, run_id, needs))
            if missing is None:
                return
            self._make_facts(ctx, "analyses", run_id, missing)
            if not ctx.commit("start planning", lambda s: self._start_planning(s, run_id)):
                return
            planned = ctx.step("plan", lambda: self._plan(run_id))
            ctx.commit("store plan", lambda s: self._store_plan(s, run_id, planned))

    def execute_run(self, ctx: JobContext, args: dict[str, Any]) -> None:
        """Executing -> verifying -> completed, partially_completed, failed or canceled."""
        run_id = args["run_id"]
        with self._failing(ctx, run_id):
            number = 0
            while True:
                done = ctx.commit(f"advance {number}", lambda s: self._advance(s, run_id))
                if done["jobs"]:
                    ctx.fanout(f"make {number}", [Job(**job) for job in done["jobs"]])
                elif not done["edited"]:
                    break
                number += 1
            to_verify = ctx.commit("begin verifying", lambda s: execution.begin_verifying(s, run_id))
            self._make_facts(ctx, "verify", run_id, to_verify)
            ctx.commit("finish", lambda s: self._finish(s, run_id, [c["artifact_id"] for c in to_verify]))

    def make_item(self, ctx: JobContext, args: dict[str, Any]) -> None:
        try:
            ctx.step("make", lambda: making.make_item(self.app, args["item_id"]), attempts=STEP_ATTEMPTS)
        except StorageFailed as error:
            failure = error
            ctx.commit("give up", lambda s: studio_making.refuse_item(s, args["item_id"], failure))

    def make_fact(self, ctx: JobContext, args: dict[str, Any]) -> dict[str, Any] | None:
        return ctx.step(
            "make", lambda: making.make_fact(self.app, args["run_id"], args["call"]), attempts=STEP_ATTEMPTS
        )

    def help_render(self, ctx: JobContext, args: dict[str, Any]) -> None:
        """Encode parts of what another worker renders, or pass the invitation on."""
        item_id, name, hops = args["item_id"], args["name"], args["hops"]
        if not ctx.step("help", lambda: helping.help_item(self.app, item_id)) and hops:
            ctx.commit("pass on", lambda s: helping.send_invitation(self.engine, s, item_id, name, hops - 1))

    def _needs(self, run_id: str) -> frozenset[Need]:
        """What planning asks to know: read from the request alone, outside of every transaction."""
        with self.app.database.transaction() as session:
            run = session.get_one(Run, run_id)
            before = planning.asked_before(session, run)
            asked = before.request if before is not None else ""
        with making.internal_errors("planning"):
            return self._planner(run).needs(run.request, asked)

    def _begin(self, session: Session, run_id: str, needs: frozenset[Need]) -> list[dict[str, Any]] | None:
        """What is to be found out first; None when the run is not to be planned any more."""
        run = runs.lock_run(session, run_id)
        if run.status not in PLANNABLE:
            return None
        project = get_project(session, run.project_id, run.user_id)
        missing = planning.missing_analyses(session, project, needs, run.options.get("words"))
        if missing and run.status is RunStatus.QUEUED:
            runs.move_run(session, run, RunStatus.NEEDS_MEDIA_PROCESSING)
        return missing

    def _start_planning(self, session: Session, run_id: str) -> bool:
        run = runs.lock_run(session, run_id)
        if run.cancel_requested_at is not None:
            runs.finish_cancel(session, run)
            return False
        if run.status is not RunStatus.PLANNING:
            runs.move_run(session, run, RunStatus.PLANNING)
        return True

    def _plan(self, run_id: str) -> dict[str, Any]:
        def gather() -> tuple[Run, PlanContext]:
            with self.app.database.transaction() as session:
                run = session.get_one(Run, run_id)
                return run, planning.gather_context(session, run)

        # Only the database is worth waiting for: a provider that is busy has been asked often enough.
        run, context = try_often(gather, STEP_ATTEMPTS, mendable=(StorageFailed,))
        with making.internal_errors("planning"):
            draft = self._planner(run).plan(context)
            profiles = self.app.settings.profiles_folder
            return judged_to_json(judge_draft(draft, context, profiles=profiles))

    def _store_plan(self, session: Session, run_id: str, planned: dict[str, Any]) -> None:
        run = runs.lock_run(session, run_id)
        if run.status is not RunStatus.PLANNING:
            return
        if run.cancel_requested_at is not None:
            runs.finish_cancel(session, run)
            return
        plan = planning.store_plan(session, run, judged_from_json(planned))
        if run.options.get("auto_approve") and not plan.questions and planned["items"]:
            runs.approve_run(session, run.user_id, run.id, digest=plan.digest, via="asked for ahead")
            enqueue_execution(self.engine, session, run)

    def _advance(self, session: Session, run_id: str) -> dict[str, Any]:
        done: Round = execution.advance(session, run_id)
        items = [session.get_one(PlanItem, item_id) for item_id in done.to_make]
        for item in items:
            if queue_of(item.tool) == RENDER:
                helping.invite(self.engine, session, self.app.settings, item.id, item.attempts)
        jobs = [
            {"kind": "make_item", "args": {"item_id": i.id}, "queue": queue_of(i.tool), "job_id": None}
            for i in items
        ]
        return {"edited": done.edited, "jobs": jobs}

    def _finish(self, session: Session, run_id: str, artifact_ids: list[ArtifactId]) -> None:
        error: CuttingroomError | None = None
        for artifact_id in artifact_ids:
            artifact = session.get_one(Artifact, artifact_id)
            report = artifacts.find_verification_report(session, artifact)
            checks = report.facts["checks"]
            artifacts.record_verification(
                session,
                artifact,
                passed=report.facts["passed"],
                checks=checks,
                report=report,
                run_id=artifact.source_run_id,
            )
            if not report.facts["passed"]:
                wrong = [c["message"] for c in checks if not c["passed"] and c["severity"] == "error"]
                error = MediaFailed(
                    f"The rendered file did not pass its checks: {'; '.join(wrong)}",
                    advice="The timeline is as planned; `cuttingroom run retry` renders it again.",
                    tool="verify",
                )
        execution.finish_run(session, run_id, error)

    def _make_facts(self, ctx: JobContext, name: str, run_id: str, calls: list[dict[str, Any]]) -> None:
        """Make all, side by side; then raise the first error that stopped one."""
        jobs = [Job("make_fact", {"run_id": run_id, "call": call}, MAKE) for call in calls]
        if not jobs:
            return
        for result in ctx.fanout(name, jobs):
            if result is not None:
                raise error_from_json(result)

    @contextmanager
    def _failing(self, ctx: JobContext, run_id: str) -> Iterator[None]:
        """Whatever stops a job ends its run with the cause."""
        try:
            with making.internal_errors("this run"):
                yield
        except CuttingroomError as error:
            failure = error
            ctx.commit("fail", lambda s: end_with(s, run_id, failure))

    def _planner(self, run: Run) -> Planner:
        return make_planner(
            run.planner,
            self.app.settings,
            record_call=recorder(self.app.database, run.id, None),
            cache=DatabaseCache(self.app.database),
            spent_microusd=self._spent(run.id),
            drafts=self._drafts(run),
            calls=run.options.get("calls", ()),
        )

    def _spent(self, run_id: str) -> Callable[[], int]:
        def spent() -> int:
            with self.app.database.transaction() as session:
                return spent_microusd(session, run_id)

        return spent


def enqueue_planning(engine: Engine, session: Session, run: Run) -> None:
    engine.enqueue(session, "plan_run", f"{run.id}/plan/{run.attempt}", {"run_id": run.id}, CONTROL)


def enqueue_execution(engine: Engine, session: Session, run: Run) -> None:
    engine.enqueue(session, "execute_run", f"{run.id}/execute/{run.attempt}", {"run_id": run.id}, CONTROL)


def end_with(session: Session, run_id: str, error: CuttingroomError) -> None:
    """End a run that an error stopped, unless it has ended already."""
    run = runs.lock_run(session, run_id)
    if not RUN_MOVES[run.status] or run.status in (RunStatus.FAILED, RunStatus.PARTIALLY_COMPLETED):
        return
    if error.code == "canceled" or run.cancel_requested_at is not None:
        runs.finish_cancel(session, run)
        return
    plan = runs.current_plan(session, run.id)
    items = runs.list_items(session, plan.id) if plan else ()
    for item in items:
        if item.status is ItemStatus.RUNNING:
            studio_making.refuse_item(session, item.id, error)
    anything = any(i.status is ItemStatus.COMPLETED for i in items)
    runs.fail_run(session, run, error, status=RunStatus.PARTIALLY_COMPLETED if anything else RunStatus.FAILED)


def error_from_json(data: dict[str, Any]) -> CuttingroomError:
    """The error that `making` wrote down."""
    known = getattr(errors, data["class"], CuttingroomError)
    return known(data["message"], advice=data["advice"], **data["detail"])
