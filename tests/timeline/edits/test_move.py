import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.move import Move
from drawing import assert_edit, frames, timeline


@pytest.mark.parametrize(
    ("before", "to", "track_id", "after"),
    [
        ("video: A[0-10] B[0-24]", 34, None, "video: .10 B[0-24] A[0-10]"),
        ("video: .20 A[0-10] B[0-24]", 5, None, "video: .5 A[0-10] .15 B[0-24]"),
        ("video: A[0-10] ~3 B[0-24]", 31, None, "video: .7 B[0-24] A[0-10]"),
        (
            "video: A[0-10] B[0-24] | overlay: T(4)",
            6,
            "overlay",
            "video: .10 B[0-24] | overlay: T(4) .2 A[0-10]",
        ),
    ],
)
def test_move_puts_one_element_elsewhere(before, to, track_id, after):
    assert_edit(before, Move(element_id="A", to_ticks=frames(to), to_track_id=track_id), after)


@pytest.mark.parametrize(
    ("before", "to", "track_id", "message"),
    [
        ("video: A[0-10] B[0-24]", 0, None, "starts at 0:00.00 already"),
        ("video: A[0-10] B[0-24]", 5, None, "No overlapping elements on same track"),
        ("video: A[0-10] B[0-24]", 40, None, "outside the timeline"),
        ("video: A[0-10] B[0-24] | captions: c(4)", 20, "captions", "cannot lie on a captions track"),
        ("video locked: A[0-10] | overlay:", 0, "overlay", "is locked"),
        ("video: A[0-10] | overlay locked:", 0, "overlay", "is locked"),
    ],
)
def test_move_refuses_places_that_are_taken_or_wrong(before, to, track_id, message):
    with pytest.raises(InvalidInput, match=message):
        Move(element_id="A", to_ticks=frames(to), to_track_id=track_id).apply(timeline(before))
