"""Finds the parts of a talk that are about something."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.timeline.speech.matching import count_slips
from cuttingroom.timeline.speech.sentences import Span
from cuttingroom.timeline.speech.terms import content_stems, letters
from cuttingroom.timeline.transcript import Word

BRIDGE_SENTENCES = 1
"""So many sentences between two that name a thing are about it too."""
MOST_PAUSE_TICKS = 4 * TICKS_PER_SECOND
_REFERS = re.compile(
    r"(?:and |but |so |because )?(?:it|it's|its|they|they're|their|them|this|that's|these|those|there|"
    r"he|she|he's|she's|his|her)\b",
    re.IGNORECASE,
)
"""A sentence that begins so speaks of what the one before it named."""


def find_about(words: Sequence[Word], sentences: Sequence[Span], topic: str) -> list[Span]:
    """The sentences about `topic`, neighbours together: those that name it, what lies between two that do,
    and what refers back to them.

    Several words must all be named within one part. Empty when the topic is never named.
    """
    wanted = list(dict.fromkeys(content_stems(topic)))
    stems = [set(content_stems(s.text(words))) for s in sentences]
    if not wanted:
        return []
    naming = [n for n, found in enumerate(stems) if any(_names(found, w) for w in wanted)]
    parts = [_grown(words, sentences, part) for part in _together(naming)]
    return [
        Span(sentences[part[0]].first, sentences[part[-1]].end)
        for part in _together(sorted({n for part in parts for n in part}), bridge=0)
        if all(any(_names(stems[n], w) for n in part) for w in wanted)
    ]


def list_topics(words: Sequence[Word], sentences: Sequence[Span], most: int = 5) -> list[str]:
    """What is named most, in the words that are used for it."""
    used = Counter(s for span in sentences for s in set(content_stems(span.text(words))))
    forms: dict[str, Counter[str]] = {}
    for word in words:
        for stem in content_stems(word.text):
            forms.setdefault(stem, Counter())[re.sub(r"[^\w'’-]", "", word.text).lower()] += 1
    return [forms[s].most_common(1)[0][0] for s, _ in used.most_common(most) if s in forms]


def _names(stems: set[str], wanted: str) -> bool:
    """Whether a stem is there, up to one slip in longer words."""
    if wanted in stems:
        return True
    return len(wanted) > 5 and any(
        abs(len(s) - len(wanted)) < 2 and s[0] == wanted[0] and count_slips(s, wanted) < 2 for s in stems if s
    )


def _together(numbers: Sequence[int], bridge: int = BRIDGE_SENTENCES) -> list[list[int]]:
    parts: list[list[int]] = []
    for n in numbers:
        if parts and n - parts[-1][-1] <= bridge + 1:
            parts[-1] += range(parts[-1][-1] + 1, n + 1)
        else:
            parts.append([n])
    return parts


def _grown(words: Sequence[Word], sentences: Sequence[Span], part: list[int]) -> list[int]:
    """The part and the sentences after it that refer back to it."""
    n = part[-1] + 1
    while (
        n < len(sentences)
        and _REFERS.match(letters_of(words, sentences[n]))
        and _is_close(words, sentences, n)
    ):
        part = [*part, n]
        n += 1
    return part


def letters_of(words: Sequence[Word], span: Span) -> str:
    """The first words of a sentence without marks."""
    head = words[span.first : span.first + 3]
    return " ".join(re.sub(r"[^\w']", "", w.text.replace("’", "'")) for w in head if letters(w.text))


def _is_close(words: Sequence[Word], sentences: Sequence[Span], n: int) -> bool:
    pause = words[sentences[n].first].start_ticks - words[sentences[n - 1].end - 1].end_ticks
    return pause <= MOST_PAUSE_TICKS
