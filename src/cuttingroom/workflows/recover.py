"""What a worker looks after besides its jobs: runs that lost theirs, files nobody speaks of, old records."""

from __future__ import annotations

import logging
import shutil
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.app import App
from cuttingroom.core import clock
from cuttingroom.core.errors import Conflict, InternalError, NotFound
from cuttingroom.core.ids import RunId
from cuttingroom.core.status import ErrorCategory, RunStatus
from cuttingroom.storage.database import for_update
from cuttingroom.storage.tables import IdempotencyKey, Run
from cuttingroom.studio import artifacts, runs
from cuttingroom.workflows import launch
from cuttingroom.workflows.engine import Engine
from cuttingroom.workflows.run import end_with, enqueue_execution, enqueue_planning

log = logging.getLogger(__name__)

EVERY_SECONDS = 20.0
LOST_AFTER = timedelta(seconds=30)
MAX_ATTEMPTS = 20
"""A run that loses its job, or storage, so often has something in it that no new job will mend."""
LEFTOVER_AFTER = timedelta(hours=1)
KEEP_JOBS = timedelta(days=7)

_PLANNING = (RunStatus.QUEUED, RunStatus.NEEDS_MEDIA_PROCESSING, RunStatus.PLANNING)
_EXECUTING = (RunStatus.EXECUTING, RunStatus.VERIFYING)
_ENDED = (RunStatus.FAILED, RunStatus.PARTIALLY_COMPLETED)


def resume_lost_runs(app: App, engine: Engine, *, lost_after: timedelta = LOST_AFTER) -> int:
    """Give runs that should be moving, but whose job is over, a new job. Returns how many.

    A job can end without ending its run only when the database or the disk was away at that very moment.
    """
    with app.database.transaction() as session:
        candidates = session.execute(
            sa.select(Run.id, Run.attempt, Run.status).where(
                Run.status.in_((*_PLANNING, *_EXECUTING)), Run.updated_at < clock.now() - lost_after
            )
        ).all()
    # The engine is asked outside of the domain's transaction: on SQLite it could not answer inside.
    lost = [(i, n, s) for i, n, s in candidates if not engine.is_pending(_job_id(i, n, s))]
    return sum(_resume(app, engine, run_id, attempt, status) for run_id, attempt, status in lost)


def _resume(app: App, engine: Engine, run_id: str, attempt: int, status: RunStatus) -> bool:
    """Give one run its new job, unless it has moved on since it was found lost."""
    with app.database.transaction() as session:
        run = session.scalars(for_update(sa.select(Run).where(Run.id == run_id))).one()
        if (run.attempt, run.status) != (attempt, status):
            return False
        if run.attempt >= MAX_ATTEMPTS:
            end_with(session, run_id, InternalError(f"The run lost its job {run.attempt} times."))
            return False
        run.attempt += 1
        (enqueue_planning if status in _PLANNING else enqueue_execution)(engine, session, run)
    log.warning("run %s had lost its job %s and goes on", run_id, _job_id(run_id, attempt, status))
    return True


def retry_after_storage(app: App, engine: Engine, *, lost_after: timedelta = LOST_AFTER) -> int:
    """Take up again the runs that ended because the database or the store was away. Returns how many.

    After MAX_ATTEMPTS a run is left to people. One that cannot go on, since the timeline has moved on, says
    so from then on instead of being tried again and again.
    """
    with app.database.transaction() as session:
        ended = session.execute(
            sa.select(Run.id, Run.attempt).where(
                Run.status.in_(_ENDED),
                Run.error_category == ErrorCategory.STORAGE,
                Run.attempt < MAX_ATTEMPTS,
                Run.updated_at < clock.now() - lost_after,
            )
        ).all()
    return sum(_take_up(app, engine, run_id, attempt) for run_id, attempt in ended)


def _take_up(app: App, engine: Engine, run_id: RunId, attempt: int) -> bool:
    """Take up one run, unless somebody was quicker than this since it was found."""
    try:
        with app.database.transaction() as session:
            run = _lock_ended(session, run_id, attempt)
            if run is not None:
                launch.take_up(session, engine, run.user_id, run_id)
    except (Conflict, NotFound) as error:
        with app.database.transaction() as session:
            run = _lock_ended(session, run_id, attempt)
            if run is not None:
                runs.leave_ended(run, error)
        log.warning("run %s is not taken up again: %s", run_id, error.message)
        return False
    if run is not None:
        log.warning("run %s goes on after storage had stopped it", run_id)
    return run is not None


def _lock_ended(session: Session, run_id: RunId, attempt: int) -> Run | None:
    """The run, if this attempt of it is still its last."""
    run = runs.lock_run(session, run_id)
    return run if run.attempt == attempt and run.status in _ENDED else None


def _job_id(run_id: str, attempt: int, status: RunStatus) -> str:
    return f"{run_id}/{'plan' if status in _PLANNING else 'execute'}/{attempt}"


def sweep(app: App, *, older_than: timedelta = LEFTOVER_AFTER) -> dict[str, int]:
    """Remove what killed attempts left: half-written blobs, blobs without a row, work folders, stale rows.

    Nothing younger than `older_than` is touched, since its maker may still be alive.
    """
    limit = clock.now() - older_than
    with app.database.transaction() as session:
        stale = artifacts.fail_stale_pending(session, limit)
        session.execute(sa.delete(IdempotencyKey).where(IdempotencyKey.expires_at < clock.now()))
    unfinished = app.blobs.discard_unfinished(limit)
    orphans = 0
    listed = list(app.blobs.list_keys(older_than=limit))
    with app.database.transaction() as session:
        known = artifacts.known_keys(session)
    for key in listed:
        if key not in known:
            app.blobs.delete(key)
            orphans += 1
    return {
        "pending": stale,
        "unfinished": unfinished,
        "orphans": orphans,
        "folders": _sweep_folders(app, limit.timestamp()),
    }


def _sweep_folders(app: App, older_than: float) -> int:
    swept = 0
    if app.settings.work_folder.is_dir():
        for folder in app.settings.work_folder.iterdir():
            if _last_change(folder) < older_than:
                shutil.rmtree(folder, ignore_errors=True)
                swept += 1
    return swept


def _last_change(folder: Path) -> float:
    """When anything in the folder was last written; a live attempt writes deep inside. 0 when it is gone."""
    moments = [0.0]
    for path in (folder, *folder.rglob("*")):
        with suppress(FileNotFoundError):
            moments.append(path.stat().st_mtime)
    return max(moments)


class Upkeep:
    """A thread of the worker that recovers every `every_seconds`, and sweeps and forgets each hour."""

    def __init__(
        self,
        app: App,
        engine: Engine,
        *,
        every_seconds: float = EVERY_SECONDS,
        lost_after: timedelta = LOST_AFTER,
    ) -> None:
        self._app, self._engine = app, engine
        self._every_seconds, self._lost_after = every_seconds, lost_after
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _keep(self) -> None:
        next_sweep = clock.monotonic() + self._every_seconds
        while not self._stop.wait(self._every_seconds):
            try:
                self._engine.resume_dropped()
                resume_lost_runs(self._app, self._engine, lost_after=self._lost_after)
                retry_after_storage(self._app, self._engine, lost_after=self._lost_after)
                if clock.monotonic() >= next_sweep:
                    next_sweep = clock.monotonic() + LEFTOVER_AFTER.total_seconds()
                    log.info("swept %s", sweep(self._app))
                    self._engine.collect_garbage(clock.now() - KEEP_JOBS)
            except Exception:
                log.exception("upkeep will try again")
