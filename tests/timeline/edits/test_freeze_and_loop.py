"""Frames that stand still, and elements that play again and again."""

import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.fade_out import FadeOut
from cuttingroom.timeline.edits.freeze_frame import FreezeFrame
from cuttingroom.timeline.edits.loop import Loop
from cuttingroom.timeline.effects import Grade, Hide, Mute, Region, Zoom
from drawing import assert_edit, frames, span, timeline


@pytest.mark.parametrize(
    ("before", "at", "after"),
    [
        ("video: A[0-48] B[0-24]", 12, "video: A[0-12] F@file_A{5#12} R@file_A[12-48] B[0-24]"),
        ("video: A[4-48] B[7-24]", 0, "video: F@file_A{5#4} A[4-48] B[7-24]"),
        ("video: A[0-48] B[7-24]", 48, "video: A[0-48] F@file_B{5#7} B[7-24]"),
        ("video: A[0-48] B[7-24]", 65, "video: A[0-48] B[7-24] F@file_B{5#23}"),
        ("video: A[0-48]x2", 6, "video: A[0-12]x2 F@file_A{5#12} R@file_A[12-48]x2"),
        ("video: A[48-0]", 12, "video: A[48-36] F@file_A{5#35} R@file_A[36-0]"),
        ("video: S{20}", 20, "video: S{20} F@file_S{5}"),
        (
            "video: A[0-48] | overlay: .6 T(12) .10 U(4) | audio: V[0-48] | audio m fixed: M[0-48]",
            12,
            "video: A[0-12] F@file_A{5#12} R@file_A[12-48] | overlay: .6 T(12) .15 U(4) | "
            "audio: V[0-12] .5 R_1@file_V[12-48] | audio m fixed: M[0-48]",
        ),
    ],
)
def test_a_frame_stands_still_and_what_played_there_goes_on(before, at, after):
    edit = FreezeFrame(at_ticks=frames(at), duration_ticks=frames(5), element_id="F", right_id="R")
    assert_edit(before, edit, after)


def test_a_still_of_a_frame_looks_as_the_frame_did():
    whole, early = Region(x=0, y=0, width=1, height=1), Region(x=0, y=0, width=0.5, height=0.5)
    effects = (
        Grade(saturation=0),
        Hide(region=whole, range=span(10, 20)),
        Hide(region=early, range=span(0, 5)),
        Mute(range=span(0, 20)),
        Zoom(range=span(0, 24), from_scale=1, to_scale=4, smooth=False),
    )
    before = timeline("video: A[0-48]")
    element = before.get_element("A")[1].model_copy(update={"effects": effects, "opacity": 0.5})
    before = before.with_track(before.tracks[0].with_elements([element]))
    edit = FreezeFrame(at_ticks=frames(12), duration_ticks=frames(5), element_id="F")
    still = edit.apply(before).get_element("F")[1]
    grade, hidden, zoom = still.effects
    assert grade == effects[0]
    assert (hidden.region, hidden.range) == (whole, None)
    assert zoom.from_scale == zoom.to_scale == pytest.approx(2)
    assert still.opacity == 0.5


@pytest.mark.parametrize(
    ("before", "at", "track", "message"),
    [
        ("video: A[0-48] .9 B[0-9]", 50, None, "Nothing is shown"),
        ("video: A[0-48] ~6 B[0-24]", 45, None, "lies in a transition"),
        ("video: A[0-48] | audio: M[0-48]", 9, "audio", "has no picture"),
        ("video: A[0-48]", 60, None, "outside the timeline"),
    ],
)
def test_only_a_frame_that_is_shown_can_be_held(before, at, track, message):
    edit = FreezeFrame(at_ticks=frames(at), duration_ticks=frames(5), track_id=track)
    with pytest.raises(InvalidInput, match=message):
        edit.apply(timeline(before))


@pytest.mark.parametrize(
    ("before", "fields", "after"),
    [
        ("video: A[0-9] B[0-5]", {"times": 3}, "video: A[0-9] N_1@file_A[0-9] N_2@file_A[0-9] B[0-5]"),
        ("video: A[9-0] B[0-5]", {"times": 2}, "video: A[9-0] N_1@file_A[9-0] B[0-5]"),
        (
            "video: A[0-9] B[0-5]",
            {"duration_ticks": frames(21)},
            "video: A[0-9] N_1@file_A[0-9] N_2@file_A[0-3] B[0-5]",
        ),
        (
            "video: Z[0-9] ~3 A[0-9] ~4wipe B[0-12] ~2 C[0-9]",
            {"element_ids": ("A", "B"), "times": 2},
            "video: Z[0-9] ~3 A[0-9] ~4wipe B[0-12] N_1@file_A[0-9] ~4wipe N_2@file_B[0-12] ~2 C[0-9]",
        ),
        (
            "video: A[0-9] B[0-5] | overlay: .4 T(8) .2 U(2) | audio fixed: M[0-14]",
            {"times": 2},
            "video: A[0-9] N_1@file_A[0-9] B[0-5] | overlay: .4 T(8) .11 U(2) | audio fixed: M[0-14]",
        ),
        ("video: A[0-9] | audio fixed: M[0-4]", {"element_ids": ("M",), "duration_ticks": frames(9)},
         "video: A[0-9] | audio fixed: M[0-4] N_1@file_M[0-4] N_2@file_M[0-1]"),
    ],
)  # fmt: skip
def test_a_loop_plays_the_same_again(before, fields, after):
    edit = Loop(**{"element_ids": ("A",), "id_prefix": "N", **fields})
    start = timeline(before)
    result = edit.apply(start)
    ids = {t.id: f"{t.left_id}_{t.right_id}" for track in result.tracks for t in track.transitions}
    assert len(set(ids)) == len(ids)
    assert_edit(before, edit, after)


def test_fades_stay_at_the_ends_of_what_is_looped():
    before = timeline("video: A[0-24]")
    before = FadeIn(element_id="A", duration_ticks=frames(4)).apply(before)
    before = FadeOut(element_id="A", duration_ticks=frames(6)).apply(before)
    for fields in ({"times": 3}, {"duration_ticks": frames(52)}):
        after = Loop(element_ids=("A",), id_prefix="N", **fields).apply(before)
        fades = [[e.type for e in x.effects] for x in after.tracks[0].elements]
        assert fades == [["fade_in"], [], ["fade_out"]]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"element_ids": ("A",)}, "either how many times or how long"),
        ({"element_ids": ("A",), "duration_ticks": frames(9)}, "cannot be looped to"),
        ({"element_ids": ("A", "C"), "times": 2}, "do not follow each other"),
        ({"element_ids": ("A", "T"), "times": 2}, "several tracks"),
    ],
)
def test_a_loop_refuses_what_it_cannot_repeat(fields, message):
    with pytest.raises(InvalidInput, match=message):
        Loop(**fields).apply(timeline("video: A[0-9] B[0-5] C[0-9] | overlay: T(5)"))
