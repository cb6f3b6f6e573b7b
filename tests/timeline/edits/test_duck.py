import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.duck import Duck
from cuttingroom.timeline.edits.remove_duck import RemoveDuck
from cuttingroom.timeline.effects import Duck as DuckEffect
from drawing import assert_round_trip, timeline

SCENE = "video: A[0-48] B[0-24] | overlay: T(9) | audio music fixed: M[0-72] | audio voice: V[0-30] W[0-30]"


def ducks(drawn):
    return {e.id: x for t in drawn.tracks for e in t.elements for x in e.effects if isinstance(x, DuckEffect)}


def test_everything_on_the_tracks_makes_room_for_the_named_ones():
    before = timeline(SCENE)
    edit = Duck(track_ids=("music", "video"), under_track_ids=("voice",), depth_db=15.0)
    after = edit.apply(before)
    assert set(ducks(after)) == {"A", "B", "M"}
    assert {x.under_track_ids for x in ducks(after).values()} == {("voice",)}
    assert edit.targets(before) == ("music", "video", "M", "A", "B")
    assert "by 15 dB while something sounds on audio track voice" in edit.describe(before)
    assert_round_trip(before, edit, after)


def test_later_ducking_takes_the_place_of_earlier():
    before = Duck(track_ids=("music",), depth_db=6.0).apply(timeline(SCENE))
    after = Duck(track_ids=("music",), under_track_ids=("voice",)).apply(before)
    assert [(x.depth_db, x.under_track_ids) for x in ducks(after).values()] == [(12.0, ("voice",))]


def test_remove_duck_gives_back_what_was_before():
    before = timeline(SCENE)
    ducked = Duck(track_ids=("music",)).apply(before)
    edit = RemoveDuck(track_ids=("music",))
    assert edit.apply(ducked) == before
    assert_round_trip(ducked, edit, before)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (Duck(track_ids=("overlay",)), "Nothing sounds on overlay track"),
        (Duck(track_ids=("music",), under_track_ids=("overlay",)), "Nothing sounds on overlay track"),
        (Duck(track_ids=("music",), under_track_ids=("music",)), "cannot make room for itself"),
        (Duck(track_ids=("music", "video", "voice")), "Nothing else sounds"),
        (RemoveDuck(track_ids=("music",)), "Nothing on audio track music is ducked"),
    ],
)
def test_ducking_refuses_silence_and_circles(edit, message):
    with pytest.raises(InvalidInput, match=message):
        edit.apply(timeline(SCENE))
