"""Samples to packets, in this process: the coders of sound and what is known about each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, cast

import av
import av.error
import numpy as np

from cuttingroom.core.errors import MediaFailed
from cuttingroom.media.render.coders import AudioCodec
from cuttingroom.media.render.profiles import AudioCoding
from cuttingroom.media.render.sound.clips import SAMPLE_RATE, Samples

_LAYOUT = "stereo"


@dataclass(frozen=True)
class Coder:
    """`frame_samples` go into a packet. Packet n is made of what comes `delay` packets before frame n's end
    and can be had from any run of the encoder that heard `preroll` frames before it and `postroll` after it;
    a coder that `remembers` makes packets that follow only those of the same run.
    """

    encoder: str
    sample_format: str
    frame_samples: int
    delay: int = 0
    preroll: int = 0
    postroll: int = 0
    remembers: bool = False
    options: Mapping[str, str] = field(default_factory=dict[str, str])


_LOSSY: Mapping[AudioCodec, Coder] = {
    # ffmpeg's own AAC: a frame's transform reaches over two frames and the choice of blocks one further
    "aac": Coder("aac", "fltp", 1024, 1, 4, 2, options={"aac_coder": "fast"}),
    # a frame's pitch filter fades from that of the frame before: packets of two runs click where they meet
    "opus": Coder("libopus", "flt", 960, 0, remembers=True),
    # frames borrow bits from those before them
    "mp3": Coder("libmp3lame", "fltp", 1152, 1, remembers=True),
}


def coder_of(coding: AudioCoding) -> Coder:
    """The coder for a profile's sound."""
    if coding.codec == "pcm":
        return Coder(f"pcm_s{coding.bits}le", "s32" if coding.bits == 24 else "s16", 4800)
    if coding.codec == "flac":  # each frame carries its number
        return Coder("flac", "s32" if coding.bits == 24 else "s16", 4608, remembers=True)
    return _LOSSY[coding.codec]


@dataclass(frozen=True)
class SoundForm:
    """What a container must know of a track. `codec` is the name of the coder in libav; `padding` samples at
    the start are not heard."""

    codec: str
    extradata: bytes
    sample_rate: int
    frame_samples: int
    padding: int


class Encoder:
    """One run of a coder. Raises MediaFailed when the coder is not there or fails."""

    def __init__(self, coding: AudioCoding) -> None:
        self.coder = coder_of(coding)
        self._at = 0
        try:
            self._context = cast(Any, av.CodecContext.create(self.coder.encoder, "w"))
        except (av.error.FFmpegError, ValueError) as error:
            raise MediaFailed(
                f"There is no encoder {self.coder.encoder}.", advice="Reinstall PyAV, or use another profile."
            ) from error
        _configure(self._context, coding)
        self.padding: int | None = None

    def encode(self, samples: Samples) -> list[bytes]:
        """Packets that are ready after more samples (n, 2); all but the last come in whole frames."""
        packets: list[bytes] = []
        # PCM makes a packet of whatever it is given
        step = self.coder.frame_samples if self.coder.encoder.startswith("pcm") else max(1, len(samples))
        for first in range(0, len(samples), step):
            part = _pack(samples[first : first + step], self.coder.sample_format)
            frame = av.AudioFrame.from_ndarray(part, format=self.coder.sample_format, layout=_LAYOUT)
            frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, self._at, Fraction(1, SAMPLE_RATE)
            self._at += min(step, len(samples) - first)
            packets += self._take(frame)
        return packets

    def finish(self) -> list[bytes]:
        """The packets that were still inside."""
        return self._take(None)

    @property
    def extradata(self) -> bytes:
        return bytes(self._context.extradata or b"")

    def _take(self, frame: av.AudioFrame | None) -> list[bytes]:
        try:
            made = cast(Iterable[av.Packet], self._context.encode(frame))
        except av.error.FFmpegError as error:
            raise MediaFailed(f"The encoder {self.coder.encoder} failed: {error.strerror}.") from error
        packets: list[bytes] = []
        for packet in made:
            if self.padding is None and packet.pts is not None:
                self.padding = max(0, -packet.pts)
            if packet.size:
                packets.append(bytes(packet))
        return packets


def _configure(context: Any, coding: AudioCoding) -> None:
    coder = coder_of(coding)
    context.sample_rate, context.layout = SAMPLE_RATE, _LAYOUT
    context.format, context.time_base = coder.sample_format, Fraction(1, SAMPLE_RATE)
    context.options = dict(coder.options)
    if coding.kbps is not None:
        context.bit_rate = coding.kbps * 1000


def add_stream(container: Any, coding: AudioCoding, samples: int) -> Any:
    """A stream in an output container of PyAV for packets of `coding` that are muxed as they are.

    It has an encoder with the same settings that is never fed: from it the muxer knows all it must write.
    """
    stream = container.add_stream(coder_of(coding).encoder, rate=SAMPLE_RATE, layout=_LAYOUT)
    context = stream.codec_context
    _configure(context, coding)
    context.open()
    stream.time_base = context.time_base
    if coding.codec == "flac":
        context.extradata = _with_length(bytes(context.extradata), samples)
    return stream


def _with_length(stream_info: bytes, samples: int) -> bytes:
    """FLAC's STREAMINFO (RFC 9639, 8.2) with the number of samples, 36 bits from bit 108 on."""
    value = int.from_bytes(stream_info[10:18]) & ~((1 << 36) - 1) | samples
    return stream_info[:10] + value.to_bytes(8) + stream_info[18:]


def form_of(coding: AudioCoding) -> SoundForm:
    """How the packets of a coding are to be read; known before there are any. Raises MediaFailed."""
    encoder = Encoder(coding)
    frame = encoder.coder.frame_samples
    encoder.encode(np.zeros((4 * frame, 2), np.float32))
    encoder.finish()
    return SoundForm(encoder.coder.encoder, encoder.extradata, SAMPLE_RATE, frame, encoder.padding or 0)


def _pack(samples: Samples, sample_format: str) -> np.ndarray[Any, Any]:
    """As the coder takes them: planes or interleaved, floats or whole numbers."""
    if sample_format == "fltp":
        return np.ascontiguousarray(samples.T)
    flat = samples.reshape(1, -1)
    if sample_format == "s16":
        return np.clip(np.rint(flat * np.float32(2**15)), -(2**15), 2**15 - 1).astype(np.int16)
    if sample_format == "s32":  # 24 bits in the upper part
        return np.clip(np.rint(flat * np.float64(2**23)), -(2**23), 2**23 - 1).astype(np.int32) << 8
    return np.ascontiguousarray(flat)
