import pytest
from pydantic import ValidationError

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import TimeRange
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


def test_several_stretches_such_as_words_are_silenced_to_the_tick():
    before = timeline("video: A[0-48] B[0-24]")
    words = (span(2, 4).shifted(777), span(46, 50).shifted(777))
    edit = MuteRange(ranges=words, effect_id="x")
    after = edit.apply(before)
    silent = {e.id: [x.range for x in e.effects] for e in after.get_track("video").elements}
    assert silent == {"A": [words[0], TimeRange.between(words[1].start_ticks, span(0, 48).end_ticks)],
                      "B": [TimeRange.between(0, span(0, 2).end_ticks + 777)]}  # fmt: skip
    assert edit.describe(before) == "Mute 2 places (0:00.25 in all)"
    assert_round_trip(before, edit, after)


def test_one_stretch_or_several_are_given_and_not_both():
    with pytest.raises(ValidationError, match="either range or ranges"):
        MuteRange()
    with pytest.raises(ValidationError, match="either range or ranges"):
        MuteRange(range=span(0, 2), ranges=(span(0, 2),))
