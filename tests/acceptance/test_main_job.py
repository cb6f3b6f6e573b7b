"""The main job, whole: a sentence and a real video go in; the right frames and a receipt come out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from cuttingroom.app import App, open_app
from cuttingroom.core.ids import UserId
from cuttingroom.core.settings import Settings
from cuttingroom.storage.tables import AiCall, Artifact, ArtifactType, Run, Verification
from cuttingroom.studio.access import get_project, local_user
from cuttingroom.studio.ledger import verify_ledger
from cuttingroom.studio.runs import current_plan
from cuttingroom.studio.timelines import current_timeline
from cuttingroom.studio.undo import last_undoable, undo_event
from cuttingroom.timeline.model import MediaSource, Timeline
from cuttingroom.workflows import launch
from cuttingroom.workflows.ingest import project_from_file
from cuttingroom.workflows.inline import InlineEngine
from cuttingroom.workflows.run import RunJobs
from media_factory import clicks, make_video, read_numbers
from provider_server import Reply, chat_tool_call, provider_server
from servers import DATABASES, migrated_url

RATE, SECONDS = 30, 6


class Room:
    """An installation with one project: six seconds of numbered frames with clicks."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.app: App = open_app(settings)
        self.engine = InlineEngine(self.app.database)
        self.engine.migrate()
        self.engine.start(RunJobs(self.app, self.engine).handlers())
        with self.app.database.transaction() as session:
            self.user_id: UserId = local_user(session).id
        video = make_video(
            folder / "talk.mp4",
            frames=RATE * SECONDS,
            rate=RATE,
            sound=clicks(SECONDS, [0.5, 2.5, 4.0]),
        )
        self.project_id = project_from_file(self.app, self.user_id, video)

    def edit(self, request: str, planner: str) -> str:
        run_id = launch.start(
            self.app, self.engine, self.user_id, self.project_id, request, key=request, planner=planner
        )
        self.engine.drain()
        launch.approve(self.app, self.engine, self.user_id, run_id)
        self.engine.drain()
        return run_id

    def timeline(self) -> Timeline:
        with self.app.database.transaction() as session:
            return current_timeline(get_project(session, self.project_id, self.user_id))

    def rendered_numbers(self, run_id: str) -> list[int]:
        with self.app.database.transaction() as session:
            made = session.scalars(
                sa.select(Artifact).where(
                    Artifact.source_run_id == run_id, Artifact.artifact_type == ArtifactType.RENDER
                )
            ).one()
            assert made.status == "verified"
            assert session.scalars(sa.select(Verification.passed)).all() == [True]
            assert made.key is not None
            assert made.sha256 is not None
        path = self.app.blobs.local_path(made.key, self.app.settings.cache_folder, sha256=made.sha256)
        return read_numbers(path)


@pytest.fixture(params=DATABASES)
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    url = migrated_url(request.param, tmp_path)
    made = Room(Settings(home=tmp_path / "home", database_url=url, cores=2), tmp_path)
    yield made
    made.app.close()


def numbers_on(timeline: Timeline) -> list[int]:
    """The frame numbers that the timeline says must be seen, frame by frame."""
    track = timeline.find_main_track()
    assert track is not None
    frame = timeline.rate.frame_ticks
    seen: list[int] = []
    for element in track.elements:
        assert isinstance(element.source, MediaSource)
        assert element.start_ticks == len(seen) * frame
        positions = range(element.start_ticks, element.end_ticks, frame)
        seen += [element.source_ticks_at(position) // frame for position in positions]
    return seen


def test_a_sentence_planned_by_rules_gives_exactly_the_frames_that_the_timeline_says(room: Room):
    run_id = room.edit("cut from 0:01 to 0:02 and remove the last half second", "rules")
    expected = [*range(30), *range(60, 165)]
    assert numbers_on(room.timeline()) == expected
    assert room.rendered_numbers(run_id) == expected
    with room.app.database.transaction() as session:
        run = session.get_one(Run, run_id)
        assert (run.status, run.provider, run.result_version) == ("completed", None, run.base_version + 2)
        verify_ledger(session, run.project_id)


def test_undoing_the_last_step_and_rendering_again_brings_its_frames_back(room: Room):
    room.edit("cut from 0:01 to 0:02 and remove the last half second", "rules")
    with room.app.database.transaction() as session:
        undone = last_undoable(session, room.project_id)
        undo_event(session, room.user_id, undone.id, "undo")
        assert undone.tool == "remove_ranges"
    assert numbers_on(room.timeline()) == [*range(30), *range(60, 180)]


def test_a_model_over_the_wire_plans_the_same_edit_and_its_call_is_on_the_receipt(tmp_path: Path):
    cuts = [{"start_seconds": 1, "end_seconds": 2}, {"start_seconds": 5.5, "end_seconds": 6}]
    answer = {"summary": "Cut twice.", "items": [{"call": {"tool": "remove_ranges", "ranges": cuts}}]}
    with provider_server() as server:
        server.script = [Reply(chat_tool_call(answer, [{"function": {"name": "final_result"}}]))]
        settings = Settings(
            home=tmp_path / "home",
            cores=2,
            openai_base_url=f"http://127.0.0.1:{server.port}/v1",
            openai_api_key="test-key",  # type: ignore[arg-type]  # pydantic wraps it
        )
        room = Room(settings, tmp_path)
        run_id = room.edit("tighten it", "openai:test")
    expected = [*range(30), *range(60, 165)]
    assert room.rendered_numbers(run_id) == expected
    with room.app.database.transaction() as session:
        run = session.get_one(Run, run_id)
        plan = current_plan(session, run.id)
        assert plan is not None
        assert (plan.provider, plan.model, plan.planner) == ("openai-compatible", "test", "openai:test")
        (call,) = session.scalars(sa.select(AiCall).where(AiCall.run_id == run.id)).all()
        assert (call.status, call.provider_name) == ("succeeded", "openai-compatible")
        assert call.usage_input_tokens > 0
    room.app.close()
