"""What the durable engine keeps when worker processes are killed or frozen."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

import engine_toy
import servers
from cuttingroom.core import clock
from cuttingroom.core.errors import Conflict
from cuttingroom.core.settings import Settings
from cuttingroom.storage.database import Database
from cuttingroom.workflows.dbos_engine import DbosEngine
from cuttingroom.workflows.engine import JobStatus
from engine_toy import ITEMS, RUNS, list_ledger, list_notes, wait_until

pytestmark = pytest.mark.chaos

LEASE_SECONDS = 1.0
# One process imports everything once and forks the workers: they start in milliseconds.
WORKERS = multiprocessing.get_context("forkserver")
WORKERS.set_forkserver_preload(["cuttingroom.workflows.dbos_engine"])
Worker = multiprocessing.process.BaseProcess


class Studio:
    """A client of the engine, and its worker processes."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.url = servers.database_url(kind, folder)
        self.folder = folder
        self.database = Database(self.url)
        engine_toy.create_tables(self.database)
        self.engine = DbosEngine(Settings(database_url=self.url, poll_seconds=0.05))
        self.engine.migrate()
        self.workers: list[Worker] = []
        self.promised: list[str] = []

    def hire(self) -> Worker:
        """A new worker process, once it is ready to work."""
        worker = WORKERS.Process(target=engine_toy.work, args=(self.url, LEASE_SECONDS, self.folder))
        worker.start()
        self.workers.append(worker)
        wait_until((self.folder / f"ready-{worker.pid}").exists)
        return worker

    def kill(self, worker: Worker) -> None:
        worker.kill()
        self.wait_for_end(worker)

    def wait_for_end(self, worker: Worker) -> int | None:
        worker.join(30)
        self.workers.remove(worker)
        return worker.exitcode

    def start_run(self) -> None:
        run_id = f"r{len(self.promised):04d}"
        with self.database.transaction() as session:
            session.execute(sa.insert(RUNS).values(id=run_id, status="queued"))
            self.engine.enqueue(session, "plan", f"{run_id}/plan", {"run_id": run_id})
        self.promised.append(run_id)

    def approve(self) -> None:
        """The person says yes to whatever waits: a domain move and the next job in one transaction."""
        with self.database.transaction() as session:
            for run_id in session.scalars(sa.select(RUNS.c.id).where(RUNS.c.status == "awaiting")).all():
                session.execute(sa.update(RUNS).where(RUNS.c.id == run_id).values(status="running"))
                self.engine.enqueue(session, "execute", f"{run_id}/execute", {"run_id": run_id})

    def is_done(self) -> bool:
        self.approve()
        with self.database.transaction() as session:
            left = sa.select(sa.func.count()).select_from(RUNS).where(RUNS.c.status != "done")
            return session.scalars(left).one() == 0

    def close(self) -> None:
        for worker in list(self.workers):
            self.kill(worker)
        self.engine.stop()
        self.database.dispose()


@pytest.fixture
def studio(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Studio]:
    studio = Studio(request.param, tmp_path)
    yield studio
    studio.close()


