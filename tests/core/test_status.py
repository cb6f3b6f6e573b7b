"""Statuses change only as the tables of permitted moves say."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest

from cuttingroom.core.errors import MoveRefused
from cuttingroom.core.status import (
    ARTIFACT_MOVES,
    ITEM_MOVES,
    PLAN_MOVES,
    RUN_MOVES,
    ArtifactStatus,
    ItemStatus,
    PlanStatus,
    RunStatus,
    is_final,
    require,
)
from cuttingroom.storage.tables import Artifact, Plan, PlanItem, Run

Moves = Mapping[Any, frozenset[Any]]

MACHINES: dict[str, tuple[Moves, StrEnum, Any]] = {
    "run": (RUN_MOVES, RunStatus.QUEUED, lambda status: Run(id="r", status=status)),
    "plan": (PLAN_MOVES, PlanStatus.PROPOSED, lambda status: Plan(id="p", status=status)),
    "item": (
        ITEM_MOVES,
        ItemStatus.PROPOSED,
        lambda status: PlanItem(position=1, tool="trim", status=status),
    ),
    "artifact": (ARTIFACT_MOVES, ArtifactStatus.PENDING, lambda status: Artifact(id="a", status=status)),
}
PAIRS = [(name, a, b) for name, (moves, _, _) in MACHINES.items() for a in moves for b in moves]


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_has_its_moves_and_is_reachable_from_the_start(name: str):
    moves, start, _ = MACHINES[name]
    assert set(moves) == set(type(start))
    reached, waiting = {start}, [start]
    while waiting:
        for after in moves[waiting.pop()] - reached:
            reached.add(after)
            waiting.append(after)
    assert reached == set(moves)


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_can_come_to_an_end(name: str):
    moves, _, _ = MACHINES[name]
    ends = {status for status in moves if is_final(moves, status)}
    assert ends
    while more := {s for s in moves if s not in ends and moves[s] & ends}:
        ends |= more
    assert ends == set(moves)


@pytest.mark.parametrize(("name", "before", "after"), PAIRS)
def test_a_row_moves_exactly_where_it_may(name: str, before: StrEnum, after: StrEnum):
    moves, _, make_row = MACHINES[name]
    row = make_row(before)
    if after in moves[before]:
        row.move(after)
        assert row.status == after
        return
    with pytest.raises(MoveRefused) as refusal:
        row.move(after)
    assert row.status == before
    assert refusal.value.detail == {"before": before.value, "to": after.value}
    assert refusal.value.advice


def test_a_refusal_names_what_may_be_done_instead():
    with pytest.raises(MoveRefused, match="Run 7 is planning and cannot become completed") as refusal:
        require(RUN_MOVES, RunStatus.PLANNING, RunStatus.COMPLETED, "Run 7")
    assert "awaiting_confirmation" in refusal.value.advice
