"""The general inverse: put back what an edit changed, on the timeline after it or on a later one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from operator import is_
from typing import Any, Literal

from pydantic import Field, ValidationError

from cuttingroom.core.errors import EditRefused, TimelineInvalid
from cuttingroom.core.time import Frozen, Ticks, TimeRange
from cuttingroom.timeline.edits.anchors import ElementSpans, Place, Spans
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.swaps import Swap, id_of, swap
from cuttingroom.timeline.effects import Effect, Id
from cuttingroom.timeline.invariants import check_change
from cuttingroom.timeline.markers import follow_markers, with_markers
from cuttingroom.timeline.model import (
    Element,
    Marker,
    MediaSource,
    Name,
    Timeline,
    TimelineSettings,
    Track,
    Transition,
)
from cuttingroom.timeline.ripple import find_lead_track


class SettingsChange(Frozen):
    expected: TimelineSettings
    value: TimelineSettings


class Drop(Frozen):
    """An element to take away: still as the edit made it, and still at its place (if one is given)."""

    element_id: Id
    content_hash: str
    place: Place | None = None


class Put(Frozen):
    """An element to bring back on a track, where its neighbours say that it was."""

    track_id: Id
    element: Element
    place: Place


class ElementChange(Frozen):
    """Fields of an element to set back, as JSON by name; `track_id` is the track that it lies on."""

    element_id: Id
    expected: dict[str, Any]
    value: dict[str, Any]
    effects: tuple[Swap[Effect], ...] = ()


class EndChange(Frozen):
    """An element on a track that stays put ends later by `delta_ticks`, and its source range with it."""

    element_id: Id
    delta_ticks: Ticks
    source_delta_ticks: Ticks

    def applied_to(self, element: Element) -> Element | None:
        """The longer element; None when its file does not reach so far."""
        source = element.source
        duration = element.duration_ticks + self.delta_ticks
        if not isinstance(source, MediaSource) or duration <= 0:
            return None
        start, end = source.range.start_ticks, source.range.end_ticks
        if source.backwards:
            start -= self.source_delta_ticks
        else:
            end += self.source_delta_ticks
        if not 0 <= start < end <= source.media_ticks:
            return None
        used = source.model_copy(update={"range": TimeRange.between(start, end)})
        return element.model_copy(update={"duration_ticks": duration, "source": used})


class Shift(Frozen):
    """From `place` on, until the next one, everything moves by `delta_ticks`."""

    place: Place
    delta_ticks: Ticks


class Ripple(Frozen):
    """Tracks that move together: those named, or (when empty) the main one and all other followers."""

    track_ids: tuple[Id, ...] = ()
    shifts: tuple[Shift, ...]


class MoveBack(Frozen):
    """An element to move by `delta_ticks` from its expected place, whatever the shifts say."""

    element_id: Id
    delta_ticks: Ticks
    place: Place


class MarkerPlace(Frozen):
    """Where a marker belongs when all else is back."""

    marker_id: Id
    place: Place


class TransitionsChange(Frozen):
    track_id: Id
    swaps: tuple[Swap[Transition], ...]


class Restore(Edit):
    """Take back what turned one timeline into another, as long as it was not changed again.

        | A | C |   ->   | A | B | C |

    Time that went is put back where it went, also before what came later: `time` moves everything from a
    place on. Refused with `detail["conflicts"]`, the sorted ids of what stands in the way. Locks do not hold
    it up: they are part of the history that it goes back in.
    """

    tool: Literal["restore"] = "restore"
    title: Name = ""
    settings: SettingsChange | None = None
    markers: tuple[Swap[Marker], ...] = ()
    marker_places: tuple[MarkerPlace, ...] = Field(default=(), exclude_if=lambda places: not places)
    tracks: tuple[Swap[Track], ...] = ()
    transitions: tuple[TransitionsChange, ...] = ()
    drop: tuple[Drop, ...] = ()
    put: tuple[Put, ...] = ()
    fields: tuple[ElementChange, ...] = ()
    ends: tuple[EndChange, ...] = ()
    time: tuple[Ripple, ...] = ()
    moves: tuple[MoveBack, ...] = ()

    @classmethod
    def between(
        cls, before: Timeline, after: Timeline, *, ripples: bool = False, tried_on_all: bool = True
    ) -> Restore:
        """The edit that turns `after` into `before`. With `ripples` what moved together moves back together.

        It is tried: on the whole timeline, or only on what differs and its neighbours, which is enough where
        one edit led from `before` to `after`. Raises EditRefused when it is impossible, because one of them
        breaks an invariant.
        """
        from cuttingroom.timeline.edits.difference import Difference

        difference = Difference(before, after, ripples=ripples)
        restore = difference.restore()
        if not tried_on_all and not (before.markers or after.markers):
            before, after = difference.excerpts(restore)
        if restore.apply(after) != before:
            raise EditRefused("This change cannot be taken back exactly.", conflicts=[])
        return restore

    def apply(self, before: Timeline) -> Timeline:
        restoration = _Restoration(self, before)
        after = restoration.run()
        try:
            check_change(before, after)
        except TimelineInvalid as error:
            raise restoration.refusal(error.message, _named_in(error)) from error
        return after

    def inverse(self, before: Timeline, after: Timeline | None = None) -> Restore:
        return Restore.between(
            before, after or self.apply(before), ripples=bool(self.time), tried_on_all=False
        )

    def change(self, before: Timeline) -> Timeline:
        return _Restoration(self, before).run()

    def describe(self, before: Timeline) -> str:
        if self.title:
            return self.title
        count = len(self.targets(before))
        return f"Take back changes to {count} {'thing' if count == 1 else 'things'}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        elements = [
            *(d.element_id for d in self.drop),
            *(p.element.id for p in self.put),
            *(c.element_id for c in (*self.fields, *self.ends, *self.moves)),
        ]
        joined = [i for c in self.transitions for s in c.swaps for i in _joined_ids(s)]
        return tuple(dict.fromkeys([*(id_of(s) for s in self.tracks), *elements, *joined]))


class _Restoration:
    """One application of a Restore: works on elements by id and collects what stands in the way."""

    def __init__(self, restore: Restore, before: Timeline) -> None:
        self.restore = restore
        self.before = before
        self.elements = {e.id: e for t in before.tracks for e in t.elements}
        self.track_of = {e.id: t.id for t in before.tracks for e in t.elements}
        self.touched: set[str] = set()
        self.conflicts: set[str] = set()
        self.strayed: dict[str, set[str]] = {}
        self.strayed_time: set[str] = set()

    def run(self) -> Timeline:
        spans = ElementSpans(self.elements)
        self._shift(spans)
        self._move_back(spans)
        self._set_fields()
        self._set_ends()
        self._drop(spans)
        self._put()
        after = self._with_markers(self._assemble())
        if self.conflicts:
            raise _refusal("Later changes stand in the way.", self.conflicts)
        overlapping = self._find_overlaps(after)
        if overlapping:
            raise self.refusal("Something else is there now.", overlapping)
        return after

    def _shift(self, spans: Spans) -> None:
        named = {i for ripple in self.restore.time for i in ripple.track_ids}
        for ripple in self.restore.time:
            steps = self._resolve(ripple, spans)
            for track in self.before.tracks:
                if track.id in ripple.track_ids or not (ripple.track_ids or track.id in named):
                    self._shift_track(track, steps, follows=not ripple.track_ids)

    def _resolve(self, ripple: Ripple, spans: Spans) -> list[tuple[int, int]]:
        self.strayed_time.update(*(shift.place.list_strayed(spans) for shift in ripple.shifts))
        return sorted((shift.place.resolve(spans), shift.delta_ticks) for shift in ripple.shifts)

    def _shift_track(self, track: Track, steps: list[tuple[int, int]], *, follows: bool) -> None:
        lead = find_lead_track(self.before)
        if follows and not track.follows_ripple and not (lead and lead.id == track.id):
            return
        points = [point for point, _ in steps]
        by_hand = {m.element_id for m in self.restore.moves}
        for element in track.elements:
            n = bisect_right(points, element.start_ticks)
            if n and element.id not in by_hand:
                self.elements[element.id] = element.moved_to(element.start_ticks + steps[n - 1][1])

    def _move_back(self, spans: Spans) -> None:
        for move in self.restore.moves:
            element = self._get(move.element_id)
            if element is None:
                continue
            if not move.place.allows(spans, element.start_ticks):
                self.conflicts.add(element.id)
            self.strayed[element.id] = move.place.list_strayed(spans)
            self._replace(element.moved_to(element.start_ticks + move.delta_ticks))

    def _set_fields(self) -> None:
        for change in self.restore.fields:
            element = self._get(change.element_id)
            if element is not None:
                self._set(element, change)

    def _set(self, element: Element, change: ElementChange) -> None:
        expected = dict(change.expected)
        track_id = self.track_of[element.id]
        if expected.pop("track_id", track_id) != track_id:
            self.conflicts.add(element.id)
        if element.model_dump(mode="json", include=set(expected)) != expected:
            self.conflicts.add(element.id)
        effects, changed = swap(element.effects, change.effects)
        if changed:
            self.conflicts.add(element.id)
        value = dict(change.value)
        self.track_of[element.id] = value.pop("track_id", track_id)
        fields = {**element.model_dump(exclude={"effects"}), **value, "effects": effects}
        try:
            self._replace(Element.model_validate(fields))
        except ValidationError:
            self.conflicts.add(element.id)

    def _set_ends(self) -> None:
        for change in self.restore.ends:
            element = self._get(change.element_id)
            if element is None:
                continue
            ended = change.applied_to(element)
            if ended is None:
                self.conflicts.add(element.id)
            else:
                self._replace(ended)

    def _drop(self, spans: Spans) -> None:
        for drop in self.restore.drop:
            element = self._get(drop.element_id)
            if element is None:
                continue
            start = spans[element.id][0]
            moved = drop.place is not None and not drop.place.allows(spans, start)
            if moved or element.content_hash != drop.content_hash:
                self.conflicts.add(element.id)
            del self.elements[element.id]

    def _put(self) -> None:
        if not self.restore.put:
            return
        spans = ElementSpans(self.elements)
        for put in self.restore.put:
            if put.element.id in self.elements:
                self.conflicts.add(put.element.id)
            self.strayed[put.element.id] = put.place.list_strayed(spans)
            self.track_of[put.element.id] = put.track_id
            self._replace(put.element.moved_to(put.place.resolve(spans)))

    def _get(self, element_id: str) -> Element | None:
        element = self.elements.get(element_id)
        if element is None:
            self.conflicts.add(element_id)
        return element

    def _replace(self, element: Element) -> None:
        self.elements[element.id] = element
        self.touched.add(element.id)

    def _assemble(self) -> Timeline:
        r, before = self.restore, self.before
        settings = before.settings
        if r.settings is not None:
            if settings != r.settings.expected:
                self.conflicts.add("settings")
            settings = r.settings.value
        tracks = self._fill(self._list_tracks())
        return before.model_copy(update={"settings": settings, "tracks": tuple(tracks)})

    def _with_markers(self, after: Timeline) -> Timeline:
        """The timeline with the markers that belong to it: moved with time, swapped, put in their places."""
        r = self.restore
        if r.time:
            after = follow_markers(self.before, after)
        if not r.markers and not r.marker_places:
            return after
        markers, changed = swap(_wherever(after.markers, r.markers), r.markers)
        self.conflicts |= changed
        spans = ElementSpans({e.id: e for t in after.tracks for e in t.elements})
        starts = {p.marker_id: p.place.resolve(spans) for p in r.marker_places}
        placed = [m.model_copy(update={"at_ticks": max(0, starts.get(m.id, m.at_ticks))}) for m in markers]
        if r.time or placed != markers:
            return with_markers(after, placed)
        return after.model_copy(update={"markers": tuple(markers)})

    def _list_tracks(self) -> list[Track]:
        if not self.restore.tracks:
            return list(self.before.tracks)
        bare = [without_elements(t) for t in self.before.tracks]
        tracks, changed = swap(bare, self.restore.tracks)
        self.conflicts |= changed
        transitions = {t.id: t.transitions for t in self.before.tracks}
        return [t.model_copy(update={"transitions": transitions.get(t.id, ())}) for t in tracks]

    def _fill(self, tracks: list[Track]) -> list[Track]:
        by_track: dict[str, list[Element]] = {t.id: [] for t in tracks}
        for element_id, element in self.elements.items():
            track_id = self.track_of[element_id]
            if track_id in by_track:
                by_track[track_id].append(element)
            else:
                self.conflicts.add(element_id if element_id not in self.touched else track_id)
        swaps = {c.track_id: c.swaps for c in self.restore.transitions}
        self.conflicts |= swaps.keys() - by_track.keys() - {id_of(s) for s in self.restore.tracks}
        return [self._filled(t, by_track[t.id], swaps.get(t.id, ())) for t in tracks]

    def _filled(self, track: Track, elements: list[Element], swaps: tuple[Swap[Transition], ...]) -> Track:
        if not swaps and len(elements) == len(track.elements) and all(map(is_, elements, track.elements)):
            return track
        transitions, changed = swap(track.transitions, swaps)
        self.conflicts |= {i for s in swaps if id_of(s) in changed for i in _joined_ids(s)}
        present = {e.id for e in elements}
        for join in transitions:
            self.conflicts |= {join.left_id, join.right_id} - present
        filled = track.with_elements(elements)
        order = {e.id: n for n, e in enumerate(filled.elements)}
        transitions.sort(key=lambda t: order.get(t.left_id, 0))
        return filled.model_copy(update={"transitions": tuple(transitions)})

    def _find_overlaps(self, after: Timeline) -> set[str]:
        known = {id(track) for track in self.before.tracks}
        found: set[str] = set()
        for track in after.tracks:
            if id(track) in known:
                continue
            joins = {(t.left_id, t.right_id) for t in track.transitions}
            for left, right in pairwise(track.elements):
                overlap = left.start_ticks + left.duration_ticks - right.start_ticks
                if overlap > 0 and (left.id, right.id) not in joins:
                    found |= {left.id, right.id}
        return found

    def refusal(self, message: str, misplaced: set[str]) -> EditRefused:
        """Names what is misplaced, and the neighbours that went astray by which it was to be placed."""
        strayed = (self.strayed.get(i, set[str]()) for i in misplaced)
        return _refusal(message, misplaced.union(self.strayed_time, *strayed))


def without_elements(track: Track) -> Track:
    """The track without what lies on it."""
    return track.model_copy(update={"elements": (), "transitions": ()})


def _wherever(markers: Sequence[Marker], swaps: Sequence[Swap[Marker]]) -> list[Marker]:
    """The markers, each where its swap expects it: that time moved it is no other change."""
    starts = {s.expected.id: s.expected.at_ticks for s in swaps if s.expected is not None}
    return [m.model_copy(update={"at_ticks": starts.get(m.id, m.at_ticks)}) for m in markers]


def _joined_ids(change: Swap[Transition]) -> set[str]:
    return {i for t in (change.expected, change.value) if t for i in (t.left_id, t.right_id)}


def _named_in(error: TimelineInvalid) -> set[str]:
    return {str(error.detail[k]) for k in ("element_id", "left_id", "track_id", "id") if k in error.detail}


def _refusal(message: str, conflicts: set[str]) -> EditRefused:
    return EditRefused(
        message,
        advice="Undo the later changes first, or restore an earlier version.",
        conflicts=sorted(conflicts),
    )
