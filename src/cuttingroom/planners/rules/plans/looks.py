"""Which pictures a look is for."""

from __future__ import annotations

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import Slots
from cuttingroom.planners.rules.places import stretch_range
from cuttingroom.planners.rules.plans.speed import isolate
from cuttingroom.planners.rules.targets import describe_target, elements_of
from cuttingroom.timeline.edits.looking import shows_picture
from cuttingroom.timeline.model import Element

CLIPS = (r.ClipNumber, r.ClipName, r.AllClips, r.Several)
"""What a clause before may have been about so that this one is, too."""


def pictures(board: Board, slots: Slots) -> list[Element]:
    """The pictures that are meant, cut at the edges of the time that is."""
    found = [e for e in elements_of(board, target(board, slots)) if shows_picture(e)]
    if not found:
        raise Unclear("There is no picture of a file to change there. Which clip is meant?")
    if "when" not in slots:
        return found
    part = stretch_range(board, slots["when"])
    inside = isolate(board, part, [e.id for e in found])
    if not inside:
        raise Unclear("No picture plays there. Which part is meant?")
    board.topic = part
    return inside


def target(board: Board, slots: Slots) -> r.Target:
    """What was said, else the clips that the clause before was about, else all."""
    if "what" in slots or not isinstance(board.topic, CLIPS):
        return slots.get("what", r.Everything())
    board.assume(f"“{board.said}” is about {describe_target(board.topic)}, as what was said before it.")
    return board.topic
