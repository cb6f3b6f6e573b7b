"""Ramps of speed, and exact lengths."""

from itertools import pairwise

import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.fit_duration import FitDuration
from cuttingroom.timeline.edits.ramp_speed import RampSpeed
from cuttingroom.timeline.invariants import check_timeline
from drawing import RATE, assert_edit, assert_round_trip, draw, frames, span, timeline


def ramp(before, **fields):
    edit = RampSpeed(element_id="A", id_prefix="N", **fields)
    after = edit.apply(before)
    check_timeline(after)
    assert_round_trip(before, edit, after)
    return edit, after


def test_a_ramp_goes_evenly_from_one_speed_to_the_other():
    before = timeline("video: A[0-240] B[0-24]")
    edit, after = ramp(before, from_speed=1, to_speed=3, range=span(48, 168))
    pieces = after.tracks[0].elements[:-1]
    speeds = [float(e.speed.fraction) for e in pieces]
    head, steps, tail = speeds[0], speeds[1:-1], speeds[-1]
    assert (head, tail) == (1, 1)
    assert len(steps) >= 12
    assert steps == sorted(steps)
    assert 1 < steps[0] < 1.1
    assert 2.9 < steps[-1] < 3
    assert sum(e.duration_ticks for e in pieces[1:-1]) == frames(60)
    assert "0:02.50 in place of 0:05.00" in edit.describe(before)


def test_the_pieces_of_a_ramp_play_the_file_without_holes():
    for drawn in ("video: A[0-240] B[0-24]", "video: A[240-0] B[0-24]", "video: A[0-240]x2 B[0-24]"):
        before = timeline(drawn)
        _, after = ramp(before, from_speed="1/2", to_speed=2)
        pieces = [e.source for e in after.tracks[0].elements[:-1]]
        assert pieces[0].opening_ticks == before.tracks[0].elements[0].source.opening_ticks
        assert pieces[-1].closing_ticks == before.tracks[0].elements[0].source.closing_ticks
        assert all(a.closing_ticks == b.opening_ticks for a, b in pairwise(pieces))
        assert after.get_element("B")[1].start_ticks == after.tracks[0].elements[-2].end_ticks


def test_titles_stay_over_what_they_were_over_in_a_ramp():
    before = timeline("video: A[0-240] B[0-24] | overlay: .120 T(24) .96 U(5) | audio fixed: M[0-264]")
    _, after = ramp(before, from_speed=1, to_speed=3)
    assert RATE.frames(after.get_element("U")[1].start_ticks) == 120
    title = after.get_element("T")[1]
    lead = [e for e in after.tracks[0].elements if e.range.contains(title.start_ticks)]
    assert abs(lead[0].source_ticks_at(title.start_ticks) - frames(120)) <= frames(2)
    assert after.get_element("M")[1].end_ticks == after.tracks[0].end_ticks


def test_a_ramp_leaves_transitions_alone():
    before = timeline("video: A[0-96] ~6 B[0-24]")
    _, after = ramp(before, from_speed=1, to_speed=2)
    (joint,) = after.tracks[0].transitions
    assert joint.left_id == after.tracks[0].elements[-2].id
    assert joint.duration_ticks == frames(6)
    assert after.tracks[0].elements[-2].speed.fraction == 1


@pytest.mark.parametrize(
    ("drawn", "fields", "message"),
    [
        ("video: A[0-48]", {"from_speed": 1, "to_speed": 1}, "is no change"),
        ("video: A[0-48]", {"from_speed": 1, "to_speed": 30}, "outside 1/20 to 20"),
        ("video: A[0-48]", {"from_speed": 1, "to_speed": 2, "range": span(40, 60)}, "reaches outside"),
        ("video: A[0-48] ~6 B[0-9]", {"from_speed": 1, "to_speed": 2, "range": span(0, 48)}, "by itself"),
        ("video: A[0-48]", {"from_speed": 10, "to_speed": 20, "range": span(0, 6)}, "too short"),
        ("video: A{20}", {"from_speed": 1, "to_speed": 2}, "only media does"),
    ],
)
def test_a_ramp_refuses_what_it_cannot_do(drawn, fields, message):
    with pytest.raises(InvalidInput, match=message):
        RampSpeed(element_id="A", **fields).apply(timeline(drawn))


@pytest.mark.parametrize(
    ("before", "fields", "after"),
    [
        ("video: A[0-48]", {"duration_ticks": frames(24)}, "video: A[0-48]x2"),
        ("video: A[0-48] B[0-24]", {"duration_ticks": frames(36)}, "video: A[0-48]x2 B[0-24]x2"),
        ("video: A[0-48] .6 B[0-24]", {"duration_ticks": frames(42)}, "video: A[0-48]x2 .6 B[0-24]x2"),
        ("video: .6 A[0-48] ~6 B[0-24]", {"duration_ticks": frames(36)}, "video: .6 A[0-48]x2 ~6 B[0-24]x2"),
        ("video: A[0-48] S{24}", {"duration_ticks": frames(144)}, "video: A[0-48]x1/2 S{48}"),
        (
            "video: A[48-0] B[0-24] | overlay: .24 T(12)",
            {"element_ids": ("A",), "duration_ticks": frames(96)},
            "video: A[48-0]x1/2 B[0-24] | overlay: .48 T(24)",
        ),
    ],
)
def test_fit_duration_brings_the_end_exactly_there(before, fields, after):
    assert_edit(before, FitDuration(**fields), after)


def test_fit_duration_is_exact_whatever_the_pieces():
    before = timeline("video: A[0-47]x3/2 B[0-31] C[0-11]x2 ~2 D[100-53]")
    for length in (61, 77, 97, 200):
        edit = FitDuration(duration_ticks=frames(length))
        after = edit.apply(before)
        check_timeline(after)
        assert after.tracks[0].end_ticks == frames(length)
        assert_round_trip(before, edit, after)


@pytest.mark.parametrize(
    ("drawn", "fields", "message"),
    [
        ("video: A[0-48]", {"duration_ticks": frames(48)}, "already"),
        ("video: A[0-960]", {"duration_ticks": frames(24)}, "would have to play at 40 times"),
        ("video: A[0-48] .30 B[0-9]", {"duration_ticks": frames(24)}, "no room for 2 pieces and gaps"),
        (
            "video: A[0-48] | audio: M[0-48]",
            {"element_ids": ("A", "M"), "duration_ticks": frames(24)},
            "several tracks",
        ),
    ],
)
def test_fit_duration_refuses_what_cannot_be(drawn, fields, message):
    with pytest.raises(InvalidInput, match=message):
        FitDuration(**fields).apply(timeline(drawn))


def test_fit_duration_says_how_much_faster():
    before = timeline("video: A[0-48]")
    said = FitDuration(duration_ticks=frames(24)).describe(before)
    assert "exactly 0:01.00 (2 times as fast)" in said
    assert draw(FitDuration(duration_ticks=frames(24)).apply(before)) == "video: A[0-48]x2"
