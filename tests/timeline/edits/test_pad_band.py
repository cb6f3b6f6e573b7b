import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.pad_band import PadBand
from cuttingroom.timeline.effects import Region, Transform
from drawing import assert_edit, assert_round_trip, span, timeline


def bands(after):
    return {e.id: t for e in after.tracks[0].elements for t in e.effects if isinstance(t, Transform)}


def test_a_band_for_the_whole_video_leaves_its_pieces_whole():
    before = timeline("video: A[0-48] B[0-24] | overlay: T(9)")
    edit = PadBand(side="bottom", share=0.25, colour="#ffffff")
    after = edit.apply(before)
    assert {i: (t.box, t.background) for i, t in bands(after).items()} == dict.fromkeys(
        "AB", (Region(x=0, y=0, width=1, height=0.75), "#ffffff")
    )
    assert edit.describe(before) == "Put a band of #ffffff below the picture, 25 % of the frame"
    assert_round_trip(before, edit, after)


def test_a_band_for_a_while_divides_what_plays_there():
    after = assert_edit(
        "video: A[0-48] B[0-24]",
        PadBand(side="left", share=0.5, range=span(30, 60), id_prefix="n"),
        "video: A[0-30] n_1@file_A[30-48] B[0-12] n_2@file_B[12-24]",
    )
    assert {i: t.box.x for i, t in bands(after).items()} == {"n_1": 0.5, "B": 0.5}


def test_a_band_needs_a_picture_and_no_transition_at_its_ends():
    with pytest.raises(EditRefused, match="no picture to put a band beside"):
        PadBand(range=span(50, 60)).apply(timeline("video: A[0-48] .24 B[0-24]"))
    with pytest.raises(EditRefused, match="A transition"):
        PadBand(range=span(20, 45)).apply(timeline("video: A[0-48] ~6 B[0-24]"))
