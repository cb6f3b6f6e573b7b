"""A run apart from media and models: each step of it beside one committed insert on the same disk or server.

The rules planner, five edits and no render, on the durable engine as in the product. The engine's own
checkpoints and the waits of its queues are part of what is measured.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.grounds import bare_inserts, event_bytes, make_settings, temporary_folder
from benchmarks.measure import Figure, Series, milliseconds, seconds_of
from cuttingroom.app import App, open_app
from cuttingroom.core.ids import new_id
from cuttingroom.core.status import RunStatus
from cuttingroom.planners.rules.parsing import _parse
from cuttingroom.storage.tables import Run
from cuttingroom.workflows import launch
from cuttingroom.workflows.dbos_engine import DbosEngine
from cuttingroom.workflows.engine import Handler, Job, JobContext
from cuttingroom.workflows.run import RunJobs
from factories import a_filmed_project

T = TypeVar("T")

REQUEST = (
    "cut the first 2 seconds, mute 0:10 to 0:12, fade in over 1 second, "
    'add a title "Hello" at 0:05, fade out over 1 second, don\'t render'
)
ITEMS = 5
RUNS = 9
LOOK_SECONDS = 0.002
AIM_PLANNED_MS, AIM_ITEM_MS = 500.0, 20.0
PEER = "one bare insert, committed"


class Stopwatch:
    """Seconds by step, collected over all runs."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)

    def time(self, name: str, fn: Callable[[], T]) -> T:
        start = time.perf_counter()
        try:
            return fn()
        finally:
            self.seconds[name].append(time.perf_counter() - start)

    def series(self, name: str) -> Series:
        return Series(tuple(self.seconds[name]))


class _TimedContext:
    """A job's context that times every step and transaction of the handler."""

    def __init__(self, inner: JobContext, watch: Stopwatch) -> None:
        self._inner, self._watch = inner, watch

    @property
    def job_id(self) -> str:
        return self._inner.job_id

    def step(self, name: str, fn: Callable[[], T], *, attempts: int = 1) -> T:
        return self._watch.time(name, lambda: self._inner.step(name, fn, attempts=attempts))

    def commit(self, name: str, fn: Callable[[Session], T]) -> T:
        return self._watch.time(name, lambda: self._inner.commit(name, fn))

    def fanout(self, name: str, jobs: Sequence[Job]) -> list[Any]:
        return self._inner.fanout(name, jobs)


def run() -> list[Figure]:
    return [figure for kind in ("sqlite", "postgresql") for figure in figures_on(kind)]


def figures_on(kind: str) -> list[Figure]:
    watch = Stopwatch()
    with temporary_folder() as home:
        settings = make_settings(kind, home)
        app = open_app(settings)
        engine = DbosEngine(settings)
        engine.migrate()
        engine.start({k: _timed(h, watch) for k, h in RunJobs(app, engine).handlers().items()})
        try:
            _one_run(app, engine, watch)
            watch.seconds.clear()
            with bare_inserts(settings, event_bytes(app.database)) as insert:
                for _ in range(RUNS):
                    _one_run(app, engine, watch)
                    watch.seconds["peer"] += [seconds_of(lambda: insert(1)) for _ in range(10)]
        finally:
            engine.stop(grace_seconds=5)
            app.close()
    if kind == "sqlite":
        return _figures("overhead, SQLite", watch, AIM_PLANNED_MS, AIM_ITEM_MS)
    return _figures("overhead, PostgreSQL", watch)


def _timed(handler: Handler, watch: Stopwatch) -> Handler:
    return lambda ctx, args: handler(_TimedContext(ctx, watch), args)


def _one_run(app: App, engine: DbosEngine, watch: Stopwatch) -> None:
    with app.database.transaction() as session:
        project, _ = a_filmed_project(session)
        user_id, project_id = project.user_id, project.id
    _parse.cache_clear()  # a request is new when it is made
    start = time.perf_counter()
    run_id = watch.time(
        "start_run",
        lambda: launch.start(app, engine, user_id, project_id, REQUEST, key=new_id(), planner="rules"),
    )
    _wait(app, run_id, RunStatus.AWAITING_CONFIRMATION)
    watch.seconds["planned"].append(time.perf_counter() - start)
    watch.time("approve", lambda: launch.approve(app, engine, user_id, run_id))
    watch.seconds["approved"].append(time.perf_counter() - start)
    _wait(app, run_id, RunStatus.COMPLETED)
    watch.seconds["completed"].append(time.perf_counter() - start)


def _wait(app: App, run_id: str, status: RunStatus) -> None:
    """Look until the run is there; a plain read, which on SQLite holds nobody up."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with app.database.engine.connect() as connection:
            now = connection.scalar(sa.select(Run.status).where(Run.id == run_id))
        if now is status:
            return
        assert now is not RunStatus.FAILED
        time.sleep(LOOK_SECONDS)
    raise AssertionError(f"the run did not come to {status}")


def _figures(
    name: str, watch: Stopwatch, aim_planned_ms: float | None = None, aim_item_ms: float | None = None
) -> list[Figure]:
    peer = watch.series("peer")
    edits = Series(tuple(s / ITEMS for s in watch.seconds["advance 0"]))
    wholes = [
        ("prompt to approved plan", watch.series("approved"), aim_planned_ms),
        ("one edit item", edits, aim_item_ms),
        ("prompt to completed run of 5 edits", watch.series("completed"), None),
    ]
    steps = [
        ("step: start the run", "start_run"),
        ("step: see what is missing", "begin"),
        ("step: start planning", "start planning"),
        ("step: plan", "plan"),
        ("step: store the plan", "store plan"),
        ("step: approve", "approve"),
        ("step: make 5 edits", "advance 0"),
        ("step: look for more", "advance 1"),
        ("step: begin verifying", "begin verifying"),
        ("step: finish", "finish"),
    ]
    return [
        *(milliseconds(name, label, series, peer, PEER, aim) for label, series, aim in wholes),
        *(milliseconds(name, label, watch.series(step), peer, PEER) for label, step in steps),
    ]
