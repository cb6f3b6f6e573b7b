import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.timeline.edits.set_speed import SetSpeed
from drawing import assert_edit, frames, span, timeline


@pytest.mark.parametrize(
    ("before", "element_ids", "speed", "after"),
    [
        ("video: A[0-48] B[0-24]", ["A"], 2, "video: A[0-48]x2 B[0-24]"),
        ("video: A[0-48]x2 B[0-24]", ["A"], 1, "video: A[0-48] B[0-24]"),
        ("video: A[0-48] B[0-24]", ["A", "B"], "1/2", "video: A[0-48]x1/2 B[0-24]x1/2"),
        ("video: A[0-48] .6 B[0-24]", ["A"], 2, "video: A[0-48]x2 .6 B[0-24]"),
        ("video: A[0-48] ~6 B[0-24]", ["A"], 2, "video: A[0-48]x2 ~6 B[0-24]"),
        (
            "video: A[0-48] B[0-24] | overlay: .10 T(20) .30 U(5) | audio fixed: M[0-72]",
            ["A"],
            2,
            "video: A[0-48]x2 B[0-24] | overlay: .5 T(10) .21 U(5) | audio fixed: M[0-48]",
        ),
        (
            "video: A[0-48] | overlay: P[0-10] Q[0-10]",
            ["P"],
            2,
            "video: A[0-48] | overlay: P[0-10]x2 Q[0-10]",
        ),
        ("video: A[0-48] | captions: .10 c(10) d(10)", ["A"], 2, "video: A[0-48]x2 | captions: .5 c(5) d(5)"),
    ],
)
def test_set_speed_changes_the_length_and_moves_what_is_later(before, element_ids, speed, after):
    assert_edit(before, SetSpeed(element_ids=tuple(element_ids), speed=speed), after)


def test_set_speed_keeps_effects_and_caption_words_on_their_moments():
    before = timeline("video: A[0-48] | captions: .8 c(12)")
    before = FadeIn(element_id="A", duration_ticks=frames(8)).apply(before)
    before = MuteRange(range=span(20, 30)).apply(before)
    after = SetSpeed(element_ids=("A",), speed=2, keep_pitch=False).apply(before)
    fade, mute = after.get_element("A")[1].effects
    assert (fade.duration_ticks, mute.range) == (frames(4), span(10, 15))
    assert after.get_element("A")[1].keep_pitch is False
    assert after.get_element("c")[1].source.words[0].end_ticks == frames(6)


@pytest.mark.parametrize(
    ("before", "element_id", "speed", "message"),
    [
        ("video: A[0-48]", "A", 21, "outside 1/20 to 20"),
        ("video: S{20}", "S", 2, "only media does"),
        ("video locked: A[0-48]", "A", 2, "is locked"),
        ("video: A[0-48] B[0-9] | overlay locked: .48 T(4)", "A", 2, "overlay track overlay is locked"),
    ],
)
def test_set_speed_refuses_what_has_no_speed(before, element_id, speed, message):
    with pytest.raises(InvalidInput, match=message):
        SetSpeed(element_ids=(element_id,), speed=speed).apply(timeline(before))
