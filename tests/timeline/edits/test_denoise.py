import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.denoise import Denoise
from drawing import assert_edit, timeline

SCENE = "video: A[0-48] B[0-24] | overlay: T(9)"


def test_a_second_reduction_takes_the_place_of_the_first():
    first = assert_edit(SCENE, Denoise(element_ids=("A", "B"), reduction_db=20.0), SCENE)
    second = assert_edit(first, Denoise(element_ids=("B",), reduction_db=6.0), SCENE)
    found = {e.id: [x.reduction_db for x in e.effects] for e in second.get_track("video").elements}
    assert found == {"A": [20.0], "B": [6.0]}


def test_what_is_silent_has_no_noise():
    with pytest.raises(InvalidInput, match="has no sound"):
        Denoise(element_ids=("T",)).apply(timeline(SCENE))
