import pytest

from cuttingroom.core.errors import EditRefused, InvalidInput
from cuttingroom.timeline.edits.add_card import AddCard
from cuttingroom.timeline.model import ColourSource, TextSource
from drawing import assert_edit, assert_round_trip, frames, timeline


def card(**options) -> AddCard:
    values = {
        "text": "Summer 2026",
        "duration_ticks": frames(24),
        "card_id": "K",
        "title_id": "W",
        "new_track_id": "words",
        "id_prefix": "p",
    }
    return AddCard.model_validate(values | options)


@pytest.mark.parametrize(
    ("before", "options", "after"),
    [
        (
            "video: A[0-48] | overlay: .10 T(9) | audio music fixed: M[0-48]",
            {},
            "video: K(24) A[0-48] | overlay: W(24) .10 T(9) | audio music fixed: M[0-48]",
        ),
        ("video: A[0-48]", {"at": "end"}, "video: A[0-48] K(24) | overlay words: .48 W(24)"),
        (
            "video: A[0-48] B[0-24]",
            {"at_ticks": frames(12)},
            "video: A[0-12] K(24) p_1@file_A[12-48] B[0-24] | overlay words: .12 W(24)",
        ),
        ("video: A[0-48]", {"text": "", "at": "end"}, "video: A[0-48] K(24)"),
        ("video: A[0-48] | overlay: T(48)", {"at": "end"}, "video: A[0-48] K(24) | overlay: T(48) W(24)"),
        (
            "video: A[0-48] | audio music fixed: M[0-90]",
            {"at": "end"},
            "video: A[0-48] K(24) | audio music fixed: M[0-90] | overlay words: .48 W(24)",
        ),
        ("video:", {}, "video: K(24) | overlay words: W(24)"),
    ],
)
def test_a_card_is_put_in_and_later_things_move(before, options, after):
    assert_edit(before, card(**options), after)


@pytest.mark.parametrize(
    ("colour", "letters"),
    [("#000000", "#ffffff"), ("#ffffff", "#000000"), ("#203060", "#ffffff"), ("#f5c542", "#000000")],
)
def test_letters_can_be_read_on_the_colour_unless_a_style_is_given(colour, letters):
    before = timeline("video: A[0-48]")
    after = card(colour=colour, detail="Harbour").apply(before)
    source, words = after.get_element("K")[1].source, after.get_element("W")[1].source
    assert isinstance(source, ColourSource)
    assert isinstance(words, TextSource)
    assert (source.colour, words.style.colour, words.detail) == (colour, letters, "Harbour")
    styled = card(colour=colour, style={"colour": "#ff0000"})
    assert styled.apply(before).get_element("W")[1].source.style.colour == "#ff0000"


def test_the_words_go_with_the_card_in_one_undo():
    before = timeline("video: A[0-48] B[0-9] | overlay: .20 T(40)")
    edit = card(at_ticks=frames(24))
    assert_round_trip(before, edit, edit.apply(before))


@pytest.mark.parametrize(
    ("before", "options", "message"),
    [
        ("audio: V[0-9]", {}, "no video track to put a card on"),
        ("video: A[0-48]", {"text": "", "detail": "small"}, "first line before the second"),
        ("video: A[0-48]", {"at_ticks": frames(50)}, "lies outside the timeline"),
        ("video: A[0-48]", {"duration_ticks": 1}, "at least one frame"),
    ],
)
def test_a_card_says_what_stands_in_the_way(before, options, message):
    with pytest.raises((EditRefused, InvalidInput), match=message):
        card(**options).apply(timeline(before))
