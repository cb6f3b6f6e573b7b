"""Sound as numpy arrays: the WAV files that media makes for us, and loudness per frame."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cuttingroom.core.errors import MediaRefused
from cuttingroom.core.time import TICKS_PER_SECOND

Pcm = NDArray[np.int16]
Samples = NDArray[np.float32]

SPEECH_RATE = 16_000
FRAME_MS = 10
TICKS_PER_FRAME = TICKS_PER_SECOND * FRAME_MS // 1000
SAMPLES_PER_FRAME = SPEECH_RATE * FRAME_MS // 1000


def read_speech_wav(path: Path) -> Pcm:
    """The samples of a 16 kHz mono 16-bit WAV. Raises MediaRefused for anything else."""
    samples, rate = read_wav(path)
    if rate != SPEECH_RATE or samples.ndim != 1:
        raise MediaRefused(
            f"{path.name} must be 16 kHz mono, not {rate} Hz with shape {samples.shape}.",
            advice="Extract the sound with the media layer first.",
            reason="unsupported_format",
        )
    return samples


def read_wav(source: Path | bytes) -> tuple[Pcm, int]:
    """16-bit samples, shape (n,) or (n, channels), and their rate. Raises MediaRefused.

    Streamed WAVs declare a length of 0xFFFFFFFF; only the bytes that are there count.
    """
    name = source.name if isinstance(source, Path) else "the sound"
    try:
        with wave.open(str(source) if isinstance(source, Path) else io.BytesIO(source), "rb") as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            data = file.readframes(file.getnframes())
    except FileNotFoundError as error:
        raise MediaRefused(f"{name} is missing.", reason="missing") from error
    except (wave.Error, EOFError, OSError) as error:
        raise MediaRefused(f"{name} is not a readable WAV file: {error}.", reason="not_media") from error
    if width != 2:
        raise MediaRefused(f"{name} has {width * 8}-bit samples, not 16.", reason="unsupported_format")
    samples = np.frombuffer(data[: len(data) // (2 * channels) * 2 * channels], dtype="<i2")
    return (samples if channels == 1 else samples.reshape(-1, channels)), rate


def to_pcm(samples: NDArray[np.floating | np.int16]) -> Pcm:
    if samples.dtype == np.int16:
        return samples.astype("<i2")
    return np.clip(np.rint(samples * 32767.0), -32768, 32767).astype("<i2")


def to_float(samples: Pcm) -> Samples:
    return samples.astype(np.float32) / np.float32(32768.0)


def resample(samples: NDArray[np.floating], rate: int, to_rate: int) -> Samples:
    """The same sound at another rate, band-limited by cutting its spectrum; for short clips of speech."""
    if rate == to_rate or len(samples) == 0:
        return samples.astype(np.float32)
    length = round(len(samples) * to_rate / rate)
    spectrum = np.fft.rfft(samples)
    bins = length // 2 + 1
    kept = np.zeros(bins, dtype=np.complex128)
    kept[: min(bins, len(spectrum))] = spectrum[:bins]
    return (np.fft.irfft(kept, length) * (length / len(samples))).astype(np.float32)


def frame_levels(samples: Pcm) -> NDArray[np.float64]:
    """Level in dBFS of each 10 ms frame of 16 kHz sound; the last frame may be shorter."""
    count = -(-len(samples) // SAMPLES_PER_FRAME)
    padded = np.zeros(count * SAMPLES_PER_FRAME)
    padded[: len(samples)] = samples / 32768.0
    power = np.mean(padded.reshape(count, SAMPLES_PER_FRAME) ** 2, axis=1)
    return 10 * np.log10(power + 1e-10)


def speech_threshold(levels: NDArray[np.float64]) -> float:
    """The level that separates voice from background: 30 % of the way from quiet to loud frames."""
    quiet, loud = np.percentile(levels, [10, 95])
    return float(quiet + 0.3 * (loud - quiet))


def split_at_pauses(samples: Pcm, *, longest_seconds: float = 30.0) -> list[tuple[int, int]]:
    """Frame ranges that cover the sound, each at most `longest_seconds`, cut where it is quietest.

    The quietest 200 ms of the second half of each stretch is the cut, so this also works in noise.
    """
    levels = frame_levels(samples)
    longest = int(longest_seconds * 1000 / FRAME_MS)
    smooth = np.convolve(levels, np.ones(20) / 20, mode="same") if len(levels) >= 20 else levels
    ranges: list[tuple[int, int]] = []
    start = 0
    while len(levels) - start > longest:
        half = start + longest // 2
        cut = half + int(np.argmin(smooth[half : start + longest]))
        ranges.append((start, cut))
        start = cut
    if len(levels) > start:
        ranges.append((start, len(levels)))
    return ranges
