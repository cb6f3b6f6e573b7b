"""People."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cuttingroom.core.ids import UserId
from cuttingroom.storage.base import Row, created_column, id_column, updated_column


class User(Row):
    """Somebody who owns projects. Single-user installations have exactly one."""

    __tablename__ = "users"
    __table_args__ = (
        sa.Index("ix_users_created_at", "created_at"),
        sa.Index("ix_users_preferences", "preferences", postgresql_using="gin"),
        sa.CheckConstraint("length(trim(name)) > 0", name="name_not_empty"),
    )

    id: Mapped[UserId] = id_column()
    email: Mapped[str] = mapped_column(sa.String(255), unique=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    avatar_url: Mapped[str | None] = mapped_column(sa.Text)
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = created_column()
    updated_at: Mapped[datetime] = updated_column()
