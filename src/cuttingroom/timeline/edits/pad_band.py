"""Put a band of colour beside the picture."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.changing import with_each
from cuttingroom.timeline.edits.transforming import cut_at, list_main_pictures, percent, with_transform
from cuttingroom.timeline.effects import Colour, Id, Region
from cuttingroom.timeline.grid import snap_range_inside
from cuttingroom.timeline.model import Element, Timeline
from cuttingroom.timeline.ripple import count_ids


class PadBand(Edit):
    """Shrink the picture so that a band of `colour` takes `share` of the frame at one side.

        | A     |   ->   | A'  |      with A' whole, smaller, and the band beside it

    All that the smaller picture leaves free has the colour; the size of the project stays. With `range` it is
    so for that stretch of the timeline: pictures are divided there.
    """

    tool: Literal["pad_band"] = "pad_band"
    side: Literal["top", "bottom", "left", "right"] = "bottom"
    share: Annotated[float, Field(ge=0.01, le=0.9)] = 0.2
    colour: Colour = "#000000"
    range: TimeRange | None = None
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def check(self, before: Timeline) -> None:
        if not self.targets(before):
            when = f" at {self.range}" if self.range is not None else ""
            raise EditRefused(f"There is no picture to put a band beside{when}.", field="range")

    def change(self, before: Timeline) -> Timeline:
        span, after = self._span(before), before
        main = before.find_main_track()
        if span is not None and main is not None:
            after = cut_at(before, main, (span.start_ticks, span.end_ticks), count_ids(self.id_prefix))
        found = list_main_pictures(after, span)
        return with_each(after, [e.id for e in found], self._padded)

    def describe(self, before: Timeline) -> str:
        when = f" at {self.range}" if self.range is not None else ""
        where = {"top": "above", "bottom": "below", "left": "left of", "right": "right of"}[self.side]
        return f"Put a band of {self.colour} {where} the picture{when}, {percent(self.share)} of the frame"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return tuple(e.id for e in list_main_pictures(before, self._span(before)))

    def _span(self, before: Timeline) -> TimeRange | None:
        return snap_range_inside(before, self.range) if self.range is not None else None

    def _padded(self, element: Element) -> Element:
        rest = 1 - self.share
        box = {
            "top": Region(x=0, y=self.share, width=1, height=rest),
            "bottom": Region(x=0, y=0, width=1, height=rest),
            "left": Region(x=self.share, y=0, width=rest, height=1),
            "right": Region(x=0, y=0, width=rest, height=1),
        }[self.side]
        return with_transform(element, self.effect_id, {"box": box, "background": self.colour})
