"""Take time out of tracks, or put time in, so that what lies later moves along.

The main track (the lowest video track, or the lowest audio track where there is no video) is the spine: when
its time changes, every track with `follows_ripple` changes with it. Time taken out of any other track moves
only that track.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import accumulate

from cuttingroom.core.time import TimeRange, invert_ranges, merge_ranges
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
    Timeline,
    Track,
    TrackKind,
    Transition,
)
from cuttingroom.timeline.pieces import fit_effects, has_own_time, map_words, part_of, with_words


class Cuts:
    """Stretches of time that are taken out, and where everything else lands."""

    def __init__(self, ranges: Iterable[TimeRange]) -> None:
        self.ranges = tuple(merge_ranges(list(ranges)))
        self._starts = [r.start_ticks for r in self.ranges]
        self._ends = [r.end_ticks for r in self.ranges]
        self._removed = [0, *accumulate(r.duration_ticks for r in self.ranges)]

    @property
    def removed_ticks(self) -> int:
        return self._removed[-1]

    def place(self, ticks: int) -> int:
        """Where a moment lands; moments inside a cut land on its edge."""
        n = bisect_right(self._starts, ticks)
        inside = max(0, self._ends[n - 1] - ticks) if n else 0
        return ticks - self._removed[n] + inside

    def inside(self, start_ticks: int, end_ticks: int) -> tuple[TimeRange, ...]:
        """The cuts that share time with a stretch."""
        return self.ranges[bisect_right(self._ends, start_ticks) : bisect_left(self._starts, end_ticks)]

    def first_at(self, start_ticks: int, end_ticks: int) -> int | None:
        """The first moment of the closed range that belongs to a cut, if any."""
        n = bisect_left(self._ends, start_ticks)
        if n == len(self.ranges) or self._starts[n] > end_ticks:
            return None
        return max(start_ticks, self._starts[n])


def find_lead_track(timeline: Timeline) -> Track | None:
    """The track that people mean by "the video": the main one, or the lowest audio track."""
    main = timeline.find_main_track()
    return main or next((t for t in timeline.tracks if t.kind is TrackKind.AUDIO), None)


def moving_tracks(timeline: Timeline, track_id: str) -> frozenset[str]:
    """The tracks whose time changes with that of `track_id`, itself included."""
    lead = find_lead_track(timeline)
    followers = (
        {t.id for t in timeline.tracks if t.follows_ripple} if lead and lead.id == track_id else set[str]()
    )
    return frozenset(followers | {track_id})


def cut_time(
    timeline: Timeline, ranges: Iterable[TimeRange], track_ids: Collection[str], ids: Iterator[str]
) -> Timeline:
    """Take `ranges` (on the frame grid) out of some tracks and close up.

    Media is split where a cut falls inside it, with ids for the later pieces taken from `ids`; stills, titles
    and captions become shorter. A transition that a cut touches becomes a straight cut. Where the end of the
    main track moves in, tracks that do not follow it and ended within it are cut to its new end.
    """
    cuts = Cuts(ranges)
    if not cuts.ranges:
        return timeline
    after = replace_tracks(timeline, track_ids, lambda t: _cut_track(t, cuts, ids))
    lead = find_lead_track(timeline)
    return clip_to_lead(timeline, after) if lead and lead.id in track_ids else after


def open_time(
    timeline: Timeline, at_ticks: int, ticks: int, track_ids: Collection[str], ids: Iterator[str]
) -> Timeline:
    """Put `ticks` of empty time into some tracks at `at_ticks`.

    Media that plays there is split, with ids from `ids`; a still, title or caption that began earlier stays.
    A transition there becomes a straight cut.
    """

    def opened(track: Track) -> Track:
        track = straighten(track, lambda start, end: at_ticks if start <= at_ticks <= end else None)
        return rebuilt(track, [_opened(e, at_ticks, ticks, ids) for e in track.elements])

    return replace_tracks(timeline, track_ids, opened) if ticks else timeline


def replace_tracks(
    timeline: Timeline, track_ids: Collection[str], change: Callable[[Track], Track]
) -> Timeline:
    """The timeline with `change` applied to each of these tracks, in order."""
    tracks = tuple(change(t) if t.id in track_ids else t for t in timeline.tracks)
    return timeline.model_copy(update={"tracks": tracks})


def clip_to_lead(before: Timeline, after: Timeline) -> Timeline:
    """Where the main track became shorter, shorten the tracks that stay put and used to end within it."""
    lead = find_lead_track(before)
    new_lead = lead and after.find_track(lead.id)
    if lead is None or new_lead is None or new_lead.end_ticks >= lead.end_ticks:
        return after
    end = new_lead.end_ticks

    def clipped(track: Track) -> Track:
        if track.follows_ripple or track.id == lead.id or not end < track.end_ticks <= lead.end_ticks:
            return track
        track = straighten(track, lambda a, b: max(a, min(b, end)) if end < b else None)
        rest = [_ended(e, end) for e in track.elements if e.start_ticks < end]
        return mended(track.with_elements(rest))

    return replace_tracks(after, {t.id for t in after.tracks}, clipped)


def without(track: Track, element_ids: Collection[str]) -> Track:
    """The track with holes where those elements were; their transitions go with them."""
    if not any(e.id in element_ids for e in track.elements):
        return track
    return mended(track.with_elements([e for e in track.elements if e.id not in element_ids]))


def mended(track: Track) -> Track:
    """The track with its transitions fitted to its elements.

    Those whose elements are gone, are no longer neighbours or no longer overlap are dropped; those whose
    overlap shrank become shorter.
    """
    if not track.transitions:
        return track
    joins = {(t.left_id, t.right_id): t for t in track.transitions}
    kept: list[Transition] = []
    for left, right in zip(track.elements, track.elements[1:], strict=False):
        join = joins.get((left.id, right.id))
        overlap = left.end_ticks - right.start_ticks
        if join is not None and overlap > 0:
            shorter = join.model_copy(update={"duration_ticks": overlap})
            kept.append(shorter if overlap < join.duration_ticks else join)
    return track.model_copy(update={"transitions": tuple(kept)})


def straighten(track: Track, cut_point: Callable[[int, int], int | None]) -> Track:
    """Turn transitions into straight cuts: `cut_point` of the overlap's edges says where, if at all."""
    if not track.transitions:
        return track
    elements = {e.id: e for e in track.elements}
    kept: list[Transition] = []
    for join in track.transitions:
        left, right = elements[join.left_id], elements[join.right_id]
        at = cut_point(right.start_ticks, left.end_ticks)
        if at is None:
            kept.append(join)
            continue
        elements[left.id] = part_of(left, TimeRange.between(left.start_ticks, at))
        elements[right.id] = part_of(right, TimeRange.between(at, right.end_ticks))
    return track.with_elements(list(elements.values())).model_copy(update={"transitions": tuple(kept)})


