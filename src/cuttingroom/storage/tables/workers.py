"""Worker processes and their leases (PostgreSQL; on SQLite a file lock admits one worker)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cuttingroom.storage.base import Row, UtcDateTime, id_column


class Worker(Row):
    """A process that runs jobs. It lives as long as it beats; all times are the database's clock."""

    __tablename__ = "workers"
    __table_args__ = (sa.Index("ix_workers_beat_at", "beat_at"),)

    id: Mapped[str] = id_column()
    executor_id: Mapped[str] = mapped_column(sa.String(255), unique=True)
    hostname: Mapped[str] = mapped_column(sa.String(255))
    pid: Mapped[int] = mapped_column(sa.Integer)
    version: Mapped[str] = mapped_column(sa.String(64))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=sa.func.now())
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=sa.func.now())
