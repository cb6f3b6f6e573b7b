"""A client of the real product with its worker processes, and the list of what it was promised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import sqlalchemy as sa

import media_factory
import servers
from acceptance.checker import Left, Promises, check, list_processes
from acceptance.worker_program import PROCESSES, Process, settings_of, work
from cuttingroom.app import open_app
from cuttingroom.core import clock
from cuttingroom.core.ids import new_token
from cuttingroom.storage.tables import Project, Run, ToolEvent
from cuttingroom.studio import ledger
from cuttingroom.studio.access import local_user
from cuttingroom.studio.inspection import glance_at_run, inspect_run
from cuttingroom.studio.reports import RunGlance, RunReport
from cuttingroom.workflows import launch
from cuttingroom.workflows.dbos_engine import DbosEngine
from cuttingroom.workflows.ingest import project_from_file

TERMINAL = ("completed", "partially_completed", "failed", "canceled")


def make_clip(path: Path, seconds: float = 2.0) -> Path:
    """A small video with sound: it renders in a fraction of a second."""
    sound = media_factory.clicks(seconds, [0.2, 0.7, 1.3])
    return media_factory.make_video(path, frames=round(25 * seconds), rate=25, size=(160, 90), sound=sound)


class Studio:
    """Every method that returns was acknowledged: the checker holds the product to it."""

    def __init__(
        self, kind: str, folder: Path, *, lease_seconds: float = 1.5, url: str | None = None
    ) -> None:
        self.folder, self.home = folder, folder / "home"
        self.url = url or servers.migrated_url(kind, folder)
        self.lease_seconds = lease_seconds
        settings = settings_of(self.home, self.url, lease_seconds)
        self.app = open_app(settings)
        self.engine = DbosEngine(settings)
        self.engine.migrate()
        with self.app.database.transaction() as session:
            self.user_id = local_user(session).id
        self.clip = make_clip(folder / "clip.mp4")
        self.promises = Promises()
        self.workers: list[Process] = []

    def hire(self, *, grace_seconds: float = 0.0, helpers: int = 0) -> Process:
        """A new worker process, once it is ready to work. It invites so many `helpers` to its renders."""
        target_args = (self.home, self.url, self.lease_seconds, grace_seconds, helpers)
        worker = PROCESSES.Process(target=work, args=target_args)
        worker.start()
        self.workers.append(worker)
        self.wait_until(lambda: (self.home / f"ready-{worker.pid}").exists() or not worker.is_alive())
        assert worker.is_alive(), "the worker did not start"
        return worker

    def kill(self, worker: Process) -> None:
        worker.kill()
        worker.join(30)
        self.workers.remove(worker)

    def dismiss(self, worker: Process) -> int | None:
        """Ask a worker to stop; its exit code."""
        worker.terminate()
        worker.join(60)
        self.workers.remove(worker)
        return worker.exitcode

    def new_project(self, clip: Path | None = None) -> str:
        return project_from_file(self.app, self.user_id, clip or self.clip, name=f"Project {new_token(6)}")

    def start(
        self,
        request: str,
        *,
        planner: str = "rules",
        ends: Sequence[str] = ("completed",),
        project_id: str | None = None,
        key: str | None = None,
    ) -> str:
        key = key or new_token()
        project_id = project_id or self.new_project()
        run_id = launch.start(
            self.app, self.engine, self.user_id, project_id, request, key=key, planner=planner
        )
        self.promises.runs[_hex(run_id)] = set(ends)
        return run_id

    def start_again(self, run_id: str) -> None:
        """A double click: the same request under the same key."""
        report = self.inspect(run_id)
        again = launch.start(
            self.app,
            self.engine,
            self.user_id,
            report.project_id,
            report.request,
            key=report.idempotency_key,
            planner=report.planner,
        )
        assert again == run_id
        self.promises.repeats[f"start:{run_id}"] += 1

    def approve(self, run_id: str, positions: Sequence[int] | None = None) -> None:
        launch.approve(self.app, self.engine, self.user_id, run_id, positions=positions)

    def approve_again(self, run_id: str) -> None:
        plan = self.inspect(run_id).plan
        assert plan is not None
        self.approve(run_id)
        self.promises.repeats[f"approve:{plan.id}"] += 1

    def cancel(self, run_id: str) -> None:
        launch.cancel(self.app, self.user_id, run_id, reason="a test")

    def retry(self, run_id: str) -> None:
        launch.retry(self.app, self.engine, self.user_id, run_id)

    def inspect(self, run_id: str) -> RunReport:
        with self.app.database.transaction() as session:
            return inspect_run(session, self.user_id, run_id)

    def glance(self, run_id: str) -> RunGlance:
        with self.app.database.transaction() as session:
            return glance_at_run(session, self.user_id, run_id)

    def count_events(self) -> int:
        """How much has happened."""
        with self.app.database.transaction() as session:
            return session.scalars(sa.select(sa.func.count()).select_from(ToolEvent)).one()

    def status(self, run_id: str) -> str:
        with self.app.database.transaction() as session:
            return session.scalars(sa.select(Run.status).where(Run.id == run_id)).one().value

    def statuses(self) -> dict[str, str]:
        with self.app.database.transaction() as session:
            return {run_id: status.value for run_id, status in session.execute(sa.select(Run.id, Run.status))}

    def wait_for(self, run_id: str, *statuses: str, at_most_seconds: float = 60.0) -> None:
        """Until the run is in one of these, or over when none is named."""
        wanted = statuses or TERMINAL
        self.wait_until(lambda: self.status(run_id) in wanted, at_most_seconds=at_most_seconds)

    def wait_until(self, condition: Callable[[], bool], *, at_most_seconds: float = 60.0) -> None:
        deadline = clock.monotonic() + at_most_seconds
        while not condition():
            assert clock.monotonic() < deadline, f"it did not happen in time: {self.statuses()}"
            clock.sleep(0.03)

    def list_ffmpeg(self) -> list[int]:
        return [pid for pid, _ in list_processes(self.home)]

    def check(self) -> list[str]:
        return check(Left(self.url, self.home), self.promises)

    def verify_ledgers(self) -> None:
        """The product's own check of every project."""
        with self.app.database.transaction() as session:
            ids = session.scalars(sa.select(Project.id)).all()
        for project_id in ids:
            with self.app.database.transaction() as session:
                ledger.verify_ledger(session, project_id)

    def close(self) -> None:
        for worker in list(self.workers):
            self.kill(worker)
        self.engine.stop()
        self.app.close()


def _hex(row_id: str) -> str:
    return row_id.replace("-", "")
