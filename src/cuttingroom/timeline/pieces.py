"""Parts of elements: what is left of a piece that is cut, and what it becomes when it grows."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from cuttingroom.core.time import Ratio, TimeRange, round_half_up
from cuttingroom.timeline.effects import PASSING, Clock, Effect, FadeIn, FadeOut, Zoom, clip_range
from cuttingroom.timeline.model import CaptionSource, Element, MediaSource
from cuttingroom.timeline.transcript import Word


def has_own_time(element: Element) -> bool:
    """Whether the element plays a file; stills, titles and captions have no time of their own."""
    return isinstance(element.source, MediaSource)


def reach_of(element: Element) -> TimeRange | None:
    """The stretch of the timeline that the element's whole file would cover; None when it has no end."""
    source = element.source
    if not isinstance(source, MediaSource):
        return None
    speed, opening = element.speed.fraction, source.opening_ticks
    before, after = opening, source.media_ticks - opening
    if source.backwards:
        before, after = after, before
    start = element.start_ticks - round_half_up(before / speed)
    return TimeRange.between(start, element.start_ticks + round_half_up(after / speed))


def part_of(
    element: Element,
    part: TimeRange,
    *,
    id: str | None = None,
    keeps_fade_in: bool = True,
    keeps_fade_out: bool = True,
) -> Element:
    """The element as it plays over `part` of the timeline, cut or grown at either edge.

    Fades belong to the edges and are shortened to fit, mutes and caption words stay on their moments. A file
    is never used past its ends; `reach_of` says how far a part may go.
    """
    if part == element.range and id is None and keeps_fade_in and keeps_fade_out:
        return element
    offset = part.start_ticks - element.start_ticks
    effects = [
        e
        for e in element.effects
        if not (isinstance(e, FadeIn) and not keeps_fade_in)
        and not (isinstance(e, FadeOut) and not keeps_fade_out)
    ]
    changes: dict[str, Any] = {
        "id": id or element.id,
        "start_ticks": part.start_ticks,
        "duration_ticks": part.duration_ticks,
        "effects": fit_effects(effects, part.duration_ticks, lambda t: t - offset),
    }
    if isinstance(element.source, MediaSource):
        changes["source"] = element.source.model_copy(
            update={"range": _source_part(element, element.source, part)}
        )
    elif isinstance(element.source, CaptionSource):
        words = map_words(element.source.words, part.duration_ticks, lambda t: t - offset)
        changes["source"] = with_words(element.source, words)
    return element.model_copy(update=changes)


def fit_effects(effects: Iterable[Effect], duration_ticks: int, place: Clock) -> tuple[Effect, ...]:
    """Effects for an element of another length; `place` maps the old local clock to the new one."""
    fitted = (effect.fitted(duration_ticks, place) for effect in effects)
    return tuple(effect for effect in fitted if effect is not None)


def map_words(words: Iterable[Word], duration_ticks: int, place: Clock) -> tuple[Word, ...]:
    """The words on another clock, without those whose middle falls outside 0 to `duration_ticks`."""
    kept: list[Word] = []
    for word in words:
        middle = place((word.start_ticks + word.end_ticks) // 2)
        span = clip_range(place(word.start_ticks), place(word.end_ticks), duration_ticks)
        if span is not None and 0 <= middle <= duration_ticks:
            kept.append(
                word.model_copy(update={"start_ticks": span.start_ticks, "end_ticks": span.end_ticks})
            )
    return tuple(kept)


def with_words(caption: CaptionSource, words: tuple[Word, ...]) -> CaptionSource:
    """The caption saying only `words`. Without any word times left it keeps its text."""
    text = caption.text
    if words and len(words) < len(caption.words):
        text = " ".join(word.text for word in words)
    return caption.model_copy(update={"words": words, "text": text})


def stretched(element: Element, duration_ticks: int) -> Element:
    """A still, title or caption over another length; caption words and mutes keep their share of it."""
    if duration_ticks == element.duration_ticks:
        return element
    share = Fraction(duration_ticks, element.duration_ticks)

    def place(ticks: int) -> int:
        return round_half_up(ticks * share)

    changes: dict[str, Any] = {
        "duration_ticks": duration_ticks,
        "effects": fit_effects(element.effects, duration_ticks, place),
    }
    if isinstance(element.source, CaptionSource):
        changes["source"] = with_words(element.source, map_words(element.source.words, duration_ticks, place))
    return element.model_copy(update=changes)


def at_speed(element: Element, speed: Ratio, duration_ticks: int, *, keep_pitch: bool) -> Element:
    """The same part of a file played in another time. All effects keep their moments of the file."""
    share = Fraction(duration_ticks, element.duration_ticks)

    def place(ticks: int) -> int:
        return round_half_up(ticks * share)

    effects = [
        e.model_copy(update={"duration_ticks": max(1, place(e.duration_ticks))})
        if isinstance(e, (FadeIn, FadeOut))
        else e
        for e in element.effects
    ]
    changes = {
        "speed": speed,
        "keep_pitch": keep_pitch,
        "duration_ticks": duration_ticks,
        "effects": fit_effects(effects, duration_ticks, place),
    }
    return element.model_copy(update=changes)


def turned(element: Element) -> Element:
    """A file's part played the other way round. Effects keep their moments of the file, fades their edges."""
    assert isinstance(element.source, MediaSource)
    source = element.source.model_copy(update={"backwards": not element.source.backwards})
    effects = tuple(e.mirrored(element.duration_ticks) for e in element.effects)
    return element.model_copy(update={"source": source, "effects": effects})


def held_effects(element: Element, at_ticks: int) -> tuple[Effect, ...]:
    """What is done to the picture of an element at a moment of its own clock, for a still of it."""
    zooms = sorted((e for e in element.effects if isinstance(e, Zoom)), key=lambda z: z.range.start_ticks)
    begun = [z for z in zooms if z.enabled and z.range.start_ticks <= at_ticks] or zooms[:1]
    passed = (*PASSING, Zoom)
    seen = (e.held(at_ticks) for e in element.effects if e in begun[-1:] or not isinstance(e, passed))
    return tuple(e for e in seen if e is not None)


def _source_part(element: Element, source: MediaSource, part: TimeRange) -> TimeRange:
    start, end = source.range.start_ticks, source.range.end_ticks
    opening, closing = (end, start) if source.backwards else (start, end)
    if part.start_ticks != element.start_ticks:
        opening = element.source_ticks_at(part.start_ticks)
    if part.end_ticks != element.end_ticks:
        closing = element.source_ticks_at(part.end_ticks)
    start, end = (closing, opening) if source.backwards else (opening, closing)
    end = max(1, min(end, source.media_ticks))
    return TimeRange.between(max(0, min(start, end - 1)), end)
