import pytest

from cuttingroom.core.errors import ProviderBroken, ProviderBusy
from cuttingroom.core.settings import Settings
from cuttingroom.planners.base import PlanDraft
from cuttingroom.planners.catalog import make_planner
from cuttingroom.planners.scripted import ScriptedPlanner
from planners.worlds import context

DRAFT = PlanDraft("One.", (), "scripted")


def test_it_gives_its_drafts_in_turn_and_then_breaks():
    planner = ScriptedPlanner([DRAFT])
    assert planner.plan(context("a")) is DRAFT
    with pytest.raises(ProviderBroken):
        planner.plan(context("b"))
    assert [c.request for c in planner.seen] == ["a", "b"]


def test_it_raises_the_failures_it_was_given():
    planner = make_planner("scripted", Settings(), drafts=[ProviderBusy("later", provider="scripted"), DRAFT])
    with pytest.raises(ProviderBusy):
        planner.plan(context("a"))
    assert planner.plan(context("a")) is DRAFT


def test_the_rules_are_found_by_name():
    assert make_planner("rules", Settings()).name == "rules"
