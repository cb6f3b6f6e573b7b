"""Let one element give way to the next."""

from typing import ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange, format_ticks
from cuttingroom.timeline.edits.base import Edit, name_of
from cuttingroom.timeline.effects import Id, Positive
from cuttingroom.timeline.grid import snap_length
from cuttingroom.timeline.model import Element, Timeline, Track, Transition
from cuttingroom.timeline.ripple import (
    clip_to_lead,
    count_ids,
    cut_time,
    find_join,
    lone_edges,
    moving_tracks,
)


class Crossfade(Edit):
    """Join two neighbours that touch: the right one and all that is later move earlier, so that both overlap.

        | A | B | C |   ->   | A |
                               | B | C |

    On the main track that time goes from every following track; on any other only that track moves.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["crossfade"] = "crossfade"
    left_id: Id
    right_id: Id
    duration_ticks: Positive
    transition_id: Id = Field(default_factory=lambda: short_id("tr"))
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def check(self, before: Timeline) -> None:
        track, left = before.get_element(self.left_id)
        right_track, right = before.get_element(self.right_id)
        names = f"{name_of(before, left.id)} and {name_of(before, right.id)}"
        if find_join(track, left_id=left.id) is not None and find_join(track, right_id=right.id) is not None:
            raise EditRefused(f"A transition joins {names} already.", element_id=right.id)
        if right_track.id != track.id or left.end_ticks != right.start_ticks:
            raise EditRefused(
                f"{names} do not touch.", advice="Close the gap between them first.", element_id=right.id
            )
        self._check_room(before, track, left, right)

    def change(self, before: Timeline) -> Timeline:
        track, left = before.get_element(self.left_id)
        duration = snap_length(before, self.duration_ticks)
        gone = TimeRange.between(left.end_ticks - duration, left.end_ticks)
        others = moving_tracks(before, track.id) - {track.id}
        after = cut_time(before, [gone], others, count_ids(self.id_prefix))
        after = after.with_track(self._joined(track, left, duration))
        return clip_to_lead(before, after)

    def describe(self, before: Timeline) -> str:
        left, right = name_of(before, self.left_id), name_of(before, self.right_id)
        return f"Crossfade from {left} to {right} over {format_ticks(self.duration_ticks)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (self.left_id, self.right_id)

    def _check_room(self, before: Timeline, track: Track, left: Element, right: Element) -> None:
        duration = snap_length(before, self.duration_ticks)
        lone = [end - start for start, end in (lone_edges(track, e) for e in (left, right))]
        room = min(lone) - before.rate.frame_ticks
        if duration > room:
            raise EditRefused(
                f"A crossfade of {format_ticks(duration)} is too long for {name_of(before, left.id)} and "
                f"{name_of(before, right.id)}.",
                advice=f"Use at most {format_ticks(room)}." if room > 0 else "Use longer pieces.",
                element_id=right.id,
                field="duration_ticks",
            )

    def _joined(self, track: Track, left: Element, duration_ticks: int) -> Track:
        n = track.positions[left.id]
        later = [e.moved_to(e.start_ticks - duration_ticks) for e in track.elements[n + 1 :]]
        join = Transition(
            id=self.transition_id, left_id=left.id, right_id=self.right_id, duration_ticks=duration_ticks
        )
        order = {e.id: n for n, e in enumerate(track.elements)}
        joins = sorted([*track.transitions, join], key=lambda t: order[t.left_id])
        placed = track.with_elements([*track.elements[: n + 1], *later])
        return placed.model_copy(update={"transitions": tuple(joins)})
