"""Who may work: the lock on SQLite, leases on PostgreSQL."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

import engine_toy
import servers
from cuttingroom.core.errors import Conflict
from cuttingroom.core.settings import Settings
from cuttingroom.storage.database import Database, limit_idle_transactions
from cuttingroom.storage.tables.workers import Worker
from cuttingroom.workflows.dbos_engine import DbosEngine
from cuttingroom.workflows.lease import RESCUE_LOCK, Lease, RunningJob, WorkerLock
from engine_toy import wait_until

HOLD_THE_LOCK = """
import sys
from pathlib import Path
from cuttingroom.workflows.lease import WorkerLock
lock = WorkerLock(Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock of `studio.db` until it dies."""
    argv = [sys.executable, "-c", HOLD_THE_LOCK, str(tmp_path / "studio.db")]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_worker_is_refused_and_told_who_works(holder: subprocess.Popen[str], tmp_path: Path):
    with pytest.raises(Conflict, match=f"Process {holder.pid} is already working") as caught:
        WorkerLock(tmp_path / "studio.db").acquire()
    assert caught.value.detail == {"pid": holder.pid}


def test_a_killed_worker_leaves_no_lock(holder: subprocess.Popen[str], tmp_path: Path):
    holder.kill()
    holder.wait()
    lock = WorkerLock(tmp_path / "studio.db")
    lock.acquire()
    lock.release()


def test_a_lock_can_be_taken_again_after_its_release(tmp_path: Path):
    first, second = WorkerLock(tmp_path / "studio.db"), WorkerLock(tmp_path / "studio.db")
    first.acquire()
    with pytest.raises(Conflict, match=str(os.getpid())):
        second.acquire()
    first.release()
    first.release()
    second.acquire()
    second.release()


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database(servers.postgres_url())
    engine_toy.create_tables(database)
    yield database
    database.dispose()


class Shop:
    """Running jobs as an engine would list them, and what was given back to which queue."""

    def __init__(self, *running: RunningJob) -> None:
        self.running = list(running)
        self.requeued: list[tuple[str, list[str]]] = []

    def requeue(self, job_ids: list[str], queue: str) -> None:
        self.requeued.append((queue, job_ids))
        self.running = [job for job in self.running if job.job_id not in job_ids]

    def lease(self, database: Database, executor_id: str, lease_seconds: float = 60) -> Lease:
        return Lease(
            database,
            executor_id=executor_id,
            version="1",
            lease_seconds=lease_seconds,
            list_running=lambda: self.running,
            requeue=self.requeue,
        )


def list_workers(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.scalars(sa.select(Worker.executor_id).order_by(Worker.executor_id)))


def test_jobs_of_the_dead_go_back_to_their_queues_and_those_of_the_living_stay(database: Database):
    shop = Shop(
        RunningJob("j1", "dead", "render"),
        RunningJob("j2", "alive", "render"),
        RunningJob("j3", "dead", "control"),
        RunningJob("j4", "also dead", "render"),
    )
    lease = shop.lease(database, "alive")
    lease.beat()
    assert lease.rescue() == 3
    assert shop.requeued == [("control", ["j3"]), ("render", ["j1", "j4"])]
    assert lease.rescue() == 0


def test_a_worker_is_dead_when_it_has_not_beaten_for_its_lease(database: Database):
    shop = Shop(RunningJob("j1", "silent", "make"))
    shop.lease(database, "silent").beat()
    watcher = shop.lease(database, "watcher", lease_seconds=0.2)
    watcher.beat()
    wait_until(lambda: bool(watcher.rescue()))
    assert shop.requeued == [("make", ["j1"])]


def test_only_one_worker_rescues_at_a_time(database: Database):
    shop = Shop(RunningJob("j1", "dead", "make"))
    first, second = shop.lease(database, "first"), shop.lease(database, "second")
    rescued_meanwhile: list[int] = []

    def requeue(job_ids: list[str], queue: str) -> None:
        rescued_meanwhile.append(second.rescue())
        Shop.requeue(shop, job_ids, queue)

    first._requeue = requeue
    assert first.rescue() == 1
    assert rescued_meanwhile == [0]


def test_a_rescuer_that_freezes_does_not_lock_out_the_others(database: Database):
    shop = Shop(RunningJob("j1", "dead", "make"))
    frozen = Database(database.url)
    limit_idle_transactions(frozen.engine, 0.1)
    connection = frozen.engine.connect()
    assert connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(RESCUE_LOCK)))
    lease = shop.lease(database, "alive")
    assert lease.rescue() == 0
    wait_until(lambda: bool(lease.rescue()))
    connection.invalidate()
    connection.close()
    frozen.dispose()


def test_the_engines_own_transactions_may_idle_for_one_lease(database: Database):
    engine = DbosEngine(Settings(database_url=database.url, lease_seconds=7))
    with engine._database.engine.connect() as connection:
        assert connection.scalar(sa.text("SHOW idle_in_transaction_session_timeout")) == "7s"
    engine.stop()


def test_a_running_lease_beats_rescues_and_removes_its_row_at_the_end(database: Database):
    shop = Shop()
    lease = shop.lease(database, "worker", lease_seconds=0.2)
    lease.start()
    shop.running.append(RunningJob("j1", "dead", "make"))
    wait_until(lambda: bool(shop.requeued))
    assert list_workers(database) == ["worker"]
    lease.stop()
    assert list_workers(database) == []


def test_a_worker_whose_row_was_forgotten_comes_back_with_its_next_beat(database: Database):
    lease = Shop().lease(database, "worker")
    lease.beat()
    with database.transaction() as session:
        session.execute(sa.delete(Worker))
    lease.beat()
    lease.beat()
    assert list_workers(database) == ["worker"]
