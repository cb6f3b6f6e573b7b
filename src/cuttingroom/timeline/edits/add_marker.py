"""Mark a moment."""

from typing import Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Ticks, format_ticks
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.effects import Colour, Id
from cuttingroom.timeline.grid import snap_point
from cuttingroom.timeline.markers import find_chapter, with_markers
from cuttingroom.timeline.model import Marker, Name, Timeline


class AddMarker(Edit):
    """Put a marker on a moment of the video, or let a chapter begin there.

        |   A   |   B   |   ->   |   A   |   B   |
                                       ^ name

    Markers stay on what they mark when time is inserted or removed. Chapters are written into the file.
    """

    tool: Literal["add_marker"] = "add_marker"
    at_ticks: Ticks
    name: Name = ""
    colour: Colour = "#f5c542"
    kind: Literal["marker", "chapter"] = "marker"
    marker_id: Id = Field(default_factory=lambda: short_id("mk"))

    def check(self, before: Timeline) -> None:
        if self.kind == "chapter":
            check_chapter(before, snap_point(before, self.at_ticks), self.name)

    def change(self, before: Timeline) -> Timeline:
        marker = Marker(
            id=self.marker_id,
            at_ticks=snap_point(before, self.at_ticks),
            name=self.name,
            colour=self.colour,
            kind=self.kind,
        )
        return with_markers(before, [*before.markers, marker])

    def describe(self, before: Timeline) -> str:
        called = f" “{self.name}”" if self.name else ""
        return f"Add the {self.kind}{called} at {format_ticks(self.at_ticks)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (self.marker_id,)


def check_chapter(before: Timeline, at_ticks: int, name: str) -> None:
    """Raise EditRefused for a chapter without a name, without any time, or where another one begins."""
    if not name.strip():
        raise EditRefused(f"The chapter at {format_ticks(at_ticks)} needs a name.", field="name")
    if at_ticks >= before.duration_ticks:
        raise EditRefused(
            f"A chapter at {format_ticks(at_ticks)} would begin when the video is over; it lasts "
            f"{format_ticks(before.duration_ticks)}.",
            field="at_ticks",
        )
    there = find_chapter(before, at_ticks)
    if there is not None:
        raise EditRefused(
            f"The chapter “{there.name}” begins at {format_ticks(at_ticks)} already.",
            advice="Remove it first, or choose another time.",
            field="at_ticks",
            marker_id=there.id,
        )
