"""Captions on their tracks: one track for each language, captions on the frame grid, looks by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from cuttingroom.core.time import TICKS_PER_SECOND, Rate, TimeRange
from cuttingroom.timeline.captions import Caption, CaptionRules
from cuttingroom.timeline.edits.add_track import with_new_track
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
    StyleParts,
    TextPlace,
    TextStyle,
    Timeline,
    TimelineSettings,
    Track,
    TrackKind,
    WordHighlight,
)
from cuttingroom.timeline.pieces import map_words
from cuttingroom.timeline.presets import CAPTION_PRESETS, CaptionLook, CaptionPreset, characters_for
from cuttingroom.timeline.transcript import Word

LINGER_TICKS = TICKS_PER_SECOND // 2
"""A caption stays this much longer, or until the next one, so that short gaps do not flicker."""
MOST_WORD_CHARACTERS = 200
PLAIN = CaptionPreset(
    TextStyle(size=0.05, box=True, outline=0), None, "as captions were before there were presets"
)


@dataclass(frozen=True)
class CaptionsLook:
    """How captions look, and how much one of them holds."""

    preset: CaptionPreset
    style: TextStyle
    position: TextPlace
    highlight: WordHighlight | None
    language: str

    @classmethod
    def of(
        cls,
        preset: CaptionLook | None,
        style: StyleParts,
        position: TextPlace | None,
        highlight: WordHighlight | Literal["none"] | None,
        language: str,
    ) -> CaptionsLook:
        base = CAPTION_PRESETS[preset] if preset else PLAIN
        lit = base.highlight if highlight is None else None if highlight == "none" else highlight
        place: TextPlace = "bottom" if position is None else position
        return cls(base, style.over(base.style), place, lit, language)

    def rules(
        self, settings: TimelineSettings, characters: int | None, lines: int | None, words: int | None
    ) -> CaptionRules:
        """What fits a caption; what is None comes from the preset and the width of the frame."""
        return CaptionRules(
            max_characters=characters or characters_for(settings, self.style, self.preset.max_characters),
            max_lines=lines or self.preset.max_lines,
            max_words=words or self.preset.max_words,
        )

    def source(self, text: str, words: tuple[Word, ...]) -> CaptionSource:
        return CaptionSource(
            text=text,
            words=words,
            language=self.language,
            position=self.position,
            style=self.style,
            highlight=self.highlight,
        )


def place_captions(
    captions: Sequence[Caption], before: Timeline, look: CaptionsLook, id_prefix: str
) -> Iterator[Element]:
    """Elements for captions in order, none over another."""
    end = 0
    nexts = [c.start_ticks for c in captions[1:]] + [before.duration_ticks]
    for n, (caption, next_ticks) in enumerate(zip(captions, nexts, strict=True), start=1):
        span = _shown(caption, end, next_ticks, before.rate)
        end = span.end_ticks
        start = span.start_ticks
        words = map_words(caption.words, span.duration_ticks, lambda t, start=start: t - start)
        yield Element(
            id=f"{id_prefix[:30]}_{n}",
            start_ticks=start,
            duration_ticks=span.duration_ticks,
            source=look.source(caption.text, words),
        )


def _shown(caption: Caption, earliest_ticks: int, next_ticks: int, rate: Rate) -> TimeRange:
    """When a caption is on screen: from its first word, a little past its last, on the frame grid."""
    frame = rate.frame_ticks
    start = max(earliest_ticks, caption.start_ticks // frame * frame)
    wanted = min(caption.end_ticks + LINGER_TICKS, max(next_ticks, caption.end_ticks))
    return TimeRange.between(start, max(start + frame, wanted // frame * frame))


def with_captions(
    before: Timeline, elements: tuple[Element, ...], language: str | None, new_track_id: str
) -> Timeline:
    """The timeline with these captions in place of those in `language` (of the first track when it is None).

    Captions in other languages at the same place are hidden, so that none is drawn over another.
    """
    track = find_captions_track(before, language)
    if track is None:
        name = f"Captions ({language})" if language is not None and _captions_tracks(before) else "Captions"
        new = Track(id=new_track_id, kind=TrackKind.CAPTIONS, name=name, elements=elements)
        after = with_new_track(before, new)
    else:
        new = track.model_copy(update={"elements": elements, "transitions": (), "visible": True})
        after = before.with_track(new)
    places = _places(new)
    for other in _captions_tracks(after):
        taken = language is not None and other.id != new.id and any(p in places for p in _places(other))
        if taken and other.visible:
            after = after.with_track(other.model_copy(update={"visible": False}))
    return after


def _places(track: Track) -> list[TextPlace]:
    return [e.source.position for e in track.elements if isinstance(e.source, CaptionSource)]


def find_captions_track(before: Timeline, language: str | None) -> Track | None:
    """The captions track of a language, or an empty one; the first of all when `language` is None."""
    tracks = _captions_tracks(before)
    if language is None:
        return tracks[0] if tracks else None
    return next((t for t in tracks if not t.elements or is_same_language(language_of(t), language)), None)


def captions_in(before: Timeline, language: str | None) -> list[Track]:
    """The captions tracks of a language, or all."""
    return [
        t for t in _captions_tracks(before) if language is None or is_same_language(language_of(t), language)
    ]


def language_of(track: Track) -> str:
    """The language of a captions track, `und` when it has none."""
    sources = (e.source for e in track.elements)
    return next((s.language for s in sources if isinstance(s, CaptionSource)), "und")


def is_same_language(one: str, other: str) -> bool:
    """`en-GB` counts as `en`."""
    return one.lower().partition("-")[0] == other.lower().partition("-")[0]


def spread_words(texts: Sequence[str], start_ticks: int, end_ticks: int) -> tuple[Word, ...]:
    """The words over a stretch of time, each in proportion to its letters."""
    texts = [t[:MOST_WORD_CHARACTERS] for t in texts]
    length = end_ticks - start_ticks
    if not texts or length < len(texts):
        return ()
    ends = list(accumulate(len(t) + 1 for t in texts))
    edges = [start_ticks + length * e // ends[-1] for e in (0, *ends)]
    return tuple(
        Word(text=t, start_ticks=a, end_ticks=max(a + 1, b))
        for t, a, b in zip(texts, edges, edges[1:], strict=False)
    )


def _captions_tracks(before: Timeline) -> list[Track]:
    return [t for t in before.tracks if t.kind is TrackKind.CAPTIONS]


def all_words(elements: Iterable[Element]) -> list[Word] | None:
    """The words of captions on the timeline's clock; None where a text is not that of its words."""
    words: list[Word] = []
    for element in elements:
        source = element.source
        assert isinstance(source, CaptionSource)
        if source.text.split() != [t for w in source.words for t in w.text.split()]:
            return None
        at = element.start_ticks
        words += [
            w.model_copy(update={"start_ticks": at + w.start_ticks, "end_ticks": at + w.end_ticks})
            for w in source.words
        ]
    return words
