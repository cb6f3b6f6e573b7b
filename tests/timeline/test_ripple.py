from hypothesis import given
from hypothesis import strategies as st

from cuttingroom.timeline.ripple import (
    Cuts,
    count_ids,
    cut_time,
    find_lead_track,
    lone_edges,
    mended,
    moving_tracks,
    open_time,
)
from drawing import draw, frames, span, timeline
from random_edits import quick, timelines


def test_the_main_track_pulls_its_followers_and_others_only_themselves():
    drawn = timeline("audio m fixed: | audio v: | video: | overlay:")
    assert find_lead_track(drawn).id == "video"
    assert moving_tracks(drawn, "video") == {"v", "video", "overlay"}
    assert moving_tracks(drawn, "overlay") == {"overlay"}
    assert find_lead_track(timeline("captions: | audio:")).id == "audio"
    assert find_lead_track(timeline("captions:")) is None


@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 20)), min_size=1, max_size=5), st.integers(0, 120)
)
def test_a_moment_lands_after_the_time_that_is_left_before_it(parts, at):
    ranges = [span(a, a + n) for a, n in parts]
    gone = {f for f in range(at) if any(r.contains(frames(f)) for r in ranges)}
    assert Cuts(ranges).place(frames(at)) == frames(at - len(gone))


@quick
@given(timelines(), st.integers(0, 60), st.integers(1, 20))
def test_time_that_is_opened_and_cut_again_leaves_all_media_in_place(before, at, length):
    tracks = {t.id for t in before.tracks}
    opened = open_time(before, frames(at), frames(length), tracks, count_ids("o"))
    closed = cut_time(opened, [span(at, at + length)], tracks, count_ids("c"))
    for old, new in zip(before.tracks, closed.tracks, strict=True):
        assert sum(e.duration_ticks for e in new.elements) <= sum(e.duration_ticks for e in old.elements)
        assert new.end_ticks <= old.end_ticks
        edges = [e.start_ticks for e in old.elements if e.start_ticks > frames(at + length)]
        assert [e.start_ticks for e in new.elements if e.start_ticks > frames(at + length)][
            : len(edges)
        ] == edges


def test_no_time_changes_nothing():
    drawn = timeline("video: A[0-48]")
    assert cut_time(drawn, [], {"video"}, count_ids("n")) is drawn
    assert open_time(drawn, 0, 0, {"video"}, count_ids("n")) is drawn


def test_mending_drops_transitions_that_lost_their_place_and_shortens_those_that_shrank():
    track = timeline("video: A[0-48] ~6 B[0-24] ~6 C[0-24]").tracks[0]
    a, b, c = track.elements
    apart = track.with_elements([a, b.moved_to(b.start_ticks + frames(2)), c.moved_to(frames(90))])
    assert [(t.id, t.duration_ticks) for t in mended(apart).transitions] == [("A_B", frames(4))]
    assert draw(timeline("video: A[0-9]")) == "video: A[0-9]"


def test_an_element_between_two_transitions_may_never_play_alone():
    track = timeline("video: A[0-12] ~6 B[0-12] ~6 C[0-12]").tracks[0]
    assert lone_edges(track, track.elements[1]) == (frames(12), frames(12))
    assert lone_edges(track, track.elements[0]) == (0, frames(6))


def test_counted_ids_are_stable_and_never_too_long():
    ids = count_ids("x" * 40)
    assert [next(ids), next(ids)] == ["x" * 30 + "_1", "x" * 30 + "_2"]
