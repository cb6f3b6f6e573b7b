"""Which planners there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.settings import Settings
from cuttingroom.planners.base import PlanDraft, Planner
from cuttingroom.planners.direct import DIRECT, DirectPlanner
from cuttingroom.providers.base import CallCache, CallRecorder
from cuttingroom.providers.language.remote import VENDORS
from cuttingroom.providers.wrappers import CostCap, RateLimit

RULES, SCRIPTED = "rules", "scripted"
KNOWN = (RULES, *(f"{vendor}:MODEL" for vendor in VENDORS), SCRIPTED)

_RATE_LIMITS: dict[tuple[str, int], RateLimit] = {}


def make_planner(
    name: str,
    settings: Settings,
    *,
    record_call: CallRecorder | None = None,
    cache: CallCache | None = None,  # noqa: ARG001 see below
    spent_microusd: Callable[[], int] | None = None,
    drafts: Iterable[PlanDraft | Exception] = (),
    calls: Sequence[Mapping[str, Any]] = (),
) -> Planner:
    """The planner called `name`; `drafts` are for "scripted", `calls` for "direct".

    Raises InvalidInput for an unknown name, and ProviderMissing when the vendor of a model is not configured.
    Plans are never replayed from `cache`: the same words mean another plan on another timeline.
    """
    if name == RULES:
        from cuttingroom.planners.rules import RulesPlanner  # a grammar: most commands need none

        return RulesPlanner()
    if name == DIRECT:
        return DirectPlanner(calls)
    if name == SCRIPTED:
        from cuttingroom.planners.scripted import ScriptedPlanner

        return ScriptedPlanner(drafts)
    vendor, _, model = name.partition(":")
    if vendor not in VENDORS or not model.strip():
        raise InvalidInput(
            f"There is no planner called {name!r}.",
            advice=f"The planners are: {', '.join(KNOWN)}.",
            planner=name,
        )
    from cuttingroom.planners.model import ModelPlanner

    cap = CostCap(round(settings.cost_cap_usd * 1e6), spent_microusd) if spent_microusd else None
    return ModelPlanner(settings, name, record=record_call, cap=cap, rate=_rate_limit(settings, vendor))


def _rate_limit(settings: Settings, vendor: str) -> RateLimit:
    """One limit for each vendor of this process, whoever asks."""
    key = (vendor, settings.requests_per_minute)
    return _RATE_LIMITS.setdefault(key, RateLimit(settings.requests_per_minute))
