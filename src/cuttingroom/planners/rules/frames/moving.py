"""Bringing things to other places in freer words than the core grammar knows."""

from __future__ import annotations

from cuttingroom.core.time import TimeRange, format_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import TIME, Frame, Slots
from cuttingroom.planners.rules.places import point_ticks
from cuttingroom.planners.rules.plans import order
from cuttingroom.planners.rules.targets import elements_of, follow_it
from cuttingroom.timeline.edits.move import Move
from cuttingroom.timeline.edits.trim import Trim


def _plan_move(board: Board, slots: Slots) -> None:
    what = follow_it(board) if slots["what"] == r.It() else slots["what"]
    if isinstance(what, (r.Everything, r.Several, r.AllBut)):
        raise Unclear("Which one thing should move?")
    if not _slid(board, what, _place(slots)):
        order.plan_move(board, r.Move(what, _place(slots)))


def _slid(board: Board, what: r.Target, to: r.Point) -> bool:
    """Whether a clip was moved into free time, so that no other has to give way."""
    if isinstance(what, (r.Sort, r.TitleText)) or not isinstance(to, r.At):
        return False
    pieces = elements_of(board, what)
    if len(pieces) != 1:
        return False
    at = point_ticks(board, to)
    room = TimeRange(start_ticks=at, duration_ticks=pieces[0].duration_ticks)
    if any(e.plays_in(room) for e in board.lead() if e.id != pieces[0].id) or at == pieces[0].start_ticks:
        return False
    board.add(Move(element_id=pieces[0].id, to_ticks=at))
    return True


def _plan_end(board: Board, slots: Slots) -> None:
    """ "The music should stop at one minute": what plays across that moment ends there; nothing moves."""
    at = point_ticks(board, slots["at"])
    playing = [e for e in elements_of(board, slots["what"]) if e.start_ticks < at < e.end_ticks]
    if not playing:
        raise Unclear(f"Nothing of it plays at {format_ticks(at)}. When should it end?")
    for element in playing:
        board.add(Trim(element_id=element.id, range=TimeRange.between(element.start_ticks, at)))


def _place(slots: Slots) -> r.Point:
    if "before" in slots:
        return r.EdgeOf(slots["before"], "start")
    if "after" in slots:
        return r.EdgeOf(slots["after"], "end")
    if "end" in slots:
        return r.Edge(
            "start" if slots["end"] in ("front", "first", "start", "beginning", "very start") else "end"
        )
    if "at" not in slots:
        raise Unclear("Where should it go? Say a time, or before or after which clip.")
    return slots["at"]


def _swap(slots: Slots) -> r.Reading:
    both = slots.get("both")
    if isinstance(both, r.Several) and len(both.targets) == 2:
        return r.Swap(*both.targets)  # type: ignore[arg-type]
    if isinstance(both, r.EveryOf) and both.count == 2:
        return r.Swap(r.ClipNumber(1), r.ClipNumber(2))
    return r.Dont(r.Swap(r.OnlyClip(), r.OnlyClip()))


_PLACES = {
    "what": "TARGET",
    "at": "[so] [it] [that] [it] [starts|begins|start|begin|comes] (to|at|from) POINT",
    "before": "[right|directly] (before|in front of|ahead of) CLIP",
    "after": "[right|directly] (after|behind|following) CLIP",
    "end": ("(to|at|in) [very] <front|start|beginning|end|back>", "[go|goes|comes] [very] <first|last>"),
}

FRAMES = (
    Frame(
        "move",
        says=("(move|shift|slide|drag|bring|reposition)", "[let|have|make] * (start|begin)"),
        slots=_PLACES,
        plan=_plan_move,
        step=TIME,
        requires=("what", "at|before|after|end"),
        glue="back over so it that up down later earlier forward and put",
        accepts=lambda slots: not isinstance(slots["what"], (r.Everything, r.Several, r.AllBut)),
        topic=lambda slots: slots.get("what"),
    ),
    Frame(
        "put_clip",
        says=("(put|push|pull|take|stick|play|place)",),
        slots=_PLACES,
        plan=_plan_move,
        step=TIME,
        requires=("what", "at|before|after|end"),
        glue="back so it that up down and put",
        accepts=lambda slots: isinstance(slots["what"], (r.ClipNumber, r.ClipName, r.MiddleClip)),
        topic=lambda slots: slots.get("what"),
    ),
    Frame(
        "comes",
        says=("[to|should|must|has to] (come|go|be|comes|goes)",),
        slots=_PLACES,
        plan=_plan_move,
        step=TIME,
        requires=("what", "before|after|end"),
        glue="to should must has",
        accepts=lambda slots: isinstance(slots["what"], (r.ClipNumber, r.ClipName, r.MiddleClip)),
        topic=lambda slots: slots.get("what"),
    ),
    Frame(
        "end_at",
        says=("[should|must|to] (stop|end|finish|stops|ends|finishes)",),
        slots={"what": "TARGET", "at": "(at|after|by) POINT"},
        plan=_plan_end,
        requires=("what", "at"),
        glue="playing make let have should",
        accepts=lambda slots: isinstance(slots["what"], (r.Sort, r.TitleText)),
        topic=lambda slots: slots["what"],
    ),
    Frame(
        "swap",
        says=("(swap|switch|exchange|flip round|trade) [places]", "(swap|switch) * (round|around|over)"),
        slots={"both": "[places of|order of] TARGET"},
        reading=_swap,
        step=TIME,
        requires=("both",),
        glue="places order around round of",
    ),
)
