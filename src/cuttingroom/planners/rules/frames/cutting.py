"""Frames for what the core grammar plans too: the same wishes in freer words."""

from __future__ import annotations

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.frame import TIME, Frame, Slots


def _cut(slots: Slots) -> r.Reading:
    return r.Cut((slots["what"], *slots.get("more", ())))


def _keep(slots: Slots) -> r.Reading:
    return r.Keep((slots["what"], *slots.get("more", ())))


FRAMES = (
    Frame(
        "cut",
        says=(
            "(cut|trim|remove|delete|drop|strip|chop|lose|snip|clip|erase|ditch|scrap|axe|dump|bin|shave"
            "|nuke) [out|off|away] [all] [everything|part|bit|section|footage|stuff]",
            "get rid of [all] [everything|part|bit|section|footage|stuff]",
            "(take|edit|throw) * (out|off|away)",
            "(take|edit|throw) (out|off|away) [everything|part|bit|section]",
        ),
        slots={"what": "[between|from|for] STRETCH", "more*": "STRETCH"},
        reading=_cut,
        step=TIME,
        requires=("what",),
        glue="out off away completely entirely footage part thing stuff",
    ),
    Frame(
        "keep",
        says=(
            "(keep|leave|use) [everything|part|bit|section] [only]",
            "[only] (want|need) [part|bit|section]",
        ),
        slots={"what": "[between|from] STRETCH", "more*": "STRETCH"},
        reading=_keep,
        step=TIME,
        requires=("what",),
        glue="part bit section rest else",
    ),
)
