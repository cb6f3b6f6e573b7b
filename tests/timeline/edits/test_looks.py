"""The edits of looks: who gets which effect, for how long, and what lies behind a key."""

from __future__ import annotations

from typing import Any

import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.add_grain import AddGrain
from cuttingroom.timeline.edits.add_title import AddTitle
from cuttingroom.timeline.edits.add_vignette import AddVignette
from cuttingroom.timeline.edits.adjust_colour import AdjustColour
from cuttingroom.timeline.edits.apply_lut import ApplyLut, LutRef
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.black_out import BlackOut
from cuttingroom.timeline.edits.chroma_key import ChromaKey
from cuttingroom.timeline.edits.hide_region import HideRegion
from cuttingroom.timeline.edits.remove_effects import RemoveEffects
from cuttingroom.timeline.edits.split import Split
from cuttingroom.timeline.effects import Effect, Grade, Hide, Lut, Region, Vignette
from cuttingroom.timeline.model import ColourSource, Timeline
from drawing import a_file, assert_edit, assert_round_trip, draw, frames, span, timeline

CORNER = Region(x=0, y=0, width=0.3, height=0.3)


def made(before: Timeline, *edits: Edit) -> Timeline:
    for edit in edits:
        after = edit.apply(before)
        assert_round_trip(before, edit, after)
        assert edit.describe(before)
        before = after
    return before


def effects(of: Timeline, element_id: str) -> list[dict[str, Any]]:
    return [e.model_dump(exclude={"id", "enabled"}) for e in of.get_element(element_id)[1].effects]


def test_a_grade_changes_what_is_given_and_keeps_the_rest():
    after = made(
        timeline("video: A[0-48] B[0-48]"),
        AdjustColour(element_ids=("A",), brightness=0.2, saturation=1.5),
        AdjustColour(element_ids=("A", "B"), saturation=0.0),
    )
    assert effects(after, "A") == [Grade(brightness=0.2, saturation=0).model_dump(exclude={"id", "enabled"})]
    assert effects(after, "B") == [Grade(saturation=0).model_dump(exclude={"id", "enabled"})]


def test_a_grade_that_is_set_back_to_the_middle_is_gone():
    after = made(
        timeline("video: A[0-48]"),
        AdjustColour(element_ids=("A",), contrast=1.4),
        AdjustColour(element_ids=("A",), contrast=1.0),
    )
    assert effects(after, "A") == []


def test_a_grade_without_any_value_is_refused():
    with pytest.raises(EditRefused, match="Say what is to change"):
        AdjustColour(element_ids=("A",)).check(timeline("video: A[0-48]"))


@pytest.mark.parametrize(
    "edit",
    [
        AdjustColour(element_ids=("T",), brightness=0.1),
        ApplyLut(element_ids=("T",), lut=LutRef(artifact_id="film")),
        AddVignette(element_ids=("T",)),
        AddGrain(element_ids=("T",)),
        HideRegion(element_ids=("T",), region=CORNER),
        ChromaKey(element_ids=("T",)),
    ],
    ids=lambda e: e.tool,
)
def test_words_have_no_look(edit: Edit):
    with pytest.raises(EditRefused, match="shows no picture of a file"):
        edit.check(timeline("video: A[0-48] | overlay: T(20)"))


def test_a_second_table_takes_the_place_of_the_first():
    after = made(
        timeline("video: A[0-48]"),
        ApplyLut(element_ids=("A",), lut=LutRef(artifact_id="film", name="film.cube"), strength=0.5),
        ApplyLut(element_ids=("A",), lut=LutRef(artifact_id="night")),
    )
    assert effects(after, "A") == [Lut(artifact_id="night").model_dump(exclude={"id", "enabled"})]
    assert after.get_element("A")[1].artifact_ids == ("file_A", "night")


@pytest.mark.parametrize("kind", [AddVignette, AddGrain])
def test_a_second_strength_takes_the_place_of_the_first(kind: Any):
    after = made(timeline("video: A[0-48]"), kind(element_ids=("A",)), kind(element_ids=("A",), strength=0.9))
    (only,) = after.get_element("A")[1].effects
    assert only.strength == 0.9  # type: ignore[union-attr]


def test_a_region_is_hidden_on_the_main_track_in_the_part_of_each_clip_that_plays_then():
    before = timeline("video: A[0-48] B[0-48] | overlay: P{96}")
    after = made(before, HideRegion(region=CORNER, range=span(40, 60)))
    (on_a,), (on_b,) = (after.get_element(i)[1].effects for i in "AB")
    assert isinstance(on_a, Hide)
    assert isinstance(on_b, Hide)
    assert (on_a.range, on_b.range) == (span(40, 48), span(0, 12))
    assert after.get_element("P")[1].effects == ()


