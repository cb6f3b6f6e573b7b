import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.split_at import SplitAt, SplitPoint
from drawing import assert_edit, frames, timeline


def cut_at(*points: int, ids: tuple[str, ...] = ()) -> SplitAt:
    found = tuple(SplitPoint(at_ticks=frames(p)) for p in points)
    return SplitAt(points=found, element_ids=ids, id_prefix="p")


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        ("video: A[0-48]", cut_at(24), "video: A[0-24] p_1@file_A[24-48]"),
        (
            "video: A[0-48] B[0-24]",
            cut_at(12, 24, 60),
            "video: A[0-12] p_1@file_A[12-24] p_2@file_A[24-48] B[0-12] p_3@file_B[12-24]",
        ),
        ("video: A[0-48] B[0-24]", cut_at(60, 48, 60), "video: A[0-48] B[0-12] p_1@file_B[12-24]"),
        (
            "video: A[0-48] ~6 B[0-24]",
            cut_at(12, 50),
            "video: A[0-12] p_1@file_A[12-48] ~6 B[0-8] p_2@file_B[8-24]",
        ),
        (
            "video: A[0-48] | overlay: .10 T(20)",
            cut_at(12, 20, ids=("T",)),
            "video: A[0-48] | overlay: .10 T(2) p_1(8) p_2(10)",
        ),
        ("video: A[0-48]x2", cut_at(6, 12), "video: A[0-12]x2 p_1@file_A[12-24]x2 p_2@file_A[24-48]x2"),
        ("audio: V[0-48]", cut_at(10), "audio: V[0-10] p_1@file_V[10-48]"),
    ],
)
def test_every_point_becomes_a_cut_and_nothing_moves(before, edit, after):
    assert_edit(before, edit, after)


@pytest.mark.parametrize(
    ("before", "edit", "message"),
    [
        ("video: A[0-48] B[0-24]", cut_at(48), "Nothing plays across"),
        ("video: A[0-48]", cut_at(0), "Nothing plays across"),
        ("video: A[0-48]", cut_at(60), "lies outside the timeline"),
        ("video: A[0-48] ~6 B[0-24]", cut_at(44), "lies in a transition"),
        ("overlay: A(48)", cut_at(4), "neither a video nor an audio track"),
    ],
)
def test_split_at_says_what_stands_in_the_way(before, edit, message):
    with pytest.raises(EditRefused, match=message):
        edit.apply(timeline(before))


def test_many_points_are_told_by_their_count():
    assert (
        cut_at(*range(1, 20)).describe(timeline("video: A[0-48]")) == "Split media 1 at 0:00.00 at 19 points"
    )
