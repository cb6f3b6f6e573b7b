"""How one clip gives way to the next, in people's words."""

from __future__ import annotations

from collections.abc import Mapping

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.frame import JOINS, Frame, Slots, is_moment
from cuttingroom.planners.rules.plans.transitions import plan_removal, plan_transition

_WHERE = {
    "both": "[between|of|on|to|for|across|around] TARGET",
    "left": "[going] (from|after|out of|at end of) CLIP",
    "left_bare": "CLIP",
    "left_n": "(from|between) ORDINAL",
    "right": "[leading] (into|with|before|at start of) CLIP",
    "dest": "(to|and) CLIP",
    "right_n": "(to|and|into) ORDINAL",
    "at": "(at|on) POINT",
    "clock": "POINT",
    "every": "[at|on|between|for] <every cut|all cuts|each cut|both cuts|cuts|each of them|all of them"
    "|what's left|what is left|rest|remaining clips|where it was|in its place>",
}
_LENGTH = {"length": ("[over|for|of|lasting|taking|with|in] LENGTH [long|each|apiece]",)}
_WAY = {
    "way": (
        "[to|towards|going] <left|right|leftwards|rightwards>",
        "[going] <up|down|upward|upwards|downward|downwards>",
        "[from] <left to right|right to left|top to bottom|bottom to top>",
    ),
    "side": "[in|coming] from <left|right|top|bottom>",
}
_COLOUR = {"colour": "[to|through|into|via] COLOUR"}
_GLUE = (
    "add put use make do have insert place give effect transition transitions smooth smoothly nice nicely"
    " quick soft softly slow short in with it's style there where cut cuts and between clips from one"
    " to next other"
)
_PLACED = ("both|left|left_bare|left_n|right|at|clock|every",)
_ONE_CLIP = (r.ClipNumber, r.ClipName, r.OnlyClip, r.MiddleClip, r.ThatClip)


_APART = (
    "both|left|left_bare|left_n|every|at|clock",
    "both|right|dest|right_n|every|at|clock",
)
"""A place between clips is said in one way only."""


def _is_one_place(slots: Slots) -> bool:
    """Whether what was said is a whole place: two clips, one with what leads there, or a moment."""
    said = slots.keys()
    comes_from, goes_to = bool(said & {"left", "left_bare", "left_n"}), bool(said & {"dest", "right_n"})
    clips = [slots[n] for n in ("left", "left_bare", "right", "dest") if n in said]
    return (
        not (goes_to and not comes_from)
        and not (said & {"left_n", "left_bare"} and not goes_to and "right" not in said)
        and all(isinstance(c, _ONE_CLIP) for c in clips)
        and not isinstance(slots.get("at"), (r.Edge, r.FromEnd))
        and ("clock" not in said or is_moment(slots["clock"]))
    )


def _frame(
    kind: str, says: tuple[str, ...], slots: Mapping[str, str | tuple[str, ...]], **more: object
) -> Frame:
    return Frame(
        f"add_{kind}",
        says=says,
        slots={**_WHERE, **_LENGTH, **slots},
        plan=plan_transition(kind),  # type: ignore[arg-type]
        step=JOINS,
        glue=_GLUE,
        apart=_APART,
        accepts=_is_one_place,
        **more,  # type: ignore[arg-type]
    )


FRAMES = (
    _frame(
        "crossfade",
        (
            "(crossfade|crossfades|cross fade|cross fades|cross-fade|cross-fades|dissolve|dissolves"
            "|cross dissolve|cross dissolves)",
            "blend",
            "(fade|fades) (between|across)",
        ),
        {},
        requires=_PLACED,
    ),
    _frame(
        "dip",
        ("(dip|dips)", "(fade|fading|go|flash) through", "(flash|blink) [to] white"),
        _COLOUR,
    ),
    _frame("wipe", ("(wipe|wipes|wiping)",), _WAY),
    _frame(
        "push",
        ("push * (transition|transitions)", "(transition|transitions) * push", "push", "pushes"),
        _WAY,
        requires=_PLACED,
    ),
    _frame(
        "slide",
        ("slide * (transition|transitions)", "(transition|transitions) * slide", "(slide|slides)"),
        _WAY,
        requires=_PLACED,
    ),
    _frame("zoom", ("zoom * (transition|transitions)", "(transition|transitions) * zoom"), {}),
    Frame(
        "remove_transition",
        says=(
            "(remove|delete|drop|lose|cut|kill|undo|scrap|get rid of|no|without) * (transition|transitions"
            "|crossfade|crossfades|dissolve|dissolves|wipe|wipes|dip|dips|fade between)",
            "take * (transition|transitions|crossfade|crossfades|dissolve|wipe|dip) * (out|away|off)",
            "take (out|away|off) * (transition|transitions|crossfade|crossfades|dissolve|wipe|dip)",
            "take one * (out|away|off)",
            "(make|use|have) * (straight cut|hard cut|straight cuts|hard cuts)",
        ),
        slots={**_WHERE, "several": "<transitions|crossfades|wipes|dips|all>"},
        plan=plan_removal,
        step=JOINS,
        apart=_APART,
        accepts=_is_one_place,
        glue="all again it wipe dip slide push zoom crossfade transition there with out black white",
    ),
)
