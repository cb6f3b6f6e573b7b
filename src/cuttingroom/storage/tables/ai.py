"""Calls to models, and their replayable results."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cuttingroom.core.ids import PlanItemId, ProjectId, RunId, UserId
from cuttingroom.storage.base import Row, UtcDateTime, created_column, id_column, reference


class AiCall(Row):
    """One call of a provider, local or remote, with tokens, cost and latency.

    Names follow OpenTelemetry's conventions for generative AI. Money is in millionths of a US dollar.
    """

    __tablename__ = "ai_calls"
    __table_args__ = (
        sa.Index("ix_ai_calls_provider_name_created_at", "provider_name", "created_at"),
        sa.Index("ix_ai_calls_request_hash", "request_hash"),
        sa.CheckConstraint("cost_microusd >= 0", name="cost_not_negative"),
    )

    id: Mapped[str] = id_column()
    user_id: Mapped[UserId | None] = reference("users.id", nullable=True)
    project_id: Mapped[ProjectId | None] = reference("projects.id", nullable=True)
    run_id: Mapped[RunId | None] = reference("runs.id", nullable=True)
    plan_item_id: Mapped[PlanItemId | None] = reference("plan_items.id", ondelete="SET NULL", nullable=True)
    operation_name: Mapped[str] = mapped_column(sa.String(64))
    provider_name: Mapped[str] = mapped_column(sa.String(255))
    request_model: Mapped[str] = mapped_column(sa.String(255))
    response_model: Mapped[str | None] = mapped_column(sa.String(255))
    response_id: Mapped[str | None] = mapped_column(sa.String(255))
    finish_reasons: Mapped[list[Any]] = mapped_column(default=list)
    usage_input_tokens: Mapped[int] = mapped_column(default=0)
    usage_output_tokens: Mapped[int] = mapped_column(default=0)
    time_to_first_chunk: Mapped[int | None]
    latency_ms: Mapped[int]
    cost_microusd: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    price_source: Mapped[str] = mapped_column(sa.String(255))
    request_hash: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[str] = mapped_column(sa.String(32))
    error: Mapped[dict[str, Any] | None] = mapped_column()
    cached: Mapped[bool] = mapped_column(default=False)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = created_column()


class AiCacheEntry(Row):
    """A result that may be used again for the same request."""

    __tablename__ = "ai_cache"

    request_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    capability: Mapped[str] = mapped_column(sa.String(64))
    provider: Mapped[str] = mapped_column(sa.String(255))
    model: Mapped[str] = mapped_column(sa.String(255))
    response: Mapped[dict[str, Any]] = mapped_column()
    hits: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = created_column()
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
