"""The durable engine behind the port: DBOS, inside our process, on SQLite or PostgreSQL.

The only module that imports dbos, whose tables live in the schema `engine` on PostgreSQL.
"""

from __future__ import annotations

import logging
import math
import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from dbos import DBOS, DBOSClient, EnqueueOptions, SQLAlchemyDatasource, WorkflowStatus
from dbos import error as dbos_error
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from cuttingroom.core.errors import Canceled, Conflict
from cuttingroom.core.ids import new_token
from cuttingroom.core.settings import Settings
from cuttingroom.storage.database import Database, limit_idle_transactions, storage_errors
from cuttingroom.workflows.engine import (
    CONTROL,
    MAKE,
    MODEL,
    RENDER,
    Handler,
    Job,
    JobStatus,
    Stopping,
    as_json,
    name_children,
    try_often,
)
from cuttingroom.workflows.lease import Lease, RunningJob, WorkerLock

T = TypeVar("T")
log = logging.getLogger(__name__)

APPLICATION, SCHEMA = "cuttingroom", "engine"
# Raised by hand, after draining, and only when a handler's sequence of steps changes incompatibly. The
# library's default is a hash of the source, which would strand every running job at each edit.
VERSION = "1"
STATUSES = {
    "ENQUEUED": JobStatus.QUEUED,
    "DELAYED": JobStatus.QUEUED,
    "PENDING": JobStatus.RUNNING,
    "SUCCESS": JobStatus.SUCCESS,
    "ERROR": JobStatus.ERROR,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": JobStatus.ERROR,
    "CANCELLED": JobStatus.CANCELED,
}
OVER = [word for word, status in STATUSES.items() if status.is_over]
GARBAGE_BATCH = 500


class DbosEngine:
    """The engine of one process. `start` makes the process a worker; without it the engine is a client."""

    _working: ClassVar[DbosEngine | None] = None  # DBOS is one per process

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._database = Database(settings.database)  # its own connections, apart from the domain's
        if not settings.is_sqlite:
            # A worker may freeze while it holds the rescuers' lock or a queue's; then nobody could take over.
            limit_idle_transactions(self._database.engine, settings.lease_seconds)
        self._client = DBOSClient(
            system_database_engine=self._database.engine,
            dbos_system_schema=SCHEMA,
            application_name=APPLICATION,
            lazy=True,
            retry_connection_errors=False,
        )
        self._lock: WorkerLock | None = None
        self._lease: Lease | None = None
        self._running: set[str] = set()
        self._dropped: set[str] = set()
        self._stopping = False
        self.executor_id = "local" if settings.is_sqlite else _new_executor_id()

    def migrate(self) -> None:
        url = self._settings.database
        with storage_errors():
            DBOS.migrate(url, schema=SCHEMA)
            SQLAlchemyDatasource.migrate(url, schema=None if self._settings.is_sqlite else SCHEMA)

    def enqueue(
        self,
        session: Session | Connection,
        kind: str,
        job_id: str,
        args: dict[str, Any],
        queue: str = CONTROL,
    ) -> None:
        self._client.enqueue_in_transaction(session, _options(kind, job_id, queue), as_json(args), queue)

    def cancel(self, job_ids: Sequence[str]) -> None:
        with storage_errors():
            self._client.cancel_workflows(list(job_ids), cancel_children=True)

    def find_status(self, job_id: str) -> JobStatus | None:
        row = self._find(job_id, load_output=False)
        return STATUSES[row.status] if row else None

    def find_error(self, job_id: str) -> str | None:
        row = self._find(job_id, load_output=True)
        return f"{type(row.error).__name__}: {row.error}" if row and row.error else None

    def is_pending(self, job_id: str) -> bool:
        status = self.find_status(job_id)
        return status is not None and not status.is_over

    def resume_dropped(self) -> int:
        with storage_errors():
            own = [job for job in self._list_running() if job.executor_id == self.executor_id]
            dropped = [job for job in own if job.job_id not in self._running]
            again = [job for job in dropped if job.job_id in self._dropped]
            self._dropped = {job.job_id for job in dropped}
            for job in again:
                log.warning("job %s was begun here and dropped; it goes on", job.job_id)
                self._requeue([job.job_id], job.queue)
        return len(again)

    def collect_garbage(self, older_than: datetime) -> int:
        total = 0
        while ids := self._list_over(older_than):
            self._client.delete_workflows(ids)
            total += len(ids)
        return total

    def start(self, handlers: Mapping[str, Handler]) -> None:
        """Raises Conflict when this process, or on SQLite any other, works on the database already."""
        if DbosEngine._working is not None:
            raise Conflict("This process is already a worker.", advice="Stop its engine first.")
        if self._settings.is_sqlite:
            self._lock = WorkerLock(Path(str(self._database.engine.url.database)))
            self._lock.acquire()
        DbosEngine._working = self
        try:
            self._launch(handlers)
        except BaseException:
            self.stop()
            raise

    def stop(self, *, grace_seconds: float = 0.0) -> None:
        self._stopping = True
        if DbosEngine._working is self:
            patience = math.ceil(grace_seconds) if self._running else 0
            DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=patience)
            DbosEngine._working = None
        if self._lease is not None:
            self._lease.stop()
            self._lease = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        self._client.destroy()
        self._database.dispose()

    def _launch(self, handlers: Mapping[str, Handler]) -> None:
        _adopt_log()
        with storage_errors():
            self._register_queues()
            DBOS(
                config={
                    "name": APPLICATION,
                    "system_database_url": self._settings.database,
                    "system_database_engine": self._database.engine,
                    "dbos_system_schema": SCHEMA,
                    "executor_id": self.executor_id,
                    "application_version": VERSION,
                    "run_migrations": False,
                    "log_level": "WARNING",
                    "notification_listener_polling_interval_sec": max(self._settings.poll_seconds, 0.1),
                }
            )
            source = SQLAlchemyDatasource.create(
                self._settings.database,
                engine=self._database.engine,
                schema=None if self._settings.is_sqlite else SCHEMA,
                run_migrations=False,
            )
            for kind, handler in handlers.items():
                DBOS.workflow(name=kind, max_recovery_attempts=None)(self._as_workflow(kind, handler, source))
            if not self._settings.is_sqlite:
                self._lease = self._make_lease()
                self._lease.start()
            DBOS.launch()

    def _register_queues(self) -> None:
        cores = self._settings.cores or os.cpu_count() or 1
        for name, jobs_at_once in {CONTROL: 32, MAKE: max(2, cores), RENDER: cores, MODEL: 8}.items():
            self._client.register_queue(
                name,
                worker_concurrency=jobs_at_once,
                polling_interval_sec=self._settings.poll_seconds,
                on_conflict="always_update",
            )

    def _as_workflow(
        self, kind: str, handler: Handler, source: SQLAlchemyDatasource
    ) -> Callable[[dict[str, Any], str], Any]:
        def work(args: dict[str, Any], queue: str) -> Any:
            job_id = str(DBOS.workflow_id)
            self._running.add(job_id)
            try:
                context = _DbosContext(job_id, queue, source, self._settings, lambda: self._stopping)
                return as_json(handler(context, args))
            except Exception as error:
                if self._stopping:
                    raise Stopping from error
                log.exception("job %s (%s) failed", job_id, kind)
                raise
            finally:
                self._running.discard(job_id)

        return work

    def _make_lease(self) -> Lease:
        return Lease(
            self._database,
            executor_id=self.executor_id,
            version=VERSION,
            lease_seconds=self._settings.lease_seconds,
            list_running=self._list_running,
            requeue=self._requeue,
        )

    def _list_running(self) -> Iterator[RunningJob]:
        rows = self._client.list_workflows(status="PENDING", load_input=False, load_output=False)
        return (RunningJob(r.workflow_id, r.executor_id or "", r.queue_name or CONTROL) for r in rows)

    def _requeue(self, job_ids: list[str], queue: str) -> None:
        self._client.resume_workflows(job_ids, queue_name=queue)

    def _find(self, job_id: str, *, load_output: bool) -> WorkflowStatus | None:
        with storage_errors():
            rows = self._client.list_workflows(
                workflow_ids=[job_id], load_input=False, load_output=load_output
            )
        return rows[0] if rows else None

    def _list_over(self, older_than: datetime) -> list[str]:
        with storage_errors():
            rows = self._client.list_workflows(
                status=OVER,
                completed_before=older_than.isoformat(),
                limit=GARBAGE_BATCH,
                load_input=False,
                load_output=False,
            )
        return [row.workflow_id for row in rows]


