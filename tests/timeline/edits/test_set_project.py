import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cuttingroom.core.errors import EditRefused, InvalidInput
from cuttingroom.core.time import Rate
from cuttingroom.timeline.edits.set_project import SetProject
from cuttingroom.timeline.invariants import check_timeline
from cuttingroom.timeline.model import CaptionSource, Element, MediaSource
from drawing import assert_round_trip, timeline
from random_edits import quick, timelines

RATES = [Rate.of(r) for r in (12, 24, 25, 30, "30000/1001", 50, 60, 120)]


@quick
@given(timelines(), st.lists(st.sampled_from(RATES), min_size=1, max_size=3))
def test_a_new_rate_keeps_every_moment_and_length_to_within_a_frame(before, rates):
    for rate in rates:
        edit = SetProject(rate=rate)
        try:
            after = edit.apply(before)
        except (EditRefused, InvalidInput):
            return
        check_timeline(after)
        for track in before.tracks:
            for old in track.elements:
                new = after.get_element(old.id)[1]
                assert abs(new.start_ticks - old.start_ticks) <= rate.frame_ticks
                assert abs(new.end_ticks - old.end_ticks) <= rate.frame_ticks
                assert _text(new) == _text(old)
                _assert_in_step(old, new, rate)
            assert len(after.get_track(track.id).transitions) == len(track.transitions)
        assert_round_trip(before, edit, after)
        before = after


def _text(element: Element) -> str:
    return element.source.text if isinstance(element.source, CaptionSource) else ""


def _assert_in_step(old: Element, new: Element, rate: Rate) -> None:
    """What plays in the middle of an element is what played then."""
    if isinstance(old.source, MediaSource):
        middle = (old.start_ticks + old.end_ticks) // 2
        assert abs(new.source_ticks_at(middle) - old.source_ticks_at(middle)) <= (
            rate.frame_ticks * old.speed.fraction
        )


@pytest.mark.parametrize("rate", [25, 60, "30000/1001"])
def test_neighbours_stay_neighbours(rate):
    before = timeline("video: A[0-37] B[0-11] ~5 C[3-40] | captions: D(17) E(20)")
    after = SetProject(rate=Rate.of(rate)).apply(before)
    a, b, c = after.tracks[0].elements
    assert a.end_ticks == b.start_ticks
    assert after.tracks[0].transitions[0].duration_ticks == b.end_ticks - c.start_ticks > 0
    assert after.tracks[1].elements[0].end_ticks == after.tracks[1].elements[1].start_ticks


def test_pieces_of_less_than_a_frame_are_refused_when_they_cannot_keep_their_moment():
    crumbs = timeline("video: A[0-1] B[0-1] C[0-1] D[0-1] E[0-48]")
    with pytest.raises(EditRefused, match="too short for 12 frames per second"):
        SetProject(rate=Rate.of(12)).apply(crumbs)


def test_size_and_background_leave_the_tracks_alone():
    before = timeline("video: A[0-48] | overlay: T(9)")
    edit = SetProject(width=1280, height=720, background="#ffffff")
    after = edit.apply(before)
    assert after.tracks == before.tracks
    assert (after.settings.width, after.settings.height, after.settings.background) == (1280, 720, "#ffffff")
    assert edit.describe(before) == "Set the project to 1280 x 720, background #ffffff"
    assert_round_trip(before, edit, after)


def test_a_caption_keeps_its_words():
    before = timeline("captions: C(5)")
    element = before.tracks[0].elements[0]
    source = element.source.model_copy(update={"text": "tick", "words": (_word(before, 4.6, 5),)})
    before = before.with_track(
        before.tracks[0].with_elements([element.model_copy(update={"source": source})])
    )
    after = SetProject(rate=Rate.of(12)).apply(before).tracks[0].elements[0]
    assert [w.text for w in after.source.words] == ["tick"]
    assert after.source.words[0].end_ticks <= after.duration_ticks


def _word(before, start, end):
    frame = before.rate.frame_ticks
    word = before.tracks[0].elements[0].source.words[0]
    return word.model_copy(
        update={"text": "tick", "start_ticks": int(start * frame), "end_ticks": int(end * frame)}
    )


def test_set_project_wants_something_to_set():
    with pytest.raises(ValidationError, match="say what to change"):
        SetProject()
