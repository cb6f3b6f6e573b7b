"""From words with times to captions that read well: whole sentences, balanced lines, no orphans.

Where a sentence is too long for one caption the best places to divide it are found by dynamic programming
over a cost for unequal lengths, single words and breaks inside a phrase (after Knuth and Plass, "Breaking
Paragraphs into Lines", 1981).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.timeline.transcript import Word

SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！")
PHRASE_ENDS = (",", ";", ":", "–", "—", "、", "，")
CLOSING_MARKS = "\"'”’»)]"

ORPHAN_COST = 1.0
MID_PHRASE_COST = 0.15
PIECE_COST = 0.5


@dataclass(frozen=True)
class Caption:
    """Words that are shown together; `text` has its line breaks. Times are those of the words."""

    words: tuple[Word, ...]
    text: str

    @property
    def start_ticks(self) -> int:
        return self.words[0].start_ticks

    @property
    def end_ticks(self) -> int:
        return max(word.end_ticks for word in self.words)


@dataclass(frozen=True)
class CaptionRules:
    """How much fits a caption (characters in a line, words in all), and how long a pause divides two."""

    max_characters: int = 42
    max_lines: int = 2
    max_duration_ticks: int = 6 * TICKS_PER_SECOND
    pause_ticks: int = 7 * TICKS_PER_SECOND // 10
    max_words: int | None = None


def group_words(words: Sequence[Word], rules: CaptionRules) -> list[Caption]:
    """Captions of all the words, in order. A word longer than a line gets a line of its own."""
    captions: list[Caption] = []
    for phrase in _list_phrases(words, rules):
        for part in _divide(phrase, rules):
            lines = break_lines([w.text for w in part], rules.max_characters, rules.max_lines)
            captions.append(Caption(tuple(part), "\n".join(lines)))
    return captions


def break_lines(words: Sequence[str], max_characters: int, max_lines: int) -> list[str]:
    """The words in as few lines as hold them, about equally long; too much text makes lines too long."""
    for count in range(1, max_lines + 1):
        lines = _balance(words, count)
        if max(len(line) for line in lines) <= max_characters:
            return lines
    return _balance(words, min(max_lines, len(words)))


def ends_sentence(text: str) -> bool:
    return text.rstrip(CLOSING_MARKS).endswith(SENTENCE_ENDS)


def _list_phrases(words: Sequence[Word], rules: CaptionRules) -> list[list[Word]]:
    """Words up to a sentence end or a pause; a sentence of one word joins a neighbour it has no pause to."""
    phrases: list[list[Word]] = []
    for word in words:
        last = phrases[-1] if phrases else None
        paused = last is not None and word.start_ticks - last[-1].end_ticks >= rules.pause_ticks
        if last is None or paused or (ends_sentence(last[-1].text) and len(last) > 1):
            phrases.append([word])
        else:
            last.append(word)
    return _without_orphans(phrases, rules)


def _without_orphans(phrases: list[list[Word]], rules: CaptionRules) -> list[list[Word]]:
    kept: list[list[Word]] = []
    for phrase in phrases:
        if kept and len(phrase) == 1 and phrase[0].start_ticks - kept[-1][-1].end_ticks < rules.pause_ticks:
            kept[-1] = kept[-1] + phrase
        else:
            kept.append(phrase)
    return kept


def _divide(phrase: list[Word], rules: CaptionRules) -> list[list[Word]]:
    """The cheapest way to divide a phrase into captions that fit."""
    total = len(phrase)
    best: list[tuple[float, int]] = [(0.0, 0)] + [(float("inf"), 0)] * total
    for end in range(1, total + 1):
        for start in range(end - 1, -1, -1):
            part = phrase[start:end]
            if end - start > 1 and not _fits(part, rules):
                break
            cost = best[start][0] + _cost(part, end == total, total, rules)
            if cost < best[end][0]:
                best[end] = (cost, start)
    bounds = [total]
    while bounds[-1]:
        bounds.append(best[bounds[-1]][1])
    bounds.reverse()
    return [phrase[a:b] for a, b in pairwise(bounds)]


def _fits(part: list[Word], rules: CaptionRules) -> bool:
    if rules.max_words is not None and len(part) > rules.max_words:
        return False
    if part[-1].end_ticks - part[0].start_ticks > rules.max_duration_ticks:
        return False
    room = rules.max_characters * rules.max_lines + rules.max_lines - 1
    if sum(len(w.text) + 1 for w in part) - 1 > room:
        return False
    lines = break_lines([w.text for w in part], rules.max_characters, rules.max_lines)
    return max(len(line) for line in lines) <= rules.max_characters


def _cost(part: list[Word], is_last: bool, total: int, rules: CaptionRules) -> float:
    length = sum(len(w.text) + 1 for w in part) - 1
    emptiness = 1 - min(1.0, length / (rules.max_characters * rules.max_lines))
    cost = PIECE_COST + emptiness**2
    if len(part) == 1 and total > 1:
        cost += ORPHAN_COST
    if not is_last and not part[-1].text.endswith((*PHRASE_ENDS, *SENTENCE_ENDS)):
        cost += MID_PHRASE_COST
    return cost


def _balance(words: Sequence[str], count: int) -> list[str]:
    """The words in `count` lines (or as many as there are words), the longest as short as can be."""
    count = min(count, len(words))
    widths = list(accumulate((len(w) + 1 for w in words), initial=0))
    best: list[list[int]] = [[0] * (len(words) + 1) for _ in range(count + 1)]
    cuts: list[list[int]] = [[0] * (len(words) + 1) for _ in range(count + 1)]
    for end in range(1, len(words) + 1):
        best[1][end] = widths[end]
    for line in range(2, count + 1):
        for end in range(line, len(words) + 1):
            options = ((max(best[line - 1][c], widths[end] - widths[c]), c) for c in range(line - 1, end))
            best[line][end], cuts[line][end] = min(options)
    lines: list[str] = []
    end = len(words)
    for line in range(count, 0, -1):
        start = cuts[line][end]
        lines.append(" ".join(words[start:end]))
        end = start
    return lines[::-1]
