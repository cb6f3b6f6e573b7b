import pytest

from cuttingroom.core.errors import EditRefused, InvalidInput
from cuttingroom.timeline.edits.overwrite import Overwrite
from drawing import a_file, assert_edit, frames, span, timeline

TALK = "video: A[0-48] B[0-24] | overlay: .10 T(20)"


def laid(**options) -> Overwrite:
    values = {"media": a_file("new", 100), "element_id": "X", "id_prefix": "p", "new_track_id": "up"}
    return Overwrite.model_validate(values | options)


@pytest.mark.parametrize(
    ("before", "options", "after"),
    [
        (
            TALK,
            {"at_ticks": frames(10), "part": span(5, 15)},
            "video: A[0-10] X@new[5-15] p_1@file_A[20-48] B[0-24] | overlay: .10 T(20)",
        ),
        (
            TALK,
            {"at_ticks": frames(40), "duration_ticks": frames(20)},
            "video: A[0-40] X@new[0-20] B[12-24] | overlay: .10 T(20)",
        ),
        ("video: A[0-48] B[0-24]", {"at_ticks": frames(48)}, "video: A[0-48] X@new[0-100]"),
        ("video: A[0-48] .12 B[0-24]", {"at_ticks": 0, "part": span(0, 60)}, "video: X@new[0-60] B[0-24]"),
        (
            "video: A[0-48] ~6 B[0-24]",
            {"at_ticks": frames(44), "part": span(0, 10)},
            "video: A[0-44] X@new[0-10] B[12-24]",
        ),
        (
            "video: A[0-48] ~6 B[0-24]",
            {"at_ticks": frames(10), "part": span(0, 10)},
            "video: A[0-10] X@new[0-10] p_1@file_A[20-48] ~6 B[0-24]",
        ),
        (
            TALK,
            {"media": a_file("new", still=True), "at_ticks": frames(8), "duration_ticks": frames(4)},
            "video: A[0-8] X@new{4} p_1@file_A[12-48] B[0-24] | overlay: .10 T(20)",
        ),
        (
            TALK,
            {"track_id": "overlay", "at_ticks": frames(15), "part": span(0, 5)},
            "video: A[0-48] B[0-24] | overlay: .10 T(5) X@new[0-5] p_1(10)",
        ),
        (
            TALK,
            {"at_ticks": frames(10), "part": span(5, 15), "keeps_sound": True},
            "video: A[0-48] B[0-24] | video up: .10 X@new[5-15] | overlay: .10 T(20)",
        ),
        (
            "video: A[0-48] | video top: K[0-9]",
            {"at_ticks": frames(10), "part": span(5, 15), "keeps_sound": True},
            "video: A[0-48] | video top: K[0-9] .1 X@new[5-15]",
        ),
    ],
)
def test_overwrite_replaces_what_played_and_moves_nothing(before, options, after):
    assert_edit(before, laid(**options), after)


def test_what_lies_over_the_sound_that_is_there_brings_none_and_fills_the_frame():
    after = laid(at_ticks=0, part=span(0, 9), keeps_sound=True).apply(timeline(TALK))
    _, element = after.get_element("X")
    assert not element.has_sound
    assert [e.type for e in element.effects] == ["transform"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"at_ticks": 0, "duration_ticks": frames(101)}, "lasts 0:04.17 and cannot fill 0:04.21"),
        ({"at_ticks": frames(80)}, "lies outside the timeline"),
        ({"at_ticks": 0, "media": a_file(picture=False), "keeps_sound": True}, "has no picture"),
        ({"at_ticks": 0, "media": a_file(still=True)}, "needs a duration"),
        ({"at_ticks": 0, "part": span(90, 110)}, "reaches outside the file"),
    ],
)
def test_overwrite_says_what_stands_in_the_way(options, message):
    with pytest.raises(EditRefused, match=message):
        laid(**options).apply(timeline(TALK))


def test_overwrite_refuses_a_locked_track():
    with pytest.raises(InvalidInput, match="is locked"):
        laid(at_ticks=0).apply(timeline("video locked: A[0-48]"))
