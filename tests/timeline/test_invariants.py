import pytest

from cuttingroom.core.errors import InvalidInput, TimelineInvalid
from cuttingroom.core.time import Rate
from cuttingroom.timeline.effects import Duck, FadeIn, FadeOut, Mute
from cuttingroom.timeline.invariants import (
    check_assets,
    check_change,
    check_duration,
    check_project_name,
    check_timeline,
    check_view,
)
from cuttingroom.timeline.model import (
    Element,
    Marker,
    StillSource,
    Timeline,
    TimelineSettings,
    Track,
    TrackKind,
    Transition,
    View,
)
from drawing import RATE, draw, frames, span, timeline

BASE = "video: A[0-48] B[0-24] | overlay: T(9)"


def changed(element_id, **values):
    """BASE with other values of one element, unchecked."""
    before = timeline(BASE)
    track, element = before.get_element(element_id)
    other = element.model_copy(update=values)
    return before.with_track(track.with_elements([other if e is element else e for e in track.elements]))


def with_source(element_id, **values):
    source = timeline(BASE).get_element(element_id)[1].source
    return changed(element_id, source=source.model_copy(update=values))


def with_tracks(**values):
    return timeline(BASE).model_copy(update=values)


def joined(**values):
    track = timeline("video: A[0-48] ~6 B[0-24] C[0-9]").tracks[0]
    join = track.transitions[0].model_copy(update=values)
    return Timeline(
        settings=TimelineSettings(rate=RATE), tracks=(track.model_copy(update={"transitions": (join,)}),)
    )


def sized(**values):
    return with_tracks(settings=TimelineSettings(rate=RATE).model_copy(update=values))


BROKEN = [
    (with_tracks(tracks=()), "Project cannot be saved if timeline has no tracks"),
    (sized(width=0), "Width must be 1-4096"),
    (sized(width=4097), "Width must be 1-4096"),
    (sized(height=0), "Height must be 1-2160"),
    (sized(height=2161), "Height must be 1-2160"),
    (sized(rate=Rate(num=144)), "Frame rate must be 1-120 fps"),
    (with_tracks(markers=(Marker(id="A", at_ticks=0),)), "The id A is used twice"),
    (changed("T", id="A"), "The id A is used twice"),
    (changed("A", start_ticks=frames(-1)), "Element A: start time must be >= 0"),
    (changed("B", duration_ticks=0), "Element B: duration must be > 0"),
    (changed("B", start_ticks=frames(48) + 1), "Element B does not sit on the frame grid"),
    (changed("B", duration_ticks=frames(24) + 1), "Element B does not sit on the frame grid"),
    (changed("B", start_ticks=frames(10**9)), "Element B ends later than a timeline can last"),
    (changed("A", volume=1.01), "Volume must be between 0.0 and 1.0"),
    (changed("A", volume=-0.01), "Volume must be between 0.0 and 1.0"),
    (changed("A", opacity=2.0), "Opacity must be between 0.0 and 1.0"),
    (with_source("A", range=span(990, 1038)), "Element A uses 0:41.25-0:43.25 of a file that lasts 0:41.67"),
    (with_source("A", has_picture=False, has_sound=False), "Element A has neither picture nor sound"),
    (with_source("A", range=span(0, 40)), "Element A: its length does not match its source and speed"),
    (
        changed("A", effects=(FadeIn(duration_ticks=frames(49)),)),
        "A fade of element A is longer than the element",
    ),
    (
        changed("A", effects=(FadeOut(duration_ticks=frames(49)),)),
        "A fade of element A is longer than the element",
    ),
    (
        changed("A", effects=(Mute(range=span(40, 49)),)),
        "A mute of element A reaches outside the element",
    ),
    (
        changed("A", effects=(Mute(range=span(0, 9).shifted(-1)),)),
        "A mute of element A reaches outside the element",
    ),
    (
        changed("A", effects=(Duck(under_track_ids=("nowhere",)),)),
        "Element A references non-existent track nowhere",
    ),
    (
        changed("B", start_ticks=frames(47)),
        "No overlapping elements on same track: A and B overlap by 0:00.04",
    ),
    (
        joined(duration_ticks=frames(5)),
        "The transition between A and B lasts 0:00.21 but they overlap by 0:00.25",
    ),
    (joined(right_id="C"), "No overlapping elements on same track: A and B overlap by 0:00.25"),
]


@pytest.mark.parametrize(("broken", "message"), BROKEN, ids=[m for _, m in BROKEN])
def test_a_timeline_that_breaks_a_rule_is_refused_with_its_message(broken, message):
    with pytest.raises(TimelineInvalid) as error:
        check_timeline(broken)
    assert error.value.message == message
    with pytest.raises(TimelineInvalid) as error:
        check_change(timeline("video: A[0-48] B[0-24]"), broken)
    assert error.value.message == message


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (TrackKind.AUDIO, "still"),
        (TrackKind.AUDIO, "text"),
        (TrackKind.CAPTIONS, "text"),
        (TrackKind.CAPTIONS, "still"),
        (TrackKind.CAPTIONS, "media"),
        (TrackKind.VIDEO, "caption"),
        (TrackKind.OVERLAY, "caption"),
        (TrackKind.AUDIO, "caption"),
    ],
)
def test_a_track_holds_only_what_fits_its_kind(kind, source):
    drawn = timeline("video: media[0-9] still{9} text(9) | captions: caption(9)")
    element = drawn.get_element(source)[1]
    broken = Timeline(
        settings=drawn.settings, tracks=(Track(id="t", kind=kind, elements=(element.moved_to(0),)),)
    )
    with pytest.raises(TimelineInvalid, match=f"is a {source} and cannot lie on a {kind} track"):
        check_timeline(broken)