def find_join(track: Track, *, left_id: str | None = None, right_id: str | None = None) -> Transition | None:
    """The transition at the end of `left_id` or at the start of `right_id`."""
    return next((t for t in track.transitions if left_id == t.left_id or right_id == t.right_id), None)


def lone_edges(track: Track, element: Element) -> tuple[int, int]:
    """From when to when the element plays without a joined neighbour; both the same when it never does."""
    before = find_join(track, right_id=element.id)
    after = find_join(track, left_id=element.id)
    start = element.start_ticks + (before.duration_ticks if before else 0)
    return start, element.end_ticks - (after.duration_ticks if after else 0)


def count_ids(prefix: str) -> Iterator[str]:
    """Ids for pieces that an edit makes: `prefix_1`, `prefix_2` ... They depend on nothing else."""
    n = 0
    while True:
        n += 1
        yield f"{prefix[:30]}_{n}"


def _cut_track(track: Track, cuts: Cuts, ids: Iterator[str]) -> Track:
    track = straighten(track, cuts.first_at)
    first, last = cuts.ranges[0].start_ticks, cuts.ranges[-1].end_ticks
    removed_ticks = cuts.removed_ticks
    pieces: list[list[Element]] = []
    for element in track.elements:
        start = element.start_ticks
        if start >= last:
            pieces.append([element.moved_to(start - removed_ticks)])
        elif start + element.duration_ticks <= first:
            pieces.append([element])
        else:
            pieces.append(_cut_element(element, cuts, ids))
    return rebuilt(track, pieces)