both_databases = pytest.mark.parametrize("studio", servers.DATABASES, indirect=True)
on_sqlite = pytest.mark.parametrize("studio", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("studio", ["postgresql"], indirect=True)


def read_ledger(url: str) -> Counter[tuple[str, str]]:
    """Every effect with how often it happened, read without any code of the product."""
    query = "SELECT run_id, what FROM toy_ledger"
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = connection.execute(query).fetchall()
    else:
        connection = psycopg.connect(url)
        rows = connection.execute(query).fetchall()
    connection.close()
    return Counter((str(run_id), str(what)) for run_id, what in rows)


def expected_ledger(run_ids: list[str]) -> Counter[tuple[str, str]]:
    effects = ["plan", *(f"item {n}" for n in range(ITEMS)), f"verify {ITEMS}"]
    return Counter((run_id, what) for run_id in run_ids for what in effects)


def kill_at_random(studio: Studio, *, kills: int, workers: int, seed: int) -> None:
    """Work goes on while, again and again, a worker that has just done something is killed and replaced."""
    choose = random.Random(seed)
    for _ in range(workers):
        studio.hire()
    for _ in range(kills):
        studio.start_run()
        studio.start_run()
        until = clock.monotonic() + choose.uniform(0.02, 0.5)
        while clock.monotonic() < until:
            studio.approve()
            clock.sleep(0.02)
        studio.kill(choose.choice(studio.workers))
        studio.hire()
    wait_until(studio.is_done)


@on_sqlite
def test_twenty_kills_on_sqlite_lose_nothing_and_repeat_nothing(studio: Studio):
    kill_at_random(studio, kills=20, workers=1, seed=5)
    assert read_ledger(studio.url) == expected_ledger(studio.promised)


@on_postgres
def test_ten_kills_of_two_workers_on_postgresql_lose_nothing_and_repeat_nothing(studio: Studio):
    kill_at_random(studio, kills=10, workers=2, seed=6)
    assert read_ledger(studio.url) == expected_ledger(studio.promised)


@both_databases
def test_a_step_that_was_finished_is_not_repeated_after_a_crash(studio: Studio):
    first = studio.hire()
    with studio.database.transaction() as session:
        studio.engine.enqueue(session, "crash_once", "c1", {})
    assert studio.wait_for_end(first) == 9
    studio.hire()
    wait_until(lambda: not studio.engine.is_pending("c1"))
    assert list_notes(studio.folder) == ["first", "second", "second"]
    assert [what for _, what, _ in list_ledger(studio.database)] == ["last"]


@on_postgres
def test_a_worker_frozen_past_its_lease_cannot_commit_when_it_wakes(studio: Studio):
    workers = {worker.pid: worker for worker in (studio.hire(), studio.hire())}
    with studio.database.transaction() as session:
        studio.engine.enqueue(session, "hold", "h1", {})
    wait_until(lambda: len(list_notes(studio.folder)) == 1)
    zombie_pid = int(list_notes(studio.folder)[0].split()[1])
    os.kill(zombie_pid, signal.SIGSTOP)
    wait_until(lambda: len(list_notes(studio.folder)) == 2)
    heir_pid = int(list_notes(studio.folder)[1].split()[1])
    assert heir_pid != zombie_pid

    (studio.folder / "release").touch()
    wait_until(lambda: studio.engine.find_status("h1") is JobStatus.SUCCESS)
    os.kill(zombie_pid, signal.SIGCONT)
    wait_until(lambda: f"writing {zombie_pid}" in list_notes(studio.folder))
    workers[zombie_pid].terminate()
    assert studio.wait_for_end(workers[zombie_pid]) == 0

    assert list_ledger(studio.database) == [("h1", "held", heir_pid)]
    assert studio.engine.find_status("h1") is JobStatus.SUCCESS


@on_postgres
def test_the_job_of_a_killed_worker_is_taken_over_by_a_living_one(studio: Studio):
    first = studio.hire()
    with studio.database.transaction() as session:
        studio.engine.enqueue(session, "hold", "h1", {})
    wait_until(lambda: len(list_notes(studio.folder)) == 1)
    studio.hire()
    studio.kill(first)
    wait_until(lambda: len(list_notes(studio.folder)) == 2)
    (studio.folder / "release").touch()
    wait_until(lambda: studio.engine.find_status("h1") is JobStatus.SUCCESS)
    assert [pid for _, _, pid in list_ledger(studio.database)] == [studio.workers[0].pid]


@on_sqlite
def test_a_second_worker_on_sqlite_is_refused_while_clients_may_promise(studio: Studio):
    worker = studio.hire()
    second = DbosEngine(Settings(database_url=studio.url))
    with pytest.raises(Conflict, match=str(worker.pid)):
        second.start({})
    studio.start_run()
    wait_until(studio.is_done)
    assert {pid for _, _, pid in list_ledger(studio.database)} == {worker.pid} != {os.getpid()}
