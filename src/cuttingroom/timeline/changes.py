"""Where two states of a timeline differ, track by track: most of a long one is shared, or moved as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from operator import is_
from typing import NamedTuple

from cuttingroom.timeline.model import Element, Timeline, Track


class Part(NamedTuple):
    """Elements in order, maybe none, that lie `delta_ticks` later in the old state than in the new."""

    elements: tuple[Element, ...]
    delta_ticks: int


@dataclass(frozen=True)
class TrackChange:
    """A track in two states: a head of shared elements, what differs, and a tail that moved as one.

    Where a track is in one of the two states only, all of it differs. No element is both in a head or tail in
    one state and among what differs in the other.
    """

    old: Track | None
    new: Track | None
    head: int
    """So many elements at the front are the very same."""
    tail: int
    """So many elements at the end differ in their start alone."""
    delta_ticks: int
    """How far the tail lies later in the old state than in the new."""

    @property
    def was(self) -> tuple[Element, ...]:
        """What differs, as it was."""
        return _between(self.old, self.head, self.tail)

    @property
    def now(self) -> tuple[Element, ...]:
        """What differs, as it is."""
        return _between(self.new, self.head, self.tail)

    @property
    def parts(self) -> tuple[Part, Part]:
        """The head and the tail, as they are."""
        if self.new is None:
            return Part((), 0), Part((), 0)
        elements = self.new.elements
        tail = elements[len(elements) - self.tail :]
        return Part(elements[: self.head], 0), Part(tail, self.delta_ticks)


def list_changes(before: Timeline, after: Timeline) -> list[TrackChange]:
    """All tracks of both timelines: in the order of `before`, then those that are only in `after`."""
    new, kept = {t.id: t for t in after.tracks}, {t.id for t in before.tracks}
    changes = [find_change(t, new.get(t.id)) for t in before.tracks]
    return changes + [find_change(None, t) for t in after.tracks if t.id not in kept]


def find_change(old: Track | None, new: Track | None) -> TrackChange:
    """What differs between two states of one track, the least that one pass from either end tells."""
    if old is None or new is None:
        return TrackChange(old, new, 0, 0, 0)
    one, other = old.elements, new.elements
    head = len(one) if one is other else _count_shared(one, other)
    room = min(len(one), len(other)) - head
    if not room:
        return TrackChange(old, new, head, 0, 0)
    delta = one[-1].start_ticks - other[-1].start_ticks
    if one[-1] is other[-1]:
        tail = min(room, _count_shared(reversed(one), reversed(other)))
    else:
        tail = _count_moved(islice(reversed(one), room), islice(reversed(other), room), delta)
    return TrackChange(old, new, head, tail, delta if tail else 0)


def _count_shared(one: Iterable[Element], other: Iterable[Element]) -> int:
    """How many pairs from the first on are the same objects."""
    same = bytes(map(is_, one, other))  # compared and searched without a step of Python for each pair
    first = same.find(0)
    return len(same) if first < 0 else first


def _count_moved(one: Iterable[Element], other: Iterable[Element], delta_ticks: int) -> int:
    """How many pairs from the first on have the same content, `delta_ticks` apart."""
    count = 0
    for was, now in zip(one, other, strict=False):
        if was.start_ticks - now.start_ticks != delta_ticks or was.content_hash != now.content_hash:
            break
        count += 1
    return count


def _between(track: Track | None, head: int, tail: int) -> tuple[Element, ...]:
    return track.elements[head : len(track.elements) - tail] if track is not None else ()
