"""Draw a shape over the picture."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Ticks, TimeRange
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.overlays import overlay_targets, snap_overlay, with_overlay
from cuttingroom.timeline.effects import Colour, Id, Positive, Region
from cuttingroom.timeline.model import Animation, Element, Name, Shape, ShapeSource, Side, Timeline

_NAMES: dict[Shape, str] = {
    "box": "a box", "ellipse": "an ellipse", "arrow": "an arrow", "highlight": "a highlight",
    "fill": "a filled box", "progress": "a progress bar",
}  # fmt: skip


class AddShape(Edit):
    """Draw a callout or a progress bar over the picture for a while, on the given or the first overlay track
    with room, else on a new one.

        |       A       |   ->   |   | S |       |
                                 |       A       |

    An arrow comes from `points_from` and ends at that side or corner of `region`.
    """

    tool: Literal["add_shape"] = "add_shape"
    shape: Shape
    region: Region
    at_ticks: Ticks
    duration_ticks: Positive
    colour: Colour = "#ffd84a"
    opacity: Annotated[float, Field(ge=0, le=1)] = 1.0
    line: Annotated[float, Field(gt=0, le=0.1)] = 0.008
    points_from: Side = "left"
    animation: Animation | None = None
    name: Name = ""
    element_id: Id = Field(default_factory=lambda: short_id("el"))
    track_id: Id | None = None
    new_track_id: Id = Field(default_factory=lambda: short_id("tk"))

    def change(self, before: Timeline) -> Timeline:
        return with_overlay(before, self._element(before), self.track_id, self.new_track_id)

    def describe(self, before: Timeline) -> str:
        return f"Draw {_NAMES[self.shape]} at {self._range(before)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return overlay_targets(before, self._element(before), self.track_id, self.new_track_id)

    def _range(self, before: Timeline) -> TimeRange:
        return snap_overlay(before, self.at_ticks, self.duration_ticks, "A shape")

    def _element(self, before: Timeline) -> Element:
        span = self._range(before)
        source = ShapeSource(
            shape=self.shape,
            region=self.region,
            colour=self.colour,
            opacity=self.opacity,
            line=self.line,
            points_from=self.points_from,
            animation=self.animation,
        )
        return Element(
            id=self.element_id,
            name=self.name,
            start_ticks=span.start_ticks,
            duration_ticks=span.duration_ticks,
            source=source,
        )
