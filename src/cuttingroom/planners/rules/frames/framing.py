"""Pictures in the frame, as people ask for them: turned, cropped, reshaped, zoomed and see-through."""

from __future__ import annotations

from fractions import Fraction

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.frame import Frame, Slots
from cuttingroom.planners.rules.plans import framing as plans

WHAT = "[on|of|for|in|into] SHOWN"
_PURPOSE = (
    "for phone phones mobile instagram insta reels reel tiktok tik tok stories story shorts short youtube "
    "facebook feed post it this that video clip whole thing everything version format aspect ratio shape "
    "into to as in with and make one frame screen edit picture size mode orientation look by at of be"
)
_SHAPED = {
    "shape*": "SHAPE",
    "blur": "[with] (blurred|blurry|blur)",
    "colour": "COLOUR",
    "bars": "(bars|letterbox|letterboxed|padding|borders)",
    "whole": (
        "(without|no|dont|don't|not) (cropping|crop|cutting|cut)",
        "(keep|show) (everything|all of it|whole picture|full picture|whole frame|whole image)",
    ),
    "fill": (
        "(fill|filling|fills) [it|screen|frame|whole screen|whole frame]",
        "(no|without) [black] bars",
        "(cropped|cropping) [sides]",
        "(cut|cutting) [off] (sides|edges)",
    ),
    "stretch": "(stretch|stretched)",
    "not": "of (cropping|cutting|bars|black bars)",
    "keep*": "(keep|keeping|focus on|show) <left|right|top|bottom> [side|part|half|edge]",
}
_SHAPED_GLUE = f"{_PURPOSE} background sides edges fit fitted behind padded pad anything bg w / top bottom"


def topic(slots: Slots) -> r.Target | None:
    what = slots.get("what")
    named = (r.It, r.Sort, r.ClipNumber, r.ClipName, r.TitleText, r.MiddleClip)
    return what if isinstance(what, named) else None


def is_overlay(slots: Slots) -> bool:
    what = slots.get("what")
    return what in (r.Sort("overlays"), r.It()) or isinstance(what, r.ClipName)


def said_once(slots: Slots) -> bool:
    """Whether the time is said in one way: from when to when, or from when and how long."""
    return not ("range" in slots and ("at" in slots or "duration" in slots))


def _is_picture(slots: Slots) -> bool:
    """Titles and captions have sizes of their own."""
    return is_overlay(slots) or isinstance(slots.get("what"), (r.ClipNumber, r.MiddleClip, r.OnlyClip))


_ZOOMED = {
    "what": ("[on|into|of|for|to|through] SHOWN",),
    "range": "[over|from|between|during|for|in|at] STRETCH",
    "at": "(at|from|starting at) POINT",
    "duration": "(for|over|lasting|in) LENGTH",
    "from": "from SCALE",
    "to": "(to|at) SCALE",
    "by": "[by|of] SCALE",
    "place": "[on|into|towards|toward|to] PLACE",
}
_ZOOMED_GLUE = (
    "slowly slow gently gradually smoothly smooth subtle subtly gentle nice camera in bit little slightly "
    "over whole thing across add do put some with corner side clip on throughout entire all way time suddenly"
)

