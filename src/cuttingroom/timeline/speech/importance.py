"""How much each sentence matters, by the words that the whole is about.

A sentence weighs as much as its words do on average; a word weighs by how many sentences use it. After Radev,
Jing, Stys and Tam, "Centroid-based summarization of multiple documents" (2004), for one document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log, sqrt

from cuttingroom.timeline.speech.sentences import Span
from cuttingroom.timeline.speech.terms import content_stems
from cuttingroom.timeline.transcript import Word

OPENING_BONUS, CLOSING_BONUS = 1.0, 0.5
"""The first sentence says what it is about and the last one ends it: in shares of the heaviest sentence."""


def weigh_sentences(words: Sequence[Word], sentences: Sequence[Span]) -> list[float]:
    """A weight of 0 to 2 for each sentence; those without content weigh nothing, except first and last."""
    stems = [content_stems(s.text(words)) for s in sentences]
    used = Counter(stem for found in stems for stem in set(found))
    value = {stem: log(1 + count) for stem, count in used.items()}
    raw = [sum(value[s] for s in set(found)) / sqrt(len(found)) if found else 0.0 for found in stems]
    most = max(raw, default=0.0) or 1.0
    weights = [w / most for w in raw]
    if weights:
        weights[0] += OPENING_BONUS
        weights[-1] += CLOSING_BONUS if len(weights) > 1 else 0.0
    return weights
