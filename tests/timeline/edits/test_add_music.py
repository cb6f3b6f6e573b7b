import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.add_music import AddMusic
from drawing import a_file, assert_edit, frames, timeline


@pytest.mark.parametrize(
    ("before", "length", "values", "after"),
    [
        ("video: A[0-480]", 900, {}, "video: A[0-480] | audio tk fixed: M@song[0-480]"),
        ("video: A[0-480]", 100, {}, "video: A[0-480] | audio tk fixed: M@song[0-100]"),
        (
            "video: A[0-480]",
            900,
            {"at_ticks": frames(400)},
            "video: A[0-480] | audio tk fixed: .400 M@song[0-80]",
        ),
        (
            "video: A[0-480]",
            900,
            {"at_ticks": frames(10), "duration_ticks": frames(50)},
            "video: A[0-480] | audio tk fixed: .10 M@song[0-50]",
        ),
    ],
)
def test_add_music_lasts_as_long_as_wanted_and_as_there_is(before, length, values, after):
    edit = AddMusic(media=a_file("song", length), element_id="M", new_track_id="tk", **values)
    assert_edit(before, edit, after)


def test_add_music_uses_the_music_track_while_it_has_room():
    first = AddMusic(media=a_file("song"), duration_ticks=frames(100), element_id="M", new_track_id="m1")
    after = first.apply(timeline("video: A[0-480]"))
    later = AddMusic(media=a_file("song"), at_ticks=frames(100), element_id="N", new_track_id="m2")
    assert_edit(after, later, "video: A[0-480] | audio m1 fixed: M@song[0-100] N@song[0-380]")
    over = AddMusic(media=a_file("song"), at_ticks=frames(50), element_id="N", new_track_id="m2")
    assert_edit(
        after, over, "video: A[0-480] | audio m1 fixed: M@song[0-100] | audio m2 fixed: .50 N@song[0-430]"
    )


def test_add_music_is_soft_ducked_and_faded():
    after = AddMusic(media=a_file("song"), element_id="M").apply(timeline("video: A[0-240]"))
    _, music = after.get_element("M")
    assert music.gain_db == -12
    assert not music.has_picture
    fade_in, fade_out, duck = music.effects
    assert (fade_in.duration_ticks, fade_out.duration_ticks) == (frames(24), frames(48))
    assert (duck.depth_db, duck.under_track_ids) == (8, ())
    plain = AddMusic(media=a_file("song"), element_id="M", duck_db=None, fade_in_ticks=0, fade_out_ticks=0)
    assert plain.apply(timeline("video: A[0-240]")).get_element("M")[1].effects == ()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"media": a_file(sound=False)}, "has no sound"),
        ({"media": a_file(still=True)}, "has no sound"),
        ({"at_ticks": frames(480)}, "There is no time for music at 0:20.00; the video lasts 0:20.00"),
        ({"at_ticks": frames(999)}, "outside the timeline"),
    ],
)
def test_add_music_refuses_what_cannot_be_heard(values, message):
    with pytest.raises(InvalidInput, match=message):
        AddMusic(**{"media": a_file("song"), **values}).apply(timeline("video: A[0-480]"))
