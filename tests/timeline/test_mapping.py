import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuttingroom.timeline.mapping import (
    find_source_ticks,
    find_timeline_range,
    list_players,
    list_timeline_ranges,
    timeline_ticks,
)
from drawing import frames, span, timeline
from random_edits import quick, timelines


@pytest.mark.parametrize(
    ("drawn", "source", "played"),
    [
        ("video: .10 A[20-60]", (30, 40), (20, 30)),
        ("video: .10 A[20-60]", (0, 25), (10, 15)),
        ("video: .10 A[20-60]", (50, 90), (40, 50)),
        ("video: .10 A[20-60]", (0, 900), (10, 50)),
        ("video: .10 A[20-60]x2", (30, 40), (15, 20)),
        ("video: .10 A[20-60]x1/2", (30, 40), (30, 50)),
        ("video: .10 A[20-60]", (60, 70), None),
        ("video: .10 A[60-20]", (30, 40), (30, 40)),
        ("video: .10 A[60-20]", (0, 25), (45, 50)),
        ("video: .10 A[60-20]", (50, 90), (10, 20)),
        ("video: .10 A[60-20]x2", (30, 40), (20, 25)),
        ("video: S{9}", (0, 9), None),
    ],
)
def test_a_stretch_of_a_file_plays_where_its_element_plays_it(drawn, source, played):
    element = timeline(drawn).tracks[0].elements[0]
    assert find_timeline_range(element, span(*source)) == (span(*played) if played else None)


def test_a_file_may_play_several_times():
    drawn = timeline("video: A@f[0-20] B@g[0-20] C@f[10-30] D@f[10-30]")
    assert [e.id for e in list_players(drawn.tracks, "f")] == ["A", "C", "D"]
    assert list_timeline_ranges(drawn.tracks, "f", span(10, 20)) == [span(10, 20), span(40, 50), span(60, 70)]


def test_what_plays_at_a_moment_is_found_with_its_source():
    drawn = timeline("video: A[0-20] ~5 B[30-50]x2 .5 S{5}")
    track = drawn.tracks[0]
    assert find_source_ticks(track, frames(3)) == ("file_A", frames(3))
    assert find_source_ticks(track, frames(16)) == ("file_B", frames(32))
    assert find_source_ticks(track, frames(26)) is None
    assert find_source_ticks(track, frames(31)) is None


@quick
@given(timelines(), st.data())
def test_there_and_back_is_the_same_moment_to_a_tick(before, data):
    for element in (e for t in before.tracks for e in t.elements if e.source.kind == "media"):
        at = data.draw(st.integers(element.start_ticks, element.end_ticks))
        assert abs(timeline_ticks(element, element.source_ticks_at(at)) - at) <= 1
