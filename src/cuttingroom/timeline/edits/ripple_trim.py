"""Change where an element begins and ends, and close up or make room."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.edits.base import Edit, name_of
from cuttingroom.timeline.edits.trim import check_trim, describe_trim
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.grid import snap_range
from cuttingroom.timeline.model import Element, Timeline, Track
from cuttingroom.timeline.pieces import part_of
from cuttingroom.timeline.ripple import (
    clip_to_lead,
    count_ids,
    cut_time,
    find_lead_track,
    lone_edges,
    moving_tracks,
    open_time,
)


class RippleTrim(Edit):
    """Let an element play what lies under `range` of the timeline; later things close up, or make room.

        |   A   | B |   ->   | A | B |

    The element keeps its start. On the main track the time goes from, or comes into, every following track;
    on any other only that track moves.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["ripple_trim"] = "ripple_trim"
    element_id: Id
    range: TimeRange
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def check(self, before: Timeline) -> None:
        _, element = before.get_element(self.element_id)
        check_trim(before, element, self.range)

    def change(self, before: Timeline) -> Timeline:
        track, element = before.get_element(self.element_id)
        wanted = snap_range(before, self.range)
        others = moving_tracks(before, track.id) - {track.id}
        (first, last), ids = lone_edges(track, element), count_ids(self.id_prefix)
        at_end = wanted.end_ticks - element.end_ticks
        at_start = element.start_ticks - wanted.start_ticks
        after = _change_time(before, others, last + min(0, at_end), at_end, ids)
        after = _change_time(after, others, first, at_start, ids)
        after = after.with_track(_trimmed(track, element, wanted))
        lead = find_lead_track(before)
        return clip_to_lead(before, after) if lead and lead.id == track.id else after

    def describe(self, before: Timeline) -> str:
        how = describe_trim(before, self.element_id, self.range)
        return f"Ripple trim {name_of(before, self.element_id)}{how}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (self.element_id,)


def _change_time(
    timeline: Timeline, track_ids: frozenset[str], at: int, ticks: int, ids: Iterator[str]
) -> Timeline:
    if ticks < 0:
        return cut_time(timeline, [TimeRange(start_ticks=at, duration_ticks=-ticks)], track_ids, ids)
    return open_time(timeline, at, ticks, track_ids, ids)


def _trimmed(track: Track, element: Element, wanted: TimeRange) -> Track:
    kept = part_of(element, wanted).moved_to(element.start_ticks)
    longer = kept.duration_ticks - element.duration_ticks
    n = track.positions[element.id]
    later = [e.moved_to(e.start_ticks + longer) for e in track.elements[n + 1 :]]
    return track.with_elements([*track.elements[:n], kept, *later])
