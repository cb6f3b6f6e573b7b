"""Markers and chapters: moments of the timeline with a name. They stay on what they mark."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.following import Follower
from cuttingroom.timeline.model import Marker, Timeline


def with_markers(timeline: Timeline, markers: Iterable[Marker]) -> Timeline:
    """The timeline with other markers, put in order of time."""
    ordered = tuple(sorted(markers, key=lambda m: m.at_ticks))
    return timeline.model_copy(update={"markers": ordered})


def list_chapters(timeline: Timeline) -> tuple[Marker, ...]:
    """The chapters in order of time. Where several came to begin at one moment, the last of them counts; one
    that begins when nothing is left does not."""
    found = {m.at_ticks: m for m in timeline.markers if m.kind == "chapter"}
    return tuple(found[at] for at in sorted(found) if at < timeline.duration_ticks)


def find_chapter(timeline: Timeline, at_ticks: int) -> Marker | None:
    """The chapter that begins at exactly this moment."""
    return next((m for m in list_chapters(timeline) if m.at_ticks == at_ticks), None)


def markers_within(timeline: Timeline, span: TimeRange) -> list[Marker]:
    """The markers of a stretch, counted from its start, where the chapter that runs there begins."""
    running = [m for m in list_chapters(timeline) if m.at_ticks < span.start_ticks][-1:]
    if find_chapter(timeline, span.start_ticks) is not None:
        running = []
    inside = [m for m in timeline.markers if span.contains(m.at_ticks)]
    return [_moved(m, max(0, m.at_ticks - span.start_ticks)) for m in (*running, *inside)]


def follow_markers(before: Timeline, after: Timeline, new_ids: Collection[str] = ()) -> Timeline:
    """`after` with its markers moved as the main track moved under them.

    A chapter that began with the video still does, where no other one comes before it.
    """
    follower = Follower.between(before, after, new_ids) if after.markers else None
    if follower is None:
        return after
    moved = [_moved(m, follower.place(m.at_ticks)) for m in after.markers]
    first = min((m for m in moved if m.kind == "chapter"), key=lambda m: m.at_ticks, default=None)
    opening = {m.id for m in after.markers if m.kind == "chapter" and m.at_ticks == 0}
    if first is not None and first.id in opening:
        moved = [_moved(m, 0) if m is first else m for m in moved]
    return with_markers(after, moved)


def _moved(marker: Marker, at_ticks: int) -> Marker:
    same = marker.at_ticks == at_ticks
    return marker if same else marker.model_copy(update={"at_ticks": at_ticks})
