"""The written requests, planned and judged: docs/planners.md says what their files hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from cuttingroom.planners.evaluation.requests import RequestFile, read_requests
from cuttingroom.planners.evaluation.scoring import Outcome, Score, score
from cuttingroom.planners.rules import RulesPlanner
from cuttingroom.tools.catalog import PLANNED_TOOLS

FOLDER = Path(__file__).parents[1] / "requests"


@pytest.fixture(scope="module")
def file() -> RequestFile:
    return read_requests(FOLDER / "tuned.toml")


@pytest.fixture(scope="module")
def found(file: RequestFile) -> Score:
    return score(RulesPlanner(), file)


def test_nothing_is_planned_wrongly_without_asking(found: Score):
    wrong = [f"{v.request.say}: {v.why}" for v in found.verdicts if v.outcome is Outcome.WRONG]
    assert not wrong


def test_most_requests_are_planned_exactly_or_asked_about_rightly(found: Score):
    assert found.exact_share >= 0.85, found.counts


def test_every_tool_that_can_be_asked_for_is_asked_for(file: RequestFile):
    asked = {item["tool"] for r in file.requests for item in (*r.items, *r.or_items)}
    known = {str(tool.model_fields["tool"].default) for tool in PLANNED_TOOLS}
    told_otherwise = {"add_track", "take_back", "close_gaps", "insert", "append"}
    assert known - asked <= told_otherwise
