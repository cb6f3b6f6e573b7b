"""Requests about time and transitions, as people write them."""

from __future__ import annotations

from typing import Any

import pytest

from cuttingroom.planners.base import PlanDraft
from cuttingroom.planners.prompting import user_prompt
from cuttingroom.planners.rules.planner import RulesPlanner
from cuttingroom.timeline.edits.add_transition import AddTransition
from cuttingroom.timeline.edits.reverse import Reverse
from planners.worlds import context, ticks

PLANNER = RulesPlanner()


def plan(text: str, on: str) -> PlanDraft:
    return PLANNER.plan(context(text, on))


def the_item(text: str, on: str, tool: str) -> dict[str, Any]:
    """The one item but the render, after splits where a stretch is meant."""
    draft = plan(text, on)
    assert not draft.questions, [q.text for q in draft.questions]
    calls = [i.call for i in draft.items if i.call["tool"] not in ("render", "split")]
    assert [c["tool"] for c in calls] == [tool]
    return calls[0]


def joins(text: str, on: str = "three") -> list[tuple[Any, ...]]:
    """Left, right, kind, seconds, direction and colour of each transition that is planned."""
    draft = plan(text, on)
    assert not draft.questions, [q.text for q in draft.questions]
    calls = [i.call for i in draft.items if i.call["tool"] == "add_transition"]
    return [
        (c["left_id"], c["right_id"], c["kind"], c["duration_ticks"] / ticks(1), c["direction"], c["colour"])
        for c in calls
    ]


@pytest.mark.parametrize(
    ("said", "on", "at", "seconds"),
    [
        ("freeze the frame at 0:12 for 3 seconds", "talk", 12, 3),
        ("freeze 0:30 for one second", "talk", 30, 1),
        ("pause the video at 1:05 for two seconds", "talk", 65, 2),
        ("hold on the frame at 0:20 for 4s", "talk", 20, 4),
        ("freeze frame 120 for 2 seconds", "talk", 4, 2),
        ("hold the last frame for three more seconds", "talk", 120, 3),
        ("freeze on the very first frame 1.5s", "three", 0, 1.5),
        ("freeze frame at 0:10", "talk", 10, 2),
    ],
)
def test_frames_are_frozen(said: str, on: str, at: float, seconds: float):
    call = the_item(said, on, "freeze_frame")
    assert (call["at_ticks"], call["duration_ticks"]) == (ticks(at), ticks(seconds))


def test_the_last_frame_of_a_clip_is_its_own():
    call = the_item("hold the last frame of clip 1 for 2 seconds", "three", "freeze_frame")
    assert call["at_ticks"] == ticks(20) - ticks(1) // 30


@pytest.mark.parametrize(
    ("said", "on", "ids"),
    [
        ("play clip 2 in reverse", "three", ["c2"]),
        ("play the harbour clip backwards", "three", ["c2"]),
        ("reverse it", "talk", ["c1"]),
        ("reverse this", "talk", ["c1"]),
        ("can you make clip 3 go backwards please", "three", ["c3"]),
        ("rewind the first clip", "three", ["c1"]),
        ("reverse clips 1 and 2", "three", ["c1", "c2"]),
        ("reverse each clip", "three", ["c1", "c2", "c3"]),
    ],
)
def test_clips_run_backwards(said: str, on: str, ids: list[str]):
    assert the_item(said, on, "reverse")["element_ids"] == ids


def test_a_video_of_several_clips_runs_backwards_as_a_whole():
    draft = plan("reverse the whole video", "three")
    calls = [i.call for i in draft.items]
    assert [c["tool"] for c in calls] == ["reverse", "reorder", "render"]
    assert calls[1]["element_ids"] == ["c3", "c2", "c1"]


def test_a_stretch_runs_backwards():
    call = the_item("play from 0:10 to 0:20 backwards", "talk", "reverse")
    assert len(call["element_ids"]) == 1


