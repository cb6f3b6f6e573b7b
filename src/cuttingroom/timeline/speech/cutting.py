"""Where to cut between words, so that none is clipped and speech keeps its rhythm."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from cuttingroom.core.time import TICKS_PER_SECOND, TimeRange
from cuttingroom.timeline.speech.sentences import Span, is_end
from cuttingroom.timeline.transcript import Word

WORD_AIR_TICKS = 15 * TICKS_PER_SECOND // 100
"""So much of a pause stays beside a word, or half of the pause where it is shorter."""
SENTENCE_AIR_TICKS = 35 * TICKS_PER_SECOND // 100
"""The same behind the end of a sentence."""
WORD_REACH_TICKS = 18 * TICKS_PER_SECOND // 100
"""Words that go take at most so much of the pauses around them along."""
SENTENCE_REACH_TICKS = 2 * TICKS_PER_SECOND
"""The same for whole sentences."""
_SLACK_TICKS = TICKS_PER_SECOND // 10
"""Times of words may be wrong by so much; a pause that was measured in the sound is nearer the truth."""


class Gaps:
    """The pauses between words, made exact by `quiet`: where the sound is known to be silent."""

    def __init__(self, words: Sequence[Word], quiet: Sequence[TimeRange], end_ticks: int) -> None:
        self.words, self._quiet, self._end = words, quiet, end_ticks
        self._starts = [q.start_ticks for q in quiet]

    def cut_out(self, span: Span, reach_ticks: int = WORD_REACH_TICKS) -> TimeRange:
        """The stretch to cut so that the words of `span` go: from the pause before them to the one after."""
        start = self.leave(span.first, reach_ticks)
        first, last = self.words[span.first], self.words[span.end - 1]
        low, high = self._after(span.end - 1)
        end = min(high - min((high - low) // 2, WORD_AIR_TICKS), low + reach_ticks)
        end = max(self._settle(end, low, high), (last.start_ticks + last.end_ticks) // 2)
        return TimeRange.between(min(start, (first.start_ticks + first.end_ticks) // 2), max(end, start + 1))

    def keep(self, span: Span) -> TimeRange:
        """The stretch to keep so that the words of `span` stay whole, with a little air around them."""
        low, high = self._before(span.first)
        start = self._settle(high - min((high - low) // 2, WORD_AIR_TICKS), low, high)
        low, high = self._after(span.end - 1)
        end = self._settle(low + min((high - low) // 2, SENTENCE_AIR_TICKS), low, high)
        return TimeRange.between(start, max(end, start + 1))

    def leave(self, n: int, reach_ticks: int = WORD_REACH_TICKS) -> int:
        """The moment before word `n` up to which what comes before it stays."""
        low, high = self._before(n)
        air = SENTENCE_AIR_TICKS if n and is_end(self.words[n - 1].text) else WORD_AIR_TICKS
        at = max(low + min((high - low) // 2, air if n else 0), high - reach_ticks)
        return self._settle(at, low, high)

    def enter(self, n: int) -> int:
        """The moment before word `n` from which on it is heard whole."""
        low, high = self._before(n)
        return self._settle(high - min((high - low) // 2, WORD_AIR_TICKS), low, high)

    def pass_by(self, n: int) -> int:
        """The moment after word `n` up to which it is heard whole."""
        low, high = self._after(n)
        return self._settle(low + min((high - low) // 2, WORD_AIR_TICKS), low, high)

    def _before(self, n: int) -> tuple[int, int]:
        """The pause before word `n`."""
        at = self.words[n].start_ticks
        if n == 0:
            return 0, at
        return _in_order(self.words[n - 1].end_ticks, at)

    def _after(self, n: int) -> tuple[int, int]:
        at = self.words[n].end_ticks
        if n + 1 == len(self.words):
            return at, max(at, self._end)
        return _in_order(at, self.words[n + 1].start_ticks)

    def _settle(self, at: int, low: int, high: int) -> int:
        """`at` moved into a measured pause, where one lies in or beside the one between the words."""
        n = bisect_right(self._starts, high + _SLACK_TICKS)
        near = [q for q in self._quiet[max(0, n - 3) : n] if q.end_ticks > low - _SLACK_TICKS]
        if not near:
            return at
        inside = [max(q.start_ticks, min(at, q.end_ticks)) for q in near]
        return min(inside, key=lambda t: abs(t - at))


def _in_order(end_ticks: int, start_ticks: int) -> tuple[int, int]:
    """From the end of one word to the start of the next; their middle where they overlap."""
    if end_ticks <= start_ticks:
        return end_ticks, start_ticks
    middle = (end_ticks + start_ticks) // 2
    return middle, middle
