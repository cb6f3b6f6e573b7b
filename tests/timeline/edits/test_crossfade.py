import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.crossfade import Crossfade
from drawing import assert_edit, frames, timeline


@pytest.mark.parametrize(
    ("before", "pair", "after"),
    [
        ("video: A[0-48] B[0-24] C[0-9]", "AB", "video: A[0-48] ~6 B[0-24] C[0-9]"),
        ("video: A[0-48] ~5 B[0-24] C[0-9]", "BC", "video: A[0-48] ~5 B[0-24] ~6 C[0-9]"),
        ("video: A[0-48] B[0-24] ~5 C[0-9]", "AB", "video: A[0-48] ~6 B[0-24] ~5 C[0-9]"),
        (
            "video: A[0-48] B[0-24] | overlay: .46 T(4) .6 U(5) | audio fixed: M[0-72]",
            "AB",
            "video: A[0-48] ~6 B[0-24] | overlay: .42 T(2) .6 U(5) | audio fixed: M[0-66]",
        ),
        (
            "video: A[0-48] | overlay: T(10) U(10) V(10)",
            "TU",
            "video: A[0-48] | overlay: T(10) ~6 U(10) V(10)",
        ),
    ],
)
def test_crossfade_lets_neighbours_overlap(before, pair, after):
    edit = Crossfade(
        left_id=pair[0],
        right_id=pair[1],
        duration_ticks=frames(6),
        transition_id=f"{pair[0]}_{pair[1]}",
        id_prefix="N",
    )
    assert_edit(before, edit, after)


@pytest.mark.parametrize(
    ("before", "pair", "message"),
    [
        ("video: A[0-48] .2 B[0-24]", "AB", "do not touch"),
        ("video: A[0-48] B[0-24] C[0-9]", "AC", "do not touch"),
        ("video: A[0-48] | overlay: .48 B(9)", "AB", "do not touch"),
        ("video: A[0-48] ~6 B[0-24]", "AB", "joins .* already"),
        ("video: A[0-48] B[0-6]", "AB", "A crossfade of 0:00.25 is too long"),
        ("video: A[0-48] ~5 B[0-10] C[0-24]", "BC", "is too long"),
        ("video locked: A[0-48] B[0-24]", "AB", "is locked"),
    ],
)
def test_crossfade_refuses_elements_that_cannot_be_joined(before, pair, message):
    with pytest.raises(InvalidInput, match=message):
        Crossfade(left_id=pair[0], right_id=pair[1], duration_ticks=frames(6)).apply(timeline(before))


def test_crossfade_advises_the_longest_that_fits():
    with pytest.raises(InvalidInput) as refusal:
        Crossfade(left_id="A", right_id="B", duration_ticks=frames(48)).apply(
            timeline("video: A[0-48] B[0-24]")
        )
    assert refusal.value.advice == "Use at most 0:00.96."
