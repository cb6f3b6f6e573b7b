"""Frames for silences: shortened, trimmed at the ends, marked, kept. To remove them is part of the core."""

from __future__ import annotations

from fractions import Fraction

from cuttingroom.core.time import TimeRange, seconds_to_ticks
from cuttingroom.planners.base import Need
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import DECORATES, TIME, Frame, Slots
from cuttingroom.planners.rules.places import length_ticks, seconds_text
from cuttingroom.planners.rules.plans.cuts import DEFAULT_PADDING, DEFAULT_SILENCE, silent_sources
from cuttingroom.timeline.edits.remove_silences import RemoveSilences

_SILENCES = (
    "(silence|silences|silent parts|silent bits|silent sections|silent pauses|pause|pauses|gap|gaps|dead air"
    "|dead space|long pauses|quiet parts|quiet bits|awkward pauses|awkward silences)"
)
_CUT = (
    "(remove|cut|delete|drop|strip|trim|lose|erase|kill|clean|chop|get rid of|take|take out|clear|scrap|axe)"
)
_ANY = "out off away up all every each any of my your his her their our from in video it"
_LONGER = "[that are|which are|that last|lasting] <longer than|more than|over|above|at least> LENGTH"
_ONLY_MARK = (
    "<dont cut|don't cut|do not cut|dont remove|don't remove|dont cut them|don't cut them|dont remove them"
    "|don't remove them|without cutting|without removing>"
)
_NEEDS = frozenset({Need.SILENCES})


def _plan_shorten(board: Board, slots: Slots) -> None:
    if "to" not in slots and "share" not in slots:
        raise Unclear("How long should a pause be at most?", ("half a second", "0.3 seconds", "half as long"))
    share = slots.get("share")
    if share is not None and not 0 < share < 1:
        raise Unclear("How long should a pause be at most?", ("half as long", "half a second"))
    to = length_ticks(board, slots["to"]) if "to" in slots else None
    least = length_ticks(board, slots["longer"]) if "longer" in slots else to
    edit = RemoveSilences(
        silences=tuple(silent_sources(board, None)),
        mode="shorten",
        to_ticks=to,
        ratio=None if share is None else share,
        min_ticks=seconds_to_ticks(DEFAULT_SILENCE) if least is None else least,
    )
    board.add(edit)
    if least is None:
        board.assume(f"A silence counts from {seconds_text(edit.min_ticks)} on.")


def _plan_halve(board: Board, slots: Slots) -> None:
    _plan_shorten(board, {**slots, "share": Fraction(1, 2)})


def _plan_ends(board: Board, slots: Slots) -> None:
    sources = silent_sources(board, _end_ranges(board, slots))
    padding = seconds_to_ticks(DEFAULT_PADDING)
    if "padding" in slots:
        padding = length_ticks(board, slots["padding"])
    board.add(RemoveSilences(silences=tuple(sources), ends_only=True, padding_ticks=padding))
    board.assume(f"{seconds_text(padding)} of silence stays beside the speech.")


