"""What a planner proposes is judged before it is stored: nothing that cannot run is ever validated."""

from __future__ import annotations

import math
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from cuttingroom.core.errors import QuestionsOpen, StalePlan
from cuttingroom.core.status import ArtifactStatus, ItemStatus, RunStatus
from cuttingroom.core.time import TimeRange, seconds_to_ticks
from cuttingroom.planners.base import ItemDraft, Need, PlanDraft, Question
from cuttingroom.planners.judging import MAX_ITEMS, judge_draft, judged_from_json, judged_to_json
from cuttingroom.storage.database import Database
from cuttingroom.storage.tables import Artifact, ArtifactType, Message, Plan, PlanItem, Project, Run, User
from cuttingroom.studio.planning import gather_context, media_ref, missing_analyses, store_plan
from cuttingroom.studio.runs import approve_run, list_dependencies, list_items, move_run, start_run
from cuttingroom.studio.timelines import current_timeline, edit_by_hand
from cuttingroom.timeline.edits.base import Edit, MediaRef
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from cuttingroom.tools.base import MakingTool
from cuttingroom.tools.catalog import ALL_TOOLS, PLANNED_TOOLS, parse_call
from factories import a_file, a_filmed_project, a_project, clips

MUSIC = {"tool": "make_music", "mood": "warm", "duration_ticks": seconds_to_ticks(10)}


def cut(start: float, end: float) -> dict[str, Any]:
    span = TimeRange.between(seconds_to_ticks(start), seconds_to_ticks(end))
    return RemoveRanges(ranges=(span,)).model_dump(mode="json")


def lay(position: Any) -> dict[str, Any]:
    return {"tool": "add_music", "media": {"from_item": position}, "at_ticks": 0}


def place(media: MediaRef | dict[str, Any]) -> dict[str, Any]:
    values = media.model_dump(mode="json") if isinstance(media, MediaRef) else media
    return {"tool": "append", "media": values}


