"""The films and the music that renders are measured on: made once, kept in a folder between runs.

A film is a talk as a camera and an editor's eye see it: most of the picture stands still, a part of it moves
all the time, and sentences are followed by pauses of which every fifth is long. A minute of pictures is
encoded and its packets are repeated with later times: what is in them costs a renderer the same each time.
"""

from __future__ import annotations

import itertools
import os
import random
import tempfile
import wave
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import av
import numpy as np

from benchmarks.render.spending import spend
from cuttingroom.core.hashing import hash_file
from cuttingroom.core.time import Rate, TimeRange, seconds_to_ticks
from cuttingroom.media.ffmpeg import find_ffmpeg
from cuttingroom.media.probe import MediaFacts, probe
from cuttingroom.timeline.edits.base import MediaRef

RATE = 30
SAMPLE_RATE = 48_000
GROUP_FRAMES = 144
"""A key frame every 4.8 seconds, between those of cameras (0.5 to 2 s) and of x264's default (8.3 s)."""
LOOP_SECONDS = 60
SENTENCE_SECONDS, LONG_PAUSE, SHORT_PAUSE = 3.0, 1.4, 0.4
LONG_PAUSE_EVERY = 5

_STILL = "mandelbrot=s={w}x{h}:r=30:maxiter=60,trim=end_frame=1,gblur=2,loop=-1:1:0,setpts=N/30/TB"
_MOVING = "mandelbrot=s={a}x{b}:r=30:maxiter=80:start_scale=0.5:end_scale=0.02:end_pts=1800,gblur=1"


@dataclass(frozen=True)
class Film:
    """A file and what its maker knows: `pauses` in ticks of its clock, in order, without the last one."""

    path: Path
    width: int
    height: int
    seconds: int
    pauses: tuple[TimeRange, ...]

    @cached_property
    def facts(self) -> MediaFacts:
        return probe(self.path)

    @cached_property
    def sha256(self) -> str:
        return hash_file(self.path)

    @property
    def frames(self) -> int:
        return self.seconds * RATE

    @property
    def rate(self) -> Rate:
        return Rate(num=RATE)

    @property
    def ref(self) -> MediaRef:
        length = seconds_to_ticks(self.seconds)
        return MediaRef(artifact_id=self.path.stem, media_ticks=length, name=self.path.name)

    def long_pauses(self) -> list[TimeRange]:
        return [p for p in self.pauses if p.duration_ticks > seconds_to_ticks((LONG_PAUSE + SHORT_PAUSE) / 2)]


@dataclass(frozen=True)
class Music:
    path: Path
    seconds: int

    @property
    def ref(self) -> MediaRef:
        length = seconds_to_ticks(self.seconds)
        return MediaRef(artifact_id=self.path.stem, media_ticks=length, has_picture=False)


def media_folder() -> Path:
    """CUTTINGROOM_BENCH_MEDIA, or a folder beside other temporary files."""
    named = os.environ.get("CUTTINGROOM_BENCH_MEDIA")
    folder = Path(named) if named else Path(tempfile.gettempdir()) / "cuttingroom-bench-media"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def get_film(seconds: int, width: int, height: int) -> Film:
    path = media_folder() / f"room_{height}p_{seconds}s.mp4"
    sentences = _sentences(seconds)
    _once(path, lambda part: _make_film(part, seconds, width, height, sentences))
    pauses = tuple(
        TimeRange.between(_ticks(end), _ticks(start))
        for (_, end), (start, _) in itertools.pairwise(sentences)
    )
    return Film(path, width, height, seconds, pauses)


def get_music(seconds: int) -> Music:
    path = media_folder() / f"music_{seconds}s.m4a"
    tune = "aevalsrc=0.3*sin(2*PI*330*t)*sin(t)|0.3*sin(2*PI*440*t)*cos(t/2):s={rate}:d={seconds}"
    lavfi = tune.format(rate=SAMPLE_RATE, seconds=seconds)
    _once(path, lambda part: _ffmpeg("-f", "lavfi", "-i", lavfi, "-c:a", "aac", "-f", "mp4", part))
    return Music(path, seconds)


def _ticks(sample: int) -> int:
    return seconds_to_ticks(Fraction(sample, SAMPLE_RATE))


def _once(path: Path, make: Callable[[Path], object]) -> None:
    if not path.exists():
        part = path.with_name(f".part_{path.name}")
        make(part)
        part.replace(path)


