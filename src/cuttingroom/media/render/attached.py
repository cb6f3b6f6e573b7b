"""Captions beside the picture: a track of subtitles for each language, which a player shows or hides.

mov_text (3GPP TS 26.245) in MP4 and MOV, WebVTT in WebM, SubRip in Matroska; packets are written here.
"""

from __future__ import annotations

import html
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
from av.stream import Disposition

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.media.render.profiles import Profile
from cuttingroom.timeline.model import CaptionSource, Timeline, Track, TrackKind

CODECS: Mapping[str, str] = {"mp4": "mov_text", "mov": "mov_text", "webm": "webvtt", "mkv": "subrip"}
"""What the tracks of a container are coded as, by ffmpeg's names."""

_TIME_BASE = Fraction(1, 1000)
_HEADER = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, \
MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
"""ffmpeg wants a style before it writes the head of a track; it is the plainest there is."""
_CODES = {
    "ar": "ara", "bg": "bul", "bn": "ben", "ca": "cat", "cs": "ces", "da": "dan", "de": "deu", "el": "ell",
    "en": "eng", "es": "spa", "et": "est", "fa": "fas", "fi": "fin", "fr": "fra", "ga": "gle", "he": "heb",
    "hi": "hin", "hr": "hrv", "hu": "hun", "id": "ind", "is": "isl", "it": "ita", "ja": "jpn", "ko": "kor",
    "lt": "lit", "lv": "lav", "ms": "msa", "nl": "nld", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron",
    "ru": "rus", "sk": "slk", "sl": "slv", "sr": "srp", "sv": "swe", "ta": "tam", "te": "tel", "th": "tha",
    "tl": "tgl", "tr": "tur", "uk": "ukr", "ur": "urd", "vi": "vie", "zh": "zho",
}  # fmt: skip
"""ISO 639-1 to 639-2, as containers want it."""


@dataclass(frozen=True)
class Subtitles:
    """A track of cues in order, none over another: (start, end, text) in milliseconds."""

    language: str
    cues: tuple[tuple[int, int, str], ...]


def attached_captions(timeline: Timeline) -> tuple[Subtitles, ...]:
    """The captions of a timeline, shown ones first."""
    tracks = [t for t in timeline.tracks if t.kind is TrackKind.CAPTIONS and t.elements]
    found = (_subtitles(t) for t in sorted(tracks, key=lambda t: not t.visible))
    return tuple(s for s in found if s.cues)


def without_captions(timeline: Timeline) -> Timeline:
    """The timeline with no captions in the picture."""
    tracks = tuple(
        t.model_copy(update={"visible": False}) if t.kind is TrackKind.CAPTIONS else t
        for t in timeline.tracks
    )
    return timeline.model_copy(update={"tracks": tracks})


def check_attachable(profile: Profile) -> None:
    """Raise InvalidInput when the profile's container holds no subtitles."""
    if profile.container not in CODECS or profile.video is None:
        raise InvalidInput(
            f"A {profile.container.upper()} file holds no subtitles.",
            advice="Burn the captions in, export them as a file, or choose a profile for MP4, MOV or WebM.",
            field="captions",
        )


def add_subtitles(target: Any, container: str, subtitles: Subtitles, *, is_first: bool) -> Any:
    """A stream for them in an open output."""
    stream = target.add_stream(CODECS[container])
    stream.codec_context.subtitle_header = _HEADER
    stream.codec_context.time_base = stream.time_base = _TIME_BASE
    stream.metadata["language"] = subtitles.language
    if is_first:
        stream.disposition = Disposition.default
    return stream


def subtitle_packets(
    stream: Any, container: str, subtitles: Subtitles
) -> Iterator[tuple[float, bytes, av.Packet]]:
    """Packets with their data and the second at which each is shown."""
    for start, end, text in subtitles.cues:
        data = _coded(text, CODECS[container])
        packet = av.Packet(data)
        packet.stream = stream
        packet.time_base = _TIME_BASE
        packet.pts = packet.dts = start
        packet.duration = end - start
        packet.is_keyframe = True
        yield start / 1000, data, packet


def _subtitles(track: Track) -> Subtitles:
    cues: list[tuple[int, int, str]] = []
    language = "und"
    for element in track.elements:
        source = element.source
        if isinstance(source, CaptionSource) and (text := _plain(source.text)):
            language = language_code(source.language) if language == "und" else language
            start, end = (_milliseconds(t) for t in (element.start_ticks, element.end_ticks))
            cues.append((start, max(end, start + 1), text))
    return Subtitles(language, tuple(cues))


def language_code(language: str) -> str:
    """Three letters of ISO 639-2; `und` for what is not known."""
    short = language.lower().partition("-")[0]
    return _CODES.get(short, short if short in _CODES.values() else "und")


def _plain(text: str) -> str:
    """Without control characters and empty lines, which end a cue in some formats."""
    shown = "".join(c for c in text if c == "\n" or ord(c) >= 32)
    return "\n".join(" ".join(line.split()) for line in shown.splitlines() if line.strip())


def _coded(text: str, codec: str) -> bytes:
    if codec == "webvtt":
        return html.escape(text.replace("-->", "→"), quote=False).encode("utf-8", "replace")
    data = text.encode("utf-8", "replace")
    return struct.pack(">H", len(data)) + data if codec == "mov_text" else data


def _milliseconds(ticks: int) -> int:
    return (ticks * 1000 + TICKS_PER_SECOND // 2) // TICKS_PER_SECOND
