"""A whole product in one process, with the inline engine: what is asked is done when `work` is called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import media_factory
from cuttingroom.app import App, open_app
from cuttingroom.core.ids import new_token
from cuttingroom.core.settings import Settings
from cuttingroom.core.time import TimeRange, seconds_to_ticks
from cuttingroom.planners.base import ItemDraft, PlanDraft, Question
from cuttingroom.storage.tables import Run
from cuttingroom.studio.access import local_user
from cuttingroom.studio.inspection import inspect_run
from cuttingroom.studio.reports import RunReport
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.tools.base import MakingTool
from cuttingroom.workflows import launch
from cuttingroom.workflows.engine import Engine, Handler
from cuttingroom.workflows.ingest import project_from_file
from cuttingroom.workflows.inline import InlineEngine
from cuttingroom.workflows.run import RunJobs


def span(start: float, end: float) -> TimeRange:
    return TimeRange.between(seconds_to_ticks(start), seconds_to_ticks(end))


def make_clip(path: Path) -> Path:
    """Two seconds of small numbered pictures with clicks."""
    sound = media_factory.clicks(2.0, [0.2, 0.7, 1.3])
    return media_factory.make_video(path, frames=50, rate=25, size=(160, 90), sound=sound)


def plan(*calls: Edit | MakingTool, needs: Sequence[tuple[int, int]] = (), question: str = "") -> PlanDraft:
    """A draft of these calls. `needs` are pairs of positions: the first waits for the second."""
    items = tuple(
        ItemDraft(
            call=call.model_dump(mode="json"),
            title=call.tool,
            depends_on=tuple(b for a, b in needs if a == position),
        )
        for position, call in enumerate(calls, start=1)
    )
    questions = (Question(question, "the request"),) if question else ()
    return PlanDraft(summary="As in the script", items=items, planner="scripted", questions=questions)


class Desk:
    """`script` is what the scripted planner gives: the first entry in a run's first attempt, and so on."""

    def __init__(
        self, url: str, folder: Path, *script: PlanDraft | Exception, engine: str = "inline"
    ) -> None:
        settings = Settings(home=folder / "home", database_url=url, cores=2, poll_seconds=0.05)
        self.app: App = open_app(settings)
        self.script = list(script)
        self.engine: Engine = self._make_engine(engine)
        self.engine.migrate()
        self.jobs = RunJobs(self.app, self.engine, drafts=self._drafts_for)
        with self.app.database.transaction() as session:
            self.user_id = local_user(session).id
        self.clip = make_clip(folder / "clip.mp4")
        self.project_id = self.new_project()

    def _make_engine(self, kind: str) -> Engine:
        if kind == "inline":
            return InlineEngine(self.app.database)
        from cuttingroom.workflows.dbos_engine import DbosEngine

        return DbosEngine(self.app.settings)

    def _drafts_for(self, run: Run) -> Iterable[PlanDraft | Exception]:
        return self.script[run.attempt - 1 :]

    def new_project(self) -> str:
        return project_from_file(self.app, self.user_id, self.clip, name=f"Project {new_token(6)}")

    def start(
        self,
        request: str = "do it",
        *,
        planner: str = "scripted",
        key: str | None = None,
        **options: Any,
    ) -> str:
        return launch.start(
            self.app,
            self.engine,
            self.user_id,
            self.project_id,
            request,
            key=key or new_token(),
            planner=planner,
            options=options,
        )

    def approve(self, run_id: str, positions: Sequence[int] | None = None) -> None:
        launch.approve(self.app, self.engine, self.user_id, run_id, positions=positions)

    def retry(self, run_id: str) -> None:
        launch.retry(self.app, self.engine, self.user_id, run_id)

    def work(self, **handlers: Handler) -> None:
        """Do everything that has been asked for. `handlers` replace those of their kind."""
        assert isinstance(self.engine, InlineEngine)
        self.engine.start(self.jobs.handlers() | handlers)
        self.engine.drain()

    def carry_out(
        self, request: str = "do it", *, planner: str = "scripted", positions: Sequence[int] | None = None
    ) -> RunReport:
        """Start, plan, approve and execute."""
        run_id = self.start(request, planner=planner)
        self.work()
        self.approve(run_id, positions)
        self.work()
        return self.inspect(run_id)

    def inspect(self, run_id: str) -> RunReport:
        with self.app.database.transaction() as session:
            return inspect_run(session, self.user_id, run_id)

    def close(self) -> None:
        self.engine.stop()
        self.app.close()
