import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.model import CaptionSource
from cuttingroom.timeline.pieces import part_of, reach_of, stretched
from drawing import FILE_FRAMES, frames, span, timeline, word
from random_edits import quick, timelines


def only(drawn):
    return timeline(drawn).tracks[0].elements[0]


@pytest.mark.parametrize(
    ("drawn", "reach"),
    [
        ("video: .10 A[20-60]", (-10, FILE_FRAMES - 10)),
        ("video: .10 A[20-60]x2", (0, FILE_FRAMES // 2)),
        ("video: .10 A[20-60]x1/2", (-30, 2 * FILE_FRAMES - 30)),
        ("video: .10 A[60-20]", (70 - FILE_FRAMES, 70)),
        ("video: .10 A[60-20]x2", (40 - FILE_FRAMES // 2, 40)),
    ],
)
def test_a_file_reaches_as_far_as_it_lasts(drawn, reach):
    assert reach_of(only(drawn)) == span(*reach)


def test_stills_and_titles_reach_anywhere():
    assert reach_of(only("video: S{9}")) is None


@quick
@given(timelines(), st.data())
def test_the_parts_of_an_element_play_what_the_whole_did(before, data):
    for element in (e for t in before.tracks for e in t.elements):
        cuts = range(element.start_ticks + frames(1), element.end_ticks, frames(1))
        if not cuts:
            continue
        at = data.draw(st.sampled_from(cuts))
        left = part_of(element, TimeRange.between(element.start_ticks, at), keeps_fade_out=False)
        right = part_of(element, TimeRange.between(at, element.end_ticks), id="r", keeps_fade_in=False)
        assert left.duration_ticks + right.duration_ticks == element.duration_ticks
        if element.source.kind == "media":
            assert left.source.opening_ticks == element.source.opening_ticks
            assert left.source.closing_ticks == right.source.opening_ticks
            assert right.source.closing_ticks == element.source.closing_ticks
        muted = sum(e.range.duration_ticks for x in (left, right) for e in x.effects if e.type == "mute")
        assert muted == sum(e.range.duration_ticks for e in element.effects if e.type == "mute")
        assert part_of(element, element.range) is element


def test_a_caption_keeps_its_text_until_a_word_is_lost():
    caption = timeline("captions: c(30)").get_element("c")[1]
    said = (word("one", 0, 10), word("two", 12, 28))
    caption = caption.model_copy(update={"source": CaptionSource(text="one\ntwo", words=said)})
    longer = stretched(caption, frames(60))
    assert longer.source.text == "one\ntwo"
    assert longer.source.words == (word("one", 0, 20), word("two", 24, 56))
    assert part_of(caption, span(0, 11)).source == caption.source.model_copy(
        update={"text": "one", "words": said[:1]}
    )
