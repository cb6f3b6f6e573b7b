from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cuttingroom.core.time import (
    TICKS_PER_SECOND,
    Rate,
    Ratio,
    TimeRange,
    format_ticks,
    invert_ranges,
    merge_ranges,
    round_half_up,
    seconds_to_ticks,
    ticks_to_seconds,
)

RATES = [Rate.of(x) for x in (24, 25, 30, 50, 60, 120, "24000/1001", "30000/1001", "60000/1001", "25/2")]
rates = st.sampled_from(RATES)
ticks = st.integers(-(2**50), 2**50)
ranges = st.builds(
    lambda start, length: TimeRange(start_ticks=start, duration_ticks=length),
    st.integers(-50, 50),
    st.integers(1, 30),
)
moments = range(-60, 90)


def covered(parts):
    return {t for t in moments if any(p.contains(t) for p in parts)}


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_frame_is_a_whole_number_of_ticks(rate):
    assert rate.frame_ticks * rate.fraction == TICKS_PER_SECOND


@pytest.mark.parametrize("sample_rate", [8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000, 192000])
def test_an_audio_sample_is_a_whole_number_of_ticks(sample_rate):
    assert TICKS_PER_SECOND % sample_rate == 0


@given(rates, ticks)
def test_snapping_goes_to_the_nearest_frame_and_stays_there(rate, at):
    snapped = rate.snap(at)
    assert snapped % rate.frame_ticks == 0
    assert -rate.frame_ticks < 2 * (snapped - at) <= rate.frame_ticks
    assert rate.snap(snapped) == snapped


@given(rates, st.integers(-(10**6), 10**6))
def test_snapping_a_half_goes_up(rate, frame):
    half = rate.ticks(frame) + (rate.frame_ticks + 1) // 2
    assert rate.frames(half) == frame + 1
    assert rate.frames(half - 1) == frame


@given(rates, ticks, ticks)
def test_snapping_keeps_the_order(rate, one, other):
    assert (one <= other) <= (rate.snap(one) <= rate.snap(other))


@given(rates, st.integers(-(10**9), 10**9))
def test_frames_and_ticks_are_inverse(rate, frame):
    assert rate.frames(rate.ticks(frame)) == frame


@pytest.mark.parametrize(
    "value", ["1/7", "241", "1/2", "0", "-24", "24.5e999999999", "1/0", "fast", [], None, True]
)
def test_a_rate_without_exact_frames_is_refused(value):
    with pytest.raises(ValidationError):
        Rate.of(value)


@pytest.mark.parametrize(
    ("value", "ratio"),
    [("3/2", (3, 2)), (2, (2, 1)), (0.5, (1, 2)), (0.1, (1, 10)), ({"num": 4, "den": 6}, (2, 3))],
)
def test_a_ratio_is_in_lowest_terms(value, ratio):
    found = Ratio.model_validate(value)
    assert (found.num, found.den) == ratio
    assert Ratio.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize(
    "value", [0, -1, "1/0", float("nan"), float("inf"), {"num": 1, "den": 0}, "9" * 99, "1e400"]
)
def test_a_ratio_that_is_no_positive_fraction_is_refused(value):
    with pytest.raises(ValidationError):
        Ratio.model_validate(value)


@given(st.fractions())
def test_rounding_is_half_up(value):
    rounded = round_half_up(value)
    assert -Fraction(1, 2) < rounded - value <= Fraction(1, 2)


@given(st.integers(-(10**9), 10**9))
def test_milliseconds_survive_the_way_through_seconds(milliseconds):
    at = seconds_to_ticks(Fraction(milliseconds, 1000))
    assert round(ticks_to_seconds(at) * 1000) == milliseconds
    assert seconds_to_ticks(str(Fraction(milliseconds, 1000))) == at


def test_a_float_means_the_decimal_that_people_see():
    assert seconds_to_ticks(0.1) == TICKS_PER_SECOND // 10


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00.00"),
        (65.25, "1:05.25"),
        (3599.999, "1:00:00.00"),
        (3661.5, "1:01:01.50"),
        (-1.5, "-0:01.50"),
    ],
)
def test_times_read_as_people_write_them(seconds, text):
    assert format_ticks(seconds_to_ticks(seconds)) == text


def test_times_can_leave_out_the_fraction():
    assert format_ticks(seconds_to_ticks(59.6), decimals=0) == "1:00"


@given(ranges, ranges)
def test_the_intersection_holds_what_both_hold(one, other):
    both = one.intersection(other)
    assert covered([both] if both else []) == covered([one]) & covered([other])


@given(ranges, st.integers(-9, 9))
def test_a_shifted_range_holds_shifted_moments(one, by):
    assert one.shifted(by).duration_ticks == one.duration_ticks
    assert all(one.shifted(by).contains(t + by) == one.contains(t) for t in moments)


@given(st.lists(ranges))
def test_merging_keeps_the_time_and_leaves_gaps_between(parts):
    merged = merge_ranges(parts)
    assert covered(merged) == covered(parts)
    assert all(a.end_ticks < b.start_ticks for a, b in pairwise(merged))


@given(st.lists(ranges), ranges)
def test_inverting_leaves_what_no_range_holds(parts, whole):
    rest = invert_ranges(parts, whole)
    assert covered(rest) == covered([whole]) - covered(parts)
    assert all(a.end_ticks < b.start_ticks for a, b in pairwise(rest))


@pytest.mark.parametrize("length", [0, -1])
def test_a_range_lasts(length):
    with pytest.raises(ValidationError):
        TimeRange(start_ticks=0, duration_ticks=length)
