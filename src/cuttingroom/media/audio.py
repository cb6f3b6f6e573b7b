"""Sound and subtitles out of files, and WAV files out of numbers."""

from __future__ import annotations

import wave
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cuttingroom.core.errors import MediaRefused
from cuttingroom.core.time import TICKS_PER_SECOND, round_half_up
from cuttingroom.media import ffmpeg
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import MediaFacts, probe

SPEECH_RATE: Final = 16_000
MIX_RATE: Final = 48_000


def stream_speech(
    path: Path,
    facts: MediaFacts,
    on_samples: Callable[[NDArray[np.int16]], None],
    *,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> None:
    """Hand over the sound as 16 kHz mono, block by block; sample n lies n/16000 s after the file's start.

    Raises MediaRefused when there is no sound, MediaFailed, Canceled.
    """
    # one channel as it is, two by their mean, more as ffmpeg folds them
    to_mono = {1: "anull", 2: "pan=mono|c0=0.5*c0+0.5*c1"}
    steps = [_by_channels(path, facts, to_mono, "mono"), f"aresample={SPEECH_RATE}:async=1:first_pts=0"]

    def take(data: bytes) -> None:
        on_samples(np.frombuffer(data, dtype="<i2"))

    _stream(path, facts, steps, "s16le", 2, take, is_canceled, limits)


def stream_stereo(
    path: Path,
    facts: MediaFacts,
    on_samples: Callable[[NDArray[np.float32]], None],
    *,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> None:
    """Hand over the sound as it is mixed: (n, 2) samples of 48 kHz, the first at the file's start.

    Errors as `stream_speech`.
    """
    # ffmpeg would make one channel 3 dB quieter on its way to two
    to_stereo = {1: "pan=stereo|c0=c0|c1=c0"}
    steps = [
        "atrim=start_pts=0",
        f"aresample={MIX_RATE}:async=1:first_pts=0",
        "aformat=sample_fmts=flt",
        _by_channels(path, facts, to_stereo, "stereo"),
    ]

    def take(data: bytes) -> None:
        on_samples(np.frombuffer(data, dtype="<f4").reshape(-1, 2))

    _stream(path, facts, steps, "f32le", 8, take, is_canceled, limits)


def _by_channels(path: Path, facts: MediaFacts, steps: Mapping[int, str], layout: str) -> str:
    if not facts.has_sound:
        raise MediaRefused(f"{path.name} has no sound.", reason="not_media", file=path.name)
    return steps.get(facts.audio[0].channels, f"aformat=channel_layouts={layout}")


def _stream(
    path: Path,
    facts: MediaFacts,
    steps: Sequence[str],
    form: str,
    frame_bytes: int,
    on_data: Callable[[bytes], None],
    is_canceled: Callable[[], bool] | None,
    limits: MediaLimits,
) -> None:
    """The first sound through filters, as raw samples; every piece holds whole ones."""
    audio = facts.audio[0]
    origin = round_half_up(Fraction(facts.origin_ticks * audio.sample_rate, TICKS_PER_SECOND))
    chain = ",".join([f"asetpts=PTS-{origin}", *steps])
    rest = bytearray()

    def take(data: bytes) -> None:
        rest.extend(data)
        whole = len(rest) // frame_bytes * frame_bytes
        on_data(bytes(rest[:whole]))
        del rest[:whole]

    ffmpeg.run(
        [
            *("-copyts", *ffmpeg.input_arguments(path, "-vn", "-sn", "-dn", limits=limits)),
            *("-map", f"0:{audio.index}", "-af", chain, "-f", form, "-c:a", f"pcm_{form}", "pipe:1"),
        ],
        limits=limits,
        on_data=take,
        is_canceled=is_canceled,
    )


def extract_speech_audio(
    path: Path,
    out: Path,
    *,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> None:
    """Write the sound of a file as a 16 kHz mono 16-bit WAV. Errors as `stream_speech`."""
    facts = probe(path, limits, is_canceled=is_canceled)
    with wave.open(str(out), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SPEECH_RATE)
        stream_speech(
            path, facts, lambda s: file.writeframes(s.tobytes()), is_canceled=is_canceled, limits=limits
        )


def extract_subtitles(path: Path, stream_index: int, *, limits: MediaLimits = DEFAULT_LIMITS) -> str:
    """One text subtitle stream as SRT. Raises MediaRefused for pictures of subtitles, MediaFailed."""
    facts = probe(path, limits)
    stream = next((s for s in facts.subtitles if s.index == stream_index), None)
    if stream is None or stream.codec not in ffmpeg.CODECS:
        kind = f"{stream.codec} subtitles" if stream else f"no subtitle stream {stream_index}"
        raise MediaRefused(f"{path.name} has {kind}.", reason="unsupported_codec", file=path.name)
    parts: list[bytes] = []
    ffmpeg.run(
        [
            *ffmpeg.input_arguments(path, limits=limits),
            *("-map", f"0:{stream_index}", "-c:s", "srt", "-f", "srt", "pipe:1"),
        ],
        limits=limits,
        on_data=parts.append,
    )
    return b"".join(parts).decode("utf-8", "replace")


def write_wav(path: Path, samples: NDArray[np.floating], sample_rate: int) -> None:
    """Write samples of -1 to 1, shape (n,) or (n, channels), as a 16-bit WAV; what is beyond is clipped."""
    pcm = np.clip(np.rint(samples * 32767.0), -32768, 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(pcm.tobytes())
