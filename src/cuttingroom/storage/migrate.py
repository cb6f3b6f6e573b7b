"""Bring a database to the newest schema: one numbered history for SQLite and PostgreSQL.

A revision is named like its file, so that a database which is up to date is recognised without Alembic, which
takes longer to import than most commands take to run.
"""

from pathlib import Path

import sqlalchemy as sa

from cuttingroom.core.errors import StorageFailed
from cuttingroom.storage.database import Database, storage_errors

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 727_001  # PostgreSQL advisory lock: two programs that start at once migrate one after the other


def upgrade(database: Database, revision: str = "head") -> None:
    """Run what is missing, all or nothing. Raises StorageFailed for a schema newer than this program."""
    with storage_errors(), database.engine.connect() as connection:
        if current_revision(connection) == list_revisions()[-1]:
            return
        connection.rollback()
        if database.is_sqlite:
            # The driver begins no transaction before DDL by itself; a killed upgrade must leave nothing.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        current = current_revision(connection)
        if current is not None and current not in list_revisions():
            raise StorageFailed(
                f"The database has schema {current}, which this program does not know.",
                advice="Install a newer Cuttingroom, or point CUTTINGROOM_DATABASE_URL elsewhere.",
            )
        if current != list_revisions()[-1]:
            _run(connection, revision)
        connection.commit()


def current_revision(connection: sa.Connection) -> str | None:
    """The revision that the database is at; None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(sa.text("SELECT version_num FROM alembic_version"))


def list_revisions() -> list[str]:
    """All revisions that this program knows, oldest first."""
    return sorted(file.stem for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _run(connection: sa.Connection, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
