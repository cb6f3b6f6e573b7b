"""The word that is being said: which one it is at a frame, and where it stands in a caption."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.media.render.graphics.layout import Row
from cuttingroom.timeline.model import CaptionSource

_PAUSE_TICKS = TICKS_PER_SECOND // 4
"""Over a shorter pause the word before it stays lit."""
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class Spot:
    """Signs `first` to `end` of a row belong to word `word`."""

    row: int
    first: int
    end: int
    word: int


@dataclass(frozen=True)
class Said:
    """At a frame, `word` is being said since `passed` frames and `share` of it is over; -1 is none yet.

    Between words `is_lit` is false.
    """

    word: int = -1
    passed: int = 0
    share: float = 0.0
    is_lit: bool = False


def find_spots(source: CaptionSource, rows: Sequence[Row]) -> list[Spot]:
    """Where the words stand; nothing when the text is no longer that of its words."""
    wanted = [n for n, w in enumerate(source.words) for _ in w.text.split()]
    found = [(n, m.start(), m.end()) for n, row in enumerate(rows) for m in _WORD.finditer(row.text)]
    if len(wanted) != len(found):
        return []
    return [Spot(*place, word) for place, word in zip(found, wanted, strict=True)]


def said_at(source: CaptionSource, frame: int, frame_ticks: int) -> Said:
    """What is being said `frame` frames after the caption's start."""
    starts = [_frame(w.start_ticks, frame_ticks) for w in source.words]
    word = max((n for n, start in enumerate(starts) if start <= frame), default=-1)
    if word < 0:
        return Said()
    last = word == len(starts) - 1
    end = max(starts[word] + 1, _frame(source.words[word].end_ticks, frame_ticks))
    following = None if last else starts[word + 1]
    is_lit = frame < end or (following is not None and following - end <= _PAUSE_TICKS // frame_ticks)
    passed = frame - starts[word]
    return Said(word, passed, min(1.0, round((passed + 1) / (end - starts[word]), 3)), is_lit)


def _frame(ticks: int, frame_ticks: int) -> int:
    """The frame that is nearest to a moment, halves up."""
    return (2 * ticks + frame_ticks) // (2 * frame_ticks)
