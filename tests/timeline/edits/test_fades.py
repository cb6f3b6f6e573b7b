import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.fade_out import FadeOut
from drawing import assert_round_trip, frames, timeline


def fades_of(found):
    return [
        (e.type, e.duration_ticks // frames(1), e.picture, e.sound) for e in found.get_element("A")[1].effects
    ]


@pytest.mark.parametrize(
    ("edits", "fades"),
    [
        ([FadeIn(element_id="A", duration_ticks=frames(6))], [("fade_in", 6, True, True)]),
        ([FadeOut(element_id="A", duration_ticks=frames(6))], [("fade_out", 6, True, True)]),
        (
            [
                FadeIn(element_id="A", duration_ticks=frames(6)),
                FadeIn(element_id="A", duration_ticks=frames(9)),
            ],
            [("fade_in", 9, True, True)],
        ),
        (
            [
                FadeIn(element_id="A", duration_ticks=frames(6)),
                FadeIn(element_id="A", duration_ticks=frames(9), picture=False),
                FadeOut(element_id="A", duration_ticks=frames(5)),
            ],
            [("fade_in", 6, True, False), ("fade_in", 9, False, True), ("fade_out", 5, True, True)],
        ),
    ],
)
def test_a_fade_replaces_an_earlier_one_of_the_same_parts(edits, fades):
    before = timeline("video: A[0-48]")
    for edit in edits:
        after = edit.apply(before)
        assert_round_trip(before, edit, after)
        before = after
    assert fades_of(before) == fades


@pytest.mark.parametrize("fade", [FadeIn, FadeOut])
@pytest.mark.parametrize(
    ("before", "values", "message"),
    [
        (
            "video: A[0-48]",
            {"duration_ticks": frames(49)},
            "longer than media 1 at 0:00.00, which lasts 0:02.00",
        ),
        ("video: A[0-48]", {"picture": False, "sound": False}, "the picture, the sound or both"),
        ("overlay: A(9)", {"picture": False}, "has no sound to fade"),
        ("audio: A[0-48]", {"sound": False}, "has no picture to fade"),
        ("video locked: A[0-48]", {}, "is locked"),
    ],
)
def test_a_fade_refuses_what_it_cannot_fade(fade, before, values, message):
    with pytest.raises(EditRefused, match=message):
        fade(element_id="A", **{"duration_ticks": frames(5), **values}).apply(timeline(before))


def test_a_fade_says_what_it_does():
    before = timeline("video: A[0-48]")
    edit = FadeOut(element_id="A", duration_ticks=frames(12), picture=False)
    assert edit.describe(before) == "Fade the sound of media 1 at 0:00.00 out over 0:00.50"
