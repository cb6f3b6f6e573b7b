"""Frames for pictures of the video: stills and thumbnails."""

from __future__ import annotations

from cuttingroom.core.time import format_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.export_words import SLOTS
from cuttingroom.planners.rules.frames.frame import Frame, Slots
from cuttingroom.planners.rules.frames.readers import Found, Reader
from cuttingroom.planners.rules.frames.time_chunks import read_point, read_time
from cuttingroom.planners.rules.frames.tokens import Tokens
from cuttingroom.planners.rules.places import point_ticks
from cuttingroom.tools.make_still import MakeStill
from cuttingroom.tools.make_thumbnail import MakeThumbnail


def _read_frame(tokens: Tokens, at: int) -> Found:
    """A frame by its place in the video or by its number."""
    places = {"first": r.Edge("start"), "last": r.FromEnd(r.Length(frames=1)), "middle": r.Edge("middle")}
    first, second = (tokens[n].words if n < len(tokens) else () for n in (at, at + 1))
    if second in (("frame",), ("picture",)) and len(first) == 1 and first[0] in places:
        yield places[first[0]], at + 2
    if first == ("frame",):
        yield from read_time(tokens, at)


def _read_moment(tokens: Tokens, at: int) -> Found:
    yield from read_point(tokens, at)
    yield from _read_frame(tokens, at)


CHUNKS: dict[str, Reader] = {"MOMENT": _read_moment, "FRAMEPLACE": _read_frame}
"""Kinds of this area."""


def _plan_still(board: Board, slots: Slots) -> None:
    if "at" not in slots:
        options = (f"at {format_ticks(board.end_ticks() // 2)}", "the first frame", "the last frame")
        raise Unclear("Which moment should the picture show?", options)
    form = "jpg" if slots.get("format") in ("jpg", "jpeg") else "png"
    board.add(MakeStill(at_ticks=_moment(board, slots["at"]), width=slots.get("width"), format=form))


def _plan_thumbnail(board: Board, slots: Slots) -> None:
    at = _moment(board, slots["at"]) if "at" in slots else None
    form = "png" if slots.get("format") == "png" else "jpg"
    board.add(MakeThumbnail(title=slots.get("title"), at_ticks=at, format=form))


def _moment(board: Board, point: r.Point) -> int:
    """Of a frame that is shown: the end of the video is its last frame."""
    at = point_ticks(board, point)
    return max(0, min(at, board.end_ticks() - board.now.rate.frame_ticks))


_VERBS = "(save|export|grab|take|get|make|extract|capture|pull|give|create|render|want|need|download)"
_STILL = (
    "still|stills|still frame|still image|screenshot|screen shot|screengrab|screen grab|snapshot|frame grab"
)
_SAYING = (
    "with|and|that says|which says|saying|reading|text|title|with text|with title|with words|with caption"
    "|with text saying|with text that says|and text|and title|and words"
)
_AT = "[<at|from|of|for|on>] MOMENT"
_FORMAT = "[as|in|to] <png|jpg|jpeg> [file|image|picture|format]"

FRAMES = (
    Frame(
        "make_still",
        says=(
            f"{_VERBS} * ({_STILL})",
            "(save|export|grab|get|extract|capture|pull|download|give|take) * (frame|photo|image|picture)",
            f"({_STILL})",
        ),
        slots={"at": _AT, "format": _FORMAT, "width": SLOTS["width"]},
        plan=_plan_still,
        glue="me as file image picture video it from of one single quality full size save",
    ),
    Frame(
        "make_still_as",
        says=(_VERBS,),
        slots={"at": _AT, "format": _FORMAT, "width": SLOTS["width"]},
        plan=_plan_still,
        requires=("format", "at"),
        glue="me as file image picture video it from of one single frame",
    ),
    Frame(
        "make_still_of",
        says=("(save|export|grab|get|extract|capture|pull|download|give)",),
        slots={"at": "[<at|from|of>] FRAMEPLACE", "width": SLOTS["width"]},
        plan=_plan_still,
        requires=("at",),
        glue="me as file image picture still video it from of",
    ),
    Frame(
        "make_thumbnail",
        says=(
            "(thumbnail|thumb|cover image|cover picture|cover photo|poster image|poster frame|preview image)",
        ),
        slots={
            "title": f"[<{_SAYING}>] TEXT [on it|on top|over it|in big letters|as title|as text]",
            "at": "[<at|from|of|out of|using>] MOMENT",
            "format": "[as|in|to] <png|jpg|jpeg>",
        },
        plan=_plan_thumbnail,
        glue="make create generate give me get pick choose find good nice best as for youtube video it save "
        "export render frame from of with automatically",
    ),
)
