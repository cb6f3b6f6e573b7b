import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.ripple_remove import RippleRemove
from drawing import assert_edit, timeline


@pytest.mark.parametrize(
    ("before", "element_ids", "after"),
    [
        ("video: A[0-48] B[0-24] C[0-12]", ["B"], "video: A[0-48] C[0-12]"),
        ("video: A[0-48] B[0-24] C[0-12]", ["A", "C"], "video: B[0-24]"),
        ("video: A[0-48] .10 B[0-24] C[0-12]", ["B"], "video: A[0-48] .10 C[0-12]"),
        ("video: A[0-48] ~6 B[0-24] C[0-12]", ["B"], "video: A[0-48] C[0-12]"),
        ("video: A[0-48] ~6 B[0-24] ~4 C[0-12]", ["B"], "video: A[0-48] C[0-12]"),
        (
            "video: A[0-48] B[0-24] C[0-12] | overlay: .40 T(20) .15 U(5) | audio fixed: M[0-84]",
            ["B"],
            "video: A[0-48] C[0-12] | overlay: .40 T(8) .3 U(5) | audio fixed: M[0-60]",
        ),
        (
            "video: A[0-48] B[0-24] | captions: .50 w(10) x(10) y(2)",
            ["A"],
            "video: B[0-24] | captions: .2 w(10) x(10) y(2)",
        ),
        (
            "video: A[0-48] B[0-24] | captions: w(10) .40 x(10)",
            ["A"],
            "video: B[0-24] | captions: .2 x(10)",
        ),
        (
            "video: A[0-48] | overlay: T(10) .5 U(10)",
            ["T"],
            "video: A[0-48] | overlay: .5 U(10)",
        ),
        (
            "video: A[0-48] B[0-24] | overlay: .10 T(10) .35 U(10)",
            ["A", "U"],
            "video: B[0-24] | overlay:",
        ),
        ("audio: A[0-48] B[0-24]", ["A"], "audio: B[0-24]"),
    ],
)
def test_ripple_remove_closes_the_time_that_went(before, element_ids, after):
    assert_edit(before, RippleRemove(element_ids=tuple(element_ids), id_prefix="N"), after)


def test_ripple_remove_refuses_when_a_locked_track_would_have_to_move():
    with pytest.raises(EditRefused, match="overlay track overlay is locked"):
        RippleRemove(element_ids=("A",)).apply(timeline("video: A[0-48] B[0-24] | overlay locked: .50 T(10)"))
