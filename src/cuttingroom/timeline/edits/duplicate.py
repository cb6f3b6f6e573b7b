"""Play elements once more."""

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Ticks, TimeRange, format_ticks
from cuttingroom.timeline.edits.base import Edit, label_of, name_all, name_of
from cuttingroom.timeline.edits.overlays import has_room
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.grid import snap_point
from cuttingroom.timeline.model import Element, Timeline, Track, Transition
from cuttingroom.timeline.ripple import count_ids, find_lead_track, moving_tracks, open_time


class Duplicate(Edit):
    """Put copies of elements of one track after the last of them, or at `at_ticks`.

        | A | B | C |   ->   | A | B | B' | C |

    The copies lie one after the other; neighbours that a transition joins stay joined. On the main track
    later things move, on the following tracks too; on any other nothing moves and there must be room.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["duplicate"] = "duplicate"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    at_ticks: Ticks | None = None
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def check(self, before: Timeline) -> None:
        track, chosen = self._chosen(before)
        apart = next((i for i in self.element_ids if i not in track.positions), None)
        if apart is not None:
            raise EditRefused(
                f"{name_of(before, apart)} lies on another track than {name_of(before, chosen[0].id)}.",
                advice="Duplicate what lies on one track at a time.",
                element_id=apart,
            )
        span = self._span(before)
        if not _moves(before, track) and not has_room(track, span):
            raise EditRefused(
                f"There is no room for {format_ticks(span.duration_ticks)} at "
                f"{format_ticks(span.start_ticks)} on {label_of(track)}.",
                advice="Name another time.",
                field="at_ticks",
            )

    def change(self, before: Timeline) -> Timeline:
        track, chosen = self._chosen(before)
        ids, span = count_ids(self.id_prefix), self._span(before)
        copies, joins = _copied(track, chosen, span.start_ticks, ids)
        after = before
        if _moves(before, track):
            moving = moving_tracks(before, track.id)
            after = open_time(before, span.start_ticks, span.duration_ticks, {track.id}, ids)
            after = open_time(after, span.start_ticks, span.duration_ticks, moving - {track.id}, ids)
        target = after.get_track(track.id)
        placed = target.with_elements([*target.elements, *copies])
        order = placed.positions
        joined = sorted([*target.transitions, *joins], key=lambda t: order[t.left_id])
        return after.with_track(placed.model_copy(update={"transitions": tuple(joined)}))

    def describe(self, before: Timeline) -> str:
        span = self._span(before)
        what = name_all(before, self.element_ids)
        copies = f"a copy of {what}" if len(self.element_ids) == 1 else f"copies of {what}"
        return f"Put {copies} at {format_ticks(span.start_ticks)} ({format_ticks(span.duration_ticks)})"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids

    def new_ids(self) -> frozenset[str]:
        ids = count_ids(self.id_prefix)
        return frozenset(next(ids) for _ in self.element_ids)

    def _chosen(self, before: Timeline) -> tuple[Track, list[Element]]:
        track, _ = before.get_element(self.element_ids[0])
        for element_id in self.element_ids:
            before.get_element(element_id)
        return track, [e for e in track.elements if e.id in self.element_ids]

    def _span(self, before: Timeline) -> TimeRange:
        """Where the copies go."""
        track, chosen = self._chosen(before)
        start = chosen[-1].end_ticks if self.at_ticks is None else snap_point(before, self.at_ticks)
        shared = sum(t.duration_ticks for t in _joins_of(track, chosen))
        return TimeRange(start_ticks=start, duration_ticks=sum(e.duration_ticks for e in chosen) - shared)


def _moves(before: Timeline, track: Track) -> bool:
    lead = find_lead_track(before)
    return lead is not None and lead.id == track.id


def _joins_of(track: Track, chosen: Sequence[Element]) -> list[Transition]:
    """The transitions between two of the chosen elements."""
    ids = {e.id for e in chosen}
    return [t for t in track.transitions if t.left_id in ids and t.right_id in ids]


def _copied(
    track: Track, chosen: Sequence[Element], start_ticks: int, ids: Iterator[str]
) -> tuple[list[Element], list[Transition]]:
    """The elements again, one after the other from a moment on, with the transitions between them."""
    new_ids = {e.id: next(ids) for e in chosen}
    joins = {t.right_id: t for t in _joins_of(track, chosen)}
    copies: list[Element] = []
    joined: list[Transition] = []
    at = start_ticks
    for element in chosen:
        join = joins.get(element.id)
        start = at - (join.duration_ticks if join is not None else 0)
        copies.append(element.model_copy(update={"id": new_ids[element.id], "start_ticks": start}))
        at = copies[-1].end_ticks
        if join is not None:
            update = {"id": next(ids), "left_id": new_ids[join.left_id], "right_id": new_ids[join.right_id]}
            joined.append(join.model_copy(update=update))
    return copies, joined
