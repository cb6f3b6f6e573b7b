"""Plans changes of speed, and splits clips at the edges of a stretch."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from cuttingroom.core.time import Ratio, TimeRange
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.places import (
    where_ranges,
)
from cuttingroom.planners.rules.targets import (
    elements_of,
)
from cuttingroom.timeline.edits.set_speed import SetSpeed
from cuttingroom.timeline.edits.split import Split
from cuttingroom.timeline.model import Element

SLOW_MOTION = Fraction(1, 2)
SLOWEST, FASTEST = Fraction(1, 20), Fraction(20)


def plan_speed(board: Board, speed: r.Speed) -> None:
    factor = speed_factor(speed)
    if factor == 1:
        raise Unclear("That is the speed it has. How much faster or slower should it be?")
    if not SLOWEST <= factor <= FASTEST:
        raise Unclear("A speed lies between 0.05x and 20x. How fast should it be?")
    where = speed.where or r.Everything()
    elements = _isolated(board, where)
    if not elements:
        raise Unclear("No clip plays there. What should change its speed?")
    for old in dict.fromkeys(e.speed.fraction for e in elements):
        if old != 1:
            board.assume(f"It runs at {float(old):g}x already; the change is counted from there.")
        ids = tuple(e.id for e in elements if e.speed.fraction == old)
        board.add(SetSpeed(element_ids=ids, speed=Ratio.of(old * factor)))
    if speed.is_slow_motion and speed.rate is None:
        board.assume("Slow motion is half the speed.")
    board.assume("The pitch of the sound is kept.")


def speed_factor(speed: r.Speed) -> Fraction:
    """How many times as fast. Raises Unclear without a number, or when the words contradict it."""
    rate = speed.rate
    if rate is None and speed.is_slow_motion:
        return SLOW_MOTION
    if rate is None:
        raise (
            Unclear(
                "By how much?",
                ("1.25x", "1.5x", "2x") if speed.direction == "up" else ("0.75x", "0.5x", "0.25x"),
            )
            if speed.direction != ""
            else Unclear("By how much, and faster or slower?")
        )
    if rate.factor <= 0:
        raise Unclear("A speed is more than nothing. How fast should it be?")
    factor = rate.factor
    if rate.is_percent and not rate.is_speed and rate.how != "to" and speed.direction:
        factor = 1 + rate.factor if speed.direction == "up" else 1 - rate.factor
        if factor <= 0:
            raise Unclear("That would stop it. How much slower should it be?")
        return factor
    if speed.direction == "down" and factor > 1:
        if rate.how == "to" or rate.is_speed:
            raise Unclear(f"{float(factor):g}x is faster, not slower. Which is meant?")
        return 1 / factor
    if speed.direction == "up" and factor < 1:
        raise Unclear(f"{float(factor):g}x is slower, not faster. Which is meant?")
    return factor


def _isolated(board: Board, where: r.Where) -> list[Element]:
    """The pieces of the main track that make up `where`, split at its edges where needed."""
    if isinstance(where, (r.Sort, r.TitleText)):
        raise Unclear("Only clips have a speed. Which clip is meant?")
    if isinstance(where, (r.It, r.Everything, r.ClipNumber, r.ClipName, r.OnlyClip, r.AllClips, r.Several,
                          r.MiddleClip, r.EveryOf, r.ThatClip)):  # fmt: skip
        return list(elements_of(board, where))
    found: list[Element] = []
    for part in where_ranges(board, where):
        found += isolate(board, part, [e.id for e in board.lead()])
    board.topic = where_ranges(board, where)[0] if len(found) else None
    return found


def isolate(board: Board, part: TimeRange, element_ids: Sequence[str]) -> list[Element]:
    """Split those elements at the edges of `part` where they cross them; the pieces within, in order."""
    rate = board.timeline.rate
    start, end = rate.snap(part.start_ticks), rate.snap(part.end_ticks)
    ids = set(element_ids)
    for edge in (start, end):
        for element in _elements(board, ids):
            if element.start_ticks < edge < element.end_ticks:
                split = Split(element_id=element.id, at_ticks=edge)
                board.add(split)
                ids.add(split.right_id)
    return [e for e in _elements(board, ids) if start <= e.start_ticks and e.end_ticks <= end]


def _elements(board: Board, ids: set[str]) -> list[Element]:
    found = [e for t in board.timeline.tracks for e in t.elements if e.id in ids]
    return sorted(found, key=lambda e: e.start_ticks)
