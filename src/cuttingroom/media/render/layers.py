"""The visible tracks of a timeline in frames of the output, so that a stretch of it is found quickly."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from cuttingroom.core.time import Rate
from cuttingroom.timeline.model import Element, Timeline, TimelineSettings, Track, TrackKind, Transition


@dataclass(frozen=True)
class Piece:
    """Frames `first` up to, not including, `end` of the output."""

    first: int
    end: int

    @property
    def frames(self) -> int:
        return self.end - self.first


@dataclass(frozen=True)
class Cut:
    """What a piece shows of an element: `count` frames, from `skip` on, at frame `at` of the piece."""

    element: Element
    at: int
    skip: int
    count: int


@dataclass(frozen=True)
class Shared:
    """Frames of a piece that two elements share, in a transition that takes `frames` in all."""

    transition: Transition
    frames: int
    left: Cut
    right: Cut

    @property
    def at(self) -> int:
        return self.right.at

    @property
    def count(self) -> int:
        return self.right.count


@dataclass(frozen=True)
class Placed:
    """An element with the frames it fills."""

    element: Element
    first: int
    end: int


@dataclass(frozen=True)
class Layer:
    """One visible track. `faded` is by the id of any element of a transition: the frames that it shares at
    its start and at its end."""

    track: Track
    placed: tuple[Placed, ...]
    faded: Mapping[str, tuple[int, int]]
    _starts: tuple[int, ...]
    _ends: tuple[int, ...]

    def within(self, piece: Piece) -> tuple[Placed, ...]:
        """Elements that share frames with `piece`, in order."""
        return self.placed[bisect_right(self._ends, piece.first) : bisect_left(self._starts, piece.end)]

    def cuts(self, piece: Piece) -> Iterator[Cut]:
        for placed in self.within(piece):
            first, end = max(placed.first, piece.first), min(placed.end, piece.end)
            if end > first:
                yield _cut(placed, piece, first, end)

    def row(self, piece: Piece) -> Iterator[Cut | Shared]:
        """The same one after the other: what each element shows by itself, and what two of them share."""
        joints = {t.right_id: t for t in self.track.transitions}
        for placed in self.within(piece):
            element_id = placed.element.id
            joined, leaving = self.faded.get(element_id, (0, 0))
            inner, outer = placed.first + joined, placed.end - leaving
            first, end = max(placed.first, piece.first), min(inner, piece.end)
            if end > first:
                joint = joints[element_id]
                left = self.placed[self.track.positions[joint.left_id]]
                cuts = (_cut(p, piece, first, end) for p in (left, placed))
                yield Shared(joint, joined, *cuts)
            first, end = max(inner, piece.first), min(outer, piece.end)
            if end > first:
                yield _cut(placed, piece, first, end)


def _cut(placed: Placed, piece: Piece, first: int, end: int) -> Cut:
    """What a piece shows of an element between two frames of the output."""
    return Cut(placed.element, first - piece.first, first - placed.first, end - first)


@dataclass(frozen=True)
class Layers:
    """All visible layers, bottom to top, captions above everything; `bottom` is the lowest video track."""

    settings: TimelineSettings
    frames: int
    layers: tuple[Layer, ...]
    bottom: Layer | None

    @property
    def rate(self) -> Rate:
        return self.settings.rate

    @property
    def below(self) -> tuple[Layer, ...]:
        """What lies below the lowest video track, and is seen through it."""
        place = next((n for n, layer in enumerate(self.layers) if layer is self.bottom), 0)
        return self.layers[:place]

    @classmethod
    def of(cls, timeline: Timeline) -> Layers:
        layers = tuple(_layer(track, timeline.rate) for track in picture_tracks(timeline))
        bottom = next((x for x in layers if x.track.kind is TrackKind.VIDEO), None)
        return cls(timeline.settings, timeline.rate.frames(timeline.duration_ticks), layers, bottom)


def picture_tracks(timeline: Timeline) -> list[Track]:
    """Visible tracks with pictures, bottom to top; captions are above everything."""
    shown = [t for t in timeline.tracks if t.visible and t.kind is not TrackKind.AUDIO]
    return sorted(shown, key=lambda t: t.kind is TrackKind.CAPTIONS)


def _layer(track: Track, rate: Rate) -> Layer:
    placed = tuple(Placed(e, rate.frames(e.start_ticks), rate.frames(e.end_ticks)) for e in track.elements)
    faded: dict[str, tuple[int, int]] = {}
    for join in track.transitions:
        length = rate.frames(join.duration_ticks)
        faded[join.left_id] = (faded.get(join.left_id, (0, 0))[0], length)
        faded[join.right_id] = (length, faded.get(join.right_id, (0, 0))[1])
    return Layer(
        track,
        placed,
        faded,
        tuple(p.first for p in placed),
        tuple(accumulate((p.end for p in placed), max)),
    )
