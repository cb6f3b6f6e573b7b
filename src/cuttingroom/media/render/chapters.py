"""Chapters of a finished file: taken from the timeline, written into the container."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from cuttingroom.core.text import clean_name
from cuttingroom.core.time import TICKS_PER_SECOND, round_half_up
from cuttingroom.timeline.markers import list_chapters
from cuttingroom.timeline.model import Timeline

BEFORE_THE_FIRST = "Start"
_MOST_BYTES = 255
"""What the older of the two lists in an MP4 (Nero's `chpl`) holds of a name."""
_MILLISECOND = Fraction(1, 1000)
"""The finest that all containers with chapters keep."""


@dataclass(frozen=True)
class Chapter:
    """Lasts from `start_ticks` to `end_ticks` of the file."""

    start_ticks: int
    end_ticks: int
    name: str


def chapters_of(timeline: Timeline) -> tuple[Chapter, ...]:
    """The chapters as they are written: each until the next, names on one line and at most 255 bytes long.

    What comes before the first becomes a chapter too: in an MP4 the first one begins with the film.
    """
    found = [(m.at_ticks, _fit(m.name)) for m in list_chapters(timeline)]
    if found and found[0][0] > 0:
        found.insert(0, (0, BEFORE_THE_FIRST))
    edges = pairwise([*(at for at, _ in found), timeline.duration_ticks])
    return tuple(Chapter(*edge, name) for edge, (_, name) in zip(edges, found, strict=True))


def written_chapters(chapters: Sequence[Chapter]) -> list[Any]:
    """The chapters as PyAV takes them."""
    return [
        {
            "id": number,
            "start": _millis(chapter.start_ticks),
            "end": _millis(chapter.end_ticks),
            "time_base": _MILLISECOND,
            "metadata": {"title": chapter.name},
        }
        for number, chapter in enumerate(chapters, start=1)
    ]


def _fit(name: str) -> str:
    return clean_name(name).encode()[:_MOST_BYTES].decode(errors="ignore").strip() or "Chapter"


def _millis(ticks: int) -> int:
    return round_half_up(Fraction(ticks, TICKS_PER_SECOND) / _MILLISECOND)
