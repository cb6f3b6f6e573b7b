"""Where something was, said in several ways, so that it is found again after later edits."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from cuttingroom.core.time import Frozen, Ticks
from cuttingroom.timeline.model import Element, Id, Timeline
from cuttingroom.timeline.ripple import find_lead_track

Spans = Mapping[str, tuple[int, int]]
"""Start and end of elements by id, on the timeline's clock."""


class Way(NamedTuple):
    """So many ticks after an edge of an element, or after the start of the timeline."""

    element_id: Id | None
    edge: Literal["start", "end"]
    offset_ticks: Ticks

    def resolve(self, spans: Spans) -> int | None:
        if self.element_id is None:
            return self.offset_ticks
        span = spans.get(self.element_id)
        return None if span is None else span[self.edge == "end"] + self.offset_ticks


class Place(Frozen):
    """A moment relative to its neighbours. One moved neighbour is outvoted by those that stayed together.

    The last way is always the absolute time, so that every place can be found.
    """

    ways: tuple[Way, ...]

    def resolve(self, spans: Spans) -> int:
        """The moment on which most ways agree, the first of them when they are equally many."""
        found = self._list(spans)
        return Counter(found).most_common(1)[0][0] if found else 0

    def allows(self, spans: Spans, ticks: int) -> bool:
        """Whether anything says that this is still the place."""
        return ticks in self._list(spans)

    def list_strayed(self, spans: Spans) -> set[str]:
        """The neighbours that are gone or no longer agree with most ways."""
        chosen = self.resolve(spans)
        return {w.element_id for w in self.ways if w.element_id and w.resolve(spans) != chosen}

    def _list(self, spans: Spans) -> list[int]:
        return [ticks for way in self.ways if (ticks := way.resolve(spans)) is not None]


class Neighbours:
    """The surviving elements of one state of a timeline, to anchor places to."""

    def __init__(self, timeline: Timeline, survivors: Iterable[str]) -> None:
        kept = frozenset(survivors)
        self._tracks = {t.id: [e for e in t.elements if e.id in kept] for t in timeline.tracks}
        self._starts = {k: [e.start_ticks for e in found] for k, found in self._tracks.items()}
        self._following = {t.id for t in timeline.tracks if t.follows_ripple}
        lead = find_lead_track(timeline)
        self._lead_id = lead.id if lead else None

    def place(self, ticks: int, track_id: str, *, apart_from: str | None = None) -> Place:
        """`ticks` relative to what is around it on its track and, where that follows, on the main one."""
        around = [e for e in self._around(track_id, ticks, apart_from)[::-1] if e is not None]
        ways = [
            way
            for e in around
            for way in (Way(e.id, "start", ticks - e.start_ticks), Way(e.id, "end", ticks - e.end_ticks))
        ]
        if track_id != self._lead_id and self._lead_id is not None and track_id in self._following:
            main = self._around(self._lead_id, ticks, apart_from)
            ways += [Way(e.id, "start", ticks - e.start_ticks) for e in main if e is not None]
        return Place(ways=(*ways, Way(None, "start", ticks)))

    def _around(
        self, track_id: str, ticks: int, apart_from: str | None
    ) -> tuple[Element | None, Element | None]:
        """The nearest elements that start before, and at or after, a moment."""
        elements = self._tracks.get(track_id, [])
        n = m = bisect_left(self._starts.get(track_id, []), ticks)
        if n and elements[n - 1].id == apart_from:
            n -= 1
        if m < len(elements) and elements[m].id == apart_from:
            m += 1
        return elements[n - 1] if n else None, elements[m] if m < len(elements) else None
