"""Let loudness rise and fall along a line."""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import format_ticks
from cuttingroom.timeline.edits.base import Edit, name_all
from cuttingroom.timeline.edits.changing import with_each, with_effect
from cuttingroom.timeline.edits.sounding import get_sounding
from cuttingroom.timeline.effects import Envelope, GainPoint, Id
from cuttingroom.timeline.model import Element, Timeline

MOST_POINTS = 1000


class SetEnvelope(Edit):
    r"""Draw the gain of elements over time, in straight lines of dB between points of the timeline.

    | A ------ |   ->   | A --\___ |

    It is level before the first point and after the last; -60 dB is silence. Points that were there
    between the first and the last of the new ones give way, others stay. No points at all remove the
    line.
    """

    tool: Literal["set_envelope"] = "set_envelope"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    points: Annotated[tuple[GainPoint, ...], Field(max_length=MOST_POINTS)]
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    @model_validator(mode="after")
    def _in_order(self) -> "SetEnvelope":
        if any(left.at_ticks >= right.at_ticks for left, right in pairwise(self.points)):
            raise ValueError("the points must stand in the order of their times")
        return self

    def check(self, before: Timeline) -> None:
        sounding = get_sounding(before, self.element_ids)
        for point in self.points:
            if not 0 <= point.at_ticks <= before.duration_ticks:
                raise EditRefused(
                    f"{format_ticks(point.at_ticks)} lies outside the timeline, which lasts "
                    f"{format_ticks(before.duration_ticks)}.",
                    field="points",
                )
        if any(len(self._points(e)) > MOST_POINTS for e in sounding):
            raise EditRefused(f"A line of gain has at most {MOST_POINTS} points.", field="points")

    def change(self, before: Timeline) -> Timeline:
        return with_each(before, self.element_ids, self._drawn)

    def describe(self, before: Timeline) -> str:
        who = name_all(before, self.element_ids)
        if not self.points:
            return f"Remove the line of gain of {who}"
        first, last = self.points[0], self.points[-1]
        if len(self.points) == 1:
            return f"Set the gain of {who} to {_decibels(first)} throughout"
        line = f"from {_decibels(first)} at {format_ticks(first.at_ticks)} "
        more = f"through {len(self.points) - 2} more " if len(self.points) > 2 else ""
        return f"Draw the gain of {who} {line}{more}to {_decibels(last)} at {format_ticks(last.at_ticks)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids

    def _points(self, element: Element) -> tuple[GainPoint, ...]:
        """The whole new line, on the element's clock."""
        if not self.points:
            return ()
        new = [p.model_copy(update={"at_ticks": p.at_ticks - element.start_ticks}) for p in self.points]
        old = [p for e in element.effects if isinstance(e, Envelope) for p in e.points]
        before = [p for p in old if p.at_ticks < new[0].at_ticks]
        after = [p for p in old if p.at_ticks > new[-1].at_ticks]
        return (*before, *new, *after)

    def _drawn(self, element: Element) -> Element:
        points = self._points(element)
        if any(p.gain_db for p in points):
            return with_effect(element, Envelope(id=self.effect_id, points=points))
        kept = tuple(e for e in element.effects if not isinstance(e, Envelope))
        return element.model_copy(update={"effects": kept})


def _decibels(point: GainPoint) -> str:
    return f"{point.gain_db:g} dB" if point.gain_db > -60 else "silence"