def test_elements_stand_in_order():
    track = timeline("video: A[0-48] B[0-24]").tracks[0]
    broken = track.model_copy(update={"elements": track.elements[::-1]})
    with pytest.raises(TimelineInvalid, match="Track video is out of order"):
        check_timeline(with_tracks(tracks=(broken,)))


def test_a_transition_joins_neighbours_in_order():
    track = timeline("video: A[0-48] ~6 B[0-24] ~6 C[0-24]").tracks[0]
    stray = Transition(id="x", left_id="A", right_id="C", duration_ticks=frames(6))
    broken = track.model_copy(update={"transitions": (*track.transitions, stray)})
    with pytest.raises(TimelineInvalid, match="joins A and C, which are not neighbours"):
        check_timeline(with_tracks(tracks=(broken,)))
    broken = track.model_copy(update={"transitions": track.transitions[::-1]})
    with pytest.raises(TimelineInvalid, match="transitions of track video are out of order"):
        check_timeline(with_tracks(tracks=(broken,)))


@pytest.mark.parametrize(
    "drawn", ["video: A[0-48] ~6 B[0-6]", "video: A[0-6] ~6 B[0-24]", "video: A[0-48] ~6 B[0-10] ~8 C[0-24]"]
)
def test_a_transition_leaves_each_side_some_time_of_its_own(drawn):
    with pytest.raises(TimelineInvalid, match="is longer than the room they have"):
        check_timeline(timeline(drawn))


@pytest.mark.parametrize(
    "drawn",
    [
        "video:",
        "video: A[0-48] ~6 B[0-24] ~6 C[0-24] .5 D[0-1]x2/3",
        "video: A[0-12] ~6 B[0-12] ~6 C[0-12]",
        BASE,
    ],
)
def test_a_sound_timeline_passes(drawn):
    check_timeline(timeline(drawn))


def test_a_file_of_broken_frames_may_miss_its_length_by_up_to_a_frame():
    check_timeline(with_source("A", range=span(0, 47)))
    check_timeline(with_source("A", range=span(0, 49)))


def test_losing_a_track_that_others_name_is_noticed():
    before = changed("A", effects=(Duck(under_track_ids=("overlay",)),))
    check_timeline(before)
    after = before.model_copy(update={"tracks": before.tracks[:1]})
    with pytest.raises(TimelineInvalid, match="references non-existent track overlay"):
        check_change(before, after)


def test_a_known_element_on_another_kind_of_track_is_looked_at_again():
    before = timeline("overlay: T(9) | captions:")
    after = before.with_track(before.tracks[1].with_elements(before.tracks[0].elements))
    after = after.with_track(after.tracks[0].with_elements([]))
    with pytest.raises(TimelineInvalid, match="cannot lie on a captions track"):
        check_change(before, after)


def test_other_settings_are_looked_at_with_everything_else():
    before = timeline(BASE)
    after = before.model_copy(update={"settings": TimelineSettings(rate=Rate(num=25))})
    with pytest.raises(TimelineInvalid, match="does not sit on the frame grid"):
        check_change(before, after)


@pytest.mark.parametrize(
    ("ticks", "message"),
    [
        (-1, "Timeline duration must be non-negative"),
        (frames(71), "Timeline duration (0:02.96) is less than required (0:03.00)"),
    ],
)
def test_a_declared_duration_holds_all_elements(ticks, message):
    with pytest.raises(TimelineInvalid) as error:
        check_duration(ticks, timeline(BASE))
    assert error.value.message == message
    check_duration(frames(72), timeline(BASE))


def test_assets_that_do_not_exist_are_named():
    drawn = timeline("video: A[0-9] S{9} | overlay: T(9)")
    check_assets(drawn, {"file_A", "file_S"})
    with pytest.raises(TimelineInvalid, match="Element S references non-existent asset file_S"):
        check_assets(drawn, {"file_A"})


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "Project name cannot be empty"),
        ("  \n", "Project name cannot be empty"),
        ("x" * 501, "Project name must be 1-500 characters"),
    ],
)
def test_a_project_has_a_name_of_reasonable_length(name, message):
    with pytest.raises(InvalidInput) as error:
        check_project_name(name)
    assert error.value.message == message
    assert check_project_name("  Harbour ") == "Harbour"
    assert len(check_project_name("x" * 500)) == 500


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (View(zoom=0.05), "Zoom must be between 0.1 and 10.0"),
        (View(zoom=10.1), "Zoom must be between 0.1 and 10.0"),
        (View(playback_ticks=-1), "Playback position out of range"),
        (View(playback_ticks=101), "Playback position out of range"),
    ],
)
def test_a_view_stays_within_the_timeline(view, message):
    with pytest.raises(InvalidInput) as error:
        check_view(view, 100)
    assert error.value.message == message
    check_view(View(zoom=10, playback_ticks=100), 100)


def test_the_drawing_language_is_its_own_inverse():
    text = (
        "video: A[0-48] .12 B@f[10-34]x2 ~6 C[0-24] | overlay: .10 T(20) S{10} | audio music fixed: M[0-72]"
    )
    assert draw(timeline(text)) == text
    with pytest.raises(ValueError, match="cannot read"):
        timeline("video: A[0..4]")


def test_a_still_needs_no_length_of_its_own():
    still = Element(id="S", start_ticks=0, duration_ticks=frames(9), source=StillSource(artifact_id="x"))
    assert still.has_picture
    assert not still.has_sound
