"""Dividing, ordering, copying and bringing in, in freer words than the core grammar knows."""

from __future__ import annotations

from fractions import Fraction

from cuttingroom.core.time import TimeRange
from cuttingroom.planners.base import Need
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.files import is_heard_only
from cuttingroom.planners.rules.frames.frame import DECORATES, TIME, Frame, Slots
from cuttingroom.planners.rules.places import length_ticks, point_ticks, stretch_range
from cuttingroom.planners.rules.plans import dividing, order
from cuttingroom.planners.rules.plans.covering import plan_cover
from cuttingroom.planners.rules.targets import (
    describe_clips,
    describe_target,
    elements_of,
    find_clips,
    follow_it,
)
from cuttingroom.timeline.edits.duplicate import Duplicate
from cuttingroom.timeline.edits.reorder import Reorder

_PARTS = {"half": 2, "halves": 2, "two": 2, "thirds": 3, "quarters": 4, "fifths": 5, "tenths": 10}
_UNITS = {"second": 1, "minute": 60, "hour": 3600}


def _plan_parts(board: Board, slots: Slots) -> None:
    count = slots["count"] if "count" in slots else _PARTS[slots["share"]]
    dividing.split_evenly(board, count, slots.get("what"), slots.get("each"))


def _read_points(slots: Slots) -> r.Reading:
    return r.Split(slots["at"], slots.get("what"))


def _plan_every(board: Board, slots: Slots) -> None:
    unit = slots.get("unit")
    length = slots["every"] if unit is None else r.Length(Fraction(_UNITS[unit]))
    dividing.split_every(board, length_ticks(board, length), slots.get("what"))


def _plan_scenes(board: Board, slots: Slots) -> None:
    dividing.split_at_scenes(board, slots.get("what"))


def _plan_order(board: Board, slots: Slots) -> None:
    clips = board.lead()
    wanted = [e for ref in slots["order"] for e in find_clips(board, ref)]
    twice = next((e for n, e in enumerate(wanted) if e in wanted[:n]), None)
    if twice is not None:
        raise Unclear(f"A clip is named twice in this order. {describe_clips(board)} In which order?")
    missing = [e for e in clips if e not in wanted]
    if missing:
        names = ", ".join(f"clip {1 + clips.index(e)}" for e in missing)
        left = "is" if len(missing) == 1 else "are"
        raise Unclear(
            f"{names[0].upper()}{names[1:]} {left} not in this order. Where should it go?",
            tuple(f"{names} {where}" for where in ("at the end", "at the start")),
        )
    if [e.id for e in wanted] == [e.id for e in clips]:
        raise Unclear("The clips are in this order already. In which order should they play?")
    board.add(Reorder(element_ids=tuple(e.id for e in wanted)))


def _plan_reversed_order(board: Board, _: Slots) -> None:
    clips = board.lead()
    if len(clips) < 2:
        raise Unclear(f"There is nothing to put in another order. {describe_clips(board)}")
    board.add(Reorder(element_ids=tuple(e.id for e in reversed(clips))))


def _plan_duplicate(board: Board, slots: Slots) -> None:
    what = follow_it(board) if slots["what"] == r.It() else slots["what"]
    elements = elements_of(board, what)
    at = None
    if "after" in slots:
        at = find_clips(board, slots["after"])[-1].end_ticks
    elif "before" in slots:
        at = find_clips(board, slots["before"])[0].start_ticks
    elif "at" in slots:
        at = point_ticks(board, slots["at"])
    else:
        board.assume(f"The copy comes right after {describe_target(what)}.")
    board.add(Duplicate(element_ids=tuple(e.id for e in elements), at_ticks=at))


def _plan_cover(board: Board, slots: Slots) -> None:
    plan_cover(board, slots["media"], _covered(board, slots), part=None, keeps_sound=True)


def _plan_overwrite(board: Board, slots: Slots) -> None:
    name, part = slots.get("media"), slots.get("part")
    if isinstance(part, r.InClip) and isinstance(part.clip, r.ClipName):  # "the first 6 seconds of broll.mp4"
        name, part = part.clip.name, part.stretch
    if name is None:
        raise Unclear("Which file should be there instead?")
    plan_cover(board, name, _covered(board, slots), part=part, keeps_sound=False)


def _covered(board: Board, slots: Slots) -> TimeRange | int:
    """The time to lie over, or where it begins."""
    if "over" in slots:
        return _stretch(board, slots["over"])
    if "clip" in slots:
        pieces = find_clips(board, slots["clip"])
        return TimeRange.between(pieces[0].start_ticks, pieces[-1].end_ticks)
    if "at" not in slots:
        raise Unclear("Over which part of the video should it lie?")
    at = point_ticks(board, slots["at"])
    if "duration" in slots:
        return TimeRange(start_ticks=at, duration_ticks=length_ticks(board, slots["duration"]))
    return at


