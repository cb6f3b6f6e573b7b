"""Triggers that let the database itself refuse to change or remove what is history."""

import sqlalchemy as sa


def forbid_changes(connection: sa.Connection, table: str, *twins: str) -> None:
    """Make `table` refuse UPDATE, DELETE, TRUNCATE, and an INSERT that would take a row's place.

    `twins` are the unique keys of the table as SQL, one condition each, between a row and `NEW`: on SQLite
    `INSERT OR REPLACE` removes the rows that stand in its way, and fires no DELETE trigger for them.
    """
    if connection.dialect.name == "sqlite":
        _forbid_on_sqlite(connection, table, twins)
        return
    connection.exec_driver_sql(
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    )
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )


def _forbid_on_sqlite(connection: sa.Connection, table: str, twins: tuple[str, ...]) -> None:
    refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for action in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_refuse_{action.lower()} BEFORE {action} ON {table} {refusal}"
        )
    # A row can be replaced through SQLite's own row number too.
    found = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {c})" for c in (*twins, "rowid = NEW.rowid"))
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_refuse_replace BEFORE INSERT ON {table} WHEN {found} {refusal}"
    )