def rebuilt(track: Track, pieces: list[list[Element]]) -> Track:
    """The track made of these pieces; a transition moves to the last piece of its left element."""
    elements = [element for found in pieces for element in found]
    if not track.transitions:
        return track.with_elements(elements)
    last_piece = {found[0].id: found[-1].id for found in pieces if found}
    transitions = tuple(
        t if last_piece[t.left_id] == t.left_id else t.model_copy(update={"left_id": last_piece[t.left_id]})
        for t in track.transitions
        if t.left_id in last_piece and t.right_id in last_piece
    )
    return track.with_elements(elements).model_copy(update={"transitions": transitions})


def _cut_element(element: Element, cuts: Cuts, ids: Iterator[str]) -> list[Element]:
    inside = cuts.inside(element.start_ticks, element.end_ticks)
    if not inside:
        return [element.moved_to(cuts.place(element.start_ticks))]
    kept = invert_ranges(list(inside), element.range)
    if not kept:
        return []
    if not has_own_time(element):
        return _shrunk(element, cuts)
    pieces = [
        part_of(
            element,
            part,
            id=next(ids) if n else None,
            keeps_fade_in=n == 0,
            keeps_fade_out=n == len(kept) - 1,
        )
        for n, part in enumerate(kept)
    ]
    return [piece.moved_to(cuts.place(piece.start_ticks)) for piece in pieces]


def _shrunk(element: Element, cuts: Cuts) -> list[Element]:
    """A still, title or caption without the time that is cut; a caption goes when no word of it is left."""
    start = cuts.place(element.start_ticks)
    duration = cuts.place(element.end_ticks) - start

    def place(ticks: int) -> int:
        return cuts.place(element.start_ticks + ticks) - start

    source = element.source
    if isinstance(source, CaptionSource) and source.words:
        spoken = [
            w for w in source.words if not _is_cut(element.start_ticks, w.start_ticks, w.end_ticks, cuts)
        ]
        if not spoken:
            return []
        source = with_words(source, map_words(spoken, duration, place))
    changes = {
        "start_ticks": start,
        "duration_ticks": duration,
        "effects": fit_effects(element.effects, duration, place),
        "source": source,
    }
    return [element.model_copy(update=changes)]


def _is_cut(offset: int, start_ticks: int, end_ticks: int, cuts: Cuts) -> bool:
    middle = offset + (start_ticks + end_ticks) // 2
    return bool(cuts.inside(middle, middle + 1))


def _opened(element: Element, at_ticks: int, ticks: int, ids: Iterator[str]) -> list[Element]:
    start = element.start_ticks
    if start >= at_ticks:
        return [element.moved_to(start + ticks)]
    if start + element.duration_ticks <= at_ticks or not has_own_time(element):
        return [element]
    left, right = divided(element, at_ticks, next(ids))
    return [left, right.moved_to(at_ticks + ticks)]


def divided(element: Element, at_ticks: int, right_id: str) -> tuple[Element, Element]:
    """The two halves of an element; the fade in stays left, the fade out goes right."""
    left = TimeRange.between(element.start_ticks, at_ticks)
    right = TimeRange.between(at_ticks, element.end_ticks)
    return (
        part_of(element, left, keeps_fade_out=False),
        part_of(element, right, id=right_id, keeps_fade_in=False),
    )


def _ended(element: Element, end_ticks: int) -> Element:
    end = min(element.end_ticks, end_ticks)
    return part_of(element, TimeRange.between(element.start_ticks, end))
