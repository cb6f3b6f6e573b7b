import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.add_title import AddTitle
from cuttingroom.timeline.edits.edit_title import EditTitle
from cuttingroom.timeline.effects import Point
from cuttingroom.timeline.model import StyleParts
from drawing import assert_edit, frames, timeline

BEFORE = "video: A[0-48] | overlay: .10 T(20)"


def edited(**values):
    return EditTitle(element_id="T", **values).apply(timeline(BEFORE)).get_element("T")[1].source


@pytest.mark.parametrize(
    ("values", "after"),
    [
        ({"text": "Pier"}, BEFORE),
        ({"at_ticks": frames(5)}, "video: A[0-48] | overlay: .5 T(20)"),
        ({"duration_ticks": frames(6)}, "video: A[0-48] | overlay: .10 T(6)"),
        ({"at_ticks": frames(40), "duration_ticks": frames(99)}, "video: A[0-48] | overlay: .40 T(8)"),
    ],
)
def test_edit_title_changes_words_and_times(values, after):
    assert_edit(BEFORE, EditTitle(element_id="T", **values), after)


def test_edit_title_changes_only_what_is_said():
    source = edited(text="Pier", style=StyleParts(colour="#ff0000"))
    assert (source.text, source.style.colour) == ("Pier", "#ff0000")
    assert source.style.size == edited(text="Pier").style.size
    assert edited(position=Point(x=0.2, y=0.8)).position == Point(x=0.2, y=0.8)


def test_a_preset_comes_first_and_the_rest_lies_over_it():
    source = edited(
        preset="lower_third", style=StyleParts(size=0.1), animation="none", detail="harbour master"
    )
    assert source.style.box
    assert source.style.size == 0.1
    assert source.animation is None
    assert (source.position, source.detail) == ("lower_third", "harbour master")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"element_id": "A", "text": "x"}, "is no title"),
        ({"element_id": "T"}, "like that already"),
        ({"element_id": "T", "text": "T"}, "like that already"),
        ({"element_id": "T", "text": " \u200b "}, "nothing of it would be seen"),
        ({"element_id": "T", "at_ticks": frames(48)}, "when the timeline is over"),
    ],
)
def test_edit_title_refuses_what_would_change_nothing_or_hide_it(values, message):
    with pytest.raises(InvalidInput, match=message):
        EditTitle(**values).apply(timeline(BEFORE))


def test_titles_that_were_stored_before_presets_mean_what_they_meant():
    old = {
        "tool": "add_title", "text": "Hi", "at_ticks": 0, "duration_ticks": frames(9), "position": "top",
        "style": {"font": "Inter", "size": 0.07, "bold": True, "colour": "#ffffff",
                  "outline_colour": "#000000", "outline": 0.004, "box": False,
                  "box_colour": "#000000", "box_opacity": 0.6},
        "name": "", "element_id": "T", "track_id": None, "new_track_id": "tk",
    }  # fmt: skip
    made = AddTitle.model_validate(old).apply(timeline("video: A[0-48]")).get_element("T")[1].source
    assert made.model_dump(mode="json") == {
        "kind": "text", "text": "Hi", "position": "top", "style": old["style"]
    }  # fmt: skip