FRAMES = (
    Frame(
        "rotate",
        says=("(rotate|turn|spin|tilt|rotated|straighten)",),
        slots={
            "what": WHAT,
            "angle": "ANGLE",
            "way": "<left|right|clockwise|counterclockwise|counter clockwise|counter-clockwise|anticlockwise|"
            "anti clockwise|anti-clockwise|cw|ccw>",
        },
        plan=plans.plan_turn,
        requires=("angle|way",),
        glue="by around round it so video picture image over to through towards",
        topic=topic,
    ),
    Frame(
        "rotate_somehow", says=("(rotate|rotated)",), slots={"what": WHAT}, plan=plans.plan_turn, topic=topic
    ),
    Frame(
        "upside_down",
        says=("(upside down|upside-down)", "wrong way (up|round|around)"),
        slots={"what": WHAT},
        plan=plans.plan_upside_down,
        glue="turn rotate it its it's video clip filmed shot recorded came out picture camera put make whole "
        "all phone held was fix",
    ),
    Frame(
        "right_way_up",
        says=("(right way up|right side up|right way round)",),
        slots={"what": WHAT},
        plan=plans.plan_right_way_up,
        glue="turn rotate make put it flip so back",
    ),
    Frame(
        "flip",
        says=("(flip|mirror|flop|mirrored|flipped)", "mirror image"),
        slots={
            "what": WHAT,
            "way": "<horizontally|horizontal|vertically|vertical|left to right|left-right|sideways|"
            "top to bottom|upside down>",
        },
        plan=plans.plan_flip,
        glue="make it video picture image over so",
        topic=topic,
    ),
    Frame(
        "as_stored",
        says=(
            "(ignore|forget|drop|disregard|without|no) (rotation|auto rotation|autorotation|orientation)",
            "(auto rotate|autorotate|auto-rotate)",
        ),
        slots={"what": WHAT},
        plan=plans.plan_as_stored,
        glue="of in from file its flag tag metadata data don't dont not",
        topic=topic,
    ),
    Frame(
        "crop",
        says=("(crop|cut|trim|shave|chop|take|cropping|remove|slice)",),
        slots={"what": WHAT, "parts*": "CROP", "side": "EDGE", "amount": "by PART", "pixels": "by PIXELS"},
        plan=plans.plan_crop,
        requires=("parts|amount|pixels",),
        accepts=lambda slots: ("parts" in slots) != ("side" in slots),
        glue="off out away in it picture image frame video and of from by edges",
        topic=topic,
    ),
    Frame(
        "fill_frame",
        says=(
            "(fill|fills|filling) [whole|entire] (frame|screen|picture)",
            "(no|remove|lose|get rid of|without|crop out|cut off|crop) (black bars|bars|black borders)",
        ),
        slots={
            "what": WHAT,
            "bars": "[and|with] (no|without) (black bars|bars|borders)",
            "stretch": "(stretch|stretched|stretching)",
        },
        plan=plans.plan_fill,
        glue="make it so to fill frame screen on both sides at top bottom all around",
        topic=topic,
    ),
    Frame(
        "scale",
        says=("(scale|resize|shrink|enlarge|blow up|size|scaled)",),
        slots={"what": WHAT, "scale": "[to|by|at] SCALE"},
        plan=plans.plan_scale,
        requires=("scale",),
        glue="it down up picture size make to of its as big",
        topic=topic,
    ),
    Frame(
        "larger",
        says=("make",),
        slots={
            "what": WHAT,
            "way": "<bigger|larger|smaller>",
            "scale": "[by] SCALE",
            "as": "<as big|as large>",
        },
        plan=plans.plan_scale,
        requires=("way|as", "what"),
        accepts=_is_picture,
        glue="bit little slightly much",
        topic=topic,
    ),
    Frame(
        "reframe",
        says=(
            "(make|turn|convert|reframe|change|crop|resize|reformat|format|set|want|need|give|do|create|export|"
            "produce|put|recut|version)",
        ),
        slots={"what": WHAT, **_SHAPED},
        plan=plans.plan_reframe,
        requires=("shape",),
        glue=_SHAPED_GLUE,
    ),
    *(
        Frame(
            f"reframe_{word.replace(':', '_by_')}",
            says=(word,),
            slots=_SHAPED,
            plan=plans.plan_shape(shape),
            glue=_SHAPED_GLUE,
        )
        for word, shape in (
            ("vertical", Fraction(9, 16)),
            ("portrait", Fraction(9, 16)),
            ("square", Fraction(1)),
            ("landscape", Fraction(16, 9)),
            ("9:16", Fraction(9, 16)),
            ("4:5", Fraction(4, 5)),
            ("1:1", Fraction(1)),
            ("16:9", Fraction(16, 9)),
        )
    ),
    Frame(
        "keep_whole",
        says=("(keep|show|see) (whole|full|entire) (picture|frame|image|video|shot)",),
        plan=plans.plan_keep_whole,
        glue="in visible it",
    ),
    Frame(
        "project_size",
        says=(
            "(make|set|change|resize|convert|scale|need|want|use|project|put|resolution)",
            "(set|change) [project|video|output] (resolution|size|frame size|dimensions)",
        ),
        slots={"size": "FRAME_SIZE", **{k: v for k, v in _SHAPED.items() if k != "shape*"}},
        plan=plans.plan_size,
        requires=("size",),
        glue=f"{_SHAPED_GLUE} project resolution output should dimensions canvas set change pixels px",
    ),
    Frame(
        "project_rate",
        says=("(fps|frames per second|frames a second|frame rate|framerate|frame-rate|frames/s)",),
        slots={"rate": "NUMBER"},
        plan=plans.plan_rate,
        glue="make it set change convert project video to at whole thing should be use want need this run as "
        "of in fps frames per second is",
    ),
    Frame(
        "project_background",
        says=(
            "(project|timeline|canvas) background",
            "background (colour|color)",
            "background of (project|timeline|canvas)",
        ),
        slots={"colour": "COLOUR", "old": "(of|not|rather than) COLOUR"},
        plan=plans.plan_background,
        requires=("colour",),
        glue="make set change use project of to video be should turn in as",
    ),
    Frame(
        "letterbox",
        says=("(cinematic|cinema|movie|film|widescreen|letterbox) [black] bars", "letterbox (effect|look)"),
        slots={"what": WHAT, "shape*": "SHAPE", "colour": "COLOUR"},
        plan=plans.plan_letterbox,
        glue="add put give it make video with at on top bottom like in look want of and",
    ),
    Frame(
        "zoom",
        says=(
            "(zoom|push|zooming) in",
            "(slow zoom|slow push|ken burns|ken-burns|zoom effect)",
            "zoom",
        ),
        slots=_ZOOMED,
        plan=plans.plan_zoom,
        requires=("what|range|at|duration|to|from|by|place",),
        accepts=said_once,
        glue=f"{_ZOOMED_GLUE} zoom ken burns effect push",
        topic=topic,
    ),
    Frame(
        "zoom_out",
        says=("(zoom|zooming) out", "pull (out|back)", "slow zoom out"),
        slots=_ZOOMED,
        plan=lambda board, slots: plans.plan_zoom(board, {**slots, "way": "out"}),
        accepts=said_once,
        glue=f"{_ZOOMED_GLUE} zoom",
        topic=topic,
    ),
    Frame(
        "zoom_all",
        says=("(zoom|push) in", "(slow zoom|slow push|ken burns|ken-burns) [in]"),
        plan=plans.plan_zoom,
        glue=f"{_ZOOMED_GLUE} zoom effect it video",
    ),
    Frame(
        "no_zoom",
        says=("(remove|reset|undo|take out|get rid of|delete|no|stop) (zoom|zooms|zoom effect|zooming)",),
        slots={"what": "[on|of|from|in] SHOWN"},
        plan=plans.plan_no_zoom,
    ),
    Frame(
        "punch_in",
        says=("(punch in|punch-in|jump zoom|quick zoom|snap zoom|crash zoom|sudden zoom)",),
        slots=_ZOOMED,
        plan=lambda board, slots: plans.plan_zoom(board, {**slots, "punch": True}),
        requires=("what|range|at",),
        accepts=said_once,
        glue="in do add zoom camera on side corner",
        topic=topic,
    ),
    Frame(
        "opacity",
        says=("(opacity|opaque|alpha)",),
        slots={"what": WHAT, "share": "[to|at|by|of|with|is] PART"},
        plan=plans.plan_opacity,
        glue="set make change lower reduce put give it to have with should be down level bring fade",
        topic=topic,
    ),
    Frame(
        "transparency",
        says=(
            "(transparent|see-through|see through|translucent|transparency|semi-transparent|"
            "semi transparent|half-transparent|semitransparent)",
        ),
        slots={"what": WHAT, "share": "[to|at|by|of|with|is] PART"},
        plan=plans.plan_transparency,
        glue="set make change it to more should be turn little bit have with slightly",
        topic=topic,
    ),
)
