"""Bringing things to other places in freer words than the core grammar knows."""

from __future__ import annotations

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import TIME, Frame, Slots
from cuttingroom.planners.rules.plans import order
from cuttingroom.planners.rules.targets import follow_it


def _plan_move(board: Board, slots: Slots) -> None:
    what = follow_it(board) if slots["what"] == r.It() else slots["what"]
    if isinstance(what, (r.Everything, r.Several, r.AllBut)):
        raise Unclear("Which one thing should move?")
    order.plan_move(board, r.Move(what, _place(slots)))


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
    "end": "[to|at|go|comes|in|very] <front|first|start|beginning|end|back|last>",
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
        "swap",
        says=("(swap|switch|exchange|flip round|trade) [places]", "(swap|switch) * (round|around|over)"),
        slots={"both": "[places of|order of] TARGET"},
        reading=_swap,
        step=TIME,
        requires=("both",),
        glue="places order around round of",
    ),
)
