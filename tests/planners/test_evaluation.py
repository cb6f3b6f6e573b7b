"""Written requests as data, and how they are scored."""

from __future__ import annotations

from pathlib import Path

import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import TimeRange, seconds_to_ticks
from cuttingroom.planners.base import ItemDraft, PlanDraft, Question
from cuttingroom.planners.evaluation.comparing import find_difference
from cuttingroom.planners.evaluation.requests import read_requests
from cuttingroom.planners.evaluation.scoring import Outcome, score
from cuttingroom.planners.scripted import ScriptedPlanner
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges

WORLD = """
[files.art_a]
name = "a.mp4"
seconds = 60
words = "Hello there."
silences = [[10, 11]]

[worlds.one]
tracks = [ { id = "v1", kind = "video", elements = [ { id = "c1", to = 60, file = "art_a" } ] } ]

"""
CUT = """
[[request]]
say = "cut the first 10 seconds"
on = "one"
items = [ { tool = "remove_ranges", ranges = [[0, 10]] } ]
"""
ASKS = """
[[request]]
say = "cut the boring bits"
on = "one"
asks = ["which", "boring"]
"""


def cut(seconds: float) -> PlanDraft:
    edit = RemoveRanges(ranges=(TimeRange.between(0, seconds_to_ticks(seconds)),))
    return PlanDraft("", (ItemDraft(edit.model_dump(mode="json"), "cut"),), "scripted")


def asking(text: str) -> PlanDraft:
    return PlanDraft("", (), "scripted", (Question(text, "it"),))


def outcome(folder: Path, request: str, draft: PlanDraft) -> Outcome:
    path = folder / "requests.toml"
    path.write_text(WORLD + request)
    return score(ScriptedPlanner([draft]), read_requests(path)).verdicts[0].outcome


@pytest.mark.parametrize(
    ("request_", "draft", "expected"),
    [
        (CUT, cut(10), Outcome.EXACT),
        (CUT, cut(11), Outcome.WRONG),
        (CUT, asking("How many seconds?"), Outcome.NEEDLESS),
        (ASKS, asking("Which bits are boring?"), Outcome.EXACT),
        (ASKS, asking("What should happen?"), Outcome.OTHER),
        (ASKS, cut(10), Outcome.WRONG),
    ],
)
def test_a_plan_is_exact_needlessly_asked_about_or_wrong(
    tmp_path: Path, request_: str, draft: PlanDraft, expected: Outcome
):
    assert outcome(tmp_path, request_, draft) is expected


def test_what_is_told_by_its_side_or_by_its_place_is_compared_so():
    assert not find_difference({"tool": "set_volume", "change_db": -3.0}, {"change_db": "<0"})
    assert find_difference({"tool": "set_volume", "change_db": 3.0}, {"change_db": "<0"})
    region = {"x": 0.0, "y": 0.0, "width": 0.3, "height": 0.3}
    assert not find_difference({"tool": "hide_region", "region": region}, {"region": "top_left"})
    assert find_difference({"tool": "hide_region", "region": region}, {"region": "bottom_right"})


@pytest.mark.parametrize(
    ("text", "message"),
    [("[[request", "cannot be read"), (WORLD, "request"), (WORLD + "[[request]]\non = 'one'\n", "say")],
)
def test_a_file_that_is_wrong_is_refused_with_its_place(tmp_path: Path, text: str, message: str):
    path = tmp_path / "requests.toml"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=message):
        read_requests(path)


def test_a_request_about_an_unknown_world_is_refused(tmp_path: Path):
    path = tmp_path / "requests.toml"
    path.write_text(WORLD + CUT.replace('"one"', '"two"'))
    with pytest.raises(InvalidInput, match="no world 'two'"):
        score(ScriptedPlanner([cut(10)]), read_requests(path))
