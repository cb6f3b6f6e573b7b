"""Triggers that let the database itself refuse to change or remove what is history."""

import sqlalchemy as sa


def forbid_changes(connection: sa.Connection, table: str, *, also_delete: bool = True) -> None:
    """Make `table` refuse UPDATE, and DELETE too unless told otherwise."""
    actions = ("UPDATE", "DELETE") if also_delete else ("UPDATE",)
    if connection.dialect.name == "sqlite":
        for action in actions:
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_refuse_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    connection.exec_driver_sql(
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_refuse_change BEFORE {' OR '.join(actions)} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    )
    if also_delete:
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
        )
