"""Where what lies over the picture finds room."""

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import TimeRange, format_ticks
from cuttingroom.timeline.edits.add_track import tracks_above_main, with_new_track
from cuttingroom.timeline.grid import snap_length, snap_point
from cuttingroom.timeline.model import Element, Timeline, Track, TrackKind


def with_overlay(before: Timeline, element: Element, track_id: str | None, new_track_id: str) -> Timeline:
    """The timeline with the element on the given or the first overlay track with room, else on a new one,
    called "Titles"."""
    track = find_room(before, element.range, track_id)
    if track is None:
        titles = Track(id=new_track_id, kind=TrackKind.OVERLAY, name="Titles", elements=(element,))
        return with_new_track(before, titles)
    return before.with_track(track.with_elements([*track.elements, element]))


def overlay_targets(
    before: Timeline, element: Element, track_id: str | None, new_track_id: str
) -> tuple[str, ...]:
    track = find_room(before, element.range, track_id)
    return (track.id if track else new_track_id, element.id)


def snap_overlay(before: Timeline, at_ticks: int, duration_ticks: int, what: str) -> TimeRange:
    """When it is shown: on the frame grid, to the end of the timeline at the latest.

    Raises EditRefused when it would start outside the timeline or last less than a frame.
    """
    start = snap_point(before, at_ticks)
    if start >= before.duration_ticks:
        raise EditRefused(
            f"{what} at {format_ticks(start)} would start when the timeline is over; it lasts "
            f"{format_ticks(before.duration_ticks)}.",
            field="at_ticks",
        )
    return TimeRange.between(start, min(start + snap_length(before, duration_ticks), before.duration_ticks))


def find_room(before: Timeline, span: TimeRange, track_id: str | None) -> Track | None:
    """The given track, or the first overlay track on which nothing plays during `span`."""
    if track_id is not None:
        return before.get_track(track_id)
    overlays = [t for t in tracks_above_main(before) if t.kind is TrackKind.OVERLAY and not t.locked]
    return next((t for t in overlays if has_room(t, span)), None)


def has_room(track: Track, span: TimeRange) -> bool:
    """Whether nothing plays on the track during `span`."""
    return all(e.range.intersection(span) is None for e in track.elements)
