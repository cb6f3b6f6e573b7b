"""Finds what somebody said again: restarts in a sentence, and whole takes of which the last one counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.timeline.speech.fillers import is_sound
from cuttingroom.timeline.speech.sentences import Span, is_end, list_sentences
from cuttingroom.timeline.speech.terms import letters
from cuttingroom.timeline.transcript import Word

WORDS_PER_SLIP, WORDS_PER_SLIP_FINISHED = 4, 6
"""One word in so many may differ in the next take; fewer when the first one was a whole sentence and nobody
said that it would be said again."""
FEWEST_WORDS = 3
"""Takes of fewer words are no takes: "Thank you. Thank you." is meant."""
MOST_PHRASES = 8
"""So many sentences, or parts of them between pauses, may belong to one take."""
PAUSE_TICKS = 6 * TICKS_PER_SECOND // 10
"""Who says something again pauses first."""
MOST_ASIDE_WORDS = 10
MOST_PAUSE_TICKS = 45 * TICKS_PER_SECOND
"""Said again after more than this it is said on purpose."""
_ASIDE = re.compile(
    r"\b(sorry|again|wait|oops|no|nope|okay|ok|hang on|hold on|let me|one more|start over|from the top|redo|"
    r"take (?:two|three|four|five|\d+)|scratch that|damn|excuse me|my bad|ugh)\b",
    re.IGNORECASE,
)
_STUTTERED_WORDS = (
    "a an and are as at be because but by can do for from has have he her his how i i'm if in is it "
    "it's its my of on or our she so some that's the their there they this to was we we're were what "
    "when where which who will with would you your"
)
_STUTTERED = frozenset(letters(word) for word in re.findall(r"\S+", _STUTTERED_WORDS))
"""Words that nobody says twice on purpose ("very very" and "that that" people do)."""
_MOST_RESTART = 8


class Repeat(NamedTuple):
    """`gone` is what was said before it was said again as `kept`."""

    gone: Span
    kept: Span


def find_repeats(words: Sequence[Word]) -> list[Repeat]:
    """What was said again, in order and apart from each other. Of several takes all but the last one go.

    An aside between two takes ("sorry, again") goes with the one before it. A last take that breaks off while
    the one before was whole goes instead of it.
    """
    takes = _find_takes(words)
    covered = [t.gone for t in takes]
    restarts = [
        r
        for r in _find_restarts(words)
        if all(r.gone.end <= c.first or c.end <= r.gone.first for c in covered)
    ]
    return sorted([*takes, *restarts])


def _find_takes(words: Sequence[Word]) -> list[Repeat]:
    sentences = list_sentences(words, PAUSE_TICKS)
    found: list[Repeat] = []
    n = 0
    while n < len(sentences):
        take = _take_at(words, sentences, n)
        if take is None:
            n += 1
            continue
        found.append(take)
        n = next(m for m, s in enumerate(sentences) if s.end >= take.gone.end)
        n += 1
    return found


def _take_at(words: Sequence[Word], sentences: Sequence[Span], n: int) -> Repeat | None:
    """The take that begins with sentence `n` and is said again, or breaks off after having been said."""
    for size in range(MOST_PHRASES, 0, -1):
        if n + size >= len(sentences):
            continue
        take = Span(sentences[n].first, sentences[n + size - 1].end)
        again = _after_asides(words, sentences, n + size)
        if again is None or not _is_near(words, take, sentences[again]):
            continue
        is_finished = again == n + size and is_end(words[take.end - 1].text)
        slips = WORDS_PER_SLIP_FINISHED if is_finished else WORDS_PER_SLIP
        kept = _said_again(words, take, sentences[again].first, slips)
        if kept is not None:
            return Repeat(Span(take.first, sentences[again].first), kept)
        if size == 1 and _breaks_off(words, take, sentences[again]):
            return Repeat(Span(take.end, sentences[again].end), take)
    return None


def _after_asides(words: Sequence[Word], sentences: Sequence[Span], n: int) -> int | None:
    """The first sentence from `n` on that is no aside."""
    room = MOST_ASIDE_WORDS
    while n < len(sentences):
        span = sentences[n]
        room -= span.end - span.first
        if room < 0 or not _ASIDE.search(span.text(words)):
            return n
        n += 1
    return None


def _is_near(words: Sequence[Word], take: Span, again: Span) -> bool:
    return words[again.first].start_ticks - words[take.end - 1].end_ticks <= MOST_PAUSE_TICKS


def _said_again(words: Sequence[Word], take: Span, at: int, words_per_slip: int) -> Span | None:
    """What is said from word `at` on that repeats the take from its beginning; None when it does not.

    A take that was broken off may end in half a word, or in an aside.
    """
    said = _tokens(words, take)
    while said and _ASIDE.fullmatch(said[-1]):
        said = said[:-1]
    if len(said) < FEWEST_WORDS:
        return None
    ahead = _tokens(words, Span(at, min(len(words), at + 2 * len(said) + 4)))
    if _is_same(said[0], ahead[:1]) + _is_same(said[1], ahead[1:2]) == 0:
        return None
    slips, size = _best_prefix(said, ahead)
    is_close = slips * words_per_slip <= len(said) or _is_within(said, ahead[: len(said) + 1])
    if size < FEWEST_WORDS or not is_close:
        return None
    return Span(at, min(len(words), at + size))


def _breaks_off(words: Sequence[Word], take: Span, again: Span) -> bool:
    """Whether `again` is the beginning of the take once more, and then ends in a dash."""
    if not words[again.end - 1].text.endswith(("-", "–", "—", "…")):
        return False
    said, whole = _tokens(words, again), _tokens(words, take)
    return FEWEST_WORDS <= len(said) < len(whole) and all(
        _is_same(a, [b]) for a, b in zip(said, whole, strict=False)
    )


def _tokens(words: Sequence[Word], span: Span) -> list[str]:
    said = [letters(w.text) for w in words[span.first : span.end] if not is_sound(w.text)]
    return [w for w in said if w]


def _is_same(one: str, other: Sequence[str]) -> bool:
    """Whether the next word is the same, or the rest of a word that broke off."""
    return bool(other) and (one == other[0] or (len(one) > 2 and other[0].startswith(one)))


def _is_within(said: Sequence[str], ahead: Sequence[str]) -> bool:
    """Whether all the words are said again in their order, with others between them."""
    rest = iter(ahead)
    return all(any(_is_same(word, [other]) for other in rest) for word in said)


def _best_prefix(said: Sequence[str], ahead: Sequence[str]) -> tuple[int, int]:
    """How many words differ from the closest beginning of `ahead`, and how many words that has."""
    row = list(range(len(ahead) + 1))
    for n, word in enumerate(said, 1):
        last, row[0] = row[0], n
        for m, other in enumerate(ahead, 1):
            cost = 0 if _is_same(word, [other]) else 1
            last, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, last + cost)
    slips = min(row)
    return slips, max(m for m, s in enumerate(row) if s == slips)


def _find_restarts(words: Sequence[Word]) -> list[Repeat]:
    """Words that are said twice in a row: "we can we can go", and "the the"."""
    said = [(n, letters(w.text), w.text[-1]) for n, w in enumerate(words) if not is_sound(w.text)]
    found: list[Repeat] = []
    at = 0
    while at < len(said):
        size = _restart_at(said, at)
        if size:
            first, again, last = said[at][0], said[at + size][0], said[at + 2 * size - 1][0]
            found.append(Repeat(Span(first, again), Span(again, last + 1)))
        at += max(1, size)
    return found


def _restart_at(said: Sequence[tuple[int, str, str]], at: int) -> int:
    """How many words are said twice from here on; 0 for none."""
    for size in range(min(_MOST_RESTART, (len(said) - at) // 2), 0, -1):
        once = [word for _, word, _ in said[at : at + size]]
        twice = [word for _, word, _ in said[at + size : at + 2 * size]]
        if once != twice or not all(once) or len(set(once)) < min(size, 2):
            continue
        is_meant = size == 1 and once[0] not in _STUTTERED
        ends = [end for _, _, end in said[at : at + size]]
        if not is_meant and not any(e in ".?!" for e in ends) and not (size > 1 and ends[-1] == ","):
            return size
    return 0
