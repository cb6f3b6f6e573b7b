import pytest
from pydantic import ValidationError

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.set_volume import SetVolume
from drawing import assert_round_trip, timeline


@pytest.mark.parametrize(
    ("values", "volume", "gain_db"),
    [
        ({"volume": 0.5}, 0.5, 0),
        ({"change_db": -6}, 1, -6),
        ({"change_db": 24}, 1, 24),
        ({"change_db": -60}, 1, -60),
    ],
)
def test_set_volume_moves_the_fader_or_the_gain(values, volume, gain_db):
    before = timeline("video: A[0-48] B[0-24]")
    edit = SetVolume(element_ids=("A",), **values)
    after = edit.apply(before)
    assert (after.get_element("A")[1].volume, after.get_element("A")[1].gain_db) == (
        volume,
        pytest.approx(gain_db),
    )
    assert after.get_element("B")[1] is before.get_element("B")[1]
    assert_round_trip(before, edit, after)


def test_set_volume_refuses_what_is_silent_and_what_is_locked():
    with pytest.raises(EditRefused, match="has no sound"):
        SetVolume(element_ids=("T",), volume=0.5).apply(timeline("overlay: T(9)"))
    with pytest.raises(EditRefused, match="is locked"):
        SetVolume(element_ids=("A",), volume=0.5).apply(timeline("video locked: A[0-9]"))


def test_set_volume_wants_exactly_one_way():
    with pytest.raises(ValidationError, match="either volume or change_db"):
        SetVolume(element_ids=("A",))


def test_set_volume_says_what_it_does():
    before = timeline("video: A[0-48] B[0-24]")
    assert (
        SetVolume(element_ids=("A", "B"), volume=0.5).describe(before) == "Set the volume of 2 pieces to 50 %"
    )
    assert SetVolume(element_ids=("B",), change_db=-6).describe(before) == "Lower media 2 at 0:02.00 by 6 dB"
