"""Proposes the calls that came with the request: for commands that say exactly what they want."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cuttingroom.core.errors import InvalidInput
from cuttingroom.planners.base import ItemDraft, Need, PlanContext, PlanDraft

DIRECT = "direct"


class DirectPlanner:
    """Each call waits for those before it. They are judged as every plan is."""

    name = DIRECT

    def __init__(self, calls: Sequence[Mapping[str, Any]]) -> None:
        """Raises InvalidInput when there is nothing to propose."""
        if not calls:
            raise InvalidInput(
                "No steps came with the request.", advice="Choose the planner `rules` or a model."
            )
        self._calls = calls

    def needs(self, request: str, before: str = "") -> frozenset[Need]:
        return frozenset()

    def plan(self, context: PlanContext) -> PlanDraft:
        items = tuple(
            ItemDraft(dict(call), "", "Asked for directly.", tuple(range(1, position)))
            for position, call in enumerate(self._calls, start=1)
        )
        return PlanDraft(context.request, items, self.name)
