"""Plans crossfades, new media, and clips that change places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from cuttingroom.core.time import format_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.places import (
    length_ticks,
    point_ticks,
    seconds_text,
)
from cuttingroom.planners.rules.plans.transitions import plan_transition
from cuttingroom.planners.rules.targets import (
    each_clip,
    elements_of,
    find_clip,
    find_clips,
    find_media,
    same_name,
)
from cuttingroom.timeline.edits.add_audio import AddAudio
from cuttingroom.timeline.edits.append import Append
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.edits.insert import Insert
from cuttingroom.timeline.edits.move import Move
from cuttingroom.timeline.edits.placing import STILL_TICKS
from cuttingroom.timeline.edits.reorder import Reorder
from cuttingroom.timeline.model import Element, MediaSource


def plan_crossfade(board: Board, crossfade: r.Crossfade) -> None:
    slots: dict[str, Any] = {} if crossfade.length is None else {"length": crossfade.length}
    if crossfade.pair is not None:
        slots |= {"left": crossfade.pair[0], "right": crossfade.pair[1]}
    plan_transition("crossfade")(board, slots)


def plan_place(board: Board, place: r.Place) -> None:
    """Bring a file in, or move the clip of that name."""
    media = find_media(board, place.name)
    on_timeline = any(same_name(e.name, place.name) for e in board.lead(board.now))
    if on_timeline and media is not None and media.artifact_id not in _played(board):
        raise Unclear(
            f"“{place.name}” is a clip and also a file that is not used yet. Move the clip, or add the file?"
        )
    if on_timeline:
        if place.at is None:
            raise Unclear(f"“{place.name}” is on the timeline already. Where should it go?")
        plan_move(board, r.Move(r.ClipName(place.name), place.at))
        return
    if media is None:
        raise Unclear(f"There is no file called “{place.name}”. {describe_files(board)}")
    _place_media(board, place, media)


def describe_files(board: Board) -> str:
    """Which files a request may name."""
    files = ", ".join(f"“{m.name}”" for m in board.context.media[:9]) or "none"
    return f"The files are: {files}."


def _played(board: Board) -> set[str]:
    sources = (e.source for t in board.now.tracks for e in t.elements)
    return {s.artifact_id for s in sources if isinstance(s, MediaSource)}


def _place_media(board: Board, place: r.Place, media: MediaRef) -> None:
    if not media.has_picture and not media.is_still:
        if place.at is not None and place.at != r.Edge("end"):
            _lay_sound(board, media, point_ticks(board, place.at))
            return
        raise Unclear(
            f"“{media.name}” is only heard. Should it be background music?", (f"use {media.name} as music",)
        )
    duration = _still_ticks(board, place, media)
    if place.at is None:
        board.assume(f"“{media.name}” goes to the end.")
    if place.at is None or place.at == r.Edge("end"):
        board.add(Append(media=media, duration_ticks=duration))
    else:
        board.add(Insert(media=media, at_ticks=point_ticks(board, place.at), duration_ticks=duration))


def _lay_sound(board: Board, media: MediaRef, at_ticks: int) -> None:
    edit = AddAudio(media=media, at_ticks=at_ticks, name=media.name)
    board.made = r.Made((edit.element_id,), board.add(edit), media.name)
    board.assume(f"“{media.name}” is as loud as it is in its file, and ends with the video.")


def _still_ticks(board: Board, place: r.Place, media: MediaRef) -> int | None:
    if not media.is_still:
        if place.length is not None:
            raise Unclear(f"“{media.name}” has its own length. Which part of it is meant?")
        return None
    if place.length is not None:
        return length_ticks(board, place.length)
    board.assume(f"A picture is shown for {seconds_text(STILL_TICKS)}.")
    return STILL_TICKS


def plan_move(board: Board, move: r.Move) -> None:
    """Let a clip or title start elsewhere; a file that is not on the timeline comes in there."""
    if isinstance(move.target, r.ClipName) and _is_new(board, move.target.name):
        plan_place(board, r.Place(move.target.name, move.to))
        return
    if isinstance(move.target, (r.Sort, r.TitleText, r.Made)):
        elements = elements_of(board, move.target)
        if len(elements) != 1:
            raise Unclear(f"There are {len(elements)} of them. Which one should move?")
        to = point_ticks(board, move.to)
        if to >= board.end_ticks():
            to = max(0, board.end_ticks() - elements[0].duration_ticks)
        board.add(Move(element_id=elements[0].id, to_ticks=to))
        return
    assert not isinstance(move.target, (r.Everything, r.It, r.Several, r.AllBut, r.SoundOf))
    moving = find_clips(board, move.target)
    rest = [e for e in board.lead() if e not in moving]
    position = _position(board, move.to, rest)
    _reorder(board, [*rest[:position], *moving, *rest[position:]])


def _is_new(board: Board, name: str) -> bool:
    """Whether a name is that of a file and not of a clip."""
    clips = (*board.lead(board.now), *board.lead(board.group_timeline))
    return not any(same_name(e.name, name) for e in clips) and find_media(board, name) is not None


def _position(board: Board, to: r.Point, rest: Sequence[Element]) -> int:
    """How many of the other clips come before the place. Raises Unclear for the middle of a clip."""
    if isinstance(to, r.EdgeOf) and to.side != "middle":
        pieces = find_clips(board, to.clip)
        if pieces[0] in rest and len(each_clip(board, to.clip)) == 1:
            return rest.index(pieces[0]) if to.side == "start" else rest.index(pieces[-1]) + 1
    at = point_ticks(board, to)
    if any(e.start_ticks < at < e.end_ticks for e in rest):
        raise Unclear(
            f"{format_ticks(at)} is in the middle of another clip. Should the clip go before it or after it?",
            ("before it", "after it"),
        )
    return sum(e.end_ticks <= at for e in rest)


def plan_swap(board: Board, swap: r.Swap) -> None:
    first, second = find_clip(board, swap.first), find_clip(board, swap.second)
    places = {first.id: second, second.id: first}
    _reorder(board, [places.get(e.id, e) for e in board.lead()])


def _reorder(board: Board, wanted: Sequence[Element]) -> None:
    clips = board.lead()
    if [e.id for e in wanted] == [e.id for e in clips]:
        raise Unclear("The clips are in this order already. What should move?", _order_examples(len(clips)))
    board.add(Reorder(element_ids=tuple(e.id for e in wanted)))
    if any(a.end_ticks < b.start_ticks for a, b in pairwise(clips)):
        board.assume("The gaps between the clips are closed.")


def _order_examples(count: int) -> tuple[str, ...]:
    return (f"move clip {count} to the start", "swap clips 1 and 2") if count > 1 else ()
