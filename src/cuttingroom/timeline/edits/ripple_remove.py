"""Take elements away and close up."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange, format_ticks, invert_ranges
from cuttingroom.timeline.edits.base import Edit, name_all
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Timeline, Track
from cuttingroom.timeline.ripple import (
    clip_to_lead,
    count_ids,
    cut_time,
    moving_tracks,
    replace_tracks,
    without,
)


class RippleRemove(Edit):
    """Take elements away and close the time they alone filled on their track.

        | A | B | C |   ->   | A | C |

    On the main track that time goes from every following track, with what plays in it; on any other only that
    track closes up. A joined neighbour is played to its end.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["ripple_remove"] = "ripple_remove"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def check(self, before: Timeline) -> None:
        for element_id in self.element_ids:
            before.get_element(element_id)

    def change(self, before: Timeline) -> Timeline:
        wanted, ids = set(self.element_ids), count_ids(self.id_prefix)
        gaps = {t.id: _lone_ranges(t, wanted) for t in before.tracks}
        after = replace_tracks(before, gaps.keys(), lambda track: without(track, wanted))
        for track in before.tracks:
            ranges = [r for leader in before.tracks if _pulls(before, leader, track) for r in gaps[leader.id]]
            after = cut_time(after, ranges, {track.id}, ids)
        return clip_to_lead(before, after)

    def describe(self, before: Timeline) -> str:
        wanted = set(self.element_ids)
        ticks = sum(r.duration_ticks for t in before.tracks for r in _lone_ranges(t, wanted))
        return f"Remove {name_all(before, self.element_ids)} and close up {format_ticks(ticks)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids


def _pulls(before: Timeline, leader: Track, track: Track) -> bool:
    return track.id in moving_tracks(before, leader.id)


def _lone_ranges(track: Track, element_ids: set[str]) -> list[TimeRange]:
    """What the elements alone fill on their track: without the overlap with a joined neighbour that stays."""
    ranges: list[TimeRange] = []
    for n, element in enumerate(track.elements):
        if element.id not in element_ids:
            continue
        beside = (*track.elements[max(0, n - 1) : n], *track.elements[n + 1 : n + 2])
        staying = [e.range for e in beside if e.id not in element_ids]
        ranges += invert_ranges(staying, element.range)
    return ranges
