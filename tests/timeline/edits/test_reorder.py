import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.reorder import Reorder
from drawing import assert_edit, draw, timeline

THREE = "video: A[0-10] B[0-24] C[0-5]"


def order(text: str, track_id: str | None = None) -> Reorder:
    return Reorder(element_ids=tuple(text), track_id=track_id)


@pytest.mark.parametrize(
    ("before", "ids", "after"),
    [
        (THREE, "BAC", "video: B[0-24] A[0-10] C[0-5]"),
        (THREE, "CBA", "video: C[0-5] B[0-24] A[0-10]"),
        ("video: .3 A[0-10] .5 B[0-24] .7 C[0-5]", "CAB", "video: .3 C[0-5] A[0-10] B[0-24]"),
        ("video: A[0-10] ~3 B[0-24] C[0-5]", "CAB", "video: C[0-5] A[0-10] ~3 B[0-24]"),
    ],
)
def test_elements_lie_one_after_the_other_from_where_the_first_one_was(before, ids, after):
    assert_edit(before, order(ids), after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"{THREE} | overlay: .2 T(4) .10 U(3) | captions: .35 c(2) | audio music fixed: M[0-39]",
            "video: C[0-5] A[0-10] B[0-24] | overlay: .7 T(4) .10 U(3) | captions: .1 c(2) | "
            "audio music fixed: M[0-39]",
        ),
        (
            f"{THREE} | overlay: .8 T(4) | captions: .40 c(3)",
            "video: C[0-5] A[0-10] B[0-24] | overlay: .13 T(4) | captions: .40 c(3)",
        ),
        (
            "video: A[0-10] .6 B[0-24] C[0-5] | overlay: .12 T(2) | captions: .50 c(3)",
            "video: C[0-5] A[0-10] B[0-24] | overlay: .17 T(2) | captions: .44 c(3)",
        ),
        (
            f"{THREE} | video v2: .8 X[0-4] ~2 Y[0-6]",
            "video: C[0-5] A[0-10] B[0-24] | video v2: .13 X[0-4] ~2 Y[0-6]",
        ),
    ],
)
def test_what_lies_on_other_tracks_travels_with_the_element_over_which_it_starts(before, after):
    assert_edit(before, order("CAB"), after)


def test_a_caption_that_reaches_over_the_cut_never_makes_the_video_longer():
    before = timeline("video: A[0-10] B[0-24] | captions: .8 c(5)")
    after = order("BA").apply(before)
    assert draw(after) == "video: B[0-24] A[0-10] | captions: .32 c(2)"
    assert after.duration_ticks == before.duration_ticks
    assert order("BA").inverse(before).apply(after) == before


def test_only_its_own_track_changes_when_it_is_not_the_main_one():
    assert_edit(
        f"{THREE} | overlay: .2 T(4) .3 U(5)",
        order("UT", "overlay"),
        f"{THREE} | overlay: .2 U(5) T(4)",
    )


@pytest.mark.parametrize(
    ("before", "ids", "message"),
    [
        (THREE, "BA", "media 3 at .* is missing"),
        (THREE, "ABCX", "X is not on video track video"),
        (THREE, "AABC", "twice"),
        (THREE, "ABC", "in this order already"),
        ("video: A[0-10] ~3 B[0-24] C[0-5]", "BAC", "joined by a crossfade and would part"),
        ("video locked: A[0-10] B[0-24]", "BA", "locked"),
        ("video: A[0-10] B[0-24] | overlay locked: .2 T(4)", "BA", "locked"),
        (f"{THREE} | overlay: .8 T(4) .22 V(2)", "ACB", "would overlap"),
        ("video: A[0-10] B[0-24] | audio voice: X[0-34]", "BA", "past the end"),
        ("captions: a(10) b(10)", "ba", "neither a video nor an audio track"),
    ],
)
def test_an_order_that_would_lose_or_part_something_is_refused(before, ids, message):
    with pytest.raises(EditRefused, match=message):
        order(ids).apply(timeline(before))


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        ("BAC", "Put clip 2 before clip 1"),
        ("CAB", "Put clip 3 before clip 1"),
        ("BCA", "Put clip 1 after clip 3"),
        ("CBA", "Play the clips in the order 3, 2, 1"),
    ],
)
def test_the_description_says_which_clip_goes_where(ids, text):
    assert order(ids).describe(timeline(THREE)) == text
