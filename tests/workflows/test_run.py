"""Whole runs: planned, approved, executed, checked; and every way in which they may end otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import servers
from cuttingroom.core.errors import (
    Conflict,
    ProviderBroken,
    ProviderBusy,
    ProviderError,
    ProviderRefused,
    QuestionsOpen,
    StorageFailed,
)
from cuttingroom.core.time import seconds_to_ticks
from cuttingroom.planners.base import PlanDraft
from cuttingroom.providers.music.local import MAX_SECONDS
from cuttingroom.storage.tables import Run
from cuttingroom.studio import ledger
from cuttingroom.studio.reports import RunReport
from cuttingroom.timeline.edits.add_music import AddMusic
from cuttingroom.timeline.edits.add_title import AddTitle
from cuttingroom.timeline.edits.base import FromItem
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.timeline.edits.remove import Remove
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from cuttingroom.tools.make_music import MakeMusic
from cuttingroom.tools.render import Render
from cuttingroom.workflows import run as run_story
from cuttingroom.workflows.engine import JobContext
from engine_toy import wait_until
from workflows.desk import Desk, plan, span

MUTE = MuteRange(range=span(0.2, 0.4))
CUT = RemoveRanges(ranges=(span(0, 0.4),))
TITLE = AddTitle(text="Hello", at_ticks=0, duration_ticks=seconds_to_ticks(1), element_id="el_title")
UNTITLE = Remove(element_ids=("el_title",))
ENDLESS = MakeMusic(duration_ticks=seconds_to_ticks(MAX_SECONDS + 1))

Open = Callable[..., Desk]


@pytest.fixture(params=servers.DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[Open]:
    desks: list[Desk] = []

    def open_one(*script: PlanDraft | Exception, kind: str = "sqlite", engine: str = "inline") -> Desk:
        desks.append(Desk(servers.migrated_url(kind, tmp_path), tmp_path, *script, engine=engine))
        return desks[-1]

    yield open_one
    for desk in desks:
        desk.close()


def words(report: RunReport) -> list[str]:
    return [item.status.value for item in report.items]


def version(desk: Desk, report: RunReport) -> int:
    with desk.app.database.transaction() as session:
        return ledger.verify_ledger(session, report.project_id).version


def assert_completed(report: RunReport) -> None:
    assert (report.status, report.failure) == ("completed", None)
    assert set(words(report)) == {"completed"}
    render = report.find_render()
    assert render is not None
    assert render.status == "verified"
    assert [v.passed for v in report.verifications if v.artifact_id == render.id] == [True]


REQUEST = "cut the first 0.4 seconds and mute 0:00.8 to 0:01.2, put a warm piano bed under the whole video"


def test_a_sentence_becomes_a_verified_video_with_a_receipt(open_desk: Open, kind: str):
    desk = open_desk(kind=kind)
    report = desk.carry_out(REQUEST, planner="rules")
    assert_completed(report)
    assert [p.phase for p in report.phases] == [
        "queued",
        "planning",
        "awaiting_confirmation",
        "executing",
        "verifying",
    ]
    assert all(p.seconds is not None for p in report.phases)
    assert report.result_version == version(desk, report)
    succeeded = {e.item_position for e in report.events if e.status == "succeeded"}
    assert succeeded >= {item.position for item in report.items}
    assert {e.tool for e in report.events if e.status == "started"} == {"make_music", "render"}
    assert report.calls


@pytest.mark.parametrize("kind", servers.DATABASES)
def test_the_durable_engine_tells_the_same_story(open_desk: Open, kind: str):
    desk = open_desk(kind=kind, engine="dbos")
    desk.engine.start(desk.jobs.handlers())
    run_id = desk.start(REQUEST, planner="rules")
    wait_until(lambda: desk.inspect(run_id).status == "awaiting_confirmation")
    desk.approve(run_id)
    wait_until(lambda: desk.inspect(run_id).completed_at is not None)
    assert_completed(desk.inspect(run_id))


def test_a_request_that_is_not_clear_waits_with_its_questions_and_changes_nothing(open_desk: Open):
    desk = open_desk(plan(MUTE, question="Which part?"))
    run_id = desk.start(auto_approve=True)
    desk.work()
    report = desk.inspect(run_id)
    assert report.status == "awaiting_confirmation"
    assert report.plan is not None
    assert [q["text"] for q in report.plan.questions] == ["Which part?"]
    assert version(desk, report) == report.base_version
    with pytest.raises(QuestionsOpen):
        desk.approve(run_id)


@pytest.mark.parametrize(
    "error",
    [
        ProviderBusy("It is away.", provider="acme"),
        ProviderRefused("It will not do this.", provider="acme"),
        ProviderBroken("It answers nonsense.", provider="acme"),
    ],
    ids=lambda e: type(e).__name__,
)
def test_a_planner_that_fails_ends_the_run_in_planning_and_a_retry_plans_again(
    open_desk: Open, error: ProviderError
):
    desk = open_desk(error, plan(MUTE))
    run_id = desk.start()
    desk.work()
    report = desk.inspect(run_id)
    assert (report.status, report.phase) == ("failed", "planning")
    assert report.failure is not None
    assert (report.failure.category, report.failure.code) == ("provider", error.code)
    assert (report.failure.message, report.failure.provider) == (error.message, "acme")
    assert report.failure.advice
    assert version(desk, report) == report.base_version

    desk.retry(run_id)
    desk.work()
    desk.approve(run_id)
    desk.work()
    report = desk.inspect(run_id)
    assert (report.status, report.attempt, report.failure) == ("completed", 2, None)


def test_a_defect_ends_the_run_with_its_name_and_leaves_the_timeline(open_desk: Open):
    desk = open_desk(ZeroDivisionError("a defect"))
    run_id = desk.start()
    desk.work()
    report = desk.inspect(run_id)
    assert report.status == "failed"
    assert report.failure is not None
    assert report.failure.category == "internal"
    assert "ZeroDivisionError" in report.failure.message


def test_an_item_that_fails_leaves_the_others_and_the_run_is_completed_in_part(open_desk: Open):
    desk = open_desk(plan(MUTE, TITLE, UNTITLE))
    report = desk.carry_out(positions=[1, 3])
    assert (report.status, words(report)) == ("partially_completed", ["completed", "skipped", "failed"])
    assert report.phase == "executing"
    assert report.failure is not None
    assert (report.failure.tool, report.failure.item_id) == ("remove", report.items[2].id)
    assert [e.status for e in report.events if e.item_position == 3] == ["refused"]


def test_a_run_of_which_nothing_worked_has_failed(open_desk: Open):
    desk = open_desk(plan(TITLE, UNTITLE))
    report = desk.carry_out(positions=[2])
    assert (report.status, report.phase) == ("failed", "executing")
    assert version(desk, report) == report.base_version


def test_what_cannot_be_made_fails_and_what_needs_it_is_skipped(open_desk: Open):
    bed = AddMusic(media=FromItem(from_item=1))
    desk = open_desk(plan(ENDLESS, bed, MUTE, needs=[(2, 1)]))
    report = desk.carry_out()
    assert (report.status, words(report)) == ("partially_completed", ["failed", "skipped", "completed"])
    assert report.items[0].error_message
    assert [e.status for e in report.events if e.item_position == 1] == ["started", "failed"]
    assert not [a for a in report.artifacts if a.status == "pending"]


def test_a_retry_takes_up_the_failed_items_and_those_that_waited_for_them(open_desk: Open):
    bed = AddMusic(media=FromItem(from_item=1))
    desk = open_desk(plan(MakeMusic(duration_ticks=seconds_to_ticks(1)), bed, MUTE, needs=[(2, 1)]))
    run_id = desk.start()
    desk.work()
    desk.approve(run_id)
    desk.work(make_item=_breaks_once(desk))
    assert desk.inspect(run_id).status == "partially_completed"
    desk.retry(run_id)
    desk.work()
    report = desk.inspect(run_id)
    assert (report.status, set(words(report)), report.attempt) == ("completed", {"completed"}, 2)
    succeeded = [e.item_position for e in report.events if e.status == "succeeded"]
    assert sorted(p for p in succeeded if p) == [1, 2, 3]


def _breaks_once(desk: Desk) -> Any:
    from cuttingroom.studio.making import refuse_item

    def make_item(ctx: JobContext, args: dict[str, Any]) -> None:
        away = StorageFailed("The disk is full.")
        ctx.commit("give up", lambda s: refuse_item(s, args["item_id"], away))

    return make_item


def test_a_run_approved_ahead_does_not_wait(open_desk: Open):
    desk = open_desk(plan(MUTE, CUT))
    run_id = desk.start(auto_approve=True)
    desk.work()
    report = desk.inspect(run_id)
    assert report.status == "completed"
    assert report.plan is not None
    assert report.plan.approved_via == "asked for ahead"


def test_a_run_asked_for_twice_is_one_run_and_a_plan_approved_twice_is_carried_out_once(open_desk: Open):
    desk = open_desk(plan(CUT))
    run_id = desk.start(key="same")
    assert desk.start(key="same") == run_id
    desk.work()
    desk.approve(run_id)
    desk.approve(run_id)
    desk.work()
    report = desk.inspect(run_id)
    assert report.status == "completed"
    assert [e.tool for e in report.events if e.status == "duplicate"] == ["start_run", "approve_run"]
    assert version(desk, report) == report.base_version + 1
    with desk.app.database.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Run)) == 1


def test_a_render_that_fails_its_checks_is_said_and_a_retry_renders_it_again(open_desk: Open):
    desk = open_desk(plan(CUT, Render(), needs=[(2, 1)]))
    run_id = desk.start()
    desk.work()
    desk.approve(run_id)
    desk.work(make_fact=_on_a_damaged_file(desk))
    report = desk.inspect(run_id)
    assert (report.status, report.phase) == ("partially_completed", "verifying")
    assert report.failure is not None
    assert report.failure.category == "verification"
    assert report.failure.advice

    desk.retry(run_id)
    desk.work()
    report = desk.inspect(run_id)
    assert (report.status, report.failure) == ("completed", None)
    render = report.find_render()
    assert render is not None
    assert render.status == "verified"


def _on_a_damaged_file(desk: Desk) -> Any:
    """The checks find another video in the place of the one that was rendered."""

    def make_fact(ctx: JobContext, args: dict[str, Any]) -> Any:
        renders = [a for a in desk.inspect(args["run_id"]).artifacts if a.artifact_type == "render"]
        blob = desk.app.settings.home / "blobs" / str(renders[-1].key)
        blob.write_bytes(desk.clip.read_bytes())
        return desk.jobs.make_fact(ctx, args)

    return make_fact


def test_storage_that_stays_away_ends_the_item_and_a_retry_goes_on(
    open_desk: Open, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(run_story, "STEP_ATTEMPTS", 1)
    desk = open_desk(plan(MUTE, MakeMusic(duration_ticks=seconds_to_ticks(1))))
    run_id = desk.start()
    desk.work()
    desk.approve(run_id)
    work_folder = desk.app.settings.work_folder
    work_folder.parent.mkdir(exist_ok=True)
    if work_folder.exists():
        work_folder.rmdir()
    work_folder.write_text("a file where the folder should be")
    desk.work()
    report = desk.inspect(run_id)
    assert report.status == "partially_completed"
    assert report.failure is not None
    assert (report.failure.category, words(report)) == ("storage", ["completed", "failed"])

    work_folder.unlink()
    desk.retry(run_id)
    desk.work()
    assert desk.inspect(run_id).status == "completed"


def test_only_a_run_that_failed_can_be_retried(open_desk: Open):
    desk = open_desk(plan(MUTE))
    report = desk.carry_out()
    with pytest.raises(Conflict):
        desk.retry(report.id)
