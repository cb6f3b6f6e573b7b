"""Divide elements at many points in one go."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Frozen, Ticks, format_ticks
from cuttingroom.timeline.edits.base import Edit, name_all, name_of
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.grid import snap_point
from cuttingroom.timeline.model import Element, Timeline, Track
from cuttingroom.timeline.ripple import count_ids, divided, find_lead_track, lone_edges, rebuilt

MOST_POINTS = 10_000
MOST_TOLD = 4
"""More points are described by their count."""


class SplitPoint(Frozen):
    at_ticks: Ticks


class SplitAt(Edit):
    """Divide elements at points of the timeline: those named, or all of the main track. Nothing moves.

        |     A     |  B  |   ->   | A | A' | A'' | B |
            ^    ^

    Points where one element ends and another begins are cuts already and left alone.
    """

    tool: Literal["split_at"] = "split_at"
    points: Annotated[tuple[SplitPoint, ...], Field(min_length=1, max_length=MOST_POINTS)]
    element_ids: tuple[Id, ...] = ()
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def check(self, before: Timeline) -> None:
        found = self._cuts(before)
        if not any(found.values()):
            times = ", ".join(format_ticks(p.at_ticks) for p in self.points[:MOST_TOLD])
            raise EditRefused(f"Nothing plays across {times} that could be split.", field="points")
        for element_id, points in found.items():
            track, element = before.get_element(element_id)
            first, last = lone_edges(track, element)
            at = next((p for p in points if not first < p < last), None)
            if at is not None:
                raise EditRefused(
                    f"{format_ticks(at)} lies in a transition of {name_of(before, element_id)}.",
                    advice="Split outside the transition.",
                    element_id=element_id,
                    field="points",
                )

    def change(self, before: Timeline) -> Timeline:
        cuts, ids, after = self._cuts(before), count_ids(self.id_prefix), before
        for track in before.tracks:
            if any(cuts.get(e.id) for e in track.elements):
                pieces = [_pieces(e, cuts.get(e.id, ()), ids) for e in track.elements]
                after = after.with_track(rebuilt(track, pieces))
        return after

    def describe(self, before: Timeline) -> str:
        cuts = self._cuts(before)
        touched = tuple(i for i, points in cuts.items() if points)
        points = sorted({p for found in cuts.values() for p in found})
        if len(points) > MOST_TOLD or not touched:
            return f"Split {name_all(before, touched) if touched else 'the video'} at {len(points)} points"
        times = [format_ticks(p) for p in points]
        told = f"{', '.join(times[:-1])} and {times[-1]}" if len(times) > 1 else times[0]
        return f"Split {name_all(before, touched)} at {told}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return tuple(i for i, points in self._cuts(before).items() if points)

    def _cuts(self, before: Timeline) -> dict[str, tuple[int, ...]]:
        """By element the points strictly inside it, in order."""
        points = sorted({snap_point(before, p.at_ticks) for p in self.points})
        return {
            e.id: tuple(p for p in points if e.start_ticks < p < e.end_ticks) for e in self._elements(before)
        }

    def _elements(self, before: Timeline) -> tuple[Element, ...]:
        if self.element_ids:
            return tuple(before.get_element(i)[1] for i in dict.fromkeys(self.element_ids))
        return _lead(before).elements


def _lead(before: Timeline) -> Track:
    lead = find_lead_track(before)
    if lead is None:
        raise EditRefused("The timeline has neither a video nor an audio track.", field="points")
    return lead


def _pieces(element: Element, points: tuple[int, ...], ids: Iterator[str]) -> list[Element]:
    pieces = [element]
    for at in points:
        pieces[-1:] = divided(pieces[-1], at, next(ids))
    return pieces
