"""Cutting in freer words than the core grammar knows: parts, clips, and what stays."""

from __future__ import annotations

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import TIME, Frame, Slots
from cuttingroom.planners.rules.plans import cuts, order

_CUT = (
    "cut|remove|delete|drop|strip|chop|lose|snip|clip off|clip out|erase|ditch|scrap|axe|dump|bin|shave|lop"
    "|nuke"
)
_GLUE = (
    "about roughly around out off away all everything part parts bit bits section sections footage stuff "
    "time thing there from rest else altogether"
)


def _cut(slots: Slots) -> r.Reading:
    return r.Cut(slots["what"])


def _keep(slots: Slots) -> r.Reading:
    return r.Keep(slots["what"])


def _remove(slots: Slots) -> r.Reading:
    what = slots["what"]
    targets = what.targets if isinstance(what, r.Several) else (what,)
    return r.Remove(targets, leaves_gap="gap" in slots)


_HEARD = (r.Sort("sound"), r.Sort("voice"), r.Sort("picture"))


def _is_seen(slots: Slots) -> bool:
    """Sound is turned off or taken away, not cut out."""
    what = slots["what"]
    parts = what.targets if isinstance(what, r.Several) else (what,)
    return not any(isinstance(p, (r.SoundOf, r.AllBut)) or p in _HEARD for p in parts)


def _trim(slots: Slots) -> r.Reading:
    """To trim from 0:10 to 0:45 means both: to keep it, and to cut it out."""
    if any(isinstance(s, r.Between) and isinstance(s.start, r.At) for s in slots["what"]):
        raise r.Nonsense("Should that part be kept, or cut out?")
    return _cut(slots)


def _trim_clip(slots: Slots) -> r.Reading:
    keep = slots.get("keep")
    to = keep.length if isinstance(keep, r.First) else keep if keep is not None else slots["to"]
    return r.Trim(slots["clip"], to)


def _plan_that(board: Board, _: Slots) -> None:
    """ "Take that out" after a time was named means that time, after a thing that thing."""
    if board.topic is None:
        raise Unclear("What should go? Name a clip, or say from when to when.")
    if isinstance(board.topic, (r.Sort, r.ClipNumber, r.ClipName, r.MiddleClip, r.TitleText)):
        cuts.plan_remove(board, r.Remove((board.topic,)))
    else:
        cuts.plan_cut(board, r.Cut((r.ThatPart(),)))


def _plan_start(board: Board, slots: Slots) -> None:
    """ "Start it at 0:08": a title or the music moves, of the video what is before goes."""
    point = slots["at"]
    if isinstance(board.topic, (r.Sort, r.TitleText)):
        order.plan_move(board, r.Move(board.topic, point))
    else:
        cuts.plan_cut(board, r.Cut((r.Between(r.Edge("start"), point),)))


FRAMES = (
    Frame(
        "cut",
        says=(
            f"({_CUT}|cut out|cut off|get rid of|throw away|throw out|take out|take off|edit out)",
            "(take|edit|throw) * (out|off|away)",
            "(removed|cut|trimmed|deleted|chopped|took) [out|off|away]",
            "(has|have|needs|need|should|must|can) [to] go",
        ),
        slots={"what*": "[also] [between|from|for|in|at] STRETCH"},
        reading=_cut,
        step=TIME,
        requires=("what",),
        glue=_GLUE,
    ),
    Frame(
        "trim_away",
        says=("trim [off|away|out]",),
        slots={"what*": "[also] [between|from|for|in|at] STRETCH"},
        reading=_trim,
        step=TIME,
        requires=("what",),
        glue=_GLUE,
    ),
    Frame(
        "cut_that",
        says=(
            f"({_CUT}|cut out|get rid of|take out) (that|this|it) [part|bit|section|out]",
            f"(take|edit|{_CUT}) (that|this|it) [part|bit|section] (out|off|away)",
        ),
        plan=_plan_that,
        step=TIME,
    ),
    Frame(
        "keep_but",
        says=(
            f"({_CUT}|get rid of|throw out) [all] (everything|all of it|it all|video) "
            "(but|except|except for|apart from)",
        ),
        slots={"what*": "[also] [for] STRETCH"},
        reading=_keep,
        step=TIME,
        requires=("what",),
    ),
    Frame(
        "cut_but",
        says=("(keep|leave) [all] (everything|all of it|it all|video) (but|except|except for|apart from)",),
        slots={"what*": "[also] [for] STRETCH"},
        reading=_cut,
        step=TIME,
        requires=("what",),
    ),
    Frame(
        "keep",
        says=(
            "(keep|leave|use|want|need|give me|show me)",
            "(keep|leave|use|want|need) * (throw|cut|chuck|remove|delete|get rid of) (rest|everything else)",
        ),
        slots={"what*": "[also] [between|from] STRETCH"},
        reading=_keep,
        step=TIME,
        requires=("what",),
        glue="all everything part bit bits section only nothing else of it from video me to away out keep",
    ),
    Frame(
        "remove",
        says=(
            f"({_CUT}|get rid of|throw out|take out|take away|clear|wipe out) [out]",
            "(take|throw) * (out|away|off)",
            "(removed|deleted|took out)",
            "(has|have|needs|need|should|must|can) [to] go",
        ),
        slots={
            "what": "TARGET",
            "gap": "(leave|leaving|keep) [its] (gap|hole|space|blank|empty space) [there|open|behind]",
        },
        reading=_remove,
        step=TIME,
        requires=("what",),
        glue="out away altogether there but again completely",
        accepts=_is_seen,
    ),
    Frame(
        "trim_clip",
        says=("(trim|shorten|cut) [down]", "(trim|shorten|cut) * (left|remains|remain|stays)"),
        slots={
            "clip": "CLIP",
            "keep": "[so] [down] [to] [only] [just] [its] STRETCH",
            "to": "[down] to [only] [be] LENGTH [long]",
        },
        reading=_trim_clip,
        step=TIME,
        requires=("clip", "keep|to"),
        glue="so that only its is are it",
        topic=lambda slots: slots["clip"],
    ),
    Frame(
        "close_gaps",
        says=(
            "(close|fill) [up|in] (it|gap|gaps|hole|holes|space|spaces) [up|in]",
            "(close|fill) * (gap|gaps|hole|holes|space) [up|in]",
            "(remove|delete|cut|get rid of|lose|take out) [empty|black] (gap|hole|blank|space|blank space)",
        ),
        slots={"between": "between [my|two|both] (clips|them|two clips)"},
        reading=lambda _: r.CloseGaps(),
        step=TIME,
        glue="black empty blank two between clips",
    ),
    Frame(
        "start_at",
        says=(
            "(start|begin) (it|that|video)",
            "(have|make|let) (it|video) (start|begin)",
            "(it|video) should (start|begin)",
        ),
        slots={"at": "(at|from) POINT"},
        plan=_plan_start,
        step=TIME,
        requires=("at",),
    ),
)
