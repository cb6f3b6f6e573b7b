"""Parts of a video meet on frames and lose none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import Rate, TimeRange
from cuttingroom.tools.parts import Parts

NTSC = Rate(num=30_000, den=1001)


def whole(frames: int, first: int = 0) -> TimeRange:
    return TimeRange.between(NTSC.ticks(first), NTSC.ticks(first + frames))


@given(st.integers(100, 100_000), st.integers(0, 500), st.integers(2, 100))
def test_equal_parts_differ_by_at_most_a_frame_and_hold_every_frame_once(frames: int, first: int, n: int):
    parts = Parts(n=n).ranges(whole(frames, first), NTSC)
    lengths = [NTSC.frames(p.duration_ticks) for p in parts]
    assert (len(parts), sum(lengths)) == (n, frames)
    assert max(lengths) - min(lengths) <= 1
    assert [p.start_ticks for p in parts[1:]] == [p.end_ticks for p in parts[:-1]]
    assert all(p.start_ticks % NTSC.frame_ticks == 0 for p in parts)


@given(st.integers(1, 9_000), st.integers(90, 3_000))
def test_of_parts_of_a_length_only_the_last_is_shorter(frames: int, length: int):
    parts = Parts(every_ticks=NTSC.ticks(length)).ranges(whole(frames), NTSC)
    assert all(NTSC.frames(p.duration_ticks) == length for p in parts[:-1])
    assert 0 < NTSC.frames(parts[-1].duration_ticks) <= length
    assert (parts[0].start_ticks, parts[-1].end_ticks) == (0, NTSC.ticks(frames))


def test_too_many_parts_and_contradictions_are_refused():
    with pytest.raises(InvalidInput, match="would be 101 parts; 100 at most"):
        Parts(every_ticks=NTSC.ticks(10)).ranges(whole(1001), NTSC)
    with pytest.raises(InvalidInput, match="5 at most"):
        Parts(n=6).ranges(whole(5), NTSC)
    for wrong in ({}, {"n": 3, "every_ticks": 5}, {"n": 1}):
        with pytest.raises(ValidationError):
            Parts.model_validate(wrong)
