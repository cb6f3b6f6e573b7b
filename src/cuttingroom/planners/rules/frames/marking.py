"""Markers and chapters in people's words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from cuttingroom.core.time import format_ticks, seconds_to_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import TIME, Frame, Slots
from cuttingroom.planners.rules.places import point_ticks
from cuttingroom.timeline.edits.add_chapters import AddChapters, ChapterStart
from cuttingroom.timeline.edits.add_marker import AddMarker
from cuttingroom.timeline.edits.remove_markers import RemoveMarkers
from cuttingroom.timeline.model import Marker


def _plan_markers(board: Board, slots: Slots) -> None:
    points = _every_cut(board) if "cuts" in slots else [point_ticks(board, p) for p in slots.get("at", ())]
    if not points:
        raise Unclear("Where should the marker go? Say a time, such as 1:05.")
    colour = {"colour": slots["colour"]} if "colour" in slots else {}
    for at in points:
        board.add(AddMarker.model_validate({"at_ticks": at, "name": slots.get("name", ""), **colour}))


def _every_cut(board: Board) -> list[int]:
    """Where one clip of the main track gives way to the next."""
    cuts = [e.start_ticks for e in board.lead()[1:]]
    if not cuts:
        raise Unclear("The video is one clip: it has no cuts. Where should the markers go?")
    return cuts


def _plan_chapters(board: Board, slots: Slots) -> None:
    chapters = tuple(ChapterStart(at_ticks=_start(board, at), name=name) for at, name in slots["list"])
    first = min(c.at_ticks for c in chapters)
    if first and not any(m.kind == "chapter" for m in board.timeline.markers):
        board.assume(f"What comes before {format_ticks(first)} becomes a chapter “Start”.")
    board.add(AddChapters(chapters=chapters))


def _start(board: Board, seconds: Fraction) -> int:
    """The chapter at 0:00 begins with the video, whatever comes in before what is there now."""
    return point_ticks(board, r.At(seconds, is_clock=True)) if seconds else 0


def _plan_chapter(board: Board, slots: Slots) -> None:
    at = slots.get("at")
    if at is None:
        raise Unclear(
            "At which times do the chapters begin, and what are they called? Say 0:00 Intro, 1:20 Setup."
        )
    ticks = point_ticks(board, at)
    if "name" not in slots:
        raise Unclear(f"What is the chapter at {format_ticks(ticks)} called?")
    board.add(AddChapters(chapters=(ChapterStart(at_ticks=ticks, name=slots["name"]),)))


def _plan_remove(board: Board, slots: Slots) -> None:
    kind = "chapter" if slots["kind"].startswith("chapter") else "marker"
    known = sorted((m for m in board.timeline.markers if m.kind == kind), key=lambda m: m.at_ticks)
    if not known:
        raise Unclear(f"There are no {kind}s on the timeline. What should be removed?")
    board.add(RemoveMarkers(marker_ids=tuple(m.id for m in _chosen(board, known, kind, slots))))


def _chosen(board: Board, known: Sequence[Marker], kind: str, slots: Slots) -> Sequence[Marker]:
    if "name" in slots:
        found = [m for m in known if m.name.lower() == slots["name"].lower()]
        if not found:
            names = ", ".join(f"“{m.name}”" for m in known[:9] if m.name) or "without names"
            raise Unclear(f"There is no {kind} called “{slots['name']}”. The {kind}s are {names}. Which one?")
        return found
    if "at" in slots:
        at = point_ticks(board, slots["at"])
        near = [m for m in known if abs(m.at_ticks - at) <= seconds_to_ticks(1) // 2]
        if len(near) != 1:
            times = tuple(format_ticks(m.at_ticks) for m in known[:9])
            raise Unclear(f"There is no {kind} at {format_ticks(at)}. Which one is meant?", times)
        return near
    if "which" in slots:
        number: int = slots["which"]
        if abs(number) > len(known):
            raise Unclear(f"There are only {len(known)} {kind}s. Which one should go?")
        chosen: Marker = known[number - 1 if number > 0 else number]
        return [chosen]
    if len(known) > 1 and "all" not in slots and not slots["kind"].endswith("s"):
        times = tuple(format_ticks(m.at_ticks) for m in known[:9])
        raise Unclear(f"There are {len(known)} {kind}s. Which one should go?", (*times, f"all {kind}s"))
    return known


_ADD = "add|make|create|put|insert|set|place|drop|leave|show|stick"
_NAMED = "[<called|named|saying|that says|labelled|labeled|with name|with label|as>] TEXT"

FRAMES = (
    Frame(
        "add_marker",
        says=(
            f"[{_ADD}] * (marker|markers|bookmark|bookmarks)",
            "(mark|bookmark|flag)",
            "(marker|markers|bookmark|bookmarks)",
        ),
        slots={
            "at*": "[one|another|another one] [at|on|for] POINT",
            "name": _NAMED,
            "colour": "[in] COLOUR",
            "cuts": "(at|on) (every|each|all) [of] (cut|cuts|edit|edits|cut point|edit point)",
        },
        plan=_plan_markers,
        step=TIME,
        glue="one another with and more",
    ),
    Frame(
        "add_chapters",
        says=(f"[{_ADD}|split|divide] * (chapters|chapter) [marker|markers|points|list]",),
        slots={"list": "[at|with|for|into|like this|as follows] CHAPTERS"},
        plan=_plan_chapters,
        step=TIME,
        requires=("list",),
        glue="video youtube following these to it into",
    ),
    Frame(
        "add_chapter",
        says=(f"[{_ADD}|start|begin] * (chapter|chapters) [marker|markers]",),
        slots={"at": "[at|from|on] POINT", "name": _NAMED},
        plan=_plan_chapter,
        step=TIME,
        requires=("at|name",),
        glue="new another video to one",
    ),
    Frame(
        "remove_markers",
        says=("(remove|delete|clear|drop|erase|lose|get rid of|take out|take away|wipe)",),
        slots={
            "kind": "<marker|markers|bookmark|bookmarks|chapter|chapters|chapter markers>",
            "all": "<all|every|each|all of>",
            "which": "ORDINAL",
            "at": "(at|from) POINT",
            "name": _NAMED,
        },
        plan=_plan_remove,
        step=TIME,
        requires=("kind",),
        glue="again too also from video timeline my",
    ),
)
