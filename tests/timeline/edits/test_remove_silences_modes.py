import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import Ratio
from cuttingroom.timeline.edits.remove_silences import RemoveSilences, SourceSilences
from drawing import assert_edit, assert_round_trip, draw, frames, span, timeline


def silent(*ranges, file="file_A"):
    return (SourceSilences(artifact_id=file, ranges=tuple(span(*r) for r in ranges)),)


@pytest.mark.parametrize(
    ("before", "ranges", "options", "after"),
    [
        (
            "video: A[0-96]",
            [(20, 40), (60, 64)],
            {"mode": "shorten", "to_ticks": frames(8)},
            "video: A[0-24] N_1@file_A[36-96]",
        ),
        (
            "video: A[0-96]",
            [(20, 40), (60, 64)],
            {"mode": "shorten", "ratio": Ratio.of("1/2")},
            "video: A[0-25] N_1@file_A[35-61] N_2@file_A[63-96]",
        ),
        (
            "video: A[0-96]",
            [(0, 20), (80, 96)],
            {"mode": "shorten", "to_ticks": frames(6)},
            "video: A[14-86]",
        ),
        (
            "video: A[0-96]",
            [(20, 40)],
            {"mode": "shorten", "to_ticks": 0},
            "video: A[0-20] N_1@file_A[40-96]",
        ),
        (
            "video: A[0-96]",
            [(20, 40), (60, 80)],
            {"mode": "keep_only"},
            "video: A[20-40] N_1@file_A[60-80]",
        ),
        (
            "video: A[0-96]",
            [(0, 20), (60, 80)],
            {"mode": "keep_only", "padding_ticks": frames(2)},
            "video: A[0-18] N_1@file_A[62-78]",
        ),
        (
            "video: A[0-96]",
            [(0, 10), (40, 60), (90, 96)],
            {"ends_only": True, "padding_ticks": frames(2)},
            "video: A[8-92]",
        ),
        ("video: A[0-96]", [(40, 60), (90, 96)], {"ends_only": True}, "video: A[0-90]"),
    ],
)
def test_silences_are_shortened_kept_or_cut_at_the_ends(before, ranges, options, after):
    assert_edit(before, RemoveSilences(silences=silent(*ranges), id_prefix="N", **options), after)


def test_silences_are_marked_where_they_begin_and_nothing_moves():
    before = timeline("video: A[0-96]")
    edit = RemoveSilences(
        silences=silent((20, 44), (60, 64)), mode="mark", min_ticks=frames(12), id_prefix="N"
    )
    after = edit.apply(before)
    assert draw(after) == draw(before)
    assert [(m.id, m.at_ticks, m.name) for m in after.markers] == [("N_1", frames(20), "Silence 0:01.00")]
    assert_round_trip(before, edit, after)
    assert edit.describe(before) == "Mark 1 silence longer than 0:00.50"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "shorten"}, "to which length"),
        ({"mode": "shorten", "to_ticks": 1, "ratio": Ratio.of(1)}, "to which length"),
        ({"mode": "shorten", "ratio": Ratio.of(2)}, "2 of a silence is no shorter"),
        ({"mode": "shorten", "to_ticks": frames(24)}, "There are no silences"),
        ({"ends_only": True}, "There are no silences at the ends"),
        ({"mode": "mark", "min_ticks": frames(40)}, "There are no silences longer"),
        ({"mode": "keep_only", "padding_ticks": frames(10)}, "There are no silences"),
    ],
)
def test_modes_refuse_what_makes_no_sense(options, message):
    with pytest.raises(EditRefused, match=message):
        RemoveSilences(silences=silent((20, 40)), **options).apply(timeline("video: A[0-96]"))


def test_a_stored_removal_of_silences_reads_as_it_did():
    stored = {
        "tool": "remove_silences",
        "silences": [{"artifact_id": "file_A", "ranges": [span(20, 40).model_dump()]}],
        "padding_ticks": 0,
        "min_ticks": 0,
        "threshold": 0.5,
        "id_prefix": "N",
    }
    assert_edit("video: A[0-48]", RemoveSilences.model_validate(stored), "video: A[0-20] N_1@file_A[40-48]")