@pytest.mark.parametrize(
    ("said", "on", "speeds", "stretch"),
    [
        ("ramp from normal to 3x speed between 0:10 and 0:15", "talk", (1, 3), (10, 15)),
        ("speed ramp from 1x to 4x from 0:10 to 0:20", "talk", (1, 4), (10, 20)),
        ("gradually speed up to 2x over the last 10 seconds", "talk", (1, 2), (110, 120)),
        ("ramp the speed from 50% to 200% between 0:20 and 0:40", "talk", (0.5, 2), (20, 40)),
        ("ramp down to half speed between 0:30 and 0:40", "talk", (1, 0.5), (30, 40)),
        ("speed it up gradually from 1x to 2x", "talk", (1, 2), None),
        ("ramp clip 2 from normal to double speed", "three", (1, 2), None),
        (
            "in the market clip slow down gradually from 100% to 40% between 1:00 and 1:05",
            "three",
            (1, 0.4),
            (60, 65),
        ),
    ],
)
def test_speed_is_ramped(said: str, on: str, speeds: tuple[float, float], stretch: tuple[int, int] | None):
    call = the_item(said, on, "ramp_speed")
    found = [call[n]["num"] / call[n]["den"] for n in ("from_speed", "to_speed")]
    assert tuple(found) == speeds
    part = call["range"] and (call["range"]["start_ticks"], call["range"]["duration_ticks"])
    assert part == (stretch and (ticks(stretch[0]), ticks(stretch[1] - stretch[0])))


@pytest.mark.parametrize(
    ("said", "on", "ids", "seconds"),
    [
        ("make the whole thing exactly 30 seconds by speeding it up", "talk", [], 30),
        ("speed it up so it's exactly 90 seconds, don't cut anything", "talk", [], 90),
        ("speed it up to fit one minute", "talk", [], 60),
        ("fit the video into 60 seconds", "talk", [], 60),
        ("squeeze everything into 45 seconds", "three", [], 45),
        ("make the harbour clip last 20 seconds by changing its speed", "three", ["c2"], 20),
        ("stretch clip 1 to 25 seconds", "three", ["c1"], 25),
        ("speed up clip 2 so it lasts 10 seconds", "three", ["c2"], 10),
    ],
)
def test_lengths_are_fitted_by_speed(said: str, on: str, ids: list[str], seconds: float):
    call = the_item(said, on, "fit_duration")
    assert (call["element_ids"], call["duration_ticks"]) == (ids, ticks(seconds))


@pytest.mark.parametrize(
    ("said", "on", "ids", "times", "seconds"),
    [
        ("loop the clip 3 times", "talk", ["c1"], 3, None),
        ("loop this so it plays 3 times", "talk", ["c1"], 3, None),
        ("loop the first clip 4 times", "three", ["c1"], 4, None),
        ("play clip 1 twice", "three", ["c1"], 2, None),
        ("repeat clip 1 two more times", "three", ["c1"], 3, None),
        ("repeat the pier clip until it fills a minute", "three", ["c1"], None, 60),
        ("loop it for 5 minutes", "talk", ["c1"], None, 300),
    ],
)
def test_clips_are_looped(said: str, on: str, ids: list[str], times: int | None, seconds: float | None):
    call = the_item(said, on, "loop")
    assert (call["element_ids"], call["times"]) == (ids, times)
    assert call["duration_ticks"] == (None if seconds is None else ticks(seconds))


