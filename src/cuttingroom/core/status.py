"""Status words and the moves that are permitted between them; rows change status only through `require`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from cuttingroom.core.errors import MoveRefused


class RunKind(StrEnum):
    EDIT = "edit"
    SHORT = "short"
    STORYBOARD = "storyboard"
    MOMENTS = "moments"
    WORKFLOW = "workflow"


class RunStatus(StrEnum):
    QUEUED = "queued"
    NEEDS_MEDIA_PROCESSING = "needs_media_processing"
    PLANNING = "planning"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    EXECUTING = "executing"
    VERIFYING = "verifying"
    COMPLETED = "completed"
    PARTIALLY_COMPLETED = "partially_completed"
    FAILED = "failed"
    CANCELED = "canceled"


class PlanStatus(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


class ItemStatus(StrEnum):
    PROPOSED = "proposed"
    VALIDATED = "validated"
    APPROVED = "approved"
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    SKIPPED = "skipped"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELED = "canceled"


class EventStatus(StrEnum):
    """What an event says happened. Events never change, so there are no moves."""

    STARTED = "started"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUSED = "refused"
    DUPLICATE = "duplicate"


class ArtifactStatus(StrEnum):
    PENDING = "pending"
    STORED = "stored"
    VERIFIED = "verified"
    FAILED = "failed"
    DELETED = "deleted"


class ErrorCategory(StrEnum):
    """Why a run or an item failed; operations reports group by it."""

    INVALID_REQUEST = "invalid_request"
    MEDIA = "media"
    PLANNER = "planner"
    PROVIDER = "provider"
    COST_CAP = "cost_cap"
    TOOL = "tool"
    STORAGE = "storage"
    VERIFICATION = "verification"
    CONFLICT = "conflict"
    INTERNAL = "internal"


_R, _P, _I, _A = RunStatus, PlanStatus, ItemStatus, ArtifactStatus
_RUN_ENDS = {_R.FAILED, _R.CANCELED}

RUN_MOVES: Mapping[RunStatus, frozenset[RunStatus]] = {
    _R.QUEUED: frozenset({_R.NEEDS_MEDIA_PROCESSING, _R.PLANNING} | _RUN_ENDS),
    _R.NEEDS_MEDIA_PROCESSING: frozenset({_R.PLANNING} | _RUN_ENDS),
    _R.PLANNING: frozenset({_R.AWAITING_CONFIRMATION, _R.EXECUTING} | _RUN_ENDS),
    _R.AWAITING_CONFIRMATION: frozenset({_R.PLANNING, _R.EXECUTING} | _RUN_ENDS),
    _R.EXECUTING: frozenset({_R.VERIFYING, _R.AWAITING_CONFIRMATION, _R.PARTIALLY_COMPLETED} | _RUN_ENDS),
    _R.VERIFYING: frozenset({_R.COMPLETED, _R.PARTIALLY_COMPLETED} | _RUN_ENDS),
    _R.COMPLETED: frozenset(),
    _R.PARTIALLY_COMPLETED: frozenset({_R.EXECUTING}),
    _R.FAILED: frozenset({_R.QUEUED, _R.PLANNING, _R.EXECUTING}),
    _R.CANCELED: frozenset(),
}
PLAN_MOVES: Mapping[PlanStatus, frozenset[PlanStatus]] = {
    _P.PROPOSED: frozenset({_P.ACCEPTED, _P.SUPERSEDED, _P.REJECTED}),
    _P.ACCEPTED: frozenset({_P.SUPERSEDED}),
    _P.SUPERSEDED: frozenset(),
    _P.REJECTED: frozenset(),
}
ITEM_MOVES: Mapping[ItemStatus, frozenset[ItemStatus]] = {
    _I.PROPOSED: frozenset({_I.VALIDATED, _I.REJECTED, _I.CANCELED}),
    _I.VALIDATED: frozenset({_I.APPROVED, _I.SKIPPED, _I.REJECTED, _I.CANCELED}),
    _I.APPROVED: frozenset({_I.QUEUED, _I.SKIPPED, _I.CANCELED}),
    _I.QUEUED: frozenset({_I.RUNNING, _I.SKIPPED, _I.CANCELED, _I.FAILED}),
    _I.RUNNING: frozenset({_I.COMPLETED, _I.FAILED, _I.CANCELED}),
    _I.COMPLETED: frozenset(),
    _I.SKIPPED: frozenset({_I.APPROVED}),
    _I.REJECTED: frozenset(),
    _I.FAILED: frozenset({_I.QUEUED, _I.SKIPPED, _I.CANCELED}),
    _I.CANCELED: frozenset(),
}
ARTIFACT_MOVES: Mapping[ArtifactStatus, frozenset[ArtifactStatus]] = {
    _A.PENDING: frozenset({_A.STORED, _A.FAILED}),
    _A.STORED: frozenset({_A.VERIFIED, _A.FAILED, _A.DELETED}),
    _A.VERIFIED: frozenset({_A.DELETED}),
    _A.FAILED: frozenset({_A.DELETED}),
    _A.DELETED: frozenset(),
}

S = TypeVar("S", bound=StrEnum)


def require(moves: Mapping[S, frozenset[S]], before: S, to: S, what: str) -> None:
    """Raise MoveRefused unless `what` may go from `before` to `to`."""
    if to not in moves[before]:
        permitted = ", ".join(sorted(moves[before])) or "nothing: it is final"
        raise MoveRefused(
            f"{what} is {before} and cannot become {to}.",
            advice=f"From {before} it may become: {permitted}.",
            before=before.value,
            to=to.value,
        )


def is_final(moves: Mapping[S, frozenset[S]], status: S) -> bool:
    return not moves[status]
