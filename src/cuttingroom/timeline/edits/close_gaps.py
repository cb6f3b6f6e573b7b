"""Close the empty stretches of a track."""

from typing import ClassVar, Literal

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import TimeRange, format_ticks, invert_ranges
from cuttingroom.timeline.edits.base import Edit, label_of
from cuttingroom.timeline.edits.placing import get_lead_track
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Element, Timeline, Track
from cuttingroom.timeline.pieces import has_own_time
from cuttingroom.timeline.ripple import cut_time, moving_tracks


class CloseGaps(Edit):
    """Close the gaps of a track, the main one unless named.

        | A |   | B |  | C |   ->   | A | B | C |

    On the main track the other following tracks close up too. What plays in a gap there, such as a title over
    black, keeps its time; a title, still or caption that spans the gap becomes shorter.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["close_gaps"] = "close_gaps"
    track_id: Id | None = None

    def change(self, before: Timeline) -> Timeline:
        track = get_lead_track(before, self.track_id)
        gaps = _list_gaps(before, track)
        if not gaps:
            raise EditRefused(f"There are no gaps to close on {label_of(track)}.", track_id=track.id)
        return cut_time(before, gaps, moving_tracks(before, track.id), iter(()))

    def describe(self, before: Timeline) -> str:
        track = get_lead_track(before, self.track_id)
        gaps = _list_gaps(before, track)
        ticks = sum(g.duration_ticks for g in gaps)
        many = "the gap" if len(gaps) == 1 else f"{len(gaps)} gaps"
        return f"Close {many} on {label_of(track)} ({format_ticks(ticks)} in all)"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (get_lead_track(before, self.track_id).id,)


def _list_gaps(before: Timeline, track: Track) -> list[TimeRange]:
    """Empty time of the track before its last element, without what plays there on tracks that would move."""
    if not track.elements:
        return []
    whole = TimeRange.between(0, track.end_ticks)
    own = [e.range for e in track.elements]
    gaps = invert_ranges(own, whole)
    moving = moving_tracks(before, track.id) - {track.id}
    others = [e.range for t in before.tracks if t.id in moving for e in t.elements if not _spans(e, gaps)]
    return invert_ranges([*own, *others], whole)


def _spans(element: Element, gaps: list[TimeRange]) -> bool:
    """Whether a gap can be taken from the middle of the element without losing or splitting anything."""
    if has_own_time(element):
        return False
    inside = [g for g in gaps if element.range.intersection(g)]
    return all(element.start_ticks < g.start_ticks and g.end_ticks < element.end_ticks for g in inside)
