import pytest

from cuttingroom.core.errors import EditRefused, InvalidInput
from cuttingroom.timeline.effects import FadeIn, FadeOut
from cuttingroom.timeline.excerpt import excerpt
from cuttingroom.timeline.invariants import check_timeline
from cuttingroom.timeline.model import CaptionSource, Timeline
from drawing import draw, frames, span, timeline


def with_fades(drawn: Timeline) -> Timeline:
    track = drawn.tracks[0]
    fades = (FadeIn(duration_ticks=frames(6)), FadeOut(duration_ticks=frames(6)))
    return drawn.with_track(
        track.with_elements([e.model_copy(update={"effects": fades}) for e in track.elements])
    )


@pytest.mark.parametrize(
    ("before", "kept", "after"),
    [
        ("video: A[10-34] B[0-24]", (0, 48), "video: A[10-34] B[0-24]"),
        ("video: A[10-34] B[0-24]", (6, 30), "video: A[16-34] B[0-6]"),
        ("video: A[10-34]x2 B[0-24]", (6, 18), "video: A[22-34]x2 B[0-6]"),
        ("video: A[0-24] ~6 B[0-24] C[0-9]", (6, 48), "video: A[6-24] ~6 B[0-24] C[0-6]"),
        ("video: A[0-24] ~6 B[0-24]", (20, 30), "video: B[2-12]"),
        ("video: A[0-24] ~6 B[0-24]", (10, 20), "video: A[10-20]"),
        ("video: A[0-48] | overlay: .10 T(20)", (20, 40), "video: A[20-40] | overlay: T(10)"),
        ("video: A[0-48] | audio fixed: .12 M[0-72]", (6, 24), "video: A[6-24] | audio fixed: .6 M[0-12]"),
        ("video: A[0-24] .24 B[0-24]", (30, 60), "video: .18 B[0-12]"),
    ],
)
def test_an_excerpt_is_what_plays_in_the_range(before: str, kept: tuple[int, int], after: str):
    part = excerpt(timeline(before), span(*kept))
    check_timeline(part)
    assert draw(part) == draw(timeline(after))


def test_a_fade_goes_when_its_end_of_the_element_does():
    drawn = with_fades(timeline("video: A[0-48]"))
    kinds = {
        kept: [e.type for e in excerpt(drawn, span(*kept)).tracks[0].elements[0].effects]
        for kept in ((0, 24), (12, 48), (12, 24))
    }
    assert kinds == {(0, 24): ["fade_in"], (12, 48): ["fade_out"], (12, 24): []}


def test_a_caption_keeps_its_text_however_much_of_it_is_heard():
    drawn = timeline("video: A[0-48] | captions: .10 T(20)")
    track, caption = drawn.get_element("T")
    source = caption.source.model_copy(update={"text": "one two", "words": caption.source.words * 2})
    drawn = drawn.with_track(track.with_elements([caption.model_copy(update={"source": source})]))
    _, part = excerpt(drawn, span(28, 48)).get_element("T")
    assert isinstance(part.source, CaptionSource)
    assert part.source.text == "one two"


@pytest.mark.parametrize(
    ("drawn", "kept", "error", "message"),
    [
        ("video: A[0-48]", (40, 60), EditRefused, "reaches outside the timeline, which lasts"),
        ("video: A[0-48]", (60, 70), EditRefused, "reaches outside the timeline"),
        ("video: A[0-24] .24 B[0-24]", (30, 40), InvalidInput, "Nothing plays"),
    ],
)
def test_a_range_without_anything_is_refused(drawn: str, kept: tuple[int, int], error, message: str):
    with pytest.raises(error, match=message):
        excerpt(timeline(drawn), span(*kept))
