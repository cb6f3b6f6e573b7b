"""What a plan renders to: the profile that was chosen, whoever plans, and only one that exists."""

from pathlib import Path
from typing import Any

import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.settings import Settings
from cuttingroom.core.time import TimeRange, seconds_to_ticks
from cuttingroom.planners.catalog import make_planner
from cuttingroom.planners.direct import DirectPlanner
from cuttingroom.planners.judging import judge_draft
from cuttingroom.planners.rules import RulesPlanner
from cuttingroom.tools.render import Render
from planners.worlds import context


def judged(call: dict[str, Any], profiles: Path | None = None) -> tuple[str, ...]:
    """The questions that a plan of one call raises."""
    asked = context("render it")
    return tuple(
        q.text for q in judge_draft(DirectPlanner([call]).plan(asked), asked, profiles=profiles).questions
    )


@pytest.mark.parametrize(
    ("request_", "chosen", "rendered"),
    [
        ("cut the first second", None, "delivery"),
        ("cut the first second", "youtube", "youtube"),
        ("cut the first second and render a preview", None, "preview"),
        ("cut the first second and render a preview", "youtube", "youtube"),
    ],
)
def test_the_profile_beside_the_request_counts_before_its_words(request_, chosen, rendered):
    draft = RulesPlanner().plan(context(request_, profile=chosen))
    assert draft.items[-1].call["profile"] == rendered


def test_calls_that_came_with_the_request_are_the_plan_each_after_those_before_it():
    calls = [Render(profile="draft"), Render()]
    planner = make_planner("direct", Settings(), calls=[c.model_dump(mode="json") for c in calls])
    plan = judge_draft(planner.plan(context("both")), context("both"))
    assert [i.title for i in plan.items] == [c.describe(context("both").timeline) for c in calls]
    assert [i.depends_on for i in plan.items] == [(), (1,)]
    assert plan.questions == ()


def test_no_calls_are_no_plan():
    with pytest.raises(InvalidInput, match="No steps came with the request"):
        make_planner("direct", Settings())


def test_a_plan_with_a_profile_that_does_not_exist_is_asked_about_with_names_near_it():
    (question,) = judged({"tool": "render", "profile": "yotube"})
    assert "There is no profile 'yotube'. Use youtube" in question


def test_a_profile_of_ones_own_may_be_planned_and_a_mistake_in_it_is_named(tmp_path: Path):
    (tmp_path / "mine.toml").write_text('extends = "draft"\ntitle = "Mine"\n')
    call = {"tool": "render", "profile": "mine"}
    assert judged(call, tmp_path) == ()
    (tmp_path / "mine.toml").write_text('extends = "draft"\ntitle = "Mine"\nheight = "big"\n')
    assert "mine.toml: profile mine, height" in judged(call, tmp_path)[0]


def test_a_range_beyond_the_timeline_cannot_be_planned():
    far = TimeRange.between(seconds_to_ticks(1000), seconds_to_ticks(1010))
    (question,) = judged(Render(range=far).model_dump(mode="json"))
    assert "reaches outside the timeline" in question