BLACK, WHITE = "#000000", "#ffffff"
FIRST, SECOND = ("c1", "c2"), ("c2", "c3")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("wipe from left between every clip", [(*p, "wipe", 1, "right", BLACK) for p in (FIRST, SECOND)]),
        ("wipes left to right between all clips, 0.5 s each",
         [(*p, "wipe", 0.5, "right", BLACK) for p in (FIRST, SECOND)]),
        ("put a 2 second wipe from the top between clips 2 and 3", [(*SECOND, "wipe", 2, "down", BLACK)]),
        ("wipe to the left from the first to the second clip, half a second",
         [(*FIRST, "wipe", 0.5, "left", BLACK)]),
        ("wipe clip 1 into clip 2", [(*FIRST, "wipe", 1, "left", BLACK)]),
        ("dip to white between clip 1 and 2", [(*FIRST, "dip", 1, "left", WHITE)]),
        ("fade through black between clip 1 and 2", [(*FIRST, "dip", 1, "left", BLACK)]),
        ("put a dip to black at both cuts", [(*p, "dip", 1, "left", BLACK) for p in (FIRST, SECOND)]),
        ("push up transition into the market", [(*SECOND, "push", 1, "up", BLACK)]),
        ("add a push transition between clips 2 and 3 for 2 seconds", [(*SECOND, "push", 2, "left", BLACK)]),
        ("slide transition to the right at 0:20, one second", [(*FIRST, "slide", 1, "right", BLACK)]),
        ("slide from the right between clip 1 and 2", [(*FIRST, "slide", 1, "left", BLACK)]),
        ("do a zoom transition at the second cut", [(*SECOND, "zoom", 1, "left", BLACK)]),
        ("smooth zoom transition from the pier to the harbour clip", [(*FIRST, "zoom", 1, "left", BLACK)]),
        ("1.5 sec dissolve from pier to harbour", [(*FIRST, "crossfade", 1.5, "left", BLACK)]),
        ("crossfade everything for a second", [(*p, "crossfade", 1, "left", BLACK) for p in (FIRST, SECOND)]),
        ("crossfade between clip 1 and 2 then make it a wipe",
         [(*FIRST, "crossfade", 1, "left", BLACK), (*FIRST, "wipe", 1, "left", BLACK)]),
    ],
)  # fmt: skip
def test_clips_are_joined(said: str, expected: list[tuple[Any, ...]]):
    assert joins(said) == expected


@pytest.mark.parametrize(
    ("said", "pairs"),
    [
        ("crossfade everything, then remove the transition at the first cut", [FIRST]),
        ("crossfade everything for a second, then take the one before the market out again", [SECOND]),
        ("crossfade everything then remove the crossfade between clip 1 and 2", [FIRST]),
        ("crossfade everything then remove all the transitions", [FIRST, SECOND]),
    ],
)
def test_transitions_are_removed(said: str, pairs: list[tuple[str, str]]):
    draft = plan(said, "three")
    assert not draft.questions, [q.text for q in draft.questions]
    calls = [i.call for i in draft.items if i.call["tool"] == "remove_transition"]
    assert [(c["left_id"], c["right_id"]) for c in calls] == pairs


@pytest.mark.parametrize(
    ("said", "on", "asked"),
    [
        ("freeze it", "talk", "Which frame should stand still?"),
        ("loop clip 2", "three", "How many times should it play"),
        ("ramp up the speed", "talk", "To which speed"),
        ("slow down gradually to half speed at the end", "talk", "Over how long"),
        ("ramp to 2x from 0:10 to 0:30", "three", "several clips"),
        ("add a wipe transition to clip 2", "three", "lead into clip 2 or out of it"),
        ("wipe up at 0:33", "three", "They do at 0:20.00, 0:50.00"),
        ("remove the transitions", "three", "There is no transition"),
        ("crossfade the two clips", "gappy", "No two clips touch"),
    ],
)
def test_what_is_not_clear_is_asked_and_nothing_is_guessed(said: str, on: str, asked: str):
    draft = plan(said, on)
    assert any(asked in q.text for q in draft.questions), [q.text for q in draft.questions]
    assert not [i for i in draft.items if i.call["tool"] != "render"]


def test_a_model_is_told_what_joins_clips_and_what_runs_backwards():
    before = context("", "three").timeline
    join = AddTransition(left_id="c1", right_id="c2", duration_ticks=ticks(1), kind="wipe")
    after = join.apply(Reverse(element_ids=("c3",)).apply(before))
    told = user_prompt(context("remove the wipe", "three", timeline=after), "x")
    assert '"kind": "wipe"' in told
    assert told.count('"backwards": true') == 1
