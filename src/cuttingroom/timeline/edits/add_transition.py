"""Let one element give way to the next."""

from typing import ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import format_ticks
from cuttingroom.timeline.edits.base import Edit, name_of
from cuttingroom.timeline.edits.joints import find_joint, with_overlap
from cuttingroom.timeline.effects import Colour, Id, Positive
from cuttingroom.timeline.grid import snap_length
from cuttingroom.timeline.model import (
    Direction,
    Element,
    Timeline,
    Track,
    Transition,
    TransitionKind,
)
from cuttingroom.timeline.ripple import lone_edges

_DIRECTED = ("wipe", "push", "slide")
_WAYS = {"up": "upwards", "down": "downwards", "left": "to the left", "right": "to the right"}
_COLOURS = {"#000000": "black", "#ffffff": "white"}


class AddTransition(Edit):
    """Join two neighbours that touch: the right one and all that is later move earlier, so that both overlap.

        | A | B | C |   ->   | A |
                               | B | C |

    On the main track that time goes from every following track; on any other only that track moves. A wipe,
    push or slide moves towards `direction`, a dip goes through `colour`; sound crossfades in all of them.
    What joined the two before is replaced.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["add_transition"] = "add_transition"
    left_id: Id
    right_id: Id
    duration_ticks: Positive
    kind: TransitionKind = "crossfade"
    direction: Direction = "left"
    colour: Colour = "#000000"
    transition_id: Id = Field(default_factory=lambda: short_id("tr"))
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def check(self, before: Timeline) -> None:
        track, left = before.get_element(self.left_id)
        right_track, right = before.get_element(self.right_id)
        names = f"{name_of(before, left.id)} and {name_of(before, right.id)}"
        joined = find_joint(track, left.id, right.id)
        joint = self._joint(before)
        if joined is not None and joined.model_copy(update={"id": joint.id}) == joint:
            raise EditRefused(f"Such a {self.kind} joins {names} already.", element_id=right.id)
        if joined is None and (right_track.id != track.id or left.end_ticks != right.start_ticks):
            raise EditRefused(
                f"{names} do not touch.", advice="Close the gap between them first.", element_id=right.id
            )
        main = before.find_main_track()
        if self.kind != "crossfade" and (main is None or track.id != main.id):
            raise EditRefused(
                f"A {self.kind} joins pictures on the main video track; {names} are not on it.",
                advice="Use a crossfade.",
                field="kind",
            )
        self._check_room(before, track, left, right, joined)

    def change(self, before: Timeline) -> Timeline:
        track, right = before.get_element(self.right_id)
        return with_overlap(before, track, right, self._joint(before), self.id_prefix)

    def describe(self, before: Timeline) -> str:
        left, right = name_of(before, self.left_id), name_of(before, self.right_id)
        return f"{self._what()} from {left} to {right} over {format_ticks(self.duration_ticks)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (self.left_id, self.right_id)

    def _what(self) -> str:
        if self.kind == "dip":
            return f"Dip to {_COLOURS.get(self.colour.lower(), self.colour)}"
        return self.kind.capitalize() + (f" {_WAYS[self.direction]}" if self.kind in _DIRECTED else "")

    def _joint(self, before: Timeline) -> Transition:
        return Transition(
            id=self.transition_id,
            kind=self.kind,
            left_id=self.left_id,
            right_id=self.right_id,
            duration_ticks=snap_length(before, self.duration_ticks),
            direction=self.direction,
            colour=self.colour,
        )

    def _check_room(
        self, before: Timeline, track: Track, left: Element, right: Element, joined: Transition | None
    ) -> None:
        duration = snap_length(before, self.duration_ticks)
        lone = [end - start for start, end in (lone_edges(track, e) for e in (left, right))]
        room = min(lone) - before.rate.frame_ticks + (joined.duration_ticks if joined else 0)
        if duration > room:
            raise EditRefused(
                f"A {self.kind} of {format_ticks(duration)} is too long for {name_of(before, left.id)} and "
                f"{name_of(before, right.id)}.",
                advice=f"Use at most {format_ticks(room)}." if room > 0 else "Use longer pieces.",
                element_id=right.id,
                field="duration_ticks",
            )