def nest(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = [value]
    return value


def draft(*calls: Any, links: dict[int, tuple[Any, ...]] | None = None, **words: Any) -> PlanDraft:
    """A draft of these calls; `links` are what the items at these positions depend on."""
    items = tuple(
        ItemDraft(call=call, title="A step", depends_on=(links or {}).get(position, ()))
        for position, call in enumerate(calls, 1)
    )
    return PlanDraft(**{"summary": "As asked", "items": items, "planner": "test", **words})


def a_planning_run(session: Session) -> tuple[Run, Project, MediaRef]:
    project, media = a_filmed_project(session)
    run, _ = start_run(session, project.user_id, project.id, "do it", key="k", planner="test")
    move_run(session, run, RunStatus.PLANNING)
    return run, project, media


def store(session: Session, run: Run, proposed: PlanDraft) -> tuple[Plan, list[PlanItem]]:
    """What the workflow does: judge, remember the judgement as JSON, store it."""
    judged = judged_to_json(judge_draft(proposed, gather_context(session, run)))
    plan = store_plan(session, run, judged_from_json(judged))
    session.flush()
    session.expire_all()
    return plan, list(list_items(session, plan.id))


def statuses(items: list[PlanItem]) -> list[ItemStatus]:
    return [i.status for i in items]


def require_rejected(plan: Plan, *items: PlanItem) -> None:
    for item in items:
        assert item.status is ItemStatus.REJECTED
        assert item.validation["error"]
        assert any(item.validation["error"] in q["text"] for q in plan.questions)


LOOPS: list[dict[int, tuple[Any, ...]]] = [
    {1: (2,), 2: (1,)},
    {1: (1,)},
    {1: (2,)},
    {1: (99,)},
    {1: (0,)},
    {1: (-1,)},
    {2: (True,)},
    {2: ("1",)},
    {2: (nest(3_000),)},
]


@pytest.mark.parametrize("links", LOOPS, ids=range(len(LOOPS)))
def test_an_item_that_waits_for_itself_for_a_later_or_for_no_item_is_rejected(
    database: Database, links: dict[int, tuple[Any, ...]]
):
    with database.transaction() as session:
        run, *_ = a_planning_run(session)
        plan, items = store(session, run, draft(cut(0, 1), cut(0, 2), links=links))
        require_rejected(plan, items[next(iter(links)) - 1])
        with pytest.raises(QuestionsOpen):
            approve_run(session, run.user_id, run.id)


UNSTORABLE: list[Any] = [
    {"tool": ["trim"]},
    {"tool": {}},
    {"tool": None},
    {"tool": nest(3_000)},
    {"tool": "tr\x00im"},
    {"tool": "\ud800"},
    {"tool": "x" * 10_000},
    {"tool": "render", "profile": nest(3_000)},
    {"tool": "render", "profile": "\x00"},
    {"tool": "render", "\udfff": 1},
    {"tool": "add_title", "text": "a\x00b", "range": {"start_ticks": 0, "duration_ticks": 705600000}},
    {"tool": "add_title", "text": "a\ud800b", "range": {"start_ticks": 0, "duration_ticks": 705600000}},
    {"tool": "add_title", "text": "a" * 1_000_000},
    {"tool": "make_music", "duration_ticks": math.nan},
    {"tool": "make_music", "duration_ticks": math.inf},
    {"tool": "make_music", "duration_ticks": 10**5_000},
    {"tool": "render", 3: "x"},
    {"tool": "render", "profile": b"delivery"},
    [],
    None,
    "render",
]


def test_what_is_no_call_or_cannot_be_stored_is_rejected_and_the_others_stand(database: Database):
    with database.transaction() as session:
        run, *_ = a_planning_run(session)
        plan, items = store(session, run, draft(*UNSTORABLE, cut(0, 1)))
        require_rejected(plan, *items[:-1])
        assert items[-1].status is ItemStatus.VALIDATED
        assert run.status is RunStatus.AWAITING_CONFIRMATION


def test_tools_that_are_the_programs_own_cannot_be_planned(database: Database):
    own = [{"tool": t.model_fields["tool"].default} for t in ALL_TOOLS if t not in PLANNED_TOOLS]
    assert {"restore", "verify", "transcribe"} <= {c["tool"] for c in own}
    with database.transaction() as session:
        run, _, media = a_planning_run(session)
        calls = [{**c, "artifact_id": media.artifact_id} for c in own]
        plan, items = store(session, run, draft(*own, *calls))
        require_rejected(plan, *items)
        assert all("cannot use a tool" in i.validation["error"] for i in items)


def test_files_of_another_project_and_unknown_ones_are_rejected_with_the_same_words(database: Database):
    with database.transaction() as session:
        run, project, media = a_planning_run(session)
        theirs = media_ref(a_file(session, a_project(session)))
        mine_elsewhere = media_ref(a_file(session, a_project(session, _owner(session, project))))
        unfinished = media_ref(a_file(session, project))
        session.get_one(Artifact, unfinished.artifact_id).status = ArtifactStatus.PENDING
        session.flush()
        unknown = media.model_copy(update={"artifact_id": "nobody"})
        odd = [{"artifact_id": nest(3)}, {"artifact_id": None}, {}]
        silences = {
            "tool": "remove_silences",
            "silences": [{"artifact_id": theirs.artifact_id, "ranges": []}],
        }
        calls = [*map(place, [theirs, mine_elsewhere, unfinished, unknown, *odd]), silences]
        plan, items = store(session, run, draft(*calls))
        require_rejected(plan, *items)
        assert all("in this project" in i.validation["error"] for i in items)


def test_what_a_planner_says_of_a_file_is_replaced_by_what_is_stored(database: Database):
    with database.transaction() as session:
        run, _, media = a_planning_run(session)
        lie = {"media_ticks": media.media_ticks * 10, "has_sound": False, "is_still": True, "name": "x"}
        _, (first, second) = store(
            session,
            run,
            draft(place(media.model_copy(update=lie)), place({"artifact_id": media.artifact_id})),
        )
        assert first.call["media"] == second.call["media"] == media.model_dump(mode="json")
        assert second.after_ticks == 3 * media.media_ticks


def test_an_item_that_uses_what_another_makes_waits_for_it_without_saying_so(database: Database):
    with database.transaction() as session:
        run, *_ = a_planning_run(session)
        plan, (make, put) = store(session, run, draft(MUSIC, lay(1)))
        assert list_dependencies(session, plan.id)[put.id] == {make.id}
        approve_run(session, run.user_id, run.id, positions=[2])
        assert statuses([make, put]) == [ItemStatus.APPROVED] * 2


@pytest.mark.parametrize("position", [0, -1, 2, 99, "1", 1.5, None])
def test_an_item_cannot_use_what_itself_a_later_or_no_item_makes(database: Database, position: Any):
    with database.transaction() as session:
        run, *_ = a_planning_run(session)
        plan, items = store(session, run, draft(MUSIC, lay(position)))
        if position != "1":
            require_rejected(plan, items[1])


def test_a_plan_of_too_many_items_is_one_question(database: Database):
    with database.transaction() as session:
        run, *_ = a_planning_run(session)
        plan, items = store(session, run, draft(*[cut(0, 1)] * (MAX_ITEMS + 1)))
        assert not items
        assert [q["text"] for q in plan.questions] == [
            "The plan has 2001 steps; at most 2000 are allowed. Can it be done in parts?"
        ]


def test_a_plan_judged_for_an_older_timeline_is_not_stored(database: Database):
    with database.transaction() as session:
        run, project, _ = a_planning_run(session)
        judged = judge_draft(draft(cut(0, 1)), gather_context(session, run))
        edit_by_hand(session, run.user_id, project.id, RemoveRanges.model_validate(cut(5, 6)), "by hand")
        with pytest.raises(StalePlan):
            store_plan(session, run, judged)
        assert session.scalar(sa.select(sa.func.count()).select_from(Plan)) == 0


def test_a_stored_plan_is_for_the_timeline_for_which_it_was_judged(database: Database):
    with database.transaction() as session:
        run, project, _ = a_planning_run(session)
        plan, _ = store(session, run, draft(cut(0, 1), cut(50, 59), cut(500, 501)))
        assert (plan.context_version, plan.context_hash) == (project.version, project.timeline_hash)
        assert (plan.before_ticks, plan.after_ticks) == (seconds_to_ticks(60), seconds_to_ticks(50))
        assert clips(current_timeline(project))[0].duration_ticks == seconds_to_ticks(60)


def test_words_around_the_items_are_cleaned_and_what_cannot_be_stored_is_left_out(database: Database):
    bad = "a\x00b\ud800c"
    with database.transaction() as session:
        run, *_ = a_planning_run(session)
        words = {
            "summary": bad,
            "assumptions": (bad,),
            "questions": (Question(bad, bad, (bad,)),),
            "prompt": bad,
            "cited_inputs": ({"kind": bad}, {"kind": "fine"}),
            "scores": {"valid": math.nan, "good": 1.0},
        }
        proposed = draft(**words)
        item = ItemDraft(call=cut(0, 1), title=bad, reason=bad)
        plan, items = store(session, run, PlanDraft(**{**proposed.__dict__, "items": (item,)}))
        clean = "a\ufffdb\ufffdc"
        assert (plan.summary, plan.assumptions, plan.prompt) == (clean, [clean], clean)
        assert plan.questions == [{"text": clean, "about": clean, "options": [clean]}]
        assert (plan.cited_inputs, plan.scores) == ([{"kind": "fine"}], {"good": 1.0})
        assert items[0].reason == clean
        said = session.scalars(sa.select(Message.content).order_by(Message.created_at.desc())).first()
        assert said == f"{clean}\n{clean}"


WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["\x00", "\ud800", "trim", "made", "c1", *(t.model_fields["tool"].default for t in ALL_TOOLS)]
    ),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 6),
    st.integers(0, seconds_to_ticks(90)),
    st.sampled_from([10**30, -(10**400), 2**53, 2**63, 1e308]),
    st.floats(),
    WORDS,
)
VALUES = st.recursive(
    SCALARS,
    lambda parts: st.one_of(
        st.lists(parts, max_size=3),
        st.dictionaries(st.one_of(WORDS, st.sampled_from(["from_item", "artifact_id"])), parts, max_size=3),
    ),
    max_leaves=8,
) | st.integers(1, 400).map(nest)
SPAN = st.builds(
    lambda start, length: {"start_ticks": start, "duration_ticks": length},
    st.one_of(st.integers(-5, seconds_to_ticks(70)), VALUES),
    st.one_of(st.integers(0, seconds_to_ticks(70)), VALUES),
)


