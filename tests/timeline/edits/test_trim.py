import pytest

from cuttingroom.core.errors import EditRefused, InvalidInput
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.trim import Trim
from drawing import assert_edit, frames, span, timeline


@pytest.mark.parametrize(
    ("before", "element_id", "range", "after"),
    [
        ("video: A[0-48] B[0-24]", "A", (0, 30), "video: A[0-30] .18 B[0-24]"),
        ("video: A[0-48] B[0-24]", "A", (10, 48), "video: .10 A[10-48] B[0-24]"),
        ("video: .10 A[10-48]", "A", (0, 48), "video: A[0-48]"),
        ("video: A[0-48] .20 B[0-24]", "A", (0, 60), "video: A[0-60] .8 B[0-24]"),
        ("video: A[0-48]x2", "A", (6, 12), "video: .6 A[12-24]x2"),
        ("video: A[0-48] ~10 B[0-24]", "A", (0, 42), "video: A[0-42] ~4 B[0-24]"),
        ("video: A[0-48] ~10 B[0-24]", "A", (0, 30), "video: A[0-30] .8 B[0-24]"),
        ("video: A[0-48] | overlay: .5 T(10)", "T", (0, 40), "video: A[0-48] | overlay: T(40)"),
    ],
)
def test_trim_moves_the_edges_of_one_element_and_nothing_else(before, element_id, range, after):
    assert_edit(before, Trim(element_id=element_id, range=span(*range)), after)


@pytest.mark.parametrize(
    ("before", "range", "message"),
    [
        ("video: A[0-48]", (0, 48), "plays exactly 0:00.00-0:02.00 already"),
        ("video: A[0-48]", (50, 60), "leaves nothing of"),
        ("video: .10 A[5-48]", (0, 48), "can play at most 0:00.21-0:41.88: its file ends there"),
        ("video: A[0-990]", (0, 1010), "can play at most 0:00.00-0:41.67"),
        (
            "video: A[0-48] B[0-24]",
            (0, 50),
            "No overlapping elements on same track: A and B overlap by 0:00.08",
        ),
        ("video locked: A[0-48]", (0, 20), "is locked"),
    ],
)
def test_trim_refuses_what_the_element_cannot_play(before, range, message):
    with pytest.raises(InvalidInput, match=message):
        Trim(element_id="A", range=span(*range)).apply(timeline(before))


def test_trim_needs_at_least_one_frame():
    short = span(0, 1).model_copy(update={"duration_ticks": frames(1) // 3})
    with pytest.raises(EditRefused, match="at least one frame"):
        Trim(element_id="A", range=short).apply(timeline("video: A[0-48]"))


def test_trim_shortens_a_fade_that_no_longer_fits():
    before = FadeIn(element_id="A", duration_ticks=frames(20)).apply(timeline("video: A[0-48]"))
    after = Trim(element_id="A", range=span(0, 12)).apply(before)
    assert after.tracks[0].elements[0].effects[0].duration_ticks == frames(12)
