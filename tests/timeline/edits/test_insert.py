import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.base import FromItem
from cuttingroom.timeline.edits.insert import Insert
from drawing import a_file, assert_edit, frames, span, timeline


@pytest.mark.parametrize(
    ("before", "at", "options", "after"),
    [
        ("video: A[0-48] B[0-24]", 48, {}, "video: A[0-48] X@new[0-100] B[0-24]"),
        (
            "video: A[0-48] B[0-24]",
            20,
            {"range": span(10, 30)},
            "video: A[0-20] X@new[10-30] R@file_A[20-48] B[0-24]",
        ),
        ("video: A[0-48]", 0, {"range": span(0, 5)}, "video: X@new[0-5] A[0-48]"),
        ("video: A[0-48]", 48, {"range": span(0, 5)}, "video: A[0-48] X@new[0-5]"),
        (
            "video: A[0-48] | overlay: .10 T(20) U(5) | audio v: V[0-48] | audio m fixed: M[0-48]",
            20,
            {"range": span(0, 10)},
            "video: A[0-20] X@new[0-10] R@file_A[20-48] | overlay: .10 T(20) .10 U(5)"
            " | audio v: V[0-20] .10 R_1@file_V[20-48] | audio m fixed: M[0-48]",
        ),
        (
            "video: A[0-48] ~6 B[0-24]",
            45,
            {"range": span(0, 10)},
            "video: A[0-45] X@new[0-10] B[3-24]",
        ),
        (
            "video: A[0-48] | overlay: .10 T(20) U(5)",
            30,
            {"range": span(0, 10), "track_id": "overlay"},
            "video: A[0-48] | overlay: .10 T(20) X@new[0-10] U(5)",
        ),
    ],
)
def test_insert_splits_what_plays_there_and_moves_the_rest(before, at, options, after):
    edit = Insert(media=a_file("new", 100), at_ticks=frames(at), element_id="X", right_id="R", **options)
    assert_edit(before, edit, after)


def test_insert_puts_a_still_for_its_duration_and_sound_on_an_audio_track():
    before = "video: A[0-48] | audio fixed m: | audio v: V[0-48]"
    still = Insert(media=a_file(still=True), at_ticks=frames(48), duration_ticks=frames(12), element_id="S")
    assert_edit(before, still, "video: A[0-48] S@new{12} | audio m fixed: | audio v: V[0-48]")
    sound = Insert(media=a_file(length=10, picture=False), at_ticks=0, element_id="X")
    assert_edit(before, sound, "video: A[0-48] | audio m fixed: | audio v: X@new[0-10] V[0-48]")


def test_insert_plays_a_file_of_broken_frames_to_its_end():
    odd = a_file().model_copy(update={"media_ticks": frames(10) + frames(1) * 6 // 10})
    after = Insert(media=odd, at_ticks=0, element_id="X").apply(timeline("video: A[0-48]"))
    _, element = after.get_element("X")
    assert element.duration_ticks == frames(11)
    assert element.source.range.duration_ticks == odd.media_ticks


@pytest.mark.parametrize(
    ("before", "options", "message"),
    [
        ("video: A[0-48]", {"at_ticks": frames(49)}, "outside the timeline, which lasts 0:02.00"),
        ("video: A[0-48]", {"range": span(90, 110)}, "reaches outside the file, which lasts 0:04.17"),
        ("video: A[0-48]", {"duration_ticks": frames(5)}, "Only a still takes a duration"),
        ("video: A[0-48]", {"media": a_file(still=True)}, "A still needs a duration"),
        (
            "video: A[0-48]",
            {"media": a_file(still=True), "range": span(0, 5), "duration_ticks": frames(5)},
            "A still has no range",
        ),
        ("video: A[0-48]", {"media": a_file(picture=False)}, "There is no audio track"),
        ("audio: A[0-48]", {}, "There is no video track"),
        ("video: A[0-48]", {"media": FromItem(from_item=3)}, "that item 3 will make does not exist yet"),
        ("video locked: A[0-48]", {}, "is locked"),
        ("video: A[0-48] | overlay locked: T(10)", {}, "overlay track overlay is locked"),
        ("video: A[0-48] | captions: c(10)", {"track_id": "captions"}, "cannot lie on a captions track"),
    ],
)
def test_insert_refuses_what_cannot_be_placed(before, options, message):
    values = {"media": a_file("new", 100), "at_ticks": 0, **options}
    with pytest.raises(InvalidInput, match=message):
        Insert(**values).apply(timeline(before))


def test_insert_refuses_an_id_that_is_taken():
    with pytest.raises(InvalidInput, match="The id A is used twice"):
        Insert(media=a_file(), at_ticks=0, element_id="A").apply(timeline("video: A[0-48]"))
