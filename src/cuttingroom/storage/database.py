"""Engines, sessions and the only commit. SQLite and PostgreSQL behave the same from here up."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.errors import InvalidInput, StorageFailed

BUSY_TIMEOUT_MS = 30_000
WAL_ATTEMPTS, WAL_PAUSE_SECONDS = 100, 0.05
IDLE_TRANSACTION_SECONDS = 60.0


def make_engine(url: str) -> sa.Engine:
    """An engine for `sqlite:///file` or `postgresql://...`.

    SQLite: write-ahead log, foreign keys on, every transaction begins IMMEDIATE (a later upgrade of a read
    lock could fail with SQLITE_BUSY at once), and `synchronous=FULL`, so that an acknowledged event survives
    a power loss. PostgreSQL: READ COMMITTED through psycopg 3. InvalidInput for any other kind.
    """
    try:
        parsed = sa.make_url(url)
    except ArgumentError as error:
        raise InvalidInput(
            "The address of the database cannot be read.",
            advice="CUTTINGROOM_DATABASE_URL begins with sqlite:/// or postgresql://.",
        ) from error
    if parsed.get_backend_name() == "sqlite":
        return _make_sqlite_engine(parsed)
    if parsed.get_backend_name() != "postgresql":
        raise InvalidInput(
            f"There is no support for {parsed.get_backend_name()} databases.",
            advice="CUTTINGROOM_DATABASE_URL begins with sqlite:/// or postgresql://.",
        )
    engine = sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=20,
        max_overflow=20,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
    )
    limit_idle_transactions(engine, IDLE_TRANSACTION_SECONDS)
    return engine


def limit_idle_transactions(engine: sa.Engine, seconds: float) -> None:
    """Let PostgreSQL end a transaction in which nothing has been asked for so long.

    A process that freezes in a transaction would otherwise keep its locks, and others waiting, for ever.
    """

    @event.listens_for(engine, "connect")
    def _limit(connection: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.execute(f"SET idle_in_transaction_session_timeout = {round(seconds * 1000)}")
        connection.commit()


def _make_sqlite_engine(url: sa.URL) -> sa.Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    timeout = BUSY_TIMEOUT_MS / 1000
    engine = sa.create_engine(url, connect_args={"timeout": timeout}, pool_size=20, max_overflow=20)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.isolation_level = "IMMEDIATE"
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
            "recursive_triggers=ON",  # so that REPLACE meets the triggers that refuse DELETE
            "synchronous=FULL",
        ):
            connection.execute(f"PRAGMA {pragma}")
        _choose_write_ahead_log(connection)

    return engine


def _choose_write_ahead_log(connection: sqlite3.Connection) -> None:
    """The busy timeout does not hold for this one change: programs that open a new file together collide."""
    for _ in range(WAL_ATTEMPTS - 1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            clock.sleep(WAL_PAUSE_SECONDS)
    connection.execute("PRAGMA journal_mode=WAL")


class Database:
    """One database and its sessions."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work is committed at the end, or undone when an error leaves the block.

        On SQLite it holds the one write lock from its first moment: never open a second inside it.
        Raises StorageFailed when the database is away or full.
        """
        with storage_errors(), Session(self.engine, expire_on_commit=False) as session:
            try:
                self._begin(session)
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    def _begin(self, session: Session) -> None:
        # pysqlite begins at the first write only: without this, what was read before it may have changed.
        if self.is_sqlite:
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")

    def dispose(self) -> None:
        self.engine.dispose()


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn a driver's complaint that the database is away, locked or full into StorageFailed."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        full = "full" in str(error.orig).lower()
        advice = None if full else "Bring the database back; the run then goes on by itself."
        message = f"The database did not answer: {_first_line(error)}"
        raise StorageFailed(message, advice=advice) from error
    except DatabaseError as error:
        if error.connection_invalidated:
            raise StorageFailed(f"The database ended the connection: {_first_line(error)}") from error
        if "disk" in str(error).lower() and "full" in str(error).lower():
            raise StorageFailed(f"The database has no space left: {_first_line(error)}") from error
        if "not a database" in str(error.orig) or "malformed" in str(error.orig):
            raise StorageFailed(
                f"The database file is damaged or not a database: {_first_line(error)}",
                advice="Restore it from a backup, or point CUTTINGROOM_HOME at another folder.",
            ) from error
        raise


def for_update(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Lock the selected rows until the transaction ends (SQLite locks the whole file anyway).

    Others may still insert rows that refer to them, such as events of a locked run: with the stronger FOR
    UPDATE they would wait, and deadlock with whoever holds the run and wants the project. Who locks several
    rows does it in the order run, project, item.
    """
    return statement.with_for_update(key_share=True)


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).splitlines()[0] if error.orig and str(error.orig) else type(error).__name__
