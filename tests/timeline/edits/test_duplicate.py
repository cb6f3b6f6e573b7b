import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.duplicate import Duplicate
from drawing import assert_edit, frames, timeline


def copies(*ids: str, at: int | None = None) -> Duplicate:
    return Duplicate(element_ids=ids, at_ticks=None if at is None else frames(at), id_prefix="p")


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        (
            "video: A[0-48] B[0-24] | overlay: .50 T(9)",
            copies("A"),
            "video: A[0-48] p_1@file_A[0-48] B[0-24] | overlay: .98 T(9)",
        ),
        (
            "video: A[0-48] ~6 B[0-24] C[0-9]",
            copies("A", "B"),
            "video: A[0-48] ~6 B[0-24] p_1@file_A[0-48] ~6 p_2@file_B[0-24] C[0-9]",
        ),
        (
            "video: A[0-48] B[0-24] C[0-9]",
            copies("C", "A"),
            "video: A[0-48] B[0-24] C[0-9] p_1@file_A[0-48] p_2@file_C[0-9]",
        ),
        (
            "video: A[0-48] ~6 B[0-24]",
            copies("A"),
            "video: A[0-48] p_1@file_A[0-48] B[6-24]",
        ),
        ("video: A[0-48] B[0-9]", copies("B", at=0), "video: p_1@file_B[0-9] A[0-48] B[0-9]"),
        (
            "video: A[0-48] B[0-9]",
            copies("B", at=24),
            "video: A[0-24] p_1@file_B[0-9] p_2@file_A[24-48] B[0-9]",
        ),
        (
            "video: A[0-48] | overlay: T(9) .20 U(9)",
            copies("T", at=12),
            "video: A[0-48] | overlay: T(9) .3 p_1(9) .8 U(9)",
        ),
    ],
)
def test_copies_come_after_the_last_or_where_they_are_wanted(before, edit, after):
    assert_edit(before, edit, after)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (copies("T"), "There is no room for 0:00.38 at 0:00.38 on"),
        (copies("A", "T"), "lies on another track"),
    ],
)
def test_duplicate_says_what_stands_in_the_way(edit, message):
    with pytest.raises(EditRefused, match=message):
        edit.apply(timeline("video: A[0-48] | overlay: T(9) .2 U(9)"))
