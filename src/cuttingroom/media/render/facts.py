"""What a render reports: what was made and how, and what was seen and heard on the way to the encoders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cuttingroom.core.time import Rate, TimeRange, merge_ranges
from cuttingroom.media.render.chapters import Chapter, chapters_of
from cuttingroom.media.render.coders import HOLDERS
from cuttingroom.media.render.fonts import find_missing_signs
from cuttingroom.media.render.graph import RenderGraph, Source, Span
from cuttingroom.media.render.layers import picture_tracks
from cuttingroom.media.render.profiles import Profile
from cuttingroom.media.render.segment import SegmentHead
from cuttingroom.media.render.sound.levels import SoundWindow
from cuttingroom.timeline.model import (
    FILMED,
    CaptionSource,
    TextSource,
    Timeline,
)
from cuttingroom.timeline.model import Source as ElementSource

_NAMES = (
    "profile", "container", "frame_count", "duration_ticks", "width", "height", "size_bytes", "ffmpeg",
    "has_sound", "spans", "copied_frames", "encoded_frames", "reused_frames", "sound_chunks",
    "made_sound_chunks", "loudness_lufs", "gain_db", "picture_sha256", "sound_sha256",
)  # fmt: skip
_STRETCHES = ("black", "frozen", "unseen", "silent", "fresh")


@dataclass(frozen=True)
class RenderFacts:
    """`copied_frames` were taken from their sources bit for bit, `reused_frames` from the cache.

    `black`, `frozen` and `silent` are stretches of the composed picture and the mix, before encoding;
    `unseen` was copied, so nobody looked. `fresh` was encoded by this render. `why_encoded` counts frames by
    the reason why they could not be copied. The SHA-256 are over the packets of each stream.
    `subtitles` are the tracks beside the picture: a language and how many cues.
    `loudness_lufs` is what was measured of the mix, `gain_db` what was done about it.
    """

    profile: str
    container: str
    frame_count: int
    duration_ticks: int
    width: int
    height: int
    rate: Rate
    size_bytes: int
    ffmpeg: str
    has_sound: bool
    spans: int = 0
    copied_frames: int = 0
    encoded_frames: int = 0
    reused_frames: int = 0
    why_encoded: tuple[tuple[str, int], ...] = ()
    sound_chunks: int = 0
    made_sound_chunks: int = 0
    loudness_lufs: float | None = None
    gain_db: float = 0.0
    subtitles: tuple[tuple[str, int], ...] = ()
    picture_sha256: str = ""
    sound_sha256: str = ""
    chapters: tuple[Chapter, ...] = ()
    notes: tuple[str, ...] = ()
    black: tuple[TimeRange, ...] = ()
    frozen: tuple[TimeRange, ...] = ()
    unseen: tuple[TimeRange, ...] = ()
    silent: tuple[TimeRange, ...] = ()
    fresh: tuple[TimeRange, ...] = ()
    sound: tuple[SoundWindow, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            **{name: getattr(self, name) for name in _NAMES},
            **{name: [[r.start_ticks, r.end_ticks] for r in getattr(self, name)] for name in _STRETCHES},
            "rate": str(self.rate),
            "why_encoded": dict(self.why_encoded),
            "chapters": [[c.start_ticks, c.name] for c in self.chapters],
            "notes": list(self.notes),
            "subtitles": [list(track) for track in self.subtitles],
            "sound": [window.to_json() for window in self.sound],
        }


def span_ranges(rate: Rate, spans: Iterable[Span]) -> tuple[TimeRange, ...]:
    """The time that spans fill."""
    ranges = [TimeRange.between(rate.ticks(s.piece.first), rate.ticks(s.piece.end)) for s in spans]
    return tuple(merge_ranges(ranges))


def seen_ranges(
    rate: Rate, spans: Sequence[Span], heads: Mapping[str, SegmentHead], what: str
) -> tuple[TimeRange, ...]:
    """Where encoded spans are `black` or `frozen`."""
    ranges = [
        TimeRange.between(rate.ticks(span.piece.first + first), rate.ticks(span.piece.first + end))
        for span in spans if span.copy is None
        for first, end in getattr(heads[span.key], what)
    ]  # fmt: skip
    return tuple(merge_ranges(ranges))


def why_encoded(graph: RenderGraph) -> tuple[tuple[str, int], ...]:
    """Frames by the reason, most first."""
    counts: dict[str, int] = {}
    for span in graph.spans:
        if span.copy is None:
            counts[span.why] = counts.get(span.why, 0) + span.frames
    return tuple(sorted(counts.items(), key=lambda pair: -pair[1]))


def find_notes(timeline: Timeline, sources: Mapping[str, Source]) -> Iterable[str]:
    """What a person should know about the pictures and texts."""
    shown = [e.source for t in picture_tracks(timeline) for e in t.elements]
    used = {s.artifact_id for s in shown if isinstance(s, FILMED)}
    pictures = {a: sources[a].facts.video[0] for a in used if sources[a].facts.video}
    if any(video.is_hdr for video in pictures.values()):
        yield "HDR pictures were tone-mapped to standard range (BT.709)"
    moving = [v for a, v in pictures.items() if not sources[a].facts.is_still]
    if any(video.is_variable for video in moving):
        yield f"Sources with a variable frame rate were brought to {timeline.rate} frames per second"
    if any(video.interlaced for video in moving):
        yield "Interlaced pictures were deinterlaced"
    written = (e.source for t in timeline.tracks for e in t.elements)
    texts = [_words_of(s) for s in written]
    if missing := find_missing_signs("".join(texts)):
        yield f"The font that comes along has no signs for “{missing[:40]}”; install one that has"


def find_losses(timeline: Timeline, profile: Profile) -> Iterable[str]:
    """What the file cannot hold of the timeline."""
    if not HOLDERS[profile.container].chapters and chapters_of(timeline):
        yield f"A {profile.container.upper()} file holds no chapters; MP4, MOV, MKV, WebM, M4A and MP3 do"


def _words_of(source: ElementSource) -> str:
    if isinstance(source, TextSource):
        return source.text + source.detail
    return source.text if isinstance(source, CaptionSource) else ""
