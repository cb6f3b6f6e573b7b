"""What a database's catalog says about its tables, as plain values that can be compared."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

Schema = dict[str, dict[str, Any]]


def read_schema(engine: sa.Engine) -> Schema:
    """Every table of the product with columns, keys, constraints and indexes."""
    inspector = sa.inspect(engine)
    tables = [t for t in inspector.get_table_names() if t != "alembic_version"]
    return {table: _read_table(inspector, table) for table in tables}


def list_triggers(engine: sa.Engine) -> set[tuple[str, str]]:
    """(table, trigger) of every trigger that people made."""
    query = (
        "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
        if engine.dialect.name == "sqlite"
        else "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT t.tgisinternal"
    )
    with engine.connect() as connection:
        return {(str(table), str(name)) for table, name in connection.execute(sa.text(query))}


def _read_table(inspector: sa.Inspector, table: str) -> dict[str, Any]:
    return {
        "columns": {c["name"]: _column(c) for c in inspector.get_columns(table)},
        "primary key": (inspector.get_pk_constraint(table)["constrained_columns"]),
        "checks": {c["name"]: _plain(c["sqltext"]) for c in inspector.get_check_constraints(table)},
        "unique": {c["name"]: tuple(c["column_names"]) for c in inspector.get_unique_constraints(table)},
        "references": {k["name"]: _reference(k) for k in inspector.get_foreign_keys(table)},
        "indexes": {i["name"]: _index(i) for i in inspector.get_indexes(table)},
    }


def _column(column: Any) -> tuple[str, bool, str, str]:
    computed = column.get("computed")
    return (
        str(column["type"]),
        bool(column["nullable"]),
        _plain(column.get("default")),
        _plain(computed["sqltext"]) if computed else "",
    )


def _reference(key: Any) -> tuple[Any, ...]:
    columns, referred = tuple(key["constrained_columns"]), tuple(key["referred_columns"])
    return columns, key["referred_table"], referred, key["options"].get("ondelete", "NO ACTION")


def _index(index: Any) -> tuple[Any, ...]:
    options = index.get("dialect_options", {})
    where = options.get("sqlite_where", options.get("postgresql_where"))
    columns = tuple(index.get("expressions") or index["column_names"])
    return columns, bool(index["unique"]), _plain(where), options.get("postgresql_using")


def _plain(sql: Any) -> str:
    """SQL without the differences that mean nothing."""
    return re.sub(r"[\s()]+", " ", str(sql)).strip().lower() if sql is not None else ""
