"""Which process may work, and who finishes the jobs of one that died.

SQLite admits one worker: a file lock beside the database. On PostgreSQL every worker beats in the `workers`
table; a live one gives the running jobs of the dead back to their queues. A false alarm does no harm: the
engine lets only the newest owner of a job commit.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cuttingroom.core.errors import Conflict
from cuttingroom.storage.database import Database
from cuttingroom.storage.tables.workers import Worker

log = logging.getLogger(__name__)

RESCUE_LOCK = 0x63757474  # any number that nothing else in the database locks
BEATS_PER_LEASE = 4
FORGET_AFTER = timedelta(hours=1)


class WorkerLock:
    """Held by the one process that works on a SQLite database; released by its end, however it ends."""

    def __init__(self, database_path: Path) -> None:
        self.database_path = database_path
        self._lock = FileLock(f"{database_path}.worker.lock", thread_local=False)
        self._pid_file = Path(f"{database_path}.worker.pid")

    def acquire(self) -> None:
        """Raises Conflict, naming the process that holds it."""
        try:
            self._lock.acquire(blocking=False)
        except Timeout as error:
            pid = self._find_holder()
            raise Conflict(
                f"Process {pid or '(unknown)'} is already working on {self.database_path}.",
                advice="Stop that process first, or use PostgreSQL for more than one worker.",
                pid=pid,
            ) from error
        self._pid_file.write_text(str(os.getpid()))

    def release(self) -> None:
        if self._lock.is_locked:
            self._pid_file.unlink(missing_ok=True)
            self._lock.release()

    def _find_holder(self) -> int | None:
        text = self._pid_file.read_text() if self._pid_file.exists() else ""
        return int(text) if text.isdigit() else None


@dataclass(frozen=True)
class RunningJob:
    job_id: str
    executor_id: str
    queue: str


class Lease:
    """Beats for one worker, and rescues the jobs of workers that have not beaten for `lease_seconds`."""

    def __init__(
        self,
        database: Database,
        *,
        executor_id: str,
        version: str,
        lease_seconds: float,
        list_running: Callable[[], Iterable[RunningJob]],
        requeue: Callable[[list[str], str], None],
    ) -> None:
        self._database = database
        self._executor_id = executor_id
        self._version = version
        self._lease = timedelta(seconds=lease_seconds)
        self._list_running = list_running
        self._requeue = requeue
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def start(self) -> None:
        """Returns when the first beat is stored, so that no job is claimed by a worker without a lease."""
        self.beat()
        self._thread.start()

    def stop(self) -> None:
        """Give the lease up: others take over at once what this worker leaves unfinished."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()
        with self._database.transaction() as session:
            session.execute(sa.delete(Worker).where(Worker.executor_id == self._executor_id))

    def beat(self) -> None:
        statement = insert(Worker).values(
            executor_id=self._executor_id,
            hostname=socket.gethostname(),
            pid=os.getpid(),
            version=self._version,
        )
        statement = statement.on_conflict_do_update(
            index_elements=[Worker.executor_id], set_={"beat_at": sa.func.now()}
        )
        with self._database.transaction() as session:
            session.execute(statement)

    def rescue(self) -> int:
        """Give the running jobs of dead workers back to their queues; how many. One rescuer at a time.

        The database must end idle transactions, or a rescuer that freezes here would lock out all others.
        """
        with self._database.transaction() as session:
            if not session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(RESCUE_LOCK))):
                return 0
            # Jobs first: a worker's row is older than its first claim, so no live worker can look dead here.
            running = list(self._list_running())
            live = self._list_live(session)
            orphans = sorted((j for j in running if j.executor_id not in live), key=lambda job: job.queue)
            for queue, jobs in groupby(orphans, key=lambda job: job.queue):
                self._requeue([job.job_id for job in jobs], queue)
            session.execute(sa.delete(Worker).where(_silent_for(FORGET_AFTER)))
        if orphans:
            log.warning("took over %d jobs of %s", len(orphans), sorted({j.executor_id for j in orphans}))
        return len(orphans)

    def _list_live(self, session: Session) -> set[str]:
        return set(session.scalars(sa.select(Worker.executor_id).where(~_silent_for(self._lease))))

    def _keep(self) -> None:
        while not self._stopped.wait(self._lease.total_seconds() / BEATS_PER_LEASE):
            try:
                self.beat()
                self.rescue()
            except Exception:  # the next beat tries again; until then another worker may take over
                log.exception("worker %s could not renew its lease", self._executor_id)


def _silent_for(duration: timedelta) -> sa.ColumnElement[Any]:
    return Worker.beat_at < sa.func.now() - duration


def has_live_worker(database: Database, lease_seconds: float) -> bool:
    """Whether any worker has renewed its lease in time. Only meaningful on PostgreSQL."""
    with database.transaction() as session:
        return count_live_workers(session, lease_seconds) > 0


def count_live_workers(session: Session, lease_seconds: float) -> int:
    """How many workers have renewed their lease in time. Only meaningful on PostgreSQL."""
    live = sa.select(sa.func.count()).where(~_silent_for(timedelta(seconds=lease_seconds)))
    return session.scalar(live.select_from(Worker)) or 0
