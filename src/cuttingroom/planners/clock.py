"""Follows moments and clips of the main track through an edit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from cuttingroom.core.time import TimeRange, round_half_up
from cuttingroom.timeline.model import Element, MediaSource, Timeline
from cuttingroom.timeline.ripple import find_lead_track


@dataclass(frozen=True)
class Piece:
    """`old` of the element `old_id` became `new` of the element `new_id`."""

    old_id: str
    new_id: str
    old: TimeRange
    new: TimeRange


@dataclass(frozen=True)
class Clock:
    """How the main track's time changed with one edit."""

    pieces: tuple[Piece, ...]
    old_ticks: int
    new_ticks: int

    @classmethod
    def between(cls, before: Timeline, after: Timeline, new_ids: frozenset[str] = frozenset()) -> Clock:
        """`new_ids` are elements that the edit put in and that come from nothing before."""
        old, new = find_lead_track(before), find_lead_track(after)
        if old is None or new is None:
            return cls((), before.duration_ticks, after.duration_ticks)
        pieces = tuple(_match(old.elements, [e for e in new.elements if e.id not in new_ids]))
        ordered = tuple(sorted(pieces, key=lambda p: p.old.start_ticks))
        return cls(ordered, old.end_ticks, new.end_ticks)

    @property
    def moves_time(self) -> bool:
        """Whether any moment lands elsewhere."""
        return self.old_ticks != self.new_ticks or any(p.old != p.new for p in self.pieces)

    @property
    def reorders(self) -> bool:
        """Whether anything that came later comes earlier now."""
        return any(a.new.start_ticks > b.new.start_ticks for a, b in pairwise(self.pieces))

    @cached_property
    def first_change_ticks(self) -> int:
        """Up to here every moment stays where it was."""
        position = 0
        for piece in self.pieces:
            if piece.old.start_ticks > position and piece.new != piece.old:
                return position
            if piece.new.start_ticks != piece.old.start_ticks:
                return min(position, piece.old.start_ticks)
            if piece.new.duration_ticks != piece.old.duration_ticks:
                return piece.old.start_ticks
            position = max(position, piece.old.end_ticks)
        return position

    def follow(self, element_ids: tuple[str, ...]) -> tuple[str, ...]:
        """The elements that those elements became, in order of time; none where they were cut away."""
        return tuple(
            p.new_id for p in sorted(self.pieces, key=lambda p: p.new.start_ticks) if p.old_id in element_ids
        )

    def keeps(self, ticks: int, *, is_end: bool = False) -> bool:
        """Whether what plays at that moment is still there. `is_end`: the end of a stretch."""
        return self._containing(ticks, is_end) is not None

    def place(self, ticks: int, *, is_end: bool = False) -> int:
        """Where a moment lands. A moment that was cut away lands at the cut. `is_end`: the end of a
        stretch."""
        found = self._containing(ticks, is_end)
        if found is not None:
            scale = Fraction(found.new.duration_ticks, found.old.duration_ticks)
            return found.new.start_ticks + round_half_up((ticks - found.old.start_ticks) * scale)
        if not self.pieces:
            return min(ticks, self.new_ticks)
        if ticks >= self.old_ticks:
            return self.new_ticks + ticks - self.old_ticks
        n = bisect_right([p.old.start_ticks for p in self.pieces], max(0, ticks - 1) if is_end else ticks)
        if n == 0:
            after = self.pieces[0]
            return max(0, after.new.start_ticks - (after.old.start_ticks - ticks))
        before = self.pieces[n - 1]
        limit = self.pieces[n].new.start_ticks if n < len(self.pieces) else self.new_ticks
        landed = before.new.end_ticks + ticks - before.old.end_ticks
        return max(before.new.end_ticks, min(landed, limit))

    def _containing(self, ticks: int, is_end: bool) -> Piece | None:
        inside = max(0, ticks - 1) if is_end else ticks
        return next((p for p in self.pieces if p.old.contains(inside)), None)


def _match(old: tuple[Element, ...], new: list[Element]) -> Iterator[Piece]:
    """Each new element with the old one that it is a part of: of the same id, else the next that fits."""
    by_id = {e.id: e for e in old}
    order = {e.id: n for n, e in enumerate(old)}
    last = 0
    for element in new:
        parent = by_id.get(element.id)
        if parent is None:
            fitting = [n for n, e in enumerate(old) if _holds(e, element)]
            if not fitting:
                continue
            parent = old[next((n for n in fitting if n >= last), fitting[-1])]
        last = order[parent.id]
        yield Piece(parent.id, element.id, _old_range(parent, element), element.range)


def _holds(parent: Element, part: Element) -> bool:
    one, other = parent.source, part.source
    if isinstance(one, MediaSource) and isinstance(other, MediaSource):
        return (
            one.artifact_id == other.artifact_id
            and one.range.start_ticks <= other.range.start_ticks
            and other.range.end_ticks <= one.range.end_ticks
        )
    return one == other


def _old_range(parent: Element, part: Element) -> TimeRange:
    """The part of `parent`'s time that `part` plays. What has no time of its own was cut at its end, unless
    it is
    the later half."""
    one, other = parent.source, part.source
    if isinstance(one, MediaSource) and isinstance(other, MediaSource):
        speed = parent.speed.fraction
        skipped = other.range.start_ticks - one.range.start_ticks
        if one.backwards:
            skipped = one.range.end_ticks - other.range.end_ticks
        start = parent.start_ticks + round_half_up(skipped / speed)
        length = max(1, round_half_up(other.range.duration_ticks / speed))
        return TimeRange(start_ticks=start, duration_ticks=length)
    length = min(part.duration_ticks, parent.duration_ticks)
    start = parent.start_ticks if part.id == parent.id else parent.end_ticks - length
    return TimeRange(start_ticks=start, duration_ticks=length)
