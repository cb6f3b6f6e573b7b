"""Where moments of the main track go when its time changes: with the picture that is shown there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator

from cuttingroom.core.time import Rate
from cuttingroom.timeline.mapping import timeline_ticks
from cuttingroom.timeline.model import Element, MediaSource, Timeline, Track
from cuttingroom.timeline.ripple import find_lead_track


class Follower:
    """From moments of one state of a track to those of a later one.

    A moment goes along with the picture that plays there, into whatever piece plays it afterwards. What is
    gone lands where the next thing that is left begins. `new_ids` are elements that are no part of anything
    there was before.
    """

    def __init__(self, old: Track, new: Track, rate: Rate, new_ids: Collection[str] = ()) -> None:
        self._old, self._new, self._rate = old, new, rate
        self._starts = [e.start_ticks for e in old.elements]
        known = {e.id: e for e in old.elements}
        self._loose = [
            e for e in new.elements if e.id not in new_ids and not _plays_the_same(known.get(e.id), e)
        ]
        self._known = known

    @classmethod
    def between(cls, before: Timeline, after: Timeline, new_ids: Collection[str] = ()) -> Follower | None:
        """For the main tracks of two states of a timeline; None where one has none."""
        old, new = find_lead_track(before), find_lead_track(after)
        return None if old is None or new is None else cls(old, new, after.rate, new_ids)

    def place(self, ticks: int) -> int:
        """Where a moment lands, on the frame grid."""
        n = bisect_right(self._starts, ticks) - 1
        playing = self._old.elements[n] if n >= 0 and ticks < self._old.elements[n].end_ticks else None
        found = self._find(playing, ticks) if playing is not None else None
        if found is None:
            found = self._land(ticks, n + 1, in_gap=playing is None)
        return max(0, self._rate.snap(found))

    def _find(self, element: Element, ticks: int) -> int | None:
        """When the picture of an element at a moment is shown now; else when what is left of it goes on."""
        if not isinstance(element.source, MediaSource):
            return self._find_standing(element, ticks)
        at = element.source_ticks_at(ticks)
        places = [timeline_ticks(e, at) for e in self._heirs(element) if self._took_over(element, e, at)]
        if places:
            return min(places, key=lambda p: abs(p - ticks))
        later = [
            e.start_ticks
            for e in self._heirs(element)
            if e.id not in self._known or e.id == element.id
            if isinstance(e.source, MediaSource) and e.source.range.start_ticks > at
        ]
        return min(later, default=None)

    def _heirs(self, element: Element) -> Iterator[Element]:
        """The pieces that may play what the element played, itself first."""
        n = self._new.positions.get(element.id)
        if n is not None:
            yield self._new.elements[n]
        yield from (e for e in self._loose if e.id != element.id and e.artifact_ids == element.artifact_ids)

    def _took_over(self, element: Element, heir: Element, at: int) -> bool:
        """Whether an heir plays a moment of the file, and did not play it apart from the element before."""
        if not _covers(heir, at):
            return False
        was = self._known.get(heir.id)
        return heir.id == element.id or was is None or not _covers(was, at)

    def _find_standing(self, element: Element, ticks: int) -> int | None:
        """The same for what has no time of its own, by how long it had been there."""
        rest = ticks - element.start_ticks
        pieces = [e for e in self._loose if e.id not in self._known and e.source == element.source]
        n = self._new.positions.get(element.id)
        if n is not None:
            pieces.insert(0, self._new.elements[n])
        for piece in pieces:
            if rest < piece.duration_ticks:
                return piece.start_ticks + rest
            rest -= piece.duration_ticks
        return None

    def _land(self, ticks: int, following: int, *, in_gap: bool) -> int:
        """For a moment of a gap, or of what is gone: by the next old element that is left, or by the end."""
        for n, element in enumerate(self._old.elements[following:], following):
            found = self._find(element, element.start_ticks)
            if found is not None:
                is_near = in_gap and n == following
                return (
                    max(self._end_before(n, found), found - (element.start_ticks - ticks))
                    if is_near
                    else found
                )
        return self._new.end_ticks + max(0, ticks - self._old.end_ticks)

    def _end_before(self, n: int, limit: int) -> int:
        """Where the element before the nth one ends now, if that is not after `limit`."""
        at = self._new.positions.get(self._old.elements[n - 1].id) if n else None
        end = self._new.elements[at].end_ticks if at is not None else 0
        return end if end <= limit else 0


def _covers(element: Element, at: int) -> bool:
    source = element.source
    return isinstance(source, MediaSource) and source.range.start_ticks <= at < source.range.end_ticks


def _plays_the_same(was: Element | None, now: Element) -> bool:
    return was is not None and (was is now or (was.source == now.source and was.speed == now.speed))
