"""A toy domain for tests of the durable engine, and the worker process that runs it.

A run is planned, waits for a person, executes its items on another queue and is verified. The ledger has no
unique key, so that an effect that happened twice cannot hide. The file `effects` in a folder holds what steps
did outside the database.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.settings import Settings
from cuttingroom.storage.database import Database, for_update
from cuttingroom.storage.tables.workers import Worker
from cuttingroom.workflows.dbos_engine import DbosEngine
from cuttingroom.workflows.engine import MAKE, Handler, Job, JobContext

ITEMS = 3

METADATA = sa.MetaData()
RUNS = sa.Table(
    "toy_runs",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("status", sa.String, nullable=False),
)
LEDGER = sa.Table(
    "toy_ledger",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run_id", sa.String, nullable=False),
    sa.Column("what", sa.String, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
)
COUNTER = sa.Table("toy_counter", METADATA, sa.Column("value", sa.Integer, nullable=False))


def create_tables(database: Database) -> None:
    METADATA.create_all(database.engine)
    Worker.metadata.create_all(database.engine, tables=[Worker.metadata.tables["workers"]])
    with database.transaction() as session:
        session.execute(sa.insert(COUNTER).values(value=0))


def record(session: Session, run_id: str, what: str) -> None:
    session.execute(sa.insert(LEDGER).values(run_id=run_id, what=what, pid=os.getpid()))


def list_ledger(database: Database) -> list[tuple[str, str, int]]:
    with database.transaction() as session:
        rows = session.execute(sa.select(LEDGER.c.run_id, LEDGER.c.what, LEDGER.c.pid).order_by(LEDGER.c.id))
        return [(row.run_id, row.what, row.pid) for row in rows]


def count_up(session: Session) -> int:
    """Read, think, write: two of these at once must not lose one."""
    value = session.scalars(for_update(sa.select(COUNTER.c.value))).one()
    clock.sleep(0.005)
    session.execute(sa.update(COUNTER).values(value=value + 1))
    return value + 1


def make_handlers(folder: Path) -> dict[str, Handler]:
    return {
        "plan": plan,
        "execute": execute,
        "item": lambda ctx, args: make_item(ctx, args, folder),
        "hold": lambda ctx, args: hold(ctx, folder),
        "crash_once": lambda ctx, args: crash_once(ctx, folder),
    }


def plan(ctx: JobContext, args: dict[str, Any]) -> None:
    ctx.commit("plan", lambda session: _move(session, args["run_id"], "awaiting", "plan"))


def execute(ctx: JobContext, args: dict[str, Any]) -> None:
    run_id = args["run_id"]
    jobs = [Job("item", {"run_id": run_id, "position": n}, MAKE) for n in range(ITEMS)]
    made = ctx.fanout("items", jobs)
    ctx.commit("verify", lambda session: _move(session, run_id, "done", f"verify {len(made)}"))


def make_item(ctx: JobContext, args: dict[str, Any], folder: Path) -> int:
    run_id, position = args["run_id"], args["position"]

    def work() -> int:
        note(folder, f"{run_id} {position}")
        clock.sleep(0.02)
        return position

    size = ctx.step("make", work)
    ctx.commit("event", lambda session: record(session, run_id, f"item {size}"))
    return size


def hold(ctx: JobContext, folder: Path) -> None:
    """Stop inside a transaction until the file `release` appears."""

    def write_slowly(session: Session) -> None:
        record(session, ctx.job_id, "held")
        session.flush()
        note(folder, f"holding {os.getpid()}")
        wait_until((folder / "release").exists)
        note(folder, f"writing {os.getpid()}")

    ctx.commit("hold", write_slowly)


def crash_once(ctx: JobContext, folder: Path) -> None:
    """The second step kills the process the first time."""

    def crash() -> None:
        if note(folder, "second") == 1:
            os._exit(9)

    ctx.step("first", lambda: note(folder, "first"))
    ctx.step("second", crash)
    ctx.commit("last", lambda session: record(session, ctx.job_id, "last"))


def note(folder: Path, line: str) -> int:
    """Append a line to what happened outside the database; how often it has happened by now."""
    with (folder / "effects").open("a") as file:
        file.write(line + "\n")
    return list_notes(folder).count(line)


def list_notes(folder: Path) -> list[str]:
    path = folder / "effects"
    return path.read_text().splitlines() if path.exists() else []


def wait_until(condition: Callable[[], bool], *, at_most_seconds: float = 60.0) -> None:
    deadline = clock.monotonic() + at_most_seconds
    while not condition():
        assert clock.monotonic() < deadline, "it did not happen in time"
        clock.sleep(0.02)


def _move(session: Session, run_id: str, status: str, what: str) -> None:
    session.execute(sa.update(RUNS).where(RUNS.c.id == run_id).values(status=status))
    record(session, run_id, what)


def work(url: str, lease_seconds: float, folder: Path) -> None:
    """The life of a worker process: it says that it is ready, and works until SIGTERM."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    engine = DbosEngine(Settings(database_url=url, lease_seconds=lease_seconds, poll_seconds=0.05, cores=2))
    engine.start(make_handlers(folder))
    (folder / f"ready-{os.getpid()}").touch()
    signal.sigwait({signal.SIGTERM})
    engine.stop()
