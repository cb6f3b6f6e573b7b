import pytest

from cuttingroom.core.errors import EditRefused, NotFound
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.fade_out import FadeOut
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.timeline.edits.split import Split
from drawing import assert_edit, frames, span, timeline


@pytest.mark.parametrize(
    ("before", "element_id", "at", "after"),
    [
        ("video: A[0-48] B[0-24]", "A", 12, "video: A[0-12] R@file_A[12-48] B[0-24]"),
        ("video: A[10-58]x2", "A", 12, "video: A[10-34]x2 R@file_A[34-58]x2"),
        ("video: A[0-48] ~6 B[0-24]", "A", 30, "video: A[0-30] R@file_A[30-48] ~6 B[0-24]"),
        ("video: A[0-48] ~6 B[0-24]", "B", 60, "video: A[0-48] ~6 B[0-18] R@file_B[18-24]"),
        ("video: S{20}", "S", 5, "video: S{5} R@file_S{15}"),
        ("overlay: T(20)", "T", 5, "overlay: T(5) R(15)"),
    ],
)
def test_split_divides_an_element_where_it_plays(before, element_id, at, after):
    assert_edit(before, Split(element_id=element_id, at_ticks=frames(at), right_id="R"), after)


def test_split_snaps_the_point_to_the_frame_grid_halves_up():
    at = frames(12) - frames(1) // 2
    assert_edit(
        "video: A[0-48]", Split(element_id="A", at_ticks=at, right_id="R"), "video: A[0-12] R@file_A[12-48]"
    )


@pytest.mark.parametrize(
    ("before", "at", "message"),
    [
        ("video: A[0-48]", 0, "is not inside"),
        ("video: A[0-48]", 48, "is not inside"),
        ("video: A[0-48]", 49, "outside the timeline, which lasts 0:02.00"),
        ("video: A[0-48] ~6 B[0-24]", 42, "lies in a transition"),
        ("video: A[0-48] ~6 B[0-24]", 45, "lies in a transition"),
        ("video locked: A[0-48]", 10, "is locked"),
    ],
)
def test_split_refuses_a_point_that_leaves_no_two_pieces(before, at, message):
    with pytest.raises(EditRefused, match=message):
        Split(element_id="A", at_ticks=frames(at)).apply(timeline(before))


def test_split_of_an_unknown_element_is_not_found():
    with pytest.raises(NotFound, match="no element X"):
        Split(element_id="X", at_ticks=frames(5)).apply(timeline("video: A[0-48]"))


def test_split_leaves_each_effect_where_it_was_heard():
    before = timeline("video: A[0-48]")
    for edit in (
        FadeIn(element_id="A", duration_ticks=frames(6)),
        FadeOut(element_id="A", duration_ticks=frames(8)),
        MuteRange(range=span(20, 30)),
    ):
        before = edit.apply(before)
    after = Split(element_id="A", at_ticks=frames(24), right_id="R").apply(before)
    left, right = after.tracks[0].elements
    assert [(e.type, e.duration_ticks) for e in left.effects if e.type == "fade_in"] == [
        ("fade_in", frames(6))
    ]
    assert [e.range for e in left.effects if e.type == "mute"] == [span(20, 24)]
    assert [(e.type, e.duration_ticks) for e in right.effects if e.type != "mute"] == [
        ("fade_out", frames(8))
    ]
    assert [e.range for e in right.effects if e.type == "mute"] == [span(0, 6)]
