"""Show a text over the picture."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Ticks, TimeRange, format_ticks
from cuttingroom.timeline.edits.add_track import tracks_above_main, with_new_track
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.effects import Id, Positive
from cuttingroom.timeline.grid import snap_length, snap_point
from cuttingroom.timeline.model import (
    Element,
    Name,
    Position,
    TextSource,
    TextStyle,
    Timeline,
    Track,
    TrackKind,
)


class AddTitle(Edit):
    """Show `text` for a while, on the given or the first overlay track with room, else on a new one.

        |       A       |   ->   |   | T |       |
                                 |       A       |

    The new track is called "Titles". A title ends with the timeline at the latest.
    """

    tool: Literal["add_title"] = "add_title"
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    at_ticks: Ticks
    duration_ticks: Positive
    position: Position = "centre"
    style: TextStyle = TextStyle()
    name: Name = ""
    element_id: Id = Field(default_factory=lambda: short_id("el"))
    track_id: Id | None = None
    new_track_id: Id = Field(default_factory=lambda: short_id("tk"))

    def change(self, before: Timeline) -> Timeline:
        span = self._range(before)
        element = Element(
            id=self.element_id,
            name=self.name,
            start_ticks=span.start_ticks,
            duration_ticks=span.duration_ticks,
            source=TextSource(text=self.text, position=self.position, style=self.style),
        )
        track = self._track(before, span)
        if track is None:
            titles = Track(id=self.new_track_id, kind=TrackKind.OVERLAY, name="Titles", elements=(element,))
            return with_new_track(before, titles)
        return before.with_track(track.with_elements([*track.elements, element]))

    def describe(self, before: Timeline) -> str:
        text = self.text if len(self.text) <= 40 else self.text[:39].rstrip() + "…"
        return f"Add the title “{text}” at {self._range(before)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        track = self._track(before, self._range(before))
        return (track.id if track else self.new_track_id, self.element_id)

    def _range(self, before: Timeline) -> TimeRange:
        start = snap_point(before, self.at_ticks)
        if start >= before.duration_ticks:
            raise EditRefused(
                f"A title at {format_ticks(start)} would start when the timeline is over; it lasts "
                f"{format_ticks(before.duration_ticks)}.",
                field="at_ticks",
            )
        end = min(start + snap_length(before, self.duration_ticks), before.duration_ticks)
        return TimeRange.between(start, end)

    def _track(self, before: Timeline, span: TimeRange) -> Track | None:
        if self.track_id is not None:
            return before.get_track(self.track_id)
        above = tracks_above_main(before)
        overlays = [t for t in above if t.kind is TrackKind.OVERLAY and not t.locked]
        return next((t for t in overlays if has_room(t, span)), None)


def has_room(track: Track, span: TimeRange) -> bool:
    """Whether nothing plays on the track during `span`."""
    return all(e.range.intersection(span) is None for e in track.elements)
