"""Finds words that only fill time: um, uh, er, and "you know" where it stands apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from cuttingroom.timeline.speech.sentences import Span, is_end
from cuttingroom.timeline.speech.terms import letters
from cuttingroom.timeline.transcript import Word

SOUNDS = re.compile(r"u+h*m+|u+h+|e+r+m*|eh+m*|a+h+m*|o+hm+|h+m+|m{2,}|euh|heu")
"""Sounds without meaning, as transcribers write them in English, German and French ("oh" and "mhm" mean
something)."""
PHRASES = ("you know", "I mean", "like", "sort of", "kind of", "basically")
_MOST_WORDS = 2
_COMMAS = (",", "–", "—", "-", "…")


def find_fillers(words: Sequence[Word], phrases: Sequence[str] = PHRASES) -> list[Span]:
    """The places of sounds and of these phrases where they only fill time, in order; neighbours are one
    place.

    A phrase such as "you know" counts only between commas, or after a sentence's end and before a comma:
    there it can go without changing what is said.
    """
    wanted = frozenset("".join(map(letters, phrase.split())) for phrase in phrases)
    found: list[Span] = []
    n = 0
    while n < len(words):
        size = 1 if is_sound(words[n].text) else _phrase_at(words, n, wanted)
        if size and found and found[-1].end == n:
            found[-1] = Span(found[-1].first, n + size)
        elif size:
            found.append(Span(n, n + size))
        n += max(1, size)
    return found


def is_sound(text: str) -> bool:
    """Whether the word is one of the sounds."""
    return "-" not in text.strip("-–—") and SOUNDS.fullmatch(letters(text)) is not None


def count_fillers(words: Sequence[Word], spans: Iterable[Span]) -> str:
    """What went how often, the most frequent first: `um (3), you know (1)`."""
    said = [" ".join(re.sub(r"[^\w']", "", w.text.lower()) for w in words[s.first : s.end]) for s in spans]
    return ", ".join(f"{text} ({count})" for text, count in Counter(said).most_common())


def _phrase_at(words: Sequence[Word], n: int, wanted: frozenset[str]) -> int:
    """How many words a phrase has that begins here and stands apart; 0 without one."""
    if n and not (words[n - 1].text.endswith(_COMMAS) or is_end(words[n - 1].text)):
        return 0
    for size in range(_MOST_WORDS, 0, -1):
        part = words[n : n + size]
        said = "".join(letters(w.text) for w in part)
        if len(part) == size and said in wanted and part[-1].text.endswith(_COMMAS):
            return size
    return 0
