"""Find the Restore that leads from one timeline back to another."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from cuttingroom.timeline.edits.anchors import Neighbours, Place, Way
from cuttingroom.timeline.edits.restore import (
    Drop,
    ElementChange,
    EndChange,
    MoveBack,
    Put,
    Restore,
    SettingsChange,
    Shift,
    TransitionsChange,
)
from cuttingroom.timeline.edits.swaps import swaps_between
from cuttingroom.timeline.mapping import timeline_ticks
from cuttingroom.timeline.model import Element, MediaSource, Timeline, Track
from cuttingroom.timeline.ripple import find_lead_track, moving_tracks

_NOT_FIELDS = {"id", "start_ticks", "effects"}
"""What an ElementChange does not carry among its fields."""


def find_difference(before: Timeline, after: Timeline, *, ripples: bool) -> Restore:
    """The Restore that turns `after` into `before`; not yet tried."""
    return _Difference(before, after, ripples).restore()


class _Difference:
    def __init__(self, before: Timeline, after: Timeline, ripples: bool) -> None:
        self.before, self.after = before, after
        self.old = {e.id: (t, e) for t in before.tracks for e in t.elements}
        self.new = {e.id: (t, e) for t in after.tracks for e in t.elements}
        self.common = [i for i in self.old if i in self.new]
        self.is_whole = ripples and self._lead_changed()
        self.scope = self._scope() if ripples else frozenset[str]()
        self.steps = self._steps() if ripples else []

    @cached_property
    def places_before(self) -> Neighbours:
        return Neighbours(self.before, self.common)

    @cached_property
    def places_after(self) -> Neighbours:
        return Neighbours(self.after, self.common)

    def restore(self) -> Restore:
        before, after = self.before, self.after
        changed = [i for i in self.common if self._is_changed(i)]
        ends = [end for i in changed if (end := self._end_change(i)) is not None]
        ended = {end.element_id for end in ends}
        same_settings = before.settings == after.settings
        return Restore(
            settings=None
            if same_settings
            else SettingsChange(expected=after.settings, value=before.settings),
            markers=tuple(swaps_between(before.markers, after.markers)),
            tracks=tuple(swaps_between([_bare(t) for t in before.tracks], [_bare(t) for t in after.tracks])),
            transitions=tuple(self._transitions()),
            drop=tuple(self._drops()),
            put=tuple(self._puts()),
            fields=tuple(self._field_change(i) for i in changed if i not in ended),
            ends=tuple(ends),
            shifts=tuple(Shift(place=place, delta_ticks=delta) for _, delta, place in self.steps),
            ripple_track_ids=tuple(sorted(self.scope)) if self.steps and not self.is_whole else (),
            moves=tuple(self._moves()),
        )

    def _lead_changed(self) -> bool:
        lead = find_lead_track(self.before)
        return lead is not None and self.after.find_track(lead.id) != lead

    def _scope(self) -> frozenset[str]:
        """The tracks on which things that moved together are found."""
        if self.is_whole:
            lead = find_lead_track(self.after)
            return moving_tracks(self.after, lead.id) if lead else frozenset()
        return frozenset(self.new[i][0].id for i in self.common if self._delta(i))

    def _delta(self, element_id: str) -> int:
        return self.old[element_id][1].start_ticks - self.new[element_id][1].start_ticks

    def _is_changed(self, element_id: str) -> bool:
        (old_track, old), (new_track, new) = self.old[element_id], self.new[element_id]
        if old is new and old_track.id == new_track.id:
            return False
        return old_track.id != new_track.id or old.content_hash != new.content_hash

    def _steps(self) -> list[tuple[int, int, Place]]:
        """Where, on the clock of `after`, the way back changes: (from ticks, delta, place).

        Read from the elements that moved without changing, and from the pieces of files that are to be
        dropped: their sources say where they came from.
        """
        samples: defaultdict[int, Counter[int]] = defaultdict(Counter)
        places: dict[int, tuple[str, str | None]] = {}
        for i in self.common:
            track, element = self.new[i]
            if track.id in self.scope and not self._is_changed(i):
                samples[element.start_ticks][self._delta(i)] += 1
                places[element.start_ticks] = (track.id, None)
        for track, piece, delta in self._origins():
            samples[piece.start_ticks][delta] += 1
            places.setdefault(piece.start_ticks, (track.id, piece.id))
        steps: list[tuple[int, int, Place]] = []
        delta = 0
        for ticks in sorted(samples):
            wanted = max(samples[ticks].items(), key=lambda x: (x[1], abs(x[0]), x[0]))[0]
            if wanted != delta:
                delta = wanted
                steps.append((ticks, delta, self._step_place(ticks, *places[ticks])))
        return steps

    def _step_place(self, ticks: int, track_id: str, piece_id: str | None) -> Place:
        if piece_id is not None:
            return Place(ways=(Way(piece_id, "start", 0),))
        return self.places_after.place(ticks, track_id)

    def _origins(self) -> Iterator[tuple[Track, Element, int]]:
        """Pieces that the edit made of files which played before, with how far they were moved by it."""
        sources: defaultdict[tuple[str, str], list[Element]] = defaultdict(list)
        for i, (track, element) in self.old.items():
            source = element.source
            if not isinstance(source, MediaSource) or track.id not in self.scope:
                continue
            if i not in self.new or self._is_changed(i):
                sources[track.id, source.artifact_id].append(element)
        for found in sources.values():
            found.sort(key=_source_start)
        for i, (track, piece) in self.new.items():
            if i not in self.old and isinstance(piece.source, MediaSource):
                origin = _find_origin(sources.get((track.id, piece.source.artifact_id), []), piece)
                if origin is not None:
                    was = self.before.rate.snap(timeline_ticks(origin, piece.source.range.start_ticks))
                    yield track, piece, was - piece.start_ticks

    def _moves(self) -> Iterator[MoveBack]:
        points = [ticks for ticks, _, _ in self.steps]
        for i in self.common:
            track, element = self.new[i]
            n = bisect_right(points, element.start_ticks) if track.id in self.scope else 0
            if self._delta(i) != (self.steps[n - 1][1] if n else 0):
                place = self.places_after.place(element.start_ticks, track.id, apart_from=i)
                yield MoveBack(element_id=i, delta_ticks=self._delta(i), place=place)

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
        if not self.is_whole or track.id in self.scope:
            return None
        if not (isinstance(old.source, MediaSource) and isinstance(new.source, MediaSource)):
            return None
        change = EndChange(
            element_id=element_id,
            delta_ticks=old.duration_ticks - new.duration_ticks,
            source_delta_ticks=old.source.range.end_ticks - new.source.range.end_ticks,
        )
        return change if change.applied_to(new) == old else None

    def _transitions(self) -> Iterator[TransitionsChange]:
        old = {t.id: t.transitions for t in self.before.tracks}
        new = {t.id: t.transitions for t in self.after.tracks}
        for track_id in dict.fromkeys([*old, *new]):
            swaps = swaps_between(old.get(track_id, ()), new.get(track_id, ()))
            if swaps:
                yield TransitionsChange(track_id=track_id, swaps=tuple(swaps))


def _find_origin(candidates: list[Element], piece: Element) -> Element | None:
    """The element of which `piece` plays a part, by its source; candidates are in order of theirs."""
    start = _source_start(piece)
    n = bisect_right(candidates, start, key=_source_start)
    origin = candidates[n - 1] if n else None
    if origin is None or origin.speed != piece.speed or _source_end(origin) <= start:
        return None
    return origin


def _source_start(element: Element) -> int:
    return element.source.range.start_ticks if isinstance(element.source, MediaSource) else 0


def _source_end(element: Element) -> int:
    return element.source.range.end_ticks if isinstance(element.source, MediaSource) else 0


def _dump(element: Element, names: list[str]) -> dict[str, Any]:
    return element.model_dump(mode="json", include=set(names))


def _bare(track: Track) -> Track:
    return track.model_copy(update={"elements": (), "transitions": ()})
