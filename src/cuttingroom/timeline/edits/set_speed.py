"""Play elements faster or slower."""

from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import Rate, Ratio, format_ticks, round_half_up
from cuttingroom.timeline.edits.base import Edit, name_all, name_of
from cuttingroom.timeline.edits.retiming import with_lengths
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Element, MediaSource, Timeline, Track
from cuttingroom.timeline.pieces import at_speed, has_own_time
from cuttingroom.timeline.ripple import find_lead_track

MIN_SPEED, MAX_SPEED = Fraction(1, 20), Fraction(20)


class SetSpeed(Edit):
    """Play elements at a constant speed (2 is twice as fast); they change length and later things move.

        |   A   | B |   ->   | A | B |

    `speed` replaces the former one. Fades and mutes keep their moments of the file. On the main track the
    following tracks move along: what starts over an element keeps its place within it, and titles, stills and
    captions there change their length with it.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["set_speed"] = "set_speed"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    speed: Ratio
    keep_pitch: bool = True

    def check(self, before: Timeline) -> None:
        if not MIN_SPEED <= self.speed.fraction <= MAX_SPEED:
            raise EditRefused(f"Speed {self.speed} is outside 1/20 to 20.", field="speed")
        for element_id in self.element_ids:
            _, element = before.get_element(element_id)
            if not isinstance(element.source, MediaSource):
                raise EditRefused(
                    f"{name_of(before, element_id)} has no speed; only media does.", element_id=element_id
                )

    def change(self, before: Timeline) -> Timeline:
        wanted, after = set(self.element_ids), before
        lead = find_lead_track(before)
        for track in sorted(before.tracks, key=lambda t: lead is not None and t.id == lead.id):
            if any(e.id in wanted for e in track.elements):
                after = self._with_speed(after, after.get_track(track.id), wanted)
        return after

    def describe(self, before: Timeline) -> str:
        percent = f"{float(self.speed.fraction * 100):g} %"
        pitch = "" if self.keep_pitch else ", pitch follows"
        change = sum(
            _new_length(e, self.speed, before.rate) - e.duration_ticks
            for t in before.tracks
            for e in t.elements
            if e.id in self.element_ids and has_own_time(e)
        )
        how = f"{format_ticks(abs(change))} {'longer' if change > 0 else 'shorter'}"
        return f"Play {name_all(before, self.element_ids)} at {percent}{pitch} ({how})"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids

    def _with_speed(self, before: Timeline, track: Track, wanted: set[str]) -> Timeline:
        faster = [self._faster(e, before.rate) if e.id in wanted else e for e in track.elements]
        return with_lengths(before, track, faster)

    def _faster(self, element: Element, rate: Rate) -> Element:
        duration = _new_length(element, self.speed, rate)
        return at_speed(element, self.speed, duration, keep_pitch=self.keep_pitch)


def _new_length(element: Element, speed: Ratio, rate: Rate) -> int:
    assert isinstance(element.source, MediaSource)
    return max(
        rate.frame_ticks, rate.snap(round_half_up(element.source.range.duration_ticks / speed.fraction))
    )
