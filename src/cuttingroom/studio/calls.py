"""Every call of a provider is a row; results that may be used again are kept by the hash of their request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.ids import PlanItemId, RunId
from cuttingroom.providers.base import CallRecord, ProviderInfo
from cuttingroom.storage.database import Database
from cuttingroom.storage.tables import AiCacheEntry, AiCall, Run


def record_call(
    session: Session, record: CallRecord, run: Run, plan_item_id: PlanItemId | None = None
) -> None:
    """Store one call with who it was made for."""
    session.add(
        AiCall(
            user_id=run.user_id,
            project_id=run.project_id,
            run_id=run.id,
            plan_item_id=plan_item_id,
            operation_name=record.operation_name,
            provider_name=record.provider_name,
            request_model=record.request_model,
            response_model=record.response_model,
            response_id=record.response_id,
            finish_reasons=list(record.finish_reasons),
            usage_input_tokens=record.usage_input_tokens,
            usage_output_tokens=record.usage_output_tokens,
            time_to_first_chunk=record.time_to_first_chunk,
            latency_ms=record.latency_ms,
            cost_microusd=record.cost_microusd,
            price_source=record.price_source,
            request_hash=record.request_hash,
            status=record.status,
            error=record.error,
            cached=record.cached,
            details={
                "usage_input_characters": record.usage_input_characters,
                "usage_audio_seconds": record.usage_audio_seconds,
            },
        )
    )
    session.flush()


def list_calls(session: Session, run_id: RunId) -> Sequence[AiCall]:
    return session.scalars(sa.select(AiCall).where(AiCall.run_id == run_id).order_by(AiCall.created_at)).all()


def spent_microusd(session: Session, run_id: RunId | str) -> int:
    """What a run's calls have cost so far, in millionths of a dollar."""
    total = session.scalar(sa.select(sa.func.sum(AiCall.cost_microusd)).where(AiCall.run_id == run_id))
    return int(total or 0)


def recorder(
    database: Database, run_id: RunId, plan_item_id: PlanItemId | None
) -> Callable[[CallRecord], None]:
    """A recorder that stores each call at once, in its own transaction: money spent is never forgotten."""

    def record(call: CallRecord) -> None:
        with database.transaction() as session:
            record_call(session, call, session.get_one(Run, run_id), plan_item_id)

    return record


@dataclass(frozen=True)
class DatabaseCache:
    """The cache of providers' results in `ai_cache`."""

    database: Database

    def find(self, request_hash: str) -> dict[str, Any] | None:
        with self.database.transaction() as session:
            entry = session.get(AiCacheEntry, request_hash)
            if entry is None:
                return None
            entry.hits += 1
            entry.last_used_at = clock.now()
            return entry.response

    def store(self, request_hash: str, value: dict[str, Any], *, info: ProviderInfo) -> None:
        """Keep a result; when two callers found it at once the first stays."""
        row = {
            "request_hash": request_hash,
            "capability": info.capability,
            "provider": info.name,
            "model": info.model,
            "response": value,
            "hits": 0,
            "created_at": clock.now(),
        }
        insert = sqlite_insert if self.database.is_sqlite else postgresql_insert
        with self.database.transaction() as session:
            session.execute(insert(AiCacheEntry).values(**row).on_conflict_do_nothing())
