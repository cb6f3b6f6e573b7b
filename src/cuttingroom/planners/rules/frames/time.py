"""Frames that stand, playing backwards, ramps of speed, exact lengths and loops, in people's words."""

from __future__ import annotations

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.frame import TIME, Frame, Slots, is_moment
from cuttingroom.planners.rules.plans.timing import plan_fit, plan_freeze, plan_loop, plan_ramp, plan_reverse

_WHAT = "[of|for|on|in|to|across|over|through] TARGET"
_PART = "[of|for|on|in|to|across|over|during|between] STRETCH"
_NORMAL = "<normal|normal speed|regular|regular speed|original|original speed|real time|full speed|usual>"


def _is_not_from_the_start(slots: Slots) -> bool:
    """`until 0:45` says how long to loop, not what."""
    where = slots.get("where")
    return not (isinstance(where, r.Between) and where.start == r.Edge("start"))


FRAMES = (
    Frame(
        "freeze_frame",
        says=(
            "(freeze|freezes|freezing)",
            "(freeze|still) frame",
            "(hold|pause|stop|keep) * (frame|frames|picture|image) [still]",
            "(hold|pause|linger)",
        ),
        slots={
            "at": "[right] (at|on|from|where) POINT",
            "clock": "POINT",
            "where": "[from|between|over|during] STRETCH",
            "which": "[on|at|with|in] [very] <last frame|first frame|final frame|opening frame|end|start"
            "|beginning|very end|very start>",
            "clip": "[of|from|in|on] CLIP",
            "duration": "[for|lasting|of] [another|more|extra] LENGTH [more|longer|long|extra]",
            "seconds": "[for] NUMBER (more|extra|additional) (seconds|second|sec|secs|s)",
        },
        plan=plan_freeze,
        step=TIME,
        requires=("at|clock|which|where",),
        accepts=lambda slots: "clock" not in slots or is_moment(slots["clock"]),
        glue="frame picture image video it still for on shot so that there make do add insert put in a of",
    ),
    Frame(
        "freeze_unplaced",
        says=("(freeze|freezes|freezing) [frame|picture|video|image]",),
        slots={"duration": "[for|lasting|of] LENGTH [long]"},
        plan=plan_freeze,
        step=TIME,
        glue="frame picture image it still",
    ),
    Frame(
        "reverse",
        says=(
            "(reverse|reverses|reversed|reversing)",
            "(play|run|show|make|have|put|let|turn|flip) * (backwards|backward|in reverse|reversed)",
            "(play|run|show) * back to front",
            "(rewind|rewound)",
        ),
        slots={"where": _PART, "what": _WHAT},
        plan=plan_reverse,
        step=TIME,
        glue="play playing plays run so it in direction playback video sound audio and picture go goes",
        topic=lambda slots: slots.get("what"),
    ),
    Frame(
        "ramp_speed",
        says=(
            "(ramp|ramps|ramping) [up|down] [speed]",
            "speed (ramp|ramps|ramping)",
            "(speed|slow|speeds|slows|speeding|slowing) * (gradually|progressively|smoothly|bit by bit)",
            "(gradually|progressively|smoothly) (speed|slow|speeds|slows|accelerate|accelerates|decelerate)",
            "(accelerate|decelerate)",
            "(go|goes) gradually",
        ),
        slots={
            "from_factor": "from FACTOR [speed]",
            "from_percent": "from PERCENT [speed]",
            "from_normal": f"from {_NORMAL} [speed]",
            "to_factor": "[up|down|back] (to|until|till) FACTOR [speed]",
            "to_percent": "[up|down|back] (to|until|till) PERCENT [speed]",
            "to_normal": f"[up|down|back] (to|until|till) {_NORMAL} [speed]",
            "edge": "(at|near|towards|toward) <end|start|beginning|very end|very start>",
            "where": _PART,
            "what": _WHAT,
        },
        plan=plan_ramp,
        step=TIME,
        glue="up down speed it gradually smoothly slowly play go so that add do make use with a in",
    ),
    Frame(
        "fit_duration",
        says=(
            "(make|get|bring|take|have|let|squeeze) * by (speeding|slowing|changing|stretching)",
            "(make|get|bring|let) * (speeding|slowing)",
            "(fit|stretch|squeeze|squash|compress|timefit|time-fit|time-stretch)",
            "(change|adjust|set|use) * speed * (so|fit|fits|last|lasts|takes)",
        ),
        slots={
            "duration": "[to|into|in|last|lasts|be|is|it's|it is|fit|fits|takes|take|for|within|down to"
            "|up to] LENGTH [long]",
            "where": _PART,
            "what": _WHAT,
        },
        plan=plan_fit,
        step=TIME,
        requires=("duration",),
        glue="by speed speeding slowing changing stretching its it's it up down faster slower playing so that"
        " to last lasts be is long fit fits into in time playback make them until without cutting don't"
        " dont cut",
        topic=lambda slots: slots.get("what"),
    ),
    Frame(
        "fit_by_speed",
        says=("(speed|slow) [up|down]", "(speed|slow) * (up|down)"),
        slots={
            "duration": "[to] (into|in|last|lasts|be|is|it's|it is|fit|fits|takes|take|down to|up to|to)"
            " LENGTH [long]",
            "where": _PART,
            "what": _WHAT,
        },
        plan=plan_fit,
        step=TIME,
        requires=("duration",),
        glue="up down so that it it's until to fit fits last lasts don't dont cut without cutting",
        topic=lambda slots: slots.get("what"),
    ),
    Frame(
        "play_times",
        says=("(play|show|run)",),
        slots={
            "times": "COUNT (times|time) [over|in row|in all]",
            "often": "<twice|thrice>",
            "where": _PART,
            "what": _WHAT,
        },
        plan=plan_loop,
        step=TIME,
        requires=("times|often",),
        glue="it over",
        topic=lambda slots: slots.get("what"),
    ),
    Frame(
        "loop",
        says=(
            "(loop|loops|looping|looped|repeat|repeats|repeating|repeated)",
            "(play|show|run) * over and over",
        ),
        slots={
            "times": "[for] COUNT (times|time|x) [over|in row|in all]",
            "more": "[for] COUNT more (times|time)",
            "often": "<twice|thrice|once more|one more time|again|once again>",
            "length": "[for|to|until|till|fill|fills|lasts] LENGTH [long]",
            "until": "(until|till|to|up to) POINT",
            "end": "(through|for|throughout|over|under) <whole video|whole thing|rest of video|video>",
            "where": _PART,
            "what": _WHAT,
        },
        plan=plan_loop,
        step=TIME,
        accepts=_is_not_from_the_start,
        glue="play plays playing so it that fills fill lasts last long over and times back until till to",
        topic=lambda slots: slots.get("what"),
    ),
)