def calls_of(tool: type[Edit | MakingTool], known: list[str]) -> st.SearchStrategy[Any]:
    """Calls of a tool whose fields are partly right, partly anything."""
    media = st.one_of(
        st.sampled_from(known).map(lambda i: {"artifact_id": i}),
        st.integers(0, 4).map(lambda n: {"from_item": n}),
    )
    likely: dict[str, st.SearchStrategy[Any]] = {
        "media": media,
        "range": SPAN,
        "ranges": st.lists(SPAN, max_size=3),
        "element_id": st.sampled_from(known),
        "element_ids": st.lists(st.sampled_from(known), max_size=2),
        "mood": st.just("warm"),
        "text": st.text(max_size=10),
    }
    fields: dict[str, Any] = {
        name: likely.get(name, st.one_of(st.integers(0, seconds_to_ticks(70)), VALUES)) | VALUES
        for name in tool.model_fields
        if name != "tool"
    }
    required = {n: fields.pop(n) for n in list(fields) if tool.model_fields[n].is_required()}
    name = st.just(tool.model_fields["tool"].default)
    return st.fixed_dictionaries({"tool": name, **required}, optional=fields)


def plans(known: list[str]) -> st.SearchStrategy[PlanDraft]:
    calls = st.one_of(
        VALUES,
        st.dictionaries(WORDS, VALUES, max_size=3),
        st.just(cut(0, 1)),
        st.just(MUSIC),
        st.sampled_from(ALL_TOOLS).flatmap(lambda tool: calls_of(tool, known)),
    )
    links = st.lists(st.one_of(st.integers(-1, 5), VALUES), max_size=2).map(tuple)
    text = st.text(max_size=10) | st.just("\x00\ud800")
    items = st.lists(
        st.builds(ItemDraft, call=calls, title=text, reason=text, depends_on=st.just(()) | links), max_size=5
    )
    return st.builds(PlanDraft, summary=text, items=items.map(tuple), planner=st.just("test"))


