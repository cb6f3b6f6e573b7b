"""All frames, by area, ready to be held against clauses."""

from __future__ import annotations

from functools import lru_cache

from cuttingroom.planners.rules.frames import (
    cards,
    compound,
    cutting,
    export,
    fading,
    framing,
    leaving,
    lists,
    looks,
    loudness,
    marking,
    moving,
    music,
    overlaying,
    pictures,
    regions,
    silences,
    sound,
    speed,
    structure,
    talks,
    text,
    time,
    transitions,
)
from cuttingroom.planners.rules.frames.chunks import CHUNKS
from cuttingroom.planners.rules.frames.frame import Frame
from cuttingroom.planners.rules.frames.matching import Matcher

ALL_FRAMES: tuple[Frame, ...] = (
    *cutting.FRAMES,
    *moving.FRAMES,
    *speed.FRAMES,
    *loudness.FRAMES,
    *export.FRAMES,
    *pictures.FRAMES,
    *fading.FRAMES,
    *music.FRAMES,
    *leaving.FRAMES,
    *silences.FRAMES,
    *sound.FRAMES,
    *talks.FRAMES,
    *compound.FRAMES,
    *framing.FRAMES,
    *overlaying.FRAMES,
    *time.FRAMES,
    *transitions.FRAMES,
    *looks.FRAMES,
    *structure.FRAMES,
    *marking.FRAMES,
    *cards.FRAMES,
    *text.FRAMES,
)


@lru_cache(maxsize=1)
def matcher() -> Matcher:
    return Matcher(
        ALL_FRAMES, {**CHUNKS, **regions.CHUNKS, **lists.CHUNKS, **export.CHUNKS, **pictures.CHUNKS}
    )


def get_frame(name: str) -> Frame:
    return matcher().by_name[name]
