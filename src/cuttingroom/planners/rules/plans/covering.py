"""Plans media that lie over what plays: B-roll under the sound that goes on, or in its place."""

from __future__ import annotations

from cuttingroom.core.time import TimeRange, format_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.places import length_ticks, seconds_text
from cuttingroom.planners.rules.plans.order import describe_files
from cuttingroom.planners.rules.targets import find_media
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.edits.overwrite import Overwrite
from cuttingroom.timeline.edits.placing import STILL_TICKS


def plan_cover(
    board: Board, name: str, over: TimeRange | int, *, part: r.Stretch | None, keeps_sound: bool
) -> None:
    """`over` is the time to fill, or where the file begins: then it lies there in its whole length.

    A file without sound leaves the sound that is there.
    """
    media = find_media(board, name)
    if media is None:
        raise Unclear(f"There is no file called “{name}”. {describe_files(board)}")
    if not (media.has_picture or media.is_still):
        raise Unclear(f"“{media.name}” has no picture. Should its sound replace what is heard there?")
    if not keeps_sound and not media.has_sound:
        board.assume(f"“{media.name}” has no sound: what is heard there goes on.")
        keeps_sound = True
    elif keeps_sound and media.has_sound:
        board.assume(f"“{media.name}” is only seen: what is heard there goes on.")
    used = None if part is None else _part(board, media, part)
    start = over if isinstance(over, int) else over.start_ticks
    board.add(
        Overwrite(
            media=media,
            at_ticks=start,
            part=used,
            duration_ticks=_length(board, media, over, used),
            keeps_sound=keeps_sound,
        )
    )


def _length(board: Board, media: MediaRef, over: TimeRange | int, used: TimeRange | None) -> int | None:
    """How long it lies there; None for all of what is used of a file."""
    if isinstance(over, int):
        if not media.is_still:
            return None
        board.assume(f"A picture is shown for {seconds_text(STILL_TICKS)}.")
        return STILL_TICKS
    there = used.duration_ticks if used is not None else media.media_ticks
    frame = board.now.rate.frame_ticks
    if media.is_still or there >= over.duration_ticks - frame:
        return (
            None if abs(there - over.duration_ticks) < frame and not media.is_still else over.duration_ticks
        )
    raise Unclear(
        f"“{media.name}” lasts {format_ticks(there)}, which is not enough for {over}. Should it lie there "
        "for as long as it lasts?",
        (f"lay it over {TimeRange(start_ticks=over.start_ticks, duration_ticks=there)}",),
    )


def _part(board: Board, media: MediaRef, part: r.Stretch) -> TimeRange:
    """A part of the file, on its own clock. Raises Unclear for one that files do not have."""
    whole = media.media_ticks
    if isinstance(part, (r.First, r.Last)):
        length = length_ticks(board, part.length)
        start = 0 if isinstance(part, r.First) else whole - length
        span = (start, start + length)
    elif isinstance(part, r.Between) and isinstance(part.start, r.At) and isinstance(part.end, r.At):
        span = tuple(
            length_ticks(board, r.Length(p.seconds, p.frames)) if p.seconds or p.frames else 0
            for p in (part.start, part.end)
        )
    else:
        raise Unclear(f"Which part of “{media.name}” is meant? Say from when to when.")
    if span[0] < 0 or span[1] > whole or span[1] <= span[0]:
        raise Unclear(f"“{media.name}” lasts {format_ticks(whole)}. Which part of it is meant?")
    return TimeRange.between(*span)
