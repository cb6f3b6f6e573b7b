"""From the clock of a file to the clock of the timeline and back, through the elements that play the file."""

from __future__ import annotations

from collections.abc import Iterable

from cuttingroom.core.time import TimeRange, merge_ranges, round_half_up
from cuttingroom.timeline.model import Element, MediaSource, Track


def timeline_ticks(element: Element, source_ticks: int) -> int:
    """When a moment of the element's file plays, or would play beyond its edges. Only for media."""
    source = element.source
    assert isinstance(source, MediaSource)
    passed = source_ticks - source.opening_ticks
    return element.start_ticks + round_half_up(
        (-passed if source.backwards else passed) / element.speed.fraction
    )


def find_timeline_range(element: Element, source_range: TimeRange) -> TimeRange | None:
    """When a stretch of the element's file plays, limited to the element; None when it does not.

    A stretch that covers an edge of the used part reaches exactly to the edge of the element.
    """
    source = element.source
    if not isinstance(source, MediaSource) or source.range.intersection(source_range) is None:
        return None
    edges = [element.start_ticks, element.end_ticks]
    first, last = (1, 0) if source.backwards else (0, 1)
    if source_range.start_ticks > source.range.start_ticks:
        edges[first] = timeline_ticks(element, source_range.start_ticks)
    if source_range.end_ticks < source.range.end_ticks:
        edges[last] = timeline_ticks(element, source_range.end_ticks)
    start, end = edges[0], min(edges[1], element.end_ticks)
    return TimeRange.between(start, end) if end > start else None


def list_timeline_ranges(
    tracks: Iterable[Track], artifact_id: str, source_range: TimeRange
) -> list[TimeRange]:
    """All the times at which a stretch of a file plays on these tracks, sorted and merged."""
    found = [
        part
        for element in list_players(tracks, artifact_id)
        if (part := find_timeline_range(element, source_range)) is not None
    ]
    return merge_ranges(found)


def list_players(tracks: Iterable[Track], artifact_id: str) -> list[Element]:
    """The elements that play a file, track by track."""
    return [
        e
        for track in tracks
        for e in track.elements
        if isinstance(e.source, MediaSource) and e.source.artifact_id == artifact_id
    ]


def find_source_ticks(track: Track, at_ticks: int) -> tuple[str, int] | None:
    """The file and its moment that a track plays at a moment; in a transition the incoming one."""
    playing = [e for e in track.elements if e.range.contains(at_ticks) and isinstance(e.source, MediaSource)]
    if not playing:
        return None
    source = playing[-1].source
    assert isinstance(source, MediaSource)
    return source.artifact_id, playing[-1].source_ticks_at(at_ticks)
