import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.fade_out import FadeOut
from cuttingroom.timeline.edits.keep_ranges import KeepRanges
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from drawing import assert_edit, draw, frames, span, timeline


@pytest.mark.parametrize(
    ("before", "ranges", "after"),
    [
        ("video: A[0-48]", [(10, 20)], "video: A[0-10] N_1@file_A[20-48]"),
        ("video: A[0-48]", [(0, 20)], "video: A[20-48]"),
        ("video: A[0-48] B[0-24]", [(40, 60)], "video: A[0-40] B[12-24]"),
        (
            "video: A[0-48] B[0-24]",
            [(2, 4), (10, 20), (15, 22), (70, 72)],
            "video: A[0-2] N_1@file_A[4-10] N_2@file_A[22-48] B[0-22]",
        ),
        ("video: A[0-48] B[0-24] C[0-10]", [(40, 75)], "video: A[0-40] C[3-10]"),
        ("video: A[0-48]x2", [(6, 12)], "video: A[0-12]x2 N_1@file_A[24-48]x2"),
        ("video: A[0-48] ~6 B[0-24]", [(10, 20)], "video: A[0-10] N_1@file_A[20-48] ~6 B[0-24]"),
        ("video: A[0-48] ~6 B[0-24]", [(44, 46)], "video: A[0-44] B[4-24]"),
        ("video: A[0-48] ~6 B[0-24]", [(48, 50)], "video: A[0-48] B[8-24]"),
        (
            "video: A[0-48] | overlay: .5 T(20) S{10} | captions: .8 c(10) d(10)",
            [(10, 20)],
            "video: A[0-10] N_1@file_A[20-48] | overlay: .5 T(10) S{10} | captions: .10 d(8)",
        ),
        (
            "video: A[0-48] | audio music fixed: M[0-48] | audio long fixed: L[0-90]",
            [(10, 20)],
            "video: A[0-10] N_1@file_A[20-48] | audio music fixed: M[0-38] | audio long fixed: L[0-90]",
        ),
        (
            "video: A[0-48] | audio music fixed: M[0-40] .2 O[0-6]",
            [(10, 20)],
            "video: A[0-10] N_1@file_A[20-48] | audio music fixed: M[0-38]",
        ),
    ],
)
def test_remove_ranges_cuts_every_following_track_and_closes_up(before, ranges, after):
    edit = RemoveRanges(ranges=tuple(span(*r) for r in ranges), id_prefix="N")
    result = assert_edit(before, edit, after)
    kept = KeepRanges(ranges=_complement(ranges, 72 if "B" in before else 48), id_prefix="N")
    if (
        result.duration_ticks
        and "L" not in before
        and "C" not in before
        and "x2" not in before
        and "~" not in before
    ):
        assert draw(kept.apply(timeline(before))) == draw(result)


def _complement(ranges, end):
    kept, position = [], 0
    for start, stop in sorted(ranges):
        if start > position:
            kept.append(span(position, start))
        position = max(position, stop)
    return tuple(kept + ([span(position, end)] if position < end else []))


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ([(40, 60)], "reaches outside the timeline, which lasts 0:02.00"),
        ([(0, 48)], "Nothing would remain"),
    ],
)
def test_remove_ranges_refuses_what_is_not_there_and_what_leaves_nothing(ranges, message):
    with pytest.raises(EditRefused, match=message):
        RemoveRanges(ranges=tuple(span(*r) for r in ranges)).apply(timeline("video: A[0-48]"))


def test_remove_ranges_refuses_less_than_a_frame():
    with pytest.raises(EditRefused, match="at least one frame"):
        RemoveRanges(ranges=(TimeRange(start_ticks=0, duration_ticks=5),)).apply(timeline("video: A[0-48]"))


def test_pieces_keep_the_effects_that_belong_to_them():
    before = timeline("video: A[0-48]")
    before = FadeIn(element_id="A", duration_ticks=frames(4)).apply(before)
    before = FadeOut(element_id="A", duration_ticks=frames(4)).apply(before)
    before = MuteRange(range=span(8, 24)).apply(before)
    after = RemoveRanges(ranges=(span(10, 20),), id_prefix="N").apply(before)
    first, second = after.tracks[0].elements
    assert [e.type for e in first.effects] == ["fade_in", "mute"]
    assert [e.type for e in second.effects] == ["fade_out", "mute"]
    assert [e.range for x in (first, second) for e in x.effects if e.type == "mute"] == [
        span(8, 10),
        span(0, 4),
    ]


def test_a_caption_loses_the_words_that_are_cut():
    from drawing import word

    before = timeline("video: A[0-48] | captions: c(30)")
    _, caption = before.get_element("c")
    said = (word("one", 0, 8), word("two", 10, 18), word("three", 20, 28))
    source = caption.source.model_copy(update={"words": said, "text": "one\ntwo three"})
    track = before.get_track("captions").with_elements([caption.model_copy(update={"source": source})])
    after = RemoveRanges(ranges=(span(9, 19),)).apply(before.with_track(track))
    _, shorter = after.get_element("c")
    assert shorter.duration_ticks == frames(20)
    assert shorter.source.text == "one three"
    assert shorter.source.words == (word("one", 0, 8), word("three", 10, 18))
