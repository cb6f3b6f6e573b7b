"""How good a planner is on written requests: exact, asked rightly, asked needlessly, or wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from cuttingroom.core import clock
from cuttingroom.core.errors import CuttingroomError
from cuttingroom.planners.base import Planner
from cuttingroom.planners.evaluation.comparing import CLOSE_SECONDS, find_plan_difference
from cuttingroom.planners.evaluation.requests import Request, RequestFile
from cuttingroom.planners.judging import judge_draft
from cuttingroom.tools.render import DELIVERY

_CLOSE_AT_WORDS = 0.25
"""Seconds: where words begin and end is a matter of padding."""
_SPOKEN = ("remove_spoken", "keep_spoken")


class Outcome(StrEnum):
    """`exact`: the right calls, or the right question. `needless`: asked where nothing had to be. `other`:
    asked, but not what had to be asked, or planned the rest of it wrongly. `wrong`: planned something else
    without asking."""

    EXACT = "exact"
    NEEDLESS = "needless"
    OTHER = "other"
    WRONG = "wrong"


@dataclass(frozen=True)
class Verdict:
    """What became of one request, why it is not exact, and how many seconds its plan took."""

    request: Request
    outcome: Outcome
    why: str
    seconds: float


@dataclass(frozen=True)
class Score:
    verdicts: tuple[Verdict, ...]

    @cached_property
    def counts(self) -> dict[Outcome, int]:
        found = Counter(v.outcome for v in self.verdicts)
        return {outcome: found[outcome] for outcome in Outcome}

    @property
    def exact_share(self) -> float:
        return self.counts[Outcome.EXACT] / len(self.verdicts)

    def seconds_at(self, share: float) -> float:
        """The time within which this share of the plans was made."""
        times = sorted(v.seconds for v in self.verdicts)
        return times[min(len(times) - 1, int(share * len(times)))]


def score(planner: Planner, file: RequestFile) -> Score:
    """Every request of a file, planned and judged. Raises InvalidInput for a request about an unknown
    world."""
    return Score(tuple(judge(planner, file, request) for request in file.requests))


def judge(planner: Planner, file: RequestFile, request: Request) -> Verdict:
    context = file.worlds.context(request.on, request.say)
    start = clock.monotonic()
    try:
        draft = planner.plan(context)
    except CuttingroomError as error:
        return Verdict(request, Outcome.OTHER, f"failed: {error.message}", clock.monotonic() - start)
    seconds = clock.monotonic() - start
    plan = judge_draft(draft, context)
    questions = [q.text for q in plan.questions]
    calls = _without_render([i.call for i in plan.items if i.error is None], request)
    outcome, why = _outcome(request, calls, questions)
    return Verdict(request, outcome, why, seconds)


def _outcome(
    request: Request, calls: Sequence[dict[str, Any]], questions: Sequence[str]
) -> tuple[Outcome, str]:
    asked = " | ".join(questions)
    difference = _difference(request, calls)
    if request.asks:
        if not questions:
            return Outcome.WRONG, f"did not ask about {' or '.join(request.asks)}; {difference}"
        if not any(word.lower() in asked.lower() for word in request.asks):
            return Outcome.OTHER, f"asked: {asked}"
        return (Outcome.OTHER, difference) if difference else (Outcome.EXACT, "")
    if questions:
        return Outcome.NEEDLESS, f"asked: {asked}"
    return (Outcome.WRONG, difference) if difference else (Outcome.EXACT, "")


def _difference(request: Request, calls: Sequence[dict[str, Any]]) -> str:
    """How the calls differ from the nearer of the right lists."""
    close = _CLOSE_AT_WORDS if _is_about_words(request) else CLOSE_SECONDS
    right: Iterable[tuple[dict[str, Any], ...]] = [
        request.items,
        *([request.or_items] if request.or_items else []),
    ]
    found = [find_plan_difference(calls, expected, close) for expected in right]
    return "" if "" in found else found[0]


def _is_about_words(request: Request) -> bool:
    tools = {item["tool"] for item in (*request.items, *request.or_items)}
    return bool(tools & set(_SPOKEN)) or any(mark in request.say for mark in "'\"“‘")


def _without_render(calls: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:
    """The calls without the render that ends every plan, unless the request is about it."""
    wanted = {item["tool"] for item in (*request.items, *request.or_items)}
    if calls and calls[-1]["tool"] == "render" and "render" not in wanted and _is_plain(calls[-1]):
        return calls[:-1]
    return calls


def _is_plain(render: dict[str, Any]) -> bool:
    said = {
        n: v for n, v in render.items() if n not in ("tool", "profile") and v not in (None, False, [], "burn")
    }
    return render.get("profile") == DELIVERY and not said
