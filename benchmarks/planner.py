"""The rules planner on the written requests of the tests: how many it gets right, and how long one takes."""

from __future__ import annotations

from benchmarks.measure import Figure, Series, in_turn, processor, seconds_of
from cuttingroom.planners.base import PlanContext
from cuttingroom.planners.rules import RulesPlanner
from cuttingroom.planners.rules.parsing import _parse
from planners.requests import REQUESTS, Verdict, judge
from planners.worlds import context

AIM_SHARE = 95.0


def run() -> list[Figure]:
    planner = RulesPlanner()
    planner.plan(context("cut the first second"))
    verdicts = [judge(planner, request) for request in REQUESTS]
    kinds = [verdict.kind for verdict in verdicts]
    exact, question = kinds.count("exact"), kinds.count("question")
    silent = sum(1 for verdict in verdicts if _is_silently_wrong(verdict))
    total = len(REQUESTS)
    contexts = [context(r.text, r.on) for r in REQUESTS]
    times = Series(tuple(_seconds_of_plan(planner, c) for c in contexts))
    (words,) = in_turn(5, lambda: [c.request.lower().split() for c in contexts], clock=processor)
    return [
        _share("right: exactly planned or rightly asked", exact + question, total, AIM_SHARE),
        _share("exactly planned", exact, total),
        _share("answered with the right question", question, total),
        Figure("planner", "wrong without asking", "requests", silent, silent, 0, "none", aim=0),
        Figure(
            "planner",
            "one request (processor time)",
            "ms",
            1000 * times.median,
            1000 * times.best,
            1000 * words.median / total,
            "splitting it into words",
            runs=total,
            p95=1000 * times.p95,
        ),
    ]


def _is_silently_wrong(verdict: Verdict) -> bool:
    asked = verdict.why.startswith("asked: ") and verdict.why != "asked: nothing"
    return verdict.kind == "wrong" and not asked


def _seconds_of_plan(planner: RulesPlanner, asked: PlanContext) -> float:
    _parse.cache_clear()  # a request is new when it is made
    return seconds_of(lambda: planner.plan(asked), processor)


def _share(name: str, count: int, total: int, aim: float | None = None) -> Figure:
    share = 100 * count / total
    return Figure("planner", f"{name} ({count} of {total})", "%", share, share, 100, "all", aim, "more")
