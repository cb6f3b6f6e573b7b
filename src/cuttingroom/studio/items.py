"""Plan items as they pass through their states, and what their calls mean by then."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.errors import CuttingroomError, InternalError, NotFound, find_error_class
from cuttingroom.core.status import ItemStatus
from cuttingroom.storage.tables import Artifact, PlanItem
from cuttingroom.studio.planning import media_ref
from cuttingroom.studio.runs import category_of
from cuttingroom.tools.catalog import resolve_references


def item_key(run_id: str, item_id: str) -> str:
    """The idempotency key of an item's effect: the same however often it is attempted."""
    return f"item:{run_id}:{item_id}"


def fail_item(item: PlanItem, error: CuttingroomError, *, canceled: bool = False) -> None:
    item.claim = None
    item.error_category, item.error_code = category_of(error), error.code
    item.error_message, item.error_advice = error.message, error.advice
    item.completed_at = clock.now()
    item.move(ItemStatus.CANCELED if canceled else ItemStatus.FAILED)


def complete_item(item: PlanItem) -> None:
    item.claim = None
    item.progress = 1.0
    item.completed_at = clock.now()
    item.error_category = item.error_code = item.error_message = item.error_advice = None
    item.move(ItemStatus.COMPLETED)


def begin_item(item: PlanItem) -> None:
    if item.status is ItemStatus.APPROVED:
        item.move(ItemStatus.QUEUED)
    item.move(ItemStatus.RUNNING)
    item.attempts += 1
    item.started_at = clock.now()


def resolved_call(session: Session, item: PlanItem) -> dict[str, Any]:
    """The item's call with each `from_item` replaced by what that item made."""

    def made_by(position: int) -> dict[str, Any]:
        artifact = session.scalar(
            sa.select(Artifact)
            .join(PlanItem, PlanItem.id == Artifact.source_item_id)
            .where(
                PlanItem.plan_id == item.plan_id,
                PlanItem.position == position,
                Artifact.status.in_(("stored", "verified")),
            )
            .order_by(Artifact.created_at.desc(), Artifact.id)
            .limit(1)
        )
        if artifact is None:
            raise NotFound(f"Item {position}, which this one needs, has made nothing.")
        return media_ref(artifact).model_dump(mode="json")

    return resolve_references(item.call, made_by)


def failure_of_item(item: PlanItem) -> CuttingroomError:
    """The error that stopped an item, of its class, with its own advice where it had any."""
    kind = find_error_class(item.error_code or "") or InternalError
    return kind(
        item.error_message or "The item failed.",
        advice=item.error_advice or "`cuttingroom run retry` tries it again.",
        tool=item.tool,
        item_id=item.id,
    )
