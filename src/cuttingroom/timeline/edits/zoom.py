"""See a picture from nearer, slowly or at once."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.edits.base import Edit, name_all
from cuttingroom.timeline.edits.changing import with_each
from cuttingroom.timeline.edits.transforming import get_pictures, list_main_pictures, percent
from cuttingroom.timeline.effects import Effect, Id, Point
from cuttingroom.timeline.effects import Zoom as ZoomEffect
from cuttingroom.timeline.grid import snap_range_inside
from cuttingroom.timeline.model import Element, Timeline

_Scale = Annotated[float, Field(ge=1, le=10)]


class Zoom(Edit):
    """Go from one scale to another over each element, or over `range` of the timeline.

        |   A   |   ->   | A <...> |

    What moves stays near from there to the end of the element. Equal scales are a punch-in: near within the
    range and nowhere else. What is at `centre` stays where it is. Earlier zooms of the same time are
    replaced; 1 to 1 takes them away. Without `element_ids` the main track is meant.
    """

    tool: Literal["zoom"] = "zoom"
    element_ids: tuple[Id, ...] = ()
    range: TimeRange | None = None
    from_scale: _Scale = 1.0
    to_scale: _Scale = 1.2
    centre: Point = Point(x=0.5, y=0.5)
    smooth: bool = True
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    @model_validator(mode="after")
    def _says_what(self) -> "Zoom":
        if not self.element_ids and self.range is None:
            raise ValueError("give elements, a range or both")
        return self

    def check(self, before: Timeline) -> None:
        if not self._elements(before):
            raise EditRefused(f"No picture plays at {self.range}.", field="range")

    def change(self, before: Timeline) -> Timeline:
        wanted = snap_range_inside(before, self.range) if self.range is not None else None
        frame_ticks = before.rate.frame_ticks
        return with_each(before, self.targets(before), lambda e: self._zoomed(e, wanted, frame_ticks))

    def describe(self, before: Timeline) -> str:
        who = name_all(before, self.targets(before))
        when = f" at {self.range}" if self.range is not None else ""
        scales = percent(self.from_scale), percent(self.to_scale)
        if self.from_scale == self.to_scale == 1:
            return f"Take the zoom of {who} away{when}"
        if self.from_scale == self.to_scale:
            return f"Punch in on {who}{when} to {scales[0]}"
        way = "in" if self.to_scale > self.from_scale else "out"
        stays = ", and stay there to the end of the clip" if self._stays(before) else ""
        return f"Zoom {way} on {who}{when} from {scales[0]} to {scales[1]}{stays}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return tuple(e.id for e in self._elements(before))

    def _elements(self, before: Timeline) -> list[Element]:
        wanted = snap_range_inside(before, self.range) if self.range is not None else None
        if not self.element_ids:
            return list_main_pictures(before, wanted)
        found = get_pictures(before, self.element_ids)
        return [e for e in found if wanted is None or e.plays_in(wanted)]

    def _stays(self, before: Timeline) -> bool:
        ends = [e.end_ticks for e in self._elements(before)]
        return self.range is not None and self.to_scale > 1 and max(ends) > self.range.end_ticks

    def _zoomed(self, element: Element, wanted: TimeRange | None, frame_ticks: int) -> Element:
        span = (wanted or element.range).shifted(-element.start_ticks)
        whole = span.start_ticks <= 0 and span.end_ticks >= element.duration_ticks
        kept = [e for e in element.effects if not (isinstance(e, ZoomEffect) and _meets(e, span, whole))]
        return element.model_copy(update={"effects": (*kept, *self._effects(span, whole, frame_ticks))})

    def _effects(self, span: TimeRange, whole: bool, frame_ticks: int) -> tuple[Effect, ...]:
        if self.from_scale != self.to_scale or (whole and self.to_scale != 1):
            return (self._effect(span, self.from_scale, self.to_scale),)
        if self.to_scale == 1:
            return ()
        edges = [TimeRange(start_ticks=t - frame_ticks, duration_ticks=frame_ticks)
                 for t in (span.start_ticks, span.end_ticks)]  # fmt: skip
        return (
            self._effect(edges[0], 1.0, self.to_scale, "_in"),
            self._effect(edges[1], self.to_scale, 1.0, "_out"),
        )

    def _effect(self, span: TimeRange, from_scale: float, to_scale: float, mark: str = "") -> ZoomEffect:
        return ZoomEffect(
            id=f"{self.effect_id[:36]}{mark}",
            range=span,
            from_scale=from_scale,
            to_scale=to_scale,
            centre=self.centre,
            smooth=self.smooth,
        )


def _meets(zoom: ZoomEffect, span: TimeRange, whole: bool) -> bool:
    return whole or zoom.range.intersection(span) is not None
