import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from cuttingroom.timeline.edits.reverse import Reverse
from cuttingroom.timeline.edits.ripple_trim import RippleTrim
from cuttingroom.timeline.edits.set_speed import SetSpeed
from cuttingroom.timeline.edits.split import Split
from drawing import assert_edit, frames, span, timeline


@pytest.mark.parametrize(
    ("before", "element_ids", "after"),
    [
        ("video: A[0-48] B[10-24]", ["B"], "video: A[0-48] B[24-10]"),
        ("video: A[0-48] B[24-10]", ["A", "B"], "video: A[48-0] B[10-24]"),
        ("video: A[0-48]x2 ~6 B[10-34]", ["A"], "video: A[48-0]x2 ~6 B[10-34]"),
        ("video: A[0-48] | audio: M[0-48]", ["M"], "video: A[0-48] | audio: M[48-0]"),
    ],
)
def test_reverse_turns_elements_round_in_place(before, element_ids, after):
    assert_edit(before, Reverse(element_ids=tuple(element_ids)), after)


@pytest.mark.parametrize(
    ("edit", "after"),
    [
        (Split(element_id="A", at_ticks=frames(10), right_id="R"), "video: A[48-38] R@file_A[38-0]"),
        (RemoveRanges(ranges=(span(10, 20),), id_prefix="N"), "video: A[48-38] N_1@file_A[28-0]"),
        (SetSpeed(element_ids=("A",), speed=2), "video: A[48-0]x2"),
        (RippleTrim(element_id="A", range=span(0, 60)), None),
        (RippleTrim(element_id="A", range=span(4, 48)), "video: A[44-0]"),
    ],
)
def test_edits_of_what_plays_backwards_keep_the_pictures_where_they_are(edit, after):
    before = timeline("video: A[48-0]")
    if after is None:
        with pytest.raises(InvalidInput, match="can play at most"):
            edit.apply(before)
    else:
        assert_edit(before, edit, after)


def test_what_plays_backwards_grows_towards_the_start_of_its_file():
    assert_edit("video: A[48-20]", RippleTrim(element_id="A", range=span(0, 38)), "video: A[48-10]")


def test_mutes_go_with_the_moments_of_the_file_and_fades_stay_at_the_edges():
    before = FadeIn(element_id="A", duration_ticks=frames(8)).apply(timeline("video: A[0-48]"))
    before = MuteRange(range=span(10, 20)).apply(before)
    after = Reverse(element_ids=("A",)).apply(before)
    fade, mute = after.get_element("A")[1].effects
    assert (fade.type, fade.duration_ticks, mute.range) == ("fade_in", frames(8), span(28, 38))
    assert Reverse(element_ids=("A",)).apply(after) == before


def test_reverse_refuses_what_has_no_time_of_its_own():
    with pytest.raises(InvalidInput, match="only media can"):
        Reverse(element_ids=("S",)).apply(timeline("video: S{20}"))


def test_reverse_says_which_way():
    assert Reverse(element_ids=("A",)).describe(timeline("video: A[0-9]")).endswith("backwards")
    assert Reverse(element_ids=("A",)).describe(timeline("video: A[9-0]")).endswith("forwards again")