def _ffmpeg(*arguments: str | Path) -> None:
    spend([find_ffmpeg(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y", *arguments])


def _sentences(seconds: int) -> list[tuple[int, int]]:
    """First and last sample of each sentence: about three seconds apart, never on a grid."""
    chance, said, at = random.Random(seconds), list[tuple[int, int]](), 0
    while at < (seconds - 1) * SAMPLE_RATE:
        slot = SENTENCE_SECONDS + chance.uniform(-0.4, 0.4)
        pause = SHORT_PAUSE if len(said) % LONG_PAUSE_EVERY != LONG_PAUSE_EVERY // 2 else LONG_PAUSE
        end = at + round((slot - pause) * SAMPLE_RATE)
        said.append((at, min(end, seconds * SAMPLE_RATE)))
        at = end + round(pause * SAMPLE_RATE)
    return said


def _make_film(part: Path, seconds: int, width: int, height: int, said: list[tuple[int, int]]) -> None:
    voice = part.with_suffix(".wav")
    _write_voice(voice, seconds, said)
    try:
        loop = _get_loop(width, height)
        sound = part.with_suffix(".m4a")
        _ffmpeg("-i", voice, "-c:a", "aac", "-b:a", "128k", "-f", "mp4", sound)
        _join(part, loop, sound, seconds * RATE)
        sound.unlink()
    finally:
        voice.unlink()


def _get_loop(width: int, height: int) -> Path:
    path = media_folder() / f"loop_{height}p.mp4"
    still = _STILL.format(w=width, h=height)
    moving = _MOVING.format(a=width * 3 // 8 // 2 * 2, b=height // 2 // 2 * 2)
    graph = f"{still}[still];{moving}[moving];[still][moving]overlay=W/3:H/3,format=yuv420p,setsar=1"
    colours = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    coder = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-g", str(GROUP_FRAMES), "-bf", "2"]
    closed = ["-sc_threshold", "0", "-video_track_timescale", "15360", "-f", "mp4"]
    length = ["-frames:v", str(LOOP_SECONDS * RATE)]
    graph = f"{graph},{colours}[v]"
    _once(path, lambda part: _ffmpeg("-filter_complex", graph, "-map", "[v]", *length, *coder, *closed, part))
    return path


def _join(path: Path, loop: Path, sound: Path, frames: int) -> None:
    """The pictures of `loop` again and again up to `frames`, with the sound, packet by packet."""
    with av.open(str(loop)) as pictures:
        stream = pictures.streams.video[0]
        time_base = Fraction(stream.time_base or 1)
        step = round(1 / (RATE * time_base))
        shown = [p for p in pictures.demux(stream) if p.size]
        given = [(bytes(p), p.pts or 0, p.dts or 0, p.is_keyframe) for p in shown]
        with av.open(str(sound)) as heard, av.open(str(path), "w", format="mp4") as out:
            film = out.add_stream_from_template(stream, opaque=True)
            voice = out.add_stream_from_template(heard.streams.audio[0], opaque=True)
            for n in range(frames):
                data, pts, dts, is_key = given[n % len(given)]
                packet = av.Packet(data)
                packet.stream, packet.time_base = film, time_base
                later = n // len(given) * len(given) * step
                packet.pts, packet.dts, packet.duration = pts + later, dts + later, step
                packet.is_keyframe = is_key
                out.mux(packet)
            for packet in heard.demux(heard.streams.audio[0]):
                if packet.size:
                    packet.stream = voice
                    out.mux(packet)


def _write_voice(path: Path, seconds: int, said: list[tuple[int, int]]) -> None:
    """A buzz at the pitch of a voice in syllables, over the hiss of a room (66 dB below full scale)."""
    chance = np.random.default_rng(1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        at = 0
        for first, end in [*said, (seconds * SAMPLE_RATE, seconds * SAMPLE_RATE)]:
            time = np.arange(end - first) / SAMPLE_RATE
            buzz = sum(np.sin(2 * np.pi * 130 * k * time) / k for k in range(1, 12))
            syllables = 0.35 + 0.65 * np.abs(np.sin(2 * np.pi * 2.2 * time))
            voice = np.concatenate([np.zeros(first - at), 0.2 * buzz * syllables])
            sound = voice + chance.normal(0, 0.0005, end - at)
            file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
            at = end
