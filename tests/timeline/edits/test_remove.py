import pytest

from cuttingroom.core.errors import EditRefused, NotFound
from cuttingroom.timeline.edits.remove import Remove
from drawing import assert_edit, timeline


@pytest.mark.parametrize(
    ("before", "element_ids", "after"),
    [
        ("video: A[0-48] B[0-24] C[0-12]", ["B"], "video: A[0-48] .24 C[0-12]"),
        ("video: A[0-48] ~6 B[0-24] C[0-12]", ["A"], "video: .42 B[0-24] C[0-12]"),
        ("video: A[0-48] B[0-24] | overlay: T(9)", ["A", "T"], "video: .48 B[0-24] | overlay:"),
    ],
)
def test_remove_leaves_the_place_empty(before, element_ids, after):
    assert_edit(before, Remove(element_ids=tuple(element_ids)), after)


def test_remove_refuses_a_locked_track_and_unknown_elements():
    with pytest.raises(EditRefused, match="is locked"):
        Remove(element_ids=("A",)).apply(timeline("video locked: A[0-48]"))
    with pytest.raises(NotFound, match="no element X"):
        Remove(element_ids=("A", "X")).apply(timeline("video: A[0-48]"))
