"""Play elements faster or slower, so that they last exactly as long as asked."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar, Literal

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import Rate, Ratio, format_ticks
from cuttingroom.timeline.edits.base import Edit, label_of, name_all
from cuttingroom.timeline.edits.retiming import with_lengths
from cuttingroom.timeline.edits.set_speed import MAX_SPEED, MIN_SPEED
from cuttingroom.timeline.effects import Id, Positive
from cuttingroom.timeline.grid import snap_length
from cuttingroom.timeline.model import Element, MediaSource, Timeline, Track
from cuttingroom.timeline.pieces import at_speed, stretched
from cuttingroom.timeline.ripple import find_lead_track

_FINEST_SPEED = 10**6
"""Denominator of a speed: an hour is exact to two thousandths of a second."""


class FitDuration(Edit):
    """Change the speed of elements of one track, by one factor, so that they last exactly so long.

        |   A   |  B  |   ->   |  A  | B |

    Without ids all of the main track is meant and its end comes to `duration_ticks`; gaps and transitions
    keep their length. Stills and titles among them last longer or shorter too. What plays over them goes
    along.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["fit_duration"] = "fit_duration"
    element_ids: tuple[Id, ...] = ()
    duration_ticks: Positive
    keep_pitch: bool = True

    def check(self, before: Timeline) -> None:
        track, elements = self._find(before)
        factor = self._factor(before, track, elements)
        if factor == 1:
            raise EditRefused(
                f"This lasts {format_ticks(self.duration_ticks)} already.", field="duration_ticks"
            )
        speeds = [e.speed.fraction * factor for e in elements if isinstance(e.source, MediaSource)]
        if speeds and not MIN_SPEED <= min(speeds) <= max(speeds) <= MAX_SPEED:
            fastest = max(speeds)
            raise EditRefused(
                f"To last {format_ticks(self.duration_ticks)} it would have to play at "
                f"{float(fastest if fastest > MAX_SPEED else min(speeds)):.3g} times its speed; "
                "1/20 to 20 is possible.",
                advice="Choose a length nearer to the present one, or cut parts out.",
                field="duration_ticks",
            )

    def change(self, before: Timeline) -> Timeline:
        track, elements = self._find(before)
        lengths = _share_out(
            [e.duration_ticks for e in elements], self._wanted(before, track, elements), before.rate
        )
        fitted = {
            e.id: _fitted(e, length, self.keep_pitch) for e, length in zip(elements, lengths, strict=True)
        }
        return with_lengths(before, track, [fitted.get(e.id, e) for e in track.elements])

    def describe(self, before: Timeline) -> str:
        track, elements = self._find(before)
        factor = self._factor(before, track, elements)
        what = name_all(before, self.element_ids) if self.element_ids else label_of(track)
        speed = f"{float(factor):.4g} times {'as fast' if factor > 1 else 'the speed'}"
        return f"Make {what} last exactly {format_ticks(snap_length(before, self.duration_ticks))} ({speed})"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids or tuple(e.id for e in self._find(before)[1])

    def _find(self, before: Timeline) -> tuple[Track, list[Element]]:
        """The track and the elements to fit, in order. Raises EditRefused when they lie on several tracks."""
        if not self.element_ids:
            lead = find_lead_track(before)
            if lead is None or not lead.elements:
                raise EditRefused("There is nothing on the timeline to fit.", field="element_ids")
            return lead, list(lead.elements)
        track, _ = before.get_element(self.element_ids[0])
        for element_id in self.element_ids:
            if before.get_element(element_id)[0].id != track.id:
                raise EditRefused(
                    "The pieces to fit lie on several tracks.",
                    advice="Fit those of one track after the other.",
                    field="element_ids",
                )
        wanted = set(self.element_ids)
        return track, [e for e in track.elements if e.id in wanted]

    def _wanted(self, before: Timeline, track: Track, elements: Sequence[Element]) -> int:
        """The sum of the lengths that the elements are to have: what overlaps counts twice, gaps do not."""
        duration = snap_length(before, self.duration_ticks)
        chosen = {e.id for e in elements}
        shared = sum(t.duration_ticks for t in track.transitions if chosen >= {t.left_id, t.right_id})
        gaps = 0
        if not self.element_ids:
            ends = [0, *(e.end_ticks for e in track.elements)]
            starts = [e.start_ticks for e in track.elements]
            gaps = sum(max(0, start - end) for end, start in zip(ends, starts, strict=False))
        wanted = duration + shared - gaps
        if wanted < before.rate.frame_ticks * len(elements):
            raise EditRefused(
                f"{format_ticks(duration)} leaves no room for {len(elements)} pieces"
                + (f" and gaps of {format_ticks(gaps)}." if gaps else "."),
                field="duration_ticks",
            )
        return wanted

    def _factor(self, before: Timeline, track: Track, elements: Sequence[Element]) -> Fraction:
        """How many times as fast everything gets."""
        return Fraction(sum(e.duration_ticks for e in elements), self._wanted(before, track, elements))


def _share_out(lengths: Sequence[int], total_ticks: int, rate: Rate) -> list[int]:
    """Lengths in the same proportions that add up to `total_ticks`, each in whole frames and at least one."""
    whole = sum(lengths)
    edges, passed = [0], 0
    for n, length in enumerate(lengths, 1):
        passed += length
        left = rate.ticks(len(lengths) - n)
        edge = rate.snap(total_ticks * passed // whole)
        edges.append(min(max(edge, edges[-1] + rate.frame_ticks), total_ticks - left))
    return [end - start for start, end in pairwise(edges)]


def _fitted(element: Element, duration_ticks: int, keep_pitch: bool) -> Element:
    source = element.source
    if not isinstance(source, MediaSource):
        return stretched(element, duration_ticks)
    if duration_ticks == element.duration_ticks:
        return element
    speed = Fraction(source.range.duration_ticks, duration_ticks).limit_denominator(_FINEST_SPEED)
    return at_speed(element, Ratio.of(speed), duration_ticks, keep_pitch=keep_pitch)
