"""Runs that lost their job go on; what killed attempts left is swept; what lives is left alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import servers
from cuttingroom.app import App
from cuttingroom.core import clock
from cuttingroom.core.errors import CuttingroomError, ProviderBroken, StalePlan, StorageFailed
from cuttingroom.core.ids import RunId
from cuttingroom.core.status import ErrorCategory
from cuttingroom.storage.blobs import UNFINISHED, new_key
from cuttingroom.storage.tables import Artifact, ArtifactType, IdempotencyKey, Project, Run
from cuttingroom.studio import artifacts, execution
from cuttingroom.studio.timelines import edit_by_hand
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.workflows import launch, recover
from cuttingroom.workflows.engine import Engine, Handler, JobContext
from cuttingroom.workflows.recover import (
    MAX_ATTEMPTS,
    Upkeep,
    resume_lost_runs,
    retry_after_storage,
    sweep,
)
from cuttingroom.workflows.run import end_with
from engine_toy import wait_until
from workflows.desk import Desk, plan, span

MUTE = MuteRange(range=span(0, 0.2))
NOW = timedelta(seconds=-1)


@pytest.fixture(params=servers.DATABASES)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(servers.migrated_url(request.param, tmp_path), tmp_path, plan(MUTE), plan(MUTE))
    yield desk
    desk.close()


def lose(ctx: JobContext, args: dict[str, Any]) -> None:
    raise RuntimeError("the database is away")


def stop(error: CuttingroomError) -> Handler:
    """A handler that this error stops."""

    def handle(ctx: JobContext, args: dict[str, Any]) -> None:
        ctx.commit("fail", lambda s: end_with(s, args["run_id"], error))

    return handle


def approved(desk: Desk) -> str:
    """A run whose execution has been asked for."""
    run_id = desk.start()
    desk.work()
    desk.approve(run_id)
    return run_id


def test_a_run_whose_planning_job_was_lost_is_planned_by_another(desk: Desk):
    run_id = desk.start()
    desk.work(plan_run=lose)
    assert desk.inspect(run_id).status == "queued"
    assert resume_lost_runs(desk.app, desk.engine, lost_after=NOW) == 1
    desk.work()
    report = desk.inspect(run_id)
    assert (report.status, report.attempt) == ("awaiting_confirmation", 2)


def test_a_run_whose_execution_was_lost_is_executed_by_another(desk: Desk):
    run_id = desk.start()
    desk.work()
    desk.approve(run_id)
    desk.work(execute_run=lose)
    assert desk.inspect(run_id).status == "executing"
    assert resume_lost_runs(desk.app, desk.engine, lost_after=NOW) == 1
    desk.work()
    assert desk.inspect(run_id).status == "completed"


def test_a_run_with_a_job_is_not_lost(desk: Desk):
    desk.start()
    assert resume_lost_runs(desk.app, desk.engine, lost_after=NOW) == 0


def test_a_run_that_moved_a_moment_ago_is_not_lost_yet(desk: Desk):
    run_id = desk.start()
    desk.work(plan_run=lose)
    assert resume_lost_runs(desk.app, desk.engine) == 0
    assert desk.inspect(run_id).attempt == 1


def test_a_run_that_waits_for_a_person_or_has_ended_is_not_lost(desk: Desk):
    waiting = desk.start()
    desk.work()
    failed = desk.carry_out()
    assert resume_lost_runs(desk.app, desk.engine, lost_after=NOW) == 0
    assert desk.inspect(waiting).status == "awaiting_confirmation"
    assert desk.inspect(failed.id).status == "completed"


def test_a_run_that_storage_stopped_goes_on_by_itself_with_one_effect(desk: Desk):
    run_id = approved(desk)
    desk.work(execute_run=stop(StorageFailed("The disk is full.")))
    assert desk.inspect(run_id).status == "failed"
    assert retry_after_storage(desk.app, desk.engine, lost_after=NOW) == 1
    desk.work()
    report = desk.inspect(run_id)
    assert (report.status, report.attempt, report.failure) == ("completed", 2, None)
    assert [e.tool for e in report.events if e.status == "succeeded"] == ["mute_range"]
    assert retry_after_storage(desk.app, desk.engine, lost_after=NOW) == 0


def test_what_storage_stopped_half_way_goes_on_without_doing_the_first_half_again(desk: Desk):
    def make_edits_then_stop(ctx: JobContext, args: dict[str, Any]) -> None:
        ctx.commit("advance", lambda s: execution.advance(s, args["run_id"]).edited)
        stop(StorageFailed("The disk is full."))(ctx, args)

    run_id = approved(desk)
    desk.work(execute_run=make_edits_then_stop)
    assert desk.inspect(run_id).status == "partially_completed"
    assert retry_after_storage(desk.app, desk.engine, lost_after=NOW) == 1
    desk.work()
    report = desk.inspect(run_id)
    assert (report.status, report.attempt) == ("completed", 2)
    assert [e.status for e in report.events if e.tool == "mute_range"] == ["succeeded"]


def test_a_run_that_storage_stopped_while_planning_is_planned_by_itself(desk: Desk):
    run_id = desk.start()
    desk.work(plan_run=stop(StorageFailed("The disk is full.")))
    assert desk.inspect(run_id).status == "failed"
    assert retry_after_storage(desk.app, desk.engine, lost_after=NOW) == 1
    desk.work()
    assert desk.inspect(run_id).status == "awaiting_confirmation"


def test_a_run_that_something_else_stopped_is_left_to_people(desk: Desk):
    run_id = approved(desk)
    desk.work(execute_run=stop(ProviderBroken("It answers nonsense.")))
    assert retry_after_storage(desk.app, desk.engine, lost_after=NOW) == 0
    assert desk.inspect(run_id).status == "failed"


def test_a_run_that_storage_stopped_a_moment_ago_waits(desk: Desk):
    run_id = approved(desk)
    desk.work(execute_run=stop(StorageFailed("The disk is full.")))
    assert retry_after_storage(desk.app, desk.engine) == 0
    assert desk.inspect(run_id).attempt == 1


def test_a_run_that_storage_stops_every_time_ends_with_that_cause(desk: Desk):
    run_id, again = approved(desk), stop(StorageFailed("The disk is full."))
    desk.work(execute_run=again)
    retries = 0
    while retry_after_storage(desk.app, desk.engine, lost_after=NOW):
        retries += 1
        desk.work(execute_run=again)
    report = desk.inspect(run_id)
    assert (report.status, report.attempt, retries) == ("failed", MAX_ATTEMPTS, MAX_ATTEMPTS - 1)
    assert report.failure is not None
    assert (report.failure.category, report.failure.message) == ("storage", "The disk is full.")
    desk.retry(run_id)
    desk.work()
    assert desk.inspect(run_id).status == "completed"


def test_a_run_whose_timeline_moved_on_says_so_and_is_not_tried_again(
    desk: Desk, caplog: pytest.LogCaptureFixture
):
    run_id = approved(desk)
    desk.work(execute_run=stop(StorageFailed("The disk is full.")))
    with desk.app.database.transaction() as session:
        edit_by_hand(session, desk.user_id, desk.project_id, MUTE, "by hand")
    for _ in range(3):
        assert retry_after_storage(desk.app, desk.engine, lost_after=NOW) == 0
    assert caplog.text.count("not taken up again") == 1
    report = desk.inspect(run_id)
    assert (report.status, report.attempt) == ("failed", 1)
    assert report.failure is not None
    assert (report.failure.category, report.failure.code) == ("conflict", "stale_plan")
    assert report.failure.message.startswith("The disk is full. It cannot go on: Event")
    assert report.failure.advice == StalePlan.default_advice


def test_a_run_of_a_project_that_was_deleted_does_not_hold_up_the_others(desk: Desk):
    left = approved(desk)
    desk.work(execute_run=stop(StorageFailed("The disk is full.")))
    gone, desk.project_id = desk.project_id, desk.new_project()
    kept = approved(desk)
    desk.work(execute_run=stop(StorageFailed("The disk is full.")))
    with desk.app.database.transaction() as session:
        session.get_one(Project, gone).deleted_at = clock.now()
    assert retry_after_storage(desk.app, desk.engine, lost_after=NOW) == 1
    with desk.app.database.transaction() as session:
        assert session.get_one(Run, left).error_category is ErrorCategory.INVALID_REQUEST
    desk.work()
    assert desk.inspect(kept).status == "completed"


def test_a_run_that_was_to_be_canceled_when_storage_stopped_it_stays_canceled(desk: Desk):
    def cancel_then_stop(ctx: JobContext, args: dict[str, Any]) -> None:
        launch.cancel(desk.app, desk.user_id, args["run_id"])
        stop(StorageFailed("The disk is full."))(ctx, args)

    run_id = approved(desk)
    desk.work(execute_run=cancel_then_stop)
    assert retry_after_storage(desk.app, desk.engine, lost_after=NOW) == 0
    assert desk.inspect(run_id).status == "canceled"


def test_a_run_that_a_person_takes_up_first_is_left_to_them(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    run_id = approved(desk)
    desk.work(execute_run=stop(StorageFailed("The disk is full.")))
    take_up = recover._take_up

    def too_late(app: App, engine: Engine, run_id: RunId, attempt: int) -> bool:
        desk.retry(run_id)
        return take_up(app, engine, run_id, attempt)

    monkeypatch.setattr(recover, "_take_up", too_late)
    assert retry_after_storage(desk.app, desk.engine, lost_after=NOW) == 0
    desk.work()
    report = desk.inspect(run_id)
    assert (report.status, report.attempt, report.failure) == ("completed", 2, None)


def test_upkeep_takes_up_by_itself_what_storage_stopped(desk: Desk):
    run_id = approved(desk)
    desk.work(execute_run=stop(StorageFailed("The disk is full.")))
    upkeep = Upkeep(desk.app, desk.engine, every_seconds=0.05, lost_after=NOW)
    upkeep.start()
    wait_until(lambda: desk.inspect(run_id).attempt == 2)
    upkeep.stop()


def test_upkeep_finds_lost_runs_by_itself(desk: Desk):
    run_id = desk.start()
    desk.work(plan_run=lose)
    upkeep = Upkeep(desk.app, desk.engine, every_seconds=0.05, lost_after=NOW)
    upkeep.start()
    wait_until(lambda: desk.inspect(run_id).attempt == 2)
    upkeep.stop()


def test_the_sweep_removes_what_killed_attempts_left(desk: Desk, tmp_path: Path):
    left = leave_things(desk, tmp_path)
    swept = sweep(desk.app, older_than=NOW)
    assert swept == {"pending": 1, "unfinished": 1, "orphans": 1, "folders": 1}
    assert not any(path.exists() for path in left)
    assert sweep(desk.app, older_than=NOW) == {"pending": 0, "unfinished": 0, "orphans": 0, "folders": 0}


def test_the_sweep_leaves_alone_what_is_young_or_known(desk: Desk, tmp_path: Path):
    left = leave_things(desk, tmp_path)
    assert set(sweep(desk.app).values()) == {0}
    assert all(path.exists() for path in left)
    sweep(desk.app, older_than=NOW)
    with desk.app.database.transaction() as session:
        for artifact in session.scalars(sa.select(Artifact).where(Artifact.status == "verified")):
            assert desk.app.blobs.exists(str(artifact.key))


def leave_things(desk: Desk, tmp_path: Path) -> list[Path]:
    """A pending row, a blob without a row, a half-written blob and a work folder."""
    blobs = desk.app.settings.home / "blobs"
    with desk.app.database.transaction() as session:
        project = session.scalars(sa.select(Project)).one()
        artifact = artifacts.register_pending(
            session, project, ArtifactType.MUSIC, name="Bed", mime_type="audio/wav"
        )
    orphan = desk.app.blobs.put(desk.clip, new_key(project.id, artifact.id, "wav"))
    unfinished = blobs / UNFINISHED / "abc"
    unfinished.write_bytes(b"half")
    folder = desk.app.settings.work_folder / "attempt"
    folder.mkdir(parents=True)
    (folder / "part.mp4").write_bytes(b"part")
    return [blobs / orphan.key, unfinished, folder]


def test_the_sweep_forgets_idempotency_keys_that_have_expired_and_no_others(desk: Desk):
    with desk.app.database.transaction() as session:
        for key, age in (("old", timedelta(hours=-1)), ("new", timedelta(hours=1))):
            session.add(
                IdempotencyKey(
                    user_id=desk.user_id,
                    route="POST /runs",
                    key=key,
                    fingerprint="0" * 64,
                    expires_at=clock.now() + age,
                )
            )
    sweep(desk.app)
    with desk.app.database.transaction() as session:
        assert session.scalars(sa.select(IdempotencyKey.key)).all() == ["new"]


def test_a_folder_of_an_attempt_that_still_writes_is_not_swept(desk: Desk):
    folder = desk.app.settings.work_folder / "attempt"
    folder.mkdir(parents=True)
    long_ago = (clock.now() - timedelta(hours=2)).timestamp()
    os.utime(folder, (long_ago, long_ago))
    (folder / "pieces").mkdir()
    os.utime(folder, (long_ago, long_ago))
    (folder / "pieces" / "part.mp4").write_bytes(b"growing")
    assert sweep(desk.app)["folders"] == 0
    assert folder.exists()
