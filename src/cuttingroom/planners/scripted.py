"""A planner that gives drafts prepared beforehand: for tests, and shipped so that nobody has to write
another."""

from __future__ import annotations

from collections.abc import Iterable

from cuttingroom.core.errors import ProviderBroken
from cuttingroom.planners.base import Need, PlanContext, PlanDraft


class ScriptedPlanner:
    """Gives its drafts in turn; an exception among them is raised instead. `seen` holds the contexts it was
    given."""

    name = "scripted"

    def __init__(self, drafts: Iterable[PlanDraft | Exception], needs: frozenset[Need] = frozenset()) -> None:
        self._drafts = list(drafts)
        self._needs = needs
        self.seen: list[PlanContext] = []

    def needs(self, request: str, before: str = "") -> frozenset[Need]:
        return self._needs

    def plan(self, context: PlanContext) -> PlanDraft:
        """The next draft. Raises ProviderBroken when there is none left."""
        self.seen.append(context)
        if not self._drafts:
            raise ProviderBroken("The scripted planner has no more drafts.", provider=self.name)
        draft = self._drafts.pop(0)
        if isinstance(draft, Exception):
            raise draft
        return draft
