"""Cut stretches of time out of the timeline."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange, format_ticks, merge_ranges
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.grid import snap_range_inside
from cuttingroom.timeline.model import Timeline
from cuttingroom.timeline.ripple import count_ids, cut_time, find_lead_track, moving_tracks


class RemoveRanges(Edit):
    """Cut ranges of the timeline out of every following track and close up.

        |   A   |  B  |   ->   | A | A' | B |
            xx     xx

    Tracks that do not follow keep their place; those that ended with or before the main track are cut to its
    new end.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["remove_ranges"] = "remove_ranges"
    ranges: Annotated[tuple[TimeRange, ...], Field(min_length=1)]
    reason: Annotated[str, Field(max_length=500)] = ""
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def change(self, before: Timeline) -> Timeline:
        ranges = [snap_range_inside(before, r) for r in self.ranges]
        return cut_everywhere(before, ranges, self.id_prefix)

    def describe(self, before: Timeline) -> str:
        why = f" ({self.reason})" if self.reason else ""
        return f"Cut {describe_ranges(self.ranges)}{why}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return list_elements_in(before, self.ranges)


def cut_everywhere(before: Timeline, ranges: Sequence[TimeRange], id_prefix: str) -> Timeline:
    """Take `ranges` out of the main track and all that follow. Raises EditRefused when nothing remains."""
    lead = find_lead_track(before)
    followers = moving_tracks(before, lead.id) if lead else frozenset[str]()
    after = cut_time(before, ranges, followers, count_ids(id_prefix))
    was_filled = any(t.elements for t in before.tracks if t.id in followers)
    if was_filled and not any(t.elements for t in after.tracks if t.id in followers):
        raise EditRefused("Nothing would remain of the timeline.", field="ranges")
    return after


def describe_ranges(ranges: Sequence[TimeRange]) -> str:
    """The ranges when they are few, else how many and how much they are together."""
    merged = merge_ranges(list(ranges))
    if len(merged) <= 3:
        return ", ".join(str(r) for r in merged)
    return f"{len(merged)} stretches, {format_ticks(sum(r.duration_ticks for r in merged))} together"


def list_elements_in(before: Timeline, ranges: Sequence[TimeRange]) -> tuple[str, ...]:
    """Ids of the elements on following tracks that play within the ranges."""
    merged = merge_ranges(list(ranges))
    return tuple(
        e.id
        for track in before.tracks
        if track.follows_ripple
        for e in track.elements
        if any(e.plays_in(r) for r in merged)
    )
