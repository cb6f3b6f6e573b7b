"""What every table shares: constraint names, column types, status columns."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import JSON, BigInteger, DateTime, Enum, ForeignKey, MetaData, String, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from cuttingroom.core import clock
from cuttingroom.core.ids import new_id

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Key = Uuid(as_uuid=False)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC; refuses naive ones. SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without time zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own name
        dict[str, Any]: Json,
        list[Any]: Json,
        datetime: UtcDateTime,
        str: String,
    }


def id_column() -> Mapped[Any]:
    return mapped_column(Key, primary_key=True, default=new_id)


def reference(target: str, *, ondelete: str = "CASCADE", index: bool = True, **options: Any) -> Mapped[Any]:
    """A foreign key to `table.column`."""
    return mapped_column(Key, ForeignKey(target, ondelete=ondelete), index=index, **options)


def ticks_column(**options: Any) -> Mapped[Any]:
    return mapped_column(BigInteger, **options)


E_ = TypeVar("E_", bound=StrEnum)


def words(enum: type[E_], name: str | None = None) -> Enum:
    """A column of one of the enum's words, CHECKed by the database under `name`."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name or _snake(enum.__name__),
        values_callable=lambda e: [m.value for m in e],
    )


def created_column() -> Mapped[datetime]:
    return mapped_column(UtcDateTime, default=clock.now)


def updated_column() -> Mapped[datetime]:
    return mapped_column(UtcDateTime, default=clock.now, onupdate=clock.now)


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")
