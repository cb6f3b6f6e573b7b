"""A run starts once, waits for approval, executes item by item, and names its cause when it fails."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core.errors import (
    Conflict,
    InvalidInput,
    KeyReused,
    NotFound,
    ProviderBroken,
    QuestionsOpen,
    StalePlan,
)
from cuttingroom.core.status import EventStatus, ItemStatus, RunStatus
from cuttingroom.core.time import TimeRange, seconds_to_ticks
from cuttingroom.planners.base import ItemDraft, PlanDraft, Question
from cuttingroom.planners.judging import judge_draft
from cuttingroom.storage.database import Database
from cuttingroom.storage.tables import Message, PlanItemDependency, Run, RunPhase, ToolEvent
from cuttingroom.studio import ledger
from cuttingroom.studio.execution import advance, begin_verifying, finish_run
from cuttingroom.studio.planning import gather_context, store_plan
from cuttingroom.studio.runs import (
    approve_run,
    current_plan,
    fail_run,
    list_items,
    move_run,
    request_cancel,
    retry_run,
    start_run,
)
from cuttingroom.studio.timelines import current_timeline, edit_by_hand
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from factories import a_filmed_project, a_user


def cut(start: float, end: float) -> RemoveRanges:
    return RemoveRanges(ranges=(TimeRange.between(seconds_to_ticks(start), seconds_to_ticks(end)),))


def item(start: float, end: float, *depends_on: int) -> ItemDraft:
    return ItemDraft(call=cut(start, end).model_dump(mode="json"), title="Cut", depends_on=depends_on)


def draft(*items: ItemDraft, questions: tuple[Question, ...] = ()) -> PlanDraft:
    return PlanDraft(summary="Cut things", items=items, planner="test", questions=questions)


def a_run(session: Session, key: str = "k") -> Run:
    project, _ = a_filmed_project(session)
    run, _ = start_run(session, project.user_id, project.id, "cut the first second", key=key, planner="rules")
    return run


def a_planned_run(session: Session, plan: PlanDraft) -> Run:
    run = a_run(session)
    move_run(session, run, RunStatus.PLANNING)
    store_plan(session, run, judge_draft(plan, gather_context(session, run)))
    return run


def statuses(session: Session, run: Run) -> list[ItemStatus]:
    plan = current_plan(session, run.id)
    assert plan is not None
    return [i.status for i in list_items(session, plan.id)]


def test_the_same_key_joins_the_run_and_the_ledger_says_that_it_came_twice(database: Database):
    with database.transaction() as session:
        run = a_run(session)
        again, is_new = start_run(session, run.user_id, run.project_id, run.request, key="k", planner="rules")
        assert (again.id, is_new) == (run.id, False)
        assert session.scalar(sa.select(sa.func.count()).select_from(Run)) == 1
        events = list(ledger.iterate(session, run.project_id))
        assert (events[-1].tool, events[-1].status) == ("start_run", EventStatus.DUPLICATE)


def test_a_key_with_another_request_is_refused(database: Database):
    with database.transaction() as session:
        run = a_run(session)
        with pytest.raises(KeyReused):
            start_run(session, run.user_id, run.project_id, "something else", key="k", planner="rules")


@pytest.mark.parametrize("request_text", ["", "   ", "x" * 10_001, "a\x00b"])
def test_a_request_must_be_text_of_a_sensible_length(sqlite_database: Database, request_text: str):
    with sqlite_database.transaction() as session:
        project, _ = a_filmed_project(session)
        with pytest.raises(InvalidInput):
            start_run(session, project.user_id, project.id, request_text, key="k", planner="rules")


def test_an_approved_plan_is_executed_in_order_and_the_run_completes(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1), item(0, 2, 1), item(0, 3, 2)))
        approve_run(session, run.user_id, run.id)
        assert advance(session, run.id).edited == 3
        assert advance(session, run.id).to_make == ()
        begin_verifying(session, run.id)
        finish_run(session, run.id)
        assert run.status is RunStatus.COMPLETED
        assert run.result_version == 5
        phases = session.scalars(sa.select(RunPhase.phase).where(RunPhase.run_id == run.id)).all()
        assert set(phases) == {"queued", "planning", "awaiting_confirmation", "executing", "verifying"}
        open_phases = session.scalar(
            sa.select(sa.func.count()).select_from(RunPhase).where(RunPhase.finished_at.is_(None))
        )
        assert open_phases == 0


def test_some_items_can_be_approved_with_what_they_depend_on_and_the_rest_is_skipped(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1), item(0, 2), item(0, 3, 1)))
        approve_run(session, run.user_id, run.id, positions=[3])
        assert statuses(session, run) == [ItemStatus.APPROVED, ItemStatus.SKIPPED, ItemStatus.APPROVED]


def test_a_refused_item_fails_its_dependents_are_skipped_and_the_others_go_on(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1), item(50, 55), item(0, 1, 2), item(0, 2)))
        approve_run(session, run.user_id, run.id)
        plan = current_plan(session, run.id)
        assert plan is not None
        second = list_items(session, plan.id)[1]
        second.call = cut(500, 505).model_dump(mode="json")
        advance(session, run.id)
        assert statuses(session, run) == [
            ItemStatus.COMPLETED,
            ItemStatus.FAILED,
            ItemStatus.SKIPPED,
            ItemStatus.COMPLETED,
        ]
        begin_verifying(session, run.id)
        finish_run(session, run.id)
        assert run.status is RunStatus.PARTIALLY_COMPLETED
        assert run.error_item_id == second.id
        second.call = cut(5, 6).model_dump(mode="json")
        retry_run(session, run.user_id, run.id)
        advance(session, run.id)
        assert statuses(session, run) == [ItemStatus.COMPLETED] * 4


def test_a_plan_for_an_older_timeline_cannot_be_approved(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1)))
        edit_by_hand(session, run.user_id, run.project_id, cut(5, 6), "by hand")
        with pytest.raises(StalePlan):
            approve_run(session, run.user_id, run.id)


def test_an_approval_is_bound_to_the_plan_that_was_shown(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1)))
        with pytest.raises(StalePlan):
            approve_run(session, run.user_id, run.id, digest="0" * 64)


def test_a_plan_with_questions_cannot_be_approved(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1), questions=(Question("Which?", "it"),)))
        with pytest.raises(QuestionsOpen):
            approve_run(session, run.user_id, run.id)


def test_an_item_that_cannot_be_done_becomes_a_question(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(100, 101)))
        plan = current_plan(session, run.id)
        assert plan is not None
        assert len(plan.questions) == 1
        assert statuses(session, run) == [ItemStatus.REJECTED]


def test_a_second_approval_changes_nothing_and_is_recorded(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1)))
        assert approve_run(session, run.user_id, run.id)[1] is True
        assert approve_run(session, run.user_id, run.id)[1] is False
        last = list(ledger.iterate(session, run.project_id))[-1]
        assert (last.tool, last.status) == ("approve_run", EventStatus.DUPLICATE)


def test_a_waiting_run_is_canceled_at_once_and_its_items_with_it(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1)))
        request_cancel(session, run.user_id, run.id, reason="changed my mind")
        assert run.status is RunStatus.CANCELED
        assert statuses(session, run) == [ItemStatus.CANCELED]
        with pytest.raises(Conflict):
            request_cancel(session, run.user_id, run.id)


def test_a_working_run_stops_at_the_next_safe_place(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1), item(0, 2)))
        approve_run(session, run.user_id, run.id)
        advance(session, run.id, limit=1)
        request_cancel(session, run.user_id, run.id)
        assert run.status is RunStatus.EXECUTING
        assert advance(session, run.id).canceled
        assert run.status is RunStatus.CANCELED
        assert statuses(session, run) == [ItemStatus.COMPLETED, ItemStatus.CANCELED]


def test_a_failed_run_keeps_phase_category_and_advice_and_can_be_planned_again(database: Database):
    from cuttingroom.core.errors import ProviderBusy

    with database.transaction() as session:
        run = a_run(session)
        move_run(session, run, RunStatus.PLANNING)
        fail_run(session, run, ProviderBusy("It is away.", provider="openai"))
        assert (run.status, run.phase, run.error_category) == ("failed", "planning", "provider")
        assert run.error_advice
        assert run.error_provider == "openai"
        retry_run(session, run.user_id, run.id)
        assert (run.status, run.attempt, run.error_category) == (RunStatus.QUEUED, 2, None)


def test_edits_of_a_plan_are_made_once_even_when_the_transaction_is_asked_for_again(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1)))
        approve_run(session, run.user_id, run.id)
        advance(session, run.id)
        plan = current_plan(session, run.id)
        assert plan is not None
        (done,) = list_items(session, plan.id)
        session.execute(sa.text("UPDATE plan_items SET status = 'queued'"))
        session.expire_all()
        advance(session, run.id)
        events = session.scalars(sa.select(ToolEvent).where(ToolEvent.plan_item_id == done.id)).all()
        assert sorted(e.status for e in events) == ["duplicate", "succeeded"]
        project = session.get_one(type(run), run.id).project_id
        assert current_timeline(_project(session, project)).duration_ticks == seconds_to_ticks(59)


def test_an_item_that_comes_again_with_another_call_than_took_effect_fails_and_changes_nothing(
    database: Database,
):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1)))
        approve_run(session, run.user_id, run.id)
        advance(session, run.id)
        project = _project(session, run.project_id)
        version = project.version
        plan = current_plan(session, run.id)
        assert plan is not None
        (done,) = list_items(session, plan.id)
        done.call = cut(0, 2).model_dump(mode="json")
        session.flush()
        session.execute(sa.text("UPDATE plan_items SET status = 'queued'"))
        session.expire_all()
        advance(session, run.id)
        assert (done.status, done.error_category, done.error_code) == ("failed", "conflict", "key_reused")
        assert project.version == version


def test_a_stranger_can_neither_approve_nor_cancel_nor_retry(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1)))
        stranger = a_user(session)
        for act in (approve_run, request_cancel, retry_run):
            with pytest.raises(NotFound):
                act(session, stranger.id, run.id)


def test_the_talk_holds_the_request_and_the_answer(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1)))
        said = session.execute(sa.select(Message.role, Message.content).order_by(Message.created_at)).all()
        assert [tuple(m) for m in said] == [("user", run.request), ("assistant", "Cut things")]


def _project(session: Session, project_id: str):
    from cuttingroom.storage.tables import Project

    return session.get_one(Project, project_id)


def test_choosing_some_items_still_renders_what_was_chosen(database: Database):
    with database.transaction() as session:
        render = ItemDraft(call={"tool": "render", "profile": "delivery"}, title="Render", depends_on=(1, 2))
        run = a_planned_run(session, draft(item(0, 1), item(0, 2), render))
        approve_run(session, run.user_id, run.id, positions=[2])
        assert statuses(session, run) == [ItemStatus.SKIPPED, ItemStatus.APPROVED, ItemStatus.APPROVED]
        assert len(advance(session, run.id).to_make) == 1


def test_a_second_approval_that_wants_more_is_refused_in_words(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1), item(0, 2)))
        approve_run(session, run.user_id, run.id, positions=[1])
        with pytest.raises(Conflict, match="without item 2"):
            approve_run(session, run.user_id, run.id, positions=[2])


def test_items_that_wait_for_something_that_never_comes_do_not_make_a_completed_run(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1), item(0, 2, 1)))
        approve_run(session, run.user_id, run.id)
        first, second = list_items(session, current_plan(session, run.id).id)  # type: ignore[union-attr]  # stored above
        session.add(PlanItemDependency(item_id=first.id, depends_on_id=second.id))
        session.flush()
        assert advance(session, run.id).edited == 0
        begin_verifying(session, run.id)
        finish_run(session, run.id)
        assert (run.status, run.error_category) == (RunStatus.FAILED, "internal")
        assert statuses(session, run) == [ItemStatus.SKIPPED] * 2


def test_a_failed_or_canceled_run_says_at_which_version_it_left_the_timeline(database: Database):
    with database.transaction() as session:
        run = a_planned_run(session, draft(item(0, 1), item(0, 2)))
        approve_run(session, run.user_id, run.id)
        advance(session, run.id, limit=1)
        request_cancel(session, run.user_id, run.id)
        advance(session, run.id)
        assert (run.status, run.result_version) == (RunStatus.CANCELED, run.base_version + 1)


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x00b", "a\ud800b", "a\x1b[31m"])
def test_a_key_must_be_text_of_a_sensible_length(sqlite_database: Database, key: str):
    with sqlite_database.transaction() as session:
        project, _ = a_filmed_project(session)
        with pytest.raises(InvalidInput):
            start_run(session, project.user_id, project.id, "cut", key=key, planner="rules")


def test_an_error_whose_text_no_database_keeps_still_ends_the_run(database: Database):
    with database.transaction() as session:
        run = a_run(session)
        fail_run(session, run, ProviderBroken("bad \x00 and \ud800", provider="x\x00"))
    with database.transaction() as session:
        assert session.get_one(Run, run.id).error_message == "bad \ufffd and \ufffd"
