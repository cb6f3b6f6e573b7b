"""What is read about items and files by those who look at a render from outside of its attempt."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core.ids import PlanItemId, ProjectId
from cuttingroom.core.status import EventStatus, ItemStatus
from cuttingroom.storage.tables import Artifact, PlanItem, ToolEvent
from cuttingroom.studio import artifacts
from cuttingroom.studio.making import MakingJob, files_wanted
from cuttingroom.studio.timelines import timeline_at
from cuttingroom.timeline.model import Timeline
from cuttingroom.tools.base import MakingTool
from cuttingroom.tools.catalog import parse_making_call


@dataclass(frozen=True)
class ItemState:
    """Whether somebody will make an item, or is making it."""

    is_waiting: bool
    is_running: bool


def find_state(session: Session, item_id: PlanItemId | str) -> ItemState:
    """Whether somebody is making an item, or will."""
    status = session.scalar(sa.select(PlanItem.status).where(PlanItem.id == item_id))
    return ItemState(status in (ItemStatus.APPROVED, ItemStatus.QUEUED), status is ItemStatus.RUNNING)


def find_running(session: Session, item_id: PlanItemId | str) -> MakingJob | None:
    """What the attempt makes that is running now, for who wants to help; None when nobody is at it."""
    item = session.get(PlanItem, item_id)
    if item is None or item.status is not ItemStatus.RUNNING:
        return None
    began = session.scalars(
        sa.select(ToolEvent)
        .where(ToolEvent.plan_item_id == item.id, ToolEvent.status == EventStatus.STARTED)
        .order_by(ToolEvent.sequence.desc())
        .limit(1)
    ).one()
    tool = parse_making_call(began.input)
    version = began.result["timeline_version"]
    timeline = timeline_at(session, item.project_id, version)
    files = files_of(session, item.project_id, tool, timeline)
    return MakingJob(
        run_id=item.run_id,
        item_id=item.id,
        tool=tool,
        timeline=timeline,
        version=version,
        artifacts=tuple(files),
        started_at=began.started_at,
        project_id=item.project_id,
        user_id=item.user_id,
    )


def files_of(session: Session, project_id: ProjectId, tool: MakingTool, timeline: Timeline) -> list[Artifact]:
    """The stored files that a call would read. NotFound names the first that is not there."""
    return artifacts.get_readable(session, project_id, files_wanted(tool, timeline))
