import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.add_title import AddTitle
from drawing import assert_edit, frames, timeline


@pytest.mark.parametrize(
    ("before", "at", "length", "after"),
    [
        ("video: A[0-48]", 10, 20, "video: A[0-48] | overlay tk: .10 T(20)"),
        ("video: A[0-48] | overlay: .30 U(9)", 10, 20, "video: A[0-48] | overlay: .10 T(20) U(9)"),
        (
            "video: A[0-48] | overlay: .20 U(9)",
            10,
            20,
            "video: A[0-48] | overlay: .20 U(9) | overlay tk: .10 T(20)",
        ),
        (
            "video: A[0-48] | overlay locked:",
            10,
            20,
            "video: A[0-48] | overlay locked: | overlay tk: .10 T(20)",
        ),
        ("video: A[0-48]", 40, 20, "video: A[0-48] | overlay tk: .40 T(8)"),
        ("video: A[0-48] | captions: c(9)", 0, 9, "video: A[0-48] | overlay tk: T(9) | captions: c(9)"),
    ],
)
def test_add_title_finds_room_over_the_picture(before, at, length, after):
    edit = AddTitle(
        text="Hi", at_ticks=frames(at), duration_ticks=frames(length), element_id="T", new_track_id="tk"
    )
    assert_edit(before, edit, after)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"at_ticks": frames(48)}, "would start when the timeline is over; it lasts 0:02.00"),
        ({"at_ticks": frames(99)}, "outside the timeline"),
        ({"at_ticks": 0, "duration_ticks": 3}, "at least one frame"),
        ({"at_ticks": 0, "track_id": "video"}, "No overlapping elements"),
    ],
)
def test_add_title_refuses_times_without_picture(values, message):
    with pytest.raises(InvalidInput, match=message):
        AddTitle(**{"text": "Hi", "duration_ticks": frames(9), **values}).apply(timeline("video: A[0-48]"))


def test_add_title_says_when_it_will_really_be_shown():
    edit = AddTitle(text="Harbour", at_ticks=frames(24), duration_ticks=frames(240))
    assert edit.describe(timeline("video: A[0-48]")) == "Add the title “Harbour” at 0:01.00-0:02.00"
