"""Plans fades of picture and sound."""

from __future__ import annotations

from fractions import Fraction

from cuttingroom.core.time import seconds_to_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.places import (
    length_ticks,
    seconds_text,
    tell_part,
)
from cuttingroom.planners.rules.targets import (
    describe_target,
    elements_of,
    follow_it,
    music_tracks,
)
from cuttingroom.timeline.edits.add_audio import AddAudio
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.fade_out import FadeOut
from cuttingroom.timeline.model import Element

DEFAULT_FADE = Fraction(1)


def plan_fade(board: Board, fade: r.Fade) -> None:
    target = follow_it(board) if fade.target == r.It() else fade.target
    length = seconds_to_ticks(DEFAULT_FADE) if fade.length is None else length_ticks(board, fade.length)
    if isinstance(target, r.Made) and _faded_as_laid(board, target, fade.sides, length):
        return
    picture, sound = _faded_parts(target)
    for side in fade.sides:
        for element in _faded(board, target, side):
            if length > element.duration_ticks:
                raise Unclear(
                    f"A fade of {seconds_text(length)} is longer than the clip it belongs to, which lasts "
                    f"{seconds_text(element.duration_ticks)}. How long should it be?"
                )
            has_sound, has_picture = sound and element.has_sound, picture and element.has_picture
            if not (has_sound or has_picture):
                raise Unclear(
                    f"{describe_target(target).capitalize()} has no {'sound' if sound else 'picture'} "
                    f"to fade."
                )
            edit = FadeIn if side == "in" else FadeOut
            board.add(
                edit(element_id=element.id, duration_ticks=length, picture=has_picture, sound=has_sound)
            )
            if board.is_changed():
                tell_part(board, *_fade_span(element, side, length))
    if fade.length is None:
        board.assume(f"A fade lasts {seconds_text(length)}.")
    _tell_what_does_not_fade(board, target, fade)


def _faded_as_laid(board: Board, made: r.Made, sides: tuple[str, ...], length: int) -> bool:
    """Let sound that this plan lays down come with its fades."""
    laid = board.trials[made.position - 1].tool if made.position <= len(board.trials) else None
    if not isinstance(laid, AddAudio):
        return False
    fades = {f"fade_{side}_ticks": length for side in sides}
    board.amend(made.position, laid.model_copy(update=fades))
    return True


def _fade_span(element: Element, side: str, length: int) -> tuple[int, int]:
    if side == "in":
        return element.start_ticks, element.start_ticks + length
    return element.end_ticks - length, element.end_ticks


def plan_fades(board: Board, fades: r.Fades) -> None:
    for fade in fades.fades:
        plan_fade(board, fade)


def _faded_parts(target: r.Target) -> tuple[bool, bool]:
    match target:
        case r.Sort("sound" | "voice"):
            return False, True
        case r.Sort("picture"):
            return True, False
        case _:
            return True, True


def _faded(board: Board, target: r.Target, side: str) -> list[Element]:
    """The elements at whose start or end the fade belongs."""
    n = 0 if side == "in" else -1
    if isinstance(target, r.Several):
        return [e for t in target.targets for e in _faded(board, t, side)]
    if isinstance(target, r.AllClips):
        return list(elements_of(board, target))
    if target in (r.Everything(), r.Sort("sound"), r.Sort("voice"), r.Sort("picture")):
        lead = board.lead()
        if not lead:
            raise Unclear("There is nothing on the timeline to fade.")
        return [lead[n]]
    elements = elements_of(board, target)
    if target == r.Sort("titles"):
        if len(elements) > 1:
            board.assume(f"All {len(elements)} titles fade.")
        return list(elements)
    if target == r.Sort("captions"):
        raise Unclear("Captions cannot fade yet. What else should fade?")
    return [elements[n]]


def _tell_what_does_not_fade(board: Board, target: r.Target, fade: r.Fade) -> None:
    if target == r.Everything() and music_tracks(board.timeline):
        side = " and ".join(fade.sides)
        board.assume(f"Only the video fades {side}; the music keeps its own fades.")
