"""Find the Restore that leads from one timeline back to another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from cuttingroom.timeline.changes import Part, TrackChange, list_changes
from cuttingroom.timeline.edits.anchors import Neighbours, Place, Way
from cuttingroom.timeline.edits.restore import (
    Drop,
    ElementChange,
    EndChange,
    MarkerPlace,
    MoveBack,
    Put,
    Restore,
    Ripple,
    SettingsChange,
    Shift,
    TransitionsChange,
    without_elements,
)
from cuttingroom.timeline.edits.swaps import Swap, id_of, swaps_between
from cuttingroom.timeline.mapping import timeline_ticks
from cuttingroom.timeline.markers import follow_markers, with_markers
from cuttingroom.timeline.model import Element, Marker, MediaSource, Timeline, Track
from cuttingroom.timeline.ripple import find_lead_track, moving_tracks

_NOT_FIELDS = {"id", "start_ticks", "effects"}
"""What an ElementChange does not carry among its fields."""


class _Sample(NamedTuple):
    """From `ticks` of the later timeline the way back is `delta`; told by a dropped piece, if named."""

    ticks: int
    delta: int
    track_id: str
    piece_id: str | None = None


_Samples = defaultdict[str, list[_Sample]]
"""By track."""

_TICKS = attrgetter("ticks")
_START = attrgetter("start_ticks")


class _Group:
    """Tracks that move together, with the moments from which on the way back changes."""

    def __init__(
        self, places: Callable[[], Neighbours], track_ids: list[str], samples: list[_Sample], is_main: bool
    ) -> None:
        self.track_ids, self.is_main = track_ids, is_main
        self.steps = _find_steps(samples)
        self._places = places

    def as_ripple(self) -> Ripple:
        shifts = [Shift(place=self._place(step), delta_ticks=step.delta) for step in self.steps]
        return Ripple(track_ids=() if self.is_main else tuple(self.track_ids), shifts=tuple(shifts))

    def _place(self, step: _Sample) -> Place:
        if step.piece_id is not None:
            return Place(at_ticks=step.ticks, ways=(Way(step.piece_id, "start", 0),))
        return self._places().step(step.ticks, step.track_id)


def _find_steps(samples: list[_Sample]) -> list[_Sample]:
    """The samples at which the delta changes; where several are at one moment most of them decide."""
    by_moment: defaultdict[int, list[_Sample]] = defaultdict(list)
    for sample in samples:
        by_moment[sample.ticks].append(sample)
    steps: list[_Sample] = []
    for ticks in sorted(by_moment):
        chosen = _most_wanted(by_moment[ticks])
        if chosen.delta != (steps[-1].delta if steps else 0):
            steps.append(chosen)
    return steps


def _most_wanted(here: list[_Sample]) -> _Sample:
    if len(here) == 1:
        return here[0]
    counts = Counter(s.delta for s in here)
    return max(here, key=lambda s: (counts[s.delta], abs(s.delta), s.delta, s.piece_id is None))


def _goes_along(samples: list[_Sample], lead: list[_Sample]) -> bool:
    """Whether a track moved as the main one did: nowhere beyond what its samples on either side allow."""
    moments = [s.ticks for s in lead]
    for sample in samples:
        n, m = bisect_left(moments, sample.ticks), bisect_right(moments, sample.ticks)
        around = [lead[n - 1].delta if n else 0, *(s.delta for s in lead[n : m + 1])]
        if m < len(lead) and not min(around) <= sample.delta <= max(around):
            return False
    return True


class Difference:
    """What leads from `after` back to `before`.

    `old`, `new`, `deltas` and `changed` hold only what differs between the tracks; how their heads and tails
    moved is known.
    """

    def __init__(self, before: Timeline, after: Timeline, *, ripples: bool) -> None:
        self.before, self.after = before, after
        self.changes = list_changes(before, after)
        self.old = {e.id: (c.old, e) for c in self.changes if c.old for e in c.was}
        now = {c.new.id: c.now for c in self.changes if c.new}
        self.new = {e.id: (t, e) for t in after.tracks for e in now[t.id]}
        self.deltas = {
            i: e.start_ticks - self.new[i][1].start_ticks for i, (_, e) in self.old.items() if i in self.new
        }
        self.changed = [i for i in self.deltas if self._is_changed(i)]
        self.together: list[str] = []
        self.groups = self._groups() if ripples else []
        self.steps_of = {i: group.steps for group in self.groups for i in group.track_ids}

    @cached_property
    def places_before(self) -> Neighbours:
        return Neighbours(self.before, self.old.keys() - self.new.keys())

    @cached_property
    def places_after(self) -> Neighbours:
        return Neighbours(self.after, self.new.keys() - self.old.keys())

    def restore(self) -> Restore:
        """The Restore that turns `after` into `before`; not yet tried."""
        before, after = self.before, self.after
        ends = [end for i in self.changed if (end := self._end_change(i)) is not None]
        ended = {end.element_id for end in ends}
        markers, marker_places = self._markers()
        same_settings = before.settings == after.settings
        return Restore(
            settings=None
            if same_settings
            else SettingsChange(expected=after.settings, value=before.settings),
            markers=markers,
            marker_places=marker_places,
            tracks=self._track_swaps(),
            transitions=tuple(self._transitions()),
            drop=tuple(self._drops()),
            put=tuple(self._puts()),
            fields=tuple(self._field_change(i) for i in self.changed if i not in ended),
            ends=tuple(ends),
            time=tuple(g.as_ripple() for g in self.groups),
            moves=tuple(self._moves()),
        )

    def _markers(self) -> tuple[tuple[Swap[Marker], ...], tuple[MarkerPlace, ...]]:
        """Markers to swap, and those that would not come back to their moments by going along with time."""
        before, after = self.before, self.after
        if before.markers == after.markers and not (self.groups and before.markers):
            return (), ()
        back = with_markers(before, after.markers)
        back = follow_markers(after, back) if self.groups else back
        starts = {m.id: m.at_ticks for m in before.markers}
        aligned = [m.model_copy(update={"at_ticks": starts.get(m.id, m.at_ticks)}) for m in back.markers]
        swaps = tuple(swaps_between(before.markers, sorted(aligned, key=lambda m: m.at_ticks)))
        found = {m.id: m.at_ticks for m in back.markers} | {id_of(s): -1 for s in swaps}
        lead, places = find_lead_track(before), Neighbours(before, ())
        strays = [m for m in before.markers if found.get(m.id) != m.at_ticks]
        return swaps, tuple(
            MarkerPlace(marker_id=m.id, place=places.place(m.at_ticks, lead.id if lead else ""))
            for m in strays
        )

    def excerpts(self, restore: Restore) -> tuple[Timeline, Timeline]:
        """Both timelines in short: what `restore` does to the excerpts, it does to the whole.

        They hold what differs, what it names, what is joined, and of heads and tails the ends and what lies
        next to a shift: all else goes by the same shift as its neighbours here.
        """
        named = _named_by(restore)
        joins = [j for t in (*self.before.tracks, *self.after.tracks) for j in t.transitions]
        named.update(i for j in joins for i in (j.left_id, j.right_id))
        moments = [s.place.at_ticks for r in restore.time for s in r.shifts]
        pairs = [_excerpt(change, named, moments) for change in self.changes]
        before = {old.id: old for old, _ in pairs if old}
        after = {new.id: new for _, new in pairs if new}
        return (
            self.before.model_copy(update={"tracks": tuple(before[t.id] for t in self.before.tracks)}),
            self.after.model_copy(update={"tracks": tuple(after[t.id] for t in self.after.tracks)}),
        )

    def _is_changed(self, element_id: str) -> bool:
        (old_track, old), (new_track, new) = self.old[element_id], self.new[element_id]
        if old is new and old_track.id == new_track.id:
            return False
        return old_track.id != new_track.id or old.content_hash != new.content_hash

    def _groups(self) -> list[_Group]:
        """The tracks that moved together: the main one with its followers, and each that moved by itself."""
        samples = self._samples(_outermost)
        lead = find_lead_track(self.before)
        if lead is not None and self.after.find_track(lead.id) not in (lead, None):
            followers = moving_tracks(self.after, lead.id) - {lead.id}
            if self._is_mixed(samples, {lead.id, *followers}):
                samples = self._samples(tuple)
            along = [i for i in sorted(followers) if _goes_along(samples[i], samples[lead.id])]
            self.together = [lead.id, *along]
        apart = [[i] for i in samples if i not in self.together and any(s.delta for s in samples[i])]
        groups = [
            _Group(lambda: self.places_after, ids, [s for i in ids for s in samples[i]], ids is self.together)
            for ids in [self.together, *apart]
        ]
        return [g for g in groups if g.steps]

    def _samples(self, choose: Callable[[Sequence[Element]], Iterable[Element]]) -> _Samples:
        """How far things moved, by track and in order of where they are now.

        Told by the elements that moved without changing (of heads and tails: those chosen), and by the pieces
        of files that are to be dropped: their sources say where they came from.
        """
        samples: _Samples = defaultdict(list)
        changed = set(self.changed)
        for change in self.changes:
            for part in change.parts:
                for track, element, delta in _each(change, part, choose):
                    samples[track.id].append(_Sample(element.start_ticks, delta, track.id))
            for track, element, delta in self._list_differing(change):
                if element.id not in changed:
                    samples[track.id].append(_Sample(element.start_ticks, delta, track.id))
        for track, piece, delta in self._origins():
            samples[track.id].append(_Sample(piece.start_ticks, delta, track.id, piece.id))
        for found in samples.values():
            found.sort(key=lambda s: s.ticks)
        return samples

    def _is_mixed(self, samples: _Samples, track_ids: set[str]) -> bool:
        """Whether something on these tracks moved otherwise than a head or tail that plays beside it.

        Only then does it matter what is inside of heads and tails.
        """
        merged = sorted((s for i in track_ids for s in samples.get(i, ())), key=_TICKS)
        parts = [p for c in self.changes if c.new and c.new.id in track_ids for p in c.parts if p.elements]
        for elements, delta in parts:
            first = bisect_left(merged, elements[0].start_ticks, key=_TICKS)
            end = bisect_right(merged, elements[-1].start_ticks, key=_TICKS)
            if any(s.delta != delta for s in merged[first:end]):
                return True
        return False

    def _origins(self) -> Iterator[tuple[Track, Element, int]]:
        """Pieces that the edit made of files which played before, with how far it moved them."""
        sources: defaultdict[tuple[str, str], list[Element]] = defaultdict(list)
        for i, (track, element) in self.old.items():
            if isinstance(element.source, MediaSource) and (i not in self.new or self._is_changed(i)):
                sources[track.id, element.source.artifact_id].append(element)
        for found in sources.values():
            found.sort(key=_source_start)
        for i, (track, piece) in self.new.items():
            if i not in self.old and isinstance(piece.source, MediaSource):
                origin = _find_origin(sources.get((track.id, piece.source.artifact_id), []), piece)
                if origin is not None:
                    was = self.before.rate.snap(timeline_ticks(origin, piece.source.opening_ticks))
                    yield track, piece, was - piece.start_ticks

    def _moves(self) -> Iterator[MoveBack]:
        for change in self.changes:
            head, tail = (
                () if self._goes_in_step(change, p) else _each(change, p, tuple) for p in change.parts
            )
            for track, element, delta in (*head, *self._list_differing(change), *tail):
                if delta != self._step_delta(track.id, element):
                    place = self.places_after.place(element.start_ticks, track.id, apart_from=element.id)
                    yield MoveBack(element_id=element.id, delta_ticks=delta, place=place)

    def _list_differing(self, change: TrackChange) -> list[tuple[Track, Element, int]]:
        """What differs but is in both timelines: where it is now, and how far to go back."""
        return [(*self.new[e.id], self.deltas[e.id]) for e in change.was if e.id in self.deltas]

    def _goes_in_step(self, change: TrackChange, part: Part) -> bool:
        """Whether one and the same step takes all of a head or tail back to its place."""
        if change.new is None or not part.elements:
            return True
        track_id, (first, last) = change.new.id, (part.elements[0], part.elements[-1])
        n, m = self._step_at(track_id, first), self._step_at(track_id, last)
        return n == m and part.delta_ticks == self._step_delta(track_id, first)

    def _step_at(self, track_id: str, element: Element) -> int:
        """How many steps of a track an element lies behind."""
        return bisect_right(self.steps_of.get(track_id, ()), element.start_ticks, key=_TICKS)

    def _step_delta(self, track_id: str, element: Element) -> int:
        n = self._step_at(track_id, element)
        return self.steps_of[track_id][n - 1].delta if n else 0

    def _track_swaps(self) -> tuple[Swap[Track], ...]:
        old, new = self.before.tracks, self.after.tracks
        if len(old) == len(new) and all(
            a is b or without_elements(a) == without_elements(b) for a, b in zip(old, new, strict=True)
        ):
            return ()
        return tuple(swaps_between([without_elements(t) for t in old], [without_elements(t) for t in new]))

    def _drops(self) -> Iterator[Drop]:
        kept_tracks = {t.id for t in self.before.tracks}
        for i, (track, element) in self.new.items():
            if i not in self.old:
                stays = track.id in kept_tracks
                place = self.places_after.place(element.start_ticks, track.id) if stays else None
                yield Drop(element_id=i, content_hash=element.content_hash, place=place)

    def _puts(self) -> Iterator[Put]:
        for i, (track, element) in self.old.items():
            if i not in self.new:
                place = self.places_before.place(element.start_ticks, track.id)
                yield Put(track_id=track.id, element=element, place=place)

    def _field_change(self, element_id: str) -> ElementChange:
        (old_track, old), (new_track, new) = self.old[element_id], self.new[element_id]
        names = [
            name
            for name in Element.model_fields
            if name not in _NOT_FIELDS and getattr(old, name) != getattr(new, name)
        ]
        value, expected = _dump(old, names), _dump(new, names)
        if old_track.id != new_track.id:
            value["track_id"], expected["track_id"] = old_track.id, new_track.id
        return ElementChange(
            element_id=element_id,
            expected=expected,
            value=value,
            effects=tuple(swaps_between(old.effects, new.effects)),
        )

    def _end_change(self, element_id: str) -> EndChange | None:
        """How far a track that stays put was cut; relative, so that several cuts can go in any order."""
        (_, old), (track, new) = self.old[element_id], self.new[element_id]
        if not self.together or track.id in self.together or track.id in self.steps_of:
            return None
        if not (isinstance(old.source, MediaSource) and isinstance(new.source, MediaSource)):
            return None
        change = EndChange(
            element_id=element_id,
            delta_ticks=old.duration_ticks - new.duration_ticks,
            source_delta_ticks=old.source.range.duration_ticks - new.source.range.duration_ticks,
        )
        return change if change.applied_to(new) == old else None

    def _transitions(self) -> Iterator[TransitionsChange]:
        old = {t.id: t.transitions for t in self.before.tracks}
        new = {t.id: t.transitions for t in self.after.tracks}
        for track_id in dict.fromkeys([*old, *new]):
            swaps = swaps_between(old.get(track_id, ()), new.get(track_id, ()))
            if swaps:
                yield TransitionsChange(track_id=track_id, swaps=tuple(swaps))


def _named_by(restore: Restore) -> set[str | None]:
    """Ids of the elements by which a Restore finds its places, and of those that it moves by themselves."""
    placed = (*restore.drop, *restore.put, *restore.moves, *(s for r in restore.time for s in r.shifts))
    ways = (way for p in placed if p.place is not None for way in p.place.ways)
    return {*(way.element_id for way in ways), *(m.element_id for m in restore.moves)}


def _excerpt(
    change: TrackChange, named: set[str | None], moments: list[int]
) -> tuple[Track | None, Track | None]:
    """A track in both states; of its head and tail only the ends, what is named and what lies at moments."""
    if change.old is None or change.new is None:
        return change.old, change.new
    head_part, tail_part = (part.elements for part in change.parts)
    first, positions = len(change.new.elements) - change.tail, change.new.positions
    places = {positions[i] for i in named if i in positions}
    head = _choose(head_part, {n for n in places if n < change.head}, moments)
    tail = _choose(tail_part, {n - first for n in places if n >= first}, moments)

    def excerpt(track: Track, differing: Iterable[Element]) -> Track:
        elements, tail_at = track.elements, len(track.elements) - change.tail
        chosen = (*(elements[n] for n in head), *differing, *(elements[tail_at + n] for n in tail))
        return track.model_copy(update={"elements": chosen})

    old = excerpt(change.old, change.was)
    return old, old if change.old is change.new else excerpt(change.new, change.now)


def _choose(elements: Sequence[Element], named: set[int], moments: list[int]) -> list[int]:
    """Places in a head or tail, in order."""
    chosen = {0, len(elements) - 1, *named}
    for ticks in moments:
        n = bisect_left(elements, ticks, key=_START)
        chosen |= {n - 1, n}
    return sorted(n for n in chosen if 0 <= n < len(elements))


def _each(
    change: TrackChange, part: Part, choose: Callable[[Sequence[Element]], Iterable[Element]]
) -> list[tuple[Track, Element, int]]:
    return [(change.new, e, part.delta_ticks) for e in choose(part.elements)] if change.new else []


def _outermost(elements: Sequence[Element]) -> Sequence[Element]:
    return elements if len(elements) < 3 else (elements[0], elements[-1])


def _find_origin(candidates: list[Element], piece: Element) -> Element | None:
    """The element of which `piece` plays a part, by its source; candidates are in order of theirs."""
    start = _source_start(piece)
    n = bisect_right(candidates, start, key=_source_start)
    origin = candidates[n - 1] if n else None
    if origin is None or origin.speed != piece.speed or _source_end(origin) <= start:
        return None
    return origin if _is_backwards(origin) == _is_backwards(piece) else None


def _source_start(element: Element) -> int:
    return element.source.range.start_ticks if isinstance(element.source, MediaSource) else 0


def _source_end(element: Element) -> int:
    return element.source.range.end_ticks if isinstance(element.source, MediaSource) else 0


def _is_backwards(element: Element) -> bool:
    return isinstance(element.source, MediaSource) and element.source.backwards


def _dump(element: Element, names: list[str]) -> dict[str, Any]:
    return element.model_dump(mode="json", include=set(names))
