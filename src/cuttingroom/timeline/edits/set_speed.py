"""Play elements faster or slower."""

from bisect import bisect_right
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import Rate, Ratio, format_ticks, round_half_up
from cuttingroom.timeline.edits.base import Edit, name_all, name_of
from cuttingroom.timeline.effects import FadeIn, FadeOut, Id
from cuttingroom.timeline.model import Element, MediaSource, Timeline, Track
from cuttingroom.timeline.pieces import fit_effects, has_own_time, stretched
from cuttingroom.timeline.ripple import clip_to_lead, find_lead_track, mended, moving_tracks, replace_tracks

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
        changed, times = _close_up(track, faster, before.rate)
        others = moving_tracks(before, track.id) - {track.id}
        after = replace_tracks(before.with_track(changed), others, times.move)
        lead = find_lead_track(before)
        return clip_to_lead(before, after) if lead and lead.id == track.id else after

    def _faster(self, element: Element, rate: Rate) -> Element:
        duration = _new_length(element, self.speed, rate)
        share = Fraction(duration, element.duration_ticks)

        def place(ticks: int) -> int:
            return round_half_up(ticks * share)

        effects = [
            e.model_copy(update={"duration_ticks": max(1, place(e.duration_ticks))})
            if isinstance(e, (FadeIn, FadeOut))
            else e
            for e in element.effects
        ]
        changes = {
            "speed": self.speed,
            "keep_pitch": self.keep_pitch,
            "duration_ticks": duration,
            "effects": fit_effects(effects, duration, place),
        }
        return element.model_copy(update=changes)


class _TimeMap:
    """Where moments go when the elements of a track change their lengths: straight lines between knots."""

    def __init__(self, knots: list[tuple[int, int]], rate: Rate) -> None:
        self._old = [old for old, _ in knots]
        self._new = [new for _, new in knots]
        self._rate = rate

    def place(self, ticks: int) -> int:
        n = bisect_right(self._old, ticks) - 1
        if n < 0:
            return ticks
        if n == len(self._old) - 1:
            return ticks + self._new[n] - self._old[n]
        was, now = self._old[n + 1] - self._old[n], self._new[n + 1] - self._new[n]
        return self._rate.snap(self._new[n] + (2 * (ticks - self._old[n]) * now + was) // (2 * was))

    def move(self, track: Track) -> Track:
        return mended(track.with_elements([self._moved(e) for e in track.elements]))

    def _moved(self, element: Element) -> Element:
        start = self.place(element.start_ticks)
        if has_own_time(element):
            return element.moved_to(start)
        duration = max(self._rate.frame_ticks, self.place(element.end_ticks) - start)
        return stretched(element, duration).moved_to(start)


def _close_up(track: Track, elements: list[Element], rate: Rate) -> tuple[Track, _TimeMap]:
    """The track with elements of new lengths one after the other as before, and how its time changed."""
    placed: list[Element] = []
    knots: list[tuple[int, int]] = []
    moved = 0
    following = [*(e.start_ticks for e in track.elements[1:]), None]
    for old, new, next_start in zip(track.elements, elements, following, strict=True):
        placed.append(new.moved_to(old.start_ticks + moved))
        if new.duration_ticks != old.duration_ticks:
            knots.append((old.start_ticks, old.start_ticks + moved))
            moved += new.duration_ticks - old.duration_ticks
            end = old.end_ticks if next_start is None else min(old.end_ticks, next_start)
            knots.append((end, end + moved))
    return track.with_elements(placed), _TimeMap(knots, rate)


def _new_length(element: Element, speed: Ratio, rate: Rate) -> int:
    assert isinstance(element.source, MediaSource)
    return max(
        rate.frame_ticks, rate.snap(round_half_up(element.source.range.duration_ticks / speed.fraction))
    )
