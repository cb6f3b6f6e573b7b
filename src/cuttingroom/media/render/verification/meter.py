"""Levels and true peak of sound that comes in pieces: a second opinion on what the renderer measures."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cuttingroom.media.analyze.loudness import SILENCE_DBTP
from cuttingroom.media.render.sound.clips import LEVEL_SAMPLES
from cuttingroom.media.render.sound.levels import Levels

_BLOCK_SAMPLES = 1000 * LEVEL_SAMPLES
_BYTES = 4
_HOP = 16
_REACH = 6
"""Samples on either side from which a point between two samples is made, as many as in BS.1770."""
_SPAN = 2 * _REACH - 1
_PHASES = (0.25, 0.5, 0.75)
"""Four times the rate, as ITU-R BS.1770-5, annex 2 asks for."""


def _kernels() -> NDArray[np.float32]:
    """Windowed sincs for each phase, (phases, 2 * _REACH); the point lies after sample `_REACH - 1`."""
    at = np.arange(2 * _REACH) - (_REACH - 1)
    away = at - np.array(_PHASES)[:, None]
    window = np.i0(8 * np.sqrt(np.maximum(0, 1 - (away / _REACH) ** 2))) / np.i0(8)
    kernels = np.sinc(away) * window
    return (kernels / kernels.sum(axis=1, keepdims=True)).astype(np.float32)


def _toeplitz(kernels: NDArray[np.float32]) -> NDArray[np.float32]:
    """All phases at each of 16 neighbouring samples, as one matrix."""
    matrix = np.zeros((_HOP + _SPAN, _HOP * len(kernels)), np.float32)
    for number, kernel in enumerate(kernels):
        for n in range(_HOP):
            matrix[n : n + 2 * _REACH, number * _HOP + n] = kernel
    return matrix


_KERNELS = _kernels()
_MATRIX = _toeplitz(_KERNELS)
_MOST_RISE = float(np.abs(_KERNELS).sum(axis=1).max())
"""No point between samples is higher than so many times the highest sample around it."""


class SoundMeter:
    """Takes interleaved float32 samples of `channels` channels at 48 kHz as bytes, in pieces of any size."""

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._parts: list[bytes] = []
        self._waiting = 0
        self._levels: list[Levels] = []
        self._before = np.zeros((_SPAN, channels), np.float32)
        self._peak = 0.0
        self.samples = 0

    def take(self, data: bytes) -> None:
        self._parts.append(data)
        self._waiting += len(data)
        if self._waiting >= _BLOCK_SAMPLES * self._channels * _BYTES:
            self._measure(LEVEL_SAMPLES)

    def finish(self) -> None:
        """What is left; afterwards there are `levels` and `true_peak_dbtp`."""
        self._measure(1)
        self._find_peak(np.zeros((_SPAN + _HOP, self._channels), np.float32))

    @property
    def levels(self) -> Levels:
        """RMS over all channels per hundredth of a second."""
        return np.concatenate(self._levels) if self._levels else np.zeros(0, np.float32)

    @property
    def true_peak_dbtp(self) -> float:
        return round(max(SILENCE_DBTP, 20 * math.log10(self._peak)), 1) if self._peak > 0 else SILENCE_DBTP

    def _measure(self, step: int) -> None:
        """All that waits, in whole multiples of `step` samples."""
        data = b"".join(self._parts)
        size = step * self._channels * _BYTES
        end = len(data) // size * size
        self._parts, self._waiting = [data[end:]], len(data) - end
        samples = np.frombuffer(data[:end], "<f4").reshape(-1, self._channels)
        self.samples += len(samples)
        self._levels += _levels(samples)
        self._find_peak(samples)

    def _find_peak(self, samples: NDArray[np.float32]) -> None:
        samples = np.concatenate([self._before, samples])
        hops = (len(samples) - _SPAN) // _HOP
        for channel in range(self._channels):
            self._peak = _highest(np.ascontiguousarray(samples[:, channel]), hops, self._peak)
        self._before = samples[hops * _HOP :]


def _levels(samples: NDArray[np.float32]) -> Iterator[Levels]:
    """Whole hundredths at once, and a shorter one at the end."""
    whole = len(samples) // LEVEL_SAMPLES * LEVEL_SAMPLES
    for part, length in ((samples[:whole], LEVEL_SAMPLES), (samples[whole:], len(samples) - whole)):
        if len(part):
            rows = part.reshape(-1, length * part.shape[1])
            yield np.sqrt(np.einsum("ij,ij->i", rows, rows) / rows.shape[1]).astype(np.float32)


def _highest(samples: NDArray[np.float32], hops: int, known: float) -> float:
    """The highest point between samples, or `known` where none is higher. Only loud places are looked at."""
    peaks = np.pad(np.abs(samples), (0, _HOP))[: (hops + 1) * _HOP].reshape(-1, _HOP).max(axis=1)
    known = max(known, float(peaks.max()))
    around = np.maximum(peaks[:-1], peaks[1:])
    suspects = np.flatnonzero(around * _MOST_RISE > known)
    if not len(suspects):
        return known
    points = samples[suspects[:, None] * _HOP + np.arange(_HOP + _SPAN)] @ _MATRIX
    return max(known, float(np.abs(points).max()))
