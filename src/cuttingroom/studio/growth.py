"""Plans that grow while they are carried out: what a tool asks for next, renders to be made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core.errors import MediaFailed
from cuttingroom.core.hashing import hash_json
from cuttingroom.core.status import EventStatus, ItemStatus
from cuttingroom.storage.database import for_update
from cuttingroom.storage.tables import (
    Actor,
    Artifact,
    Plan,
    PlanItem,
    PlanItemDependency,
    Project,
    Run,
    Verification,
)
from cuttingroom.studio import ledger
from cuttingroom.tools.base import FollowUp
from cuttingroom.tools.catalog import parse_call

MAX_FOLLOW_UPS = 50
MAX_ITEMS = 5_000
GROW = "grow_plan"


def add_follow_ups(
    session: Session, project: Project, item: PlanItem, follow_ups: Sequence[FollowUp]
) -> None:
    """What a tool asks to have done next joins the plan at its end, approved with the item that asked.

    The ledger records it; `project` must be locked. Raises MediaFailed when the tool asks for more than
    MAX_FOLLOW_UPS, or the plan would have more than MAX_ITEMS.
    """
    items = session.scalar(sa.select(sa.func.count()).where(PlanItem.plan_id == item.plan_id)) or 0
    if len(follow_ups) > MAX_FOLLOW_UPS or items + len(follow_ups) > MAX_ITEMS:
        raise MediaFailed(
            f"{item.tool} asked for {len(follow_ups)} further steps; {MAX_FOLLOW_UPS} at a time and "
            f"{MAX_ITEMS} in a plan are allowed."
        )
    reason = f"Asked for by item {item.position}"
    _record(session, project, [_append(session, item, f.call, f.title, reason) for f in follow_ups])


def repeat_failed_renders(session: Session, project: Project, run: Run) -> int:
    """Add an item for each render of the run that did not pass its checks; how many.

    An item has its effect once, so making something again is a new item. The ledger records it; `project`
    must be locked.
    """
    failed = session.scalars(
        sa.select(PlanItem)
        .join(Artifact, Artifact.source_item_id == PlanItem.id)
        .join(Verification, Verification.artifact_id == Artifact.id)
        .where(PlanItem.run_id == run.id, Artifact.status == "stored", ~Verification.passed)
        .order_by(PlanItem.position)
    ).all()
    repeated = set(
        session.scalars(
            sa.select(PlanItemDependency.depends_on_id)
            .join(PlanItem, PlanItem.id == PlanItemDependency.item_id)
            .where(PlanItem.run_id == run.id, PlanItem.tool.in_({i.tool for i in failed}))
        )
    )
    again = [item for item in dict.fromkeys(failed) if item.id not in repeated]
    _record(
        session,
        project,
        [
            _append(session, item, item.call, item.title, f"Item {item.position} did not pass its checks")
            for item in again
        ],
    )
    return len(again)


def _record(session: Session, project: Project, added: Sequence[PlanItem]) -> None:
    drafts = [
        ledger.EventDraft(
            tool=GROW,
            status=EventStatus.SUCCEEDED,
            key=f"grow:{item.id}",
            input={"position": item.position, "call": item.call, "reason": item.reason},
            actor=Actor.SYSTEM,
            run_id=item.run_id,
            plan_item_id=item.id,
        )
        for item in added
    ]
    ledger.append(session, project, *drafts)


def _append(session: Session, asker: PlanItem, call: Mapping[str, Any], title: str, reason: str) -> PlanItem:
    """An approved item at the end of the plan, which waits for the one that asked for it."""
    plan = session.scalars(for_update(sa.select(Plan).where(Plan.id == asker.plan_id))).one()
    last = session.scalars(sa.select(sa.func.max(PlanItem.position)).where(PlanItem.plan_id == plan.id)).one()
    parsed = parse_call(call)
    new = PlanItem(
        plan_id=plan.id,
        run_id=asker.run_id,
        project_id=asker.project_id,
        user_id=asker.user_id,
        position=last + 1,
        tool=parsed.tool,
        call=parsed.model_dump(mode="json"),
        title=title,
        reason=reason,
        validation={"valid": True, "error": None},
        status=ItemStatus.PROPOSED,
    )
    new.move(ItemStatus.VALIDATED)
    new.move(ItemStatus.APPROVED)
    session.add(new)
    session.flush()
    session.add(PlanItemDependency(item_id=new.id, depends_on_id=asker.id))
    calls = session.execute(
        sa.select(PlanItem.position, PlanItem.call)
        .where(PlanItem.plan_id == plan.id)
        .order_by(PlanItem.position)
    )
    plan.digest = hash_json([[position, call] for position, call in calls])
    session.flush()
    return new