def test_without_a_time_a_region_is_hidden_for_as_long_as_the_clips_last():
    after = made(timeline("video: A[0-48] B[0-48]"), HideRegion(region=CORNER))
    assert [after.get_element(i)[1].effects[0].range for i in "AB"] == [None, None]  # type: ignore[union-attr]


def test_a_hidden_stretch_stays_on_its_moments_when_the_clip_is_split():
    after = made(
        timeline("video: A[0-48]"),
        HideRegion(region=CORNER, range=span(10, 30)),
        Split(element_id="A", at_ticks=frames(20), right_id="R"),
    )
    assert [after.get_element(i)[1].effects[0].range for i in "AR"] == [span(10, 20), span(0, 10)]  # type: ignore[union-attr]


def test_a_time_in_which_nothing_is_shown_is_refused():
    with pytest.raises(EditRefused, match="Nothing with a picture plays"):
        HideRegion(region=CORNER, range=span(60, 70)).check(timeline("video: A[0-48] .48 B[0-10]"))


def test_a_blackout_takes_every_picture_and_no_words():
    before = timeline("video: A[0-48] | overlay: P{24} T(24) | captions: C(48) | audio: M[0-48]")
    after = made(before, BlackOut(range=span(12, 36)))
    assert {e.id for t in after.tracks for e in t.elements if e.effects} == {"A", "P"}


def test_effects_go_by_their_kind():
    before = made(
        timeline("video: A[0-48]"),
        AddVignette(element_ids=("A",)),
        AdjustColour(element_ids=("A",), contrast=2),
    )
    after = made(before, RemoveEffects(element_ids=("A",), types=("grade",)))
    assert [e.type for e in after.get_element("A")[1].effects] == ["vignette"]
    with pytest.raises(EditRefused, match="There is no grain on"):
        RemoveEffects(element_ids=("A",), types=("grain",)).check(after)


def a_key(*ids: str, **fields: Any) -> ChromaKey:
    return ChromaKey(element_ids=ids, id_prefix="b", new_track_id="back", effect_id="fx", **fields)


def test_a_key_lays_its_background_below_for_as_long_as_the_clips_play():
    assert_edit(
        "video: A[0-48] B[0-24] C[0-24]",
        a_key("A", "B", background=a_file("beach", still=True)),
        "overlay back_0: b_1@beach{72} | video: A[0-48] B[0-24] C[0-24]",
    )


def test_a_background_that_is_shorter_starts_again_and_is_not_heard():
    after = assert_edit(
        "video: A[0-48]",
        a_key("A", background=a_file("waves", 20)),
        "overlay back_0: b_1@waves[0-20] b_2@waves[0-20] b_3@waves[0-8] | video: A[0-48]",
    )
    assert not after.get_element("b_1")[1].has_sound


def test_a_new_background_replaces_the_old_one_only_behind_its_clip():
    before = a_key("A", "B", background=a_file("beach", still=True)).apply(timeline("video: A[0-48] B[0-24]"))
    after = assert_edit(
        before,
        ChromaKey(element_ids=("A",), id_prefix="n", background="#102030", effect_id="fx"),
        "overlay back_0: n_1(48) b_1@beach{24} | video: A[0-48] B[0-24]",
    )
    assert after.get_element("n_1")[1].source == ColourSource(colour="#102030")


def test_without_a_background_nothing_is_added():
    assert_edit("video: A[0-48]", a_key("A"), "video: A[0-48]")


def test_a_title_is_never_laid_below_the_video():
    before = a_key("A", background="#102030").apply(timeline("video: A[0-48] B[0-48]"))
    title = AddTitle(
        text="Hi", at_ticks=frames(60), duration_ticks=frames(10), element_id="T", new_track_id="titles"
    )
    assert draw(title.apply(before)).endswith("| overlay titles: .60 T(10)")


def test_a_key_needs_a_colour():
    with pytest.raises(EditRefused, match="too near to grey"):
        a_key("A", colour="#808080").check(timeline("video: A[0-48]"))


def test_a_background_must_have_a_picture_and_some_length():
    before = timeline("video: A[0-900]")
    with pytest.raises(EditRefused, match="has no picture"):
        a_key("A", background=a_file("song", picture=False)).check(before)
    with pytest.raises(EditRefused, match="repeated more than"):
        a_key("A", background=a_file("blink", 1)).apply(before)


def test_every_kind_of_effect_has_its_name_in_the_list():
    from typing import get_args

    from cuttingroom.timeline.effects import EffectType

    kinds = get_args(get_args(Effect)[0])
    assert {k.model_fields["type"].default for k in kinds} == set(get_args(EffectType))
    assert Vignette().type in get_args(EffectType)
