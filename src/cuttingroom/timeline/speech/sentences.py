"""Spoken words as sentences: at full stops where the transcript has them, else at pauses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.timeline.captions import ends_sentence
from cuttingroom.timeline.transcript import Word

LONG_PAUSE_TICKS = 12 * TICKS_PER_SECOND // 10
"""A pause that ends a sentence even where no mark does."""
SHORT_PAUSE_TICKS = 45 * TICKS_PER_SECOND // 100
"""The same in a transcript without marks."""
_MARKED_SHARE = 40
"""A transcript has marks when at least one word in so many ends a sentence."""
_DASHES = ("-", "–", "—", "…")
_ABBREVIATIONS = re.compile(r"(?:mr|mrs|ms|dr|st|vs|prof|etc|no|e\.g|i\.e)\.", re.IGNORECASE)


class Span(NamedTuple):
    """Words `first` up to, not including, `end`."""

    first: int
    end: int

    def text(self, words: Sequence[Word]) -> str:
        return " ".join(w.text for w in words[self.first : self.end])


def list_sentences(words: Sequence[Word], pause_ticks: int | None = None) -> list[Span]:
    """Spans that cover all words, in order; one also ends at a pause of `pause_ticks`, and where it breaks
    off."""
    pause = LONG_PAUSE_TICKS if is_marked(words) else SHORT_PAUSE_TICKS
    pause = min(pause, pause_ticks) if pause_ticks is not None else pause
    ends = [
        n
        for n, (word, after) in enumerate(pairwise(words), 1)
        if is_end(word.text)
        or after.start_ticks - word.end_ticks >= pause
        or (word.text.endswith(_DASHES) and after.text[0].isupper())
    ]
    bounds = [0, *ends, len(words)]
    return [Span(a, b) for a, b in pairwise(bounds) if b > a]


def is_marked(words: Sequence[Word]) -> bool:
    """Whether sentences end with marks."""
    return sum(map(is_end, (w.text for w in words))) * _MARKED_SHARE >= len(words)


def is_end(text: str) -> bool:
    """Whether a word ends its sentence."""
    return ends_sentence(text) and not _ABBREVIATIONS.fullmatch(text)


def shorten_text(text: str, most: int = 60) -> str:
    """At most so many characters, cut between words."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"
