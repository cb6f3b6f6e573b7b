import pytest
from pydantic import ValidationError

from cuttingroom.core.errors import EditRefused, TimelineInvalid
from cuttingroom.timeline.edits.transform import Transform
from cuttingroom.timeline.effects import Transform as TransformEffect
from drawing import assert_round_trip, timeline


def placed(after, element_id):
    return next((e for e in after.get_element(element_id)[1].effects if isinstance(e, TransformEffect)), None)


def test_transform_changes_what_is_named_and_keeps_the_rest():
    before = timeline("video: A[0-48] B[0-24]")
    first = Transform(element_ids=("A",), rotation=90, crop_left=0.1)
    second = Transform(element_ids=("A", "B"), scale=0.5)
    middle = first.apply(before)
    after = second.apply(middle)
    assert placed(after, "A").model_dump(exclude={"id"}) == TransformEffect(
        rotation=90, crop_left=0.1, scale=0.5
    ).model_dump(exclude={"id"})
    assert placed(after, "B").scale == 0.5
    assert_round_trip(before, first, middle)
    assert_round_trip(middle, second, after)


def test_a_transform_that_says_nothing_any_more_is_gone():
    before = timeline("video: A[0-48]")
    turned = Transform(element_ids=("A",), rotation=90, flip_horizontal=True).apply(before)
    assert placed(Transform(element_ids=("A",), reset=True).apply(turned), "A") is None
    back = Transform(element_ids=("A",), rotation=0, flip_horizontal=False)
    assert placed(back.apply(turned), "A") is None
    assert_round_trip(turned, back, back.apply(turned))


def test_reset_begins_from_the_start():
    before = Transform(element_ids=("A",), rotation=90).apply(timeline("video: A[0-48]"))
    after = Transform(element_ids=("A",), scale=2, reset=True).apply(before)
    assert (placed(after, "A").rotation, placed(after, "A").scale) == (0, 2)


def test_transform_refuses_what_has_no_picture_and_what_leaves_nothing():
    before = timeline("video: A[0-48] | overlay: T(9) | audio: M[0-48]")
    for without in ("T", "M"):
        with pytest.raises(EditRefused, match="no picture of its own"):
            Transform(element_ids=(without,), scale=0.5).apply(before)
    with pytest.raises(TimelineInvalid, match="crops the whole picture away"):
        Transform(element_ids=("A",), crop_left=0.5, crop_right=0.5).apply(before)
    with pytest.raises(ValidationError, match="say what to change"):
        Transform(element_ids=("A",))


def test_transform_says_what_it_does():
    before = timeline("video: A[0-48] B[0-24]")
    edit = Transform(element_ids=("B",), rotation=90, crop_top=0.25, flip_horizontal=True)
    assert edit.describe(before) == (
        "Place media 2 at 0:02.00: turned by 90° to the right, mirrored left to right, crop off 25 % top"
    )
