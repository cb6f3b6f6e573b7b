"""Speed in freer words than the core grammar knows."""

from __future__ import annotations

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.frame import TIME, Frame, Slots

_WHERE = "[for|in|of|over|during|on|to] STRETCH"
_WHAT = "[for|in|of|on|to] TARGET"


def _where(slots: Slots) -> r.Where | None:
    return slots.get("where") or slots.get("what")


def _rate(slots: Slots) -> r.Rate | None:
    how = "to" if "to" in slots else "by" if "by" in slots else ""
    percent = slots.get("percent_to") or slots.get("percent_by") or slots.get("percent")
    if percent is not None:
        how = "to" if "percent_to" in slots else "by" if "percent_by" in slots else ""
        return r.Rate(percent / 100, is_percent=True, how=how)
    factor = slots.get("to") or slots.get("by") or slots.get("factor")
    return None if factor is None else r.Rate(factor, how=how)


def _faster(slots: Slots) -> r.Reading:
    return r.Speed("up", _rate(slots), _where(slots))


def _slower(slots: Slots) -> r.Reading:
    return r.Speed("down", _rate(slots), _where(slots))


def _plain(slots: Slots) -> r.Reading:
    percent = slots.get("percent")
    rate = r.Rate(percent / 100, is_percent=True, is_speed=True) if percent is not None else None
    if "factor" in slots:
        rate = r.Rate(slots["factor"], is_speed=True)
    return r.Speed("", rate, _where(slots))


def _slow_motion(slots: Slots) -> r.Reading:
    rate = r.Rate(slots["factor"], is_speed=True) if "factor" in slots else None
    if "percent" in slots:
        rate = r.Rate(slots["percent"] / 100, is_percent=True, is_speed=True)
    return r.Speed("down" if rate is None else "", rate, _where(slots), is_slow_motion=True)


_AMOUNTS = {
    "percent_to": "(to|at) PERCENT [speed]",
    "percent_by": "by PERCENT",
    "percent": "PERCENT",
    "to": "(to|at) FACTOR [speed]",
    "by": "by [factor of] FACTOR",
    "factor": "FACTOR [speed]",
}

FRAMES = (
    Frame(
        "faster",
        says=("(speed up|speeding|faster|quicker)", "(speed|hurry) * up"),
        slots={"where": _WHERE, "what": _WHAT, **_AMOUNTS},
        reading=_faster,
        step=TIME,
        glue="up as much bit go play run make be should to it's",
    ),
    Frame(
        "slower",
        says=("(slow|slow down|slower)", "slow * down"),
        slots={"where": _WHERE, "what": _WHAT, **_AMOUNTS},
        reading=_slower,
        step=TIME,
        glue="down bit go play run make be should",
    ),
    Frame(
        "at_speed",
        says=("(play|run|show|make|set|have)", "speed"),
        slots={
            "where": _WHERE,
            "what": _WHAT,
            "percent": "[at] PERCENT [speed]",
            "factor": ("[at] TIMES [speed]", "[at] FACTOR (speed|as fast|as quick)"),
        },
        reading=_plain,
        step=TIME,
        requires=("percent|factor",),
        glue="speed at to of",
    ),
    Frame(
        "slow_motion",
        says=(
            "(slow motion|slow-motion|slow mo|slow-mo|slowmo|slomo)",
            "[put|play|make|do|have] * in (slow motion|slow mo)",
        ),
        slots={
            "where": _WHERE,
            "what": _WHAT,
            "percent": "[at] PERCENT [speed]",
            "factor": "[at] FACTOR [speed]",
        },
        reading=_slow_motion,
        step=TIME,
        glue="put play make do have add use in as with",
    ),
)