def test_no_plan_whatever_it_holds_is_an_exception_or_validates_what_cannot_run(database: Database):
    with database.transaction() as session:
        run, _, media = a_planning_run(session)
        foreign = a_file(session, a_project(session)).id
        context = gather_context(session, run)
        (clip,) = clips(context.timeline)

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        @given(plans([clip.id, media.artifact_id, foreign, "nobody"]))
        def check(proposed: PlanDraft) -> None:
            with session.begin_nested() as point:
                plan, items = store(session, run, proposed)
                require_sound(plan, items, foreign)
                point.rollback()
            session.expire_all()

        check()


def require_sound(plan: Plan, items: list[PlanItem], foreign: str) -> None:
    for item in items:
        if item.status is ItemStatus.VALIDATED:
            parsed = parse_call(item.call)
            assert isinstance(parsed, PLANNED_TOOLS)
            assert parsed.model_dump(mode="json") == item.call
            assert foreign not in str(item.call)
        else:
            require_rejected(plan, item)


def _owner(session: Session, project: Project) -> User:
    return session.get_one(User, project.user_id)


def unmeasured(session: Session, project: Project) -> set[str]:
    return {c["artifact_id"] for c in missing_analyses(session, project, frozenset({Need.LOUDNESS}))}


def test_loudness_is_found_out_once_for_what_is_heard_and_for_songs_that_may_be_laid(database: Database):
    with database.transaction() as session:
        project, media = a_filmed_project(session)
        facts = {"has_picture": False, "has_sound": True}
        song = a_file(session, project, 20, artifact_type=ArtifactType.AUDIO, facts=facts)
        assert unmeasured(session, project) == {media.artifact_id, song.id}
        known = {"kind": "loudness", "steps": [-2300] * 600}
        a_file(
            session, project, 1,
            artifact_type=ArtifactType.ANALYSIS, source_artifact_id=media.artifact_id, facts=known,
        )  # fmt: skip
        run, _ = start_run(session, project.user_id, project.id, "normalise it", key="k", planner="test")
        assert gather_context(session, run).loudness == {media.artifact_id: (-2300,) * 600}
        assert unmeasured(session, project) == {song.id}


def test_beats_are_found_out_for_songs_alone_and_breaths_for_what_is_heard(database: Database):
    with database.transaction() as session:
        project, media = a_filmed_project(session)
        sound = {"has_picture": False, "has_sound": True}
        song = a_file(session, project, 20, artifact_type=ArtifactType.AUDIO, facts=sound)
        missing = missing_analyses(session, project, frozenset({Need.BEATS, Need.BREATHS}))
        named = [(c["tool"], c["artifact_id"]) for c in missing]
        assert named == [("find_beats", song.id), ("find_breaths", media.artifact_id)]
        known = (
            (song.id, {"kind": "beats", "beats": [100, 200], "tempo_bpm": 120.0}),
            (media.artifact_id, {"kind": "breaths", "breaths": [[5, 9]]}),
        )
        for source, facts in known:
            a_file(
                session, project, 1,
                artifact_type=ArtifactType.ANALYSIS, source_artifact_id=source, facts=facts,
            )  # fmt: skip
        run, _ = start_run(session, project.user_id, project.id, "cut to the beat", key="k", planner="test")
        context = gather_context(session, run)
        assert context.beats == {song.id: (100, 200)}
        assert context.breaths == {media.artifact_id: (TimeRange(start_ticks=5, duration_ticks=4),)}
        assert missing_analyses(session, project, frozenset({Need.BEATS, Need.BREATHS})) == []
