"""What all requests about looks may say: which pictures, and when."""

from __future__ import annotations

from typing import Any

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.frame import Slots
from cuttingroom.planners.rules.plans.looks import CLIPS

WHAT = "[of|in|on|for|to|from|over] TARGET"
WHEN = ("[from|between|at|for|in|during|over] STRETCH", "RUN")
PICTURE = "picture image video colours colors colour color tones whole look it of in all"


def topic(slots: Slots) -> r.Target | None:
    """The clips that were named; else what the next clause may call "it"."""
    what: Any = slots.get("what")
    return what if isinstance(what, CLIPS) else r.It() if what is None else None
