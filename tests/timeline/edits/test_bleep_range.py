import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.edits.add_audio import AddAudio
from cuttingroom.timeline.edits.bleep_range import BleepRange
from cuttingroom.timeline.edits.remove_audio import RemoveAudio
from drawing import a_file, assert_round_trip, span, timeline

SCENE = "video: A[0-48] B[0-24] | audio voice: .20 V[0-40] | audio music fixed: M[0-72]"


def covers(drawn):
    return {
        e.id: [(x.type, x.range) for x in e.effects] for t in drawn.tracks for e in t.elements if e.effects
    }


def test_one_tone_sounds_at_a_time_and_music_goes_on():
    before = timeline(SCENE)
    edit = BleepRange(ranges=(span(40, 54),))
    after = edit.apply(before)
    assert covers(after) == {
        "A": [("bleep", span(40, 48))],
        "B": [("bleep", span(0, 6))],
        "V": [("mute", span(20, 34))],
    }
    assert edit.targets(before) == ("A", "B", "V")
    assert edit.describe(before) == "Bleep 0:01.67-0:02.25"
    assert_round_trip(before, edit, after)


def test_sound_that_was_added_goes_on_unless_nothing_else_is_heard():
    before = AddAudio(media=a_file("song", 72), element_id="S", new_track_id="k").apply(timeline(SCENE))
    assert "S" not in covers(BleepRange(ranges=(span(40, 54),)).apply(before))
    silent = RemoveAudio(element_ids=("A", "B")).apply(before)
    assert covers(BleepRange(ranges=(span(2, 4),)).apply(silent)) == {"S": [("bleep", span(2, 4))]}


def test_words_are_covered_to_the_tick():
    word = TimeRange.between(span(0, 10).end_ticks + 12_345, span(0, 14).end_ticks + 99)
    after = BleepRange(ranges=(word,), track_ids=("video",), frequency_hz=800).apply(timeline(SCENE))
    assert covers(after) == {"A": [("bleep", word)]}
    assert after.get_element("A")[1].effects[0].frequency_hz == 800


def test_several_places_have_effects_of_their_own_ids():
    after = BleepRange(ranges=(span(0, 2), span(4, 6)), effect_id="x").apply(timeline(SCENE))
    assert [x.id for x in after.get_element("A")[1].effects] == ["x_1", "x_2"]


@pytest.mark.parametrize(
    ("scene", "edit", "message"),
    [
        (SCENE, BleepRange(ranges=(span(60, 90),)), "reaches outside the timeline"),
        ("video: A[0-9] .9 B[0-9]", BleepRange(ranges=(span(9, 18),)), "Nothing of the video sounds"),
        (SCENE, BleepRange(ranges=(span(0, 9),), track_ids=("voice",)), "Nothing of audio track voice"),
    ],
)
def test_bleep_range_refuses_silence(scene, edit, message):
    with pytest.raises(InvalidInput, match=message):
        edit.apply(timeline(scene))
