"""Where in time a request means: points and stretches as ticks of the timeline that the plan is making."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from cuttingroom.core.time import TimeRange, format_ticks, merge_ranges, round_half_up, seconds_to_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.targets import describe_target, each_clip, elements_of, follow_it
from cuttingroom.planners.spoken import Talk
from cuttingroom.timeline.model import Element
from cuttingroom.timeline.speech.matching import Match

_SURE_WORDS = 3
"""So many words that are nearly said are taken for what is said; fewer are asked about."""


def seconds_text(ticks: int) -> str:
    return f"{ticks / seconds_to_ticks(1):g} s"


def length_ticks(board: Board, length: r.Length) -> int:
    """Raises Unclear for nothing. A bare number is taken for seconds, and that is said."""
    ticks = seconds_to_ticks(length.seconds) + board.now.rate.ticks(length.frames)
    if ticks <= 0:
        raise Unclear("A length must be more than nothing. How long is meant?")
    if length.is_bare:
        board.assume(f"{float(length.seconds):g} means {float(length.seconds):g} seconds.")
    return ticks


def point_ticks(board: Board, point: r.Point, *, is_end: bool = False) -> int:
    """A moment on the timeline as it is by now. Raises Unclear when it lies outside the video or is cut
    away."""
    at = _point_ticks(board, point, is_end=is_end)
    if isinstance(point, (r.Edge, r.FromEnd)) and board.is_changed():
        board.assume(f"“{board.said}” is about the video after the other changes: {format_ticks(at)}.")
    return at


def _point_ticks(board: Board, point: r.Point, *, is_end: bool) -> int:
    match point:
        case r.At(of_result=True):
            return _inside(board, _at_ticks(board, point), board.end_ticks())
        case r.At():
            return _follow_clock(board, _now_ticks(board, point), is_end)
        case r.Edge(side):
            whole = board.end_ticks(board.seen_timeline)
            at = {"start": 0, "middle": board.now.rate.snap(whole // 2), "end": whole}[side]
            return _follow(board, board.seen, at, is_end=side == "end" or is_end)
        case r.FromEnd(length):
            whole = board.end_ticks(board.seen_timeline)
            at = _inside(board, whole - length_ticks(board, length), whole)
            return _follow(board, board.seen, at, is_end=is_end)
        case r.EdgeOf(clip, side):
            each = each_clip(board, clip)
            if len(each) != 1:
                raise Unclear(f"Each clip has its own {side}. Which clip is meant?")
            return edge_ticks(each[0], side)
        case r.CutPoint(number):
            return _cut_ticks(board, number)
        case r.SpokenPoint():
            return _spoken_ticks(board, point)


def _cut_ticks(board: Board, number: int) -> int:
    """Where the nth clip of those that are seen gives way to the next."""
    clips = len(board.lead(board.group_timeline))
    if abs(number) > clips - 1 or not number:
        cuts = f"{clips - 1} cut{'' if clips == 2 else 's'}" if clips > 1 else "no cut"
        raise Unclear(f"There is no such cut: the video has {cuts}. Which moment is meant?")
    return edge_ticks(each_clip(board, r.ClipNumber(number if number > 0 else clips + number))[0], "end")


def edge_ticks(pieces: Sequence[Element], side: str) -> int:
    """The start, middle or end of a clip that consists of these pieces."""
    start, end = pieces[0].start_ticks, pieces[-1].end_ticks
    return {"start": start, "middle": (start + end) // 2, "end": end}[side]


def _now_ticks(board: Board, at: r.At) -> int:
    """A clock time of the video as it is seen, after a "then" as it is by then."""
    return _inside(board, _at_ticks(board, at), board.end_ticks(board.group_timeline))


def _at_ticks(board: Board, at: r.At) -> int:
    ticks = seconds_to_ticks(at.seconds) + board.now.rate.ticks(at.frames)
    if at.is_bare:
        board.assume(f"{float(at.seconds):g} means {float(at.seconds):g} seconds.")
    return ticks


def _inside(board: Board, ticks: int, whole: int) -> int:
    if ticks < 0:
        raise Unclear(
            f"That is before the start: the video lasts {format_ticks(whole)}. Which time is meant?"
        )
    if ticks > whole + board.now.rate.frame_ticks:
        raise Unclear(
            f"{format_ticks(ticks)} is after the end: the video lasts {format_ticks(whole)}. Which time "
            f"is meant?"
        )
    return min(ticks, whole)


def _follow_clock(board: Board, ticks: int, is_end: bool, *, may_be_cut: bool = False) -> int:
    """Where a time that the person sees, or that is seen after the last "then", is by now. A moment that was
    cut away is asked about, unless it only bounds a stretch of which the rest is meant."""
    landed = _follow(board, board.group, ticks, is_end=is_end)
    if landed != ticks and not may_be_cut and _is_cut_away(board, ticks, is_end):
        end = board.end_ticks()
        places = ((ticks, ""), (landed, ", where the cut is"))
        options = [f"at {format_ticks(t)} of the finished video{why}" for t, why in places if t < end]
        raise Unclear(
            f"{format_ticks(ticks)} is cut away by another change of the same request. "
            "Which moment is meant?",
            (*options, "at another time"),
        )
    if landed != ticks and abs(landed - ticks) >= board.now.rate.frame_ticks:
        board.assume(
            f"{format_ticks(ticks)} is {_seen_place(board)}; after the other changes it is at "
            f"{format_ticks(landed)}."
        )
    elif board.is_regrouped():
        board.assume(f"{format_ticks(ticks)} is {_seen_place(board)}.")
    return landed


def _seen_place(board: Board) -> str:
    if not board.is_regrouped():
        return "the place you see now"
    whole = format_ticks(board.end_ticks(board.group_timeline))
    return f"meant, after “then”, in the video as it is by then, {whole} long"


def _is_cut_away(board: Board, ticks: int, is_end: bool) -> bool:
    """Whether what plays at that moment of the video as it is seen is gone by now."""
    for clock, trial in zip(board.clocks[board.group :], board.trials[board.group :], strict=True):
        inside = max(0, ticks - 1) if is_end else ticks
        played = any(e.range.contains(inside) for e in board.lead(trial.before))
        if played and not clock.keeps(ticks, is_end=is_end):
            return True
        ticks = clock.place(ticks, is_end=is_end)
    return False


def _follow(board: Board, start: int, ticks: int, *, is_end: bool = False) -> int:
    for clock in board.clocks[start:]:
        ticks = clock.place(ticks, is_end=is_end)
    return ticks


def stretch_range(board: Board, stretch: r.Stretch) -> TimeRange:
    """One stretch of the timeline as it is by now. Raises Unclear when it is vague, outside or cut away."""
    found = stretch_ranges(board, stretch)
    if len(found) != 1:
        raise Unclear(f"This means {len(found)} places. Which one?")
    return found[0]


def stretch_ranges(board: Board, stretch: r.Stretch) -> list[TimeRange]:
    match stretch:
        case r.Spoken():
            return _spoken(board, stretch)
        case r.ThatPart():
            if not isinstance(board.topic, TimeRange):
                raise Unclear("Which part is meant? Say from when to when.")
            return [board.topic]
        case r.InClip(part, clip):
            return [_in_clip(board, part, pieces) for pieces in each_clip(board, clip)]
        case r.Share() if board.split_clip is not None:
            what = describe_target(board.split_clip)
            raise Unclear(
                f"Is that a part of {what} or of the whole video?", (f"of {what}", "of the whole video")
            )
        case r.Vague(side):
            raise Unclear(
                f"How long is “{board.said}” meant to be: what should count as the {_VAGUE[side]}?",
                _vague_options(side),
            )
        case _:
            start, end = _bounds(board, stretch)
            return [_between(board, start, end)]


_VAGUE = {"start": "opening", "end": "ending"}


def _vague_options(side: str) -> tuple[str, ...]:
    which = "first" if side == "start" else "last"
    return tuple(f"the {which} {n} seconds" for n in (5, 10, 15))


def _bounds(board: Board, stretch: r.Stretch) -> tuple[int, int]:
    """Start and end on the timeline as it is by now, not yet checked."""
    whole = board.end_ticks(board.seen_timeline)
    match stretch:
        case r.Between(start, end):
            _check_order(board, start, end)
            found = _bound(board, start), _bound(board, end, is_end=True)
            if board.is_changed() and any(isinstance(p, (r.Edge, r.FromEnd)) for p in (start, end)):
                tell_part(board, *found)
            return found
        case r.Run(start, length):
            return _run(board, start, length_ticks(board, length))
        case r.Middle(length):
            size = _fitting(board, length, whole)
            start = board.now.rate.snap((whole - size) // 2)
            return _relative(board, start, start + size)
        case r.First(length):
            return _relative(board, 0, _fitting(board, length, whole))
        case r.Last(length):
            return _relative(board, whole - _fitting(board, length, whole), whole)
        case r.Share(start, end):
            return _relative(board, _share(board, whole, start), _share(board, whole, end))
        case _:
            if board.is_changed():
                tell_part(board, 0, whole)
            return 0, board.end_ticks()


def _bound(board: Board, point: r.Point, *, is_end: bool = False) -> int:
    """An end of a stretch. Of one that is half cut away the other half is meant, but nothing can be placed by
    what is gone."""
    if isinstance(point, r.At) and not point.of_result:
        return _follow_clock(board, _now_ticks(board, point), is_end, may_be_cut=not board.places_things)
    return _point_ticks(board, point, is_end=is_end)


def tell_part(board: Board, start: int, end: int) -> None:
    """List what a relative place of this clause was taken to mean, once other changes moved the time."""
    board.assume(f"“{board.said}” is about the video after the other changes: {_span(start, end)}.")


def _relative(board: Board, start: int, end: int) -> tuple[int, int]:
    """Where a part of the video that relative places mean is by now; said aloud when changes came between."""
    landed = _follow(board, board.seen, start), _follow(board, board.seen, end, is_end=True)
    if board.is_changed():
        tell_part(board, start, end)
    if landed != (start, end):
        board.assume(
            f"“{board.said}” means what is seen {'by then' if board.is_regrouped() else 'now'}; after the "
            f"other changes that is at {_span(*landed)}."
        )
    return landed


def _span(start: int, end: int) -> str:
    return f"{format_ticks(start)}-{format_ticks(end)}"


def _check_order(board: Board, start: r.Point, end: r.Point) -> None:
    """Refuse `0:20 to 0:10` with what was said, before either is followed through other changes."""
    if isinstance(start, r.At) and isinstance(end, r.At) and not (start.of_result or end.of_result):
        first, last = _now_ticks(board, start), _now_ticks(board, end)
        if last <= first:
            raise Unclear(
                f"{format_ticks(last)} is not after but before {format_ticks(first)}."
                if last < first
                else f"From {format_ticks(first)} to the same moment is before anything can happen: it "
                f"is empty."
            )


def _run(board: Board, start: r.Point, ticks: int) -> tuple[int, int]:
    if isinstance(start, r.At) and not start.of_result:
        at = _now_ticks(board, start)
        end = _inside(board, at + ticks, board.end_ticks(board.group_timeline))
        may_be_cut = not board.places_things
        return (
            _follow_clock(board, at, is_end=False, may_be_cut=may_be_cut),
            _follow_clock(board, end, is_end=True, may_be_cut=may_be_cut),
        )
    at = point_ticks(board, start)
    return at, _inside(board, at + ticks, board.end_ticks())


def _fitting(board: Board, length: r.Length, whole: int) -> int:
    ticks = length_ticks(board, length)
    if ticks > whole + board.now.rate.frame_ticks:
        raise Unclear(
            f"That is longer than the video, which lasts {format_ticks(whole)}. Which part is meant?"
        )
    return min(ticks, whole)


def _share(board: Board, whole: int, share: Fraction) -> int:
    return board.now.rate.snap(round_half_up(whole * share))


def _between(board: Board, start: int, end: int) -> TimeRange:
    if end - start < board.now.rate.frame_ticks // 2:
        if any(c.moves_time for c in board.clocks):
            raise Unclear(
                "This part is cut away by another change of the same request. What should happen to it?"
            )
        raise Unclear("This part is empty. Which part is meant?")
    return TimeRange.between(start, end)


def _in_clip(board: Board, part: r.Stretch, pieces: Sequence[Element]) -> TimeRange:
    """A part of one clip, on the timeline."""
    whole = TimeRange.between(pieces[0].start_ticks, pieces[-1].end_ticks)
    match part:
        case r.First(length):
            end = whole.start_ticks + length_ticks(board, length)
            return _part_of(board, whole, whole.start_ticks, end)
        case r.Last(length):
            return _part_of(board, whole, whole.end_ticks - length_ticks(board, length), whole.end_ticks)
        case r.Middle(length):
            rest = whole.duration_ticks - length_ticks(board, length)
            start = board.now.rate.snap(whole.start_ticks + rest // 2)
            return _part_of(board, whole, start, start + length_ticks(board, length))
        case r.Share(start, end):
            size = whole.duration_ticks
            first, last = (whole.start_ticks + _share(board, size, s) for s in (start, end))
            return _part_of(board, whole, first, last)
        case _:
            raise Unclear(
                "Are these times counted from the start of the clip or of the video?",
                ("from the start of the clip", "from the start of the video"),
            )


def _part_of(board: Board, whole: TimeRange, start: int, end: int) -> TimeRange:
    frame = board.now.rate.frame_ticks
    if start < whole.start_ticks - frame or end > whole.end_ticks + frame:
        raise Unclear(f"That is longer than the clip, which lasts {format_ticks(whole.duration_ticks)}.")
    return _between(board, max(start, whole.start_ticks), min(end, whole.end_ticks))


_THINGS = (
    r.ClipNumber, r.ClipName, r.OnlyClip, r.AllClips, r.MiddleClip, r.EveryOf, r.ThatClip, r.Sort,
    r.TitleText, r.Several, r.AllBut, r.SoundOf, r.Made,
)  # fmt: skip


def where_ranges(board: Board, where: r.Where) -> list[TimeRange]:
    """The time of a stretch, of clips, or of the whole video."""
    if isinstance(where, r.It):
        return where_ranges(board, follow_it(board))
    if isinstance(where, _THINGS):
        return merge_ranges([e.range for e in elements_of(board, where)])
    return stretch_ranges(board, where)


# Spoken words


def _spoken(board: Board, spoken: r.Spoken) -> list[TimeRange]:
    words = _listen(board).words
    spans = _find_spoken(board, spoken.text, every=spoken.every)
    ranges = [TimeRange.between(words[m.first].start_ticks, words[m.end - 1].end_ticks) for m in spans]
    board.assume(f"“{spoken.text}” is said at {', '.join(str(p) for p in ranges)}.")
    snap = board.now.rate.snap
    return merge_ranges([TimeRange.between(snap(p.start_ticks), snap(p.end_ticks)) for p in ranges])


def _spoken_ticks(board: Board, point: r.SpokenPoint) -> int:
    """The moment in the pause before the words, or after them, so that none is clipped."""
    talk = _listen(board)
    (found,) = _find_spoken(board, point.text, every=False)
    at = talk.gaps.pass_by(found.end - 1) if point.is_end else talk.gaps.enter(found.first)
    board.assume(f"“{point.text}” is said at {talk.at(found.first)}.")
    return board.now.rate.snap(at)


def _listen(board: Board) -> Talk:
    """What is heard by now. Raises Unclear when nobody knows what is said."""
    talk = Talk(board.context, board.timeline)
    if not any(a in board.context.transcripts for a in talk.files):
        raise Unclear(
            "There is no transcript, so nobody knows when something is said. Can one be brought in?"
        )
    return talk


def _find_spoken(board: Board, text: str, *, every: bool) -> list[Match]:
    """The places at which words are said: exactly one unless `every` one is meant. Raises Unclear."""
    talk = _listen(board)
    found = talk.find(text) if talk.is_spoken else []
    if not any(map(str.isalnum, text)):
        raise Unclear("Which words are meant?")
    if not found:
        raise Unclear(f"The words “{text}” are not heard in the video. Which words are meant?")
    heard = tuple(f"“{talk.text(m)}” at {talk.at(m.first)}" for m in found)
    if found[0].slips and (len(text.split()) < _SURE_WORDS or len(found) > 1):
        raise Unclear(f"The words “{text}” are not heard in the video. Is this meant?", heard[:6])
    if len(found) > 1 and not every:
        times = tuple(talk.at(m.first) for m in found)
        raise Unclear(f"“{text}” is said {len(found)} times: {', '.join(times)}. Which one?", times[:6])
    if found[0].slips:
        board.assume(f"“{text}” is taken for {heard[0]}.")
    for artifact_id in talk.files:
        if artifact_id in board.context.transcripts:
            board.cite("transcript", artifact_id)
    return found
