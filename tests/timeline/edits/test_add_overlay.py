import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.add_overlay import AddOverlay
from cuttingroom.timeline.effects import Transform
from drawing import a_file, assert_edit, assert_round_trip, frames, span, timeline


def logo(width=400, height=200):
    return a_file("logo", still=True).model_copy(update={"width": width, "height": height})


def overlay(media, **values):
    return AddOverlay(media=media, element_id="P", effect_id="fx", new_track_id="pictures", **values)


def test_a_logo_lies_over_the_whole_video_below_the_titles():
    assert_edit(
        "video: A[0-48] | overlay titles: T(9)",
        overlay(logo(), width=0.15),
        "video: A[0-48] | overlay pictures: P@logo{48} | overlay titles: T(9)",
    )


def test_a_video_lasts_as_long_as_its_file_or_as_asked():
    before = "video: A[0-96]"
    assert_edit(before, overlay(a_file("f", 30), at_ticks=frames(24)),
                "video: A[0-96] | overlay pictures: .24 P@f[0-30]")  # fmt: skip
    assert_edit(before, overlay(a_file("f"), at_ticks=frames(90)),
                "video: A[0-96] | overlay pictures: .90 P@f[0-6]")  # fmt: skip
    edit = overlay(a_file("f"), at_ticks=frames(24), duration_ticks=frames(12), part=span(40, 90))
    assert_edit(before, edit, "video: A[0-96] | overlay pictures: .24 P@f[40-52]")


def test_the_track_of_overlays_is_used_while_it_has_room():
    before = overlay(logo(), duration_ticks=frames(24)).apply(timeline("video: A[0-96]"))
    second = AddOverlay(media=logo(), at_ticks=frames(24), element_id="Q", new_track_id="more")
    third = AddOverlay(media=logo(), at_ticks=frames(12), element_id="R", new_track_id="more")
    assert [len(t.elements) for t in second.apply(before).tracks] == [1, 2]
    assert [t.id for t in third.apply(before).tracks] == ["video", "pictures", "more"]


@pytest.mark.parametrize(
    ("size", "scale"), [((400, 200), 0.15), ((200, 200), 0.15 * 16 / 9), ((1600, 300), 0.15)]
)
def test_the_width_is_a_share_of_the_frame_whatever_the_shape(size, scale):
    edit = overlay(logo(*size), width=0.15, x=0.9, y=0.1)
    before = timeline("video: A[0-48]")
    after = edit.apply(before)
    transform = after.get_element("P")[1].effects[0]
    assert isinstance(transform, Transform)
    assert transform.scale == pytest.approx(scale)
    assert (transform.x, transform.y) == (0.9, 0.1)
    assert_round_trip(before, edit, after)


def test_an_overlay_can_be_silent_and_needs_a_picture_and_a_video_below():
    before = timeline("video: A[0-48]")
    assert not overlay(a_file("f", 30), sound=False).apply(before).get_element("P")[1].has_sound
    with pytest.raises(EditRefused, match="has no picture"):
        overlay(a_file("song", picture=False)).apply(before)
    with pytest.raises(EditRefused, match="when the video is over"):
        overlay(logo(), at_ticks=frames(48)).apply(before)
