import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.ripple_trim import RippleTrim
from drawing import assert_edit, span, timeline


@pytest.mark.parametrize(
    ("before", "element_id", "range", "after"),
    [
        ("video: A[0-48] B[0-24]", "A", (0, 30), "video: A[0-30] B[0-24]"),
        ("video: A[0-48] B[0-24]", "A", (10, 48), "video: A[10-48] B[0-24]"),
        ("video: A[0-48] B[0-24] C[0-12]", "B", (50, 60), "video: A[0-48] B[2-12] C[0-12]"),
        ("video: A[0-48] B[10-24] C[0-12]", "B", (44, 70), "video: A[0-48] B[6-32] C[0-12]"),
        ("video: A[0-48] ~6 B[0-24]", "A", (0, 40), "video: A[0-40] ~6 B[0-24]"),
        ("video: A[0-48] ~6 B[0-24]", "B", (50, 66), "video: A[0-48] ~6 B[8-24]"),
        (
            "video: A[0-48] B[0-24] | overlay: .50 T(10) | audio fixed: M[0-72]",
            "A",
            (0, 30),
            "video: A[0-30] B[0-24] | overlay: .32 T(10) | audio fixed: M[0-54]",
        ),
        (
            "video: A[0-48] B[0-24] | overlay: .25 T(10) | audio v: V[0-72]",
            "A",
            (0, 30),
            "video: A[0-30] B[0-24] | overlay: .25 T(5) | audio v: V[0-30] N_1@file_V[48-72]",
        ),
        (
            "video: A[0-48] B[0-24] | overlay: .48 T(10)",
            "A",
            (0, 60),
            "video: A[0-60] B[0-24] | overlay: .60 T(10)",
        ),
        (
            "video: A[0-48] | overlay: T(10) U(10) .10 W(10)",
            "T",
            (0, 4),
            "video: A[0-48] | overlay: T(4) U(10) .10 W(10)",
        ),
    ],
)
def test_ripple_trim_moves_everything_later_along(before, element_id, range, after):
    assert_edit(before, RippleTrim(element_id=element_id, range=span(*range), id_prefix="N"), after)


@pytest.mark.parametrize(
    ("before", "message"),
    [
        ("video locked: A[0-48] B[0-24]", "video track video is locked"),
        ("video: A[0-48] B[0-24] | overlay locked: .50 T(10)", "overlay track overlay is locked"),
    ],
)
def test_ripple_trim_refuses_to_move_a_locked_track(before, message):
    with pytest.raises(InvalidInput, match=message):
        RippleTrim(element_id="A", range=span(0, 30)).apply(timeline(before))


def test_a_locked_track_that_need_not_move_does_not_hold_up_a_ripple_trim():
    edit = RippleTrim(element_id="A", range=span(0, 30))
    edit.apply(timeline("video: A[0-48] B[0-24] | overlay locked: .5 T(10)"))


def test_ripple_trim_refuses_to_make_a_joined_element_too_short():
    with pytest.raises(InvalidInput, match="longer than the room they have"):
        RippleTrim(element_id="A", range=span(0, 6)).apply(timeline("video: A[0-48] ~6 B[0-24]"))
