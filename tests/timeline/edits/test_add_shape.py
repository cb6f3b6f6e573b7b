import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.add_shape import AddShape
from cuttingroom.timeline.effects import Region
from drawing import assert_edit, frames, timeline

CORNER = Region(x=0.8, y=0, width=0.2, height=0.2)


def a_shape(**values):
    given = {"shape": "arrow", "region": CORNER, "at_ticks": frames(10), "duration_ticks": frames(20)}
    return AddShape(**{**given, "element_id": "S", "new_track_id": "tk", **values})


def test_add_shape_finds_room_over_the_picture():
    assert_edit("video: A[0-48]", a_shape(), "video: A[0-48] | overlay tk: .10 S(20)")
    assert_edit("video: A[0-48] | overlay: T(5)", a_shape(), "video: A[0-48] | overlay: T(5) .5 S(20)")
    assert a_shape().describe(timeline("video: A[0-48]")) == "Draw an arrow at 0:00.42-0:01.25"


def test_a_progress_bar_ends_with_the_timeline():
    bar = a_shape(shape="progress", at_ticks=0, duration_ticks=frames(999))
    assert_edit("video: A[0-48]", bar, "video: A[0-48] | overlay tk: S(48)")


@pytest.mark.parametrize("values", [{"at_ticks": frames(48)}, {"duration_ticks": 3}, {"track_id": "video"}])
def test_add_shape_refuses_places_without_picture(values):
    with pytest.raises(InvalidInput):
        a_shape(**values).apply(timeline("video: A[0-48]"))
