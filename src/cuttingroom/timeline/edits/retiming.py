"""What edits of speed share: elements of new lengths close up, and what plays over them goes along."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from cuttingroom.core.time import Rate
from cuttingroom.timeline.model import Element, Timeline, Track
from cuttingroom.timeline.pieces import has_own_time, stretched
from cuttingroom.timeline.ripple import clip_to_lead, find_lead_track, mended, moving_tracks, replace_tracks


def with_lengths(before: Timeline, track: Track, elements: Sequence[Element]) -> Timeline:
    """The timeline with the elements of a track in new lengths, one for each of them and in their order.

    They follow each other as before. On the main track all following tracks change their time with it.
    """
    changed, times = _close_up(track, elements, before.rate)
    others = moving_tracks(before, track.id) - {track.id}
    after = replace_tracks(before.with_track(changed), others, times.move)
    lead = find_lead_track(before)
    return clip_to_lead(before, after) if lead and lead.id == track.id else after


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


def _close_up(track: Track, elements: Sequence[Element], rate: Rate) -> tuple[Track, _TimeMap]:
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
