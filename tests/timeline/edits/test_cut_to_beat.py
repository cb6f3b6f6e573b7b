import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.cut_to_beat import CutToBeat, SourceScenes
from drawing import a_file, assert_edit, frames, timeline

EVERY_TWELVE = tuple(frames(n) for n in range(0, 400, 12))


@pytest.mark.parametrize(
    ("before", "options", "after"),
    [
        (
            "video: A[0-40] B[0-30] C[0-26] | audio music fixed: M@song[0-200]",
            {},
            "video: A[0-36] B[0-24] C[0-24] | audio music fixed: M@song[0-200]",
        ),
        (
            "video: A[0-40] B[0-30] C[0-26] | audio music fixed: M@song[0-96]",
            {},
            "video: A[0-36] B[0-24] C[0-24] | audio music fixed: M@song[0-84]",
        ),
        (
            "video: A[0-40] B[0-30] | audio music fixed: M@song[5-200]",
            {},
            "video: A[0-31] B[0-24] | audio music fixed: M@song[5-200]",
        ),
        (
            "video: A[0-60] B[0-60] C[0-10] | audio music fixed: M@song[0-200]",
            {"beats_per_clip": 2},
            "video: A[0-24] B[0-24] C[0-10] | audio music fixed: M@song[0-200]",
        ),
        (
            "video: A[0-40] S{30} | overlay: .45 T(20) | audio music fixed: M@song[0-200]",
            {},
            "video: A[0-36] S{24} | overlay: .41 T(19) | audio music fixed: M@song[0-200]",
        ),
        (
            "video: A[0-40] B[0-30] | audio music: M@song[0-70]",
            {},
            "video: A[0-36] B[0-24] | audio music: M@song[0-60]",
        ),
    ],
)
def test_each_clip_ends_on_a_beat_and_the_song_stays(before, options, after):
    assert_edit(before, CutToBeat(media=a_file("song"), beats=EVERY_TWELVE, id_prefix="N", **options), after)


def test_a_song_that_does_not_play_yet_is_laid_under_the_video():
    edit = CutToBeat(
        media=a_file("song"), beats=EVERY_TWELVE, id_prefix="N", element_id="M", new_track_id="music"
    )
    after = "video: A[0-36] B[0-24] | audio music fixed: M@song[0-60]"
    laid = assert_edit("video: A[0-40] B[0-30]", edit, after)
    assert laid.tracks[1].elements[0].gain_db == 0


def test_shots_inside_of_a_clip_count_as_clips():
    scenes = (SourceScenes(artifact_id="file_A", cuts=(frames(30), frames(70))),)
    edit = CutToBeat(media=a_file("song"), beats=EVERY_TWELVE, scenes=scenes, id_prefix="N")
    assert_edit(
        "video: A[0-100] | audio music fixed: M@song[0-200]",
        edit,
        "video: A[0-24] N_1@file_A[30-66] N_2@file_A[70-94] | audio music fixed: M@song[0-200]",
    )


def test_cuts_lie_on_the_frames_nearest_to_the_beats():
    before = timeline("video: A[0-40] B[0-40] | audio music fixed: M@song[0-200]")
    beats = tuple(round(n * frames(1) * 11.3) for n in range(20))
    after = CutToBeat(media=a_file("song"), beats=beats).apply(before)
    starts = [e.start_ticks for e in after.tracks[0].elements]
    assert all(min(abs(s - b) for b in beats) <= frames(1) // 2 for s in starts)


@pytest.mark.parametrize(
    ("before", "message"),
    [
        ("video: A@song[0-40] B[0-20]", "plays on the main track itself"),
        ("audio music fixed: M@song[0-200]", "plays on the main track itself"),
        ("video:", "There is no video to cut"),
        ("video: A[0-40] | audio music fixed: M@song[401-440]", "No beat of the song"),
        ("video: A[0-36] B[0-24] | audio music fixed: M@song[0-200]", "fall on the beats already"),
    ],
)
def test_cutting_to_a_beat_needs_a_song_with_beats_and_something_to_move(before, message):
    with pytest.raises(EditRefused, match=message):
        CutToBeat(media=a_file("song"), beats=EVERY_TWELVE).apply(timeline(before))
