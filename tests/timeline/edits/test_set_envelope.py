import pytest
from pydantic import ValidationError

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.set_envelope import SetEnvelope
from cuttingroom.timeline.edits.set_speed import SetSpeed
from cuttingroom.timeline.edits.split import Split
from cuttingroom.timeline.effects import Envelope, GainPoint
from drawing import assert_round_trip, frames, timeline

SCENE = "video: A[0-48] B[0-24] | audio fixed: M[0-72]"


def points(*pairs):
    return tuple(GainPoint(at_ticks=frames(at), gain_db=gain) for at, gain in pairs)


def line_of(drawn, element_id):
    """The points of an element's line, in frames of its own clock."""
    _, element = drawn.get_element(element_id)
    lines = [e for e in element.effects if isinstance(e, Envelope)]
    return [(p.at_ticks // frames(1), p.gain_db) for e in lines for p in e.points]


def test_each_element_has_the_line_on_its_own_clock():
    before = timeline(SCENE)
    edit = SetEnvelope(element_ids=("B", "M"), points=points((40, 0), (60, -20)))
    after = edit.apply(before)
    assert line_of(after, "M") == [(40, 0), (60, -20)]
    assert line_of(after, "B") == [(-8, 0), (12, -20)]
    assert edit.describe(before) == "Draw the gain of 2 pieces from 0 dB at 0:01.67 to -20 dB at 0:02.50"
    assert_round_trip(before, edit, after)


def test_points_between_the_new_ones_give_way_and_others_stay():
    down = SetEnvelope(element_ids=("M",), points=points((10, 0), (20, -20), (30, -20)))
    up = SetEnvelope(element_ids=("M",), points=points((25, -20), (50, 0)))
    after = up.apply(down.apply(timeline(SCENE)))
    assert line_of(after, "M") == [(10, 0), (20, -20), (25, -20), (50, 0)]


def test_no_points_remove_the_line():
    before = SetEnvelope(element_ids=("M",), points=points((10, 0), (20, -20))).apply(timeline(SCENE))
    assert SetEnvelope(element_ids=("M",), points=()).apply(before).to_bytes() == timeline(SCENE).to_bytes()


def test_both_parts_of_a_split_keep_the_line_and_speed_takes_it_along():
    before = SetEnvelope(element_ids=("A",), points=points((10, 0), (40, -20))).apply(timeline(SCENE))
    split = Split(element_id="A", at_ticks=frames(24), right_id="R").apply(before)
    assert (line_of(split, "A"), line_of(split, "R")) == ([(10, 0), (40, -20)], [(-14, 0), (16, -20)])
    fast = SetSpeed(element_ids=("A",), speed=2).apply(before)
    assert line_of(fast, "A") == [(5, 0), (20, -20)]


@pytest.mark.parametrize(
    ("scene", "at", "message"),
    [(SCENE, 90, "outside the timeline"), ("video: A[0-48] | overlay: M(9)", 5, "has no sound")],
)
def test_set_envelope_refuses_moments_outside_and_what_is_silent(scene, at, message):
    with pytest.raises(InvalidInput, match=message):
        SetEnvelope(element_ids=("M",), points=points((0, 0), (at, -6))).apply(timeline(scene))


def test_points_out_of_order_are_no_line():
    with pytest.raises(ValidationError, match="in the order of their times"):
        SetEnvelope(element_ids=("M",), points=points((9, 0), (9, -6)))
