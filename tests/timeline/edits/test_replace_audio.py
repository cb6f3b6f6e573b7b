import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.replace_audio import ReplaceAudio
from drawing import a_file, assert_edit, frames, timeline

SONG = a_file("song", 500, picture=False)


def replace(**fields):
    return ReplaceAudio(media=SONG, element_id="S", new_track_id="k", **fields)


def test_the_file_is_heard_in_the_place_of_all_sound_of_the_main_track():
    before = "video: A[0-48] B[0-24] | audio fixed: M[0-72]"
    after = assert_edit(before, replace(), before + " | audio k: S@song[0-72]")
    assert [e.has_sound for e in after.get_track("video").elements] == [False, False]
    assert after.get_track("k").name == "Sound"


def test_one_clip_gets_the_file_from_a_moment_on_under_its_own_picture():
    before = "video: A[0-48] B[0-24]"
    edit = replace(element_ids=("B",), start_ticks=frames(100))
    after = assert_edit(before, edit, before + " | audio k: .48 S@song[100-124]")
    assert [e.has_sound for e in after.get_track("video").elements] == [True, False]


def test_where_pictures_leave_a_gap_the_file_plays_on_unheard():
    before = "video: A[0-24] .12 B[0-24]"
    assert_edit(before, replace(), before + " | audio k: S@song[0-24] .12 S_1@song[36-60]")


def test_a_file_that_is_shorter_is_followed_by_silence():
    before = "video: A[0-48] .2 B[0-24]"
    edit = ReplaceAudio(media=a_file("s", 30), element_id="S", new_track_id="k")
    assert_edit(before, edit, before + " | audio k: S@s[0-30]")


def test_a_second_replacement_lies_beside_the_first_when_there_is_room():
    before = replace(element_ids=("A",)).apply(timeline("video: A[0-48] B[0-24]"))
    edit = ReplaceAudio(media=SONG, element_ids=("B",), element_id="R", new_track_id="l")
    assert_edit(before, edit, "video: A[0-48] B[0-24] | audio k: S@song[0-48] R@song[0-24]")


@pytest.mark.parametrize(
    ("before", "edit", "message"),
    [
        ("video: A[0-9]", replace(start_ticks=frames(600)), "lasts only"),
        ("video: A[0-9]", ReplaceAudio(media=a_file("p", still=True, sound=False)), "has no sound"),
        ("audio: A[0-9]", replace(), "no picture"),
        ("video: A[0-9] | audio: M[0-9]", replace(element_ids=("M",)), "no picture"),
    ],
)
def test_replace_audio_refuses_what_has_no_picture_and_what_cannot_be_heard(before, edit, message):
    with pytest.raises(InvalidInput, match=message):
        edit.apply(timeline(before))
