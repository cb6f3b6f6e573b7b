"""Small real media for tests: pictures that carry their own number, sound with clicks at known moments."""

from __future__ import annotations

import wave
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TICKS_PER_SECOND, Rate, TimeRange
from cuttingroom.media import ffmpeg
from cuttingroom.media.probe import MediaFacts
from cuttingroom.timeline.model import (
    Element,
    MediaSource,
    Timeline,
    TimelineSettings,
    Track,
    TrackKind,
)

SECOND = TICKS_PER_SECOND
BITS = 12
COLUMNS, ROWS = 6, 2
SAMPLE_RATE = 48_000
CLICK_SECONDS = 0.02


def numbered_picture(number: int, width: int, height: int) -> NDArray[np.uint8]:
    """RGB picture with `number` as 12 black or white blocks in its middle, over a slowly moving gradient."""
    x = np.linspace(0, 1, width)[None, :]
    y = np.linspace(0, 1, height)[:, None]
    shift = number / 40
    red = 128 + 90 * np.sin(2 * np.pi * (x + shift)) * np.ones_like(y)
    green = 128 + 90 * np.sin(2 * np.pi * (y - shift)) * np.ones_like(x)
    picture = np.stack([red, green, 128 + 40 * np.cos(2 * np.pi * (x + y + shift))], axis=-1).astype(np.uint8)
    for bit, (top, bottom, left, right) in enumerate(_blocks(width, height)):
        picture[top:bottom, left:right] = 235 if number >> bit & 1 else 16
    return picture


