"""Items tried on the timeline as it will then be."""

from hypothesis import given
from hypothesis import strategies as st

from cuttingroom.core.time import Ratio, ticks_to_seconds
from cuttingroom.planners.clock import Clock
from cuttingroom.planners.draft import list_references, try_items
from cuttingroom.timeline.edits.move import Move
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from cuttingroom.timeline.edits.ripple_remove import RippleRemove
from cuttingroom.timeline.edits.set_speed import SetSpeed
from cuttingroom.timeline.edits.split import Split
from planners.worlds import span, talk, three, ticks

CUT = RemoveRanges(ranges=(span(0, 10),)).model_dump(mode="json")
MUSIC = {"tool": "make_music", "mood": "warm", "duration_ticks": ticks(30)}


def lay(position: int) -> dict[str, object]:
    return {"tool": "add_music", "media": {"from_item": position}, "at_ticks": 0}


def test_each_item_is_tried_on_what_the_ones_before_it_leave():
    trials = try_items(talk(), [CUT, CUT])
    assert [ticks_to_seconds(t.before_ticks) for t in trials] == [120, 110]
    assert [ticks_to_seconds(t.after_ticks) for t in trials] == [110, 100]
    assert trials[0].targets == ("c1",)
    assert trials[0].title


def test_a_failed_item_changes_nothing_and_says_why():
    late = {"tool": "remove_ranges", "ranges": [span(500, 510).model_dump()]}
    trials = try_items(talk(), [late, CUT])
    assert trials[0].error
    assert trials[0].before_ticks == trials[0].after_ticks
    assert trials[1].error is None


def test_a_call_that_is_none_is_an_error_and_not_an_exception():
    trials = try_items(talk(), [{}, {"tool": "nothing"}, {"tool": "split"}, {"tool": None}])
    assert all(t.error for t in trials)


def test_an_expected_file_stands_in_for_one_that_is_not_made_yet():
    trials = try_items(talk(), [MUSIC, lay(1)])
    assert [t.error for t in trials] == [None, None]
    assert trials[1].call["media"] == {"from_item": 1}
    assert trials[1].tool is not None
    assert trials[1].tool.model_dump(mode="json")["media"] == {"from_item": 1}


def test_a_reference_must_go_back_to_an_item_that_makes_media():
    assert "does not come before" in str(try_items(talk(), [lay(1)])[0].error)
    assert "makes no media" in str(try_items(talk(), [CUT, lay(1)])[1].error)
    broken = {"tool": "make_music", "mood": "sour", "duration_ticks": 1}
    assert "cannot run" in str(try_items(talk(), [broken, lay(1)])[1].error)


def test_references_are_found_at_any_depth():
    assert list_references({"media": {"from_item": 3}}) == (3,)
    assert list_references({"media": {"artifact_id": "x"}}) == ()


@given(st.integers(0, 120))
def test_a_clock_follows_moments_through_a_cut(second: int):
    edit = RemoveRanges(ranges=(span(10, 20), span(50, 60)))
    clock = Clock.between(talk(), edit.apply(talk()))
    expected = second - max(0, min(second, 20) - 10) - max(0, min(second, 60) - 50)
    assert clock.place(ticks(second)) == ticks(expected)
    assert clock.place(ticks(second), is_end=True) == ticks(expected)


@given(st.integers(0, 120))
def test_a_clock_follows_moments_through_a_change_of_speed(second: int):
    split = Split(element_id="c1", at_ticks=ticks(60))
    before = split.apply(talk())
    clock = Clock.between(before, SetSpeed(element_ids=(split.right_id,), speed=Ratio.of(2)).apply(before))
    assert clock.place(ticks(second)) == ticks(min(second, 60) + max(0, second - 60) / 2)


def test_a_clock_follows_clips_through_cuts_and_moves():
    gone = Clock.between(three(), RippleRemove(element_ids=("c2",)).apply(three()))
    assert gone.follow(("c2",)) == ()
    assert gone.follow(("c1", "c3")) == ("c1", "c3")
    cut = RemoveRanges(ranges=(span(30, 40),))
    after = cut.apply(three())
    assert len(Clock.between(three(), after).follow(("c2",))) == 2
    moved = Clock.between(three(), Move(element_id="c1", to_ticks=ticks(90)).apply(three()))
    assert moved.place(ticks(5)) == ticks(95)
    assert moved.follow(("c1",)) == ("c1",)


def test_a_clock_of_a_split_moves_no_time_and_knows_both_halves():
    clock = Clock.between(three(), Split(element_id="c2", at_ticks=ticks(30), right_id="new").apply(three()))
    assert not clock.moves_time
    assert clock.follow(("c2",)) == ("c2", "new")
