import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.add_audio import AddAudio
from drawing import a_file, assert_edit, frames, span, timeline

SONG = a_file("song", 500, picture=False)
FILM = "video: A[0-72]"


def add(media=SONG, **fields):
    return AddAudio(media=media, element_id="S", new_track_id="k", effect_id="x", **fields)


def test_sound_begins_at_its_moment_and_ends_with_the_video():
    after = assert_edit(FILM, add(at_ticks=frames(10)), FILM + " | audio k: .10 S@song[0-62]")
    assert after.get_track("k").follows_ripple
    assert after.get_element("S")[1].effects == ()


def test_a_part_of_a_file_is_heard_for_as_long_as_it_was_asked_for():
    edit = add(at_ticks=frames(10), part=span(100, 140), duration_ticks=frames(30))
    assert_edit(FILM, edit, FILM + " | audio k: .10 S@song[100-130]")


def test_gain_fades_and_ducking_come_with_it():
    edit = add(gain_db=-12.0, fade_in_ticks=frames(8), fade_out_ticks=frames(90), duck_db=6.0)
    found = edit.apply(timeline(FILM)).get_element("S")[1]
    fade_in, fade_out, duck = found.effects
    assert (found.gain_db, fade_in.duration_ticks, fade_out.duration_ticks) == (-12, frames(8), frames(36))
    assert (duck.depth_db, duck.under_track_ids) == (6, ())


def test_a_loop_begins_again_until_the_video_ends():
    fades = {"fade_in_ticks": frames(5), "fade_out_ticks": frames(5)}
    edit = add(a_file("s", 20), at_ticks=frames(10), loops=True, **fades)
    heard = "S@s[0-20] S_1@s[0-20] S_2@s[0-20] S_3@s[0-2]"
    after = assert_edit(FILM, edit, FILM + f" | audio k: .10 {heard}")
    effects = [[e.type for e in x.effects] for x in after.get_track("k").elements]
    assert effects == [["fade_in"], [], [], ["fade_out"]]


def test_a_video_is_laid_down_without_its_picture():
    after = add(a_file("clip", 20)).apply(timeline(FILM))
    assert not after.get_element("S")[1].has_picture


def test_more_sound_lies_on_the_same_track_where_there_is_room():
    before = add(duration_ticks=frames(20)).apply(timeline(FILM))
    edit = AddAudio(media=SONG, at_ticks=frames(30), element_id="R", new_track_id="l")
    assert_edit(before, edit, FILM + " | audio k: S@song[0-20] .10 R@song[0-42]")
    over = AddAudio(media=SONG, at_ticks=frames(10), element_id="R", new_track_id="l")
    assert_edit(before, over, FILM + " | audio k: S@song[0-20] | audio l: .10 R@song[0-62]")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (add(at_ticks=frames(72)), "no time for sound"),
        (add(at_ticks=frames(80)), "outside the timeline"),
        (add(a_file("p", sound=False)), "has no sound"),
        (add(part=span(400, 600)), "reaches outside the file"),
    ],
)
def test_add_audio_refuses_what_cannot_be_heard(edit, message):
    with pytest.raises(InvalidInput, match=message):
        edit.apply(timeline(FILM))


def test_a_sound_that_would_be_repeated_a_thousand_times_is_refused():
    with pytest.raises(InvalidInput, match="repeated 900 times"):
        add(a_file("s", 1), loops=True).apply(timeline("video: A[0-900]"))
