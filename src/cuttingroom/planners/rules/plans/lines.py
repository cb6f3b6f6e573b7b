"""Plans lines of gain: to a level over a stretch, back again, up from silence and down to it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import numpy as np

from cuttingroom.core.time import format_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import Slots
from cuttingroom.planners.rules.places import point_ticks, stretch_range
from cuttingroom.planners.rules.targets import follow_it, heard_elements, music_tracks
from cuttingroom.timeline.edits.set_envelope import SetEnvelope
from cuttingroom.timeline.effects import Envelope, GainPoint
from cuttingroom.timeline.model import Element

SILENCE_DB, MOST_DB = -60.0, 24.0
_MOVES = re.compile(r"\W*(?:bring|take|let|ramp|slide|pull|push|fade|swell|dip)", re.IGNORECASE)
"""Verbs that say that a level is reached over a time, not that it holds in it."""


def plan_line(board: Board, slots: Slots) -> None:
    """To a level over a stretch, and back over another one where that was said."""
    elements = _elements(board, slots)
    span = stretch_range(board, slots["where"])
    base = _level_at(elements, span.start_ticks)
    to = _wanted_level(slots, base)
    points = [(span.start_ticks, base), (span.end_ticks, to)]
    if "back" in slots:
        back = stretch_range(board, slots["back"])
        if back.start_ticks <= span.end_ticks:
            raise Unclear("It should come back before it is there. From where to where should each take?")
        points += [(back.start_ticks, to), (back.end_ticks, base)]
    else:
        board.assume(f"After {format_ticks(span.end_ticks)} it stays at {_say_level(to)}.")
    _draw(board, elements, points)


def plan_fade_line(board: Board, slots: Slots) -> None:
    """Up from silence, or down to it, over a stretch in the middle of things."""
    elements = _elements(board, slots)
    span = stretch_range(board, slots["where"])
    base = _level_at(elements, span.start_ticks)
    levels = (SILENCE_DB, max(base, 0.0)) if "in" in slots else (base, SILENCE_DB)
    edge = "before" if "in" in slots else "after"
    board.assume(f"It is silent {edge} that.")
    _draw(board, elements, [(span.start_ticks, levels[0]), (span.end_ticks, levels[1])])


def plan_level_then_back(board: Board, slots: Slots) -> None:
    """A level at a moment, and back to what is normal by another."""
    elements = _elements(board, slots)
    start, end = point_ticks(board, slots["at"]), point_ticks(board, slots["by"], is_end=True)
    if end <= start:
        raise Unclear("The level would be back before it changes. By when should it be back?")
    _draw(board, elements, [(start, check_gain(slots["gain"])), (end, 0.0)])
    board.assume(f"Until {format_ticks(start)} it has the level that is named for then.")


def plan_level_over(board: Board, target: r.Target, where: r.Stretch, gain_db: float) -> None:
    """`turn it down to -20 dB from 0:10 to 0:12`: what moves gets there over that time, what is set is asked
    about."""
    if not _MOVES.match(board.said):
        raise Unclear(
            f"Should it get to {gain_db:g} dB over that time, or be {abs(gain_db):g} dB quieter during it?",
            (f"bring it to {gain_db:g} dB over that time", f"{abs(gain_db):g} dB quieter during it"),
        )
    plan_line(board, {"what": target, "where": where, "gain": gain_db})


def _elements(board: Board, slots: Slots) -> list[Element]:
    """What the line is for: what was named, else the music, else all that is heard."""
    bed = r.Sort("music") if music_tracks(board.timeline) else r.Sort("sound")
    target = slots.get("what", bed)
    return heard_elements(board, follow_it(board) if isinstance(target, r.It) else target)


def check_gain(gain_db: float) -> float:
    """Raises Unclear for a level that there is not."""
    if not SILENCE_DB <= gain_db <= MOST_DB:
        raise Unclear("A level lies between -60 and +24 dB. How loud should it be?")
    return float(gain_db)


def _wanted_level(slots: Slots, base: float) -> float:
    if "silent" in slots:
        return SILENCE_DB
    if "by" in slots:
        return check_gain(base + (-1 if "down" in slots else 1) * abs(float(slots["by"])))
    if "share" in slots:
        return max(SILENCE_DB, round(20 * math.log10(max(1e-3, float(slots["share"]))), 2))
    if "gain" in slots:
        return check_gain(slots["gain"])
    raise Unclear("To which level?", ("to -12 dB", "to -20 dB", "to silence"))


def _level_at(elements: Sequence[Element], at_ticks: int) -> float:
    """What lines of gain add there already, in dB."""
    playing = next((e for e in elements if e.range.contains(at_ticks)), elements[0])
    line = next((e for e in playing.effects if isinstance(e, Envelope)), None)
    if line is None:
        return 0.0
    times, levels = [p.at_ticks for p in line.points], [p.gain_db for p in line.points]
    return float(np.interp(at_ticks - playing.start_ticks, times, levels))


def _draw(board: Board, elements: Sequence[Element], points: Iterable[tuple[int, float]]) -> None:
    line = tuple(GainPoint(at_ticks=at, gain_db=gain_db) for at, gain_db in points)
    board.add(SetEnvelope(element_ids=tuple(e.id for e in elements), points=line))


def _say_level(gain_db: float) -> str:
    return f"{gain_db:g} dB" if gain_db > SILENCE_DB else "silence"
