"""Show no picture for a while."""

from typing import Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.looking import shows_picture, with_effects
from cuttingroom.timeline.effects import BlackOut as BlackOutEffect
from cuttingroom.timeline.effects import Effect, Id
from cuttingroom.timeline.grid import snap_range_inside
from cuttingroom.timeline.model import Element, Timeline


class BlackOut(Edit):
    """Make the picture black for a stretch of the timeline, on every track that shows one; the sound goes on.

        |   A   | B |   ->   | A ■■■■|■B |
            ^^^^^^

    Titles, captions and shapes stay.
    """

    tool: Literal["black_out"] = "black_out"
    range: TimeRange
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    def check(self, before: Timeline) -> None:
        if not self.targets(before):
            raise EditRefused(f"Nothing with a picture plays at {self.range}.", field="range")

    def change(self, before: Timeline) -> Timeline:
        wanted = snap_range_inside(before, self.range)
        return with_effects(before, self.targets(before), lambda e: self._darkened(e, wanted))

    def describe(self, before: Timeline) -> str:
        return f"Black out the picture at {self.range}; the sound stays"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        wanted = snap_range_inside(before, self.range)
        elements = (e for t in before.tracks for e in t.elements)
        return tuple(e.id for e in elements if e.plays_in(wanted) and shows_picture(e))

    def _darkened(self, element: Element, wanted: TimeRange) -> list[Effect]:
        part = element.range.intersection(wanted)
        assert part is not None
        black = BlackOutEffect(id=self.effect_id, range=part.shifted(-element.start_ticks))
        return [*element.effects, black]
