"""Transactions behave the same on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

import engine_toy
import servers
from cuttingroom.core.errors import StorageFailed
from cuttingroom.storage.database import Database, limit_idle_transactions
from cuttingroom.studio.runs import lock_run, start_run
from engine_toy import COUNTER, count_up, wait_until
from factories import a_project


@pytest.fixture(params=servers.DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    database = Database(servers.database_url(request.param, tmp_path))
    engine_toy.create_tables(database)
    yield database
    database.dispose()


def test_transactions_side_by_side_lose_no_update(database: Database):
    def count_once(_: int) -> None:
        with database.transaction() as session:
            count_up(session)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(count_once, range(18)))
    with database.transaction() as session:
        assert session.scalars(sa.select(COUNTER.c.value)).one() == 18


def test_a_frozen_transaction_is_ended_and_its_owner_told():
    database = Database(servers.postgres_url())
    limit_idle_transactions(database.engine, 0.05)

    def freeze() -> None:
        with database.transaction() as session:
            own = session.scalars(sa.text("SELECT pg_backend_pid()")).one()
            wait_until(lambda: not is_connected(database.url, own))
            session.execute(sa.text("SELECT 1"))

    with pytest.raises(StorageFailed):
        freeze()
    database.dispose()


def test_a_locked_row_may_be_referred_to_by_others():
    """Otherwise somebody who records a double click waits for a worker that waits for the same project."""
    database = Database(servers.migrated_url("postgresql", Path()))
    with database.transaction() as session:
        project = a_project(session)
        run, _ = start_run(session, project.user_id, project.id, "cut it", key="k", planner="rules")
    with database.transaction() as worker:
        lock_run(worker, run.id)
        with database.transaction() as person:
            person.execute(sa.text("SET LOCAL lock_timeout = '10s'"))
            start_run(person, project.user_id, project.id, "cut it", key="k", planner="rules")
    database.dispose()


def is_connected(url: str, pid: int) -> bool:
    watcher = Database(url)
    with watcher.transaction() as session:
        found = session.scalars(
            sa.text("SELECT pid FROM pg_stat_activity WHERE pid = :pid"), {"pid": pid}
        ).all()
    watcher.dispose()
    return bool(found)
