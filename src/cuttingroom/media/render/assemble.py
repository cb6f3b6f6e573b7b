"""One file out of packets: pictures of all spans in order, copied or encoded, and the sound beside them.

Times are counted, never added up: frame n is shown at exactly n frames. Nothing is decoded or encoded.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from cuttingroom.media.render.soundtrack import SoundTrack

from cuttingroom.core.errors import Canceled, MediaFailed
from cuttingroom.core.time import Rate
from cuttingroom.media.render.segment import Packet

_FORMATS = {
    "m4a": "ipod",
    "mov": "mov",
    "mp4": "mp4",
    "webm": "webm",
    "mp3": "mp3",
    "wav": "wav",
    "flac": "flac",
}
_OPTIONS = {
    "mp4": {"movflags": "+faststart"},
    "mov": {"movflags": "+faststart"},
    "m4a": {"movflags": "+faststart"},
}
_TAGS = {"hevc": "hvc1"}
"""What players of Apple's insist on."""
_ASK_EVERY = 500


@dataclass(frozen=True)
class Part:
    """The packets of one span, in decoding order, with ranks from 0."""

    packets: Iterable[Packet]
    frames: int


@dataclass(frozen=True)
class Pictures:
    """Pictures for one stream. `template` is the head of a file, or a file, that has such a stream.

    `extradata`, where given, takes the place of the template's. `delay` is how many frames decoding runs ahead
    of presentation, at most.
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
) -> Assembled:
    """Write the file `out`. Raises MediaFailed when a part has another number of frames, or Canceled."""
    video, audio = hashlib.sha256(), hashlib.sha256()
    frames = 0
    with av.open(str(out), "w", format=_FORMATS[container], options=_OPTIONS.get(container, {})) as target:
        stream = _picture_stream(target, pictures) if pictures is not None else None
        waiting = _sound_packets(target, sound) if sound is not None else iter(())
        pending = next(waiting, None)
        for number, packet in enumerate(_picture_packets(stream, pictures) if pictures is not None else ()):
            if number % _ASK_EVERY == 0 and is_canceled():
                raise Canceled("The render was canceled.")
            while pending is not None and _moment(pending) <= _moment(packet):
                audio.update(bytes(pending))
                target.mux(pending)
                pending = next(waiting, None)
            video.update(bytes(packet))
            target.mux(packet)
            frames = number + 1
        for number, packet in enumerate([] if pending is None else _chain(pending, waiting)):
            if number % _ASK_EVERY == 0 and is_canceled():
                raise Canceled("The render was canceled.")
            audio.update(bytes(packet))
            target.mux(packet)
    return Assembled(frames, video.hexdigest() if pictures else "", audio.hexdigest() if sound else "")


def _moment(packet: av.Packet) -> Fraction:
    assert packet.dts is not None
    assert packet.time_base is not None
    return packet.dts * packet.time_base


def _chain(first: av.Packet, rest: Iterator[av.Packet]) -> Iterator[av.Packet]:
    yield first
    yield from rest


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


def _picture_packets(stream: Any, pictures: Pictures) -> Iterator[av.Packet]:
    time_base, step = Fraction(1, pictures.rate.num), pictures.rate.den
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
            count += 1
            yield packet
        if count != part.frames:
            raise MediaFailed(f"A span has {count} pictures instead of {part.frames}.", expected=part.frames)
        done += count


def _sound_packets(target: Any, sound: SoundTrack) -> Iterator[av.Packet]:
    stream = sound.add_stream(target)
    time_base = Fraction(1, sound.sample_rate)
    at = -sound.initial_padding
    for data, samples in sound.packets():
        packet = av.Packet(data)
        packet.stream = stream
        packet.time_base = time_base
        packet.pts = packet.dts = at
        packet.duration = samples
        at += samples
        yield packet
