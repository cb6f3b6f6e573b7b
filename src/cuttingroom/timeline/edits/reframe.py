"""Give the whole video another shape: vertical, square, wide."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.ids import short_id
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.changing import with_each
from cuttingroom.timeline.edits.transforming import list_main_pictures, percent, with_transform
from cuttingroom.timeline.effects import Colour, Fit, Id, Point, Share
from cuttingroom.timeline.invariants import MAX_HEIGHT, MAX_WIDTH
from cuttingroom.timeline.model import Element, Timeline


class Reframe(Edit):
    """Set the size of the project and how every picture of the main track stands in it.

        |  A  |  B  |  16:9   ->   | A | B |  9:16

    `fill` cuts off what is too much, with `x`, `y` of the picture as near to the middle as its edges allow;
    `fit` shows all with bars of `background`, `blur` all before its own blurred picture, `stretch` pulls it
    out of shape. Titles, captions and overlays keep their place and their share of the shorter side.
    """

    tool: Literal["reframe"] = "reframe"
    width: Annotated[int, Field(ge=16, le=MAX_WIDTH, multiple_of=2)]
    height: Annotated[int, Field(ge=16, le=MAX_HEIGHT, multiple_of=2)]
    fit: Fit = "fill"
    x: Share = 0.5
    y: Share = 0.5
    background: Colour | None = None
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    def change(self, before: Timeline) -> Timeline:
        size = {"width": self.width, "height": self.height}
        after = before.model_copy(update={"settings": before.settings.model_copy(update=size)})
        return with_each(after, self.targets(before), self._framed)

    def describe(self, before: Timeline) -> str:
        aside = (self.x, self.y) != (0.5, 0.5)
        how = {
            "fill": "cut to fill it" + (f" around {percent(self.x)}, {percent(self.y)}" if aside else ""),
            "fit": f"whole, with bars of {self.background}" if self.background else "whole, with bars",
            "blur": "whole, before its own blurred picture",
            "stretch": "pulled to its shape",
        }[self.fit]
        return f"Make the video {self.width} x {self.height}, every picture {how}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return tuple(e.id for e in list_main_pictures(before))

    def _framed(self, element: Element) -> Element:
        focus = Point(x=self.x, y=self.y)
        return with_transform(
            element, self.effect_id, {"fit": self.fit, "focus": focus, "background": self.background}
        )
