"""Plans splits at many points: even parts, every so many seconds, at the cuts between shots."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from cuttingroom.core.time import TimeRange, format_ticks, round_half_up
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.places import length_ticks, seconds_text
from cuttingroom.planners.rules.targets import describe_clips, describe_target, elements_of, follow_it
from cuttingroom.timeline.edits.split_at import MOST_POINTS, SplitAt, SplitPoint
from cuttingroom.timeline.mapping import timeline_ticks
from cuttingroom.timeline.model import Element, MediaSource
from cuttingroom.timeline.ripple import find_lead_track, lone_edges


def split_evenly(board: Board, count: int, what: r.Target | None, each: r.Length | None = None) -> None:
    """`count` parts of one length; `each`, where it was said too, must fit."""
    span, ids, name = _span_of(board, what)
    if count < 2:
        raise Unclear("Into how many parts should it be split? Two or more.")
    if count > MOST_POINTS or span.duration_ticks < count * board.now.rate.frame_ticks:
        raise Unclear(
            f"{name} lasts {format_ticks(span.duration_ticks)}: too short for {count} parts. How many?"
        )
    if each is not None:
        _check_total(board, span, count, length_ticks(board, each), name)
    share = Fraction(span.duration_ticks, count)
    points = [span.start_ticks + round_half_up(share * n) for n in range(1, count)]
    _split(board, points, ids)
    board.assume(f"Each part lasts {seconds_text(board.now.rate.snap(points[0] - span.start_ticks))}.")


def split_every(board: Board, ticks: int, what: r.Target | None) -> None:
    """A cut after every `ticks`; the last part is what is left."""
    span, ids, name = _span_of(board, what)
    if ticks >= span.duration_ticks:
        raise Unclear(
            f"{name} lasts {format_ticks(span.duration_ticks)}, so there is nothing to split every "
            f"{seconds_text(ticks)}. How long should the parts be?"
        )
    points = list(range(span.start_ticks + ticks, span.end_ticks, ticks))
    if len(points) > MOST_POINTS or ticks < board.now.rate.frame_ticks:
        raise Unclear(f"That would be {len(points) + 1} parts. How long should the parts be?")
    _split(board, points, ids)
    rest = span.end_ticks - points[-1]
    if abs(rest - ticks) >= board.now.rate.frame_ticks:
        board.assume(f"The last part lasts {seconds_text(rest)}.")


def split_at_scenes(board: Board, what: r.Target | None) -> None:
    """At every cut between shots that was found in the files of the main track."""
    span, ids, _ = _span_of(board, what)
    points: list[int] = []
    unknown: list[str] = []
    for element in board.lead():
        source = element.source
        if not isinstance(source, MediaSource) or not source.has_picture or not element.plays_in(span):
            continue
        cuts = board.context.scene_cuts.get(source.artifact_id)
        if cuts is None:
            unknown.append(element.name or source.artifact_id)
            continue
        board.cite("scenes", source.artifact_id)
        points += _cuts_in(element, cuts, board.now.rate.frame_ticks)
    points = [p for p in points if span.start_ticks < p < span.end_ticks]
    if unknown:
        raise Unclear(f"The cuts of “{unknown[0]}” have not been looked for yet. Where should it be split?")
    if not points:
        raise Unclear(
            "No change of scene was found in the pictures. Where should it be split? Say the times."
        )
    _split(board, points, ids)


def _cuts_in(element: Element, cuts: Iterable[int], frame_ticks: int) -> list[int]:
    """Where cuts of the file play within an element, at least a frame from its edges."""
    assert isinstance(element.source, MediaSource)
    used = element.source.range
    found = [timeline_ticks(element, c) for c in cuts if used.start_ticks < c < used.end_ticks]
    return [p for p in found if element.start_ticks + frame_ticks <= p <= element.end_ticks - frame_ticks]


def _span_of(board: Board, what: r.Target | None) -> tuple[TimeRange, tuple[str, ...], str]:
    """The time to divide, the elements in it (none: all of the video) and what people call it."""
    if isinstance(what, r.It):
        what = follow_it(board)
    if what is None or isinstance(what, r.Everything):
        end = board.end_ticks()
        if not board.lead():
            raise Unclear(describe_clips(board))
        return TimeRange.between(0, end), (), "The video"
    elements = elements_of(board, what)
    span = TimeRange.between(min(e.start_ticks for e in elements), max(e.end_ticks for e in elements))
    name = describe_target(what)
    return span, tuple(e.id for e in elements), name[0].upper() + name[1:]


def _split(board: Board, points: Iterable[int], ids: tuple[str, ...]) -> None:
    """Split where nothing stands in the way; what lies in a transition is a cut already."""
    track = find_lead_track(board.timeline)
    rate = board.now.rate
    wanted = sorted({rate.snap(p) for p in points})
    joined = [
        p
        for p in wanted
        for e in (track.elements if track is not None and track.transitions else ())
        if e.start_ticks < p < e.end_ticks and not _is_alone(board, e, p)
    ]
    for point in dict.fromkeys(joined):
        board.assume(f"{format_ticks(point)} lies in a transition and is not split.")
    left = tuple(SplitPoint(at_ticks=p) for p in wanted if p not in joined)
    if not left:
        raise Unclear("All of these moments lie in transitions. Where should it be split?")
    board.add(SplitAt(points=left, element_ids=ids))


def _is_alone(board: Board, element: Element, point: int) -> bool:
    track = board.timeline.get_element(element.id)[0]
    first, last = lone_edges(track, element)
    return first < point < last


def _check_total(board: Board, span: TimeRange, count: int, each: int, name: str) -> None:
    """Raise Unclear when so many parts of that length do not make up the whole."""
    if abs(count * each - span.duration_ticks) < count * board.now.rate.frame_ticks:
        return
    whole = format_ticks(span.duration_ticks)
    raise Unclear(
        f"{count} parts of {seconds_text(each)} are {format_ticks(count * each)}, but {name.lower()} lasts "
        f"{whole}. Which counts?",
        (
            f"split it into {count} equal parts of {seconds_text(span.duration_ticks // count)}",
            f"split it every {seconds_text(each)}",
        ),
    )
