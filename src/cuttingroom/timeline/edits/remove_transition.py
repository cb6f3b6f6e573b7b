"""Part two elements that a transition joins."""

from typing import ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import format_ticks
from cuttingroom.timeline.edits.base import Edit, name_of
from cuttingroom.timeline.edits.joints import find_joint, with_overlap
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Timeline


class RemoveTransition(Edit):
    """Turn a transition into a straight cut: the time that was shared comes back, and later things move.

        | A |                ->   | A | B | C |
          | B | C |

    On the main track every following track gets that time where the right one begins; on any other only that
    track moves.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["remove_transition"] = "remove_transition"
    left_id: Id
    right_id: Id
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def check(self, before: Timeline) -> None:
        track, left = before.get_element(self.left_id)
        _, right = before.get_element(self.right_id)
        if find_joint(track, left.id, right.id) is None:
            raise EditRefused(
                f"No transition joins {name_of(before, left.id)} and {name_of(before, right.id)}.",
                element_id=right.id,
            )

    def change(self, before: Timeline) -> Timeline:
        track, right = before.get_element(self.right_id)
        return with_overlap(before, track, right, None, self.id_prefix)

    def describe(self, before: Timeline) -> str:
        track, left = before.get_element(self.left_id)
        joint = find_joint(track, left.id, self.right_id)
        names = f"{name_of(before, left.id)} and {name_of(before, self.right_id)}"
        if joint is None:
            return f"Remove the transition between {names}"
        return f"Remove the {joint.kind} between {names} ({format_ticks(joint.duration_ticks)} longer)"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (self.left_id, self.right_id)
