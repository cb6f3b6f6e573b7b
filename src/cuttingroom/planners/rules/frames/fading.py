"""Fades in freer words than the core grammar knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.frame import Frame, Slots

_SLOTS = {
    "length": ("[over|for|of|in|with|lasting] [first|last] LENGTH [long]", "LENGTH (fade|long)"),
    "what": "[of|for|on|to|in] TARGET",
    "black": "[to|from|into|through] black",
    "edge": "[at|on|in|from|over] (start|beginning|end|very end|very start|opening)",
}
_GLUE = "slow gentle smooth nice smoothly gently slowly video at off to from up with fade make have let do"


def _fade(*sides: Literal["in", "out"]) -> Callable[[Slots], r.Reading]:
    def read(slots: Slots) -> r.Reading:
        return r.Fade(sides, slots.get("what", r.Everything()), slots.get("length"))

    return read


FRAMES = (
    Frame(
        "fade_in",
        says=(
            "(fade|fading|fades) (in|up)",
            "(fade|fading) * (in|up)",
            "(fade-in|fadein)",
            "(come|comes|coming) (in|up) from black",
            "(fade|come) * from black",
        ),
        slots=_SLOTS,
        reading=_fade("in"),
        glue=_GLUE,
    ),
    Frame(
        "fade_out",
        says=(
            "(fade|fading|fades) out",
            "(fade|fading) * out",
            "(fade-out|fadeout)",
            "(fade|fades|go|goes) [down] (to|into) black",
            "(fade|fades) * (to|into) black",
            "(end|finish|close) * fade",
        ),
        slots=_SLOTS,
        reading=_fade("out"),
        glue=_GLUE,
    ),
    Frame(
        "fade_both",
        says=(
            "fade * in and out",
            "fade in and [fade] out",
            "fade * (at|on) both (ends|sides)",
            "fades (at|on) (both ends|start and end|beginning and end)",
        ),
        slots=_SLOTS,
        reading=_fade("in", "out"),
        glue=_GLUE,
    ),
)
