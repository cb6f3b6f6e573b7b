import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.keep_ranges import KeepRanges
from drawing import assert_edit, span, timeline


@pytest.mark.parametrize(
    ("before", "ranges", "after"),
    [
        ("video: A[0-48] B[0-24]", [(10, 20), (60, 72)], "video: A[10-20] B[12-24]"),
        ("video: A[0-48] B[0-24]", [(40, 60)], "video: A[40-48] B[0-12]"),
        ("video: A[0-48] | overlay: .10 T(10)", [(15, 48)], "video: A[15-48] | overlay: T(5)"),
    ],
)
def test_keep_ranges_cuts_out_the_rest(before, ranges, after):
    assert_edit(before, KeepRanges(ranges=tuple(span(*r) for r in ranges), id_prefix="N"), after)


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ([(0, 20), (20, 48)], "there is nothing to cut"),
        ([(40, 60)], "outside the timeline, which lasts 0:02.00"),
    ],
)
def test_keep_ranges_refuses_the_whole_and_the_outside(ranges, message):
    with pytest.raises(EditRefused, match=message):
        KeepRanges(ranges=tuple(span(*r) for r in ranges)).apply(timeline("video: A[0-48]"))
