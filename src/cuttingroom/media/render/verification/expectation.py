"""What a finished file must be: from the timeline it was made of and what the render saw on its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cuttingroom.core.time import Rate, TimeRange, merge_ranges
from cuttingroom.media.render.chapters import Chapter, chapters_of
from cuttingroom.media.render.coders import HOLDERS
from cuttingroom.media.render.encoders import expected_streams
from cuttingroom.media.render.finish import gif_step
from cuttingroom.media.render.graphics.graphic import Graphic, graphic_of
from cuttingroom.media.render.layers import Layer, Layers, Piece
from cuttingroom.media.render.profiles import Profile
from cuttingroom.media.render.sound.levels import SoundWindow
from cuttingroom.timeline.effects import FadeIn, FadeOut, Point
from cuttingroom.timeline.model import CaptionSource, TextPlace, TextSource, Timeline


@dataclass(frozen=True)
class TextSpot:
    """A text that must be seen on `frame` of the timeline, which is frame 0 of `graphic`'s clock."""

    frame: int
    graphic: Graphic


@dataclass(frozen=True)
class Expectation:
    """Sizes in pixels. `rate` and `frame_count` are the timeline's; the file shows every `step`th frame.

    `codec` and `audio_codec` are None where there must be no such stream. `black`, `frozen` and `silent` are
    allowed stretches; None means unknown. `unseen` was copied: its borders with encoded pictures are joins.
    `chapters` are those that the file must have; None means unknown.
    `fresh` was made by this render; None means all. The SHA-256 are over the packets of each stream; "" means
    unknown. `loudness_lufs` is what the sound was brought to, `peak_dbtp` the most that is allowed.
    """

    width: int
    height: int
    rate: Rate
    frame_count: int
    step: int = 1
    container: str = HOLDERS["mp4"].name
    codec: str | None = "h264"
    audio_codec: str | None = "aac"
    black: tuple[TimeRange, ...] | None = None
    frozen: tuple[TimeRange, ...] | None = None
    silent: tuple[TimeRange, ...] | None = None
    unseen: tuple[TimeRange, ...] = ()
    fresh: tuple[TimeRange, ...] | None = None
    picture_sha256: str = ""
    sound_sha256: str = ""
    loudness_lufs: float | None = None
    peak_dbtp: float | None = None
    sound: tuple[SoundWindow, ...] = ()
    texts: tuple[TextSpot, ...] = ()
    chapters: tuple[Chapter, ...] | None = None
    subtitles: tuple[str, ...] = ()
    """The languages of the tracks of subtitles, in order."""

    @property
    def duration_ticks(self) -> int:
        return self.rate.ticks(self.frame_count)

    @property
    def pictures(self) -> int:
        """How many pictures the file has."""
        return -(-self.frame_count // self.step) if self.codec is not None else 0


def expectation_of(
    timeline: Timeline, facts: Mapping[str, Any], profile: Profile | None = None
) -> Expectation:
    """What a render of `timeline` must be, by its `RenderFacts.to_json()` (KeyError for other facts).

    Without a profile it is one of the H.264 and AAC files that were rendered before there were others.
    """
    frames = timeline.rate.frames(timeline.duration_ticks)
    found: dict[str, Any] = {
        "width": facts["width"],
        "height": facts["height"],
        "rate": timeline.rate,
        "frame_count": frames,
        "silent": _spans(facts["silent"]),
        "subtitles": tuple(language for language, _ in facts.get("subtitles", ())),
        "sound": tuple(SoundWindow(w["start"], tuple(w["levels"])) for w in facts["sound"]),
    }
    unseen = _spans(facts.get("unseen", ()))
    for name in ("black", "frozen"):
        found[name] = tuple(merge_ranges([*_spans(facts[name]), *unseen]))
    if profile is None:
        return Expectation(**found, texts=_text_spots(timeline, 1))
    streams = expected_streams(profile)
    is_gif = profile.container == "gif"
    step = gif_step(timeline.rate, profile) if is_gif else 1
    audio = profile.audio
    return Expectation(
        **found,
        step=step,
        container=streams.container,
        codec=streams.video,
        audio_codec=streams.audio,
        unseen=unseen,
        fresh=_spans(facts["fresh"]) if not is_gif else None,
        # a GIF is made anew from the packets that these are about
        picture_sha256=facts["picture_sha256"] if not is_gif else "",
        sound_sha256=facts["sound_sha256"],
        # a mix of nothing but silence cannot be brought to any loudness
        loudness_lufs=audio.loudness_lufs if audio and facts["loudness_lufs"] is not None else None,
        peak_dbtp=audio.peak_dbtp if audio else None,
        chapters=chapters_of(timeline) if HOLDERS[profile.container].chapters else (),
        texts=_text_spots(timeline, step) if streams.video else (),
    )


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[TimeRange, ...]:
    return tuple(TimeRange.between(start, end) for start, end in pairs)


def _text_spots(timeline: Timeline, step: int) -> tuple[TextSpot, ...]:
    """The middle frame of each text that can be recognised there, in order."""
    rate, layers = timeline.rate, Layers.of(timeline).layers
    spots: list[TextSpot] = []
    for number, layer in enumerate(layers):
        for element in layer.track.elements:
            source = element.source
            faded = any(isinstance(e, (FadeIn, FadeOut)) and e.enabled for e in element.effects)
            if isinstance(source, (TextSource, CaptionSource)) and element.opacity > 0.5 and not faded:
                first, end = rate.frames(element.start_ticks), rate.frames(element.end_ticks)
                frame = min(rate.frames(element.start_ticks + element.duration_ticks // 2), end - 1)
                frame -= frame % step
                if frame >= first and not _is_covered(source.position, frame, layers[number + 1 :]):
                    spots.append(TextSpot(frame, graphic_of(element, first - frame, rate.frame_ticks)))
    return tuple(sorted(spots, key=lambda s: s.frame))


def _is_covered(position: TextPlace, frame: int, above: Sequence[Layer]) -> bool:
    """Whether a picture, or a text at the same height, lies over a text there."""
    for element in (p.element for layer in above for p in layer.within(Piece(frame, frame + 1))):
        source = element.source
        is_text = isinstance(source, (TextSource, CaptionSource))
        if _height(source.position) == _height(position) if is_text else element.has_picture:
            return True
    return False


def _height(position: TextPlace) -> str:
    if isinstance(position, Point):
        return ("top", "centre", "bottom")[min(2, int(3 * position.y))]
    return "bottom" if position == "lower_third" else position.partition("_")[0]
