from cuttingroom.timeline.edits.reframe import Reframe
from cuttingroom.timeline.effects import Point, Transform
from drawing import assert_round_trip, timeline


def transforms(after, element_id):
    return [e for e in after.get_element(element_id)[1].effects if isinstance(e, Transform)]


def test_reframe_sets_the_size_and_every_picture_of_the_main_track():
    before = timeline("video: A[0-48] S{24} T(12) | overlay: L{24} | captions: C(12)")
    edit = Reframe(width=1080, height=1920, fit="blur")
    after = edit.apply(before)
    assert (after.settings.width, after.settings.height) == (1080, 1920)
    assert [t.fit for i in ("A", "S") for t in transforms(after, i)] == ["blur", "blur"]
    assert after.tracks[1:] == before.tracks[1:]
    assert_round_trip(before, edit, after)


def test_reframe_with_plain_bars_needs_no_effect():
    before = Reframe(width=1080, height=1920, fit="blur").apply(timeline("video: A[0-48]"))
    after = Reframe(width=1080, height=1080, fit="fit").apply(before)
    assert transforms(after, "A") == []


def test_reframe_keeps_a_crop_and_takes_the_focus():
    before = timeline("video: A[0-48]")
    after = Reframe(width=1080, height=1080, x=0.2, y=0.6).apply(before)
    assert transforms(after, "A")[0].focus == Point(x=0.2, y=0.6)
    assert Reframe(width=1080, height=1080, x=0.2).describe(before) == (
        "Make the video 1080 x 1080, every picture cut to fill it around 20 %, 50 %"
    )
