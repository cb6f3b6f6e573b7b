"""Change where an element begins and ends, in place."""

from typing import Literal

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import TimeRange, format_ticks
from cuttingroom.timeline.edits.base import Edit, name_of
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.grid import snap_range
from cuttingroom.timeline.model import Element, Timeline
from cuttingroom.timeline.pieces import part_of, reach_of
from cuttingroom.timeline.ripple import mended


class Trim(Edit):
    """Let an element play exactly `range` of the timeline; what it gives up stays empty.

        |   A   | B |   ->   | A |   | B |

    It may grow as far as its file reaches. Fades are shortened to fit; a transition at a moved edge shrinks
    or goes.
    """

    tool: Literal["trim"] = "trim"
    element_id: Id
    range: TimeRange

    def check(self, before: Timeline) -> None:
        _, element = before.get_element(self.element_id)
        check_trim(before, element, self.range)

    def change(self, before: Timeline) -> Timeline:
        track, element = before.get_element(self.element_id)
        trimmed = part_of(element, snap_range(before, self.range))
        elements = [trimmed if e is element else e for e in track.elements]
        return before.with_track(mended(track.with_elements(elements)))

    def describe(self, before: Timeline) -> str:
        return f"Trim {name_of(before, self.element_id)}{describe_trim(before, self.element_id, self.range)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (self.element_id,)


def check_trim(before: Timeline, element: Element, wanted: TimeRange) -> None:
    """Raise EditRefused unless the element can play `wanted` of the timeline."""
    part = snap_range(before, wanted)
    name = name_of(before, element.id)
    if part.intersection(element.range) is None:
        raise EditRefused(
            f"{part} leaves nothing of {name}, which plays {element.range}.",
            element_id=element.id,
            field="range",
        )
    if part == element.range:
        raise EditRefused(f"{name} plays exactly {part} already.", element_id=element.id, field="range")
    reach = reach_of(element)
    if reach is None:
        return
    first, last = before.rate.snap(reach.start_ticks), before.rate.snap(reach.end_ticks)
    if part.start_ticks < min(first, element.start_ticks) or part.end_ticks > max(last, element.end_ticks):
        raise EditRefused(
            f"{name} can play at most {format_ticks(max(0, first))}-{format_ticks(last)}: "
            "its file ends there.",
            element_id=element.id,
            field="range",
        )


def describe_trim(before: Timeline, element_id: str, wanted: TimeRange) -> str:
    """How much each edge moves, such as `: 0:03.20 less at the start`."""
    found = before.find_element(element_id)
    if found is None:
        return f" to {wanted}"
    edges = {
        "start": before.rate.snap(wanted.start_ticks) - found[1].start_ticks,
        "end": found[1].end_ticks - before.rate.snap(wanted.end_ticks),
    }
    moved = [
        f"{format_ticks(abs(ticks))} {'less' if ticks > 0 else 'more'} at the {edge}"
        for edge, ticks in edges.items()
        if ticks
    ]
    return ": " + ", ".join(moved) if moved else f" to {wanted}"
