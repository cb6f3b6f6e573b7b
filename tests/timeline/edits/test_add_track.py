import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.add_track import AddTrack
from drawing import assert_edit, timeline


@pytest.mark.parametrize(
    ("before", "values", "after"),
    [
        ("video: A[0-9]", {"kind": "overlay"}, "video: A[0-9] | overlay new:"),
        ("video: A[0-9] | captions:", {"kind": "overlay"}, "video: A[0-9] | overlay new: | captions:"),
        ("video: A[0-9] | captions:", {"kind": "captions"}, "video: A[0-9] | captions: | captions new:"),
        ("video: A[0-9]", {"kind": "video", "index": 0}, "video new: | video: A[0-9]"),
        ("video: A[0-9]", {"kind": "audio", "follows_ripple": False}, "video: A[0-9] | audio new fixed:"),
    ],
)
def test_add_track_puts_it_where_it_belongs(before, values, after):
    assert_edit(before, AddTrack(track_id="new", **values), after)


def test_add_track_refuses_a_place_above_the_top_and_an_id_that_is_taken():
    with pytest.raises(InvalidInput, match="There are only 1 tracks"):
        AddTrack(kind="audio", index=2).apply(timeline("video:"))
    with pytest.raises(InvalidInput, match="The id video is used twice"):
        AddTrack(kind="audio", track_id="video").apply(timeline("video:"))