class _DbosContext:
    def __init__(
        self,
        job_id: str,
        queue: str,
        source: SQLAlchemyDatasource,
        settings: Settings,
        is_stopping: Callable[[], bool],
    ) -> None:
        self.job_id = job_id
        self._queue = queue
        self._source = source
        self._settings = settings
        self._is_stopping = is_stopping

    @contextmanager
    def _no_failure_by_stop(self) -> Iterator[None]:
        """What fails while the worker stops is cut off, not failed: it must not be recorded."""
        try:
            yield
        except Exception as error:
            if self._is_stopping():
                raise Stopping from error
            raise

    def step(self, name: str, fn: Callable[[], T], *, attempts: int = 1) -> T:
        def work() -> T:
            with self._no_failure_by_stop():
                return as_json(try_often(fn, attempts))

        with self._no_failure_by_stop():
            return DBOS.run_step({"name": name}, work)

    def commit(self, name: str, fn: Callable[[Session], T]) -> T:
        def transact() -> T:
            session = self._source.sql_session()
            if self._settings.is_sqlite:
                # pysqlite begins at the first write only; what `fn` reads before that must be inside too.
                session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            with self._no_failure_by_stop():
                return as_json(fn(session))

        isolation = "SERIALIZABLE" if self._settings.is_sqlite else "READ COMMITTED"
        with self._no_failure_by_stop():
            return self._source.run_tx_step({"name": name, "isolation_level": isolation}, transact)

    def fanout(self, name: str, jobs: Sequence[Job]) -> list[Any]:
        children = name_children(self.job_id, self._queue, name, jobs)
        handles = [
            DBOS.enqueue_workflow_with_options(
                _options(job.kind, str(job.job_id), job.queue), as_json(job.args), job.queue
            )
            for job in children
        ]
        results, errors = [], []
        for handle in handles:
            try:
                results.append(handle.get_result(polling_interval_sec=self._settings.poll_seconds))
            except dbos_error.DBOSAwaitedWorkflowCancelledError as error:
                errors.append(Canceled(f"Job {error.workflow_id} was canceled."))
            except Exception as error:  # noqa: BLE001 - raised once all children are over
                errors.append(error)
        if errors:
            with self._no_failure_by_stop():
                raise errors[0]
        return results


def _options(kind: str, job_id: str, queue: str) -> EnqueueOptions:
    return {"workflow_name": kind, "workflow_id": job_id, "queue_name": queue}


def _adopt_log() -> None:
    """Let DBOS log through ours; without a handler of its own it would write to the terminal."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def _new_executor_id() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{new_token(6)}"
