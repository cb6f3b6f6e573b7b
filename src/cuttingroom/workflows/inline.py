"""An engine without threads: jobs wait in one table until `drain` runs them, in order, in the calling thread.

For tests and one-shot commands. It keeps the port's promises except one: a job that the process leaves half
done is not resumed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.errors import Canceled, CuttingroomError
from cuttingroom.storage.base import Json, UtcDateTime
from cuttingroom.storage.database import Database
from cuttingroom.workflows.engine import (
    CONTROL,
    Handler,
    Job,
    JobStatus,
    as_json,
    name_children,
    try_often,
)

T = TypeVar("T")
log = logging.getLogger(__name__)

JOBS = sa.Table(
    "inline_jobs",
    sa.MetaData(),  # the engine's own, never part of the product's migrations
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("job_id", sa.String, unique=True, nullable=False),
    sa.Column("parent_id", sa.String),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("queue", sa.String, nullable=False),
    sa.Column("args", Json, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("result", Json),
    sa.Column("error", sa.Text),
    sa.Column("ended_at", UtcDateTime),
)
OVER = [status for status in JobStatus if status.is_over]


class _Stopped(BaseException):
    """A canceled job met its next step."""


class InlineEngine:
    """The engine port over one table; `drain` is its worker."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._handlers: Mapping[str, Handler] = {}
        self._errors: dict[str, Exception] = {}

    def migrate(self) -> None:
        JOBS.create(self._database.engine, checkfirst=True)

    def enqueue(
        self,
        session: Session | sa.Connection,
        kind: str,
        job_id: str,
        args: dict[str, Any],
        queue: str = CONTROL,
    ) -> None:
        self._insert(session, Job(kind, args, queue, job_id), parent_id=None)

    def cancel(self, job_ids: Sequence[str]) -> None:
        with self._database.transaction() as session:
            wanted = list(job_ids)
            while wanted:
                session.execute(
                    sa.update(JOBS)
                    .where(JOBS.c.job_id.in_(wanted), JOBS.c.status.not_in(OVER))
                    .values(status=JobStatus.CANCELED, ended_at=clock.now())
                )
                wanted = list(session.scalars(sa.select(JOBS.c.job_id).where(JOBS.c.parent_id.in_(wanted))))

    def find_status(self, job_id: str) -> JobStatus | None:
        row = self._find(job_id)
        return JobStatus(row.status) if row else None

    def find_error(self, job_id: str) -> str | None:
        row = self._find(job_id)
        return row.error if row else None

    def is_pending(self, job_id: str) -> bool:
        status = self.find_status(job_id)
        return status is not None and not status.is_over

    def start(self, handlers: Mapping[str, Handler]) -> None:
        self._handlers = handlers

    def stop(self, *, grace_seconds: float = 0.0) -> None:
        self._handlers = {}

    def resume_dropped(self) -> int:
        return 0

    def collect_garbage(self, older_than: datetime) -> int:
        with self._database.transaction() as session:
            gone = sa.delete(JOBS).where(JOBS.c.status.in_(OVER), JOBS.c.ended_at < older_than)
            return len(session.scalars(gone.returning(JOBS.c.position)).all())

    def drain(self) -> None:
        """Run the promised jobs, oldest first, and those they promise, until none is left."""
        oldest = sa.select(JOBS.c.job_id).where(JOBS.c.status == JobStatus.QUEUED).order_by(JOBS.c.position)
        while True:
            with self._database.transaction() as session:
                job_id = session.scalars(oldest.limit(1)).first()
            if job_id is None:
                return
            self._run(job_id)

    def _insert(self, session: Session | sa.Connection, job: Job, *, parent_id: str | None) -> None:
        connection = session.connection() if isinstance(session, Session) else session
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        row = dialect.insert(JOBS).values(
            job_id=job.job_id,
            parent_id=parent_id,
            kind=job.kind,
            queue=job.queue,
            args=as_json(job.args),
            status=JobStatus.QUEUED,
        )
        connection.execute(row.on_conflict_do_nothing(index_elements=[JOBS.c.job_id]))

    def _find(self, job_id: str) -> sa.Row[Any] | None:
        with self._database.transaction() as session:
            return session.execute(sa.select(JOBS).where(JOBS.c.job_id == job_id)).first()

    def _run(self, job_id: str) -> None:
        row = self._find(job_id)
        if row is None or not self._move(job_id, JobStatus.QUEUED, JobStatus.RUNNING):
            return
        try:
            handler = self._handlers[row.kind]
            result = as_json(handler(_InlineContext(self, self._database, job_id, row.queue), row.args))
        except _Stopped:
            return
        except Exception as error:
            log.exception("job %s (%s) failed", job_id, row.kind)
            self._errors[job_id] = error
            self._end(job_id, JobStatus.ERROR, error=f"{type(error).__name__}: {error}")
        else:
            self._end(job_id, JobStatus.SUCCESS, result=result)

    def _end(self, job_id: str, status: JobStatus, **values: Any) -> None:
        self._move(job_id, JobStatus.RUNNING, status, ended_at=clock.now(), **values)

    def _move(self, job_id: str, before: JobStatus, after: JobStatus, **values: Any) -> bool:
        change = sa.update(JOBS).where(JOBS.c.job_id == job_id, JOBS.c.status == before)
        with self._database.transaction() as session:
            return bool(
                session.scalars(change.values(status=after, **values).returning(JOBS.c.position)).all()
            )

    def _run_children(self, parent_id: str, jobs: Sequence[Job]) -> list[Any]:
        with self._database.transaction() as session:
            for job in jobs:
                self._insert(session, job, parent_id=parent_id)
        for job in jobs:
            self._run(str(job.job_id))
        rows = [self._find(str(job.job_id)) for job in jobs]
        return [self._get_result(row) for row in rows if row is not None]

    def _get_result(self, row: sa.Row[Any]) -> Any:
        if row.status == JobStatus.CANCELED:
            raise Canceled(f"Job {row.job_id} was canceled.")
        if row.status == JobStatus.ERROR:
            raise self._errors.get(row.job_id) or CuttingroomError(row.error)
        return row.result


class _InlineContext:
    def __init__(self, engine: InlineEngine, database: Database, job_id: str, queue: str) -> None:
        self.job_id = job_id
        self._engine = engine
        self._database = database
        self._queue = queue

    def step(self, name: str, fn: Callable[[], T], *, attempts: int = 1) -> T:
        self._stop_if_canceled()
        return as_json(try_often(fn, attempts))

    def commit(self, name: str, fn: Callable[[Session], T]) -> T:
        self._stop_if_canceled()
        with self._database.transaction() as session:
            return as_json(fn(session))

    def fanout(self, name: str, jobs: Sequence[Job]) -> list[Any]:
        self._stop_if_canceled()
        return self._engine._run_children(self.job_id, name_children(self.job_id, self._queue, name, jobs))

    def _stop_if_canceled(self) -> None:
        if self._engine.find_status(self.job_id) is JobStatus.CANCELED:
            raise _Stopped
