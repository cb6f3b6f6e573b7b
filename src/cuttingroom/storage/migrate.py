"""Bring a database to the newest schema: one numbered history for SQLite and PostgreSQL."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from cuttingroom.core.errors import StorageFailed
from cuttingroom.storage.database import Database, storage_errors

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 727_001  # PostgreSQL advisory lock: two programs that start at once migrate one after the other


def upgrade(database: Database, revision: str = "head") -> None:
    """Run what is missing, all or nothing. Raises StorageFailed for a schema newer than this program."""
    with storage_errors(), database.engine.connect() as connection:
        if database.is_sqlite:
            # The driver begins no transaction before DDL by itself; a killed upgrade must leave nothing.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        current = current_revision(connection)
        if current is not None and current not in _known_revisions():
            raise StorageFailed(
                f"The database has schema {current}, which this program does not know.",
                advice="Install a newer Cuttingroom, or point CUTTINGROOM_DATABASE_URL elsewhere.",
            )
        if current != _script().get_current_head():
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
        connection.commit()


def current_revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _known_revisions() -> set[str]:
    return {s.revision for s in _script().walk_revisions()}


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config
