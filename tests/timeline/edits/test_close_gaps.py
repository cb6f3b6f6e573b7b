import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.close_gaps import CloseGaps
from drawing import assert_edit, timeline


@pytest.mark.parametrize(
    ("before", "track_id", "after"),
    [
        ("video: A[0-10] .5 B[0-24] .7 C[0-5]", None, "video: A[0-10] B[0-24] C[0-5]"),
        ("video: .5 A[0-10]", None, "video: A[0-10]"),
        ("video: A[0-10] .5 B[0-24] | overlay: .20 T(4)", None, "video: A[0-10] B[0-24] | overlay: .15 T(4)"),
        ("video: A[0-10] .5 B[0-24] | overlay: .8 T(14)", None, "video: A[0-10] B[0-24] | overlay: .8 T(9)"),
        (
            "video: A[0-10] .9 B[0-24] | overlay: .12 T(4)",
            None,
            "video: A[0-10] .4 B[0-24] | overlay: .10 T(4)",
        ),
        ("video: A[0-48] | overlay: .5 T(4) .3 U(4)", "overlay", "video: A[0-48] | overlay: T(4) U(4)"),
        ("video: A[0-10] ~3 B[0-24] .7 C[0-5]", None, "video: A[0-10] ~3 B[0-24] C[0-5]"),
    ],
)
def test_close_gaps_closes_time_in_which_nothing_plays(before, track_id, after):
    assert_edit(before, CloseGaps(track_id=track_id), after)


@pytest.mark.parametrize(
    ("before", "message"),
    [
        ("video: A[0-10] B[0-24]", "There are no gaps to close on video track video"),
        ("video: A[0-10] .5 B[0-24] | audio v: V[0-39]", "There are no gaps to close"),
        ("video: A[0-10] .5 B[0-24] | overlay locked: .20 T(4)", "overlay track overlay is locked"),
        ("captions: c(10)", "neither a video nor an audio track"),
    ],
)
def test_close_gaps_refuses_when_nothing_can_close(before, message):
    with pytest.raises(EditRefused, match=message):
        CloseGaps().apply(timeline(before))
