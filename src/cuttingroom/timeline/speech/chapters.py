"""Divides a talk into chapters where its subject changes, and names them by words that were said.

Borders lie where the words before and after have least in common: M. Hearst, "TextTiling" (1997). Titles are
the phrases that stand out in their chapter: Rose et al., "Automatic keyword extraction" (RAKE, 2010).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log, sqrt
from typing import NamedTuple

from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.timeline.speech.sentences import Span, is_end, list_sentences
from cuttingroom.timeline.speech.terms import content_stems, is_stopword
from cuttingroom.timeline.transcript import Word

SHORTEST_TICKS = 10 * TICKS_PER_SECOND
"""Players show no chapters shorter than ten seconds."""
USUAL_TICKS = 75 * TICKS_PER_SECOND
MOST_CHAPTERS = 20
_FEW = 5
"""So many chapters a short talk may have, if its subject changes so often."""
_CLEAR = 0.3
"""What must speak for a border at least."""
_WINDOW_TICKS = 30 * TICKS_PER_SECOND
_TURNS = re.compile(
    r"(?:okay,? |alright,? |all right,? |right,? |so,? |and |now,? )*"
    r"(?:first(?:ly)?\b|second(?:ly)?\b|third(?:ly)?\b|next\b|finally\b|lastly\b|moving on|"
    r"let's (?:talk|move|turn|look)|the (?:first|second|third|next|last|final) |another |in conclusion|"
    r"to (?:sum|wrap) up|before we (?:start|finish|go))",
    re.IGNORECASE,
)
"""How speakers begin something new."""
_TURN_BONUS = 0.5
_PAUSE_BONUS = 0.15
"""For each second of pause, up to two."""
_MOST_TITLE_WORDS = 4


class Chapter(NamedTuple):
    """A chapter begins at the sentence of `span` and is called `title`."""

    span: Span
    title: str


def find_chapters(words: Sequence[Word], most: int = MOST_CHAPTERS) -> list[Chapter]:
    """Chapters that cover all words in order, each of at least SHORTEST_TICKS; one alone where nothing
    changes."""
    sentences = list_sentences(words)
    if not sentences:
        return []
    starts = _choose_borders(words, sentences, most)
    bounds = [*starts, len(sentences)]
    spans = [Span(sentences[a].first, sentences[b - 1].end) for a, b in pairwise(bounds)]
    return [Chapter(s, t) for s, t in zip(spans, _title_all(words, spans), strict=True)]


def _choose_borders(words: Sequence[Word], sentences: Sequence[Span], most: int) -> list[int]:
    """The first sentences of chapters: the clearest changes that leave chapters long enough."""
    begin, end = words[0].start_ticks, words[-1].end_ticks
    few = min(_FEW, 2 * (end - begin) // (3 * SHORTEST_TICKS))
    wanted = min(most, max(1, few, round((end - begin) / USUAL_TICKS)))
    shortest = max(SHORTEST_TICKS, (end - begin) // (3 * wanted))
    chosen = [0]
    for score, n in sorted(_score_borders(words, sentences), key=lambda found: (-found[0], found[1])):
        at = words[sentences[n].first].start_ticks
        edges = [words[sentences[c].first].start_ticks for c in chosen] + [end]
        if len(chosen) < wanted and score >= _CLEAR and all(abs(at - e) >= shortest for e in edges):
            chosen.append(n)
    return sorted(chosen)


def _score_borders(words: Sequence[Word], sentences: Sequence[Span]) -> Iterator[tuple[float, int]]:
    """How much speaks for a chapter at each sentence but the first."""
    stems = [Counter(content_stems(s.text(words))) for s in sentences]
    likeness = [_likeness(words, sentences, stems, n) for n in range(1, len(sentences))]
    for n in range(1, len(sentences)):
        pause = words[sentences[n].first].start_ticks - words[sentences[n].first - 1].end_ticks
        bonus = _PAUSE_BONUS * min(2.0, pause / TICKS_PER_SECOND)
        if _TURNS.match(sentences[n].text(words)):
            bonus += _TURN_BONUS
        yield _depth(likeness, n - 1) + bonus, n


def _likeness(
    words: Sequence[Word], sentences: Sequence[Span], stems: Sequence[Counter[str]], border: int
) -> float:
    """How much the half minutes before and after a border share, 0 to 1 (cosine)."""
    at = words[sentences[border].first].start_ticks
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    n = border - 1
    while n >= 0 and at - words[sentences[n].first].start_ticks <= _WINDOW_TICKS:
        before += stems[n]
        n -= 1
    n = border
    while n < len(sentences) and words[sentences[n].end - 1].end_ticks - at <= _WINDOW_TICKS:
        after += stems[n]
        n += 1
    size = sqrt(sum(v * v for v in before.values()) * sum(v * v for v in after.values()))
    return sum(before[s] * after[s] for s in before) / size if size else 0.0


def _depth(likeness: Sequence[float], n: int) -> float:
    """How deep the valley at `n` is: the climb to the hills on either side."""
    left = n
    while left > 0 and likeness[left - 1] >= likeness[left]:
        left -= 1
    right = n
    while right + 1 < len(likeness) and likeness[right + 1] >= likeness[right]:
        right += 1
    return likeness[left] + likeness[right] - 2 * likeness[n]


def _title_all(words: Sequence[Word], spans: Sequence[Span]) -> list[str]:
    """A title for each chapter, no two the same."""
    everywhere = [set(content_stems(s.text(words))) for s in spans]
    shared = Counter(stem for found in everywhere for stem in found)
    titles: list[str] = []
    for n, span in enumerate(spans, 1):
        first = _first_words(words, span)
        phrases = [*_rank_phrases(words, span, shared, len(spans)), first, f"{first} ({n})"]
        used = {t.lower() for t in titles}
        titles.append(next(p for p in phrases if p.lower() not in used))
    return titles


def _rank_phrases(words: Sequence[Word], span: Span, shared: Counter[str], chapters: int) -> list[str]:
    """Phrases of the chapter as they were said, the most telling first."""
    counts = Counter(content_stems(span.text(words)))
    scores: dict[str, tuple[float, str]] = {}
    for phrase in _list_phrases(words, span):
        stems = content_stems(" ".join(phrase))
        weight = sum(counts[s] * log(1 + chapters / shared[s]) for s in set(stems) if shared[s])
        key, text = " ".join(stems), " ".join(phrase)
        score = weight / sqrt(len(stems)) if stems else 0.0
        if key and (key not in scores or score > scores[key][0]):
            scores[key] = score, text
    ranked = sorted(scores.values(), key=lambda found: -found[0])
    return [text[0].upper() + text[1:] for _, text in ranked]


def _list_phrases(words: Sequence[Word], span: Span) -> Iterator[list[str]]:
    """Runs of up to four words that carry meaning, without marks."""
    run: list[str] = []
    for word in words[span.first : span.end]:
        text = word.text.strip("\"'“”‘’.,;:!?…()[]-–—")
        if text and not is_stopword(text):
            run.append(text)
        if run and (not text or is_stopword(text) or is_end(word.text) or word.text[-1] in ",;:–—"):
            yield run[:_MOST_TITLE_WORDS]
            run = []
    if run:
        yield run[:_MOST_TITLE_WORDS]


def _first_words(words: Sequence[Word], span: Span) -> str:
    text = " ".join(w.text for w in words[span.first : min(span.end, span.first + 5)]).rstrip(".,;:!?…")
    return text[0].upper() + text[1:]
