import pytest
from pydantic import ValidationError

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.split import Split
from cuttingroom.timeline.edits.zoom import Zoom
from cuttingroom.timeline.effects import Zoom as ZoomEffect
from drawing import RATE, assert_round_trip, span, timeline


def zooms(after, element_id):
    """From and to which frame, and the scales, of each zoom."""
    found = [e for e in after.get_element(element_id)[1].effects if isinstance(e, ZoomEffect)]
    frame = RATE.frame_ticks
    return [
        (z.range.start_ticks // frame, z.range.end_ticks // frame, z.from_scale, z.to_scale) for z in found
    ]


def test_a_push_goes_over_each_element():
    before = timeline("video: A[0-48] B[0-24]")
    edit = Zoom(element_ids=("A", "B"), from_scale=1, to_scale=1.3)
    after = edit.apply(before)
    assert (zooms(after, "A"), zooms(after, "B")) == ([(0, 48, 1, 1.3)], [(0, 24, 1, 1.3)])
    assert_round_trip(before, edit, after)


def test_a_push_over_a_range_goes_on_through_a_cut():
    before = timeline("video: A[0-48] B[0-24] C[0-24]")
    edit = Zoom(range=span(24, 60), to_scale=1.5)
    after = edit.apply(before)
    assert (zooms(after, "A"), zooms(after, "B"), zooms(after, "C")) == (
        [(24, 60, 1, 1.5)],
        [(-24, 12, 1, 1.5)],
        [],
    )
    assert_round_trip(before, edit, after)


def test_a_punch_in_is_only_there_for_its_range():
    before = timeline("video: A[0-48]")
    edit = Zoom(element_ids=("A",), range=span(10, 20), from_scale=1.5, to_scale=1.5)
    after = edit.apply(before)
    assert zooms(after, "A") == [(9, 10, 1, 1.5), (19, 20, 1.5, 1)]
    assert edit.describe(before) == "Punch in on media 1 at 0:00.00 at 0:00.42-0:00.83 to 150 %"
    whole = Zoom(element_ids=("A",), from_scale=1.5, to_scale=1.5).apply(after)
    assert zooms(whole, "A") == [(0, 48, 1.5, 1.5)]
    assert zooms(Zoom(element_ids=("A",), to_scale=1).apply(whole), "A") == []


def test_a_zoom_keeps_its_moments_through_a_split():
    before = Zoom(element_ids=("A",), to_scale=1.5).apply(timeline("video: A[0-48]"))
    after = Split(element_id="A", at_ticks=span(0, 20).end_ticks, right_id="A2").apply(before)
    assert (zooms(after, "A"), zooms(after, "A2")) == ([(0, 48, 1, 1.5)], [(-20, 28, 1, 1.5)])


def test_zoom_wants_something_to_zoom_on():
    before = timeline("video: A[0-48] .24 B[0-24]")
    with pytest.raises(ValidationError, match="give elements, a range or both"):
        Zoom()
    with pytest.raises(EditRefused, match="No picture plays"):
        Zoom(range=span(50, 60)).apply(before)
    assert Zoom(range=span(0, 24), to_scale=1.25).describe(before) == (
        "Zoom in on media 1 at 0:00.00 at 0:00.00-0:01.00 from 100 % to 125 %, "
        "and stay there to the end of the clip"
    )
