import pytest
from pydantic import ValidationError

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.side_by_side import SideBySide
from cuttingroom.timeline.effects import Region, Transform
from drawing import a_file, assert_edit, frames, timeline


def beside(**values):
    return SideBySide(effect_id="fx", id_prefix="n", track_prefix="pictures", **values)


def boxes(after):
    return {
        e.id: t.box
        for track in after.tracks
        for e in track.elements
        for t in e.effects
        if isinstance(t, Transform)
    }


LEFT, RIGHT = Region(x=0, y=0, width=0.5, height=1), Region(x=0.5, y=0, width=0.5, height=1)


def test_two_clips_share_the_frame_and_the_longer_first_one_goes_on_alone():
    after = assert_edit(
        "video: A[0-48] B[0-24] C[0-24]",
        beside(element_ids=("A", "B")),
        "video: A[0-24] n_1@file_A[24-48] C[0-24] | overlay pictures_0: B[0-24]",
    )
    assert boxes(after) == {"A": LEFT, "B": RIGHT}


def test_a_longer_second_clip_is_cut_to_the_first():
    assert_edit(
        "video: A[0-24] C[0-24] B[0-48]",
        beside(element_ids=("A", "B"), duration_ticks=frames(20)),
        "video: A[0-20] n_1@file_A[20-24] C[0-24] | overlay pictures_0: B[0-20]",
    )


def test_a_file_plays_beside_the_video_for_a_while():
    after = assert_edit(
        "video: A[0-48] B[0-48]",
        beside(media=a_file("f", 30), at_ticks=frames(30), video_first=False),
        "video: A[0-30] n_1@file_A[30-48] B[0-12] n_2@file_B[12-48]"
        "| overlay pictures_0: .30 n_beside@f[0-30]",
    )
    assert boxes(after) == {"n_1": RIGHT, "B": RIGHT, "n_beside": LEFT}


def test_rows_and_three_at_once():
    after = beside(element_ids=("B", "A", "C"), layout="rows").apply(timeline("video: A[0-9] B[0-9] C[0-9]"))
    found = boxes(after)
    assert [found[i].y for i in "BAC"] == pytest.approx([0, 1 / 3, 2 / 3])
    assert all(b.width == 1 and b.height == pytest.approx(1 / 3) for b in found.values())


def test_side_by_side_refuses_what_it_cannot_do():
    before = timeline("video: A[0-48] ~6 B[0-24] | overlay: T(9)")
    with pytest.raises(EditRefused, match="joined to its neighbour"):
        beside(element_ids=("A", "B")).apply(before)
    with pytest.raises(EditRefused, match="no picture of its own"):
        beside(element_ids=("A", "T")).apply(before)
    with pytest.raises(EditRefused, match="is over at"):
        beside(media=a_file("f"), at_ticks=before.duration_ticks).apply(before)
    for wrong in ({}, {"element_ids": ("A",)}, {"element_ids": ("A", "A")}):
        with pytest.raises(ValidationError, match=r"two to four|beside itself"):
            beside(**wrong)
