"""What lies over the video or beside it, as people ask for it: logos, insets, split screens, bands."""

from __future__ import annotations

from collections.abc import Callable

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board
from cuttingroom.planners.rules.frames.frame import TIME, Frame, Slots
from cuttingroom.planners.rules.frames.framing import WHAT, is_overlay, said_once, topic
from cuttingroom.planners.rules.plans import overlays

_ADD = "put|place|add|show|stick|drop|lay|have|display|insert|want|need|use|pop"
_WHEN = {
    "range": "[from|at|between|for|during|over|in] STRETCH",
    "at": "(at|from|after) POINT",
    "duration": "(for|lasting) LENGTH",
}
_LOOK = {
    **_WHEN,
    "size": "[at|with|of|to|about] PART",
    "how": "<tiny|small|little|big|large|huge>",
    "full": "(full screen|fullscreen|full frame|full size|whole screen)",
    "share": ("[at|with] PART (opacity|opaque)", "opacity [of|at] PART"),
    "silent": "(muted|silent|without sound|no sound|without audio|no audio)",
}
_GLUE = (
    f"{_ADD.replace('|', ' ')} it as on top over of video main picture image overlay pip inset corner screen "
    "and with watermark logo file in box window visible stay always above frame there for to at size scale "
    "wide width whole entire full time thing throughout side edge sized its during through all way hand"
)
_OVER = (
    "(picture in picture|picture-in-picture|pip|overlay|overlaid|inset|over video|on top of video|watermark)"
)
_SHARED = {
    "range": "[from|at|between|for|during|over|in] STRETCH",
    "at": "(at|from|after) POINT",
    "duration": "(for|lasting) LENGTH",
}
_SHARED_GLUE = (
    "put show place have play on side with and to in screen hand make half at same time together both of as "
    "above beside stack stacked each other one"
)
_THINGS = "[of|with|and] THING"


def _overlay_topic(_: Slots) -> r.Target:
    return r.Sort("overlays")


def _at(place: str) -> Callable[[Board, Slots], None]:
    def plan(board: Board, slots: Slots) -> None:
        overlays.plan_overlay(board, {**slots, "place": place})

    return plan


FRAMES = (
    Frame(
        "overlay",
        says=(f"({_ADD})", _OVER),
        slots={"media": "PICTURE", "more": "and PICTURE", "place": "[in|at|to|on|into] PLACE", **_LOOK},
        plan=overlays.plan_overlay,
        requires=("media", "place|full"),
        places=True,
        glue=_GLUE,
        accepts=said_once,
        topic=_overlay_topic,
    ),
    Frame(
        "overlay_somewhere",
        says=(_OVER,),
        slots={"media": "PICTURE", **{k: v for k, v in _LOOK.items() if k != "full"}},
        plan=overlays.plan_overlay,
        requires=("media",),
        places=True,
        glue=_GLUE,
        accepts=said_once,
        topic=_overlay_topic,
    ),
    *(
        Frame(
            f"overlay_{place}",
            says=(words,),
            slots={"media": "PICTURE", **_LOOK},
            plan=_at(place),
            requires=("media",),
            places=True,
            glue=_GLUE,
            accepts=said_once,
            topic=_overlay_topic,
        )
        for place, words in (
            ("top_left", "(top|upper) left [corner]"),
            ("top_right", "(top|upper) right [corner]"),
            ("bottom_left", "(bottom|lower) left [corner]"),
            ("bottom_right", "(bottom|lower) right [corner]"),
        )
    ),
    Frame(
        "logo",
        says=("(logo|watermark)",),
        slots={"place": "[in|at|to|on|into] PLACE", **_LOOK},
        plan=overlays.plan_logo,
        requires=("place|full",),
        places=True,
        glue=f"{_GLUE} company brand",
        accepts=said_once,
        topic=_overlay_topic,
    ),
    Frame(
        "add_logo",
        says=(f"({_ADD}|overlay) (logo|watermark)", f"({_ADD}|overlay) (company|brand) logo"),
        slots=_LOOK,
        plan=overlays.plan_logo,
        places=True,
        glue=_GLUE,
        accepts=said_once,
        topic=_overlay_topic,
    ),
    Frame(
        "cover",
        says=("(cover|cover up|replace picture)", "(put|show|lay|use) * (over|on top of)"),
        slots={
            "media": "[with|by|using] PICTURE",
            "range": ("[from|at|between|for|during|over|in] STRETCH", "[from|at] RUN"),
        },
        plan=overlays.plan_cover,
        requires=("media", "range"),
        places=True,
        glue="with but keep me talking underneath sound voice audio below under video picture and continue "
        "continues going his her their speaking on hearing hear still original",
        topic=_overlay_topic,
    ),
    Frame(
        "place_overlay",
        says=("(move|shift|bring|relocate)",),
        slots={"what": WHAT, "place": "[in|at|to|on|into] PLACE"},
        plan=overlays.plan_place,
        requires=("what", "place"),
        accepts=is_overlay,
        glue="over to into in at corner side",
        topic=topic,
    ),
    Frame(
        "put_it",
        says=("(put|place) it",),
        slots={"place": "[in|at|to|on|into] PLACE"},
        plan=overlays.plan_place,
        requires=("place",),
        glue="over to into in at corner side",
        topic=_overlay_topic,
    ),
    Frame(
        "side_by_side",
        says=(
            "(side by side|side-by-side|next to each other|beside each other|split screen|split-screen|"
            "splitscreen|next to one another|alongside)",
            "left * right",
        ),
        slots={"things*": _THINGS, **_SHARED},
        plan=overlays.plan_side_by_side,
        step=TIME,
        requires=("things",),
        places=True,
        glue=_SHARED_GLUE,
        accepts=said_once,
    ),
    Frame(
        "side_by_side_reversed",
        says=("right * left",),
        slots={"things*": _THINGS, **_SHARED},
        plan=overlays.plan_reversed,
        step=TIME,
        requires=("things",),
        places=True,
        glue=_SHARED_GLUE,
        accepts=said_once,
    ),
    Frame(
        "stacked",
        says=("(above each other|on top of each other|one above other|stacked|stack|above)", "top * bottom"),
        slots={"things*": _THINGS, **_SHARED},
        plan=lambda board, slots: overlays.plan_side_by_side(board, {**slots, "rows": True}),
        step=TIME,
        requires=("things",),
        places=True,
        glue=_SHARED_GLUE,
        accepts=said_once,
    ),
    Frame(
        "band",
        says=("(bar|band|strip|stripe|panel)",),
        slots={
            "side": "[at|on|along|below|to|across] PLACE",
            "share": "[of|with|about|taking|by] PART",
            "pixels": "[of] PIXELS",
            "colour": "COLOUR",
            **_SHARED,
        },
        plan=overlays.plan_band,
        step=TIME,
        places=True,
        glue="add put leave make show have with at on beside picture video next to of under below empty "
        "blank solid free want need draw frame screen high tall wide side whole entire time height width",
    ),
)
