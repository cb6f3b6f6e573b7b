import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.set_opacity import SetOpacity
from drawing import assert_round_trip, timeline


def test_set_opacity_reaches_pictures_and_texts():
    before = timeline("video: A[0-48] | overlay: T(9) L{9}")
    edit = SetOpacity(element_ids=("T", "L"), opacity=0.5)
    after = edit.apply(before)
    assert [after.get_element(i)[1].opacity for i in ("A", "T", "L")] == [1, 0.5, 0.5]
    assert edit.describe(before) == "Set the opacity of 2 pieces to 50 %"
    assert_round_trip(before, edit, after)


def test_set_opacity_refuses_what_is_only_heard():
    with pytest.raises(EditRefused, match="only heard"):
        SetOpacity(element_ids=("M",), opacity=0.5).apply(timeline("video: A[0-9] | audio: M[0-9]"))
