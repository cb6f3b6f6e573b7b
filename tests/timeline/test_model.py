import pytest
from pydantic import ValidationError

from cuttingroom.core.errors import NotFound, TimelineInvalid
from cuttingroom.core.ids import short_id
from cuttingroom.timeline.model import Element, TextSource, Timeline, Track
from drawing import frames, timeline

DRAWN = "video: A[0-48] ~6 B[0-24] | overlay: T(9)"


def test_equal_states_have_equal_hashes_and_bytes():
    one, other = timeline(DRAWN), timeline(DRAWN)
    assert one.state_hash == other.state_hash
    assert one.to_bytes() == other.to_bytes()
    read = Timeline.model_validate_json(one.to_bytes())
    assert (read, read.state_hash) == (one, one.state_hash)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.with_track(t.tracks[1].with_elements([t.tracks[1].elements[0].moved_to(frames(1))])),
        lambda t: t.with_track(t.tracks[1].model_copy(update={"name": "x"})),
        lambda t: t.with_track(t.tracks[0].model_copy(update={"transitions": ()})),
        lambda t: t.model_copy(update={"tracks": t.tracks[::-1]}),
        lambda t: t.model_copy(update={"settings": t.settings.model_copy(update={"width": 640})}),
    ],
)
def test_another_state_has_another_hash(change):
    before = timeline(DRAWN)
    warm = before.state_hash
    assert change(before).state_hash != warm


def test_a_moved_element_keeps_the_hash_of_its_content():
    element = timeline(DRAWN).get_element("B")[1]
    known = element.content_hash
    moved = element.moved_to(frames(7))
    assert moved.start_ticks == frames(7)
    assert moved.content_hash == known == Element.model_validate(moved.model_dump()).content_hash
    assert moved.moved_to(element.start_ticks) == element
    assert element.moved_to(element.start_ticks) is element


def test_what_is_cached_does_not_outlive_a_change():
    element = timeline(DRAWN).get_element("A")[1]
    known = element.content_hash
    assert element.model_copy(update={"volume": 0.5}).content_hash != known
    track = timeline(DRAWN).tracks[0]
    assert track.end_ticks == frames(66)
    assert track.with_elements(track.elements[:1]).end_ticks == frames(48)


def test_values_do_not_change_and_know_no_other_fields():
    element = timeline(DRAWN).get_element("T")[1]
    with pytest.raises(ValidationError, match="frozen"):
        element.volume = 0.1
    with pytest.raises(ValidationError, match="Extra inputs"):
        TextSource.model_validate({"text": "x", "colour": "red"})


def test_what_is_missing_is_not_found_by_name():
    drawn = timeline(DRAWN)
    assert drawn.find_track("x") is None
    assert drawn.find_element("x") is None
    with pytest.raises(NotFound, match="no track x"):
        drawn.get_track("x")
    with pytest.raises(NotFound, match="no element x"):
        drawn.get_element("x")


def test_the_main_track_is_the_lowest_video_track():
    assert timeline("audio: | video v1: | video v2:").find_main_track().id == "v1"
    assert timeline("audio:").find_main_track() is None


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_a_timeline_of_another_schema_is_refused_with_advice(version):
    data = {**timeline(DRAWN).to_json(), "schema_version": version}
    with pytest.raises(TimelineInvalid, match="this program reads up to 1"):
        Timeline.model_validate(data)


def test_an_id_is_short_and_plain():
    assert Track(id=short_id("tk"), kind="video").id.startswith("tk_")
    for bad in ("", "a b", "x" * 41, "ä"):
        with pytest.raises(ValidationError):
            Track(id=bad, kind="video")
