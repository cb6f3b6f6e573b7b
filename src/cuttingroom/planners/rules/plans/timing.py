"""Plans what else changes how time runs: still frames, playing backwards, ramps, exact lengths, loops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from cuttingroom.core.time import Ratio, seconds_to_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.places import (
    length_ticks,
    point_ticks,
    seconds_text,
    stretch_range,
    stretch_ranges,
)
from cuttingroom.planners.rules.plans.speed import isolate
from cuttingroom.planners.rules.targets import elements_of, find_clips
from cuttingroom.timeline.edits.fit_duration import FitDuration
from cuttingroom.timeline.edits.freeze_frame import FreezeFrame
from cuttingroom.timeline.edits.loop import Loop
from cuttingroom.timeline.edits.ramp_speed import RampSpeed
from cuttingroom.timeline.edits.reorder import Reorder
from cuttingroom.timeline.edits.reverse import Reverse
from cuttingroom.timeline.model import Element, MediaSource

DEFAULT_FREEZE = Fraction(2)
_FIRST = ("first frame", "very first frame", "opening frame", "start", "beginning", "very start")

Slots = Mapping[str, Any]


def plan_freeze(board: Board, slots: Slots) -> None:
    """A frame that stands: at a moment, or the first or last one of a clip or of the video."""
    at, length = _frozen(board, slots)
    if length is None:
        length = seconds_to_ticks(DEFAULT_FREEZE)
        board.assume(f"The frame stands for {seconds_text(length)}.")
    board.add(FreezeFrame(at_ticks=at, duration_ticks=length))
    board.assume("What comes after it plays later; the still is silent.")


def _frozen(board: Board, slots: Slots) -> tuple[int, int | None]:
    length = length_ticks(board, slots["duration"]) if "duration" in slots else None
    if "seconds" in slots:
        length = seconds_to_ticks(slots["seconds"])
    if "where" in slots:
        part = stretch_range(board, slots["where"])
        return part.start_ticks, length or part.duration_ticks
    moment = slots.get("at") or slots.get("clock")
    if moment is not None:
        return point_ticks(board, moment), length
    if "which" not in slots:
        raise Unclear("Which frame should stand still?", ("at 0:05", "the first frame", "the last frame"))
    is_first = slots["which"] in _FIRST
    if "clip" not in slots:
        return point_ticks(board, r.Edge("start" if is_first else "end")), length
    pieces = find_clips(board, slots["clip"])
    if is_first:
        return pieces[0].start_ticks, length
    # the end of a clip is the start of the next one: its last frame begins a frame earlier
    end = pieces[-1].end_ticks
    return end if end == board.end_ticks() else end - board.now.rate.frame_ticks, length


def plan_reverse(board: Board, slots: Slots) -> None:
    """Elements, or a stretch, backwards; several clips then also follow each other the other way round."""
    elements = _pieces(board, slots, "What should run backwards?")
    board.add(Reverse(element_ids=tuple(e.id for e in elements)))
    lead = [e.id for e in board.lead()]
    chosen = [e.id for e in elements if e.id in lead]
    first = lead.index(chosen[0]) if chosen else 0
    if len(chosen) > 1 and lead[first : first + len(chosen)] == chosen and not _is_each(slots):
        order = (*lead[:first], *reversed(chosen), *lead[first + len(chosen) :])
        board.add(Reorder(element_ids=order))
        board.assume("The last of these clips comes first then.")


def _is_each(slots: Slots) -> bool:
    """Whether clips are meant one by one, as in `each clip`, and not what they make together."""
    return isinstance(slots.get("what"), (r.AllClips, r.Several, r.EveryOf))


def plan_ramp(board: Board, slots: Slots) -> None:
    """One clip, or a stretch of it, from one speed to another."""
    if "edge" in slots:
        side = "last" if "end" in slots["edge"] else "first"
        raise Unclear(
            "Over how long should the speed change?",
            tuple(f"over the {side} {n} seconds" for n in (3, 5, 10)),
        )
    start = _speed(slots, "from")
    end = _speed(slots, "to")
    if end is None:
        raise Unclear("To which speed should it go?", ("2x", "4x", "0.5x"))
    if start is None:
        start = Fraction(1)
        board.assume("The ramp begins at normal speed.")
    span = stretch_range(board, slots["where"]) if "where" in slots else None
    clip = _ramped(board, slots, span)
    fields: dict[str, Any] = {"from_speed": Ratio.of(start), "to_speed": Ratio.of(end), "range": span}
    board.add(RampSpeed(element_id=clip.id, **fields))
    board.assume("The pitch of the sound is kept.")


def _ramped(board: Board, slots: Slots, span: Any) -> Element:
    """The one clip of a ramp: the one that plays during `span`, where that is given."""
    chosen: Sequence[Element] = board.lead()
    if "what" in slots:
        chosen = [e for e in elements_of(board, slots["what"]) if isinstance(e.source, MediaSource)]
    if span is not None:
        over = [e for e in chosen if e.plays_in(span)]
        chosen = [e for e in over if e.start_ticks <= span.start_ticks and span.end_ticks <= e.end_ticks]
        if not chosen:
            raise Unclear(
                f"{span} reaches over {'several clips' if len(over) > 1 else 'more than the clip'}. Which "
                "part of one clip should change its speed?"
            )
    if len(chosen) != 1:
        raise Unclear(
            "A ramp goes through one clip. Which one, or from when to when?",
            tuple(f"clip {n}" for n in range(1, len(chosen) + 1))[:5],
        )
    return chosen[0]


def _speed(slots: Slots, side: str) -> Fraction | None:
    if f"{side}_normal" in slots:
        return Fraction(1)
    if f"{side}_percent" in slots:
        return slots[f"{side}_percent"] / 100
    return slots.get(f"{side}_factor")


def plan_fit(board: Board, slots: Slots) -> None:
    """The video, clips or a stretch in exactly so long."""
    length = length_ticks(board, slots["duration"])
    what = slots.get("what", r.It())
    if "where" not in slots and isinstance(what, (r.Everything, r.AllClips)):
        board.add(FitDuration(duration_ticks=length))
    else:
        elements = _pieces(board, slots, "What should last so long?")
        ids = tuple(e.id for e in elements)
        is_all = set(ids) == {e.id for e in board.lead()}
        board.add(FitDuration(element_ids=() if is_all else ids, duration_ticks=length))
    board.assume("The pitch of the sound is kept.")


def plan_loop(board: Board, slots: Slots) -> None:
    """Elements, or a stretch, several times, or for so long."""
    elements = _pieces(board, slots, "What should be played again?")
    ids = tuple(e.id for e in elements)
    times = slots.get("times") or _TIMES.get(slots.get("often", ""))
    if "more" in slots:
        times = slots["more"] + 1
    if times is not None:
        if times < 2:
            raise Unclear(
                "Once is how often it plays already. How many times should it play?", ("2 times", "3 times")
            )
        board.add(Loop(element_ids=ids, times=times))
        return
    length = _looped(board, slots, elements)
    if length is None:
        raise Unclear(
            "How many times should it play, or for how long?", ("2 times", "3 times", "for 30 seconds")
        )
    board.add(Loop(element_ids=ids, duration_ticks=length))


_TIMES = {"twice": 2, "thrice": 3, "once more": 2, "one more time": 2, "again": 2, "once again": 2}


def _looped(board: Board, slots: Slots, elements: Sequence[Element]) -> int | None:
    start = elements[0].start_ticks
    if "length" in slots:
        return length_ticks(board, slots["length"])
    if "until" in slots:
        return point_ticks(board, slots["until"], is_end=True) - start
    return board.end_ticks() - start if "end" in slots else None


def _pieces(board: Board, slots: Slots, question: str) -> list[Element]:
    """The elements that a stretch or a target means, split at the edges of a stretch where needed."""
    if "where" in slots:
        found: list[Element] = []
        for part in stretch_ranges(board, slots["where"]):
            found += isolate(board, part, [e.id for e in board.lead()])
            board.topic = part
        chosen: Sequence[Element] = found
    else:
        chosen = elements_of(board, slots.get("what", r.It()))
    moving = [e for e in chosen if isinstance(e.source, MediaSource)]
    if not moving:
        raise Unclear(question)
    return moving
