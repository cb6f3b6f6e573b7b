"""Put an element elsewhere."""

from typing import Literal

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import format_ticks
from cuttingroom.timeline.edits.base import Edit, label_of, name_of
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.grid import snap_point
from cuttingroom.timeline.model import NonNegative, Timeline
from cuttingroom.timeline.ripple import without


class Move(Edit):
    """Let an element start elsewhere, on its own or another track. Nothing else moves or is overwritten.

    | A | B |   |   ->   | A |   | B |
    """

    tool: Literal["move"] = "move"
    element_id: Id
    to_ticks: NonNegative
    to_track_id: Id | None = None

    def check(self, before: Timeline) -> None:
        track, element = before.get_element(self.element_id)
        target = before.get_track(self.to_track_id or track.id)
        if target.id == track.id and snap_point(before, self.to_ticks) == element.start_ticks:
            raise EditRefused(
                f"{name_of(before, element.id)} starts at {format_ticks(element.start_ticks)} already.",
                element_id=element.id,
                field="to_ticks",
            )

    def change(self, before: Timeline) -> Timeline:
        track, element = before.get_element(self.element_id)
        moved = element.moved_to(snap_point(before, self.to_ticks))
        lifted = before.with_track(without(track, {element.id}))
        target = lifted.get_track(self.to_track_id or track.id)
        return lifted.with_track(target.with_elements([*target.elements, moved]))

    def describe(self, before: Timeline) -> str:
        found = before.find_track(self.to_track_id) if self.to_track_id else None
        where = f" on {label_of(found)}" if found else ""
        return f"Move {name_of(before, self.element_id)} to {format_ticks(self.to_ticks)}{where}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (self.element_id, self.to_track_id) if self.to_track_id else (self.element_id,)
