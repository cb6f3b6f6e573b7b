"""Alembic's entrance. The connection always comes from `storage.migrate`."""

from alembic import context

from cuttingroom.storage import tables
from cuttingroom.storage.base import Row

assert tables
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
