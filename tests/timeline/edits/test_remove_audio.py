import pytest

from cuttingroom.core.errors import InvalidInput, NotFound
from cuttingroom.timeline.edits.denoise import Denoise
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.timeline.edits.remove_audio import RemoveAudio
from drawing import assert_edit, span, timeline

SCENE = "video: A[0-48] B[0-24] | overlay: T(9) | audio fixed: M[0-72]"


def test_remove_audio_leaves_pictures_and_the_sound_of_others():
    after = assert_edit(SCENE, RemoveAudio(element_ids=("A",)), SCENE)
    assert [e.has_sound for e in after.get_track("video").elements] == [False, True]
    assert after.get_element("A")[1].has_picture
    assert after.get_element("M")[1].has_sound


def test_what_was_set_for_the_sound_alone_goes_with_it():
    before = MuteRange(range=span(0, 9)).apply(timeline(SCENE))
    before = Denoise(element_ids=("A",)).apply(before)
    before = FadeIn(element_id="A", duration_ticks=span(0, 5).end_ticks, effect_id="fade").apply(before)
    after = RemoveAudio(element_ids=("A",)).apply(before)
    assert [e.id for e in after.get_element("A")[1].effects] == ["fade"]


@pytest.mark.parametrize(
    ("element_id", "message"), [("T", "has no sound"), ("M", "only heard"), ("X", "no element X")]
)
def test_remove_audio_refuses_what_has_none_and_what_is_nothing_else(element_id, message):
    with pytest.raises((InvalidInput, NotFound), match=message):
        RemoveAudio(element_ids=(element_id,)).apply(timeline(SCENE))
