"""Let an element speed up or slow down gradually."""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar, Literal, NamedTuple

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Ratio, TimeRange, format_ticks, round_half_up
from cuttingroom.timeline.edits.base import Edit, name_of
from cuttingroom.timeline.edits.retiming import with_lengths
from cuttingroom.timeline.edits.set_speed import MAX_SPEED, MIN_SPEED
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.grid import snap_range
from cuttingroom.timeline.model import Element, MediaSource, Timeline, Track
from cuttingroom.timeline.pieces import at_speed, part_of
from cuttingroom.timeline.ripple import count_ids, lone_edges

_MOST_STEPS = 24
_STEP_RATIO = 1.08
"""How much faster each step is than the one before: the eye sees no jump in so little."""
_LEAST_FRAMES = 3
_FINEST_SPEED = 10**6


class _Step(NamedTuple):
    """A stretch of the timeline as it was, and how long it lasts now."""

    old: TimeRange
    duration_ticks: int


class RampSpeed(Edit):
    """Let an element go evenly from one speed to another over `range` of the timeline, or all of it.

        |     A     | B |   ->   | A |A|A|A| A | B |
             1x..3x

    Speeds are those of the file (1 is as filmed). The ramp is made of short pieces of constant speed on whole
    frames. What comes before and after it keeps its speed, later things move, and what plays over it goes
    along.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["ramp_speed"] = "ramp_speed"
    element_id: Id
    from_speed: Ratio
    to_speed: Ratio
    range: TimeRange | None = None
    keep_pitch: bool = True
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def check(self, before: Timeline) -> None:
        track, element = before.get_element(self.element_id)
        name = name_of(before, element.id)
        if not isinstance(element.source, MediaSource):
            raise EditRefused(f"{name} has no speed; only media does.", element_id=element.id)
        for field in ("from_speed", "to_speed"):
            speed: Ratio = getattr(self, field)
            if not MIN_SPEED <= speed.fraction <= MAX_SPEED:
                raise EditRefused(f"Speed {speed} is outside 1/20 to 20.", field=field)
        if self.from_speed == self.to_speed:
            raise EditRefused(
                f"A ramp from {_times(self.from_speed)} to {_times(self.to_speed)} is no change.",
                advice="Give two speeds, or set one speed for all.",
                field="to_speed",
            )
        first, last = _room(before, track, element)
        span = self._span(before, track, element)
        if span.start_ticks < first or span.end_ticks > last:
            raise EditRefused(
                f"{span} reaches outside {name}, which plays by itself "
                f"{format_ticks(first)}-{format_ticks(last)}.",
                element_id=element.id,
                field="range",
            )
        if _count_frames(before, span, element, self) < 2:
            raise EditRefused(
                f"{span} of {name} is too short for a ramp.", element_id=element.id, field="range"
            )

    def change(self, before: Timeline) -> Timeline:
        track, element = before.get_element(self.element_id)
        steps = self._steps(before, track, element)
        ids = count_ids(self.id_prefix)
        old = _pieces(element, [s.old for s in steps], ids)
        changed = [self._at_speed(piece, step) for piece, step in zip(old.ramp, steps, strict=True)]
        n = track.positions[element.id]
        around = (track.elements[:n], track.elements[n + 1 :])
        split = _replaced(track, element, (*around[0], *old.head, *old.ramp, *old.tail, *around[1]), old.last)
        return with_lengths(before, split, [*around[0], *old.head, *changed, *old.tail, *around[1]])

    def describe(self, before: Timeline) -> str:
        track, element = before.get_element(self.element_id)
        span = self._span(before, track, element)
        now = sum(s.duration_ticks for s in self._steps(before, track, element))
        speeds = f"from {_times(self.from_speed)} to {_times(self.to_speed)}"
        where = f" over {span}" if self.range else ""
        lasts = f"{format_ticks(now)} in place of {format_ticks(span.duration_ticks)}"
        return f"Ramp {name_of(before, element.id)} {speeds}{where} ({lasts})"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (self.element_id,)

    def _span(self, before: Timeline, track: Track, element: Element) -> TimeRange:
        if self.range is not None:
            return snap_range(before, self.range)
        first, last = _room(before, track, element)
        return TimeRange.between(first, max(last, first + 1))

    def _steps(self, before: Timeline, track: Track, element: Element) -> list[_Step]:
        """The ramp from step to step: so many frames of it, and the stretch that they play in place of.

        At constant acceleration the share of the file that is played after a share u of the time is
        (from * u + (to - from) * u^2 / 2) / ((from + to) / 2).
        """
        span = self._span(before, track, element)
        frames = _count_frames(before, span, element, self)
        start, end = self.from_speed.fraction, self.to_speed.fraction
        count = _count_steps(frames, start, end)
        edges = [round_half_up(Fraction(frames * n, count)) for n in range(count + 1)]
        shares = [Fraction(n, frames) for n in edges]
        played = [(start * u + (end - start) * u * u / 2) / ((start + end) / 2) for u in shares]
        places = [span.start_ticks + round_half_up(span.duration_ticks * p) for p in played]
        return [
            _Step(TimeRange.between(places[n], places[n + 1]), before.rate.ticks(edges[n + 1] - edges[n]))
            for n in range(count)
        ]

    def _at_speed(self, piece: Element, step: _Step) -> Element:
        assert isinstance(piece.source, MediaSource)
        speed = Fraction(piece.source.range.duration_ticks, step.duration_ticks)
        exact = Ratio.of(speed.limit_denominator(_FINEST_SPEED))
        return at_speed(piece, exact, step.duration_ticks, keep_pitch=self.keep_pitch)


class _Pieces(NamedTuple):
    """An element in parts: what comes before the ramp, the ramp, and what comes after it."""

    head: Sequence[Element]
    ramp: Sequence[Element]
    tail: Sequence[Element]

    @property
    def last(self) -> Element:
        return [*self.ramp, *self.tail][-1]


def _pieces(element: Element, ramp: Sequence[TimeRange], ids: Iterator[str]) -> _Pieces:
    """The element cut at every step; the first part keeps its id and fade in, the last its fade out."""
    edges = [element.start_ticks, *(r.start_ticks for r in ramp), ramp[-1].end_ticks, element.end_ticks]
    parts: list[Element] = []
    bounds = sorted(set(edges))
    for start, end in pairwise(bounds):
        is_first, is_last = start == element.start_ticks, end == element.end_ticks
        parts.append(
            part_of(
                element,
                TimeRange.between(start, end),
                id=element.id if is_first else next(ids),
                keeps_fade_in=is_first,
                keeps_fade_out=is_last,
            )
        )
    head = [p for p in parts if p.end_ticks <= ramp[0].start_ticks]
    tail = [p for p in parts if p.start_ticks >= ramp[-1].end_ticks]
    return _Pieces(head, parts[len(head) : len(parts) - len(tail)], tail)


def _replaced(track: Track, old: Element, elements: Sequence[Element], last: Element) -> Track:
    """The track with other elements; the transition that left `old` leaves the last part of it."""
    transitions = tuple(
        t.model_copy(update={"left_id": last.id}) if t.left_id == old.id else t for t in track.transitions
    )
    return track.with_elements(tuple(elements)).model_copy(update={"transitions": transitions})


def _room(before: Timeline, track: Track, element: Element) -> tuple[int, int]:
    """Where a ramp may lie: a frame away from transitions, so that they join what plays alone as well."""
    first, last = lone_edges(track, element)
    frame = before.rate.frame_ticks
    return first + frame * (first > element.start_ticks), last - frame * (last < element.end_ticks)


def _count_frames(before: Timeline, span: TimeRange, element: Element, ramp: RampSpeed) -> int:
    """How long the ramp lasts: the file's part at the mean of both speeds."""
    played = span.duration_ticks * element.speed.fraction
    mean = (ramp.from_speed.fraction + ramp.to_speed.fraction) / 2
    return before.rate.frames(round_half_up(played / mean))


def _count_steps(frames: int, start: Fraction, end: Fraction) -> int:
    """Enough steps for the eye, each of a few frames."""
    wanted = math.ceil(abs(math.log(float(end / start))) / math.log(_STEP_RATIO))
    return max(2, min(wanted, _MOST_STEPS, frames // _LEAST_FRAMES))


def _times(speed: Ratio) -> str:
    return f"{float(speed.fraction):g}x"
