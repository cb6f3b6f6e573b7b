"""Plans cuts, removed clips, silences, trims and splits."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from cuttingroom.core.time import TimeRange, format_ticks, merge_ranges, seconds_to_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.places import (
    edge_ticks,
    length_ticks,
    point_ticks,
    seconds_text,
    stretch_range,
    stretch_ranges,
    where_ranges,
)
from cuttingroom.planners.rules.targets import (
    each_clip,
    elements_of,
    find_clip,
    find_clips,
)
from cuttingroom.timeline.edits.close_gaps import CloseGaps
from cuttingroom.timeline.edits.keep_ranges import KeepRanges
from cuttingroom.timeline.edits.remove import Remove
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from cuttingroom.timeline.edits.remove_silences import RemoveSilences, SourceSilences
from cuttingroom.timeline.edits.ripple_remove import RippleRemove
from cuttingroom.timeline.edits.ripple_trim import RippleTrim
from cuttingroom.timeline.edits.split import Split
from cuttingroom.timeline.mapping import find_timeline_range
from cuttingroom.timeline.model import Element, MediaSource

DEFAULT_SILENCE = Fraction(1, 2)
DEFAULT_PADDING = Fraction(1, 10)


def plan_cut(board: Board, cut: r.Cut) -> None:
    if cut.stretches == (r.Everything(),):
        raise Unclear("Then nothing would be left of the video. Which part should go?")
    ranges = merge_ranges([p for s in cut.stretches for p in stretch_ranges(board, s)])
    board.add(RemoveRanges(ranges=tuple(ranges), reason=board.said[:200]))


def plan_cut_unplaced(board: Board, cut: r.CutUnplaced) -> None:
    length = seconds_text(length_ticks(board, cut.length))
    raise Unclear(f"From which part should {length} go?", (f"the first {length}", f"the last {length}"))


def plan_keep(board: Board, keep: r.Keep) -> None:
    ranges = merge_ranges([p for s in keep.stretches for p in stretch_ranges(board, s)])
    if keep.from_start:
        board.assume(f"The beginning is what stays: {ranges[0]}.")
    board.add(KeepRanges(ranges=tuple(ranges)))


def plan_remove(board: Board, remove: r.Remove) -> None:
    """Clips of the video go and the rest closes up; titles, captions and music go and nothing moves."""
    lead = {e.id for e in board.lead()}
    elements = tuple(dict.fromkeys(e.id for t in remove.targets for e in elements_of(board, t)))
    if lead and lead <= set(elements):
        raise Unclear("Then nothing would be left of the video. Which clip should go?")
    clips = tuple(e for e in elements if e in lead)
    others = tuple(e for e in elements if e not in lead)
    if clips:
        board.add(Remove(element_ids=clips) if remove.leaves_gap else RippleRemove(element_ids=clips))
    if others:
        board.add(Remove(element_ids=others))


def plan_silences(board: Board, silences: r.Silences) -> None:
    ranges = None if silences.where is None else where_ranges(board, silences.where)
    if silences.to is not None:
        _shorten_silences(board, silences, ranges)
        return
    min_ticks = seconds_to_ticks(DEFAULT_SILENCE)
    if silences.longer_than is not None:
        min_ticks = length_ticks(board, silences.longer_than)
    padding_ticks = _padding(board, silences, min_ticks)
    sources = tuple(silent_sources(board, ranges))
    edit = RemoveSilences(silences=sources, padding_ticks=padding_ticks, min_ticks=min_ticks)
    if not edit.list_cuts(board.timeline) and board.items:
        board.assume(
            f"“{board.said}” changes nothing more: what is left has no silences of {seconds_text(min_ticks)}."
        )
        raise Unclear(
            f"After the other changes there are no silences longer than {seconds_text(min_ticks)} left. "
            "Should shorter ones go?"
        )
    board.add(edit)
    if silences.longer_than is None:
        board.assume(f"A silence counts from {seconds_text(min_ticks)} on.")
    board.assume(f"{seconds_text(padding_ticks)} of each silence stays at either side.")


def _shorten_silences(board: Board, silences: r.Silences, ranges: list[TimeRange] | None) -> None:
    assert silences.to is not None
    to = length_ticks(board, silences.to)
    least = to if silences.longer_than is None else length_ticks(board, silences.longer_than)
    sources = tuple(silent_sources(board, ranges))
    board.add(RemoveSilences(silences=sources, mode="shorten", to_ticks=to, min_ticks=least))


def _padding(board: Board, silences: r.Silences, min_ticks: int) -> int:
    if silences.padding is not None:
        return length_ticks(board, silences.padding)
    if silences.leave is not None:
        return length_ticks(board, silences.leave) // 2
    return min(seconds_to_ticks(DEFAULT_PADDING), min_ticks // 4)


def silent_sources(board: Board, ranges: list[TimeRange] | None) -> list[SourceSilences]:
    """The silences of the files that the main track plays, limited to `ranges` of the timeline."""
    players = [e for e in board.lead() if e.has_sound and isinstance(e.source, MediaSource)]
    if not players:
        raise Unclear("The video has no sound, so there are no silences to find. What should be cut?")
    found: dict[str, list[TimeRange]] = {}
    for element in players:
        assert isinstance(element.source, MediaSource)
        artifact_id = element.source.artifact_id
        known = board.context.silences.get(artifact_id)
        if known is None:
            raise Unclear(f"The silences of “{element.name or artifact_id}” have not been looked for yet.")
        board.cite("silences", artifact_id)
        if artifact_id in board.context.speechless:
            raise Unclear(
                f"Nobody speaks in “{element.name or artifact_id}”, so all of it counts as silence. "
                "Which part should go?"
            )
        parts = found.setdefault(artifact_id, [])
        parts += [s for s in known if _plays_within(element, s, ranges) and s not in parts]
    return [
        SourceSilences(artifact_id=a, ranges=tuple(sorted(p, key=lambda s: s.start_ticks)))
        for a, p in found.items()
    ]


def _plays_within(element: Element, silence: TimeRange, ranges: list[TimeRange] | None) -> bool:
    """Whether the middle of the silence is heard within the ranges, so that no part outside them is cut."""
    part = find_timeline_range(element, silence)
    if part is None:
        return False
    middle = (part.start_ticks + part.end_ticks) // 2
    return ranges is None or any(r.contains(middle) for r in ranges)


def plan_gaps(_: Board, __: r.RemoveGaps) -> None:
    raise Unclear(
        "Does “gaps” mean the silences, or the empty time between clips?",
        ("remove the silences", "close the gaps"),
    )


def plan_close(board: Board, _: r.CloseGaps) -> None:
    board.add(CloseGaps())


def plan_trim(board: Board, trim: r.Trim) -> None:
    if trim.clip == r.AllClips() and isinstance(trim.to, r.Length):
        _trim_each(board, trim.to)
        return
    element = find_clip(board, trim.clip)
    if isinstance(trim.to, r.Length):
        length = length_ticks(board, trim.to)
        wanted = TimeRange(start_ticks=element.start_ticks, duration_ticks=length)
        board.assume(f"Its first {seconds_text(length)} stay.")
    else:
        wanted = stretch_range(board, trim.to)
    board.add(RippleTrim(element_id=element.id, range=wanted))


def _trim_each(board: Board, to: r.Length) -> None:
    length = length_ticks(board, to)
    ids = [e.id for e in board.lead() if e.duration_ticks > length]
    if not ids:
        raise Unclear(f"No clip is longer than {seconds_text(length)}. How long should they be?")
    for element_id in ids:
        start = next(e.start_ticks for e in board.lead() if e.id == element_id)
        wanted = TimeRange(start_ticks=start, duration_ticks=length)
        board.add(RippleTrim(element_id=element_id, range=wanted))
    board.assume(f"The first {seconds_text(length)} of each longer clip stay.")


def _split_points(board: Board, split: r.Split) -> Iterator[int]:
    for point in split.points:
        if isinstance(point, r.EdgeOf) and point.clip == r.AllClips():
            yield from (edge_ticks(pieces, point.side) for pieces in each_clip(board, point.clip))
        else:
            yield point_ticks(board, point)


def plan_split(board: Board, split: r.Split) -> None:
    for at in list(_split_points(board, split)):
        element = next((e for e in board.lead() if e.start_ticks < at < e.end_ticks), None)
        if split.clip is not None:
            pieces = find_clips(board, split.clip)
            element = next((e for e in pieces if e.start_ticks < at < e.end_ticks), None)
        if element is None:
            raise Unclear(
                f"There is nothing to split at {format_ticks(at)}: no clip plays across it. Where "
                f"should it split?"
            )
        board.add(Split(element_id=element.id, at_ticks=at))
