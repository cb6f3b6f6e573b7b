"""Written requests about sound, each planned as its writer means it."""

from pathlib import Path

import pytest

from cuttingroom.planners.base import Need
from cuttingroom.planners.evaluation.requests import Request, read_requests
from cuttingroom.planners.evaluation.scoring import Outcome, judge
from cuttingroom.planners.rules import RulesPlanner

FILE = read_requests(Path(__file__).parents[1] / "requests" / "sound.toml")


@pytest.mark.parametrize("request_", FILE.requests, ids=lambda r: r.say[:60])
def test_a_request_about_sound_is_planned_as_it_is_meant(request_: Request):
    verdict = judge(RulesPlanner(), FILE, request_)
    assert verdict.outcome is Outcome.EXACT, verdict.why


def test_only_what_needs_it_waits_for_loudness_or_words():
    planner = RulesPlanner()
    assert planner.needs("normalise to -14 LUFS") == {Need.LOUDNESS}
    assert planner.needs('bleep out "damn"') == {Need.TRANSCRIPT}
    assert planner.needs("get rid of the hiss") == frozenset()


def test_what_is_filled_in_is_said():
    context = FILE.worlds.context("full", "duck the music under the voice")
    assert "It gets 12 dB quieter there." in RulesPlanner().plan(context).assumptions
    context = FILE.worlds.context("talk", "make the music a bit quieter, add song.mp3 at 0:10")
    assert any("as loud as it is in its file" in a for a in RulesPlanner().plan(context).assumptions)
