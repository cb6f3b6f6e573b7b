"""Chooses what a talk can spare to last no longer than wanted, what is missed least first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import TICKS_PER_SECOND, TimeRange, format_ticks
from cuttingroom.planners.spoken import Choice, Talk
from cuttingroom.timeline.edits.tighten import SparedPart, Tighten, Why
from cuttingroom.timeline.speech.cutting import SENTENCE_REACH_TICKS, WORD_REACH_TICKS
from cuttingroom.timeline.speech.fillers import count_fillers, find_fillers
from cuttingroom.timeline.speech.hearing import list_sources
from cuttingroom.timeline.speech.importance import weigh_sentences
from cuttingroom.timeline.speech.repeats import find_repeats
from cuttingroom.timeline.speech.sentences import Span, list_sentences, shorten_text

SILENCE_TICKS = TICKS_PER_SECOND // 2
"""Pauses from this on are shortened ..."""
AIR_TICKS = 15 * TICKS_PER_SECOND // 100
"""... until so much is left at either side."""
MOST_GIVEN_BACK = 100


class _Spared(NamedTuple):
    """A stretch of the timeline that can go."""

    why: Why
    range: TimeRange
    text: str


def choose_tight(talk: Talk, target_ticks: int) -> Choice:
    """What goes so that the video lasts at most `target_ticks`: silences, then fillers, repeated takes,
    sentences.

    Raises InvalidInput when it is short enough already, and when it cannot become so short.
    """
    need = talk.end_ticks - target_ticks
    if need <= 0:
        raise InvalidInput(
            f"The video lasts {format_ticks(talk.end_ticks)}, which is within {format_ticks(target_ticks)} "
            "already."
        )
    spared: list[_Spared] = []
    for found in (_list_silences(talk), _list_fillers(talk), _list_repeats(talk)):
        spared = _add_until(talk, spared, found, need)
    if _gone(talk, spared) < need:
        spared += _choose_sentences(talk, spared, need, target_ticks)
    spared.sort(key=lambda s: s.range.start_ticks)
    parts = [
        SparedPart(artifact_id=p.artifact_id, range=p.range, text=p.text, why=s.why)
        for s in spared
        for p in list_sources(talk.timeline, s.range, s.text)
    ]
    return Choice(Tighten(target_ticks=target_ticks, parts=tuple(parts)), tuple(_explain(talk, spared)))


def _add_until(talk: Talk, spared: list[_Spared], found: Iterable[_Spared], need: int) -> list[_Spared]:
    """As many of `found`, in their order, as are needed; the last silence only as far as needed."""
    kept = list(spared)
    for one in found:
        missing = need - _gone(talk, kept)
        if missing <= 0:
            break
        if one.why == "silence" and one.range.duration_ticks > missing:
            start, frame = one.range.start_ticks, talk.timeline.rate.frame_ticks
            one = one._replace(
                range=TimeRange.between(start, min(one.range.end_ticks, start + missing + frame))
            )
        kept.append(one)
    return kept


def _gone(talk: Talk, spared: Sequence[_Spared]) -> int:
    """How much goes, on the frame grid."""
    return _total(talk, [(s.range.start_ticks, s.range.end_ticks) for s in spared])


def _total(talk: Talk, spans: Iterable[tuple[int, int]]) -> int:
    """How long stretches are together, on the frame grid, without counting any time twice."""
    snap, total, reached = talk.timeline.rate.snap, 0, 0
    for start, end in sorted((snap(a), snap(b)) for a, b in spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _list_silences(talk: Talk) -> list[_Spared]:
    """Pauses without the air beside the voice, the longest first."""
    long = [q for q in _list_pauses(talk) if q.duration_ticks >= SILENCE_TICKS]
    found: list[_Spared] = []
    for pause in sorted(long, key=lambda q: -q.duration_ticks):
        start = pause.start_ticks + (AIR_TICKS if pause.start_ticks > 0 else 0)
        end = pause.end_ticks - (AIR_TICKS if pause.end_ticks < talk.end_ticks else 0)
        length = format_ticks(pause.duration_ticks)
        found.append(_Spared("silence", TimeRange.between(start, end), f"silence of {length}"))
    return found


def _list_pauses(talk: Talk) -> list[TimeRange]:
    """The silences that were measured, else the time between words."""
    if any(a in talk.context.silences for a in talk.files):
        return [q for q in talk.quiet if q.end_ticks <= talk.end_ticks]
    words = talk.words
    edges = [(a.end_ticks, b.start_ticks) for a, b in pairwise(words)]
    edges = [(0, words[0].start_ticks), *edges, (words[-1].end_ticks, talk.end_ticks)]
    return [TimeRange.between(a, b) for a, b in edges if b > a]


def _list_fillers(talk: Talk) -> list[_Spared]:
    return [
        _Spared("filler", talk.gaps.cut_out(s, WORD_REACH_TICKS), talk.text(s))
        for s in find_fillers(talk.words)
    ]


def _list_repeats(talk: Talk) -> list[_Spared]:
    return [
        _Spared("repeat", talk.gaps.cut_out(r.gone, SENTENCE_REACH_TICKS), talk.text(r.gone))
        for r in find_repeats(talk.words)
    ]


def _choose_sentences(talk: Talk, spared: list[_Spared], need: int, target_ticks: int) -> list[_Spared]:
    """The sentences that matter least, as few as are needed; those that need not go after all come back."""
    repeated = {n for r in find_repeats(talk.words) for n in range(r.gone.first, r.gone.end)}
    sentences = list_sentences(talk.words)
    cuts = [_cut_sentence(talk, sentences, n) for n in range(len(sentences))]
    order = _order_by_weight(talk, sentences, repeated)
    before = [(s.range.start_ticks, s.range.end_ticks) for s in spared]

    def total(chosen: Iterable[int]) -> int:
        return _total(talk, [*before, *(cuts[n] for n in chosen)])

    if total(order) < need:
        shortest = format_ticks(talk.end_ticks - total(order))
        raise InvalidInput(
            f"It cannot be brought down to {format_ticks(target_ticks)}: without silences, fillers, repeated "
            f"takes and all but one sentence it still lasts {shortest}.",
            options=(f"down to {shortest}",),
        )
    low, high = 1, len(order)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if total(order[:middle]) >= need else (middle + 1, high)
    chosen = _without_unneeded(order[:low], lambda rest: total(rest) >= need)
    return [_Spared("sentence", TimeRange.between(*cuts[n]), talk.text(sentences[n])) for n in sorted(chosen)]


def _order_by_weight(talk: Talk, sentences: Sequence[Span], repeated: set[int]) -> list[int]:
    """The sentences that are no repeats, what matters least first; the one that matters most is not among
    them."""
    weights = weigh_sentences(talk.words, sentences)
    whole = [n for n, s in enumerate(sentences) if not repeated.issuperset(range(s.first, s.end))]
    return sorted(whole, key=lambda n: (weights[n], n))[:-1]


def _without_unneeded(chosen: Sequence[int], is_enough: Callable[[set[int]], bool]) -> set[int]:
    """As much as can come back, what matters most first."""
    kept = set(chosen)
    for n in list(reversed(chosen))[:MOST_GIVEN_BACK]:
        if is_enough(kept - {n}):
            kept.remove(n)
    return kept


def _cut_sentence(talk: Talk, sentences: Sequence[Span], n: int) -> tuple[int, int]:
    """The stretch that goes with a sentence. Those of neighbours overlap, so that nothing is left between
    them."""
    cut = talk.gaps.cut_out(sentences[n], SENTENCE_REACH_TICKS)
    return cut.start_ticks, cut.end_ticks


def _explain(talk: Talk, spared: Sequence[_Spared]) -> Iterable[str]:
    by = {why: [s for s in spared if s.why == why] for why in ("silence", "filler", "repeat", "sentence")}
    if by["silence"]:
        saved = sum(s.range.duration_ticks for s in by["silence"])
        yield f"First silences: {len(by['silence'])} shortened, which saves {format_ticks(saved)}."
    if by["filler"]:
        cuts = {s.range.start_ticks for s in by["filler"]}
        spans = [s for s in find_fillers(talk.words) if talk.gaps.cut_out(s).start_ticks in cuts]
        yield f"Then fillers: {count_fillers(talk.words, spans)}."
    for one in by["repeat"]:
        yield f"Then a repeated take: {_quoted(one)} is said again."
    for one in by["sentence"]:
        yield f"Then what matters least: {_quoted(one)}"


def _quoted(one: _Spared) -> str:
    return f"{format_ticks(one.range.start_ticks)} “{shorten_text(one.text, 80)}”"
