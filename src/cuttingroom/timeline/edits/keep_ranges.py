"""Keep stretches of time and cut out the rest."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange, invert_ranges
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.remove_ranges import cut_everywhere, describe_ranges, list_elements_in
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.grid import snap_range_inside
from cuttingroom.timeline.model import Timeline


class KeepRanges(Edit):
    """Keep only these ranges of the timeline, in their order; the rest is cut out as `remove_ranges` does.

    |   A   |  B  |   ->   | A | B |
     oooo    oooo
    """

    ripples: ClassVar[bool] = True

    tool: Literal["keep_ranges"] = "keep_ranges"
    ranges: Annotated[tuple[TimeRange, ...], Field(min_length=1)]
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def change(self, before: Timeline) -> Timeline:
        rest = self._rest(before)
        if not rest:
            raise EditRefused("These ranges are the whole timeline; there is nothing to cut.", field="ranges")
        return cut_everywhere(before, rest, self.id_prefix)

    def describe(self, before: Timeline) -> str:
        return f"Keep only {describe_ranges(self.ranges)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return list_elements_in(before, self._rest(before))

    def _rest(self, before: Timeline) -> list[TimeRange]:
        kept = [snap_range_inside(before, r) for r in self.ranges]
        return invert_ranges(kept, TimeRange(start_ticks=0, duration_ticks=before.duration_ticks))
