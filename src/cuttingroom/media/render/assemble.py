"""One file out of packets: pictures of all spans in order, copied or encoded, and the sound beside them.

Times are counted, never added up: frame n is shown at exactly n frames. Nothing is decoded or encoded.
"""

from __future__ import annotations

import hashlib
import heapq
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import av

from cuttingroom.core import clock
from cuttingroom.core.errors import Canceled, MediaFailed
from cuttingroom.core.time import Rate
from cuttingroom.media.render.attached import Subtitles, add_subtitles, subtitle_packets
from cuttingroom.media.render.chapters import Chapter, written_chapters
from cuttingroom.media.render.segment import Packet
from cuttingroom.media.render.sound.track import SoundTrack

_FORMATS = {
    "m4a": "ipod",
    "mov": "mov",
    "mp4": "mp4",
    "mkv": "matroska",
    "webm": "webm",
    "mp3": "mp3",
    "wav": "wav",
    "flac": "flac",
}
_OPTIONS = {
    "mp4": {"movflags": "+faststart"},
    "mov": {"movflags": "+faststart"},
    "m4a": {"movflags": "+faststart"},
    "mp3": {"id3v2_version": "3"},  # of version 4 ffmpeg writes long chapters that nobody can read
}
_TAGS = {"hevc": "hvc1"}
"""What players of Apple's insist on."""
_ASK_SECONDS = 0.1


@dataclass(frozen=True)
class Part:
    """The packets of one span, in decoding order, with ranks from 0."""

    packets: Iterable[Packet]
    frames: int


@dataclass(frozen=True)
class Pictures:
    """Pictures for one stream. `template` is the head of a file, or a file, that has such a stream.

    `extradata`, where given, takes the place of the template's. `delay` is how many frames decoding runs
    ahead of presentation, at most.
    """

    codec: str
    size: tuple[int, int]
    rate: Rate
    delay: int
    template: bytes | Path
    extradata: bytes
    parts: Iterable[Part]


@dataclass(frozen=True)
class Assembled:
    """SHA-256 over the packets of each stream, in their order in the file: to know the file again."""

    frames: int
    pictures: str
    sound: str


def assemble(
    out: Path,
    container: str,
    pictures: Pictures | None,
    sound: SoundTrack | None,
    is_canceled: Callable[[], bool],
    chapters: Sequence[Chapter] = (),
    subtitles: Sequence[Subtitles] = (),
) -> Assembled:
    """Write the file `out`, with tracks of subtitles after picture and sound.

    Raises MediaFailed when a part has another number of frames, or Canceled.
    """
    digests = {"pictures": hashlib.sha256(), "sound": hashlib.sha256()}
    counts = {"pictures": 0, "sound": 0}
    with av.open(str(out), "w", format=_FORMATS[container], options=_OPTIONS.get(container, {})) as target:
        target.set_chapters(written_chapters(chapters))
        streams: list[Iterator[_Timed]] = []
        if pictures is not None:
            streams.append(_picture_packets(_picture_stream(target, pictures), pictures))
        if sound is not None:
            streams.append(_sound_packets(sound.add_stream(target), sound))
        for number, track in enumerate(subtitles):
            stream = add_subtitles(target, container, track, is_first=number == 0)
            streams.append(_subtitle_packets(stream, container, track))
        asked = clock.monotonic()
        for timed in heapq.merge(*streams, key=lambda t: t.seconds):
            if clock.monotonic() - asked > _ASK_SECONDS:
                asked = clock.monotonic()
                if is_canceled():
                    raise Canceled("The render was canceled.")
            if timed.kind in digests:
                digests[timed.kind].update(timed.data)
                counts[timed.kind] += 1
            target.mux_one(timed.packet)
    found = {kind: digests[kind].hexdigest() if count else "" for kind, count in counts.items()}
    return Assembled(counts["pictures"], found["pictures"], found["sound"])


class _Timed(NamedTuple):
    """A packet with its data and the moment at which it is decoded."""

    seconds: float
    kind: str
    data: bytes
    packet: av.Packet


def _picture_stream(target: Any, pictures: Pictures) -> Any:
    if pictures.codec == "vp9":
        return target.add_mux_stream(
            "vp9", rate=pictures.rate.fraction, width=pictures.size[0], height=pictures.size[1]
        )
    template = pictures.template
    with av.open(io.BytesIO(template) if isinstance(template, bytes) else str(template)) as source:
        stream = target.add_stream_from_template(source.streams.video[0], opaque=True)
    if pictures.extradata:
        stream.codec_context.extradata = pictures.extradata
    if tag := _TAGS.get(pictures.codec):
        stream.codec_context.codec_tag = tag
    stream.time_base = Fraction(1, pictures.rate.num)
    return stream


def _picture_packets(stream: Any, pictures: Pictures) -> Iterator[_Timed]:
    time_base, step = Fraction(1, pictures.rate.num), pictures.rate.den
    frame_seconds = step / pictures.rate.num
    done = 0
    for part in pictures.parts:
        count = 0
        for given in part.packets:
            packet = av.Packet(given.data)
            packet.stream = stream
            packet.time_base = time_base
            packet.pts = (done + given.rank) * step
            packet.dts = (done + count - pictures.delay) * step
            packet.duration = step
            packet.is_keyframe = given.is_key
            yield _Timed((done + count) * frame_seconds, "pictures", given.data, packet)
            count += 1
        if count != part.frames:
            raise MediaFailed(f"A span has {count} pictures instead of {part.frames}.", expected=part.frames)
        done += count


def _sound_packets(stream: Any, sound: SoundTrack) -> Iterator[_Timed]:
    time_base = Fraction(1, sound.sample_rate)
    at = -sound.initial_padding
    for data, samples in sound.packets():
        packet = av.Packet(data)
        packet.stream = stream
        packet.time_base = time_base
        packet.pts = packet.dts = at
        packet.duration = samples
        yield _Timed(at / sound.sample_rate, "sound", data, packet)
        at += samples


def _subtitle_packets(stream: Any, container: str, subtitles: Subtitles) -> Iterator[_Timed]:
    for seconds, data, packet in subtitle_packets(stream, container, subtitles):
        yield _Timed(seconds, "subtitles", data, packet)
