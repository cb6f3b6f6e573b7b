"""Words into segments, and words whose times are not known into the time that is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.timeline.transcript import Segment, Word

LONGEST_WORD = 200
PAUSE_TICKS = TICKS_PER_SECOND * 7 // 10
"""A silence that ends a segment when the text has no full stops. Longer than most breaths."""
LONGEST_SEGMENT_WORDS = 40

_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
_NOT_AN_END = re.compile(r"^(?:mr|mrs|ms|dr|st|prof|vs|no|e\.g|i\.e|[a-z])\.$", re.IGNORECASE)


def ends_sentence(word: str) -> bool:
    return bool(_SENTENCE_END.search(word)) and not _NOT_AN_END.match(word)


def group_words(
    words: Sequence[Word], *, breaks: frozenset[int] = frozenset(), pause_ticks: int = PAUSE_TICKS
) -> tuple[Segment, ...]:
    """Segments that cover all words, ended by a full stop, a pause, or before each index in `breaks`."""
    segments: list[Segment] = []
    first = 0
    for index in range(1, len(words) + 1):
        if index == len(words) or index - first >= LONGEST_SEGMENT_WORDS or index in breaks:
            ended = True
        else:
            gap = words[index].start_ticks - words[index - 1].end_ticks
            ended = ends_sentence(words[index - 1].text) or gap >= pause_ticks
        if ended:
            segments.append(make_segment(words, first, index))
            first = index
    return tuple(segments)


def make_segment(words: Sequence[Word], first: int, end: int) -> Segment:
    part = words[first:end]
    return Segment(
        text=" ".join(word.text for word in part),
        start_ticks=part[0].start_ticks,
        end_ticks=max(word.end_ticks for word in part),
        first_word=first,
        end_word=end,
    )


def spread_words(texts: Sequence[str], start_ticks: int, end_ticks: int) -> tuple[Word, ...]:
    """Words that fill a stretch of time, each as long as its letters suggest, with confidence unknown.

    The stretch must hold at least one tick per word; a caller that cannot promise that widens it first.
    """
    weights = [sum(char.isalnum() for char in text) + 1 for text in texts]
    total, span = sum(weights), max(end_ticks - start_ticks, len(texts))
    spare = span - len(texts)
    words: list[Word] = []
    done, position = 0, start_ticks
    for index, (text, weight) in enumerate(zip(texts, weights, strict=True)):
        done += weight
        end = start_ticks + (index + 1) + spare * done // total
        words.append(Word(text=text, start_ticks=position, end_ticks=end))
        position = end
    return tuple(words)


def settle_words(words: Sequence[Word], duration_ticks: int) -> tuple[Word, ...]:
    """The same words in order, inside the sound, none starting before the one before it.

    Recognisers return times past the end and words of no length; such words get one tick, or are dropped when
    they start after the end.
    """
    settled: list[Word] = []
    floor = 0
    for word in words:
        start = max(word.start_ticks, floor)
        if start >= duration_ticks:
            continue
        end = min(max(word.end_ticks, start + 1), duration_ticks)
        settled.append(word.model_copy(update={"start_ticks": start, "end_ticks": end}))
        floor = start
    return tuple(settled)
