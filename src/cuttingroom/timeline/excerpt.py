"""A stretch of a timeline as a timeline of its own."""

from __future__ import annotations

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.grid import snap_range_inside
from cuttingroom.timeline.markers import markers_within, with_markers
from cuttingroom.timeline.model import CaptionSource, Element, Timeline, Track
from cuttingroom.timeline.pieces import part_of
from cuttingroom.timeline.ripple import mended, straighten


def excerpt(timeline: Timeline, wanted: TimeRange) -> Timeline:
    """What plays within `wanted`, moved to the start.

        | A    | B    | C |   ->   | A | B  |
            oooooooo

    Ids and all that lies inside stay as they are. A crossfade that an edge falls into becomes a straight cut,
    and a fade whose end of the element lies outside is left out. The chapter that runs at the start begins
    there. Nothing after the last element counts.
    Raises EditRefused for a range that is not on the timeline, InvalidInput when nothing plays there.
    """
    span = snap_range_inside(timeline, wanted)
    tracks = tuple(_within(track, span) for track in timeline.tracks)
    part = with_markers(timeline.model_copy(update={"tracks": tracks}), markers_within(timeline, span))
    if part.duration_ticks == 0:
        raise InvalidInput(f"Nothing plays in {wanted}.", advice="Choose another range.", field="range")
    return part


def _within(track: Track, span: TimeRange) -> Track:
    def cut_point(start: int, end: int) -> int | None:
        return next((at for at in (span.start_ticks, span.end_ticks) if start < at < end), None)

    track = straighten(track, cut_point)
    return mended(track.with_elements([_part(e, span) for e in track.elements if e.plays_in(span)]))


def _part(element: Element, span: TimeRange) -> Element:
    kept = TimeRange.between(
        max(element.start_ticks, span.start_ticks), min(element.end_ticks, span.end_ticks)
    )
    part = part_of(
        element,
        kept,
        keeps_fade_in=kept.start_ticks == element.start_ticks,
        keeps_fade_out=kept.end_ticks == element.end_ticks,
    )
    if isinstance(element.source, CaptionSource) and isinstance(part.source, CaptionSource):
        # what is said outside is still written: the picture must be that of the whole
        source = part.source.model_copy(update={"text": element.source.text})
        part = part.model_copy(update={"source": source})
    return part.moved_to(part.start_ticks - span.start_ticks)
