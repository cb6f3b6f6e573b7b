"""Plans and their items: what a planner proposes, and what becomes of each part."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cuttingroom.core.ids import PlanId, PlanItemId, ProjectId, RunId, UserId
from cuttingroom.core.status import (
    ITEM_MOVES,
    PLAN_MOVES,
    ErrorCategory,
    ItemStatus,
    PlanStatus,
    require,
)
from cuttingroom.storage.base import (
    Key,
    Row,
    UtcDateTime,
    created_column,
    id_column,
    reference,
    ticks_column,
    updated_column,
    words,
)
from cuttingroom.storage.tables.projects import owner_key, run_key


class Plan(Row):
    """A structured reading of a request: reasoning, not execution. Revisions are numbered from 1.

    `context_version` is the timeline version it was made for; `digest` names its exact items, so that an
    approval can be bound to what was shown.
    """

    __tablename__ = "plans"
    __table_args__ = (
        owner_key(),
        run_key(),
        sa.UniqueConstraint("run_id", "revision"),
        sa.UniqueConstraint("id", "run_id"),
    )

    id: Mapped[PlanId] = id_column()
    run_id: Mapped[RunId] = mapped_column(Key, index=True)
    project_id: Mapped[ProjectId] = reference("projects.id")
    user_id: Mapped[UserId] = reference("users.id")
    revision: Mapped[int] = mapped_column(default=1)
    status: Mapped[PlanStatus] = mapped_column(words(PlanStatus), default=PlanStatus.PROPOSED)
    summary: Mapped[str] = mapped_column(sa.Text)
    assumptions: Mapped[list[Any]] = mapped_column(default=list)
    questions: Mapped[list[Any]] = mapped_column(default=list)
    cited_inputs: Mapped[list[Any]] = mapped_column(default=list)
    scores: Mapped[dict[str, Any]] = mapped_column(default=dict)
    context_version: Mapped[int]
    context_hash: Mapped[str] = mapped_column(sa.String(64))
    planner: Mapped[str] = mapped_column(sa.String(255))
    provider: Mapped[str | None] = mapped_column(sa.String(255))
    model: Mapped[str | None] = mapped_column(sa.String(255))
    prompt: Mapped[str | None] = mapped_column(sa.Text)
    before_ticks: Mapped[int] = ticks_column()
    after_ticks: Mapped[int] = ticks_column()
    digest: Mapped[str] = mapped_column(sa.String(64))
    approved_via: Mapped[str | None] = mapped_column(sa.String(64))
    approved_by: Mapped[UserId | None] = reference(
        "users.id", ondelete="SET NULL", index=False, nullable=True
    )
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = created_column()
    updated_at: Mapped[datetime] = updated_column()

    def move(self, to: PlanStatus) -> None:
        require(PLAN_MOVES, PlanStatus(self.status), to, f"Plan {self.id}")
        self.status = to


class PlanItem(Row):
    """One call of one tool: proposed, judged and executed by itself.

    `call` holds the validated arguments as a tool call in JSON. `validation` holds what the trial on the
    evolving timeline gave. `claim` is the token of the attempt that works on it now: a worker whose token is
    no longer there may not finish it.
    """

    __tablename__ = "plan_items"
    __table_args__ = (
        owner_key(),
        run_key(),
        sa.ForeignKeyConstraint(["plan_id", "run_id"], ["plans.id", "plans.run_id"], ondelete="CASCADE"),
        sa.UniqueConstraint("plan_id", "position"),
        sa.CheckConstraint("position > 0", name="position_positive"),
        sa.CheckConstraint("progress >= 0 AND progress <= 1", name="progress_range"),
        sa.Index("ix_plan_items_status_updated_at", "status", "updated_at"),
    )

    id: Mapped[PlanItemId] = id_column()
    plan_id: Mapped[PlanId] = mapped_column(Key)
    run_id: Mapped[RunId] = mapped_column(Key, index=True)
    project_id: Mapped[ProjectId] = reference("projects.id")
    user_id: Mapped[UserId] = reference("users.id")
    position: Mapped[int]
    tool: Mapped[str] = mapped_column(sa.String(64), index=True)
    call: Mapped[dict[str, Any]] = mapped_column()
    targets: Mapped[list[Any]] = mapped_column(default=list)
    title: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    validation: Mapped[dict[str, Any]] = mapped_column(default=dict)
    before_ticks: Mapped[int | None] = ticks_column()
    after_ticks: Mapped[int | None] = ticks_column()
    status: Mapped[ItemStatus] = mapped_column(words(ItemStatus), default=ItemStatus.PROPOSED)
    progress: Mapped[float] = mapped_column(default=0.0)
    progress_note: Mapped[str] = mapped_column(sa.Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(sa.String(64))
    error_category: Mapped[ErrorCategory | None] = mapped_column(words(ErrorCategory))
    error_code: Mapped[str | None] = mapped_column(sa.String(64))
    error_message: Mapped[str | None] = mapped_column(sa.Text)
    error_advice: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = created_column()
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = updated_column()

    def move(self, to: ItemStatus) -> None:
        require(ITEM_MOVES, ItemStatus(self.status), to, f"Item {self.position} ({self.tool})")
        self.status = to


class PlanItemDependency(Row):
    """`item_id` may start only after `depends_on_id` has completed."""

    __tablename__ = "plan_item_dependencies"
    __table_args__ = (sa.CheckConstraint("item_id <> depends_on_id", name="not_itself"),)

    item_id: Mapped[PlanItemId] = mapped_column(
        Key, sa.ForeignKey("plan_items.id", ondelete="CASCADE"), primary_key=True
    )
    depends_on_id: Mapped[PlanItemId] = mapped_column(
        Key, sa.ForeignKey("plan_items.id", ondelete="CASCADE"), primary_key=True, index=True
    )