def _stretch(board: Board, over: r.Stretch) -> TimeRange:
    """Clock times "of a clip" are those of the video when they lie inside of it."""
    if isinstance(over, r.InClip) and isinstance(over.stretch, r.Between):
        span, pieces = stretch_range(board, over.stretch), find_clips(board, over.clip)
        if pieces[0].start_ticks <= span.start_ticks and span.end_ticks <= pieces[-1].end_ticks:
            return span
    return stretch_range(board, over)


def _plan_place(board: Board, slots: Slots) -> None:
    order.plan_place(board, r.Place(slots["media"], _point(board, slots), slots.get("duration")))


def _point(board: Board, slots: Slots) -> r.Point | None:
    if "between" in slots:
        return _between(board, *slots["between"])
    if "before" in slots:
        return r.EdgeOf(slots["before"], "start")
    if "after" in slots:
        return r.EdgeOf(slots["after"], "end")
    if "end" in slots:
        return r.Edge("end" if slots["end"] in ("last", "back") else "start")
    return slots.get("at")


def _between(board: Board, left: r.ClipRef, right: r.ClipRef) -> r.Point:
    """Where two neighbours meet. Raises Unclear when something plays between them."""
    clips = board.lead()
    last, first = find_clips(board, left)[-1], find_clips(board, right)[0]
    if clips.index(first) < clips.index(last):
        left, last, first = right, find_clips(board, right)[-1], find_clips(board, left)[0]
    if clips.index(first) != clips.index(last) + 1:
        raise Unclear(
            f"{describe_target(left).capitalize()} and the other one are not next to each other. After which "
            "clip should it go?"
        )
    return r.EdgeOf(left, "end")


_SPLIT = "split|divide|cut|chop|slice|break|carve|separate|segment"
_WHOLE = "rest vid it video this that clip footage recording film movie whole thing up"
_PIECES = "(parts|pieces|sections|segments|chunks|clips|bits|part|slices|portions)"
_EQUAL = "[equal|even|equally long|equally sized|equal sized|same size|equal length|evenly sized|identical]"
_PUT = "put|stick|place"
_ADD = "insert|add|drop|append|attach|throw|tack|include|pop|bring"
_STAYS = (
    "nothing should move moves total length duration stays same but keep me us talking speaking underneath "
    "under sound audio voice going on continues playing original still hear hearing and of footage unchanged"
)

_WHERE = {
    "media": "MEDIA",
    "before": "[right|directly] (before|in front of|ahead of) CLIP",
    "after": "[right|directly] (after|behind|following) CLIP",
    "end": "[to|as|in] <last|first|front|back>",
    "at": "(at|to|on) [very] POINT",
    "duration": "[for|lasting|show for|stays|of] LENGTH [long]",
}

