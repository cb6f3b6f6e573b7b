"""Where something was, said in several ways, so that it is found again after later edits."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Literal, NamedTuple

from cuttingroom.core.time import Frozen, Ticks
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Element, Timeline
from cuttingroom.timeline.ripple import find_lead_track

Spans = Mapping[str, tuple[int, int]]
"""Start and end of elements by id, on the timeline's clock."""


class ElementSpans(Mapping[str, tuple[int, int]]):
    """The spans of elements as they are now, whatever becomes of the mapping they are taken from."""

    def __init__(self, elements: Mapping[str, Element]) -> None:
        self._elements = dict(elements)

    def __getitem__(self, element_id: str) -> tuple[int, int]:
        element = self._elements[element_id]
        return element.start_ticks, element.end_ticks

    def __iter__(self) -> Iterator[str]:
        return iter(self._elements)

    def __len__(self) -> int:
        return len(self._elements)


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

    `at_ticks` is the moment when the place was taken; it counts when no neighbour is left.
    """

    at_ticks: Ticks
    ways: tuple[Way, ...]

    def resolve(self, spans: Spans) -> int:
        """The moment on which most ways agree, the first of them when they are equally many."""
        found = self._list(spans)
        return Counter(found).most_common(1)[0][0] if found else self.at_ticks

    def allows(self, spans: Spans, ticks: int) -> bool:
        """Whether anything says that this is still the place."""
        return ticks in self._list(spans) or not self.ways

    def list_strayed(self, spans: Spans) -> set[str]:
        """The neighbours that are gone, or no longer where they were when this place was taken."""
        found = {w.element_id: w.resolve(spans) for w in self.ways if w.element_id is not None}
        return {i for i, at in found.items() if at != self.at_ticks}

    def _list(self, spans: Spans) -> list[int]:
        return [ticks for way in self.ways if (ticks := way.resolve(spans)) is not None]


class Neighbours:
    """The elements of one state of a timeline, apart from `passing` ones, to anchor places to."""

    def __init__(self, timeline: Timeline, passing: Collection[str]) -> None:
        self._tracks, self._passing = {t.id: t for t in timeline.tracks}, passing
        self._staying: dict[str, Sequence[Element]] = {}
        self._following = {t.id for t in timeline.tracks if t.follows_ripple}
        lead = find_lead_track(timeline)
        self._lead_id = lead.id if lead else None

    def place(self, ticks: int, track_id: str, *, apart_from: str | None = None) -> Place:
        """Where one thing is: by what is around it on its track and on the main one that it follows."""
        ways: list[Way] = []
        for lane in self._lanes(track_id):
            n, m = self._around(lane, ticks, apart_from)
            elements = self._list_staying(lane)
            ways += _ways(ticks, (*elements[m : m + 1], *elements[max(0, n) : n + 1]))
        return Place(at_ticks=ticks, ways=(*ways, Way(None, "start", ticks)))

    def step(self, ticks: int, track_id: str) -> Place:
        """From where on things moved: by the first that did, the last before (or the start), the second."""
        n, m = self._around(track_id, ticks, None)
        elements = self._list_staying(track_id)
        near = (*elements[m : m + 1], *elements[max(0, n) : n + 1], *elements[m + 1 : m + 2])
        ways = _ways(ticks, near)
        start = [] if n >= 0 else [Way(None, "start", ticks)]
        return Place(at_ticks=ticks, ways=(*ways, *start))

    def _lanes(self, track_id: str) -> list[str]:
        """The tracks to look at, the main one first where this one moves with it."""
        along = self._lead_id is not None and self._lead_id != track_id and track_id in self._following
        lanes = [self._lead_id, track_id] if along else [track_id]
        return [lane for lane in lanes if lane in self._tracks]

    def _around(self, track_id: str, ticks: int, apart_from: str | None) -> tuple[int, int]:
        """Where on a track the last element before a moment is (or -1), and the first one from there."""
        elements = self._list_staying(track_id)
        m = bisect_left(elements, ticks, key=_START)
        n = m - 1
        if n >= 0 and elements[n].id == apart_from:
            n -= 1
        if m < len(elements) and elements[m].id == apart_from:
            m += 1
        return n, m

    def _list_staying(self, track_id: str) -> Sequence[Element]:
        found = self._staying.get(track_id)
        if found is None:
            track = self._tracks.get(track_id)
            positions = track.positions if track else {}
            found = list(track.elements) if track else []
            for n in sorted((positions[i] for i in self._passing if i in positions), reverse=True):
                del found[n]
            self._staying[track_id] = found
        return found


_START = attrgetter("start_ticks")


def _ways(ticks: int, elements: Iterable[Element]) -> list[Way]:
    return [
        way
        for e in elements
        for way in (Way(e.id, "start", ticks - e.start_ticks), Way(e.id, "end", ticks - e.end_ticks))
    ]
