import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.mute_range import MuteRange
from drawing import assert_round_trip, span, timeline


@pytest.mark.parametrize(
    ("track_ids", "muted"),
    [
        ((), {"A": span(40, 48), "B": span(0, 6), "M": span(40, 54)}),
        (("audio",), {"M": span(40, 54)}),
        (("video",), {"A": span(40, 48), "B": span(0, 6)}),
    ],
)
def test_mute_range_silences_what_is_heard_in_it(track_ids, muted):
    before = timeline("video: A[0-48] B[0-24] | overlay: .40 T(9) | audio fixed: M[0-72]")
    edit = MuteRange(range=span(40, 54), track_ids=track_ids)
    after = edit.apply(before)
    assert {e.id: e.effects[0].range for t in after.tracks for e in t.elements if e.effects} == muted
    assert set(edit.targets(before)) == set(muted)
    assert_round_trip(before, edit, after)


@pytest.mark.parametrize(
    ("before", "range", "message"),
    [
        ("video: A[0-48] | overlay: .48 T(9)", (48, 57), "Nothing with sound plays at 0:02.00-0:02.38"),
        ("video: A[0-48]", (40, 50), "outside the timeline"),
        ("video locked: A[0-48]", (0, 5), "is locked"),
    ],
)
def test_mute_range_refuses_silence_and_locked_tracks(before, range, message):
    with pytest.raises(InvalidInput, match=message):
        MuteRange(range=span(*range)).apply(timeline(before))