FRAMES = (
    Frame(
        "split_parts",
        says=(f"({_SPLIT}) [up]", "(make) * (parts|pieces|sections|chunks)"),
        slots={
            "count": (
                f"[into|in] COUNT {_EQUAL} [long] {_PIECES}",
                "(evenly|equally) (in|into|by) COUNT [ways]",
            ),
            "share": "(into|in) [equal|even] <halves|thirds|quarters|fifths|tenths>",
            "each": ("(of|lasting|with) LENGTH [each|long]", "each LENGTH [long]"),
            "what": "TARGET",
        },
        plan=_plan_parts,
        step=TIME,
        requires=("count|share",),
        glue=f"{_WHOLE} equally evenly equal length same into in each",
    ),
    Frame(
        "split_points",
        says=(f"({_SPLIT}) [up]", "(make|put|add) (cut|cuts|split|splits) [in|into]"),
        slots={"at*": "(at|and at|and) POINT", "what": "[in] CLIP"},
        reading=_read_points,
        step=TIME,
        requires=("at",),
        glue=f"{_WHOLE} in two into",
    ),
    Frame(
        "split_every",
        says=(f"({_SPLIT}) [up]", "(make|put|add) * (cut|cuts|split|splits)"),
        slots={
            "every": (
                "[at] (every|each) LENGTH",
                f"(into|in) LENGTH [long] {_PIECES}",
                f"(into|in) {_PIECES} of LENGTH [each|long]",
                f"(into|in) LENGTH [long] {_PIECES} each",
            ),
            "unit": "(every|each) <second|minute|hour>",
            "what": "TARGET",
        },
        plan=_plan_every,
        step=TIME,
        requires=("every|unit",),
        glue=f"{_WHOLE} at",
    ),
    Frame(
        "split_scenes",
        says=(
            f"({_SPLIT}) [up] * (scene|shot|scenes|shots) [change|changes|cut|cuts|boundaries|breaks]",
            f"({_SPLIT}) [up] * (scene|shot|scenes|shots|camera|picture) (changes|change|switches|cuts)",
            "(detect|find) * (scene|shot|scenes|shots) [change|changes|cut|cuts] * (split|cut|slice)",
        ),
        slots={"what": "TARGET"},
        plan=_plan_scenes,
        step=TIME,
        needs=frozenset({Need.SCENES}),
        glue=f"{_WHOLE} at every each all by into individual separate automatically wherever whenever where "
        "when between on and them there different its own",
    ),
    Frame(
        "reorder",
        says=(
            "(reorder|rearrange|order|arrange|sequence|sort) [clips|clip|shots|them|it|video|order]",
            "(play|put|show|have|run|use|make) * order",
            "(change|set) * order",
            "play",
        ),
        slots={"order": "[to|as|like|in|in order|in this order|so] [it] [goes|is] ORDER"},
        plan=_plan_order,
        step=TIME,
        requires=("order",),
        glue="clips clip them order new of to in this is be as first then last finally with like so",
    ),
    Frame(
        "reverse_order",
        says=(
            "(reverse|invert|flip) * order",
            "(play|put|show|arrange) * (reverse|reversed|opposite|backwards) order",
            "(play|put|arrange) * (last|backwards) (to|till) first",
        ),
        plan=_plan_reversed_order,
        step=TIME,
        glue="clips clip of all them in shots video",
    ),
    Frame(
        "duplicate",
        says=(
            "(duplicate|copy|clone)",
            "(make|add|create|put) (copy|duplicate) of",
            "(make|add|create) another copy of",
        ),
        slots={
            "what": "TARGET",
            "at": "[and|put it|place it|paste it] (to|at) POINT",
            "after": "[and|put it|place it|paste it] [right] after CLIP",
            "before": "[and|put it|place it|paste it] [right] before CLIP",
        },
        plan=_plan_duplicate,
        step=TIME,
        requires=("what",),
        glue="as well too again once also and so it plays",
        accepts=lambda slots: not isinstance(slots["what"], r.Everything),
        topic=lambda slots: slots["what"],
    ),
    Frame(
        "cover_clip",
        says=("(lay|cover)", "(lay|put|show|use|place) * (over|as cutaway)", "cut away to"),
        slots={
            "media": "[with|of] MEDIA",
            "clip": "[over] CLIP",
            "at": "[from|starting at|at] POINT",
            "duration": "for LENGTH",
        },
        plan=_plan_cover,
        step=DECORATES,
        requires=("media", "at|clip"),
        glue=f"{_STAYS} over cover top",
        places=True,
    ),
    Frame(
        "overwrite",
        says=("(overwrite|replace)",),
        slots={
            "media": "(with|by) MEDIA",
            "over": ("[from|for|at|between|on] STRETCH", "[from] RUN"),
            "at": "[at|from|starting at] POINT",
            "clip": "CLIP",
            "part": "(with|by) STRETCH",
            "duration": "for LENGTH",
        },
        plan=_plan_overwrite,
        step=DECORATES,
        requires=("over|at|clip", "media|part"),
        glue=_STAYS,
        places=True,
    ),
    Frame(
        "place_between",
        says=(f"({_ADD}|{_PUT}) [in]",),
        slots={
            "media": "MEDIA",
            "between": "[in] (between|in between) PAIR",
            "duration": "[for|lasting|show for|stays|of] LENGTH [long]",
        },
        plan=_plan_place,
        step=TIME,
        requires=("media", "between"),
        glue="in there it clip video file still image picture photo so and",
        accepts=lambda slots: not is_heard_only(slots["media"]),
        topic=lambda slots: r.ClipName(slots["media"]),
    ),
    Frame(
        "place_for",
        says=(f"({_PUT}) [in]",),
        slots=_WHERE,
        plan=_plan_place,
        step=TIME,
        requires=("media", "duration", "before|after|end|at"),
        glue="in there it clip video file still image picture photo so and very as",
        accepts=lambda slots: not is_heard_only(slots["media"]),
        topic=lambda slots: r.ClipName(slots["media"]),
    ),
    Frame(
        "place_media",
        says=(f"({_ADD}) [in]",),
        slots=_WHERE,
        plan=_plan_place,
        step=TIME,
        requires=("media", "before|after|end|at"),
        glue="in there it clip video file still image picture photo so and very as",
        accepts=lambda slots: not is_heard_only(slots["media"]),
        topic=lambda slots: r.ClipName(slots["media"]),
    ),
)