def _blocks(width: int, height: int) -> list[tuple[int, int, int, int]]:
    wide, high = width * 0.6 / COLUMNS, height * 0.4 / ROWS
    return [
        (
            round(height * 0.3 + high * (bit // COLUMNS)),
            round(height * 0.3 + high * (bit // COLUMNS + 1)),
            round(width * 0.2 + wide * (bit % COLUMNS)),
            round(width * 0.2 + wide * (bit % COLUMNS + 1)),
        )
        for bit in range(BITS)
    ]


def read_number(grey: NDArray[np.uint8]) -> int:
    """The number in a grey picture, or -1 when there is none (blocks neither black nor white)."""
    number = 0
    for bit, (top, bottom, left, right) in enumerate(_blocks(grey.shape[1], grey.shape[0])):
        pad_y, pad_x = (bottom - top) // 4, (right - left) // 4
        level = float(grey[top + pad_y : bottom - pad_y, left + pad_x : right - pad_x].mean())
        if 70 < level < 180:
            return -1
        number |= (level > 128) << bit
    return number


def read_numbers(path: Path, box: tuple[int, int, int, int] | None = None) -> list[int]:
    """The number in every frame; `box` (left, top, width, height) is where the picture lies in the frame."""
    numbers = []
    for grey in read_grey(path):
        if box is not None:
            left, top, width, height = box
            grey = grey[top : top + height, left : left + width]
        numbers.append(read_number(grey))
    return numbers


def read_grey(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


def read_rgb(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def read_sound(path: Path, rate: int = SAMPLE_RATE) -> NDArray[np.float32]:
    """Mono samples; sound that starts late is preceded by silence."""
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=rate)
    parts: list[NDArray[np.float32]] = []
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        first = True
        for frame in container.decode(stream):
            if first and frame.pts and frame.pts > 0:
                parts.append(np.zeros(round(float(frame.pts * frame.time_base) * rate), np.float32))
            first = False
            parts += [f.to_ndarray().mean(axis=0) for f in resampler.resample(frame)]
        parts += [f.to_ndarray().mean(axis=0) for f in resampler.resample(None)]
    return np.concatenate(parts)


def clicks(seconds: float, at: Sequence[float], rate: int = SAMPLE_RATE) -> NDArray[np.float32]:
    """Silence with short bursts of 1 kHz that begin at the moments `at`."""
    sound = np.zeros(round(seconds * rate), np.float32)
    burst = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(round(CLICK_SECONDS * rate)) / rate)
    for moment in at:
        start = round(moment * rate)
        sound[start : start + len(burst)] += burst[: len(sound) - start].astype(np.float32)
    return sound


def tone(
    seconds: float, frequency: float = 440.0, amplitude: float = 0.3, rate: int = SAMPLE_RATE
) -> NDArray[np.float32]:
    return (amplitude * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)).astype(
        np.float32
    )


def find_clicks(sound: NDArray[np.float32], rate: int = SAMPLE_RATE) -> list[float]:
    """The moments in seconds at which bursts begin."""
    loud = np.flatnonzero(np.abs(sound) > 0.1)
    starts = loud[np.flatnonzero(np.diff(loud, prepend=-rate) > rate // 10)] if len(loud) else loud
    return [float(s) / rate for s in starts]


def make_video(
    path: Path,
    *,
    frames: int = 60,
    rate: Fraction | int = 30,
    size: tuple[int, int] = (320, 180),
    sound: NDArray[np.float32] | None = None,
    sound_rate: int = SAMPLE_RATE,
    times: Sequence[float] | None = None,
    picture: Callable[[int, int, int], NDArray[np.uint8]] = numbered_picture,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    rotation: int | None = None,
    pixel_aspect: Fraction | None = None,
    hdr: bool = False,
    bt709: bool = False,
    audio_codec: str | None = None,
    options: dict[str, str] | None = None,
    sound_delay: float = 0.0,
) -> Path:
    """A file whose frame n shows the number n. `times` in seconds make the rate variable."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=Fraction(rate), options=options or _options(codec))
        stream.width, stream.height, stream.pix_fmt = size[0], size[1], pixel_format
        context = stream.codec_context
        context.time_base = Fraction(1, 90_000) if times else 1 / Fraction(rate)
        if pixel_aspect:
            context.sample_aspect_ratio = pixel_aspect
        if hdr:
            context.color_trc, context.color_primaries, context.colorspace = 16, 9, 9
        if bt709:
            context.color_trc, context.color_primaries, context.colorspace = 1, 1, 1
            context.color_range = 1
        if rotation is not None:
            stream.set_display_rotation(rotation)
        audio = None
        if sound is not None:
            audio = container.add_stream(audio_codec or _audio_codec(path), rate=sound_rate, layout="mono")
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(number, *size), format="rgb24")
            frame.pts = round(times[number] * 90_000) if times else number
            frame.time_base = context.time_base
            if bt709:
                frame = frame.reformat(format=pixel_format, dst_colorspace="ITU709", dst_color_range="MPEG")
                frame.color_trc, frame.color_primaries = 1, 1
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if audio is not None and sound is not None:
            _write_sound(container, audio, sound, sound_rate, sound_delay)
    return path


def _options(codec: str) -> dict[str, str]:
    return {"libx264": {"preset": "veryfast", "crf": "16", "g": "40"}}.get(codec, {})


def _audio_codec(path: Path) -> str:
    return {".webm": "libopus", ".mkv": "libopus", ".avi": "libmp3lame"}.get(path.suffix, "aac")


def _write_sound(container, stream, sound: NDArray[np.float32], rate: int, delay: float) -> None:  # type: ignore[no-untyped-def]
    resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=rate)
    for start in range(0, len(sound), 1024):
        frame = av.AudioFrame.from_ndarray(sound[None, start : start + 1024], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, start + round(delay * rate), Fraction(1, rate)
        for part in resampler.resample(frame):
            container.mux(stream.encode(part))
    container.mux(stream.encode(None))


def convert(path: Path, out: Path, *arguments: str, before: Sequence[str] = ()) -> Path:
    """`path` through the ffmpeg program: `before` stands in front of the input, `arguments` behind it."""
    given = ffmpeg.input_arguments(path, *before)
    ffmpeg.run([*given, *arguments, ffmpeg.output_argument(out)])
    return out


def rewrite_h264(
    path: Path, out: Path, extradata: Callable[[bytes], bytes], sample: Callable[[bytes], bytes] = bytes
) -> Path:
    """The same pictures under another description, each sample as `sample` makes it."""
    with av.open(str(path)) as source, av.open(str(out), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream, opaque=True)
        copy.codec_context.extradata = extradata(stream.codec_context.extradata)
        for packet in source.demux(stream):
            if packet.size:
                made = av.Packet(sample(bytes(packet)))
                made.pts, made.dts, made.time_base = packet.pts, packet.dts, packet.time_base
                made.duration, made.is_keyframe, made.stream = packet.duration, packet.is_keyframe, copy
                target.mux(made)
    return out


def make_sound(path: Path, sound: NDArray[np.float32], rate: int = SAMPLE_RATE) -> Path:
    """A sound-only file: WAV, or what the suffix says."""
    if path.suffix == ".wav":
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
        return path
    codec = {".mp3": "libmp3lame", ".flac": "flac", ".m4a": "aac", ".ogg": "libvorbis", ".opus": "libopus"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec[path.suffix], rate=rate, layout="mono")
        _write_sound(container, stream, sound, rate, 0.0)
    return path


def make_still(path: Path, size: tuple[int, int] = (400, 300), number: int = 7) -> Path:
    Image.fromarray(numbered_picture(number, *size)).save(path)
    return path


def frames(count: int, rate: Rate | int = 30) -> int:
    """`count` frames in ticks."""
    return (rate if isinstance(rate, Rate) else Rate.of(rate)).ticks(count)


def an_element(
    facts: MediaFacts,
    artifact_id: str,
    *,
    at: int,
    take: tuple[int, int],
    rate: Rate | None = None,
    speed: float = 1,
    **fields: object,
) -> Element:
    """Frames `take[0]` to `take[1]` of a file, counted at `rate`, placed at frame `at` of the timeline."""
    rate = rate or Rate.of(30)
    source = TimeRange.between(rate.ticks(take[0]), rate.ticks(take[1]))
    return Element.model_validate(
        {
            "id": short_id("el"),
            "start_ticks": rate.ticks(at),
            "duration_ticks": rate.snap(round(source.duration_ticks / speed)),
            "source": MediaSource(
                artifact_id=artifact_id,
                range=source,
                media_ticks=max(facts.duration_ticks, source.end_ticks),
                has_picture=facts.has_picture,
                has_sound=facts.has_sound,
            ),
            "speed": speed,
            **fields,
        }
    )


def a_timeline(
    *tracks: Track, size: tuple[int, int] = (320, 180), rate: Rate | None = None, background: str = "#000000"
) -> Timeline:
    settings = TimelineSettings(
        width=size[0], height=size[1], rate=rate or Rate.of(30), background=background
    )
    return Timeline(settings=settings, tracks=tracks)


def video_track(*elements: Element, **fields: object) -> Track:
    return Track.model_validate({"kind": TrackKind.VIDEO, "elements": elements, **fields})


def audio_track(*elements: Element, **fields: object) -> Track:
    return Track.model_validate({"kind": TrackKind.AUDIO, "elements": elements, **fields})


def overlay_track(*elements: Element, **fields: object) -> Track:
    return Track.model_validate({"kind": TrackKind.OVERLAY, "elements": elements, **fields})


def captions_track(*elements: Element, **fields: object) -> Track:
    return Track.model_validate({"kind": TrackKind.CAPTIONS, "elements": elements, **fields})
