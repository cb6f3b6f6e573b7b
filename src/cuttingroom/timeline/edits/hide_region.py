"""Make a part of the picture unreadable."""

from typing import Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.edits.base import Edit, name_all
from cuttingroom.timeline.edits.looking import check_pictures, shows_picture, with_effects
from cuttingroom.timeline.effects import Effect, Hide, Id, Region, Share
from cuttingroom.timeline.grid import snap_range_inside
from cuttingroom.timeline.model import Element, Timeline


class HideRegion(Edit):
    """Blur or pixelate a rectangle of the picture, all the time or in `range`.

        |   A   | B |   ->   | A ▒▒▒▒|▒B |
            ^^^^^^

    On the main track `region` is in shares of the frame, on another of the picture that lies there. Without
    elements all of the main track are meant. The region does not follow what moves.
    """

    tool: Literal["hide_region"] = "hide_region"
    region: Region
    range: TimeRange | None = None
    how: Literal["blur", "pixelate"] = "blur"
    strength: Share = 0.6
    element_ids: tuple[Id, ...] = ()
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    def check(self, before: Timeline) -> None:
        check_pictures(before, self.element_ids)
        if not self.targets(before):
            where = f"at {self.range}" if self.range is not None else "on the main track"
            raise EditRefused(f"Nothing with a picture plays {where}.", field="range")

    def change(self, before: Timeline) -> Timeline:
        wanted = self._wanted(before)
        return with_effects(before, self.targets(before), lambda e: self._hidden(e, wanted))

    def describe(self, before: Timeline) -> str:
        way, r = {"blur": "Blur", "pixelate": "Pixelate"}[self.how], self.region
        place = f"{r.width:.0%} x {r.height:.0%} of the picture at {r.x:.0%}, {r.y:.0%}"
        time = f" at {self.range}" if self.range is not None else ""
        who = f" of {name_all(before, self.element_ids)}" if self.element_ids else ""
        return f"{way} {place}{who}{time}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        wanted, main = self._wanted(before), before.find_main_track()
        named = [before.get_element(i)[1] for i in self.element_ids]
        elements = named or [e for e in (main.elements if main else ()) if shows_picture(e)]
        return tuple(e.id for e in elements if wanted is None or e.plays_in(wanted))

    def _wanted(self, before: Timeline) -> TimeRange | None:
        return snap_range_inside(before, self.range) if self.range is not None else None

    def _hidden(self, element: Element, wanted: TimeRange | None) -> list[Effect]:
        part = element.range.intersection(wanted) if wanted is not None else None
        hide = Hide(
            id=self.effect_id,
            region=self.region,
            range=part.shifted(-element.start_ticks) if part is not None else None,
            how=self.how,
            strength=self.strength,
        )
        return [*element.effects, hide]
