"""Sound and subtitles out of files, and WAV files out of numbers."""

from __future__ import annotations

import wave
from collections.abc import Callable
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
    if not facts.has_sound:
        raise MediaRefused(f"{path.name} has no sound.", reason="not_media", file=path.name)
    audio = facts.audio[0]
    origin = round_half_up(Fraction(facts.origin_ticks * audio.sample_rate, TICKS_PER_SECOND))
    # one channel as it is, two by their mean, more as ffmpeg folds them
    to_mono = {1: "anull", 2: "pan=mono|c0=0.5*c0+0.5*c1"}.get(audio.channels, "aformat=channel_layouts=mono")
    chain = f"asetpts=PTS-{origin},{to_mono},aresample={SPEECH_RATE}:async=1:first_pts=0"
    rest = bytearray()

    def take(data: bytes) -> None:
        rest.extend(data)
        whole = len(rest) // 2 * 2
        on_samples(np.frombuffer(bytes(rest[:whole]), dtype="<i2"))
        del rest[:whole]

    ffmpeg.run(
        [
            *("-copyts", *ffmpeg.input_arguments(path, "-vn", "-sn", "-dn", limits=limits)),
            *("-map", f"0:{audio.index}", "-af", chain, "-f", "s16le", "-c:a", "pcm_s16le", "pipe:1"),
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
