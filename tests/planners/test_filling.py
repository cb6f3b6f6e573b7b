"""What a model may leave out of a compound call: the program finds it."""

import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import seconds_to_ticks
from cuttingroom.planners.base import Need
from cuttingroom.planners.calls import complete_call
from cuttingroom.planners.draft import try_items
from cuttingroom.planners.model import ModelPlanner
from planners.worlds import clip, context, span, timeline, video
from talks import a_transcript

SAID = (
    "Welcome um to the harbour. We walk along the pier. [0.8] We walk along the old pier. [2] "
    "The sea is calm. Thank you for watching."
)


def world(on: str = "", **changes: object):
    fields: dict[str, object] = {
        "timeline": timeline(video(clip("c1", 0, 30, artifact="art_talk", media=30))),
        "transcripts": {"art_talk": a_transcript(SAID)},
        "silences": {"art_talk": (span(18, 30),)},
        "breaths": {"art_talk": (span(6, 6.4),)},
    }
    return context("a request", on) if on else context("a request", **{**fields, **changes})


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"tool": "remove_spoken", "kind": "fillers"}, ["um"]),
        ({"tool": "remove_spoken", "kind": "repeats"}, ["We walk along the pier."]),
        ({"tool": "remove_spoken", "kind": "breaths"}, [""]),
        ({"tool": "remove_spoken", "kind": "words", "phrases": ["old"]}, ["old"]),
        ({"tool": "keep_spoken", "about": "the sea"}, ["The sea is calm."]),
    ],
)
def test_parts_that_are_left_out_are_found(call: dict, said: list[str]):
    complete = complete_call(call, world())
    assert [p["text"] for p in complete["parts"]] == said
    (trial,) = try_items(world().timeline, [complete])
    assert trial.error is None


def test_a_length_in_seconds_is_enough_to_tighten():
    complete = complete_call({"tool": "tighten", "target_seconds": 16.0}, world())
    (trial,) = try_items(world().timeline, [complete])
    assert trial.error is None
    assert trial.after_ticks <= seconds_to_ticks(16)


def test_a_song_is_enough_to_cut_to_its_beat():
    call = {"tool": "cut_to_beat", "media": {"artifact_id": "art_song"}}
    complete = complete_call(call, world("three"))
    assert len(complete["beats"]) == 124
    (trial,) = try_items(world("three").timeline, [complete])
    assert trial.error is None


def test_chapters_that_are_left_out_are_found():
    complete = complete_call({"tool": "add_chapters"}, world())
    assert complete["chapters"][0]["at_ticks"] == 0


def test_what_a_model_chooses_itself_stays():
    part = {"artifact_id": "art_talk", "range": {"start_seconds": 1, "end_seconds": 2}, "text": "x"}
    complete = complete_call({"tool": "remove_spoken", "kind": "words", "parts": [part]}, world())
    assert [p["range"]["start_ticks"] for p in complete["parts"]] == [seconds_to_ticks(1)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"tool": "remove_spoken", "kind": "jokes"}, "kind is one of"),
        ({"tool": "remove_spoken", "kind": "words"}, "`phrases` says which"),
        ({"tool": "remove_spoken", "kind": "words", "phrases": ["castle"]}, "not heard"),
        ({"tool": "keep_spoken"}, "give `about` or `parts`"),
        ({"tool": "keep_spoken", "about": "castles"}, "not spoken of"),
        ({"tool": "tighten", "target_seconds": -1}, "how long it may last"),
        ({"tool": "cut_to_beat", "media": {"artifact_id": "nothing"}}, "no file"),
        ({"tool": "cut_to_beat", "media": None}, "no file"),
        ({"tool": "remove_spoken", "kind": ["fillers"]}, "kind is one of"),
    ],
)
def test_what_cannot_be_found_is_told_to_the_model(call: dict, message: str):
    with pytest.raises(InvalidInput, match=message):
        complete_call(call, world())


def test_a_model_is_told_of_beats_and_breaths_where_the_request_speaks_of_them():
    needs = ModelPlanner.needs
    planner = object.__new__(ModelPlanner)
    assert {Need.BEATS, Need.SCENES} <= needs(planner, "cut it to the beat")
    assert Need.BREATHS in needs(planner, "remove the breaths")
    assert needs(planner, "add captions") == {Need.SILENCES, Need.TRANSCRIPT}
