"""Finds words that people quote in what is said, forgiving case, marks, spelling and small slips.

Slips are counted in letters over the text without its spaces, so that "any more" is "anymore". The search is
Myers' bit-parallel one (G. Myers, "A fast bit-vector algorithm for approximate string matching", 1999).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from cuttingroom.timeline.speech.fillers import is_sound
from cuttingroom.timeline.speech.terms import letters

LETTERS_PER_SLIP = 6
"""One letter in so many may be wrong."""


class Match(NamedTuple):
    """Words `first` up to, not including, `end`, with so many letters that differ."""

    first: int
    end: int
    slips: int


def find_phrase(words: Sequence[str], phrase: str) -> list[Match]:
    """All places that say `phrase` whole, in order; where none does, the places that come closest to it.

    Sounds such as "um" between the words do not matter. Places count as equally close when they are within
    one slip of the best. Empty when nothing is close, or when `phrase` has no letters.
    """
    wanted = "".join(letters(w) for w in phrase.split())
    said = _Said(words, with_sounds=any(map(is_sound, phrase.split())))
    if not wanted:
        return []
    exact = list(said.find(wanted))
    return exact or _best_apart(said.find_close(wanted, len(wanted) // LETTERS_PER_SLIP))


class _Said:
    """Words as one line of letters, with the place at which each of them begins and ends."""

    def __init__(self, words: Sequence[str], with_sounds: bool) -> None:
        heard = [(n, letters(w)) for n, w in enumerate(words) if with_sounds or not is_sound(w)]
        heard = [(n, w) for n, w in heard if w]
        ends = list(accumulate(len(w) for _, w in heard))
        self.line = "".join(w for _, w in heard)
        self._numbers = [n for n, _ in heard]
        self._ends = ends
        self._starts = [0, *ends[:-1]] if ends else []

    def find(self, wanted: str) -> Iterator[Match]:
        at = self.line.find(wanted)
        while at >= 0:
            found = self._match(at, at + len(wanted), 0)
            if found is not None:
                yield found
            at = self.line.find(wanted, at + 1)

    def find_close(self, wanted: str, most: int) -> Iterator[Match]:
        """Places with up to `most` slips: for each end of a word the start that comes closest."""
        ends = set(self._ends)
        for end in _list_close_ends(wanted, self.line, most) if most else ():
            if end not in ends:
                continue
            starts = [s for s in self._starts if abs(end - s - len(wanted)) <= most]
            close = [(count_slips(wanted, self.line[s:end]), s) for s in starts]
            if close and min(close)[0] <= most:
                slips, start = min(close)
                found = self._match(start, end, slips)
                if found is not None:
                    yield found

    def _match(self, start: int, end: int, slips: int) -> Match | None:
        """The words that these letters are; None when they begin or end inside one."""
        first, last = bisect_left(self._starts, start), bisect_left(self._ends, end)
        if first == len(self._starts) or self._starts[first] != start:
            return None
        if last == len(self._ends) or self._ends[last] != end:
            return None
        return Match(self._numbers[first], self._numbers[last] + 1, slips)


def _list_close_ends(wanted: str, line: str, most: int) -> Iterator[int]:
    """Every place of `line` at which something ends that is `wanted` with at most `most` slips."""
    size = len(wanted)
    mask, top = (1 << size) - 1, 1 << (size - 1)
    places: dict[str, int] = {}
    for n, letter in enumerate(wanted):
        places[letter] = places.get(letter, 0) | 1 << n
    up, down, score = mask, 0, size
    for n, letter in enumerate(line, 1):
        equal = places.get(letter, 0)
        diagonal = ((((equal & up) + up) ^ up) | equal | down) & mask
        more, less = (down | ~(diagonal | up)) & mask, up & diagonal
        score += bool(more & top) - bool(less & top)
        more, less = (more << 1) & mask, (less << 1) & mask
        up, down = (less | ~(diagonal | more)) & mask, more & diagonal
        if score <= most:
            yield n


def count_slips(one: str, other: str) -> int:
    """How many letters must be added, left out or changed to make one of the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for n, letter in enumerate(one, 1):
        last, row[0] = row[0], n
        for m, against in enumerate(other, 1):
            last, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, last + (letter != against))
    return row[-1]


def _best_apart(found: Iterator[Match]) -> list[Match]:
    """The closest places that do not overlap, in order."""
    kept: list[Match] = []
    for match in sorted(found, key=lambda m: (m.slips, m.first, m.end)):
        if all(match.end <= k.first or k.end <= match.first for k in kept):
            kept.append(match)
    return sorted(m for m in kept if m.slips <= kept[0].slips + 1)