def _end_ranges(board: Board, slots: Slots) -> list[TimeRange] | None:
    """The half of the video whose end is meant; None for both ends."""
    whole = board.end_ticks()
    where: str = slots["where"]
    if " and " in where or where.endswith(("ends", "sides", "each end")) or whole < 2:
        return None
    is_end = where.endswith(("end", "tail", "ending"))
    return [TimeRange.between(whole // 2, whole) if is_end else TimeRange.between(0, whole // 2)]


def _plan_mark(board: Board, slots: Slots) -> None:
    least = length_ticks(board, slots["longer"]) if "longer" in slots else seconds_to_ticks(DEFAULT_SILENCE)
    sources = tuple(silent_sources(board, None))
    board.add(RemoveSilences(silences=sources, mode="mark", min_ticks=least))
    if "longer" not in slots:
        board.assume(f"A silence counts from {seconds_text(least)} on.")


def _plan_keep_silences(board: Board, slots: Slots) -> None:
    least = length_ticks(board, slots["longer"]) if "longer" in slots else seconds_to_ticks(DEFAULT_SILENCE)
    sources = tuple(silent_sources(board, None))
    board.add(RemoveSilences(silences=sources, mode="keep_only", min_ticks=least))
    if "longer" not in slots:
        board.assume(f"A silence counts from {seconds_text(least)} on.")


FRAMES = (
    Frame(
        "shorten_silences",
        says=(
            f"(shorten|reduce|limit|cap|compress|halve|tighten|shrink|squeeze|cut down) * {_SILENCES}",
            f"(cut|trim|bring|make|get) * {_SILENCES} * (down|shorter)",
            f"(cut|trim|make|bring|get) * {_SILENCES}",
            f"no {_SILENCES}",
            f"{_SILENCES} (should|must|may) be",
        ),
        slots={
            "to": (
                "(to|at|down to|under|below) [most|maximum of|max|about|around|just|only] LENGTH",
                "<longer than|more than|over|above> LENGTH",
                "LENGTH [max|long|each|at most]",
                "[a] maximum of LENGTH",
            ),
            "share": ("(to|in|by) SHARE [of] [their|its] [length|original]", "SHARE [as] [long]"),
            "longer": _LONGER,
        },
        plan=_plan_shorten,
        step=TIME,
        needs=_NEEDS,
        requires=("to",),
        glue=f"{_ANY} be can down long too so that",
    ),
    Frame(
        "halve_silences",
        says=(f"(shorten|reduce|cut|halve|trim|make|compress|shrink) * {_SILENCES}",),
        slots={
            "share": (
                "(to|in|by) SHARE [of] [their|its] [length|original] [length]",
                "SHARE [as] [long]",
            ),
            "longer": _LONGER,
        },
        plan=_plan_shorten,
        step=TIME,
        needs=_NEEDS,
        requires=("share",),
        glue=_ANY,
    ),
    Frame(
        "shorten_silences_somehow",
        says=(
            f"(shorten|reduce|compress|shrink|squeeze) {_SILENCES}",
            f"(shorten|reduce|compress|shrink|squeeze) * {_SILENCES}",
            f"(make|keep) * {_SILENCES} shorter",
        ),
        plan=_plan_shorten,
        step=TIME,
        needs=_NEEDS,
        glue=f"{_ANY} bit little",
    ),
    Frame(
        "halve_pauses",
        says=(f"halve * {_SILENCES}",),
        plan=_plan_halve,
        step=TIME,
        needs=_NEEDS,
        glue=_ANY,
    ),
    Frame(
        "trim_silent_ends",
        says=(
            f"{_CUT} * {_SILENCES}",
            f"{_CUT} * (leading|trailing) {_SILENCES}",
        ),
        slots={
            "where": (
                "[at|from|in|off] <start|beginning|front|head|very beginning|very start|opening>",
                "[at|from|in|off] <end|very end|tail|ending>",
                "[at|from|on|off] <start and end|beginning and end|both ends|both sides|each end|ends>",
            ),
            "padding": "[but] [leave|leaving|keep|keeping|with] LENGTH [of] [<padding|margin|air>]",
        },
        plan=_plan_ends,
        step=TIME,
        needs=_NEEDS,
        requires=("where",),
        glue=f"{_ANY} very",
    ),
    Frame(
        "mark_silences",
        says=(
            f"(mark|flag|highlight|tag|label) * {_SILENCES}",
            f"(put|add|place|set|drop) * (marker|markers|mark|marks) * {_SILENCES}",
        ),
        slots={
            "longer": _LONGER,
            "only": _ONLY_MARK,
        },
        plan=_plan_mark,
        step=DECORATES,
        needs=_NEEDS,
        glue=f"{_ANY} at on where there begins starts instead of cutting removing just only",
    ),
    Frame(
        "keep_silences",
        says=(
            f"keep [only|just|nothing but] {_SILENCES}",
            f"(only want|i only want|i just want|just want|i want only|only need|want only) {_SILENCES}",
            f"(cut|remove) [out] everything (except|but|except for|apart from) {_SILENCES}",
            "(cut|remove|delete) [out|all] (speech|talking|voice|voices)",
        ),
        slots={"longer": _LONGER},
        plan=_plan_keep_silences,
        step=TIME,
        needs=_NEEDS,
        glue=f"{_ANY} i we for room tone atmosphere ambience atmos only",
    ),
)
