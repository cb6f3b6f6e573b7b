"""All frames, by area, ready to be held against clauses."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from cuttingroom.planners.rules.frames import (
    cards,
    chunks,
    compound,
    cutting,
    export,
    export_words,
    fading,
    finishing,
    framing,
    grading,
    hiding,
    keying,
    leaving,
    lists,
    loudness,
    marking,
    moving,
    music,
    overlaying,
    picture_chunks,
    pictures,
    regions,
    silences,
    sound,
    speed,
    structure,
    talks,
    text,
    text_chunks,
    time,
    transitions,
)
from cuttingroom.planners.rules.frames.frame import Frame
from cuttingroom.planners.rules.frames.matching import Matcher
from cuttingroom.planners.rules.frames.readers import Reader

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
    *grading.FRAMES,
    *hiding.FRAMES,
    *keying.FRAMES,
    *finishing.FRAMES,
    *structure.FRAMES,
    *marking.FRAMES,
    *cards.FRAMES,
    *text.FRAMES,
)


@lru_cache(maxsize=1)
def matcher() -> Matcher:
    return Matcher(ALL_FRAMES, _all_chunks())


def _all_chunks() -> dict[str, Reader]:
    """Those of every area. Raises ValueError for a name that two of them use."""
    areas = (chunks, regions, lists, export_words, pictures, picture_chunks, text_chunks, sound)
    named = [pair for area in areas for pair in area.CHUNKS.items()]
    found = dict(named)
    if len(found) < len(named):
        twice = sorted(n for n, count in Counter(name for name, _ in named).items() if count > 1)
        raise ValueError(f"two areas have chunks called {', '.join(twice)}")
    return found


def get_frame(name: str) -> Frame:
    return matcher().by_name[name]
