import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.append import Append
from drawing import a_file, assert_edit, frames, span, timeline


@pytest.mark.parametrize(
    ("before", "options", "after"),
    [
        ("video: A[0-48]", {}, "video: A[0-48] X@new[0-100]"),
        ("video:", {"range": span(5, 25)}, "video: X@new[5-25]"),
        (
            "video: A[0-48] | overlay: T(9)",
            {"track_id": "overlay"},
            "video: A[0-48] | overlay: T(9) X@new[0-100]",
        ),
        (
            "video: A[0-48] | audio: V[0-9]",
            {"media": a_file(length=9, picture=False)},
            "video: A[0-48] | audio: V[0-9] X@new[0-9]",
        ),
        (
            "video: A[0-48]",
            {"media": a_file(still=True), "duration_ticks": frames(7)},
            "video: A[0-48] X@new{7}",
        ),
    ],
)
def test_append_adds_at_the_end_of_the_track(before, options, after):
    values = {"media": a_file("new", 100), "element_id": "X", **options}
    assert_edit(before, Append(**values), after)


def test_append_refuses_a_locked_track():
    with pytest.raises(InvalidInput, match="is locked"):
        Append(media=a_file()).apply(timeline("video locked: A[0-48]"))
