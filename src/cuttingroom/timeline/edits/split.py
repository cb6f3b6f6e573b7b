"""Divide one element in two."""

from typing import Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Ticks, format_ticks
from cuttingroom.timeline.edits.base import Edit, name_of
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.grid import snap_point
from cuttingroom.timeline.model import Timeline
from cuttingroom.timeline.ripple import divided, lone_edges


class Split(Edit):
    """Divide an element at a point of the timeline. Nothing moves and nothing looks or sounds different.

        |     A     |   ->   |  A  |  A' |

    The fade in stays left, the fade out and a transition to the next element go right.
    """

    tool: Literal["split"] = "split"
    element_id: Id
    at_ticks: Ticks
    right_id: Id = Field(default_factory=lambda: short_id("el"))

    def check(self, before: Timeline) -> None:
        track, element = before.get_element(self.element_id)
        at = snap_point(before, self.at_ticks)
        if not element.start_ticks < at < element.end_ticks:
            raise EditRefused(
                f"{format_ticks(at)} is not inside {name_of(before, element.id)}, "
                f"which plays {element.range}.",
                element_id=element.id,
                field="at_ticks",
            )
        first, last = lone_edges(track, element)
        if not first < at < last:
            raise EditRefused(
                f"{format_ticks(at)} lies in a transition of {name_of(before, element.id)}.",
                advice="Split outside the transition.",
                element_id=element.id,
                field="at_ticks",
            )

    def change(self, before: Timeline) -> Timeline:
        track, element = before.get_element(self.element_id)
        left, right = divided(element, snap_point(before, self.at_ticks), self.right_id)
        n = track.positions[element.id]
        elements = (*track.elements[:n], left, right, *track.elements[n + 1 :])
        transitions = tuple(
            t.model_copy(update={"left_id": right.id}) if t.left_id == element.id else t
            for t in track.transitions
        )
        return before.with_track(track.model_copy(update={"elements": elements, "transitions": transitions}))

    def describe(self, before: Timeline) -> str:
        return f"Split {name_of(before, self.element_id)} at {format_ticks(self.at_ticks)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (self.element_id,)
