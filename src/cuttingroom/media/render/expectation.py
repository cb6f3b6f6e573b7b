"""What a finished file must be: from the timeline it was made of and what the render saw on its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cuttingroom.core.time import Rate, TimeRange
from cuttingroom.media.render.graph import picture_tracks
from cuttingroom.media.render.levels import SoundWindow
from cuttingroom.media.render.text import TextEvent
from cuttingroom.timeline.model import CaptionSource, FadeIn, FadeOut, TextSource, Timeline

_MOST_TEXTS = 6


@dataclass(frozen=True)
class TextSpot:
    """A text that must be seen on `frame`."""

    frame: int
    event: TextEvent


@dataclass(frozen=True)
class Expectation:
    """Lengths in ticks and frames. `black`, `frozen`, `silent` are allowed stretches; None means unknown."""

    width: int
    height: int
    rate: Rate
    frame_count: int
    has_sound: bool = True
    codec: str = "h264"
    audio_codec: str = "aac"
    black: tuple[TimeRange, ...] | None = None
    frozen: tuple[TimeRange, ...] | None = None
    silent: tuple[TimeRange, ...] | None = None
    sound: tuple[SoundWindow, ...] = ()
    texts: tuple[TextSpot, ...] = ()

    @property
    def duration_ticks(self) -> int:
        return self.rate.ticks(self.frame_count)


def expectation_of(timeline: Timeline, facts: Mapping[str, Any]) -> Expectation:
    """What a render of `timeline` must be; `facts` is `RenderFacts.to_json()` (KeyError when it is not)."""
    return Expectation(
        width=facts["width"],
        height=facts["height"],
        rate=timeline.rate,
        frame_count=timeline.rate.frames(timeline.duration_ticks),
        has_sound=facts["has_sound"],
        black=_spans(facts["black"]),
        frozen=_spans(facts["frozen"]),
        silent=_spans(facts["silent"]),
        sound=tuple(SoundWindow(w["start"], tuple(w["levels"])) for w in facts["sound"]),
        texts=tuple(_text_spots(timeline)),
    )


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[TimeRange, ...]:
    return tuple(TimeRange.between(start, end) for start, end in pairs)


def _text_spots(timeline: Timeline) -> list[TextSpot]:
    """The middle frames of a few texts, spread over the timeline: captions first, which are the most."""
    rate = timeline.rate
    spots: list[TextSpot] = []
    for track in picture_tracks(timeline):
        for element in track.elements:
            source = element.source
            faded = any(isinstance(e, (FadeIn, FadeOut)) and e.enabled for e in element.effects)
            if isinstance(source, (TextSource, CaptionSource)) and element.opacity > 0.5 and not faded:
                frame = rate.frames(element.start_ticks + element.duration_ticks // 2)
                event = TextEvent(
                    frame, frame + 1, source.text, source.style, source.position, element.opacity
                )
                spots.append(TextSpot(min(frame, rate.frames(element.end_ticks) - 1), event))
    spots.sort(key=lambda s: s.frame)
    step = max(1, -(-len(spots) // _MOST_TEXTS))
    return spots[::step]
