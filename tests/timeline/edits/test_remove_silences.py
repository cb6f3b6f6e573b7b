import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.remove_silences import RemoveSilences, SourceSilences
from drawing import assert_edit, frames, span, timeline


def silences(**files):
    return tuple(SourceSilences(artifact_id=k, ranges=tuple(span(*r) for r in v)) for k, v in files.items())


@pytest.mark.parametrize(
    ("before", "silent", "options", "after"),
    [
        ("video: A[0-48]", {"file_A": [(10, 20)]}, {}, "video: A[0-10] N_1@file_A[20-48]"),
        (
            "video: A[0-48]",
            {"file_A": [(10, 20), (30, 34)]},
            {"padding_ticks": frames(2), "min_ticks": frames(5)},
            "video: A[0-12] N_1@file_A[18-48]",
        ),
        ("video: A[100-148]x2", {"file_A": [(110, 130)]}, {}, "video: A[100-110]x2 N_1@file_A[130-148]x2"),
        (
            "video: A@f[0-48] B@f[100-148]",
            {"f": [(40, 48), (90, 110)]},
            {"padding_ticks": frames(2)},
            "video: A@f[0-42] B@f[108-148]",
        ),
        (
            "video: A[0-48] ~6 B[0-24]",
            {"file_A": [(40, 48)], "file_B": [(0, 4)]},
            {},
            "video: A[0-40] B[4-24]",
        ),
        (
            "video: A[0-48] S{10}",
            {"file_A": [(20, 48)]},
            {},
            "video: A[0-20] S{10}",
        ),
    ],
)
def test_remove_silences_cuts_where_the_main_track_is_silent(before, silent, options, after):
    assert_edit(before, RemoveSilences(silences=silences(**silent), id_prefix="N", **options), after)


@pytest.mark.parametrize(
    ("silent", "options", "message"),
    [
        ({"file_A": [(10, 20)]}, {"min_ticks": frames(24)}, "There are no silences longer than 0:01.00"),
        ({"other": [(10, 20)]}, {}, "There are no silences"),
        ({"file_A": [(10, 14)]}, {"padding_ticks": frames(2)}, "There are no silences"),
        ({"file_A": [(0, 999)]}, {}, "Nothing would remain"),
    ],
)
def test_remove_silences_refuses_to_do_nothing_and_to_leave_nothing(silent, options, message):
    with pytest.raises(EditRefused, match=message):
        RemoveSilences(silences=silences(**silent), **options).apply(timeline("video: A[0-48]"))


def test_remove_silences_says_how_many_and_how_much():
    edit = RemoveSilences(silences=silences(file_A=[(10, 20), (30, 34)]), min_ticks=frames(3))
    assert (
        edit.describe(timeline("video: A[0-48]")) == "Remove 2 silences longer than 0:00.13 (0:00.58 in all)"
    )
